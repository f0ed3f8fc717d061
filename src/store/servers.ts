/** Authorization servers that asked for quiet: every node keeps to it, and a restart does not forget. */
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
      conflict.column('origin').doUpdateSet((on) => ({ retry_at: on.ref('excluded.retry_at') })),
    ),
)

const prune = statement((db, slot: Slots<{ now: number }>) =>
  db.deleteFrom('server').where('retry_at', '<=', slot('now')),
)

export function serverStore(database: Database): ServerStore {
  return {
    list: async () => database.read.all(list, { now: await database.read.now() }),
    async put(origin, retryAt) {
      await database.write(async (session) => {
        await session.run(prune, { now: await session.now() })
        await session.run(put, { origin, retryAt })
      })
    },
  }
}
