/**
 * The one place that knows `pg`: how a connection to Postgres is made, what it is told first, and how values cross.
 *
 * Every wait has an end. Whoever gives up takes the connection down with it, because an answer may still arrive on it.
 */
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Client as PgClient, ClientConfig, PoolClient, QueryConfig, QueryResult } from 'pg'
import type { Secret } from '../secret.ts'

/** `leave` ends the connection, whether the server answers or not. */
export type OwnClient = PgClient & { leave(): void }
export type Client = PgClient | PoolClient
export type Pool = pg.Pool
export type { QueryConfig, QueryResult }
export const { DatabaseError } = pg

export type PostgresAddress = {
  /** A name, an IP address, or the directory of a Unix socket. */
  host: string
  port: number
  user: string
  password?: Secret
  database: string
  /** Absent: the connection is plain. `ca` is PEM text in place of the built-in authorities. */
  tls?: { ca?: string; checkName: boolean }
}

const connectMs = 5_000
/** The server ends a statement, the wait for a lock, and a transaction nobody goes on with. */
const statementMs = 10_000
const lockMs = 5_000
const idleInTransactionMs = 15_000
/** The client gives up later than the server, so that it normally hears why. */
const answerMs = 12_000
const goodbyeMs = 2_000

/** `synchronous_commit` is only ever raised: a stronger setting of the server stays. */
const settings = [
  `statement_timeout = ${statementMs}`,
  `lock_timeout = ${lockMs}`,
  `idle_in_transaction_session_timeout = ${idleInTransactionMs}`,
]
const durable = `select set_config('synchronous_commit', 'on', %) where current_setting('synchronous_commit') = 'off'`

/** For a session; behind a pooler of transactions there is none, and each transaction says it again. */
export const sessionSettings = [...settings.map((one) => `set ${one}`), durable.replace('%', 'false')].join('; ')
export const transactionSettings = [...settings.map((one) => `set local ${one}`), durable.replace('%', 'true')].join(
  '; ',
)

/** How people see the place in messages. */
export function shown({ host, port, database }: PostgresAddress): string {
  return host.startsWith('/') ? `database "${database}" in ${host}` : `database "${database}" at ${host}:${port}`
}

export function openPool(address: PostgresAddress, max: number): Pool & { close(): Promise<void> } {
  const sockets = new Set<Socket>()
  const pool = new pg.Pool({
    ...configOf(address),
    max,
    stream: () => {
      const socket = new Socket()
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      return socket
    },
    idleTimeoutMillis: 30_000,
    verify: (client, done) => void client.query(sessionSettings).then(() => done(), done),
  })
  // An error that nobody listens for ends the process. Whoever has the connection, or needs the next one, is told by
  // the query: the pool's own listener is for those that lie idle, and the client's for the others.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return Object.assign(pool, {
    /** A server that hangs does not say goodbye, and an open socket keeps the process alive. */
    async close() {
      await Promise.race([pool.end(), sleep(goodbyeMs, undefined, { ref: false })])
      for (const socket of sockets) socket.destroy()
    },
  })
}

/** A connection of its own, outside of any pool. */
export async function connect(address: PostgresAddress): Promise<OwnClient> {
  const socket = new Socket()
  const client = new pg.Client({ ...configOf(address), stream: () => socket })
  // Without a listener a broken connection would end the process; the next query on it fails anyway.
  client.on('error', () => {})
  const leave = () => {
    client.end().catch(() => {})
    setTimeout(() => socket.destroy(), goodbyeMs).unref()
  }
  try {
    await client.connect()
    return Object.assign(client, { leave })
  } catch (error) {
    leave()
    throw error
  }
}

function configOf({ host, port, user, password, database, tls }: PostgresAddress): ClientConfig {
  return {
    host,
    port,
    user,
    database,
    // Absent, `pg` looks at PGPASSWORD.
    ...(password === undefined ? {} : { password: password.open() }),
    ssl: tls === undefined ? false : tlsOptions(tls),
    // Used where the server offers it: nobody stands between, not even with a certificate that is trusted.
    enableChannelBinding: tls !== undefined,
    application_name: 'evergrant',
    connectionTimeoutMillis: connectMs,
    query_timeout: answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser: parserOf },
  }
}

function tlsOptions({ ca, checkName }: NonNullable<PostgresAddress['tls']>): ClientConfig['ssl'] {
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...(ca === undefined ? {} : { ca }),
    ...(checkName ? {} : { checkServerIdentity: () => undefined }),
  }
}

const INT8 = 20

/** Our 64-bit integers are times and counters: they fit into a number. */
function parserOf(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === INT8) return Number
  return pg.types.getTypeParser(oid, format)
}

/** What the columns can hold: whole numbers, and text without NUL. */
export function fitting(value: unknown): unknown {
  if (typeof value === 'number') return Math.round(value)
  if (typeof value === 'string' && value.includes('\0')) return value.replaceAll('\0', '\u{FFFD}')
  return value
}
