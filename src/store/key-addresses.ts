/** From where a key was used before. What is a place is decided elsewhere: here it is text. */
import type { Database } from './database.ts'
import { statement, type Slots } from './statement.ts'
import type { KeyAddressStore } from './store.ts'
import type { Tables } from './tables.ts'

/** Places that are remembered of one key; beyond that the oldest are forgotten, and are new when they come again. */
const limit = 1_000

const insert = statement((db, slot: Slots<Tables['key_address']>) =>
  db
    .insertInto('key_address')
    .values({ key_id: slot('key_id'), place: slot('place'), first_at: slot('first_at') })
    .onConflict((conflict) => conflict.columns(['key_id', 'place']).doNothing()),
)

const of = statement((db, slot: Slots<{ keyId: string }>) =>
  db.selectFrom('key_address').select('place').where('key_id', '=', slot('keyId')).orderBy('first_at').orderBy('place'),
)

const remove = statement((db, slot: Slots<{ keyId: string; place: string }>) =>
  db.deleteFrom('key_address').where('key_id', '=', slot('keyId')).where('place', '=', slot('place')),
)

export function keyAddressStore(database: Database): KeyAddressStore {
  return {
    add: (keyId, places, at) =>
      database.write(async (session) => {
        const before = (await session.all(of, { keyId })).map(({ place }) => place)
        const known = new Set(before)
        const fresh: string[] = []
        // Of two nodes that see it at the same moment one writes it.
        for (const place of places)
          if (!known.has(place) && (await session.run(insert, { key_id: keyId, place, first_at: at })) === 1)
            fresh.push(place)
        for (const place of before.slice(0, Math.max(0, before.length + fresh.length - limit)))
          await session.run(remove, { keyId, place })
        return { fresh, known: before.length }
      }, `key ${keyId}`),
  }
}
