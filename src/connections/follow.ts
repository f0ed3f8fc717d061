import type { End, TokenSet } from '../oauth/token-set.ts'
import { endAfter, secondsOf } from './expiry.ts'
import type { Plan } from './plan.ts'

/**
 * The token set that continues `previous`: what the answer said, completed by what stays true.
 * RFC 6749 section 6: a server may omit the refresh token; the old one stays valid.
 */
export function follow(plan: Plan, previous: TokenSet | undefined, answer: TokenSet, authorizedAt: number): TokenSet {
  const refreshToken = answer.refreshToken ?? previous?.refreshToken
  const idToken = answer.idToken ?? previous?.idToken
  const scope = answer.scope ?? previous?.scope
  const next: TokenSet = {
    ...answer,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(idToken === undefined ? {} : { idToken }),
    ...(scope === undefined ? {} : { scope }),
    values: { ...previous?.values, ...answer.values },
    warnings: [...answer.warnings, ...oddities(plan, previous, answer)],
  }
  return { ...next, ...endsOf(plan, previous, next, authorizedAt) }
}

/**
 * The ends of the grant itself: told by the answer, else counted from what the provider file states. What it states of
 * a refresh token says nothing where none came.
 */
function endsOf(
  plan: Plan,
  previous: TokenSet | undefined,
  next: TokenSet,
  authorizedAt: number,
): { idleEnd?: End; hardEnd?: End } {
  const { by, ends: stated } = plan.way.renewal
  const ends = by === 'refresh_token' && next.refreshToken === undefined ? undefined : stated
  const values = plan.values({ tokens: next })
  const anchor = ends?.from === 'renewal' ? next.obtainedAt : authorizedAt
  const idle =
    next.idleEnd ?? (ends?.idle === undefined ? undefined : endAfter(next.obtainedAt, secondsOf(ends.idle, values)))
  const hard =
    next.hardEnd ??
    previous?.hardEnd ??
    (ends?.hard === undefined ? undefined : endAfter(anchor, secondsOf(ends.hard, values)))
  return { ...(idle === undefined ? {} : { idleEnd: idle }), ...(hard === undefined ? {} : { hardEnd: hard }) }
}

function oddities(plan: Plan, previous: TokenSet | undefined, answer: TokenSet): string[] {
  const found: string[] = []
  const asked = plan.connection.scopes
  if (answer.scope !== undefined && asked.length > 0) {
    const granted = new Set(answer.scope)
    if (asked.some((scope) => !granted.has(scope) && scope !== plan.scopes?.refresh)) found.push('scope_narrower')
  }
  if (
    plan.way.renewal.extends === 'maybe' &&
    typeof previous?.expiresAt === 'number' &&
    typeof answer.expiresAt === 'number'
  ) {
    // The service may answer with the same end: then the renewal was none, and a person should hear of it.
    if (answer.expiresAt - previous.expiresAt < 3_600_000) found.push('not_extended')
  }
  if (
    plan.way.renewal.by === 'refresh_token' &&
    answer.refreshToken === undefined &&
    previous?.refreshToken === undefined
  )
    found.push('no_refresh_token')
  return found
}
