/** Provider definitions of a user's own, as JSON of the provider schema. */
import type { Database } from './database.ts'
import { parsed } from './rows.ts'
import { statement, type Slots } from './statement.ts'
import type { DefinitionStore } from './store.ts'

const put = statement((db, slot: Slots<{ id: string; body: string }>) =>
  db
    .insertInto('definition')
    .values({ id: slot('id'), body: slot('body') })
    .onConflict((conflict) => conflict.column('id').doUpdateSet((on) => ({ body: on.ref('excluded.body') }))),
)

const get = statement((db, slot: Slots<{ id: string }>) =>
  db.selectFrom('definition').select('body').where('id', '=', slot('id')),
)

const list = statement((db) => db.selectFrom('definition').selectAll().orderBy('id'))

const remove = statement((db, slot: Slots<{ id: string }>) => db.deleteFrom('definition').where('id', '=', slot('id')))

export function definitionStore(database: Database): DefinitionStore {
  /** As they were read last: whoever asks again with each renewal gets the same object while nothing changed. */
  const read = new Map<string, { text: string; body: unknown }>()

  function bodyOf(id: string, text: string): unknown {
    const known = read.get(id)
    if (known?.text === text) return known.body
    const body = parsed(text)
    read.set(id, { text, body })
    return body
  }

  return {
    async put(id, body) {
      await database.write((session) => session.run(put, { id, body: JSON.stringify(body) }))
    },
    async get(id) {
      const row = await database.read.first(get, { id })
      if (row) return bodyOf(id, row.body)
      read.delete(id)
      return undefined
    },
    list: async () => (await database.read.all(list, {})).map(({ id, body }) => ({ id, body: parsed(body) })),
    async remove(id) {
      await database.write((session) => session.run(remove, { id }))
    },
  }
}
