/**
 * How entries of the audit hang together. Each node has a chain of its own, so that nodes never wait for each other; an
 * entry is hashed with the hash of the one before it:
 *
 *     hash = SHA-256( hash of the entry before, in hex | "\n" | text of the entry ), the first one after 64 zeros
 *
 * The text is JSON with sorted names and without blanks (as RFC 8785 writes it: texts and whole numbers only), so whoever
 * holds an export can check it without Evergrant and without a key.
 */
import { hash } from 'node:crypto'
import type { AuditEntry, AuditRecord } from './store.ts'
import type { Tables } from './tables.ts'

type Row = Tables['audit']

export const chainStart = '0'.repeat(64)

/** Longer facts are told by their names alone. */
const factsLimit = 4096
const textLimit = 200

export function hashOf(prev: string, text: string): string {
  return hash('sha256', `${prev}\n${text}`, 'hex')
}

/** The row of an entry behind `prev`. */
export function rowOf(entry: AuditEntry, node: string, seq: number, prev: string): Row {
  const text = canonical({ ...spelled(entry), node, seq })
  return { ...columnsOf(text), text, prev, hash: hashOf(prev, text) }
}

/** What is said beside the text so that it can be searched; made from the text, so that both can be compared. */
export function columnsOf(text: string): Omit<Row, 'text' | 'prev' | 'hash'> {
  const { node, seq, at, action, connection, actor } = spelledOf(text)
  return {
    node,
    seq,
    at: Date.parse(at),
    action,
    connection: connection ?? null,
    actor_kind: actor.kind,
    actor_id: actor.id ?? null,
    actor_name: actor.name ?? null,
  }
}

/** Undefined where somebody made the text unreadable. */
export function saidBy(text: string): ReturnType<typeof columnsOf> | undefined {
  try {
    return columnsOf(text)
  } catch {
    return undefined
  }
}

export function recordOf({ text, prev, hash: own }: Pick<Row, 'text' | 'prev' | 'hash'>): AuditRecord {
  const { at, until, request, ...rest } = spelledOf(text)
  return {
    ...rest,
    at: Date.parse(at),
    ...(until === undefined ? {} : { until: Date.parse(until) }),
    ...(request === undefined ? {} : { requestId: request }),
    text,
    prev,
    hash: own,
  }
}

/** An entry as its text spells it: moments are RFC 3339, absent members are absent. */
type Spelled = Omit<AuditEntry, 'at' | 'until' | 'requestId'> & {
  node: string
  seq: number
  at: string
  until?: string
  request?: string
}

function spelled(entry: AuditEntry): Omit<Spelled, 'node' | 'seq'> {
  const { at, until, requestId, actor, address, action, connection, outcome, count, facts } = entry
  return {
    at: new Date(at).toISOString(),
    ...(until === undefined ? {} : { until: new Date(until).toISOString() }),
    ...(requestId === undefined ? {} : { request: plain(requestId) }),
    actor: {
      kind: actor.kind,
      ...(actor.id === undefined ? {} : { id: plain(actor.id) }),
      ...(actor.name === undefined ? {} : { name: plain(actor.name) }),
    },
    ...(address === undefined ? {} : { address: plain(address) }),
    action: plain(action),
    ...(connection === undefined ? {} : { connection: plain(connection) }),
    outcome: plain(outcome),
    count,
    facts: JSON.stringify(facts).length > factsLimit ? { cut: Object.keys(facts).join(' ').slice(0, 1000) } : facts,
  }
}

/** Throws where the text is not one of ours; whoever reads rows that somebody may have changed catches it. */
function spelledOf(text: string): Spelled {
  const value = JSON.parse(text) as Spelled // written by `rowOf`
  if (typeof value.node !== 'string' || typeof value.seq !== 'number' || typeof value.actor !== 'object')
    throw new TypeError('no entry of the audit')
  return value
}

/** No control characters, which one of the databases would change, and no end of what a stranger sends. */
function plain(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, '\u{fffd}')
    .slice(0, textLimit)
    .toWellFormed()
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}
