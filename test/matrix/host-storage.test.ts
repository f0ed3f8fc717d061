/**
 * The disk is full, gives errors, or is held by another program; a node is cut off from the database or stopped in the
 * middle of a renewal. Real disks, processes and minutes are in `host-disk.long.test.ts` and `host-nodes.long.test.ts`.
 */
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import type { Spool } from '../../src/connections/spool.ts'
import type { Store } from '../../src/store/store.ts'
import { connected, manualClock, tokens, type World } from '../connections/harness.ts'
import { startPostgres } from '../harness/postgres.ts'
import { postgresBench, sqliteBench, type Bench } from './stores.ts'

const server = await startPostgres()
afterAll(() => server.dispose())

const minute = 60_000
const local = { kind: 'local' } as const

type Fault = 'storage_full' | 'store_unavailable'

/** A store that takes no writes of renewals while `fault` is set. */
function breakable() {
  const state: { fault?: Fault | undefined } = {}
  const writes = new Set<PropertyKey>(['claim', 'advance', 'fail', 'close', 'keepLate', 'serve', 'setDue'])
  const wrap = (store: Store): Store => {
    const renewals = new Proxy(store.renewals, {
      get(target, name) {
        if (state.fault === undefined || !writes.has(name)) return Reflect.get(target, name) as unknown
        const code = state.fault
        return () => Promise.reject(new EvergrantError(code))
      },
    })
    return Object.assign(Object.create(store) as Store, { renewals })
  }
  return { state, wrap }
}

const stored = async (here: World) => {
  const loaded = await here.store.connections.byName('books')
  return [loaded?.schedule.generation, loaded?.tokens?.root.refreshToken?.open()]
}

describe.each([
  ['SQLite', async () => sqliteBench()],
  ['Postgres', () => postgresBench(server)],
])('%s', (_kind, makeBench) => {
  let bench: Bench
  beforeEach(async () => {
    bench = await makeBench()
  })
  afterEach(() => bench.dispose())

  describe.each(['storage_full', 'store_unavailable'] as const)('writes end with %s', (fault) => {
    it('before the request: nothing is sent, the current token is served, and renewal goes on by itself', async () => {
      const { state, wrap } = breakable()
      const here = await bench.node('node', { wrap })
      await connected(here)
      here.answer(() => tokens(2))
      here.clock.advance(57 * minute)
      state.fault = fault
      expect(await here.domain.connections.read('books')).toMatchObject({
        generation: 1,
        warnings: ['renewal_failed'],
      })
      await expect(here.domain.connections.renew('books', local)).rejects.toMatchObject({ code: fault })
      here.clock.advance(4 * minute)
      await expect(here.domain.connections.read('books')).rejects.toMatchObject({ code: fault })
      expect(here.requests).toEqual([])

      state.fault = undefined
      here.domain.refresher.start()
      await vi.waitFor(async () => expect(await stored(here)).toEqual([2, 'refresh-2']))
    })

    it('after the answer: it is served from the spool and stored when the store takes it', async () => {
      const { state, wrap } = breakable()
      const here = await bench.node('node', { wrap })
      await connected(here)
      here.clock.advance(57 * minute)
      here.answer(() => {
        state.fault = fault
        return tokens(2)
      })
      expect(await here.domain.connections.read('books')).toMatchObject({ generation: 2, warnings: [] })
      expect(await stored(here)).toEqual([1, 'refresh-1'])
      expect(here.events).toContainEqual({
        name: 'token.not_yet_stored',
        fields: { connection: 'books', reason: fault },
      })
      state.fault = undefined
      await vi.waitFor(async () => expect(await stored(here)).toEqual([2, 'refresh-2']))
      expect(here.requests).toHaveLength(1)
    })

    it('after the answer, the spool too: callers get what still lives, and nothing is lost', async () => {
      const { state, wrap } = breakable()
      const here = await bench.node('node', { wrap })
      const append = vi.spyOn(here.spool, 'append' satisfies keyof Spool)
      append.mockImplementation(() => Promise.reject(new EvergrantError(fault)))
      await connected(here)
      here.clock.advance(57 * minute)
      here.answer(() => {
        state.fault = fault
        return tokens(2)
      })
      expect(await here.domain.connections.read('books')).toMatchObject({
        generation: 1,
        warnings: ['renewal_failed'],
      })
      here.clock.advance(4 * minute)
      await expect(here.domain.connections.read('books')).rejects.toMatchObject({ code: 'store_unavailable' })
      state.fault = undefined
      await vi.waitFor(async () => expect(await stored(here)).toEqual([2, 'refresh-2']))
      here.clock.advance(-4 * minute)
      expect(await here.domain.connections.read('books')).toMatchObject({ generation: 2, warnings: [] })
      expect(here.requests).toHaveLength(1)
    })
  })

  it.each([
    ['harmless: the request is sent once more', { grace: 30, reuse: 'harmless' as const }],
    ['deadly: its holder gets the time to write', { grace: 0, reuse: 'kills_grant' as const }],
  ])('a node is cut off with the answer in its spool, and a second use is %s', async (_case, renewal) => {
    const clock = manualClock()
    const { state, wrap } = breakable()
    const one = await bench.node('one', { clock, wrap })
    const two = await bench.node('two', { clock })
    await connected(one, renewal)
    clock.advance(57 * minute)
    one.answer(() => {
      state.fault = 'store_unavailable'
      return tokens(2)
    })
    two.answer(() => tokens(3))
    const harmless = renewal.reuse === 'harmless'
    expect(await one.domain.connections.read('books')).toMatchObject({ generation: 2 })

    const waiting = two.domain.connections.read('books')
    // The lease has run out, but another node may hold the answer.
    clock.advance(harmless ? 20_000 : minute + 1000)
    await clock.sleep(20)
    await clock.sleep(20)
    expect(two.requests).toEqual([])
    if (harmless) {
      clock.advance(6_000)
      expect((await waiting).accessToken.open()).toBe('access-3')
      state.fault = undefined
      await vi.waitFor(() => expect(one.events.map(({ name }) => name)).toContain('token.arrived_late'))
      expect(await stored(one)).toEqual([2, 'refresh-3'])
      // What came late is found by whoever is about to declare the grant dead.
      const id = (await one.store.connections.byName('books'))?.connection.id ?? ''
      expect((await two.store.renewals.late(id, 1))?.tokens.refreshToken?.open()).toBe('refresh-2')
    } else {
      state.fault = undefined
      expect((await waiting).accessToken.open()).toBe('access-2')
      expect(two.requests).toEqual([])
      expect(await stored(one)).toEqual([2, 'refresh-2'])
    }
  })

  it('what was found due and was renewed by another node meanwhile is not renewed again', async () => {
    const clock = manualClock()
    const looked = Promise.withResolvers<void>()
    const renewed = Promise.withResolvers<void>()
    const slow = (store: Store): Store => {
      const due: Store['renewals']['due'] = async (before, limit) => {
        const found = await store.renewals.due(before, limit)
        if (found.length === 0) return found
        looked.resolve()
        await renewed.promise
        return found
      }
      return Object.assign(Object.create(store) as Store, { renewals: { ...store.renewals, due } })
    }
    const one = await bench.node('one', { clock })
    const two = await bench.node('two', { clock, wrap: slow })
    await connected(one)
    clock.advance(57 * minute)
    for (const here of [one, two]) here.answer(() => tokens(2))
    two.domain.refresher.start()
    await looked.promise
    await one.domain.connections.renew('books', local)
    await vi.waitFor(async () => expect(await stored(one)).toEqual([2, 'refresh-2']))
    const read = vi.spyOn(two.store.connections, 'byId')
    renewed.resolve()
    await vi.waitFor(() => expect(read).toHaveBeenCalled())
    await two.domain.refresher.stop()
    expect(two.requests).toEqual([])
    expect((await stored(one))[0]).toBe(2)
  })

  it('a node that could not try a renewal moves no due moment of another node’s renewal', async () => {
    const clock = manualClock()
    const claimed = Promise.withResolvers<void>()
    const renewed = Promise.withResolvers<void>()
    const broken = (store: Store): Store => {
      const claim: Store['renewals']['claim'] = async () => {
        claimed.resolve()
        await renewed.promise
        throw new EvergrantError('store_unavailable')
      }
      return Object.assign(Object.create(store) as Store, { renewals: { ...store.renewals, claim } })
    }
    const one = await bench.node('one', { clock })
    const two = await bench.node('two', { clock, wrap: broken })
    await connected(one)
    clock.advance(57 * minute)
    one.answer(() => tokens(2))
    two.domain.refresher.start()
    await claimed.promise
    await one.domain.connections.renew('books', local)
    await vi.waitFor(async () => expect(await stored(one)).toEqual([2, 'refresh-2']))
    const due = async () => (await one.store.connections.byName('books'))?.schedule.dueAt
    const before = await due()
    renewed.resolve()
    await two.domain.refresher.stop()
    expect(await due()).toBe(before)
  })

  it('a holder of a lease that stood still is refused by its fence, and its answer is kept as evidence', async () => {
    const clock = manualClock()
    const [one, two] = [await bench.node('one', { clock }), await bench.node('two', { clock })]
    await connected(one)
    clock.advance(57 * minute)
    const held = Promise.withResolvers<void>()
    const sent = Promise.withResolvers<void>()
    one.answer(async () => {
      sent.resolve()
      await held.promise
      return tokens(2)
    })
    two.answer(() => tokens(3))
    const stale = one.domain.connections.read('books')
    await sent.promise
    clock.advance(minute)
    expect((await two.domain.connections.read('books')).accessToken.open()).toBe('access-3')
    held.resolve()
    await stale
    // From when the store has refused it, callers get the token that is valid, not the one that lost.
    await vi.waitFor(async () =>
      expect((await one.domain.connections.read('books')).accessToken.open()).toBe('access-3'),
    )
    expect(await stored(one)).toEqual([2, 'refresh-3'])
    await vi.waitFor(() => expect(one.events.map(({ name }) => name)).toContain('token.arrived_late'))
  })
})
