/**
 * Who may renew: the decision behind `claim`, pure. The write that follows compares what was decided on, so that a
 * decision made on an outdated row changes nothing.
 */
import type { ClaimRequest, ConnectionState, ScheduleRecord } from './store.ts'

/** The schedule row as it stands, and whether its connection is being deleted. */
export type ClaimFacts = ScheduleRecord & { openSeenAt?: number; removing: boolean }

export type ClaimDecision =
  /** `leftOpen`: an earlier renewal was begun and nobody wrote its outcome. */
  | { kind: 'free'; leftOpen: boolean }
  | { kind: 'moved'; generation: number }
  /** `note`: the claim of another node was met expired for the first time, which is to be written down. */
  | { kind: 'held'; until: number; note: boolean }
  | { kind: 'backing_off'; retryAt: number }
  | { kind: 'blocked'; state: ConnectionState | 'removing' }

/** @param now epoch milliseconds by the database's clock */
export function decideClaim(facts: ClaimFacts, request: ClaimRequest, now: number): ClaimDecision {
  if (facts.removing) return { kind: 'blocked', state: 'removing' }
  // A pending connection may be claimed: client credentials need no person.
  if (facts.state !== 'active' && facts.state !== 'pending') return { kind: 'blocked', state: facts.state }
  if (facts.generation !== request.seen) return { kind: 'moved', generation: facts.generation }
  const held = whileHeld(facts, request, now)
  if (held) return held
  if (facts.retryAt !== undefined && facts.retryAt > now && !passesBackOff(request, facts, now)) {
    return { kind: 'backing_off', retryAt: facts.retryAt }
  }
  return { kind: 'free', leftOpen: facts.holder !== undefined }
}

/** A back-off that ends later than any can was counted by another time: the clock was set back since. */
export function passesBackOff(
  request: ClaimRequest,
  { retryAt = 0 }: Pick<ClaimFacts, 'retryAt'>,
  now: number,
): boolean {
  return request.passBackOff || retryAt - now > LONGEST_BACK_OFF_MS
}

function whileHeld(facts: ClaimFacts, request: ClaimRequest, now: number): ClaimDecision | undefined {
  const { holder, heldUntil = 0, openSeenAt } = facts
  if (holder === undefined) return undefined
  const sameNode = nodeOf(holder) === nodeOf(request.holder)
  // Our own dead process cannot come back: waiting would only miss the service's grace time.
  if (sameNode && holder !== request.holder) return undefined
  if (heldUntil > now) return { kind: 'held', until: heldUntil, note: false }
  if (sameNode || request.holdMs <= 0) return undefined
  // Another node may hold the answer and wait for the store, as we may have done: it gets time to write it, counted
  // from when somebody saw the claim expired, which can only be while the store was up.
  if (openSeenAt === undefined) return { kind: 'held', until: now + request.holdMs, note: true }
  const until = openSeenAt + request.holdMs
  return until > now ? { kind: 'held', until, note: false } : undefined
}

/** `node/start` -> `node`. */
export function nodeOf(holder: string): string {
  const slash = holder.indexOf('/')
  return slash < 0 ? holder : holder.slice(0, slash)
}

/** A `Retry-After` of a day, the longest that is kept to, with its jitter. */
const LONGEST_BACK_OFF_MS = 86_400_000 + 60_000

/** The last part of the lease in which no request may start any more: a request and its end must fit in. */
const QUIET_END_MS = 25_000
const SHORTEST_START_MS = 3_000

/** For how long after the claim a request may start. */
export function startWindow(leaseMs: number): number {
  return Math.max(leaseMs - QUIET_END_MS, SHORTEST_START_MS)
}
