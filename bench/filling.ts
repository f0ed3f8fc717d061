/**
 * Connections beyond those that were seeded: copies of their rows under other names, made by the database itself. A copy
 * does not open, being sealed for another place; it makes the tables as large as they would be.
 */
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import type { PostgresAddress } from '../src/store/postgres-client.ts'

/** Rows of one transaction. */
const group = 100_000

type Copies = { seeded: number; stride: number }

export function fillSqlite(file: string, { seeded, stride }: Copies): void {
  const database = new DatabaseSync(file)
  database.exec('pragma synchronous = off')
  const columns = (table: string) =>
    database
      .prepare(`pragma table_info(${table})`)
      .all()
      .map((row) => String(row['name']))
  const numbers =
    'with recursive numbers(n) as (select cast(? as integer) union all select n + 1 from numbers where n < ?)'
  for (let from = 1; from <= seeded * stride; from += group) {
    const to = Math.min(from + group - 1, seeded * stride)
    database.exec('begin')
    for (const { sql } of copying(
      columns,
      "printf('c-%07d', n)",
      `printf('c-%07d', (n + ${stride - 1}) / ${stride} * ${stride})`,
    ))
      database.prepare(`${numbers} ${sql('numbers')} and n % ${stride} <> 0`).run(from, to)
    database.exec('commit')
  }
  database.exec('pragma wal_checkpoint(truncate)')
  database.close()
}

export async function fillPostgres(address: PostgresAddress, { seeded, stride }: Copies): Promise<void> {
  const { host, port, user, database } = address
  const client = new pg.Client({ host, port, user, database })
  await client.connect()
  const { rows } = await client.query<{ table_name: string; column_name: string }>(
    "select table_name, column_name from information_schema.columns where table_schema = 'public' order by ordinal_position",
  )
  const columns = (table: string) => rows.filter((row) => row.table_name === table).map((row) => row.column_name)
  const name = (number: string) => `'c-' || lpad((${number})::text, 7, '0')`
  await client.query('set synchronous_commit = off')
  for (let from = 1; from <= seeded * stride; from += group) {
    const to = Math.min(from + group - 1, seeded * stride)
    for (const { sql } of copying(columns, name('n'), name(`(n + ${stride - 1}) / ${stride} * ${stride}`)))
      await client.query(`${sql(`generate_series(${from}, ${to}) as numbers(n)`)} and n % ${stride} <> 0`)
  }
  await client.query('vacuum analyze')
  await client.end()
}

/** One statement a table; `name` and `model` are the names of a copy and of what it is copied from, made of `n`. */
function copying(columns: (table: string) => string[], name: string, model: string) {
  return ['connection', 'schedule', 'token_set', 'ready'].map((table) => {
    const all = columns(table)
    const key = table === 'connection' ? 'id' : 'connection_id'
    const values = all.map((column) => (column === key || column === 'name' ? name : `m.${column}`))
    return {
      sql: (numbers: string) =>
        `insert into ${table} (${all.join(', ')}) select ${values.join(', ')} from ${numbers} join ${table} m on m.${key} = ${model} where true`,
    }
  })
}
