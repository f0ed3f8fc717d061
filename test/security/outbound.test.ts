/** Requirement rows I1 to I8: what the server may call, by addresses, names, redirects and answers of a resolver. */
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { FetchFailed, type Clock } from '../../src/deps.ts'
import { createOutbound, type OutboundOptions } from '../../src/outbound/index.ts'
import { forbidden, names, neverAllowed } from './addresses-corpus.ts'
import { spyOnSockets, type SocketSpy } from './sockets.ts'

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: async () => undefined,
}
const family = (address: string) => ({ address, family: address.includes(':') ? 6 : 4 })
const publicAddress = '93.184.216.34'

let spy: SocketSpy
const endings: (() => unknown)[] = []
afterEach(async () => {
  spy.stop()
  for (const end of endings.splice(0)) await end()
})

function start(options: Partial<OutboundOptions> & { allowHosts: string[] }, passing: number[] = []) {
  spy = spyOnSockets(passing)
  const lookup = async (name: string) => (names[name] ?? [publicAddress]).map(family)
  const outbound = createOutbound({ clock, lookup, ...options })
  endings.push(() => outbound.close())
  /** What became of a request: a status, or how it failed. */
  return async (url: string, redirectsInside?: string[]) => {
    const more = redirectsInside === undefined ? {} : { redirectsInside }
    try {
      return (await outbound.fetch({ method: 'GET', url, headers: {}, deadlineMs: 5000, ...more })).status
    } catch (error) {
      if (error instanceof FetchFailed)
        return `${error.failure.kind}${error.failure.sent ? ' after the first request' : ''}`
      throw error
    }
  }
}

/** The cases that did not end as they should, each with how it ended. */
async function wrong(cases: readonly string[], ask: (url: string) => Promise<unknown>, right: unknown) {
  const found: [string, unknown][] = []
  for (const url of cases) {
    const ended = await ask(url)
    if (ended !== right) found.push([url, ended])
  }
  return found
}

it('I1, I2: each of 150 addresses and more is refused without a socket, and a public one is not', async () => {
  expect(forbidden.length).toBeGreaterThanOrEqual(150)
  const ask = start({ allowHosts: [] })
  expect(await wrong(forbidden, ask, 'blocked')).toEqual([])
  expect(spy.dialled).toEqual([])
  expect(await ask('https://login.example.com/oauth/token')).toBe('refused')
  expect(await ask(`https://${publicAddress}/`)).toBe('refused')
  expect(spy.dialled).toEqual([publicAddress, publicAddress])
})

it('I4: a metadata service is refused though its host is listed, by address, name and resolver', async () => {
  const hosts = neverAllowed.filter((host) => !host.includes('@')).map((host) => host.replace(/\.$/, ''))
  const ask = start({ allowHosts: [...hosts, ...Object.keys(names)] })
  for (const scheme of ['http', 'https']) {
    const urls = neverAllowed.map((host) => `${scheme}://${host}/latest/meta-data/`)
    expect(await wrong(urls, ask, 'blocked')).toEqual([])
  }
  expect(spy.dialled).toEqual([])
  expect(await ask('https://localhost/')).toBe('refused')
  expect(spy.dialled).toEqual(['127.0.0.1', '::1'])
})

it('I5: a listed host opens itself alone, on its port', async () => {
  const ask = start({ allowHosts: ['127.0.0.1:4101', 'kubernetes.default.svc'] })
  const still = ['https://127.0.0.1/', 'https://127.0.0.1:4102/', 'http://127.0.0.2:4101/', 'http://localhost:4101/']
  expect(await wrong(still, ask, 'blocked')).toEqual([])
  expect(spy.dialled).toEqual([])
  expect(await ask('http://127.0.0.1:4101/')).toBe('refused')
  expect(await ask('http://kubernetes.default.svc:8080/')).toBe('refused')
  expect(spy.dialled).toEqual(['127.0.0.1', '10.96.0.1'])
})

describe('I3: a name that changes between two answers of the resolver', () => {
  it('never leads to a private address', async () => {
    const inside = ['127.0.0.1', '::1', '10.0.0.1', '::ffff:127.0.0.1', '169.254.169.254', 'fd00:ec2::254']
    let turn = 0
    const lookup = async () => [family(turn++ % 2 === 0 ? publicAddress : (inside[(turn >> 1) % inside.length] ?? ''))]
    const ask = start({ allowHosts: [], lookup })
    for (let count = 0; count < 200; count++) await ask('https://rebind.test/')
    expect(turn).toBe(200)
    expect(spy.dialled).toEqual(Array.from({ length: 100 }, () => publicAddress))
  })

  it('that gives a public and private addresses at once is called at the public one', async () => {
    const lookup = async () => ['10.0.0.1', '::1', publicAddress, '169.254.169.254'].map(family)
    const ask = start({ allowHosts: [], lookup })
    expect(await ask('https://rebind.test/')).toBe('refused')
    expect(spy.dialled).toEqual([publicAddress])
  })

  it('and is listed never leads to a metadata service', async () => {
    let turn = 0
    const lookup = async () => [family(turn++ % 2 === 0 ? '127.0.0.1' : '169.254.169.254')]
    const ask = start({ allowHosts: ['rebind.test'], lookup })
    for (let count = 0; count < 100; count++) await ask('http://rebind.test/')
    expect(spy.dialled).toEqual(Array.from({ length: 50 }, () => '127.0.0.1'))
  })
})

it('I6: a redirect to any of the addresses is not followed, though its host is named', async () => {
  let location = ''
  const server = createServer((_, response) => response.writeHead(302, { location }).end())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  endings.push(() => server.close())
  const { port } = server.address() as AddressInfo
  const here = `127.0.0.1:${port}`
  const ask = start({ allowHosts: [here] }, [port])
  // What HTTP cannot carry in a header, a path of the same server, and a fragment, which a redirect may have.
  const away = forbidden.filter((url) => !/[^\x20-\x7e]|#/.test(url) && !/^(\/oauth|$)/.test(url))
  const inside = (url: string) => [here, URL.parse(url, `http://${here}`)?.host ?? here]
  // The redirect is the answer; where only the resolver tells, the request ends there.
  const follow = async (url: string) => {
    location = url
    const ended = await ask(`http://${here}/`, inside(url))
    return ended === 302 || ended === 'blocked after the first request' ? 'not followed' : ended
  }
  expect(away.length).toBeGreaterThan(150)
  expect(await wrong(away, follow, 'not followed')).toEqual([])
  expect([...new Set(spy.dialled)]).toEqual(['127.0.0.1'])
})
