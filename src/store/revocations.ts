/**
 * Revocations that are to be sent, or sent again. They outlive their connection and its data key, so they are sealed with the
 * installation's key itself.
 */
import { randomUUID } from 'node:crypto'
import { secret } from '../secret.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database, Session } from './database.ts'
import { place, SealBroken } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { NewRevocation, RevocationStore } from './store.ts'
import type { Tables } from './tables.ts'

const insert = statement((db, slot: Slots<Tables['revocation']>) =>
  db.insertInto('revocation').values({
    id: slot('id'),
    call_sealed: slot('call_sealed'),
    retry_at: slot('retry_at'),
    tries: slot('tries'),
  }),
)

const due = statement((db, slot: Slots<{ before: number }>) =>
  db.selectFrom('revocation').selectAll().where('retry_at', '<=', slot('before')).orderBy('retry_at').limit(100),
)

const retry = statement((db, slot: Slots<{ id: string; retryAt: number }>) =>
  db
    .updateTable('revocation')
    .set((on) => ({ retry_at: slot('retryAt'), tries: on('tries', '+', 1) }))
    .where('id', '=', slot('id')),
)

const remove = statement((db, slot: Slots<{ id: string }>) => db.deleteFrom('revocation').where('id', '=', slot('id')))

export function revocationStore(database: Database, keys: DataKeys): RevocationStore {
  return {
    insert: (call, retryAt, id = randomUUID()) =>
      database.write(async (session) => {
        await noteRevocations(session, keys, [{ id, call, retryAt }])
        return id
      }),
    async due(before) {
      const rows = await database.read.all(due, { before })
      return rows.map(({ id, call_sealed, tries }) => {
        const call = openCall(id, call_sealed, keys)
        return { id, tries, ...(call === undefined ? {} : { call: secret(call) }) }
      })
    },
    async retry(id, retryAt) {
      await database.write((session) => session.run(retry, { id, retryAt }))
    },
    async remove(id) {
      await database.write((session) => session.run(remove, { id }))
    },
  }
}

/** In the write of whoever ends the tokens: what is gone here is then revoked there, whatever happens in between. */
export async function noteRevocations(
  session: Session,
  keys: DataKeys,
  revocations: readonly NewRevocation[] = [],
): Promise<void> {
  for (const { id, call, retryAt } of revocations) {
    const sealed = keys.ring.seal(call.open(), callPlace(id))
    await session.run(insert, { id, call_sealed: sealed, retry_at: retryAt, tries: 0 })
  }
}

function callPlace(id: string) {
  return place('revocation', id, 'call')
}

function openCall(id: string, blob: Uint8Array, keys: DataKeys): string | undefined {
  try {
    return keys.ring.open(blob, callPlace(id)).toString('utf8')
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}
