/** What is sent to start an authorization, and who gets to see it. Named after the requirements in docs/security.md. */
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openBrowser } from '../../src/cli/authorize/browser.ts'
import { challengeOf, startAuthorization } from '../../src/oauth/authorization.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { service, tokens, world, type World } from '../connections/harness.ts'

const open: World[] = []
async function start(): Promise<World> {
  const here = await world()
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
const local = { kind: 'local' } as const

describe('an authorization request', () => {
  it('A1: has another verifier and another state each of a thousand times, by S256', () => {
    const { url, params, pkce } = service().ways['person']!.authorize!
    const values = { client_id: 'me', redirect_uri: 'http://localhost/', scope: 'read' }
    const seen = new Set<string>()
    for (let i = 0; i < 1000; i += 1) {
      const { parameters, verifier, state } = startAuthorization({ url, params, pkce }, values, randomBytes)
      const sent = Object.fromEntries(parameters)
      expect(sent['code_challenge_method']).toBe('S256')
      expect(sent['code_challenge']).toBe(challengeOf(verifier!.open()))
      for (const value of [verifier!.open(), state]) seen.add(value)
    }
    expect(seen.size).toBe(2000)
  })

  it('A1: without PKCE is what the preview of a connection says', async () => {
    const here = await start()
    await here.domain.connections.create(
      {
        name: 'books',
        provider: 'custom',
        definition: withoutPkce(service()),
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
      },
      local,
    )
    const { advice } = await here.domain.connections.preview('books')
    expect(advice.map(({ says }) => says)).toContain('This service is used without PKCE.')
  })

  it('A21: names the same resource as the requests for tokens', async () => {
    const here = await start()
    const definition = service()
    const way = definition.ways['person']!
    const resource = 'https://api.example.com/v1?a=b&c=%2F'
    definition.values = { resource: { label: 'Resource', default: resource } }
    way.authorize!.params['resource'] = '{resource}'
    for (const call of [way.token!, way.renewal.call!]) (call.body as Form).form['resource'] = '{resource}'
    await here.domain.connections.create(
      { name: 'books', provider: 'custom', definition, grant: 'person', client: { id: 'client', secret: 'secret' } },
      local,
    )
    const view = await here.domain.connections.authorize('books', { back: 'paste' }, local)
    const sent = new URL(view.authorizationUrl ?? '').searchParams
    here.answer((_, count) => tokens(count))
    const parameters: [string, string][] = [
      ['code', 'c'],
      ['state', sent.get('state') ?? ''],
    ]
    await here.domain.connections.complete(view.id, { kind: 'parameters', parameters }, local)
    await here.domain.connections.renew('books', local)
    const asked = here.requests.map(({ form }) => form.get('resource'))
    expect([sent.get('resource'), ...asked]).toEqual([resource, resource, resource])
  })

  it('D18: whose code was sent and whose answer was lost sends it once', async () => {
    const here = await start()
    await here.domain.connections.create(
      {
        name: 'books',
        provider: 'custom',
        definition: service(),
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
      },
      local,
    )
    const view = await here.domain.connections.authorize('books', { back: 'paste' }, local)
    here.answer(() => ({ lost: 'reset' }))
    const state = new URL(view.authorizationUrl ?? '').searchParams.get('state') ?? ''
    const parameters: [string, string][] = [
      ['code', 'c'],
      ['state', state],
    ]
    const { outcome } = await here.domain.connections.complete(view.id, { kind: 'parameters', parameters }, local)
    expect([outcome.kind, here.requests.length]).toEqual(['failed', 1])
  })
})

type Form = { form: Record<string, string> }

describe('a browser', () => {
  it('A22: gets the address as one argument, and no shell reads it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'evergrant-browser-'))
    const browser = join(directory, 'browser')
    await writeFile(
      browser,
      `#!/bin/sh\nfor one in "$@"; do printf '%s\\n' "$one"; done > "$0.part"\nmv "$0.part" "$0.said"\n`,
    )
    await chmod(browser, 0o700)
    const url = `https://a.test/?a=$(touch ${directory}/made)&b=\`touch ${directory}/made\`;touch ${directory}/made|x --flag "'`
    await openBrowser(url, { BROWSER: browser })
    await expect.poll(() => readFile(`${browser}.said`, 'utf8').catch(() => ''), { timeout: 10_000 }).toBe(`${url}\n`)
    expect((await readdir(directory)).toSorted()).toEqual(['browser', 'browser.said'])
  })
})

function withoutPkce(definition: Provider): Provider {
  const { authorize, token } = definition.ways['person']!
  authorize!.pkce = 'off'
  delete authorize!.params['code_challenge']
  delete authorize!.params['code_challenge_method']
  delete (token!.body as Form).form['code_verifier']
  return definition
}

describe('the relay page', () => {
  const publicClient = (): Provider => ({
    ...service(),
    client: { see: ['docs'], auth: ['client_secret_basic', 'none'], secret: { optional: true } },
  })
  const relayed = async (definition: Provider, secret?: string) => {
    const here = await start()
    const client = { id: 'client', ...(secret !== undefined && { secret }) }
    await here.domain.connections.create(
      { name: 'books', provider: 'custom', definition, grant: 'person', client },
      local,
    )
    return here.domain.connections.authorize('books', { redirectUri: 'http://127.0.0.1:7117/oauth/code' }, local)
  }

  it('C7: shows no code that is worth something without us', async () => {
    await expect(relayed(withoutPkce(publicClient()))).rejects.toMatchObject({
      code: 'redirect_refused',
      message: expect.stringContaining('PKCE') as string,
    })
    expect((await relayed(withoutPkce(publicClient()), 'secret')).back).toBe('relay')
    expect((await relayed(publicClient())).back).toBe('relay')
  })
})
