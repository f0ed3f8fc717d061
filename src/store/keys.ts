/** API keys: only their digests are stored. */
import type { Database } from './database.ts'
import { parsed, present } from './rows.ts'
import { statement, type Slots } from './statement.ts'
import type { ApiKeyRecord, ApiKeyStore, Verb } from './store.ts'
import type { Tables } from './tables.ts'

const insert = statement((db, slot: Slots<Tables['api_key']>) =>
  db.insertInto('api_key').values({
    id: slot('id'),
    prefix: slot('prefix'),
    digest: slot('digest'),
    name: slot('name'),
    verbs: slot('verbs'),
    connections: slot('connections'),
    created_at: slot('created_at'),
    expires_at: slot('expires_at'),
    revoked_at: slot('revoked_at'),
    last_used_at: slot('last_used_at'),
    addresses: slot('addresses'),
  }),
)

const byDigest = statement((db, slot: Slots<{ digest: string }>) =>
  db.selectFrom('api_key').selectAll().where('digest', '=', slot('digest')),
)

const list = statement((db) => db.selectFrom('api_key').selectAll().orderBy('created_at').orderBy('id'))

const revoke = statement((db, slot: Slots<{ id: string; at: number }>) =>
  db
    .updateTable('api_key')
    .set({ revoked_at: slot('at') })
    .where('id', '=', slot('id'))
    .where('revoked_at', 'is', null),
)

const used = statement((db, slot: Slots<{ id: string; at: number }>) =>
  db
    .updateTable('api_key')
    .set({ last_used_at: slot('at') })
    .where('id', '=', slot('id')),
)

export function apiKeyStore(database: Database): ApiKeyStore {
  return {
    async insert(key) {
      await database.write((session) => session.run(insert, rowOf(key)))
    },
    async byDigest(digest) {
      const row = await database.read.first(byDigest, { digest })
      return row && recordOf(row)
    },
    list: async () => (await database.read.all(list, {})).map(recordOf),
    revoke: (id, at) =>
      database.write(async (session) => {
        const revoked = (await session.run(revoke, { id, at })) === 1
        if (revoked) await session.tell({ kind: 'key', id })
        return revoked
      }),
    async used(id, at) {
      await database.write((session) => session.run(used, { id, at }))
    },
  }
}

function rowOf(key: ApiKeyRecord): Tables['api_key'] {
  return {
    id: key.id,
    prefix: key.prefix,
    digest: key.digest,
    name: key.name,
    verbs: JSON.stringify(key.verbs),
    connections: JSON.stringify(key.connections),
    created_at: key.createdAt,
    expires_at: key.expiresAt ?? null,
    revoked_at: key.revokedAt ?? null,
    last_used_at: key.lastUsedAt ?? null,
    addresses: JSON.stringify(key.addresses),
  }
}

function recordOf(row: Tables['api_key']): ApiKeyRecord {
  return {
    id: row.id,
    prefix: row.prefix,
    digest: row.digest,
    name: row.name,
    verbs: parsed(row.verbs) as Verb[],
    connections: parsed(row.connections) as string[],
    createdAt: row.created_at,
    addresses: parsed(row.addresses) as string[],
    ...present({ expiresAt: row.expires_at, revokedAt: row.revoked_at, lastUsedAt: row.last_used_at }),
  }
}
