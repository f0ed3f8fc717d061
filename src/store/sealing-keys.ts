/**
 * Which keys have sealed in this database, by their ids. The newest one seals, on every node; the order in the key file
 * counts only for a key that has never sealed. So a node that was away, or whose file is older, cannot turn it back.
 */
import { EvergrantError } from '../errors.ts'
import type { Session } from './database.ts'
import { keyIdOf, place, SealBroken, type KeyRing } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { Tables } from './tables.ts'

export const recordedKeys = statement((db) => db.selectFrom('sealing_key').selectAll().orderBy('since', 'desc'))

const record = statement((db, slot: Slots<Tables['sealing_key']>) =>
  db
    .insertInto('sealing_key')
    .values({ id: slot('id'), since: slot('since'), rewrapped_at: slot('rewrapped_at') })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

export const setRewrapped = statement((db, slot: Slots<{ id: string; at: number }>) =>
  db
    .updateTable('sealing_key')
    .set({ rewrapped_at: slot('at') })
    .where('id', '=', slot('id')),
)

const installation = statement((db) => db.selectFrom('installation').select(['id', 'key_check']))

const setCheck = statement((db, slot: Slots<{ check: Uint8Array }>) =>
  db.updateTable('installation').set({ key_check: slot('check') }),
)

/** The first key of a new database. */
export async function recordFirst(session: Session, id: string, at: number): Promise<void> {
  await session.run(record, { id, since: at, rewrapped_at: at })
}

/**
 * Proves that the keys open this database, and decides which of them seals. A first key that has never sealed takes
 * over. Throws `key_wrong`.
 */
export async function settleKeys(session: Session, ring: KeyRing, row: Tables['installation']): Promise<void> {
  checkKey(row, ring)
  let recorded = await session.all(recordedKeys, {})
  if (recorded.length === 0) {
    // Made by a version that kept no record.
    await recordFirst(session, keyIdOf(row.key_check), row.created_at)
    recorded = await session.all(recordedKeys, {})
  }
  const first = ring.current.id
  if (recorded.some(({ id }) => id === first)) ring.use(recorded[0]?.id ?? first)
  else await beginWith(session, ring, first)
}

/** Makes a key that is here the one that seals. The ring follows when this is committed. */
export async function beginWith(session: Session, ring: KeyRing, id: string): Promise<void> {
  const [newest] = await session.all(recordedKeys, {})
  if (newest?.id !== id) {
    const since = Math.max(await session.now(), (newest?.since ?? 0) + 1)
    await session.run(record, { id, since, rewrapped_at: null })
  }
  const row = await session.first(installation, {})
  if (row === undefined) throw new Error('a store has an installation')
  await session.run(setCheck, { check: ring.sealWith(id, row.id, place('installation', row.id, 'key_check')) })
  await session.tell({ kind: 'seal', id })
}

function checkKey(row: Tables['installation'], ring: KeyRing): void {
  try {
    ring.open(row.key_check, place('installation', row.id, 'key_check'))
  } catch (cause) {
    if (!(cause instanceof SealBroken)) throw cause
    const id = keyIdOf(row.key_check)
    const which = ring.has(id) ? '' : `: it is sealed with key ${id}, and here is ${ring.ids.join(', ')}`
    throw new EvergrantError('key_wrong', { detail: `the key does not open this store${which}`, cause })
  }
}
