/**
 * What jobs are served, ready to be read: one narrow row by the connection's name, and nothing in it that jobs do not
 * get. It says again what `token_set` says, so it may be missing; then `loaded.ts` has the answer.
 */
import { sql } from 'kysely'
import { secret, type Secret } from '../secret.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database, Session } from './database.ts'
import { place, SealBroken, type SealKey } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { ReadyToken } from './store.ts'
import type { Builder, Sealed, Tables } from './tables.ts'

const selectReady = (db: Builder) =>
  db
    .selectFrom('ready as r')
    .innerJoin('schedule as s', 's.connection_id', 'r.connection_id')
    .select(['r.connection_id', 's.generation', 's.due_at', 'r.sealed'])

const active = statement((db, slot: Slots<{ name: string }>) =>
  selectReady(db).where('r.name', '=', slot('name')).where('s.state', '=', sql.lit('active')),
)

const any = statement((db, slot: Slots<{ name: string }>) => selectReady(db).where('r.name', '=', slot('name')))

type Row = Omit<Tables['ready'], 'name'> & Pick<Tables['schedule'], 'generation' | 'due_at'>

const keyOf = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select(['id', 'data_key']).where('id', '=', slot('id')),
)

const nameOf = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select('name').where('id', '=', slot('id')).where('removing', '=', 0),
)

const put = statement((db, slot: Slots<Tables['ready']>) =>
  db
    .insertInto('ready')
    .values({ name: slot('name'), connection_id: slot('connection_id'), sealed: slot('sealed') })
    .onConflict((conflict) => conflict.column('name').doUpdateSet((on) => ({ sealed: on.ref('excluded.sealed') }))),
)

const drop = statement((db, slot: Slots<{ id: string }>) =>
  db
    .deleteFrom('ready')
    .where('name', '=', (from) => from.selectFrom('connection').select('name').where('id', '=', slot('id'))),
)

/** In the order of the names; undefined where there is no row, or it does not open. */
export async function readyTokens(
  database: Database,
  keys: DataKeys,
  names: readonly string[],
): Promise<(ReadyToken | undefined)[]> {
  const inputs = names.map((name) => ({ name }))
  const rows: (Row | undefined)[] = await database.read.each(active, inputs)
  const opened = await keysOf(rows, database, keys)
  return rows.map((row, at) => row && open(row, names[at] ?? '', opened[at]))
}

/** The data key of each row: from memory, else opened from its connection. */
async function keysOf(
  rows: readonly (Row | undefined)[],
  database: Database,
  keys: DataKeys,
): Promise<(SealKey | undefined)[]> {
  const known = () => rows.map((row) => row && keys.known('connection', row.connection_id))
  const found = known()
  const missing = rows.flatMap((row, at) => (row && !found[at] ? [{ id: row.connection_id }] : []))
  if (missing.length === 0) return found
  const owners = await database.read.each(keyOf, missing)
  for (const owner of owners) if (owner) orUndefined(() => keys.open('connection', owner.id, owner.data_key))
  return known()
}

function open(row: Row, name: string, key: SealKey | undefined): ReadyToken | undefined {
  const { connection_id: connectionId, generation } = row
  const content = key && orUndefined(() => key.open(row.sealed, readyPlace(name, connectionId, generation)))
  if (!content) return undefined
  const text = secret(content.toString('utf8'))
  return { connectionId, generation, text, ...(row.due_at === null ? {} : { dueAt: row.due_at }) }
}

/** What cannot be opened is not for this way: `loaded.ts` says what is wrong. */
function orUndefined<Result>(open: () => Result): Result | undefined {
  try {
    return open()
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}

/** Writes what jobs are served from this generation on. Nothing is served any more of what is being removed. */
export async function putReady(
  session: Session,
  id: string,
  generation: number,
  text: Secret,
  key: SealKey,
): Promise<void> {
  const owner = await session.first(nameOf, { id })
  if (!owner) return
  const { name } = owner
  const sealed: Sealed = key.seal(text.open(), readyPlace(name, id, generation))
  await session.run(put, { name, connection_id: id, sealed })
}

/** After the connection got another name, which the database has written into the row: seals it for that name. */
export async function renameReady(
  session: Session,
  { from, to }: { from: string; to: string },
  key: SealKey,
): Promise<void> {
  const row = await session.first(any, { name: to })
  if (!row) return
  const { connection_id, generation, sealed } = row
  const content = orUndefined(() => key.open(sealed, readyPlace(from, connection_id, generation)))
  if (!content) return
  await session.run(put, {
    name: to,
    connection_id,
    sealed: key.seal(content, readyPlace(to, connection_id, generation)),
  })
}

export async function dropReady(session: Session, id: string): Promise<void> {
  await session.run(drop, { id })
}

/** Bound to the name too, which the row is found by; to the schedule's generation like the tokens themselves. */
function readyPlace(name: string, connectionId: string, generation: number) {
  return place('ready', connectionId, `token of ${name}`, generation)
}
