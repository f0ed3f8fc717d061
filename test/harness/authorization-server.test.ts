import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { person, startAuthorizationServer, type AuthorizationServer, type Rotation } from './authorization-server.ts'

let server: AuthorizationServer

afterEach(() => server.close())

const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-section-4'
const redirectUri = 'http://127.0.0.1:4567/oauth/callback'

type Answer = { status: number; access_token?: string; refresh_token?: string; error?: string }

async function token(parameters: Record<string, string>): Promise<Answer> {
  const { id, secret } = server.clients.post
  const body = new URLSearchParams({ client_id: id, client_secret: secret, ...parameters })
  const response = await fetch(server.tokenUrl, { method: 'POST', body })
  return { status: response.status, ...((await response.json()) as object) }
}

async function authorized(rotation: Rotation): Promise<string> {
  server = await startAuthorizationServer({ rotation, graceSeconds: 1 })
  const url = new URL(server.authorizationUrl)
  url.search = new URLSearchParams({
    client_id: server.clients.post.id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'api.read',
    state: 'state-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  const callback = new URL(await server.consent(url.href))
  expect(callback.searchParams.get('iss')).toBe(server.issuer)
  const code = callback.searchParams.get('code') ?? ''
  const answer = await token({
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  })
  return answer.refresh_token ?? ''
}

const refresh = (value: string) => token({ grant_type: 'refresh_token', refresh_token: value })

describe('the authorization server of the tests', () => {
  it('ends the whole grant when a used refresh token comes again under strict rotation', async () => {
    const first = await authorized('strict')
    const second = await refresh(first)
    expect(second.status).toBe(200)
    expect(await refresh(first)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await refresh(second.refresh_token ?? '')).toMatchObject({ error: 'invalid_grant' })
  })

  it('gives a new pair for a used refresh token inside the grace window, and ends the grant after it', async () => {
    const first = await authorized('grace')
    expect((await refresh(first)).status).toBe(200)
    expect((await refresh(first)).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, 1100))
    expect(await refresh(first)).toMatchObject({ status: 400, error: 'invalid_grant' })
  })

  it('acts on a request whose answer it then drops', async () => {
    const first = await authorized('strict')
    server.interfere({ grant: 'refresh_token', drop: 'after' })
    await expect(refresh(first)).rejects.toThrow()
    expect(server.matching({ grant: 'refresh_token' })).toMatchObject([{ status: 200, dropped: true }])
    expect(await refresh(first)).toMatchObject({ error: 'invalid_grant' })
  })

  it('takes the password grant and the device grant', async () => {
    server = await startAuthorizationServer()
    expect((await token({ grant_type: 'password', username: person.id, password: person.password })).status).toBe(200)
    expect((await token({ grant_type: 'password', username: person.id, password: 'wrong' })).status).toBe(400)
    const client = { client_id: server.clients.public.id }
    const started = await fetch(server.deviceUrl, { method: 'POST', body: new URLSearchParams(client) })
    const codes = (await started.json()) as { device_code: string; user_code: string }
    const poll = async (): Promise<Answer> => {
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: codes.device_code }
      const response = await fetch(server.tokenUrl, {
        method: 'POST',
        body: new URLSearchParams({ ...client, ...grant }),
      })
      return { status: response.status, ...((await response.json()) as object) }
    }
    expect(await poll()).toMatchObject({ error: 'authorization_pending' })
    await server.answerDevice(codes.user_code)
    expect((await poll()).status).toBe(200)
  })
})
