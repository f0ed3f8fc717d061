/** Browser sessions and one-time sign-in links, by digest. What has run out is not found any more. */
import type { Database } from './database.ts'
import { statement, type Slots } from './statement.ts'
import type { SessionStore } from './store.ts'
import type { Tables } from './tables.ts'

const insert = statement((db, slot: Slots<Tables['session']>) =>
  db.insertInto('session').values({
    digest: slot('digest'),
    kind: slot('kind'),
    created_at: slot('created_at'),
    expires_at: slot('expires_at'),
  }),
)

const prune = statement((db, slot: Slots<{ now: number }>) =>
  db.deleteFrom('session').where('expires_at', '<=', slot('now')),
)

const byDigest = statement((db, slot: Slots<{ digest: string; now: number }>) =>
  db
    .selectFrom('session')
    .select(['kind', 'created_at', 'expires_at'])
    .where('digest', '=', slot('digest'))
    .where('expires_at', '>', slot('now')),
)

const take = statement((db, slot: Slots<{ digest: string; now: number }>) =>
  db.deleteFrom('session').where('digest', '=', slot('digest')).where('expires_at', '>', slot('now')),
)

const touch = statement((db, slot: Slots<{ digest: string; expiresAt: number }>) =>
  db
    .updateTable('session')
    .set({ expires_at: slot('expiresAt') })
    .where('digest', '=', slot('digest')),
)

const remove = statement((db, slot: Slots<{ digest: string }>) =>
  db.deleteFrom('session').where('digest', '=', slot('digest')),
)

export function sessionStore(database: Database): SessionStore {
  return {
    async insert({ digest, kind, createdAt, expiresAt }) {
      await database.write(async (session) => {
        await session.run(prune, { now: await session.now() })
        await session.run(insert, { digest, kind, created_at: createdAt, expires_at: expiresAt })
      })
    },
    async byDigest(digest) {
      const row = await database.read.first(byDigest, { digest, now: await database.read.now() })
      return row && { kind: row.kind, createdAt: row.created_at, expiresAt: row.expires_at }
    },
    take: (digest) =>
      database.write(async (session) => (await session.run(take, { digest, now: await session.now() })) === 1),
    async touch(digest, expiresAt) {
      await database.write((session) => session.run(touch, { digest, expiresAt }))
    },
    async remove(digest) {
      await database.write((session) => session.run(remove, { digest }))
    },
  }
}
