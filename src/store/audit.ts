/**
 * The audit: who did what, as chains of entries that cannot be changed unseen; `audit-chain.ts` says how they hang
 * together, `audit-head.ts` where they end.
 */
import { recordOf, rowOf, saidBy } from './audit-chain.ts'
import { auditHeads, type Head } from './audit-head.ts'
import { verifyAudit } from './audit-verify.ts'
import { nodeOf } from './claim-rule.ts'
import type { Database } from './database.ts'
import type { KeyRing } from './seal.ts'
import { statement, type Slots, type Statement } from './statement.ts'
import type { AuditFilter, AuditStore } from './store.ts'
import type { Tables } from './tables.ts'

type Row = Tables['audit']
type Cursor = { at: number; node: string; seq: number }
type Wanted = { connection: string; actor: string; action: string; since: number; limit: number } & Cursor

/** Entries that one write prunes: the event loop is not held for long. */
const pruneStep = 5_000

const insert = statement((db, slot: Slots<Row>) =>
  db.insertInto('audit').values({
    node: slot('node'),
    seq: slot('seq'),
    at: slot('at'),
    action: slot('action'),
    connection: slot('connection'),
    actor_kind: slot('actor_kind'),
    actor_id: slot('actor_id'),
    actor_name: slot('actor_name'),
    text: slot('text'),
    prev: slot('prev'),
    hash: slot('hash'),
  }),
)

const firstYoung = statement((db, slot: Slots<{ node: string; before: number }>) =>
  db
    .selectFrom('audit')
    .select('seq')
    .where('node', '=', slot('node'))
    .where('at', '>=', slot('before'))
    .orderBy('seq')
    .limit(1),
)

const one = statement((db, slot: Slots<{ node: string; seq: number }>) =>
  db.selectFrom('audit').select('hash').where('node', '=', slot('node')).where('seq', '=', slot('seq')),
)

const prune = statement((db, slot: Slots<{ node: string; seq: number }>) =>
  db.deleteFrom('audit').where('node', '=', slot('node')).where('seq', '<=', slot('seq')),
)

export function auditStore(database: Database, ring: KeyRing, holder: string): AuditStore {
  // The same for every start of this node.
  const own = nodeOf(holder)
  const heads = auditHeads(database, ring)
  const about = (node: string) => `audit ${node}`

  async function pruneChain(node: string, before: number): Promise<number> {
    const key = await heads.keyFor(own)
    return database.write(async (session) => {
      const head = await heads.current(session, key, node)
      const young = await session.first(firstYoung, { node, before })
      const seq = Math.min(young === undefined ? head.seq : young.seq - 1, head.from + pruneStep)
      const end = seq <= head.from ? undefined : await session.first(one, { node, seq })
      // What is missing there must stay visible.
      if (end === undefined) return 0
      await session.run(prune, { node, seq })
      await heads.write(session, key, node, { ...head, from: seq, fromHash: end.hash })
      return seq - head.from
    }, about(node))
  }

  return {
    node: own,
    async append(entries, taken) {
      const key = await heads.keyFor(own)
      await database.write(async (session) => {
        const head: Head = await heads.current(session, key, own)
        for (const entry of entries) {
          const row = rowOf(entry, own, head.seq + 1, head.hash)
          await session.run(insert, row)
          head.seq = row.seq
          head.hash = row.hash
        }
        await heads.write(session, key, own, taken === undefined ? head : { ...head, taken })
      }, about(own))
    },
    async taken() {
      const key = await heads.keyFor(own)
      return database.write(async (session) => (await heads.current(session, key, own)).taken, about(own))
    },
    async list(filter) {
      const { after, order } = filter
      const start = order === 'oldest' ? { at: 0, node: '', seq: 0 } : { at: Number.MAX_SAFE_INTEGER, node: '', seq: 0 }
      const { connection = '', actor = '', action = '', since = 0, limit } = filter
      const wanted = { connection, actor, action, since, limit, ...(after ?? start) }
      const rows = await database.read.all(listing(filter), wanted)
      // One that somebody made unreadable is named by the verification.
      return rows.flatMap((row) => (saidBy(row.text) === undefined ? [] : [recordOf(row)]))
    },
    async verify(checkpoint) {
      const key = await heads.keyFor(own)
      return verifyAudit({ database, heads, key, about }, checkpoint)
    },
    async prune(before) {
      const key = await heads.keyFor(own)
      let pruned = 0
      for (const { node, head } of await heads.all(database.read, key))
        if (head !== undefined) for (let step = -1; step !== 0; pruned += step) step = await pruneChain(node, before)
      return pruned
    },
  }
}

const listings = new Map<string, Statement<Wanted, Pick<Row, 'text' | 'prev' | 'hash'>>>()

/** One statement for each set of members that is filtered by. */
function listing({ connection, actor, action, order }: AuditFilter) {
  const parts = [connection === undefined ? '' : 'connection', actor === undefined ? '' : 'actor', action && 'action']
  const name = [...parts, order].join(' ')
  const known = listings.get(name)
  if (known !== undefined) return known
  const down = order !== 'oldest'
  const made = statement((db, slot: Slots<Wanted>) => {
    let query = db
      .selectFrom('audit')
      .select(['text', 'prev', 'hash'])
      .where('at', '>=', slot('since'))
      .where((on) =>
        on.or([
          on('at', down ? '<' : '>', slot('at')),
          on.and([on('at', '=', slot('at')), on('node', down ? '<' : '>', slot('node'))]),
          on.and([on('at', '=', slot('at')), on('node', '=', slot('node')), on('seq', down ? '<' : '>', slot('seq'))]),
        ]),
      )
    if (connection !== undefined) query = query.where('connection', '=', slot('connection'))
    if (action !== undefined) query = query.where('action', '=', slot('action'))
    if (actor !== undefined)
      query = query.where((on) =>
        on.or([
          on('actor_kind', '=', slot('actor')),
          on('actor_id', '=', slot('actor')),
          on('actor_name', '=', slot('actor')),
        ]),
      )
    const direction = down ? 'desc' : 'asc'
    return query.orderBy('at', direction).orderBy('node', direction).orderBy('seq', direction).limit(slot('limit'))
  })
  listings.set(name, made)
  return made
}
