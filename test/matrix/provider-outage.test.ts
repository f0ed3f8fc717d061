/** A service that is away for half an hour: what jobs see meanwhile, what it costs the service, how everything comes back. */
import { afterEach, describe, expect, it } from 'vitest'
import { tell } from '../../src/connections/exchange.ts'
import { retryAt } from '../../src/connections/renewal-policy.ts'
import { EvergrantError } from '../../src/errors.ts'
import { classifyAnswer } from '../../src/oauth/failure.ts'
import { createPace } from '../../src/outbound/pace.ts'
import type { Answer } from '../connections/harness.ts'
import {
  answered,
  fleet,
  minute,
  most,
  nobody,
  outside,
  readAll,
  rotating,
  second,
  seeded,
  steppedClock,
  type Outside,
} from './provider-world.ts'

const local = { kind: 'local' } as const

const open: Outside[] = []
async function start(options: Parameters<typeof outside>[0] = {}): Promise<Outside> {
  const here = await outside({ override: { dice: () => 0.5 }, ...options })
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const step = 20 * second
const page = (title: string): string => `<!doctype html><title>${title}</title><h1>Down</h1>`

/** The fault, what it is told as, and how many requests an attempt costs at most: a lost answer is asked for once more. */
const rows: [string, Answer, { kind: string; code: string }, number][] = [
  ['the name cannot be resolved', { lost: 'dns' }, { kind: 'not_sent', code: 'dns' }, 1],
  ['no connection', { lost: 'refused' }, { kind: 'not_sent', code: 'refused' }, 1],
  ['a connection that is never made', { lost: 'connect_timeout' }, { kind: 'not_sent', code: 'connect_timeout' }, 1],
  ['a certificate that is not trusted', { lost: 'tls' }, { kind: 'not_sent', code: 'tls' }, 1],
  ['429 without Retry-After', { status: 429, body: '' }, { kind: 'transient', code: 'http_429' }, 1],
  ['503', { status: 503, body: '' }, { kind: 'transient', code: 'http_503' }, 1],
  ['500', { status: 500, body: '' }, { kind: 'unknown_outcome', code: 'http_500' }, 2],
  ['502 from a gateway', { status: 502, body: page('Bad Gateway') }, { kind: 'unknown_outcome', code: 'http_502' }, 2],
  ['a page with 200', { body: page('Sign in') }, { kind: 'unknown_outcome', code: 'html_answer' }, 2],
  ['no answer', { lost: 'timeout' }, { kind: 'unknown_outcome', code: 'timeout' }, 2],
  ['a reset', { lost: 'reset' }, { kind: 'unknown_outcome', code: 'reset' }, 2],
]

describe('half an hour of', () => {
  it.each(rows)('%s', async (_, fault, told, each) => {
    const here = await start()
    const [name = ''] = await fleet(here, 1, 60 * minute)
    const [alive, dead] = [nobody(), nobody()]
    here.domain.refresher.start()
    // Due at 42 minutes, because the dice say so.
    await here.pass(41 * minute, minute)
    here.answer(() => fault)
    await here.pass(18 * minute, step, () => readAll(here, [name], alive))
    expect(await here.domain.connections.get(name)).toMatchObject({ state: 'active', condition: 'failing' })
    await here.pass(13 * minute, step, () => readAll(here, [name], dead))

    await answered(here, dead)
    // While the token lived it was served; then jobs heard when to ask again, and none of them got through to the service.
    expect(alive).toEqual({ asked: 54, served: 54, failed: [] })
    expect(dead.served).toBeLessThan(6)
    for (const { code, retryAfter } of dead.failed) {
      expect(code).toMatch(/provider_failing|unreadable_answer/)
      expect(retryAfter).toBeGreaterThan(0)
    }
    const failures = here.events.filter((event) => event.name === 'token.renewal_failed')
    expect(failures.length).toBeGreaterThan(5)
    expect(failures.length).toBeLessThanOrEqual(12)
    expect(failures.at(-1)?.fields).toMatchObject({ kind: told.kind, code: told.code })
    expect(here.requests.length).toBeGreaterThanOrEqual(failures.length)
    expect(here.requests.length).toBeLessThanOrEqual(failures.length * each)

    const sent = here.requests.length
    here.answer(rotating())
    await here.pass(7 * minute, step)
    expect(await here.domain.connections.get(name)).toMatchObject({ state: 'active', condition: 'ok', generation: 2 })
    expect(here.requests).toHaveLength(sent + 1)
  })
})

describe('a service that asks for quiet', () => {
  it('for ten minutes hears nothing from anybody before, and then not from all at once', async () => {
    const here = await start({ override: {} })
    const names = await fleet(here, 60, 60 * minute)
    here.domain.refresher.start()
    // Past the middle of their life, some past the point from which callers wait.
    await here.pass(35 * minute, minute)
    here.answer(() => ({ status: 429, body: '', headers: { 'retry-after': '600' } }))
    while (here.requests.length === 0) await here.pass(5 * second, 5 * second)
    const asked = here.clock.now()
    const gets = nobody()
    const began = here.requests.length
    await here.pass(asked + 10 * minute - here.clock.now() - 1, 30 * second, () => readAll(here, names, gets))
    await answered(here, gets)
    expect(gets.failed).toEqual([])
    expect(here.requests).toHaveLength(began)
    here.answer(rotating())
    await here.pass(10 * minute, 10 * second)
    const moments = here.moments(here.clock.now() - 10 * minute - 1_800_000_000_000)
    expect(moments.length).toBeGreaterThan(30)
    expect(most(moments, 10 * second)).toBeLessThanOrEqual(200)
    for (const name of names) expect((await here.domain.connections.get(name)).condition).toBe('ok')
  })

  it('is asked in its own words: seconds and dates alike, a thousand times, never early', async () => {
    const clock = steppedClock()
    const random = seeded(7)
    let early = 0
    for (let n = 0; n < 1000; n += 1) {
      const seconds = 1 + Math.floor(random() * 3600)
      const date = new Date(clock.now() + seconds * second)
      const written = n % 2 === 0 ? String(seconds) : date.toUTCString()
      const headers = { 'retry-after': written, date: new Date(clock.now()).toUTCString() }
      const failure = classifyAnswer(
        { status: 429, headers, body: '', sentAt: clock.now(), sentAtMonotonic: clock.now(), durationMs: 0 },
        { status: 429, body: undefined },
        [],
        'renew',
      )
      const origin = `https://as-${n}.example.com`
      const pace = createPace({ clock, random })
      tell(await pace.permit(origin, { deadlineMs: second }), failure)
      const until = clock.now() + seconds * second
      if (retryAt(failure, 1, clock.now(), random()) < until) early += 1
      clock.advance(Math.floor(random() * (seconds * second - 1)))
      const refused = await pace
        .permit(origin, { deadlineMs: until - clock.now() - 1 })
        .catch((error: unknown) => error)
      if (!(refused instanceof EvergrantError)) early += 1
      clock.advance(until - clock.now())
      ;(await pace.permit(origin, { deadlineMs: second })).done('ok')
    }
    expect(early).toBe(0)
  })
})

describe('half an hour without the service, an hour of life', () => {
  it('costs no get, if the tokens have more than the outage and the longest back-off left', async () => {
    const here = await start({ override: {} })
    const names = await fleet(here, 100, 60 * minute)
    here.domain.refresher.start()
    const gets = nobody()
    await here.pass(22 * minute, minute)
    here.answer(() => ({ status: 503, body: '' }))
    await here.pass(30 * minute, step, () => readAll(here, names, gets))
    expect(here.requests.length).toBeGreaterThan(8)
    const during = here.requests.length
    here.answer(rotating())
    await here.pass(8 * minute, 5 * second, () => readAll(here, names, gets))
    await answered(here, gets)
    expect(gets.failed).toEqual([])
    expect(gets.served).toBeGreaterThan(18_000)
    for (const name of names) expect((await here.domain.connections.get(name)).generation).toBe(2)
    expect(here.requests).toHaveLength(during + names.length)
    // The breaker: a hundred connections together cost the service no more than one would alone, times its places.
    expect(during).toBeLessThanOrEqual(16 + 12)
  })
})

describe('a client that is refused', () => {
  it('is tried no more than three times in half an hour, its tokens are served, and a new secret heals it', async () => {
    const here = await start()
    const [name = ''] = await fleet(here, 1, 60 * minute)
    here.domain.refresher.start()
    here.answer(rotating())
    await here.domain.connections.renew(name, local)
    here.answer(() => ({ status: 401, body: { error: 'invalid_client' } }))
    const gets = nobody()
    await here.pass(41 * minute, minute)
    await here.pass(14 * minute, step, () => readAll(here, [name], gets))
    await answered(here, gets)
    expect(gets.failed).toEqual([])
    expect(here.requests.length - 1).toBeLessThanOrEqual(3)
    const further = nobody()
    await here.pass(30 * minute, minute, () => readAll(here, [name], further))
    await answered(here, further)
    expect(here.requests.length - 1).toBeLessThanOrEqual(3)
    expect((await here.domain.connections.get(name)).condition).toBe('needs_configuration')

    here.answer(rotating())
    await here.domain.connections.change(name, { client: { id: 'client', secret: 'another' } }, local)
    const token = await here.domain.connections.read(name)
    expect(token.warnings).toEqual([])
    expect((await here.domain.connections.get(name)).condition).toBe('ok')
  })
})

describe('a person who disconnects at the service', () => {
  it('is asked to authorize again, and the service is asked nothing more', async () => {
    const here = await start()
    const names = await fleet(here, 20, 60 * minute, { reuse: 'kills_grant', grace: 0 })
    here.domain.refresher.start()
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    const gets = nobody()
    await here.pass(90 * minute, minute, () => readAll(here, names, gets))
    await answered(here, gets)
    expect(here.requests).toHaveLength(names.length)
    for (const name of names) expect((await here.domain.connections.get(name)).state).toBe('needs_authorization')
    expect(here.events.filter((event) => event.name === 'connection.needs_authorization')).toHaveLength(names.length)
  })
})

describe('lifetimes that cannot be', () => {
  it.each([0, -1, '3599', 1e99, undefined, null, '', 'soon'])(
    'expires_in %j: no more than one request a minute',
    async (expires_in) => {
      const here = await start()
      const [name = ''] = await fleet(here, 1, 2 * minute)
      here.domain.refresher.start()
      let count = 0
      here.answer(() => {
        count += 1
        return { body: { access_token: `access-${count}`, refresh_token: `next-${count}`, expires_in } }
      })
      const gets = nobody()
      await here.pass(10 * minute, 5 * second, () => readAll(here, [name], gets))
      await answered(here, gets)
      expect(gets.failed).toEqual([])
      expect(here.requests.length).toBeGreaterThan(0)
      expect(most(here.moments(), minute)).toBeLessThanOrEqual(1)
    },
  )
})

describe('a server that suddenly wants', () => {
  it.each([
    ['a DPoP nonce', { status: 400, body: { error: 'use_dpop_nonce' }, headers: { 'dpop-nonce': 'n-1' } }],
    ['another host', { status: 302, body: '', headers: { location: 'https://elsewhere.example/token' } }],
    ['another scope', { status: 400, body: { error: 'invalid_scope' } }],
  ])('%s is a matter of configuration: the token is served, and asking goes on slowly', async (_, fault) => {
    const here = await start()
    const [name = ''] = await fleet(here, 1, 60 * minute)
    here.domain.refresher.start()
    here.answer(() => fault)
    const gets = nobody()
    await here.pass(59 * minute, minute, () => readAll(here, [name], gets))
    await answered(here, gets)
    expect(gets.failed).toEqual([])
    expect(here.requests.length).toBeLessThanOrEqual(4)
    for (const { url } of here.requests) expect(new URL(url).host).toBe('auth.example.com')
    expect((await here.domain.connections.get(name)).failure).toMatchObject({ kind: 'configuration' })
  })
})

describe('a start while the service is away', () => {
  it('serves what is stored, and waits for nobody', async () => {
    const before = await outside()
    const names = await fleet(before, 50, 60 * minute)
    const { clock } = before
    const { directory, keys } = before.abandon()
    await before.close()
    const here = await start({ directory, keys, clock })
    here.answer(() => ({ lost: 'refused' }))
    await here.domain.recover()
    here.domain.refresher.start()
    const gets = nobody()
    readAll(here, names, gets)
    await answered(here, gets)
    expect(gets).toEqual({ asked: 50, served: 50, failed: [] })
    expect(here.requests).toEqual([])
  })
})
