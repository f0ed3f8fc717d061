/** Statements over one connection: prepared by name, so that the server plans each once a connection. */
import type { Session } from './database.ts'
import { tellChange } from './postgres-changes.ts'
import { fitting, type Client, type QueryConfig, type QueryResult } from './postgres-client.ts'
import type { Statement } from './statement.ts'
import type { Change } from './store.ts'
import type { Builder } from './tables.ts'

/** The statement's own types are checked where it is built; here they are only values. */
export type Compiled = { name: string; sql: string; bind(input: unknown): unknown[] }

/** Every statement with the name it is prepared under, the same on every connection. */
export class Statements {
  sent = 0
  /** Behind a pooler of transactions a prepared statement may be on another connection the next time. */
  named = true
  /** Whose they are: a node does not hear of its own changes. */
  readonly holder: string
  readonly #builder: Builder
  readonly #single = new Map<Statement<never, unknown>, Compiled>()
  readonly #many = new Map<Statement<never, unknown>, Compiled>()

  constructor(builder: Builder, holder: string) {
    this.holder = holder
    this.#builder = builder
  }

  single<In, Row>(statement: Statement<In, Row>): Compiled {
    let compiled = this.#single.get(statement)
    if (!compiled) {
      const { sql, bind } = statement.compile(this.#builder)
      compiled = { name: `evergrant_${this.#single.size}`, sql, bind }
      this.#single.set(statement, compiled)
    }
    return compiled
  }

  /** The same statement for a list of inputs in one visit: each parameter is an array of texts. */
  many<In, Row>(statement: Statement<In, Row>): Compiled {
    let compiled = this.#many.get(statement)
    if (!compiled) {
      const { name, sql, bind } = this.single(statement)
      const columns = new Set(sql.match(/\$\d+/g)).size
      const of = (form: (at: number) => string) => Array.from({ length: columns }, (_, at) => form(at + 1)).join(', ')
      const inner = sql.replaceAll(/\$(\d+)/g, 'given.p$1')
      const text = `select found.*, given.place::int as "given_place"
        from unnest(${of((at) => `$${at}::text[]`)}) with ordinality as given (${of((at) => `p${at}`)}, place)
        cross join lateral (select * from (${inner}) as one limit 1) as found`
      compiled = { name: `${name}_many`, sql: text, bind }
      this.#many.set(statement, compiled)
    }
    return compiled
  }

  query({ name, sql }: Compiled, values: unknown[]): QueryConfig {
    this.sent += 1
    return { text: sql, values, ...(this.named ? { name } : {}) }
  }
}

/** Sends a query somewhere: over the connection of a transaction, or over any that is free. */
type Send = (query: QueryConfig) => Promise<QueryResult>

export class PostgresSession implements Session {
  readonly #statements: Statements
  readonly #send: Send
  readonly #now: () => Promise<number>

  constructor(statements: Statements, send: Send, now: () => Promise<number>) {
    this.#statements = statements
    this.#send = send
    this.#now = now
  }

  /** The rows of a statement have the type that Kysely gave it. */
  async all<In, Row>(statement: Statement<In, Row>, input: In): Promise<Row[]> {
    return (await this.#one(statement, input)).rows as Row[]
  }

  async first<In, Row>(statement: Statement<In, Row>, input: In): Promise<Row | undefined> {
    return (await this.#one(statement, input)).rows[0] as Row | undefined
  }

  async each<In, Row>(statement: Statement<In, Row>, inputs: readonly In[]): Promise<(Row | undefined)[]> {
    const [only] = inputs
    if (only === undefined) return []
    if (inputs.length === 1) return [await this.first(statement, only)]
    const many = this.#statements.many(statement)
    const values = inputs.map((input) => many.bind(input).map(fitting))
    const columns = values[0]?.map((_, column) => values.map((row) => row[column])) ?? []
    const { rows } = await this.#send(this.#statements.query(many, columns))
    const found: (Row | undefined)[] = Array.from({ length: inputs.length })
    for (const { given_place: place, ...row } of rows as ({ given_place: number } & Row)[])
      found[place - 1] = row as Row
    return found
  }

  async run<In>(statement: Statement<In, unknown>, input: In): Promise<number> {
    return (await this.#one(statement, input)).rowCount ?? 0
  }

  now(): Promise<number> {
    return this.#now()
  }

  tell(change: Change): Promise<void> {
    return tellChange(this, change, this.#statements.holder)
  }

  #one<In, Row>(statement: Statement<In, Row>, input: In): Promise<QueryResult> {
    const one = this.#statements.single(statement)
    return this.#send(this.#statements.query(one, one.bind(input).map(fitting)))
  }
}

/** Epoch milliseconds by the database's clock. */
export const nowSql = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now'

export async function databaseTime(client: Pick<Client, 'query'>): Promise<number> {
  const { rows } = await client.query<{ now: number }>(nowSql)
  return rows[0]?.now ?? Number.NaN
}
