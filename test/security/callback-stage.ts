/**
 * The real server and domain over SQLite, an authorization server that checks PKCE, and browsers that send exactly what
 * a test says: for answers that do not belong.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve, type Served } from '../harness/served.ts'
import { service, tokens, world, type World } from '../connections/harness.ts'

export const publicUrl = 'http://127.0.0.1:7117'
/** What the definition of `declared` says, so that every answer must say it too. */
export const issuer = 'https://auth.example.com'

export type Got = { status: number; headers: IncomingHttpHeaders; body: string }
export type Asked = { method?: string; path?: string; headers?: Record<string, string>; body?: string }

/** A flow whose link was opened in a browser, and the code that the authorization server has for it. */
export type Flow = { id: string; state: string; cookie: string; code: string }

export type Stage = Awaited<ReturnType<typeof openStage>>

export async function openStage() {
  const home = mkdtempSync(join(tmpdir(), 'evergrant-callback-'))
  const here: World = await world({ directory: home })
  const served: Served = await serve(here, publicUrl, home)
  /** Code by the challenge it was asked for with. */
  const challenges = new Map<string, string>()
  let issued = 0

  here.answer(({ form }) => {
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    const known = challenges.get(form.get('code') ?? '')
    if (known === undefined || known !== challenge) return { status: 400, body: { error: 'invalid_grant' } }
    challenges.delete(form.get('code') ?? '')
    return tokens((issued += 1))
  })

  for (const name of ['declared', 'undeclared']) {
    const definition = service()
    const facts = definition.ways['person']?.authorize
    if (name === 'declared' && facts !== undefined) facts.issuer = issuer
    await here.domain.connections.create(
      { name, provider: 'custom', definition, grant: 'person', client: { id: 'client', secret: 'secret' } },
      { kind: 'local' },
    )
  }

  const ask = ({ method = 'GET', path = '/oauth/callback', headers = {}, body }: Asked): Promise<Got> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        served.origin,
        { method, path, headers: { host: new URL(publicUrl).host, ...headers }, agent: false },
        (response) => {
          let text = ''
          response.setEncoding('utf8')
          response.on('data', (chunk: string) => (text += chunk))
          response.on('error', reject)
          response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        },
      )
      request.on('error', reject)
      request.end(body)
    })

  return {
    here,
    ask,
    /** The person's browser opens the one-time link and is sent to the authorization server, which has a code ready. */
    async open(name: 'declared' | 'undeclared' = 'declared'): Promise<Flow> {
      const { id } = await served.api('authorizeConnection', { params: { name } })
      const opened = await ask({ path: `/a/${id}` })
      const sent = new URL(String(opened.headers.location)).searchParams
      const code = `code-of-${id}`
      challenges.set(code, sent.get('code_challenge') ?? '')
      const cookie = String(opened.headers['set-cookie']).split(';')[0] ?? ''
      return { id, state: sent.get('state') ?? '', cookie, code }
    },
    /** Follows what the server says to the page that is shown, with the same cookies. */
    async load(asked: Asked): Promise<{ page: Got; addresses: string[] }> {
      const addresses: string[] = []
      let page = await ask(asked)
      while (page.status === 303 && addresses.length < 5) {
        const path = String(page.headers.location)
        addresses.push(path)
        const { cookie } = asked.headers ?? {}
        page = await ask({ path, ...(cookie !== undefined && { headers: { cookie } }) })
      }
      return { page, addresses }
    },
    async close(): Promise<void> {
      await served.close()
      await here.close()
    },
  }
}

/** The answer as the authorization server sends the browser back with it. */
export function goodAnswer({ code, state, cookie }: Flow): Asked {
  return { path: `/oauth/callback?${new URLSearchParams({ code, state, iss: issuer })}`, headers: { cookie } }
}
