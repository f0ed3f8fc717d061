/** Several nodes over one Postgres: what they must not do twice, what they tell each other, what a lost database costs. */
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keepPauses } from '../../src/connections/pauses.ts'
import { createPace } from '../../src/outbound/pace.ts'
import type { PostgresAddress } from '../../src/store/postgres-client.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { KeyRing } from '../../src/store/seal.ts'
import type { Change, ClaimRequest } from '../../src/store/store.ts'
import { connected, manualClock, tokens, world, type World } from '../connections/harness.ts'
import { makeDatabase, startPostgres } from '../harness/postgres.ts'
import { silentProxy } from '../harness/postgres-proxy.ts'

const server = await startPostgres()
const keys = new KeyRing([randomBytes(32)])
const log = { debug() {}, info() {}, warn() {}, error() {} }
const local = { kind: 'local' } as const

let database: Awaited<ReturnType<typeof makeDatabase>>
const open: World[] = []

beforeEach(async () => {
  database = await makeDatabase(server)
})

afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
  await database.drop()
})

afterAll(() => server.dispose())

async function node(name: string, options: { clock?: World['clock']; address?: PostgresAddress } = {}): Promise<World> {
  const { clock = manualClock(Date.now()), address = database } = options
  const here = await world({
    node: name,
    clock,
    keys,
    openStore: (settings) => openPostgresStore({ ...settings, address, keys: () => keys, log }),
  })
  open.push(here)
  return here
}

const token = async (here: World, name = 'books') => (await here.domain.connections.read(name)).accessToken.open()

/** The generation that the node has in memory. */
const remembered = (here: World, name = 'books') =>
  here.domain.connections.peek(name, here.clock.now(), undefined)?.generation

const soon = (check: () => void) => vi.waitFor(check, { timeout: 10_000, interval: 10 })

const key = {
  id: 'k',
  prefix: 'eg_1',
  digest: 'd',
  name: 'job',
  verbs: [],
  connections: [],
  addresses: [],
  createdAt: 1,
}

describe('two nodes', () => {
  it('renew once for a hundred readers', async () => {
    const clock = manualClock(Date.now())
    const [one, two] = [await node('one', { clock }), await node('two', { clock })]
    await connected(one)
    clock.advance(3_700_000)
    let sent = 0
    for (const here of [one, two]) {
      here.answer(async () => {
        sent += 1
        await new Promise((resolve) => setTimeout(resolve, 50))
        return tokens(2)
      })
    }
    const readers = Array.from({ length: 50 }, () => [token(one), token(two)]).flat()
    expect(new Set(await Promise.all(readers))).toEqual(new Set(['access-2']))
    expect(sent).toBe(1)
  })

  it('judge a lease by the database’s clock, whatever their own say', async () => {
    const behind = await node('behind', { clock: manualClock(Date.now() - 3_600_000) })
    const before = await node('before', { clock: manualClock(Date.now() + 3_600_000) })
    await connected(behind)
    const id = (await behind.store.connections.byName('books'))?.connection.id ?? ''
    const claim = (here: World, holder: string, more: Partial<ClaimRequest> = {}) =>
      here.store.renewals.claim({
        connectionId: id,
        seen: 1,
        holder,
        leaseMs: 60_000,
        holdMs: 0,
        passBackOff: false,
        ...more,
      })
    expect(await claim(behind, 'dead/1')).toMatchObject({ kind: 'mine' })
    expect(await claim(before, 'alive/1')).toMatchObject({ kind: 'held' })
    // Told as each one's own clock would say it.
    for (const here of [behind, before]) {
      const { heldUntil = 0 } = (await here.store.renewals.look([id])).get(id) ?? {}
      expect(Math.abs(heldUntil - here.clock.now() - 60_000)).toBeLessThan(30_000)
    }
    await server.query('update schedule set held_until = held_until - 60000', database.database)
    expect(await claim(before, 'alive/1')).toMatchObject({ kind: 'mine', leftOpen: true, claim: { fence: 2 } })
  })

  it('keep each other from writing at the same time', async () => {
    const [one, two] = [await node('one'), await node('two')]
    await connected(one)
    const id = (await one.store.connections.byName('books'))?.connection.id ?? ''
    const attempt = (at: number) => ({
      connectionId: id,
      at,
      trigger: 'caller',
      step: 'renew',
      generation: 1,
      outcome: 'ok',
      durationMs: 1.5,
      request: {},
      response: {},
    })
    await Promise.all(
      Array.from({ length: 10 }, (_, at) => [one, two].map((here) => here.store.attempts.append(attempt(at)))).flat(),
    )
    expect(await two.store.attempts.list(id)).toHaveLength(20)
    const renamed = await Promise.allSettled([one, two].map((here) => here.store.connections.touch(id, { who: 'mia' })))
    expect(renamed.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  })
})

describe('what one node does reaches the memory of the other', () => {
  it.each([
    ['with notifications', undefined],
    ['behind a pooler through which none comes', silentProxy],
  ])('%s', async (_, proxied) => {
    const proxy = await proxied?.(database)
    const address = proxy ? { ...database, host: '127.0.0.1', port: proxy.port } : database
    const [one, two] = [await node('one'), await node('two', { address })]
    const told: Record<'one' | 'two', Change[]> = { one: [], two: [] }
    one.store.watch((change) => told.one.push(change))
    two.store.watch((change) => told.two.push(change))

    const names = ['books', 'papers', 'letters']
    for (const name of names) {
      await connected(one, {}, name)
      expect(await token(two, name)).toBe('access-1')
    }
    const id = async (name: string) => (await one.store.connections.byName(name))?.connection.id ?? ''
    const acts: Record<string, () => Promise<unknown>> = {
      books: async () => one.store.renewals.setState(await id('books'), 'suspended', { dropTokens: true }),
      papers: () => one.domain.connections.change('papers', { name: 'paper' }, local),
      letters: async () => one.store.connections.remove(await id('letters')),
    }
    for (const name of names) {
      expect(remembered(two, name)).toBe(1)
      await acts[name]?.()
      await soon(() => expect(remembered(two, name)).toBeUndefined())
    }
    await one.store.keys.insert(key)
    await one.store.keys.revoke(key.id, 2)
    await soon(() => expect(told.two).toContainEqual({ kind: 'key', id: key.id }))
    expect(told.one).toEqual([])
    await two.close()
    open.pop()
    await proxy?.close()
  })
})

describe('a pause that an authorization server asked for', () => {
  it('is kept by the other nodes too, at once and after their restart, and the longer one holds', async () => {
    const clock = manualClock(Date.now())
    const [one, two] = [await node('one', { clock }), await node('two', { clock })]
    const origin = 'https://auth.example.com'
    const pace = async (here: World) => {
      const pauses = await keepPauses(here.store, log)
      const made = createPace({ clock, ...pauses.options })
      pauses.teach(made)
      return made
    }
    const [ours, theirs] = [await pace(one), await pace(two)]
    expect(theirs.room(origin)).toBeGreaterThan(0)
    const permits = [await ours.permit(origin, { deadlineMs: 1000 }), await theirs.permit(origin, { deadlineMs: 1000 })]
    permits[0]?.done('transient', 600_000)
    await soon(() => expect(theirs.room(origin)).toBe(0))
    permits[1]?.done('transient', 10_000)
    await two.store.servers.put(origin, clock.now() + 10_000)
    expect((await pace(two)).room(origin)).toBe(0)
    const [kept] = await two.store.servers.list()
    expect(Math.abs((kept?.retryAt ?? 0) - clock.now() - 600_000)).toBeLessThan(5_000)
  })
})

describe('a renewal', () => {
  it.each([
    ['is not told to others', {}, 1],
    ['that ends the token before it is told to them', { oldAccess: 'dies' as const }, undefined],
  ])('%s', async (_, renewal, left) => {
    const clock = manualClock(Date.now())
    const [one, two] = [await node('one', { clock }), await node('two', { clock })]
    await connected(one, renewal)
    await token(two)
    one.answer(() => tokens(2))
    await one.domain.connections.renew('books', local)
    expect(remembered(one)).toBe(2)
    // A slow store is not waited for: it is stored when it is stored.
    await vi.waitFor(async () => expect((await one.store.connections.byName('books'))?.schedule.generation).toBe(2))
    // Told later than anything of the renewal.
    await one.store.keys.insert(key)
    const told: Change[] = []
    two.store.watch((change) => told.push(change))
    await one.store.keys.revoke(key.id, 2)
    await soon(() => expect(told).toContainEqual({ kind: 'key', id: key.id }))
    expect(remembered(two)).toBe(left)
  })
})

const control = server.control
describe.skipIf(control === undefined)('a database that goes away', () => {
  it('costs no read of memory and no token that was received; renewals wait until it is back', async () => {
    const clock = manualClock(Date.now())
    const here = await node('one', { clock })
    await connected(here)
    clock.advance(3_400_000)
    await connected(here, {}, 'papers')
    expect(await token(here, 'papers')).toBe('access-1')

    // It goes while the service is renewing: the answer is durable in the spool, and callers get it.
    here.answer(async () => {
      await control?.stop()
      return tokens(2)
    })
    await vi.waitFor(async () => expect(await token(here)).toBe('access-2'), { timeout: 10_000 })
    expect(await token(here, 'papers')).toBe('access-1')
    expect(await here.store.healthy()).toBe(false)
    await expect(here.store.connections.byName('books')).rejects.toMatchObject({ code: 'store_unavailable' })
    // Nothing is sent that could not be recorded.
    clock.advance(3_600_000)
    await expect(token(here, 'papers')).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(here.requests).toHaveLength(1)

    await control?.start()
    here.answer(() => tokens(3))
    await vi.waitFor(async () => expect((await here.store.connections.byName('books'))?.schedule.generation).toBe(2), {
      timeout: 15_000,
    })
    expect(await token(here, 'papers')).toBe('access-3')
    const stored = await here.store.connections.byName('books')
    expect(stored?.tokens?.root.refreshToken?.open()).toBe('refresh-2')
    expect(stored?.schedule.holder).toBeUndefined()
  })

  it('or hangs holds up no read of memory, and no end of the process', async () => {
    const here = await node('one')
    await connected(here)
    expect(await token(here)).toBe('access-1')
    const goOn = control?.hang()
    try {
      const waiting = here.store.connections.byName('books').catch((error: unknown) => error)
      expect(await token(here)).toBe('access-1')
      expect(await Promise.race([waiting, Promise.resolve('it waits')])).toBe('it waits')
      await here.store.close()
      expect(await waiting).toMatchObject({ code: 'store_unavailable' })
    } finally {
      goOn?.()
    }
  })

  it('tells what was changed meanwhile when it is back', async () => {
    const [one, two] = [await node('one'), await node('two')]
    await connected(one)
    await token(two)
    const id = (await one.store.connections.byName('books'))?.connection.id ?? ''
    await control?.stop()
    expect(await token(two)).toBe('access-1')
    await control?.start()
    await one.store.renewals.setState(id, 'suspended')
    await soon(() => expect(remembered(two)).toBeUndefined())
  })
})
