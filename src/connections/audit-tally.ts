/** Counting what happens often: by who, what, where and how it ended. */
import type { AuditActor, AuditEntry, KeyRead } from '../store/store.ts'

export type Counted = {
  actor: AuditActor
  address: string | undefined
  action: string
  connection: string | undefined
  outcome: string
}

/** What is counted of one who does one thing from one place. */
export type Tally = {
  readonly actor: AuditActor
  readonly address: string | undefined
  readonly action: string
  readonly connection: string | undefined
  readonly outcome: string
  generation: number | undefined
  count: number
  firstAt: number
  lastAt: number
  /** How much of the count is in the file. */
  filed: number
}

/** Tokens of one connection that somebody was handed at one place, for a line of many; moments are epoch milliseconds. */
export type Read = [connection: string, generation: number, count: number, at: number, until: number, address?: string]

export function tallyFrom({ actor, address, action, connection, outcome }: Counted, now: number): Tally {
  const counting = { generation: undefined, count: 0, firstAt: now, lastAt: now, filed: 0 }
  return { actor, address, action, connection, outcome, ...counting }
}

export function entryOf({
  actor,
  address,
  action,
  connection,
  outcome,
  generation,
  count,
  firstAt,
  lastAt,
}: Tally): AuditEntry {
  return {
    at: firstAt,
    count,
    actor,
    action,
    outcome,
    facts: generation === undefined ? {} : { generation },
    ...(lastAt === firstAt ? {} : { until: lastAt }),
    ...(address === undefined ? {} : { address: address.replace(/^::ffff:(?=\d+\.)/, '') }),
    ...(connection === undefined ? {} : { connection }),
  }
}

/** What came since the last time. */
export function readOf(tally: Tally): Read {
  const { connection = '', generation = 0, count, filed, firstAt, lastAt, address } = tally
  tally.filed = count
  return [connection, generation, count - filed, firstAt, lastAt, ...(address === undefined ? [] : [address])] as Read
}

export function entryOfRead(actor: AuditActor, [connection, generation, count, at, until, address]: Read): AuditEntry {
  const what = { actor, address, action: 'readToken', connection, outcome: 'ok' }
  return entryOf({ ...tallyFrom(what, at), generation, count, lastAt: until })
}

/** What is counted together has the same. */
export function nameOf({ actor, address, action, connection, outcome }: Counted | AuditEntry): string {
  return JSON.stringify([actor.kind, actor.id, address, action, connection, outcome])
}

/** What of it are tokens that keys were handed. */
export function keyReadsOf(entries: readonly AuditEntry[]): KeyRead[] {
  return entries.flatMap(({ actor, action, connection, outcome, count, at, until = at }) =>
    actor.kind === 'key' &&
    actor.id !== undefined &&
    connection !== undefined &&
    outcome === 'ok' &&
    handsOut.has(action)
      ? [{ keyId: actor.id, connection, reads: count, lastAt: until }]
      : [],
  )
}

const handsOut = new Set(['readToken', 'rejectToken'])
