/**
 * Postgres behind `Database`. A work is one transaction; the server itself puts the commits of many into one write to
 * its disk. Works about the same thing come one after the other on every node, as all works do on SQLite; where two
 * still meet (a name, a shared client), the later one is repeated and sees what the earlier one wrote.
 */
import { createHash } from 'node:crypto'
import { Kysely, PostgresDialect } from 'kysely'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { Database, Session } from './database.ts'
import {
  openPool,
  transactionSettings,
  type Client,
  type PostgresAddress,
  type QueryConfig,
  type QueryResult,
} from './postgres-client.ts'
import { breaksConnection, postgresError, stateOf } from './postgres-error.ts'
import { databaseTime, nowSql, PostgresSession, Statements } from './postgres-session.ts'
import type { Tables } from './tables.ts'

/** Reads have connections of their own: writes that wait for each other hold none of them up. */
const READERS = 4
const WRITERS = 6

/**
 * What passes when the work is repeated: another transaction was in the way or wrote the same name or client first, or
 * a newer node changed a table under a prepared statement.
 */
const passing = new Set(['40001', '40P01', '23505', '23503', '0A000'])
const TRIES = 4

export type PostgresDatabaseOptions = {
  address: PostgresAddress
  clock: Clock
  holder: string
  /** Epoch milliseconds in place of the database's clock: for tests of what time does. */
  time?: () => number
}

export class PostgresDatabase implements Database {
  readonly address: PostgresAddress
  readonly read: Session
  readonly #clock: Clock
  readonly #time: (() => number) | undefined
  readonly #readers: ReturnType<typeof openPool>
  readonly #writers: ReturnType<typeof openPool>
  readonly #statements: Statements
  readonly #works = new Set<Promise<unknown>>()
  #sessionless = false
  /** By how much the database's clock is before ours. */
  #ahead = 0
  #closed = false

  constructor({ address, clock, holder, time }: PostgresDatabaseOptions) {
    this.address = address
    this.#clock = clock
    this.#time = time
    this.#readers = openPool(address, READERS)
    this.#writers = openPool(address, WRITERS)
    // It writes SQL and never asks for a connection: `postgres-migrate.ts` has one of its own.
    const builder = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: this.#writers }) })
    this.#statements = new Statements(builder, holder)
    this.read = new PostgresSession(
      this.#statements,
      (query) => this.#readOnce(query),
      () => this.#reading(async (client) => this.#timed(await databaseTime(client))),
    )
  }

  get statements(): number {
    return this.#statements.sent
  }

  /** A pooler of transactions stands between: nothing that is set or prepared on a connection is there the next time. */
  set sessionless(sessionless: boolean) {
    this.#sessionless = sessionless
    this.#statements.named = !sessionless
  }

  write<Result>(work: (session: Session) => Promise<Result>, about?: string): Promise<Result> {
    if (this.#closed) return Promise.reject(closed())
    const done = this.#repeated(work, about)
    this.#works.add(done)
    const forget = () => void this.#works.delete(done)
    done.then(forget, forget)
    return done
  }

  here(moment: number): number {
    return moment - this.#ahead
  }

  /** To whoever listens, outside of any work. */
  async notify(channel: string, word: string): Promise<void> {
    await this.#writers.query('select pg_notify($1, $2)', [channel, word])
  }

  /** Bytes, as the server counts them. */
  async size(): Promise<number> {
    const { rows } = await this.#readOnce({ text: 'select pg_database_size(current_database()) as bytes' })
    return (rows[0] as { bytes: number } | undefined)?.bytes ?? 0
  }

  /** What was deleted leaves the files of a server when that vacuums them; until then it is sealed noise. */
  async scrub(): Promise<void> {}

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await Promise.allSettled(this.#works)
    await Promise.all([this.#readers.close(), this.#writers.close()])
  }

  async #repeated<Result>(work: (session: Session) => Promise<Result>, about: string | undefined): Promise<Result> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#transaction(work, about)
      } catch (error) {
        const again = error instanceof BrokenBefore || passing.has(stateOf(error) ?? '')
        if (again && tries < TRIES) continue
        throw postgresError(error instanceof BrokenBefore ? error.cause : error, this.address)
      }
    }
  }

  async #transaction<Result>(work: (session: Session) => Promise<Result>, about: string | undefined): Promise<Result> {
    const client = await this.#writers.connect()
    let fault: unknown
    try {
      const now = await this.#begin(client, about)
      const session = new PostgresSession(
        this.#statements,
        (query) => client.query(query),
        () => Promise.resolve(now),
      )
      const result = await work(session)
      await commit(client)
      return result
    } catch (error) {
      fault = error
      if (!breaksConnection(error)) await client.query('rollback').catch((broken: unknown) => (fault = broken))
      throw error
    } finally {
      // The fault of a work leaves the connection as it was; a changed table does not leave what is prepared.
      client.release(breaksConnection(fault) || stateOf(fault) === '0A000')
    }
  }

  /** One visit: the transaction, its place in the row of works about the same, the time by which it judges. */
  async #begin(client: Client, about: string | undefined): Promise<number> {
    const lock = about === undefined ? [] : [`select pg_advisory_xact_lock(${lockOf(about)})`]
    const settings = this.#sessionless ? [transactionSettings] : []
    const text = ['begin isolation level read committed', ...settings, ...lock, nowSql].join('; ')
    try {
      // Several statements in one text come back as a list, which the types of `pg` do not tell.
      const results = (await client.query(text)) as unknown as QueryResult<{ now: number }>[]
      return this.#timed(results.at(-1)?.rows[0]?.now ?? Number.NaN)
    } catch (error) {
      // It was lying in the pool when the server went: nothing has been done yet.
      throw breaksConnection(error) ? new BrokenBefore(error) : error
    }
  }

  #timed(told: number): number {
    const now = this.#time?.() ?? told
    this.#ahead = now - this.#clock.now()
    return now
  }

  #readOnce(query: QueryConfig): Promise<QueryResult> {
    return this.#reading((client) => client.query(query))
  }

  async #reading<Result>(run: (client: Client) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      if (this.#closed) throw closed()
      try {
        return await this.#borrowed(run)
      } catch (error) {
        if (tries === 1 && again(error)) continue
        throw postgresError(error, this.address)
      }
    }
  }

  async #borrowed<Result>(run: (client: Client) => Promise<Result>): Promise<Result> {
    const client = await this.#readers.connect()
    let fault: unknown
    try {
      return await run(client)
    } catch (error) {
      fault = error
      throw error
    } finally {
      client.release(breaksConnection(fault) || stateOf(fault) === '0A000')
    }
  }
}

/** The connection was gone before anything was done with it. */
class BrokenBefore extends Error {
  constructor(cause: unknown) {
    super('the connection was gone', { cause })
  }
}

/** A read that met a connection which was dead already, or a changed table. What took long once takes long again. */
function again(error: unknown): boolean {
  if (stateOf(error) === '0A000' || stateOf(error)?.startsWith('57P') === true) return true
  return error instanceof Error && error.message === 'Connection terminated unexpectedly'
}

/** A failed transaction answers `commit` with a rollback and no error. */
async function commit(client: Client): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT') throw new Error(`the commit was answered with ${command}`)
}

/** Where two names give the same number, their works wait for each other without need. */
function lockOf(about: string): bigint {
  return createHash('sha256').update(`evergrant ${about}`).digest().readBigInt64BE()
}

function closed(): EvergrantError {
  return new EvergrantError('store_unavailable', { detail: 'the store is closed' })
}
