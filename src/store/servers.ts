/** Authorization servers that asked for quiet: every node keeps to it, and a restart does not forget. */
import { sql } from 'kysely'
import type { Database } from './database.ts'
import { statement, type Slots } from './statement.ts'
import type { ServerStore } from './store.ts'

const list = statement((db, slot: Slots<{ now: number }>) =>
  db
    .selectFrom('server')
    .select(['origin', 'retry_at as retryAt'])
    .where('retry_at', '>', slot('now'))
    .orderBy('origin'),
)

const put = statement((db, slot: Slots<{ origin: string; retryAt: number }>) =>
  db
    .insertInto('server')
    .values({ origin: slot('origin'), retry_at: slot('retryAt') })
    .onConflict((conflict) =>
      // Another node may have been asked for a longer pause.
      conflict.column('origin').doUpdateSet({
        retry_at: sql`case when excluded.retry_at > server.retry_at then excluded.retry_at else server.retry_at end`,
      }),
    ),
)

const prune = statement((db, slot: Slots<{ now: number }>) =>
  db.deleteFrom('server').where('retry_at', '<=', slot('now')),
)

export function serverStore(database: Database): ServerStore {
  return {
    async list() {
      const rows = await database.read.all(list, { now: await database.read.now() })
      return rows.map(({ origin, retryAt }) => ({ origin, retryAt: database.here(retryAt) }))
    },
    async put(origin, retryAt) {
      await database.write(async (session) => {
        const now = await session.now()
        await session.run(prune, { now })
        await session.run(put, { origin, retryAt: retryAt + now - database.here(now) })
        await session.tell({ kind: 'server', id: origin })
      })
    },
  }
}
