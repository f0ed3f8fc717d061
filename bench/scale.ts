/**
 * P11 and P12: a million connections against a thousand. `node bench/scale.ts [sqlite|postgres] [connections]`
 *
 * Every fiftieth connection is real, the others are copies that no job reads; what is read lies all over the tables.
 * Memory is measured of the built program (`npm run build` first).
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Agent, request } from 'undici'
import { systemClock } from '../src/clock.ts'
import { prepareHome } from '../src/store/home.ts'
import { loadOrMakeKey } from '../src/store/key-file.ts'
import { openPostgresStore } from '../src/store/postgres.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import type { Store } from '../src/store/store.ts'
import { makeDatabase, startPostgres, urlOf } from '../test/harness/postgres.ts'
import { fillPostgres, fillSqlite } from './filling.ts'
import { spreadOf, startProduct, text } from './measure.ts'
import { apiKey, nameOf, seed } from './seed.ts'

const kind = process.argv[2] ?? 'sqlite'
const most = Number(process.argv[3] ?? 1_000_000)
const stride = 50
const directory = mkdtempSync(join(process.env['BENCH_DIRECTORY'] ?? tmpdir(), 'evergrant-bench-'))
const server = kind === 'postgres' ? await startPostgres({ durable: true }) : undefined
const log = { debug() {}, info() {}, warn() {}, error() {} }

type Made = { home: string; database?: string; open(): Promise<Store>; bytes(): Promise<number> }

async function make(count: number): Promise<Made> {
  const home = join(directory, String(count))
  prepareHome(home)
  const key = join(home, 'key')
  const keys = ({ storeExists }: { storeExists: boolean }) =>
    loadOrMakeKey(key, { storeExists: storeExists || existsSync(key) })
  const common = { clock: systemClock, holder: 'bench/1' }
  const copies = { seeded: count / stride, stride }
  const seeds = { connections: copies.seeded, stride }
  if (server === undefined) {
    const file = join(home, 'evergrant.db')
    const open = () => openSqliteStore({ ...common, file, keys: keys({ storeExists: existsSync(file) }) })
    const store = await open()
    await seed(store, seeds)
    await store.close()
    fillSqlite(file, copies)
    return { home, open, bytes: () => Promise.resolve(statSync(file).size) }
  }
  const address = await makeDatabase(server)
  const open = () => openPostgresStore({ ...common, address, keys, log })
  const store = await open()
  await seed(store, seeds)
  await store.close()
  await fillPostgres(address, copies)
  const bytes = async () => {
    const size = `select pg_database_size('${address.database}')::float8 as bytes`
    return (await server.query<{ bytes: number }>(size))[0]?.bytes ?? 0
  }
  return { home, database: urlOf(address), open, bytes }
}

const agent = new Agent({ connections: 32 })
const port = 7241

async function read(n: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/v1/connections/${nameOf(n * stride)}/token`
  const { statusCode, body } = await request(url, { headers: { authorization: `Bearer ${apiKey}` }, dispatcher: agent })
  await body.dump()
  if (statusCode !== 200) throw new Error(`a read ended with ${statusCode}`)
}

/** Milliseconds from the start of the program to the first token. */
async function first({ home, database }: Made, count: number): Promise<number> {
  const started = performance.now()
  const { child } = await startProduct({ home, port, connections: 0, ...(database === undefined ? {} : { database }) })
  await read(count / stride / 2)
  const ms = performance.now() - started
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGINT')
  await gone
  return ms
}

/** Memory in MB of the built program, each time after a thorough collection: at first, and after so many reads. */
async function memory({ home, database }: Made, reads: number): Promise<{ idle: number; full: number }> {
  const argv = ['--expose-gc', '--import', fileURLToPath(new URL('collect.ts', import.meta.url))]
  const program = fileURLToPath(new URL('../bin/main.cjs', import.meta.url))
  const child = spawn(process.execPath, [...argv, program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      EVERGRANT_HOME: home,
      EVERGRANT_LISTEN: `127.0.0.1:${port}`,
      ...(database === undefined ? {} : { EVERGRANT_DATABASE_URL: database }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const told = (words: string) =>
    new Promise<void>((resolve) => {
      const hear = (chunk: Buffer) => {
        if (!chunk.includes(words)) return
        child.stdout.off('data', hear)
        resolve()
      }
      child.stdout.on('data', hear)
    })
  const collected = async () => {
    const done = told('collected')
    child.kill('SIGCONT')
    await done
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  }
  await told('http')
  const idle = await collected()
  for (let done = 0; done < reads; done += 32)
    await Promise.all(Array.from({ length: 32 }, (_, lane) => read(1 + ((done + lane) % (most / stride)))))
  const full = await collected()
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await gone
  return { idle, full }
}

/** Milliseconds of one look of the refresher: when the next is due, and if one is, the first hundred. */
async function ticks(store: Store, due: number): Promise<number[]> {
  const taken: number[] = []
  for (let round = 0; round < 300; round++) {
    const started = performance.now()
    const next = (await store.renewals.nextDue()) ?? Infinity
    const found = next <= Date.now() ? await store.renewals.due(Date.now(), 100) : []
    taken.push(performance.now() - started)
    if (found.length !== due) throw new Error(`${found.length} were due, not ${due}`)
  }
  return taken
}

const small = await make(1000)
const large = await make(most)
const starts = { small: [] as number[], large: [] as number[] }
for (let round = 0; round < 7; round++) {
  starts.small.push(await first(small, 1000))
  starts.large.push(await first(large, most))
}
const [few, many] = [spreadOf(starts.small), spreadOf(starts.large)]
console.log(
  `P12 ${kind}: start to first token with 1,000 connections ${text(few, 0)} ms, with ${most} ${text(many, 0)} ms (${(many.median / few.median).toFixed(2)} times)`,
)
const { idle, full } = await memory(large, 20_000)
console.log(`P12 ${kind}: memory ${idle.toFixed(0)} MB at first, ${full.toFixed(0)} MB with 10,000 tokens in memory`)
console.log(`P12 ${kind}: ${((await large.bytes()) / most / 1024).toFixed(2)} KiB on the disk for each`)
for (const [count, made] of [
  [1000, small],
  [most, large],
] as const) {
  const store = await made.open()
  const quiet = spreadOf((await ticks(store, 0)).slice(50))
  for (let n = 1; n <= Math.min(100, count / stride); n++)
    await store.renewals.setDue(nameOf(n * stride), Date.now() - 1000)
  const busy = spreadOf((await ticks(store, Math.min(100, count / stride))).slice(50))
  console.log(
    `P11 ${kind}, ${count} connections: a look costs ${text({ median: quiet.median * 1000, min: quiet.min * 1000, max: quiet.max * 1000 }, 0)} us with nothing due, ${text(busy, 2)} ms with ${Math.min(100, count / stride)} due`,
  )
  await store.close()
}
await agent.close()
await server?.dispose()
rmSync(directory, { recursive: true, force: true })
