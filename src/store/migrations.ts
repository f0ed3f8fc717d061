/**
 * The schema, forward only. A migration that has been released is never edited: add the next number.
 */
import { sql, type Kysely } from 'kysely'
import type { Migration, MigrationProvider } from 'kysely/migration'

/** Where the two databases spell a type differently. */
export type ColumnTypes = {
  bytes: 'blob' | 'bytea'
  /** Ends a table of short rows that is read by its key: SQLite keeps them in the key's own tree. */
  keyed: '' | 'without rowid'
}

export function migrations(types: ColumnTypes): MigrationProvider {
  const list: Record<string, Migration> = {
    '0001_first': { up: (db) => first(db, types) },
    '0002_pages': { up: (db) => pages(db, types) },
    '0003_sealing_keys': { up: sealingKeys },
    '0004_audit': { up: (db) => audit(db, types) },
    '0005_removing': { up: removing },
    '0006_key_address': { up: (db) => keyAddress(db, types) },
  }
  return { getMigrations: () => Promise.resolve(list) }
}

// Kysely's own type of a migration's argument: a migration must not depend on today's tables.
type AnyTables = Kysely<unknown>

async function first(db: AnyTables, { bytes, keyed }: ColumnTypes): Promise<void> {
  const table = (name: string) => db.schema.createTable(name)

  await table('installation')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('epoch', 'bigint', (c) => c.notNull())
    .addColumn('adopted_on', 'text', (c) => c.notNull())
    .addColumn('key_check', bytes, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('seen_by', 'text', (c) => c.notNull())
    .addColumn('seen_at', 'bigint', (c) => c.notNull())
    .execute()

  await table('client')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('client_id', 'text', (c) => c.notNull())
    .addColumn('auth_method', 'text', (c) => c.notNull())
    .addColumn('settings_version', 'bigint', (c) => c.notNull())
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('failure', 'text')
    .addColumn('worked', 'integer', (c) => c.notNull())
    .addColumn('secret_ends_at', 'bigint')
    .addColumn('certificate_ends_at', 'bigint')
    .addColumn('key_alg', 'text')
    .addColumn('key_id', 'text')
    .addColumn('certificate', 'text')
    .addColumn('secrets_sealed', bytes)
    .addColumn('data_key', bytes, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('client_registration').on('client').columns(['provider', 'client_id']).execute()

  await table('connection')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull().unique())
    .addColumn('provider', 'text', (c) => c.notNull())
    .addColumn('definition', 'text')
    .addColumn('way', 'text', (c) => c.notNull())
    .addColumn('client_ref', 'text', (c) => c.references('client.id'))
    .addColumn('inputs', 'text', (c) => c.notNull())
    .addColumn('secrets_sealed', bytes)
    .addColumn('scopes', 'text', (c) => c.notNull())
    .addColumn('redirect_uri', 'text')
    .addColumn('overrides', 'text')
    .addColumn('bound_to', 'text', (c) => c.notNull())
    .addColumn('settings_version', 'bigint', (c) => c.notNull())
    .addColumn('data_key', bytes, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('authorized_at', 'bigint')
    .addColumn('authorized_generation', 'bigint')
    .addColumn('who', 'text')
    .addColumn('failure', 'text')
    .addColumn('removing', 'integer', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('connection_client').on('connection').column('client_ref').execute()

  const ofConnection = (name: string) =>
    table(name).addColumn('connection_id', 'text', (c) => c.notNull().references('connection.id').onDelete('cascade'))

  await ofConnection('schedule')
    .addColumn('state', 'text', (c) => c.notNull())
    .addColumn('generation', 'bigint', (c) => c.notNull())
    .addColumn('fence', 'bigint', (c) => c.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('retry_at', 'bigint')
    .addColumn('origin', 'text')
    .addColumn('holder', 'text')
    .addColumn('held_until', 'bigint')
    .addColumn('open_seen_at', 'bigint')
    .addPrimaryKeyConstraint('schedule_key', ['connection_id'] as never)
    .modifyEnd(sql.raw(keyed))
    .execute()
  // Narrow and partial: the refresher's question must stay cheap with a million connections of which few are due.
  await sql`create index schedule_due on schedule (due_at) where due_at is not null`.execute(db)
  await sql`create index schedule_open on schedule (held_until) where holder is not null`.execute(db)

  await ofConnection('token_set')
    .addColumn('root_sealed', bytes, (c) => c.notNull())
    .addColumn('served_sealed', bytes)
    .addPrimaryKeyConstraint('token_set_key', ['connection_id'] as never)
    .execute()

  // A job's read finds its token by the name alone, without the wide rows; the database keeps it in step with the name.
  await table('ready')
    .addColumn('name', 'text', (c) =>
      c.primaryKey().references('connection.name').onUpdate('cascade').onDelete('cascade'),
    )
    .addColumn('connection_id', 'text', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .execute()

  await ofConnection('late_answer')
    .addColumn('base_generation', 'bigint', (c) => c.notNull())
    .addColumn('fence', 'bigint', (c) => c.notNull())
    .addColumn('answer_sealed', bytes, (c) => c.notNull())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('received_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('late_answer_key', ['connection_id', 'base_generation', 'fence'] as never)
    .execute()

  await ofConnection('attempt')
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('trigger_name', 'text', (c) => c.notNull())
    .addColumn('step', 'text', (c) => c.notNull())
    .addColumn('generation', 'bigint', (c) => c.notNull())
    .addColumn('outcome', 'text', (c) => c.notNull())
    .addColumn('status', 'integer')
    .addColumn('code', 'text')
    .addColumn('duration_ms', 'bigint', (c) => c.notNull())
    .addColumn('request', 'text', (c) => c.notNull())
    .addColumn('response', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('attempt_key', ['connection_id', 'seq'] as never)
    .execute()

  await ofConnection('authorization_flow')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('state_digest', 'text', (c) => c.notNull().unique())
    .addColumn('started_by', 'text')
    .addColumn('back', 'text', (c) => c.notNull())
    .addColumn('sealed', bytes, (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('taken_at', 'bigint')
    .addColumn('outcome', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('authorization_of').on('authorization_flow').column('connection_id').execute()

  await table('api_key')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('prefix', 'text', (c) => c.notNull())
    .addColumn('digest', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('verbs', 'text', (c) => c.notNull())
    .addColumn('connections', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint')
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .addColumn('addresses', 'text', (c) => c.notNull())
    .execute()

  await table('session')
    .addColumn('digest', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()

  await table('definition')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('body', 'text', (c) => c.notNull())
    .execute()

  await table('server')
    .addColumn('origin', 'text', (c) => c.primaryKey())
    .addColumn('retry_at', 'bigint', (c) => c.notNull())
    .execute()

  await table('revocation')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('call_sealed', bytes, (c) => c.notNull())
    .addColumn('retry_at', 'bigint', (c) => c.notNull())
    .addColumn('tries', 'integer', (c) => c.notNull())
    .execute()
}

/** What the pages show: what happened, who reads, and what a wizard has not finished. */
async function pages(db: AnyTables, { bytes, keyed }: ColumnTypes): Promise<void> {
  const table = (name: string) => db.schema.createTable(name)

  // By name and without a reference: what was done to a connection is still told when it is gone.
  await table('event')
    .addColumn('id', 'bigint', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('connection', 'text')
    .addColumn('fields', 'text', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('event_connection').on('event').columns(['connection', 'id']).execute()
  await db.schema.createIndex('event_name').on('event').columns(['name', 'id']).execute()

  await table('key_read')
    .addColumn('connection', 'text', (c) =>
      c.notNull().references('connection.name').onUpdate('cascade').onDelete('cascade'),
    )
    .addColumn('key_id', 'text', (c) => c.notNull())
    .addColumn('reads', 'bigint', (c) => c.notNull())
    .addColumn('last_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('key_read_key', ['connection', 'key_id'] as never)
    .modifyEnd(sql.raw(keyed))
    .execute()

  await table('draft')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('version', 'bigint', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('changed_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('content_sealed', bytes, (c) => c.notNull())
    .execute()
}

/** Which keys have sealed, and since when. Filled at the next start. */
async function sealingKeys(db: AnyTables): Promise<void> {
  await db.schema
    .createTable('sealing_key')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('since', 'bigint', (c) => c.notNull())
    .addColumn('rewrapped_at', 'bigint')
    .execute()
}

/** Who did what, as one chain a node; see `audit.ts`. */
async function audit(db: AnyTables, { bytes }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('audit')
    .addColumn('node', 'text', (c) => c.notNull())
    .addColumn('seq', 'bigint', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('connection', 'text')
    .addColumn('actor_kind', 'text', (c) => c.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text')
    .addColumn('text', 'text', (c) => c.notNull())
    .addColumn('prev', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_key', ['node', 'seq'] as never)
    .execute()
  await db.schema.createIndex('audit_at').on('audit').columns(['at', 'node', 'seq']).execute()
  await db.schema.createIndex('audit_connection').on('audit').columns(['connection', 'at']).execute()
  await db.schema
    .createTable('audit_head')
    .addColumn('node', 'text', (c) => c.primaryKey())
    .addColumn('head', 'text', (c) => c.notNull())
    .addColumn('mac', 'text', (c) => c.notNull())
    .execute()
  await db.schema.alterTable('installation').addColumn('audit_sealed', bytes).execute()
}

/** Each start asks which removals are to be finished, of a million connections. */
async function removing(db: AnyTables): Promise<void> {
  await db.schema
    .createIndex('connection_removing')
    .on('connection')
    .column('id')
    .where(sql.ref('removing'), '=', sql.lit(1))
    .execute()
}

/** From where each key was used before. */
async function keyAddress(db: AnyTables, { keyed }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable('key_address')
    .addColumn('key_id', 'text', (c) => c.notNull())
    .addColumn('place', 'text', (c) => c.notNull())
    .addColumn('first_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('key_address_key', ['key_id', 'place'] as never)
    .modifyEnd(sql.raw(keyed))
    .execute()
}
