/**
 * When a token is good, and when to renew it. Pure: the clock and the dice are passed in. Epoch milliseconds unless a
 * name says seconds.
 */
import type { End, TokenSet } from '../oauth/token-set.ts'
import type { CallTemplate } from '../oauth/call-template.ts'
import type { Life, Renewal, Way } from '../provider/provider.ts'

const second = 1000
/** The mandatory margin: a tenth of the life, between one and five minutes, never more than half the life. */
const marginShare = 0.1
const marginLeast = 60 * second
const marginMost = 300 * second
/** The advisory point lies at random in this part of the life, so that a thousand tokens do not renew at once. */
const advisoryFrom = 0.6
const advisorySpan = 0.2
/** Below this life a token is renewed when somebody asks, not ahead. */
const shortLife = 120 * second
/** How far in the future a token must have been obtained to prove that the clock was set back. */
const setBack = 24 * 3600 * second
/** An idle limit is met by using the grant after a third of it. */
const keepAliveShare = 1 / 3

/** Life of a token set, or undefined where it has no known end. */
export function lifeOf(tokens: Pick<TokenSet, 'obtainedAt' | 'expiresAt'>): number | undefined {
  return typeof tokens.expiresAt === 'number' ? Math.max(0, tokens.expiresAt - tokens.obtainedAt) : undefined
}

function mandatoryMargin(life: number): number {
  return Math.min(life / 2, Math.max(marginLeast, Math.min(life * marginShare, marginMost)))
}

/**
 * The moment from which a caller waits for a renewal. `minValidSeconds` moves it for one call, clamped to half the
 * life, so that no caller can force a renewal of a token that was just born. `Infinity` where there is no known end.
 */
export function mandatoryAt(tokens: Pick<TokenSet, 'obtainedAt' | 'expiresAt'>, minValidSeconds?: number): number {
  const life = lifeOf(tokens)
  if (life === undefined) return Infinity
  const margin = minValidSeconds === undefined ? mandatoryMargin(life) : Math.min(minValidSeconds * second, life / 2)
  return (tokens.expiresAt as number) - margin // lifeOf gave a number: so is expiresAt
}

export function good(
  tokens: Pick<TokenSet, 'obtainedAt' | 'expiresAt'>,
  now: number,
  minValidSeconds?: number,
): boolean {
  return now < mandatoryAt(tokens, minValidSeconds) && !isAhead(tokens, now)
}

/**
 * Obtained so far in the future that the clock must have been set back since: its stated end says nothing then, and one
 * renewal gives it one that does. A day, so that nodes whose clocks differ do not renew each other's tokens in turn.
 */
export function isAhead({ obtainedAt, expiresAt }: Pick<TokenSet, 'obtainedAt' | 'expiresAt'>, now: number): boolean {
  return obtainedAt - now > setBack && typeof expiresAt === 'number'
}

/** Still accepted by the service as far as anybody knows. */
export function lives(tokens: Pick<TokenSet, 'expiresAt'>, now: number): boolean {
  return typeof tokens.expiresAt !== 'number' || now < tokens.expiresAt
}

/**
 * When the refresher should renew or repeat steps without being asked, or undefined for "never by itself".
 * `dice` is uniform in [0, 1) and drawn once per generation.
 */
export function dueAt(root: TokenSet, renewal: Renewal, renewable: boolean, dice: number): number | undefined {
  const moments = renewable ? [advisoryAt(root, renewal, dice), keepAliveAt(root, dice)] : []
  const known = moments.filter((at) => at !== undefined)
  const renewalAt = Math.round(Math.max(Math.min(...known, Infinity), earliestRenewal(root, renewal)))
  const at = Math.min(renewalAt, ...Object.values(root.steps ?? {}).map((step) => step.dueAt))
  return at === Infinity ? undefined : at
}

function advisoryAt(root: TokenSet, renewal: Renewal, dice: number): number | undefined {
  const life = lifeOf(root)
  if (life === undefined || life < shortLife) return undefined
  // Where a renewal ends the previous access token, jobs still hold it: no early renewal.
  if (renewal.oldAccess === 'dies') return mandatoryAt(root)
  return Math.min(root.obtainedAt + life * (advisoryFrom + advisorySpan * dice), mandatoryAt(root))
}

function keepAliveAt(root: TokenSet, dice: number): number | undefined {
  if (typeof root.idleEnd !== 'number') return undefined
  const idle = root.idleEnd - root.obtainedAt
  return root.obtainedAt + idle * keepAliveShare * (0.8 + 0.2 * dice)
}

/** Some services refuse to renew a token that is too young, or too far from its end. */
export function earliestRenewal(root: TokenSet, renewal: Renewal): number {
  const byAge = renewal.age === undefined ? -Infinity : root.obtainedAt + renewal.age * second
  const byEnd =
    renewal.within === undefined || typeof root.expiresAt !== 'number'
      ? -Infinity
      : root.expiresAt - renewal.within * second
  return Math.max(byAge, byEnd)
}

/**
 * How long what a call gives lives where its answer says nothing. Of a token that a step exchanges at once nothing is
 * known: the way's life is that of the lasting one.
 */
export function statedLife({ steps = [], access, token }: Way, call: CallTemplate): Life | undefined {
  const isExchanged = steps.some((step) => step.run === 'once' && step.gives === 'token' && step.onlyWith === undefined)
  if (call === token && isExchanged) return 'unknown'
  return steps.find((step) => step === call)?.life ?? access
}

/** Seconds of a lifetime a provider file states; an input's value stands in the connection. */
export function secondsOf(
  life: Life | undefined,
  values: Readonly<Record<string, unknown>>,
): number | 'never' | 'unknown' {
  if (life === undefined) return 'unknown'
  if (typeof life !== 'object') return life
  const given = Number(values[life.input])
  const unit = { s: 1, h: 3600, d: 86_400 }[life.unit]
  return Number.isFinite(given) && given > 0 ? given * unit : 'unknown'
}

/** An end from a lifetime in seconds and its anchor. */
export function endAfter(anchor: number, seconds: number | 'never' | 'unknown'): End {
  return typeof seconds === 'number' ? anchor + seconds * second : seconds
}
