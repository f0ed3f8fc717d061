/** Connections as people see them: names, settings, lists. Time and exclusion are in `renewals.ts`. */
import { sql } from 'kysely'
import { EvergrantError } from '../errors.ts'
import { insertClient, removeUnusedClient } from './clients.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database, Session } from './database.ts'
import { loadedById, loadedByName, openListed, openLoaded, sealSecretValues, selectLoaded } from './loaded.ts'
import { dropReady, readyTokens, renameReady } from './ready.ts'
import { putTokens } from './renewals.ts'
import { noteRevocations } from './revocations.ts'
import { jsonOrNull } from './rows.ts'
import { statement, type Slots } from './statement.ts'
import type { Advance, ConnectionRecord, ConnectionStore } from './store.ts'
import type { SealKey } from './seal.ts'
import type { Tables } from './tables.ts'

type Settings = Omit<
  Tables['connection'],
  'id' | 'data_key' | 'created_at' | 'authorized_at' | 'authorized_generation' | 'who' | 'removing'
>

const insertConnection = statement((db, slot: Slots<Tables['connection']>) =>
  db
    .insertInto('connection')
    .values({
      ...settings(slot),
      id: slot('id'),
      data_key: slot('data_key'),
      created_at: slot('created_at'),
      authorized_at: slot('authorized_at'),
      authorized_generation: slot('authorized_generation'),
      who: slot('who'),
      removing: slot('removing'),
    })
    .onConflict((conflict) => conflict.column('name').doNothing()),
)

const insertSchedule = statement(
  (db, slot: Slots<Pick<Tables['schedule'], 'connection_id' | 'state' | 'generation' | 'due_at' | 'origin'>>) =>
    db.insertInto('schedule').values({
      connection_id: slot('connection_id'),
      state: slot('state'),
      generation: slot('generation'),
      fence: 0,
      due_at: slot('due_at'),
      origin: slot('origin'),
    }),
)

const update = statement((db, slot: Slots<Settings & { id: string; expected: number }>) =>
  db
    .updateTable('connection')
    .set(settings(slot))
    .where('id', '=', slot('id'))
    .where('settings_version', '=', slot('expected')),
)

function settings(slot: Slots<Settings>): Settings {
  return {
    name: slot('name'),
    provider: slot('provider'),
    definition: slot('definition'),
    way: slot('way'),
    client_ref: slot('client_ref'),
    inputs: slot('inputs'),
    secrets_sealed: slot('secrets_sealed'),
    scopes: slot('scopes'),
    redirect_uri: slot('redirect_uri'),
    overrides: slot('overrides'),
    bound_to: slot('bound_to'),
    settings_version: slot('settings_version'),
    failure: slot('failure'),
  }
}

const setOrigin = statement((db, slot: Slots<{ id: string; origin: string | null }>) =>
  db
    .updateTable('schedule')
    .set({ origin: slot('origin') })
    .where('connection_id', '=', slot('id')),
)

const endBackOff = statement((db, slot: Slots<{ id: string }>) =>
  db.updateTable('schedule').set({ retry_at: null }).where('connection_id', '=', slot('id')),
)

const header = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select(['name', 'client_ref', 'data_key']).where('id', '=', slot('id')),
)

const idOfName = statement((db, slot: Slots<{ name: string }>) =>
  db.selectFrom('connection').select('id').where('name', '=', slot('name')),
)

const page = statement((db, slot: Slots<{ after: string; pattern: string; limit: number }>) =>
  selectLoaded(db)
    .where('c.name', '>', slot('after'))
    .where((on) =>
      on.or([
        sql<boolean>`lower(c.name) like ${slot('pattern')} escape '!'`,
        sql<boolean>`lower(c.provider) like ${slot('pattern')} escape '!'`,
      ]),
    )
    .orderBy('c.name')
    .limit(slot('limit')),
)

const howMany = statement((db) => db.selectFrom('connection').select((on) => on.fn.countAll<number>().as('count')))

const setWho = statement((db, slot: Slots<{ id: string; who: string }>) =>
  db
    .updateTable('connection')
    .set({ who: slot('who') })
    .where('id', '=', slot('id')),
)

const setRemoving = statement((db, slot: Slots<{ id: string; removing: number }>) =>
  db
    .updateTable('connection')
    .set({ removing: slot('removing') })
    .where('id', '=', slot('id')),
)

const removing = statement((db) =>
  db.selectFrom('connection').select(['id', 'name']).where('removing', '=', sql.lit(1)),
)

const remove = statement((db, slot: Slots<{ id: string }>) => db.deleteFrom('connection').where('id', '=', slot('id')))

export function connectionStore(database: Database, keys: DataKeys): ConnectionStore {
  return {
    insert: (connection, client, origin, tokens) =>
      database.write(async (session) => {
        if (client) await insertClient(session, client, keys)
        await insertRows(session, connection, origin ?? null, tokens, keys)
      }),
    async byName(name) {
      const row = await database.read.first(loadedByName, { name })
      return row && openLoaded(row, keys)
    },
    tokens: (names) => readyTokens(database, keys, names),
    async byId(id) {
      const row = await database.read.first(loadedById, { id })
      return row && openLoaded(row, keys)
    },
    async list({ search = '', after = '', limit }) {
      const pattern = `%${search.toLowerCase().replace(/[!%_]/g, '!$&')}%`
      const rows = await database.read.all(page, { after, pattern, limit })
      return rows.map((row) => openListed(row, keys))
    },
    count: async () => (await database.read.first(howMany, {}))?.count ?? 0,
    replace: (connection, expected, origin) =>
      database.write((session) => replaceSettings(session, connection, expected, origin, keys), connection.id),
    removing: () => database.read.all(removing, {}),
    async touch(id, { who, removing: isRemoving, revocations }) {
      await database.write(async (session) => {
        await noteRevocations(session, keys, revocations)
        if (who !== undefined) await session.run(setWho, { id, who })
        if (isRemoving !== undefined) await session.run(setRemoving, { id, removing: isRemoving ? 1 : 0 })
        if (isRemoving) {
          await dropReady(session, id)
          await session.tell({ kind: 'connection', id })
        }
      }, id)
    },
    async remove(id) {
      await database.write(async (session) => {
        const row = await session.first(header, { id })
        if (!row) return
        // The data key is a column of this row; everything sealed under it goes by the foreign keys, or is noise now.
        await session.run(remove, { id })
        if (row.client_ref) await removeUnusedClient(session, row.client_ref, keys)
        await session.tell({ kind: 'connection', id })
      }, id)
      keys.forget('connection', id)
      await database.scrub()
    },
  }
}

async function insertRows(
  session: Session,
  connection: ConnectionRecord,
  origin: string | null,
  tokens: Advance | undefined,
  keys: DataKeys,
): Promise<void> {
  const generation = tokens ? 1 : 0
  const { wrapped, key } = keys.make('connection', connection.id)
  const values = { ...connection.values, ...tokens?.values }
  const inserted = await session.run(insertConnection, {
    ...settingsRow({ ...connection, values }, key),
    id: connection.id,
    data_key: wrapped,
    created_at: connection.createdAt,
    authorized_at: connection.authorizedAt ?? (tokens ? connection.createdAt : null),
    authorized_generation: tokens ? generation : null,
    who: connection.who ?? null,
    removing: connection.removing ? 1 : 0,
  })
  if (inserted === 0) throw nameTaken(connection.name)
  await session.run(insertSchedule, {
    connection_id: connection.id,
    state: tokens ? 'active' : 'pending',
    generation,
    due_at: tokens?.dueAt ?? null,
    origin,
  })
  if (tokens) await putTokens(session, connection.id, generation, tokens, key)
}

async function replaceSettings(
  session: Session,
  connection: ConnectionRecord,
  expected: number,
  origin: string | undefined,
  keys: DataKeys,
): Promise<boolean> {
  const { id, name } = connection
  const stored = await session.first(header, { id })
  if (!stored) return false
  const holder = await session.first(idOfName, { name })
  if (holder && holder.id !== id) throw nameTaken(name)
  const key = keys.open('connection', id, stored.data_key)
  const row = settingsRow({ ...connection, settingsVersion: expected + 1 }, key)
  if ((await session.run(update, { ...row, id, expected })) === 0) return false
  if (name !== stored.name) await renameReady(session, { from: stored.name, to: name }, key)
  if (origin !== undefined) await session.run(setOrigin, { id, origin })
  // A failure that the new settings may have repaired holds nobody back.
  if (!connection.failure) await session.run(endBackOff, { id })
  if (stored.client_ref && stored.client_ref !== connection.clientRef) {
    await removeUnusedClient(session, stored.client_ref, keys)
  }
  await session.tell({ kind: 'connection', id })
  return true
}

function settingsRow(connection: ConnectionRecord, key: SealKey): Settings {
  return {
    name: connection.name,
    provider: connection.provider,
    definition: jsonOrNull(connection.definition),
    way: connection.way,
    client_ref: connection.clientRef ?? null,
    inputs: JSON.stringify(connection.values),
    secrets_sealed: sealSecretValues(connection.secretValues, connection.id, key),
    scopes: JSON.stringify(connection.scopes),
    redirect_uri: connection.redirectUri ?? null,
    overrides: jsonOrNull(connection.overrides),
    bound_to: connection.boundTo,
    settings_version: connection.settingsVersion,
    failure: jsonOrNull(connection.failure),
  }
}

function nameTaken(name: string): EvergrantError {
  return new EvergrantError('connection_exists', {
    detail: `a connection named "${name}" exists`,
    connection: name,
  })
}
