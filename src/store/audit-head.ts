/**
 * Where each chain of the audit ends and begins, kept apart from the entries: cut off entries are missed here. The head
 * carries a MAC under a key that only the installation's key opens, so whoever can write to the database, and no more,
 * can neither shorten a chain nor compute it anew. The list of the chains lies sealed in the installation row.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { EvergrantError } from '../errors.ts'
import { canonical, chainStart } from './audit-chain.ts'
import type { Database, Session } from './database.ts'
import { place, SealBroken, type KeyRing } from './seal.ts'
import { statement, type Slots } from './statement.ts'
import type { AuditTaken } from './store.ts'
import type { Tables } from './tables.ts'

export type Head = {
  /** The last entry. */
  seq: number
  hash: string
  /** The last entry that was pruned; 0 while the chain is whole. */
  from: number
  fromHash: string
  /** Entries before which no head could be trusted: the chain went on from what was found. */
  breaks: number[]
  /** Up to which line of which start the file of what was not written yet has been taken over. */
  taken: AuditTaken
}

type HeadFound = { node: string; head: Head } | { node: string; head: undefined }

/** What the installation row holds, sealed. */
type Sealed = { key: string; nodes: string[] }

const installation = statement((db) => db.selectFrom('installation').select(['id', 'audit_sealed']))

const setSealed = statement((db, slot: Slots<{ audit_sealed: Uint8Array }>) =>
  db.updateTable('installation').set({ audit_sealed: slot('audit_sealed') }),
)

const find = statement((db, slot: Slots<{ node: string }>) =>
  db.selectFrom('audit_head').selectAll().where('node', '=', slot('node')),
)

const findAll = statement((db) => db.selectFrom('audit_head').selectAll().orderBy('node'))

const put = statement((db, slot: Slots<Tables['audit_head']>) =>
  db
    .insertInto('audit_head')
    .values({ node: slot('node'), head: slot('head'), mac: slot('mac') })
    .onConflict((conflict) =>
      conflict.column('node').doUpdateSet((on) => ({ head: on.ref('excluded.head'), mac: on.ref('excluded.mac') })),
    ),
)

const last = statement((db, slot: Slots<{ node: string }>) =>
  db.selectFrom('audit').select(['seq', 'hash']).where('node', '=', slot('node')).orderBy('seq', 'desc').limit(1),
)

export function auditHeads(database: Database, ring: KeyRing) {
  const joined = new Map<string, Promise<Buffer>>()

  /** The key of the heads, after the node was put on the list of the chains. */
  function keyFor(node: string): Promise<Buffer> {
    let key = joined.get(node)
    if (key === undefined) {
      key = join(node)
      key.catch(() => joined.delete(node))
      joined.set(node, key)
    }
    return key
  }

  const join = (node: string) =>
    database.write(async (session) => {
      const row = await session.first(installation, {})
      if (row === undefined) throw new Error('the store has no installation row')
      const sealed = row.audit_sealed === null ? undefined : open(row.id, row.audit_sealed)
      const { key, nodes } = sealed ?? { key: randomBytes(32).toString('base64'), nodes: [] }
      if (!nodes.includes(node)) {
        const text = JSON.stringify({ key, nodes: [...nodes, node] } satisfies Sealed)
        await session.run(setSealed, { audit_sealed: ring.seal(text, sealedPlace(row.id)) })
        // In the same write, so that a listed chain without a head is always one that lost it.
        await write(session, Buffer.from(key, 'base64'), node, unbroken({ seq: 0, hash: chainStart }))
      }
      return Buffer.from(key, 'base64')
    }, 'installation')

  function open(id: string, blob: Uint8Array): Sealed {
    try {
      return JSON.parse(ring.open(blob, sealedPlace(id)).toString('utf8')) as Sealed // as `join` wrote it
    } catch (cause) {
      if (!(cause instanceof SealBroken)) throw cause
      throw new EvergrantError('integrity_error', {
        detail: `the list of the chains of the audit does not open: ${cause.message}`,
        remedy: 'take the database from a backup; was its row "installation" changed by hand?',
        cause,
      })
    }
  }

  async function write(session: Session, key: Buffer, node: string, head: Head): Promise<void> {
    const text = canonical(head)
    await session.run(put, { node, head: text, mac: macOf(key, node, text) })
  }

  const macOf = (key: Buffer, node: string, head: string) =>
    createHmac('sha256', key).update(`${node}\n${head}`).digest('hex')

  function read(key: Buffer, { node, head, mac }: Tables['audit_head']): Head | undefined {
    const wanted = Buffer.from(macOf(key, node, head))
    const found = Buffer.from(mac)
    if (found.length !== wanted.length || !timingSafeEqual(found, wanted)) return undefined
    return JSON.parse(head) as Head // as `write` wrote it
  }

  return {
    keyFor,
    /** The head to go on from. One that is gone or was changed is replaced by what is found, and that is remembered. */
    async current(session: Session, key: Buffer, node: string): Promise<Head> {
      const row = await session.first(find, { node })
      const head = row && read(key, row)
      if (head !== undefined) return head
      const end = (await session.first(last, { node })) ?? { seq: 0, hash: chainStart }
      return { ...unbroken(end), breaks: [end.seq + 1] }
    },
    write,
    /** Every chain that is listed or has a head; a head that is gone or was changed is undefined. */
    async all(session: Session, key: Buffer): Promise<HeadFound[]> {
      const row = await session.first(installation, {})
      const listed = row?.audit_sealed ? open(row.id, row.audit_sealed).nodes : []
      const found = new Map((await session.all(findAll, {})).map((each) => [each.node, read(key, each)]))
      return [...new Set([...listed, ...found.keys()])].toSorted().map((node) => ({ node, head: found.get(node) }))
    },
  }
}

function unbroken({ seq, hash }: Pick<Head, 'seq' | 'hash'>): Head {
  return { seq, hash, from: 0, fromHash: chainStart, breaks: [], taken: { start: '', line: 0, single: 0 } }
}

export type AuditHeads = ReturnType<typeof auditHeads>

/** Also for whoever seals it anew under another key. */
export function sealedPlace(installationId: string) {
  return place('installation', installationId, 'audit')
}
