/**
 * Brings the schema up to date: one transaction under an advisory lock, so that nodes which start together wait for the
 * first one. The lock belongs to the transaction, because a session's would get lost in a pooler of transactions.
 */
import { Kysely, PostgresAdapter, PostgresDialect, sql } from 'kysely'
import { Migrator, type Migration, type MigrationProvider } from 'kysely/migration'
import { EvergrantError } from '../errors.ts'
import { migrations } from './migrations.ts'
import type { Client } from './postgres-client.ts'
import type { Tables } from './tables.ts'

/** Any number, the same in every version. */
const LOCK = 7_117_000_001

/** Migrations that only several nodes need. */
const ours: Record<string, Migration> = {
  '0001_postgres': {
    async up(db: Kysely<unknown>) {
      // Lists are sorted by name: the same everywhere, whatever the language of the database.
      await sql`alter table connection alter column name type text collate "C"`.execute(db)
      await db.schema
        .createTable('change')
        .addColumn('seq', 'bigserial', (c) => c.primaryKey())
        .addColumn('at', 'bigint', (c) => c.notNull())
        .addColumn('kind', 'text', (c) => c.notNull())
        .addColumn('target', 'text', (c) => c.notNull())
        .addColumn('holder', 'text', (c) => c.notNull())
        .execute()
      await db.schema.createIndex('change_at').on('change').column('at').execute()
    },
  },
}

/** @param client with nothing under way; it is free again afterwards */
export async function migratePostgres(client: Client): Promise<void> {
  // Others may be at work on a large schema.
  await client.query('begin; set local statement_timeout = 0; set local lock_timeout = 0')
  try {
    await client.query(`select pg_advisory_xact_lock(${LOCK})`)
    const { error } = await new Migrator({
      db: new Kysely<Tables>({ dialect: new OneConnection(client) }),
      provider: both(migrations({ bytes: 'bytea', keyed: '' })),
      disableTransactions: true,
    }).migrateToLatest()
    if (error !== undefined) throw error as Error
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error instanceof Error && /corrupted migrations/.test(error.message) ? newer(error) : error
  }
}

function both(shared: MigrationProvider): MigrationProvider {
  return { getMigrations: async () => ({ ...(await shared.getMigrations()), ...ours }) }
}

function newer(cause: Error): EvergrantError {
  return new EvergrantError('store_unavailable', {
    detail: 'the schema of the database was made by another version',
    remedy: 'run the newest version that any node runs',
    cause,
  })
}

/** Kysely over one connection that is in a transaction already and holds the lock. */
class OneConnection extends PostgresDialect {
  constructor(client: Client) {
    const lent = { query: client.query.bind(client) as never, release() {} }
    super({ pool: { connect: () => Promise.resolve(lent), end: () => Promise.resolve() } as never })
  }

  override createAdapter(): PostgresAdapter {
    return new LockedAlready()
  }
}

class LockedAlready extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
