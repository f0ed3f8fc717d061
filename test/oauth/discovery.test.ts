import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { FetchFailed, type Fetch, type WireRequest } from '../../src/deps.ts'
import { discover } from '../../src/oauth/discovery.ts'
import { buildCall } from '../../src/oauth/call.ts'
import { send } from '../../src/oauth/send.ts'
import { answer, context } from './given.ts'

/** Answers by URL; everything else is 404. */
function serving(documents: Record<string, unknown>): { fetch: Fetch; asked: string[] } {
  const asked: string[] = []
  const fetch: Fetch = async ({ url }) => {
    asked.push(url)
    return url in documents ? answer(documents[url]) : answer('', { status: 404 })
  }
  return { fetch, asked }
}

const issuer = 'https://a.test/realm'
const openid = `${issuer}/.well-known/openid-configuration`
const metadata = {
  issuer,
  token_endpoint: `${issuer}/token`,
  authorization_endpoint: 'javascript:x',
  scopes_supported: ['openid'],
  grant_types_supported: 'x',
  authorization_response_iss_parameter_supported: true,
  extra: 1,
}

describe('discovery', () => {
  it('reads the OpenID document and keeps what is known and sound', async () => {
    const { fetch, asked } = serving({ [openid]: metadata })
    expect(await discover(fetch, issuer)).toEqual({
      issuer,
      token_endpoint: `${issuer}/token`,
      scopes_supported: ['openid'],
      authorization_response_iss_parameter_supported: true,
    })
    expect(asked).toEqual([openid])
  })

  it('falls back to RFC 8414, where the well-known part stands before the path', async () => {
    const { fetch } = serving({ 'https://a.test/.well-known/oauth-authorization-server/realm': metadata })
    expect((await discover(fetch, issuer)).token_endpoint).toBe(`${issuer}/token`)
  })

  it('takes a pasted metadata address for its issuer', async () => {
    const { fetch } = serving({ [openid]: metadata })
    expect((await discover(fetch, ` ${openid}`)).issuer).toBe(issuer)
  })

  it('refuses the document of another issuer, and its error keeps nothing of it', async () => {
    const { fetch } = serving({ [openid]: { ...metadata, issuer: 'https://b.test', canary: 'canary' } })
    const error = await discover(fetch, issuer).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'issuer_mismatch' })
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })

  it('says what is wrong when there is nothing to read', async () => {
    await expect(discover(serving({}).fetch, issuer)).rejects.toThrow(
      'a.test has no metadata at its well-known addresses (last answer: HTTP 404)',
    )
    await expect(discover(serving({ [openid]: '<html>' }).fetch, issuer)).rejects.toMatchObject({
      code: 'unreadable_answer',
    })
    await expect(discover(serving({}).fetch, 'ftp://a.test')).rejects.toMatchObject({ code: 'invalid_value' })
    const blocked: Fetch = () => Promise.reject(new FetchFailed({ kind: 'blocked', sent: false, detail: '10.0.0.1' }))
    await expect(discover(blocked, issuer)).rejects.toMatchObject({
      code: 'host_blocked',
      facts: { adminDetail: '10.0.0.1' },
    })
  })
})

describe('sending', () => {
  it('hands the opened request to the injected fetch and its answer back', async () => {
    const asked: WireRequest[] = []
    const fetch: Fetch = async (request) => {
      asked.push(request)
      return answer('ok')
    }
    const call = await buildCall(
      { method: 'GET', url: 'https://a.test/me', auth: { header: 'Bearer {token}' } },
      { token: 't' },
      context(),
    )
    expect((await send(fetch, call, { deadlineMs: 5 })).body).toBe('ok')
    expect(asked).toEqual([
      {
        method: 'GET',
        url: 'https://a.test/me',
        headers: { accept: 'application/json', authorization: 'Bearer t' },
        deadlineMs: 5,
      },
    ])
  })
})
