/**
 * P9: 20,000 connections that are due at once, four nodes on one Postgres, one of which is killed in the middle; and P10:
 * claims against bare `skip locked`. `node bench/nodes.ts [connections]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { systemClock } from '../src/clock.ts'
import { prepareHome } from '../src/store/home.ts'
import { loadOrMakeKey } from '../src/store/key-file.ts'
import { openPostgresStore } from '../src/store/postgres.ts'
import { makeDatabase, startPostgres, urlOf } from '../test/harness/postgres.ts'
import type { Seen } from './authorization-servers.ts'
import { start, startProduct } from './measure.ts'
import { nameOf, seed } from './seed.ts'

const connections = Number(process.argv[2] ?? 20_000)
const origins = 250
const tokenUrls = Array.from({ length: origins }, (_, n) => `http://127.0.0.${n + 1}:7303/token`)
const directory = mkdtempSync(join(tmpdir(), 'evergrant-bench-'))
const server = await startPostgres({ durable: true })
const address = await makeDatabase(server)
const key = join(directory, 'key')
const log = { debug() {}, info() {}, warn() {}, error() {} }
const open = (holder: string) =>
  openPostgresStore({ clock: systemClock, holder, address, keys: (found) => loadOrMakeKey(key, found), log })
const store = await open('bench/1')
await seed(store, { connections, tokenUrls, life: 7200, refresh: true })

// Claims first: they leave nothing behind but fences.
const names = Array.from({ length: Math.min(4000, connections) }, (_, n) => nameOf(n + 1))
const claiming = performance.now()
let next = 0
const lane = async () => {
  while (next < names.length) {
    const connectionId = names[next++] ?? ''
    const claimed = await store.renewals.claim({
      connectionId,
      seen: 1,
      holder: 'bench/1',
      leaseMs: 60_000,
      holdMs: 0,
      passBackOff: false,
    })
    if (claimed.kind !== 'mine') throw new Error(`a claim ended as ${claimed.kind}`)
    await store.renewals.close(claimed.claim)
  }
}
await Promise.all(Array.from({ length: 64 }, lane))
const ours = (names.length * 2) / ((performance.now() - claiming) / 1000)
const bare = await skipLocked()
console.log(
  `P10: ${ours.toFixed(0)} claims and ends a second, each a transaction of its own; bare skip locked in hundreds ${bare.toFixed(0)} rows a second (${(ours / bare).toFixed(2)})`,
)

/** What a queue does: a narrow table, a hundred rows a statement. */
async function skipLocked(): Promise<number> {
  const { host, port, user, database } = address
  const client = new pg.Client({ host, port, user, database })
  await client.connect()
  await client.query('create table narrow as select connection_id as id, 0::bigint as lease from schedule')
  await client.query('alter table narrow add primary key (id)')
  await client.query('create index on narrow (lease)')
  const started = performance.now()
  let done = 0
  for (;;) {
    const { rowCount } = await client.query(
      'update narrow set lease = 1 where id in (select id from narrow where lease = 0 limit 100 for update skip locked)',
    )
    if (rowCount === 0) break
    done += rowCount ?? 0
  }
  const seconds = (performance.now() - started) / 1000
  await client.query('drop table narrow')
  await client.end()
  return done / seconds
}

const due = async () =>
  Number(
    (await server.query<{ n: string }>(`select count(*) as n from schedule where generation = 1`, address.database))[0]
      ?.n,
  )
const servers = await start('./authorization-servers.ts', JSON.stringify({ port: 7303, delayMs: 200 }))
const nodes = await Promise.all(
  [1, 2, 3, 4].map((n) => {
    const home = join(directory, `node-${n}`)
    prepareHome(home)
    return startProduct({
      home,
      port: 7250 + n,
      connections: 0,
      tokenUrls,
      refreshes: true,
      database: urlOf(address),
      keyFile: key,
    })
  }),
)
const started = performance.now()
const seconds = () => (performance.now() - started) / 1000
while ((await due()) > connections / 2) await new Promise((resolve) => setTimeout(resolve, 100))
const victim = nodes[1]
process.kill(victim?.pid ?? 0, 'SIGKILL')
const killedAt = seconds()
let restAt = 0
for (let left = await due(); left > 0 && seconds() < 300; left = await due()) {
  if (left < connections / 50 && restAt === 0) restAt = seconds()
  await new Promise((resolve) => setTimeout(resolve, 200))
}
const endedAt = seconds()
const left = await due()
const answered = new Promise<Seen>((resolve) => servers.child.once('message', (seen) => resolve(seen as Seen))) // its own answer
servers.child.send('seen')
const seen = await answered
console.log(
  `P9: ${connections - left} of ${connections} renewed by four nodes in ${endedAt.toFixed(0)} s, one killed after ${killedAt.toFixed(0)} s; 98 % after ${restAt.toFixed(0)} s; ${seen.requests} requests, ${seen.overlapping} with a refresh token that was under way, ${seen.repeated} with one that had been answered`,
)
for (const { child } of [...nodes, servers]) child.kill('SIGKILL')
await store.close()
await server.dispose()
rmSync(directory, { recursive: true, force: true })
