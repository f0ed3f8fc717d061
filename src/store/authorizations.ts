/** Pending authorizations. Verifier, nonce, code and the like are sealed under the connection's data key. */
import { EvergrantError } from '../errors.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database } from './database.ts'
import { integrityError } from './loaded.ts'
import { parsed, present } from './rows.ts'
import { place } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { AuthorizationOutcome, AuthorizationRecord, AuthorizationStore } from './store.ts'
import type { Builder, Tables } from './tables.ts'
import { valuesFromJson, valuesToJson } from './token-set-json.ts'

const selectFlow = (db: Builder) =>
  db
    .selectFrom('authorization_flow as a')
    .innerJoin('connection as c', 'c.id', 'a.connection_id')
    .selectAll('a')
    .select(['c.name', 'c.data_key'])

type Row = Tables['authorization_flow'] & { name: string; data_key: Uint8Array }

const byId = statement((db, slot: Slots<{ id: string }>) => selectFlow(db).where('a.id', '=', slot('id')))

const byState = statement((db, slot: Slots<{ digest: string }>) =>
  selectFlow(db).where('a.state_digest', '=', slot('digest')),
)

const pendingOf = statement((db, slot: Slots<{ id: string; waiting: string; now: number }>) =>
  selectFlow(db)
    .where('a.connection_id', '=', slot('id'))
    .where('a.outcome', '=', slot('waiting'))
    .where('a.expires_at', '>', slot('now'))
    .orderBy('a.created_at', 'desc'),
)

const keyOf = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select('data_key').where('id', '=', slot('id')),
)

const insert = statement((db, slot: Slots<Tables['authorization_flow']>) =>
  db.insertInto('authorization_flow').values({
    id: slot('id'),
    state_digest: slot('state_digest'),
    connection_id: slot('connection_id'),
    started_by: slot('started_by'),
    back: slot('back'),
    sealed: slot('sealed'),
    created_at: slot('created_at'),
    expires_at: slot('expires_at'),
    taken_at: slot('taken_at'),
    outcome: slot('outcome'),
  }),
)

const take = statement((db, slot: Slots<{ id: string; at: number }>) =>
  db
    .updateTable('authorization_flow')
    .set({ taken_at: slot('at') })
    .where('id', '=', slot('id'))
    .where('taken_at', 'is', null),
)

const bind = statement((db, slot: Slots<{ id: string; startedBy: string }>) =>
  db
    .updateTable('authorization_flow')
    .set({ started_by: slot('startedBy') })
    .where('id', '=', slot('id'))
    .where((on) => on.or([on('started_by', 'is', null), on('started_by', '=', slot('startedBy'))])),
)

const setOutcome = statement((db, slot: Slots<{ id: string; outcome: string }>) =>
  db
    .updateTable('authorization_flow')
    .set({ outcome: slot('outcome') })
    .where('id', '=', slot('id')),
)

const setSealed = statement((db, slot: Slots<{ id: string; sealed: Uint8Array }>) =>
  db
    .updateTable('authorization_flow')
    .set({ sealed: slot('sealed') })
    .where('id', '=', slot('id')),
)

const prune = statement((db, slot: Slots<{ before: number }>) =>
  db.deleteFrom('authorization_flow').where('expires_at', '<', slot('before')),
)

const waiting = JSON.stringify({ kind: 'waiting' } satisfies AuthorizationOutcome)

export function authorizationStore(database: Database, keys: DataKeys): AuthorizationStore {
  const seal = (id: string, connectionId: string, wrapped: Uint8Array, values: AuthorizationRecord['sealed']) =>
    keys.open('connection', connectionId, wrapped).seal(valuesToJson(values), sealedPlace(id))
  return {
    insert: (record) =>
      database.write(async (session) => {
        const owner = await session.first(keyOf, { id: record.connectionId })
        if (!owner) throw new EvergrantError('unknown_connection', { detail: 'the connection was removed meanwhile' })
        await session.run(insert, {
          id: record.id,
          state_digest: record.stateDigest,
          connection_id: record.connectionId,
          started_by: record.startedBy ?? null,
          back: record.back,
          sealed: seal(record.id, record.connectionId, owner.data_key, record.sealed),
          created_at: record.createdAt,
          expires_at: record.expiresAt,
          taken_at: record.takenAt ?? null,
          outcome: JSON.stringify(record.outcome),
        })
      }),
    async byId(id) {
      const row = await database.read.first(byId, { id })
      return row && opened(row, keys)
    },
    async byState(digest) {
      const row = await database.read.first(byState, { digest })
      return row && opened(row, keys)
    },
    take: (id, at) => database.write(async (session) => (await session.run(take, { id, at })) === 1),
    bind: (id, startedBy) => database.write(async (session) => (await session.run(bind, { id, startedBy })) === 1),
    async finish(id, outcome, sealed) {
      await database.write(async (session) => {
        await session.run(setOutcome, { id, outcome: JSON.stringify(outcome) })
        const row = sealed && (await session.first(byId, { id }))
        if (row) await session.run(setSealed, { id, sealed: seal(id, row.connection_id, row.data_key, sealed) })
      }, id)
    },
    async pendingOf(id) {
      const now = await database.read.now()
      const rows = await database.read.all(pendingOf, { id, waiting, now })
      return rows.map((row) => opened(row, keys))
    },
    async prune(before) {
      await database.write((session) => session.run(prune, { before }))
    },
  }
}

function sealedPlace(id: string) {
  return place('authorization', id, 'sealed')
}

function opened(row: Row, keys: DataKeys): AuthorizationRecord {
  try {
    const key = keys.open('connection', row.connection_id, row.data_key)
    return {
      id: row.id,
      stateDigest: row.state_digest,
      connectionId: row.connection_id,
      // Written from a record of this type.
      back: row.back as AuthorizationRecord['back'],
      sealed: valuesFromJson(key.open(row.sealed, sealedPlace(row.id)).toString('utf8')),
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      outcome: parsed(row.outcome) as AuthorizationOutcome,
      ...present({ startedBy: row.started_by, takenAt: row.taken_at }),
    }
  } catch (error) {
    throw integrityError(error, row.name)
  }
}
