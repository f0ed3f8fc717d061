/** The loopback listener among other programs and users of its machine. Named after the requirements in docs/security.md. */
import { mkdtemp, readFile } from 'node:fs/promises'
import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openListener, type Listener } from '../../src/redirect/index.ts'
import { connected, tokens, world } from '../connections/harness.ts'
import { systemClock } from '../outbound/clocks.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

type Got = { status: number; headers: IncomingHttpHeaders; body: string }

function ask(
  port: number,
  path: string,
  more: { method?: string; headers?: Record<string, string> } = {},
): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, agent: false, ...more }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.on('error', reject)
    request.end()
  })
}

/** A domain whose flows come back to a real listener. */
async function stage() {
  const directory = await mkdtemp(join(tmpdir(), 'evergrant-listener-'))
  const listeners: Listener[] = []
  const here = await world({
    override: {
      async listen(options) {
        const listener = await openListener({ ...options, clock: systemClock, certificateDirectory: directory })
        listeners.push(listener)
        return listener
      },
    },
  })
  endings.push(() => here.close())
  await connected(here)
  here.answer((_, count) => tokens(count + 1))
  const begin = async (redirectUri = 'http://127.0.0.1') => {
    const view = await here.domain.connections.authorize('books', { back: 'loopback', redirectUri }, { kind: 'local' })
    const state = new URL(view.authorizationUrl ?? '').searchParams.get('state') ?? ''
    const listener = listeners.at(-1)!
    return { view, state, listener, path: `${new URL(listener.redirectUri).pathname}?code=canary-code&state=${state}` }
  }
  return { here, begin }
}

describe('the listener of a flow', () => {
  it('B1: listens on loopback literals alone', async () => {
    const { begin } = await stage()
    const { listener } = await begin('http://localhost')
    const hex = listener.port.toString(16).toUpperCase().padStart(4, '0')
    const tables = await Promise.all(
      ['tcp', 'tcp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => '')),
    )
    // sl local_address rem_address st: 0A is LISTEN.
    const bound = tables
      .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
      .filter(([, local = '', , state]) => state === '0A' && local.endsWith(`:${hex}`))
      .map(([, local = '']) => local.split(':')[0])
    expect(bound).toContain('0100007F')
    for (const address of bound) expect(['0100007F', '00000000000000000000000001000000']).toContain(address)
  })

  it('B6, B8: tells other programs and web pages nothing, whatever they ask for, and still takes its answer', async () => {
    const { here, begin } = await stage()
    const { listener, state, path, view } = await begin()
    const paths = [
      '/',
      '/status',
      '/wait-for-auth',
      '/token',
      '/tokens',
      '/v1/connections',
      '/callback',
      '/oauth/callback',
      '/favicon.ico',
      '/robots.txt',
      '/.well-known/oauth-authorization-server',
      '/.git/config',
      '/%2e%2e/',
      '//',
      '/?',
      '/?state=',
      '/?code=x',
      `/?state=${state}x&code=x`,
      '/?error=access_denied',
    ]
    const asks = paths.flatMap((one) => ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS'].map((method) => ({ one, method })))
    for (const { one, method } of asks) {
      const got = await ask(listener.port, one, { method, headers: { origin: 'https://evil.example' } })
      // The bare address may have its answer in the fragment, which a browser has to read.
      const isBare = method === 'GET' && (one === '/' || one === '/?')
      expect([one, method, got.status >= 400]).toEqual([one, method, !isBare])
      expect(got.headers['access-control-allow-origin']).toBeUndefined()
      for (const secret of [state, view.id, 'books', 'canary'])
        expect(got.body + JSON.stringify(got.headers)).not.toContain(secret)
    }
    expect(here.requests).toEqual([])
    expect((await ask(listener.port, path)).status).toBe(303)
    expect(here.requests).toHaveLength(1)
  })

  it('B5: is not reached by a name that was bound again to this machine', async () => {
    const { here, begin } = await stage()
    const { listener, path } = await begin()
    const hosts = [
      'evil.example',
      `evil.example:${listener.port}`,
      `localhost:${listener.port}`,
      '127.0.0.1',
      `127.0.0.1.evil.example:${listener.port}`,
      `127.0.0.2:${listener.port}`,
      `127.0.0.1:${listener.port}.`,
      `0:${listener.port}`,
      `[::1]:${listener.port}`,
    ]
    for (const host of hosts)
      expect([host, (await ask(listener.port, path, { headers: { host } })).status]).toEqual([host, 403])
    expect(here.requests).toEqual([])
    expect((await ask(listener.port, path)).status).toBe(303)
  })

  it('B4: whose port another program takes afterwards leaves that one with nothing: the state is dead', async () => {
    const { here, begin } = await stage()
    const { listener, path, view, state } = await begin()
    const first = await ask(listener.port, path)
    await ask(listener.port, String(first.headers.location))
    await listener.ended
    const caught: string[] = []
    const squatter = createServer((request, response) => {
      caught.push(request.url ?? '')
      response.end()
    }).listen(listener.port, '127.0.0.1')
    endings.push(() => new Promise((resolve) => squatter.close(resolve)))
    await new Promise((resolve) => squatter.once('listening', resolve))
    expect((squatter.address() as AddressInfo).port).toBe(listener.port)
    await ask(listener.port, path.replace('canary-code', 'late-code'))
    const parameters = [...new URL(caught[0] ?? '', 'http://x').searchParams]
    expect(Object.fromEntries(parameters)).toEqual({ code: 'late-code', state })
    const { complete } = here.domain.connections
    await expect(complete(view.id, { kind: 'parameters', parameters }, { kind: 'local' })).rejects.toMatchObject({
      code: 'authorization_used',
    })
    expect(here.requests).toHaveLength(1)
  })

  it('B2: that nobody answered is closed with its time, and a late answer is worth nothing', async () => {
    const { here, begin } = await stage()
    const { listener, view, state } = await begin()
    here.clock.advance(600_000)
    await listener.close()
    const parameters: [string, string][] = [
      ['code', 'late-code'],
      ['state', state],
    ]
    const { complete } = here.domain.connections
    await expect(complete(view.id, { kind: 'parameters', parameters }, { kind: 'local' })).rejects.toMatchObject({
      code: 'authorization_expired',
    })
    expect(here.requests).toEqual([])
    await expect(ask(listener.port, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
