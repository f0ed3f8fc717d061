/** Text of a connection that is kept outside of the database (the spool), sealed under the connection's data key. */
import type { DataKeys } from './data-keys.ts'
import type { Database } from './database.ts'
import { integrityError } from './loaded.ts'
import { place } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { Store } from './store.ts'

const owner = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('connection').select(['name', 'data_key']).where('id', '=', slot('id')),
)

export function sealedTexts(database: Database, keys: DataKeys): Pick<Store, 'sealFor' | 'openFor'> {
  return {
    async sealFor(id, purpose, text) {
      // No statement where the key is known: the spool is written most of all while the database is away.
      const known = keys.known('connection', id)
      if (known) return known.seal(text, place('outside', id, purpose))
      const row = await database.read.first(owner, { id })
      if (!row) return undefined
      try {
        return keys.open('connection', id, row.data_key).seal(text, place('outside', id, purpose))
      } catch (error) {
        throw integrityError(error, row.name)
      }
    },
    async openFor(id, purpose, blob) {
      const row = await database.read.first(owner, { id })
      if (!row) return undefined
      try {
        return keys
          .open('connection', id, row.data_key)
          .open(blob, place('outside', id, purpose))
          .toString('utf8')
      } catch (error) {
        throw integrityError(error, row.name)
      }
    },
  }
}
