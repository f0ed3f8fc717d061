/**
 * SQLite behind `Database`. One connection writes, another reads, so that a read never sees what is not committed.
 *
 * Writes are committed in groups: a commit waits for the disk (`synchronous=FULL`), which costs more than everything
 * else, so all works that arrive in one turn of the event loop share one transaction, each in its own savepoint. Their
 * promises settle after the commit.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, SqliteDialect } from 'kysely'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { Database, Session } from './database.ts'
import {
  isBusy,
  openSqliteFile,
  storeError,
  type SqliteFile,
  type SqliteStatement,
  type SqliteValue,
} from './sqlite-file.ts'
import type { Statement } from './statement.ts'
import type { Builder, Tables } from './tables.ts'

/** How long another process's lock is waited for. Nobody else should hold one: a home has one owner. */
const BUSY_WAIT_MS = 2_000
/** How often it is asked for. SQLite's own wait would stop the event loop, and with it every read of memory. */
const BUSY_ROUND_MS = 25
/** Taken as it fills. A read of 20,000 connections takes 40.5 us with it, 40 with 64 MB and 44 with 24. */
const READER_CACHE_KIB = 40_960
/** Works of one commit; more wait for the next, so that the event loop is not held for long. */
const GROUP = 256

type Work = { run(session: Session): Promise<unknown>; resolve(value: unknown): void; reject(error: unknown): void }

export class SqliteDatabase implements Database {
  readonly read: Session
  readonly builder: Builder
  readonly #writer: SqliteSession
  readonly #reader: SqliteSession
  #queue: Work[] = []
  #flushing = false
  #closed = false

  constructor(file: string, clock: Clock) {
    const writer = openSqliteFile(file, BUSY_WAIT_MS)
    try {
      setUp(writer)
      writer.exec('pragma busy_timeout = 0')
    } catch (error) {
      writer.close()
      throw storeError(error)
    }
    const reader = openSqliteFile(file, BUSY_WAIT_MS)
    reader.exec('pragma query_only = on')
    reader.exec(`pragma cache_size = -${READER_CACHE_KIB}`)
    this.builder = new Kysely<Tables>({ dialect: new SqliteDialect({ database: shim(writer) }) })
    this.#writer = new SqliteSession(writer, this.builder, clock)
    this.#reader = new SqliteSession(reader, this.builder, clock)
    this.read = this.#reader
  }

  get statements(): number {
    return this.#writer.statements + this.#reader.statements
  }

  /** All works come one after the other here, whatever they are about. */
  write<Result>(run: (session: Session) => Promise<Result>): Promise<Result> {
    if (this.#closed) return Promise.reject(closed())
    return new Promise((resolve, reject) => {
      this.#queue.push({ run, resolve, reject })
      this.#schedule()
    })
  }

  /** Copies the log into the database and empties it: deleted pages are overwritten (`secure_delete`) only there. */
  async scrub(): Promise<void> {
    await this.write(() => Promise.resolve())
    this.#writer.exec('pragma wal_checkpoint(truncate)')
  }

  /** There is one clock. */
  here(moment: number): number {
    return moment
  }

  async close(): Promise<void> {
    if (this.#closed) return
    // What waits is still written. If that fails, whoever waits for it is told; closing goes on.
    await this.write(() => Promise.resolve()).catch(() => {})
    this.#closed = true
    this.#reader.close()
    this.#writer.close()
  }

  #schedule(): void {
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => void this.#flush())
  }

  async #flush(): Promise<void> {
    const group = this.#queue.splice(0, GROUP)
    try {
      const settle = await this.#commit(group)
      for (const done of settle) done()
    } catch (error) {
      for (const work of group) work.reject(error)
    }
    this.#flushing = false
    if (this.#queue.length > 0) this.#schedule()
  }

  /** Runs the works in one transaction; what comes back settles them. Throws if none of them is stored. */
  async #commit(group: Work[]): Promise<(() => void)[]> {
    const writer = this.#writer
    await this.#begin()
    try {
      const settle: (() => void)[] = []
      for (const work of group) settle.push(await this.#runOne(work))
      writer.exec('commit')
      return settle
    } catch (error) {
      if (writer.inTransaction) writer.exec('rollback')
      throw error
    }
  }

  /** Asks for the lock until it is free, and lets everything else go on meanwhile. */
  async #begin(): Promise<void> {
    const until = performance.now() + BUSY_WAIT_MS
    for (;;) {
      try {
        return this.#writer.exec('begin immediate')
      } catch (error) {
        if (!isBusy(error instanceof EvergrantError ? error.cause : error) || performance.now() >= until) throw error
      }
      await sleep(BUSY_ROUND_MS)
    }
  }

  async #runOne(work: Work): Promise<() => void> {
    const writer = this.#writer
    writer.exec('savepoint work')
    try {
      const value = await work.run(writer)
      writer.exec('release work')
      return () => work.resolve(value)
    } catch (error) {
      // A full disk can end the whole transaction: then nothing of this group is stored.
      if (!writer.inTransaction) throw error
      writer.exec('rollback to work')
      writer.exec('release work')
      return () => work.reject(error)
    }
  }
}

class SqliteSession implements Session {
  statements = 0
  readonly #file: SqliteFile
  readonly #builder: Builder
  readonly #clock: Clock
  readonly #prepared = new Map<Statement<never, unknown>, Prepared>()
  readonly #commands = new Map<string, SqliteStatement>()

  constructor(file: SqliteFile, builder: Builder, clock: Clock) {
    this.#file = file
    this.#builder = builder
    this.#clock = clock
  }

  get inTransaction(): boolean {
    return this.#file.isTransaction
  }

  async all<In, Row>(statement: Statement<In, Row>, input: In): Promise<Row[]> {
    // The rows of a statement have the type that Kysely gave it.
    return this.#send(() => {
      const { native, bind, columns } = this.#prepare(statement)
      return (native.all(...bind(input)) as unknown as SqliteRow[]).map((row) => named(columns, row))
    }) as Row[]
  }

  async first<In, Row>(statement: Statement<In, Row>, input: In): Promise<Row | undefined> {
    return this.#send(() => firstRow(this.#prepare(statement), input))
  }

  async each<In, Row>(statement: Statement<In, Row>, inputs: readonly In[]): Promise<(Row | undefined)[]> {
    // Taking and giving back the locks costs as much as a short statement: only outside of a transaction, and for many.
    const begins = inputs.length > 1 && !this.inTransaction
    if (begins) this.exec('begin')
    try {
      return this.#send(() => {
        const prepared = this.#prepare(statement)
        return inputs.map((input) => firstRow<In, Row>(prepared, input))
      }, inputs.length)
    } finally {
      if (begins && this.inTransaction) this.exec('commit')
    }
  }

  async run<In>(statement: Statement<In, unknown>, input: In): Promise<number> {
    return this.#send(() => {
      const { native, bind } = this.#prepare(statement)
      return Number(native.run(...bind(input)).changes)
    })
  }

  async now(): Promise<number> {
    return this.#clock.now()
  }

  /** Nobody else uses the file. */
  async tell(): Promise<void> {}

  /** `begin`, `commit` and the like. */
  exec(command: string): void {
    this.#send(() => {
      let native = this.#commands.get(command)
      if (!native) this.#commands.set(command, (native = this.#file.prepare(command)))
      native.all()
    })
  }

  close(): void {
    this.#file.close()
  }

  #prepare<In>(statement: Statement<In, unknown>): Prepared {
    let prepared = this.#prepared.get(statement)
    if (!prepared) {
      const { sql, bind } = statement.compile(this.#builder)
      const native = this.#file.prepare(sql)
      // Rows as objects come with a dictionary each and cost a token read two microseconds more.
      native.setReturnArrays(true)
      prepared = { native, bind: bind as Prepared['bind'], columns: native.columns().map(({ name }) => name) }
      this.#prepared.set(statement, prepared)
    }
    return prepared
  }

  #send<Result>(call: () => Result, statements = 1): Result {
    if (!this.#file.isOpen) throw closed()
    this.statements += statements
    try {
      return call()
    } catch (error) {
      throw storeError(error)
    }
  }
}

/** The statement's own types are checked where it is built; here they are only SQLite values. */
type Prepared = { native: SqliteStatement; bind(input: unknown): SqliteValue[]; columns: string[] }
/** What `setReturnArrays` makes of a row, which the types of Node do not tell. */
type SqliteRow = readonly unknown[]

/** The row has the type that Kysely gave it. */
function firstRow<In, Row>({ native, bind, columns }: Prepared, input: In): Row | undefined {
  const values = native.get(...bind(input)) as unknown as SqliteRow | undefined
  return values && (named(columns, values) as Row)
}

function named(columns: readonly string[], values: SqliteRow): Record<string, unknown> {
  const row: Record<string, unknown> = {}
  let place = 0
  for (const column of columns) row[column] = values[place++]
  return row
}

/** Sets what durability rests on, reads it back and refuses to work without. */
function setUp(file: SqliteFile): void {
  file.exec('pragma journal_mode = wal')
  file.exec('pragma synchronous = full')
  file.exec('pragma secure_delete = on')
  file.exec('pragma wal_autocheckpoint = 1000')
  file.exec('pragma journal_size_limit = 16777216')
  const wanted = { journal_mode: 'wal', synchronous: 2, secure_delete: 1, foreign_keys: 1 }
  const faults = Object.entries(wanted).flatMap(([path, want]) => {
    const is = Object.values(file.prepare(`pragma ${path}`).get() ?? {})[0]
    return is === want ? [] : [{ path, problem: `is ${String(is)}, must be ${want}` }]
  })
  if (faults.length === 0) return
  throw new EvergrantError('store_unavailable', {
    detail: `the database does not keep its promises here: ${faults.map((f) => `${f.path} ${f.problem}`).join('; ')}`,
    faults,
    remedy: 'put the data directory on a local file system (SQLite needs shared memory and locks)',
  })
}

/** What Kysely's dialect asks for; only migrations run through it. */
function shim(file: SqliteFile) {
  return {
    close: () => {},
    prepare(sql: string) {
      const native = file.prepare(sql)
      return {
        reader: native.columns().length > 0,
        all: (values: readonly unknown[]) => native.all(...(values as SqliteValue[])),
        run: (values: readonly unknown[]) => native.run(...(values as SqliteValue[])),
        iterate: (values: readonly unknown[]) => native.iterate(...(values as SqliteValue[])),
      }
    },
  }
}

function closed(): EvergrantError {
  return new EvergrantError('store_unavailable', { detail: 'the store is closed' })
}
