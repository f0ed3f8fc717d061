/**
 * The decisions of a renewal, pure: how long a claim lasts, whether an answer is precious, when to try again.
 * The reasons for the numbers stand in docs/decisions/0002-renewal-path.md.
 */
import type { TokenSet } from '../oauth/token-set.ts'
import type { Failure } from '../oauth/failure.ts'
import type { Renewal, Way } from '../provider/provider.ts'

const second = 1000

/** Deadline of one request. A claim of 60 s holds a request and its re-send, and starts nothing after 35 s. */
export const requestDeadlineMs = 20 * second
/** From the last start of a first request in a claim of 25 s to its end. */
const shortLeaseRestMs = 22 * second
/** Callers are answered from the spool if the store takes longer than this. */
export const storePatienceMs = 250
/** A rejected token younger than this is not renewed again: the 401 has another cause. */
export const freshMs = 60 * second

/** What the next request of this connection works on. */
export type Strategy =
  | 'refresh_token'
  | 'exchange_access_token'
  | 'issue'
  /** The steps alone, on the token that is there. */
  | 'steps'

/** Grants that need nobody: the same request can always be made again. */
export function needsNobody(way: Way): boolean {
  return ['client_credentials', 'password', 'jwt_bearer', 'token_exchange', 'literal'].includes(way.grant)
}

/** How this connection gets its next token set; undefined where only a person can. */
export function strategyOf(way: Way, root: TokenSet | undefined): Strategy | undefined {
  const again = needsNobody(way) ? 'issue' : undefined
  if (root === undefined) return again
  switch (way.renewal.by) {
    case 'refresh_token':
      return root.refreshToken === undefined ? again : 'refresh_token'
    case 'exchange_access_token':
      return 'exchange_access_token'
    case 'reissue':
      return again
    case 'none':
      return undefined
  }
}

/** Whether sending the same credential a second time can hurt; `unknown` is planned for as the worst. */
export function reuseMayKill(strategy: Strategy, renewal: Renewal): boolean {
  if (strategy !== 'refresh_token' || renewal.rotates === 'never') return false
  return renewal.reuse === undefined || renewal.reuse === 'kills_grant' || renewal.reuse === 'unknown'
}

/** Whether the request uses something up, so that a lost answer must be asked for again at once. */
export function consumes(strategy: Strategy, renewal: Renewal): boolean {
  return strategy === 'refresh_token' && renewal.rotates !== 'never'
}

/**
 * Until when a lost answer may be asked for again, by the monotonic clock. A short claim has no room for a second request
 * after one that took its whole deadline; where two at the same time do no harm it need not have, but a holder that was
 * stopped for longer than its claim asks nothing: the next token may be stored.
 */
export function repeatBy(sendBy: number, renewal: Renewal): number {
  return renewal.reuse === 'harmless' ? sendBy + shortLeaseRestMs : sendBy
}

export function claimTimes(strategy: Strategy, renewal: Renewal): { leaseMs: number; holdMs: number } {
  const mayKill = reuseMayKill(strategy, renewal)
  if (strategy === 'steps') return { leaseMs: 60 * second, holdMs: 0 }
  return {
    leaseMs: mayKill || (consumes(strategy, renewal) && renewal.reuse !== 'harmless') ? 60 * second : 25 * second,
    holdMs: mayKill ? 30 * second : 0,
  }
}

/** An answer that exists nowhere else. */
export function precious(previous: TokenSet | undefined, next: TokenSet, strategy: Strategy): boolean {
  if (strategy === 'issue') return next.refreshToken !== undefined
  return next.refreshToken !== undefined && next.refreshToken.open() !== previous?.refreshToken?.open()
}

/** A definite refusal may be asked about once more where a second use is harmless. */
export function confirms(strategy: Strategy, renewal: Renewal): boolean {
  if (strategy !== 'refresh_token') return false
  return renewal.rotates === 'never' || renewal.reuse === 'harmless' || (renewal.grace ?? 0) > 0
}

/** What a flaky network or a busy service says takes nothing back that was heard before. */
export function saysNothing({ kind }: Failure): boolean {
  return kind === 'transient' || kind === 'unknown_outcome' || kind === 'not_sent'
}

/** A refusal that the service may not have meant: what it was asked then brought nothing. */
export function unsure(refused: Omit<Failure, 'kind'>, { retryAfterMs }: Failure): Failure {
  return { ...refused, kind: 'transient', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
}

const backOff = [10, 30, 60, 120, 240, 300].map((seconds) => seconds * second)

/**
 * Which wait of the back-off comes now. The first two are short where a refresh token may be used up, so that three
 * attempts fall into a grace window of 30 seconds, and where it is not sure yet that a refusal was meant. `unclear` counts
 * such attempts in a row; the second short wait is one more than others have, and fits into the 12 of half an hour.
 */
export function rung(failures: number, unclear: number): number {
  if (unclear === 0) return failures
  return unclear <= 2 ? 1 : failures - 1
}

/**
 * When to try again, epoch ms: doubling to five minutes with jitter, so that an outage of 30 minutes costs at most 12
 * attempts; `Retry-After` wins where it is later. `failures` counts this one.
 */
export function retryAt(failure: Failure, failures: number, now: number, dice: number): number {
  const step =
    failure.kind === 'configuration' || failure.kind === 'client'
      ? backOff.length - 1
      : Math.min(failures, backOff.length) - 1
  const wait = (backOff[step] ?? 300 * second) * (0.95 + 0.25 * dice)
  return Math.round(
    now + Math.max(wait, failure.retryAfterMs === undefined ? 0 : failure.retryAfterMs + dice * 5 * second),
  )
}
