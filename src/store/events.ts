/** What happened, for people to read: bounded, and kept when its connection is gone. */
import type { Database } from './database.ts'
import { parsed, present } from './rows.ts'
import { statement, type Slots } from './statement.ts'
import type { EventRecord, EventStore } from './store.ts'
import type { Tables } from './tables.ts'

const kept = { all: 10_000, ofOneName: 5_000 }

const insert = statement((db, slot: Slots<Tables['event']>) =>
  db
    .insertInto('event')
    .values({
      id: slot('id'),
      at: slot('at'),
      name: slot('name'),
      connection: slot('connection'),
      fields: slot('fields'),
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

const prune = statement((db) =>
  db
    .deleteFrom('event')
    .where('id', '<=', (on) =>
      on.selectFrom('event as e').select('e.id').orderBy('e.id', 'desc').limit(1).offset(kept.all),
    ),
)

const pruneName = statement((db, slot: Slots<{ name: string }>) =>
  db
    .deleteFrom('event')
    .where('name', '=', slot('name'))
    .where('id', '<=', (on) =>
      on
        .selectFrom('event as e')
        .select('e.id')
        .where('e.name', '=', slot('name'))
        .orderBy('e.id', 'desc')
        .limit(1)
        .offset(kept.ofOneName),
    ),
)

const list = statement((db, slot: Slots<{ before: number; limit: number }>) =>
  db.selectFrom('event').selectAll().where('id', '<', slot('before')).orderBy('id', 'desc').limit(slot('limit')),
)

const listOf = statement((db, slot: Slots<{ connection: string; before: number; limit: number }>) =>
  db
    .selectFrom('event')
    .selectAll()
    .where('connection', '=', slot('connection'))
    .where('id', '<', slot('before'))
    .orderBy('id', 'desc')
    .limit(slot('limit')),
)

export function eventStore(database: Database): EventStore {
  return {
    async append(events) {
      await database.write(async (session) => {
        for (const event of events) await session.run(insert, rowOf(event))
        for (const name of new Set(events.map((event) => event.name))) await session.run(pruneName, { name })
        await session.run(prune, {})
      })
    },
    async list({ connection, before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows =
        connection === undefined
          ? await database.read.all(list, { before, limit })
          : await database.read.all(listOf, { connection, before, limit })
      return rows.map(recordOf)
    },
  }
}

function rowOf({ id, at, name, connection, fields }: EventRecord): Tables['event'] {
  return { id, at, name, connection: connection ?? null, fields: JSON.stringify(fields) }
}

function recordOf({ id, at, name, connection, fields }: Tables['event']): EventRecord {
  // An object, as `rowOf` wrote it.
  return { id, at, name, fields: parsed(fields) as Record<string, unknown>, ...present({ connection }) }
}
