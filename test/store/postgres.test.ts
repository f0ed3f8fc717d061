import { afterAll } from 'vitest'
import { describeStore } from '../../src/store/conformance.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { makeDatabase, startPostgres } from '../harness/postgres.ts'

const server = await startPostgres()
const database = await makeDatabase(server)
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

afterAll(async () => {
  await database.drop()
  await server.dispose()
})

describeStore('the Postgres store', async () => {
  const keys = new KeyRing([Buffer.alloc(32, 7)])
  const raw = async (sql: string) => void (await server.query(sql, database.database))
  return {
    // Time is the test's: the suite is about what it does.
    open: (options) =>
      openPostgresStore({ address: database, keys: () => keys, log: quiet, time: options.clock.now, ...options }),
    raw,
    async dispose() {
      const [tables] = await server.query<{ names: string }>(
        `select string_agg(quote_ident(tablename), ', ') as names from pg_tables
         where schemaname = 'public' and tablename not like 'kysely%' and tablename <> 'stolen'`,
        database.database,
      )
      await raw(`drop table if exists stolen; truncate ${tables?.names} restart identity cascade`)
    },
  }
})
