/**
 * Nodes of one installation and what is measured of them: many connections that end together, holders of leases that
 * stand still, a database that is away, restarts, or is replaced by a standby that did not get everything.
 */
import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import type { PostgresAddress } from '../../src/store/postgres-client.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { connected, manualClock, tokens, world, type World } from '../connections/harness.ts'
import { measured, scaled } from '../harness/long.ts'
import { makeDatabase, startPostgres } from '../harness/postgres.ts'
import { switchingProxy } from '../harness/postgres-proxy.ts'
import { postgresBench, type Bench } from './stores.ts'

const server = await startPostgres()
const keys = new KeyRing([randomBytes(32)])
const log = { debug() {}, info() {}, warn() {}, error() {} }
const local = { kind: 'local' } as const
const closing: (() => Promise<unknown> | void)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})
afterAll(() => server.dispose())

let database: Awaited<ReturnType<typeof makeDatabase>>
beforeEach(async () => {
  database = await makeDatabase(server)
})

/** A node that judges by the database's own clock, and by real time. */
async function node(name: string, address: PostgresAddress = database): Promise<World> {
  const clock = { ...systemClock, advance: () => undefined }
  const here = await world({
    node: name,
    clock,
    keys,
    openStore: (settings) => openPostgresStore({ ...settings, address, keys: () => keys, log }),
  })
  closing.push(() => here.close())
  return here
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** A service that rotates strictly: it counts the refresh tokens that came, and refuses one that was used. */
function strictService() {
  const uses = new Map<string, number>()
  const live = new Map<string, string>()
  let issued = 0
  return {
    uses,
    repeated: () => [...uses.values()].filter((count) => count > 1).length,
    async answer({ form }: { form: URLSearchParams }) {
      const sent = form.get('refresh_token') ?? ''
      uses.set(sent, (uses.get(sent) ?? 0) + 1)
      await pause(20)
      if ((uses.get(sent) ?? 0) > 1) return { status: 400, body: { error: 'invalid_grant' } }
      const n = ++issued
      live.set(sent, `r-${n}`)
      return tokens(n, { refresh_token: `r-${n}` })
    },
  }
}

async function many(here: World, count: number, renewal: Parameters<typeof connected>[1] = {}): Promise<string[]> {
  const names = Array.from({ length: count }, (_, at) => `c-${at}`)
  const { service } = await import('../connections/harness.ts')
  const definition = service(renewal)
  for (const name of names) {
    await here.domain.connections.create(
      {
        name,
        provider: 'custom',
        definition,
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
        tokens: { accessToken: `a-${name}`, refreshToken: `first-${name}`, expiresAt: Date.now() + 3_600_000 },
      },
      local,
    )
  }
  return names
}

const strict = { grace: 0, reuse: 'kills_grant' as const }

it('three nodes renew connections that end together once each', async () => {
  const nodes = [await node('one'), await node('two'), await node('three')]
  const [one] = nodes as [World]
  const service = strictService()
  for (const here of nodes) here.answer(service.answer)
  const names = await many(one, scaled('connections that end together', 1000), strict)
  await server.query('update schedule set due_at = 1', database.database)
  const started = performance.now()
  for (const here of nodes) here.domain.refresher.start()
  await vi.waitFor(() => expect(service.uses.size).toBeGreaterThanOrEqual(names.length), {
    timeout: 500_000,
    interval: 100,
  })
  const took = performance.now() - started
  await pause(3000)
  measured(
    `double refreshes, 3 nodes and ${names.length} connections that end together`,
    `${service.repeated() + service.uses.size - names.length} (goal 0), ${Math.round(took / 100) / 10} s`,
  )
  expect(service.repeated()).toBe(0)
  const left = await server.query(
    'select 1 from schedule where generation <> 2 or holder is not null',
    database.database,
  )
  expect(left).toEqual([])
})

it('a holder of a lease that stood still for longer than it writes nothing', async () => {
  const bench: Bench = await postgresBench(server)
  closing.push(() => bench.dispose())
  const clock = manualClock()
  const [one, two] = [await bench.node('one', { clock }), await bench.node('two', { clock })]
  const rounds = scaled('holders of a lease that stood still', 100)
  await connected(one)
  const late = () => one.events.filter(({ name }) => name === 'token.arrived_late').length
  let stale = 0
  for (let round = 1; round <= rounds; round++) {
    const generation = (await one.domain.connections.get('books')).generation
    const held = Promise.withResolvers<void>()
    const sent = Promise.withResolvers<void>()
    one.answer(async () => {
      sent.resolve()
      await held.promise
      return tokens(round, { access_token: `stale-${round}`, refresh_token: `stale-r-${round}` })
    })
    two.answer(() => tokens(round, { access_token: `good-${round}`, refresh_token: `good-r-${round}` }))
    const waiting = one.domain.connections.renew('books', local)
    await sent.promise
    clock.advance(60_000)
    await two.domain.connections.renew('books', local)
    // Callers do not wait for the store; this test does.
    await vi.waitFor(async () => {
      expect((await two.store.connections.byName('books'))?.schedule.generation).toBe(generation + 1)
    })
    held.resolve()
    await waiting
    await vi.waitFor(() => expect(late()).toBe(round))
    const stored = await two.store.connections.byName('books')
    if (stored?.tokens?.root.refreshToken?.open() !== `good-r-${round}`) stale++
    expect(stored?.schedule.generation).toBe(generation + 1)
  }
  measured(`writes of ${rounds} holders of a lease that stood still for 60 s`, `${stale} (goal 0)`)
  expect(stale).toBe(0)
})

it('reads of tokens in memory go on while the database is away; revocations reach a node when it is back', async () => {
  const proxy = await switchingProxy(database)
  closing.push(() => proxy.close())
  const away = await node('away', { ...database, host: '127.0.0.1', port: proxy.port })
  const here = await node('here')
  const names = await many(here, 50, strict)
  for (const name of names) await away.domain.connections.read(name)
  const seconds = scaled('seconds without the database', 60)
  proxy.cut()
  const end = performance.now() + seconds * 1000
  let [reads, failures] = [0, 0]
  while (performance.now() < end) {
    for (const name of names) {
      reads++
      await away.domain.connections.read(name).catch(() => failures++)
    }
    await pause(5)
  }
  await here.domain.connections.revoke('c-0', local)
  expect(await away.domain.connections.read('c-0')).toMatchObject({ generation: 1 })
  proxy.to(database)
  const back = performance.now()
  await vi.waitFor(
    async () =>
      expect(await away.domain.connections.read('c-0').catch((error: unknown) => error)).toMatchObject({
        code: 'needs_authorization',
      }),
    { timeout: 30_000, interval: 20 },
  )
  const heard = performance.now() - back
  measured(
    `reads of tokens in memory, database away for ${seconds} s`,
    `${reads - failures} of ${reads} answered (goal 100 %); a revocation came ${Math.round(heard)} ms after its return`,
  )
  expect(failures).toBe(0)
})

const { control } = server
it.skipIf(control === undefined)('a restart of the database costs no token', async () => {
  const here = await node('one')
  const service = strictService()
  here.answer(service.answer)
  const names = await many(here, scaled('connections over a restart', 100), strict)
  for (const name of names) await here.domain.connections.read(name)
  await server.query('update schedule set due_at = 1', database.database)
  here.domain.refresher.start()
  await vi.waitFor(() => expect(service.uses.size).toBeGreaterThan(names.length / 4), { timeout: 60_000 })
  await control?.stop()
  for (const name of names) expect(await here.domain.connections.read(name)).toMatchObject({ warnings: [] })
  await pause(3000)
  await control?.start()
  await vi.waitFor(
    async () => {
      const done = await server.query('select 1 from schedule where generation = 2', database.database)
      expect(done).toHaveLength(names.length)
    },
    { timeout: 180_000, interval: 500 },
  )
  measured(`refresh tokens used twice over a restart, ${names.length} connections`, `${service.repeated()} (goal 0)`)
  expect(service.repeated()).toBe(0)
})

it.skipIf(control === undefined)(
  'a standby that never got the last moments takes over: nothing older is sent',
  async () => {
    const replication = await switchingProxy(server.address())
    closing.push(() => replication.close())
    const standby = await control?.standby({ host: '127.0.0.1', port: replication.port })
    if (standby === undefined) throw new Error('no standby')
    closing.push(() => standby.dispose())
    const way = await switchingProxy(database)
    closing.push(() => way.close())
    const address = { ...database, host: '127.0.0.1', port: way.port }
    const nodes = [await node('one', address), await node('two', address), await node('three', address)]
    const [one] = nodes as [World]
    const service = strictService()
    for (const here of nodes) here.answer(service.answer)
    const names = await many(one, scaled('renewals around a promotion', 200), strict)
    const generations = (at: typeof server) =>
      at.query<{ generation: number }>('select generation::int as generation from schedule', database.database)
    await vi.waitFor(async () => expect(await generations(standby)).toHaveLength(names.length), { timeout: 30_000 })

    await server.query('update schedule set due_at = 1', database.database)
    for (const here of nodes) here.domain.refresher.start()
    await vi.waitFor(() => expect(service.uses.size).toBeGreaterThan(names.length / 4), {
      timeout: 60_000,
      interval: 5,
    })
    replication.cut()
    await pause(500)
    const reached = (await generations(server)).filter(({ generation }) => generation === 2).length
    await control?.stop()
    way.cut()
    const kept = (await generations(standby)).filter(({ generation }) => generation === 2).length
    await standby.query('select pg_promote()')
    way.to(standby.address(database.database))

    const state = async () => {
      const rows = await standby.query<{ what: string; count: number }>(
        `select concat_ws(' ', state, generation) as what, count(*)::int as count from schedule group by 1`,
        database.database,
      )
      return Object.fromEntries(rows.map(({ what, count }) => [what, count]))
    }
    await vi.waitFor(async () => expect(await state()).toEqual({ 'active 2': names.length }), {
      timeout: 240_000,
      interval: 500,
    })
    await pause(2000)
    const lost = await standby.query(`select 1 from schedule where state <> 'active'`, database.database)
    measured(
      `a standby took over during ${names.length} renewals by 3 nodes, ${reached - kept} of them lost by it`,
      `${service.repeated()} older refresh tokens sent (goal 0), ${lost.length} connections lost (goal 0)`,
    )
    expect(reached).toBeGreaterThan(kept)
    expect([service.repeated(), lost.length]).toEqual([0, 0])
    for (const here of nodes.toReversed()) await here.close()
    closing.splice(3)
    await control?.start()
  },
)

it('a table that another session holds is waited for up to its limit, and the token is served', async () => {
  const bench = await postgresBench(server)
  const here = await bench.node()
  await connected(here)
  here.clock.advance(57 * 60_000)
  here.answer(() => tokens(2))
  const held = bench.sql('begin; lock table schedule in share mode; select pg_sleep(7); commit')
  await vi.waitFor(async () => {
    expect(await bench.sql(`select 1 from pg_locks where mode = 'ShareLock' and granted`)).not.toEqual([])
  })
  expect(await here.domain.connections.read('books')).toMatchObject({ generation: 1, warnings: ['renewal_failed'] })
  expect(here.requests).toEqual([])
  await held
  expect(await here.domain.connections.read('books')).toMatchObject({ generation: 2, warnings: [] })
  await bench.dispose()
})
