/** Clients: one registration at a service, used by one or more connections. */
import type { DataKeys } from './data-keys.ts'
import type { Database, Session } from './database.ts'
import { EvergrantError } from '../errors.ts'
import { clientColumns, clientOf, sealClientSecrets, type ClientRow } from './client-row.ts'
import { jsonOrNull } from './rows.ts'
import { SealBroken } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { ClientRecord, ClientStore } from './store.ts'
import type { Tables } from './tables.ts'

const byId = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('client as k').select(clientColumns).where('k.id', '=', slot('id')),
)

const byRegistration = statement((db, slot: Slots<{ provider: string; clientId: string }>) =>
  db
    .selectFrom('client as k')
    .select(clientColumns)
    .where('k.provider', '=', slot('provider'))
    .where('k.client_id', '=', slot('clientId'))
    .orderBy('k.created_at'),
)

type Settings = Omit<Tables['client'], 'id' | 'created_at' | 'data_key' | 'worked'>

const insert = statement((db, slot: Slots<Tables['client']>) =>
  db
    .insertInto('client')
    .values({
      ...settings(slot),
      id: slot('id'),
      worked: slot('worked'),
      data_key: slot('data_key'),
      created_at: slot('created_at'),
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

const update = statement((db, slot: Slots<Settings & { id: string; worked: number; expected: number }>) =>
  db
    .updateTable('client')
    .set({ ...settings(slot), worked: slot('worked') })
    .where('id', '=', slot('id'))
    .where('settings_version', '=', slot('expected')),
)

function settings(slot: Slots<Settings>): Settings {
  return {
    provider: slot('provider'),
    client_id: slot('client_id'),
    auth_method: slot('auth_method'),
    settings_version: slot('settings_version'),
    state: slot('state'),
    failure: slot('failure'),
    secret_ends_at: slot('secret_ends_at'),
    certificate_ends_at: slot('certificate_ends_at'),
    key_alg: slot('key_alg'),
    key_id: slot('key_id'),
    certificate: slot('certificate'),
    secrets_sealed: slot('secrets_sealed'),
  }
}

const mark = statement(
  (db, slot: Slots<{ id: string; version: number; state: ClientRecord['state']; failure: string | null }>) =>
    db
      .updateTable('client')
      .set({ state: slot('state'), failure: slot('failure') })
      .where('id', '=', slot('id'))
      .where('settings_version', '=', slot('version')),
)

const worked = statement((db, slot: Slots<{ id: string }>) =>
  db
    .updateTable('client')
    .set({ worked: 1, state: 'ok', failure: null })
    .where('id', '=', slot('id'))
    .where(({ or, eb }) => or([eb('worked', '=', 0), eb('failure', 'is not', null)])),
)

const usedBy = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select(['id', 'name']).where('client_ref', '=', slot('id')).orderBy('name'),
)

const removeUnused = statement((db, slot: Slots<{ id: string }>) =>
  db
    .deleteFrom('client')
    .where('id', '=', slot('id'))
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('connection').select('id').where('client_ref', '=', slot('id')))),
    ),
)

export function clientStore(database: Database, keys: DataKeys): ClientStore {
  return {
    async byId(id) {
      const row = await database.read.first(byId, { id })
      return row && opened(row, keys)
    },
    async find(provider, clientId) {
      const rows = await database.read.all(byRegistration, { provider, clientId })
      return rows.map((row) => opened(row, keys))
    },
    replace: (client, expected) =>
      database.write(async (session) => {
        const stored = await session.first(byId, { id: client.id })
        // Version 0 is the one before the first: the client of a connection that had none.
        if (!stored) return expected === 0 && insertClient(session, { ...client, settingsVersion: 1 }, keys)
        const row = settingsRow({ ...client, settingsVersion: expected + 1 }, stored.k_data_key, keys)
        const input = { ...row, id: client.id, worked: client.worked ? 1 : 0, expected }
        return (await session.run(update, input)) === 1
      }, client.id),
    mark: (id, version, state, failure) =>
      database.write(async (session) => {
        return (await session.run(mark, { id, version, state, failure: jsonOrNull(failure) })) === 1
      }),
    async worked(id) {
      await database.write((session) => session.run(worked, { id }))
    },
    connectionsOf: (id) => database.read.all(usedBy, { id }),
  }
}

/** False if it is there already: clients are shared. */
export async function insertClient(session: Session, client: ClientRecord, keys: DataKeys): Promise<boolean> {
  if (await session.first(byId, { id: client.id })) return false
  const { wrapped } = keys.make('client', client.id)
  const row = settingsRow(client, wrapped, keys)
  const rest = { id: client.id, worked: client.worked ? 1 : 0, data_key: wrapped, created_at: client.createdAt }
  return (await session.run(insert, { ...row, ...rest })) === 1
}

/** A client goes with the last connection that uses it. */
export async function removeUnusedClient(session: Session, id: string, keys: DataKeys): Promise<void> {
  if ((await session.run(removeUnused, { id })) === 1) keys.forget('client', id)
}

function settingsRow(client: ClientRecord, wrapped: Uint8Array, keys: DataKeys): Settings {
  return {
    provider: client.provider,
    client_id: client.clientId,
    auth_method: client.authMethod,
    settings_version: client.settingsVersion,
    state: client.state,
    failure: jsonOrNull(client.failure),
    secret_ends_at: client.secretEndsAt ?? null,
    certificate_ends_at: client.certificateEndsAt ?? null,
    key_alg: client.keyAlg ?? null,
    key_id: client.keyId ?? null,
    certificate: client.certificate ?? null,
    secrets_sealed: sealClientSecrets(client, wrapped, keys),
  }
}

function opened(row: ClientRow, keys: DataKeys): ClientRecord {
  try {
    return clientOf(row, keys)
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause
    throw new EvergrantError('integrity_error', {
      detail: `the secrets stored for client "${row.k_client_id}" of ${row.k_provider} cannot be opened: ${cause.message}`,
      cause,
    })
  }
}
