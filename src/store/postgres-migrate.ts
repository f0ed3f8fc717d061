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
  '0002_postgres': {
    async up(db: Kysely<unknown>) {
      // Lists are sorted by name: the same everywhere, whatever the language of the database. Whatever refers to it must
      // compare alike, or no index is used where they are joined.
      await sql`alter table connection alter column name type text collate "C"`.execute(db)
      await sql`alter table ready alter column name type text collate "C"`.execute(db)
      await sql`alter table key_read alter column connection type text collate "C"`.execute(db)
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
  const dialect = new OneConnection(client)
  try {
    await client.query(`select pg_advisory_xact_lock(${LOCK})`)
    const { error } = await new Migrator({
      db: new Kysely<Tables>({ dialect }),
      provider: both(migrations({ bytes: 'bytea', keyed: '' })),
      disableTransactions: true,
    }).migrateToLatest()
    if (error !== undefined) throw error as Error
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    if (error instanceof Error && error.message.startsWith('corrupted migrations')) throw newer(error)
    throw dialect.firstFault ?? error
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
  /** The migrator goes on after a fault and then meets only the transaction that it ended. */
  firstFault: unknown

  constructor(client: Client) {
    const query = (text: string, values: unknown[]) =>
      client.query(text, values).catch((error: unknown) => {
        this.firstFault ??= error
        throw error
      })
    // Of a pool this is all that is asked for, of a connection too.
    const pool = { connect: () => Promise.resolve({ query, release() {} }), end: () => Promise.resolve() }
    super({ pool: pool as never })
  }

  override createAdapter(): PostgresAdapter {
    return new LockedAlready()
  }
}

class LockedAlready extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}
