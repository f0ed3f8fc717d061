/** Which key was handed which connection's token: counted elsewhere, added up here. */
import type { Database } from './database.ts'
import { statement, type Slots } from './statement.ts'
import type { KeyReadStore } from './store.ts'
import type { Tables } from './tables.ts'

const add = statement((db, slot: Slots<Tables['key_read']>) =>
  db
    .insertInto('key_read')
    .columns(['connection', 'key_id', 'reads', 'last_at'])
    .expression((on) =>
      on
        .selectFrom('connection as c')
        .select((each) => [
          'c.name',
          each.val(slot('key_id')).as('key_id'),
          each.val(slot('reads')).as('reads'),
          each.val(slot('last_at')).as('last_at'),
        ])
        .where('c.name', '=', slot('connection')),
    )
    .onConflict((conflict) =>
      conflict.columns(['connection', 'key_id']).doUpdateSet((on) => ({
        reads: on('key_read.reads', '+', on.ref('excluded.reads')),
        last_at: on.ref('excluded.last_at'),
      })),
    ),
)

const of = statement((db, slot: Slots<{ connection: string }>) =>
  db
    .selectFrom('key_read')
    .selectAll()
    .where('connection', '=', slot('connection'))
    .orderBy('last_at', 'desc')
    .limit(1000),
)

export function keyReadStore(database: Database): KeyReadStore {
  return {
    async add(reads) {
      await database.write(async (session) => {
        for (const { keyId, connection, reads: count, lastAt } of reads)
          await session.run(add, { key_id: keyId, connection, reads: count, last_at: lastAt })
      })
    },
    async of(connection) {
      const rows = await database.read.all(of, { connection })
      return rows.map((row) => ({
        keyId: row.key_id,
        connection: row.connection,
        reads: row.reads,
        lastAt: row.last_at,
      }))
    },
  }
}
