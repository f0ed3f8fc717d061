/**
 * The installation row: who this database is, whether this key opens it, and where it was adopted.
 *
 * A restored or copied database would replay old refresh tokens, and a second use of one kills the grant at some
 * services. So the database remembers what it was adopted on; on anything else it stays closed until it is adopted.
 */
import { randomUUID } from 'node:crypto'
import { EvergrantError } from '../errors.ts'
import type { Database } from './database.ts'
import { place, type KeyRing } from './seal.ts'
import { recordFirst, settleKeys } from './sealing-keys.ts'
import { statement, type Slots } from './statement.ts'
import type { Tables } from './tables.ts'

const find = statement((db) => db.selectFrom('installation').selectAll())

const insert = statement((db, slot: Slots<Omit<Tables['installation'], 'audit_sealed'>>) =>
  db.insertInto('installation').values({
    id: slot('id'),
    epoch: slot('epoch'),
    adopted_on: slot('adopted_on'),
    key_check: slot('key_check'),
    created_at: slot('created_at'),
    seen_by: slot('seen_by'),
    seen_at: slot('seen_at'),
  }),
)

const adopt = statement((db, slot: Slots<{ epoch: number; adoptedOn: string }>) =>
  db.updateTable('installation').set({ epoch: slot('epoch'), adopted_on: slot('adoptedOn') }),
)

const seen = statement((db, slot: Slots<{ by: string; at: number }>) =>
  db.updateTable('installation').set({ seen_by: slot('by'), seen_at: slot('at') }),
)

export type Installation = { id: string; epoch: number }

/** What a database stands on, part by part. A part that cannot be read is empty and compared with nothing. */
export type Ground = Readonly<Record<string, string>>

export type JoinOptions = { ground: Ground; adopt: boolean; holder: string }

/** Makes the row in a new database; else checks key and ground. Throws `key_wrong`, `not_adopted`. */
export function joinInstallation(database: Database, ring: KeyRing, options: JoinOptions): Promise<Installation> {
  const adoptedOn = JSON.stringify(options.ground)
  return database.write(async (session) => {
    const now = await session.now()
    const row = await session.first(find, {})
    if (!row) {
      const id = randomUUID()
      const check = ring.seal(id, place('installation', id, 'key_check'))
      const born = { adopted_on: adoptedOn, key_check: check, created_at: now }
      await session.run(insert, { id, epoch: 1, ...born, seen_by: options.holder, seen_at: now })
      await recordFirst(session, ring.current.id, now)
      return { id, epoch: 1 }
    }
    await settleKeys(session, ring, row)
    const { id, epoch } = row
    if (sameGround(JSON.parse(row.adopted_on) as Ground, options.ground)) {
      await session.run(seen, { by: options.holder, at: now })
      return { id, epoch }
    }
    if (!options.adopt) {
      throw new EvergrantError('not_adopted', {
        detail: 'the database is a copy, or was restored or moved: its refresh tokens may be in use elsewhere',
      })
    }
    await session.run(adopt, { epoch: epoch + 1, adoptedOn })
    return { id, epoch: epoch + 1 }
  }, 'installation')
}

/** Proves that the store can be read and written now; throws like any write. */
export async function proveWritable(database: Database, holder: string): Promise<void> {
  await database.write(async (session) => session.run(seen, { by: holder, at: await session.now() }))
}

function sameGround(then: Ground, now: Ground): boolean {
  const same = (a = '', b = '') => a === b || a === '' || b === ''
  return Object.keys(now).every((part) => same(then[part], now[part]))
}
