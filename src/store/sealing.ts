/**
 * The change of the installation's key while everything runs. A new key seals what is written from now on; everything
 * that an older one sealed is wrapped anew, some rows at a time, each in its own place, so that at any moment each value
 * opens with a key of the key file. Only data keys and a few texts are sealed by it: tokens themselves are not touched.
 */
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { EvergrantError } from '../errors.ts'
import { sealedPlace } from './audit-head.ts'
import type { Database } from './database.ts'
import { place, SealBroken, type KeyRing, type KeySource, type Place } from './seal.ts'
import { beginWith, recordedKeys, setRewrapped } from './sealing-keys.ts'
import { statement, type Slots } from './statement.ts'
import type { SealingStore } from './store.ts'

/** Rows of one transaction: a few milliseconds. */
const BATCH = 200

type Row = { id: string; version: number; blob: Uint8Array }

/** Every column that the installation's key itself seals, but for its check, which changes with the key. */
const columns = [
  column('connection', 'data_key', ({ id }) => place('connection', id, 'data_key')),
  column('client', 'data_key', ({ id }) => place('client', id, 'data_key')),
  column('draft', 'content_sealed', ({ id, version }) => place('draft', id, 'content', version)),
  column('revocation', 'call_sealed', ({ id }) => place('revocation', id, 'call')),
  column('installation', 'audit_sealed', ({ id }) => sealedPlace(id)),
]

/** The key's id is in the blob: a version of one byte stands before it (`seal.ts`). */
function column(tableName: string, name: string, placeOf: (row: Row) => Place) {
  const [table, blob] = [sql.table(tableName), sql.ref(name)]
  const version = tableName === 'draft' ? sql.ref('version') : sql.lit(0)
  return {
    placeOf,
    uses: statement((db) => ({
      compile: () =>
        sql<{ key: Uint8Array; uses: number }>`
          select substr(${blob}, 2, 4) as key, count(*) as uses from ${table} where ${blob} is not null group by substr(${blob}, 2, 4)`.compile(
          db,
        ),
    })),
    others: statement((db, slot: Slots<{ key: Uint8Array; after: string }>) => ({
      compile: () =>
        sql<Row>`
          select id, ${version} as version, ${blob} as blob from ${table}
          where id > ${slot('after')} and substr(${blob}, 2, 4) <> ${slot('key')}
          order by id limit ${sql.lit(BATCH)}`.compile(db),
    })),
    // Only if nobody wrote it meanwhile: whoever writes seals with the new key.
    put: statement((db, slot: Slots<{ id: string; before: Uint8Array; blob: Uint8Array }>) => ({
      compile: () =>
        sql`update ${table} set ${blob} = ${slot('blob')} where id = ${slot('id')} and ${blob} = ${slot('before')}`.compile(
          db,
        ),
    })),
  }
}

/** @param shared other nodes have key files of their own */
export function sealingStore(database: Database, ring: KeyRing, shared: boolean): SealingStore {
  const recorded = () => database.read.all(recordedKeys, {})

  async function uses(): Promise<Map<string, number>> {
    const counted = new Map<string, number>()
    for (const { uses: statement } of columns) {
      for (const { key, uses: count } of await database.read.all(statement, {})) {
        const id = Buffer.from(key).toString('hex')
        counted.set(id, (counted.get(id) ?? 0) + count)
      }
    }
    return counted
  }

  /** Wraps one batch of one column anew. */
  async function wrap(at: (typeof columns)[number], after: string) {
    const key = ring.current.id
    return database.write(async (session) => {
      const rows = await session.all(at.others, { key: Buffer.from(key, 'hex'), after })
      let [wrapped, unopened] = [0, 0]
      for (const row of rows) {
        const content = opened(ring, row, at.placeOf(row))
        if (content === undefined) unopened += 1
        else {
          const blob = ring.sealWith(key, content, at.placeOf(row))
          content.fill(0)
          wrapped += await session.run(at.put, { id: row.id, before: row.blob, blob })
        }
      }
      return { wrapped, unopened, last: rows.length < BATCH ? undefined : rows.at(-1)?.id }
    })
  }

  const isSettled = ([newest]: Awaited<ReturnType<typeof recorded>>) =>
    newest?.id === ring.current.id && newest.rewrapped_at !== null

  return {
    settled: async () => isSettled(await recorded()),
    async state() {
      const [records, counted] = [await recorded(), await uses()]
      const since = new Map(records.map(({ id, since: at }) => [id, at]))
      const ids = [...new Set([...since.keys(), ...ring.ids, ...counted.keys()])]
      const keys = ids.map((id) => {
        const at = since.get(id)
        return { id, ...(at === undefined ? {} : { since: at }), uses: counted.get(id) ?? 0, here: ring.has(id) }
      })
      return {
        from: ring.source?.from ?? 'EVERGRANT_KEY',
        writable: ring.source?.write !== undefined,
        sealing: ring.current.id,
        shared,
        settled: isSettled(records),
        keys: keys.filter(({ uses: count, here }) => here || count > 0),
      }
    },
    async stage() {
      const records = new Set((await recorded()).map(({ id }) => id))
      ring.add(ring.source?.read() ?? [])
      const waiting = ring.ids.find((id) => !records.has(id))
      if (waiting !== undefined) return waiting
      return addKey(ring, 'last')
    },
    async begin() {
      ring.add(ring.source?.read() ?? [])
      const records = await recorded()
      const [newest] = records
      if (newest !== undefined && newest.rewrapped_at === null && ring.has(newest.id)) {
        ring.use(newest.id)
        return newest.id
      }
      const known = new Set(records.map(({ id }) => id))
      const staged = ring.ids.find((id) => !known.has(id))
      if (staged === undefined && shared) {
        throw new EvergrantError('invalid_request', {
          detail: 'the other nodes of this database do not have a new key yet, and could not open what it seals',
          remedy:
            '`evergrant rotate-key --stage`, copy the key file to every node, then `evergrant rotate-key` once more',
        })
      }
      const id = staged ?? addKey(ring, 'first')
      await database.write((session) => beginWith(session, ring, id))
      ring.use(id)
      return id
    },
    async *rewrap() {
      const key = ring.current.id
      for (;;) {
        let [wrapped, unopened, first] = [0, 0, true]
        for (const each of columns) {
          for (let after: string | undefined = ''; after !== undefined;) {
            const batch = await wrap(each, after)
            wrapped += batch.wrapped
            unopened += batch.unopened
            after = batch.last
            yield { wrapped: batch.wrapped, unopened: batch.unopened, first }
            first = false
          }
        }
        // What was written with the old key while this walked through is found by the next walk.
        if (wrapped > 0) continue
        if (unopened === 0)
          await database.write(async (session) => session.run(setRewrapped, { id: key, at: await session.now() }))
        return
      }
    },
    async retire() {
      const source = ring.source
      if (source?.write === undefined) throw notOurs(ring)
      ring.add(source.read())
      const records = await recorded()
      if (!isSettled(records)) {
        throw new EvergrantError('invalid_request', {
          detail: 'the change of the key is not finished: older keys are still needed',
          remedy: '`evergrant rotate-key` finishes it',
        })
      }
      const counted = await uses()
      // A key that was staged has never sealed, and is not old.
      const old = new Set(records.map(({ id }) => id).filter((id) => id !== ring.current.id))
      const idle = ring.ids.filter((id) => old.has(id) && !counted.has(id))
      if (idle.length === 0) return []
      source.write(ring.bytesOf(inOrder(ring).filter((id) => !idle.includes(id))))
      for (const id of idle) ring.drop(id)
      return idle
    },
  }
}

/** Puts a new key into the file, where it only opens until it is recorded as the one that seals. */
function addKey(ring: KeyRing, where: 'first' | 'last'): string {
  const source: KeySource | undefined = ring.source
  if (source?.write === undefined) throw notOurs(ring)
  const bytes = randomBytes(32)
  const others = ring.bytesOf(inOrder(ring))
  source.write(where === 'first' ? [bytes, ...others] : [...others, bytes])
  const [id = ''] = ring.add([bytes])
  bytes.fill(0)
  return id
}

/** The one that seals first. */
function inOrder(ring: KeyRing): string[] {
  const first = ring.current.id
  return [first, ...ring.ids.filter((id) => id !== first)]
}

function notOurs(ring: KeyRing): EvergrantError {
  const from = ring.source?.from ?? 'EVERGRANT_KEY'
  return new EvergrantError('invalid_request', {
    detail: `the key comes from ${from}, which this program does not write`,
    remedy: `put a new key (\`openssl rand -base64 32\`) in front of the old one there, on a line of its own or with a comma between, restart, and \`evergrant rotate-key\` once more; take the old one out when it seals nothing any more`,
  })
}

/** Undefined: damaged, or its key is lost. Nothing can be done for it here. */
function opened(ring: KeyRing, row: Row, at: Place): Buffer | undefined {
  try {
    return ring.open(row.blob, at)
  } catch (error) {
    if (error instanceof SealBroken) return undefined
    throw error
  }
}
