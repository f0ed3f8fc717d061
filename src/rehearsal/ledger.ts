/**
 * What the rehearsed authorization server has given out: codes, grants, access and refresh tokens, and the rules by
 * which they live and die. Knows no HTTP.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { RandomBytes } from '../deps.ts'
import type { Behaviour } from './behaviour.ts'

/** What is behind tokens. */
export type Subject = { clientId: string; who: string; scope: readonly string[] }

export type Tokens = { accessToken: string; expiresIn: number; refreshToken?: string; subject: Subject }

/** An answer by RFC 6749 section 5.2. */
export type Refusal = { status: number; error: string; description: string; tooYoung?: true }

export type Code = Subject & { redirectUri: string; challenge?: string }

/** The rules by which codes and tokens live. Seconds. */
export type Rules = Pick<Behaviour, 'access' | 'refresh' | 'exchange' | 'speed'> & {
  authorize: Pick<Behaviour['authorize'], 'codeSeconds'>
}

/** What codes, access and refresh tokens end in: signs that a client may encode wrongly. */
export type Endings = { code?: string; at?: string; rt?: string }

type Grant = {
  subject: Subject
  bornAt: number
  ended: boolean
  /** No refresh token of it works any more. */
  unrefreshable: boolean
  /** Highest generation of refresh token that was used. */
  usedGeneration: number
}
type Access = { grant: Grant; bornAt: number; diesAt: number }
type Refresh = { grant: Grant; generation: number; bornAt: number; usedAt?: number; gave?: Tokens }
type CodeRow = { code: Code; diesAt: number; grant?: Grant }

export type Ledger = ReturnType<typeof createLedger>

export const refusal = (error: string, description: string, status = 400): Refusal => ({ status, error, description })

/** `behaviour` is asked anew each time, so that a rehearsal can change it on the way. */
export function createLedger(
  behaviour: () => Rules,
  now: () => number,
  randomBytes: RandomBytes,
  endings: Endings = {},
) {
  const codes = new Map<string, CodeRow>()
  const accesses = new Map<string, Access>()
  const refreshes = new Map<string, Refresh>()
  const grants = new Set<Grant>()

  const ms = (seconds: number): number => (seconds * 1000) / behaviour().speed
  const random = (kind: keyof Endings): string =>
    `${kind}_${Buffer.from(randomBytes(24)).toString('base64url')}${endings[kind] ?? ''}`
  const invalidGrant = (description: string): Refusal => refusal('invalid_grant', description)

  function newGrant(subject: Subject): Grant {
    const grant = { subject, bornAt: now(), ended: false, unrefreshable: false, usedGeneration: -1 }
    grants.add(grant)
    return grant
  }

  function newAccess(grant: Grant, seconds = behaviour().access.seconds): Tokens {
    const accessToken = random('at')
    accesses.set(accessToken, { grant, bornAt: now(), diesAt: now() + ms(seconds) })
    return { accessToken, expiresIn: Math.max(1, Math.floor(ms(seconds) / 1000)), subject: grant.subject }
  }

  function newRefresh(grant: Grant, generation: number): string {
    const value = random('rt')
    refreshes.set(value, { grant, generation, bornAt: now() })
    return value
  }

  function issue(subject: Subject, withRefreshToken: boolean, seconds?: number): Tokens & { grant: Grant } {
    const grant = newGrant(subject)
    const refreshToken = withRefreshToken ? { refreshToken: newRefresh(grant, 0) } : {}
    return { ...newAccess(grant, seconds), ...refreshToken, grant }
  }

  function endAccess(grant: Grant): void {
    for (const [value, other] of accesses) if (other.grant === grant) accesses.delete(value)
  }

  function renewed(row: Refresh, seconds?: number): Tokens {
    const { access, refresh } = behaviour()
    if (access.diesWithRenewal) endAccess(row.grant)
    const tokens = newAccess(row.grant, seconds)
    const rotates = refresh.rotation !== 'R0'
    if (rotates) row.usedAt ??= now()
    else row.bornAt = now() // idle time counts from the last use
    row.grant.usedGeneration = Math.max(row.grant.usedGeneration, row.generation)
    row.gave = rotates ? { ...tokens, refreshToken: newRefresh(row.grant, row.generation + 1) } : tokens
    return row.gave
  }

  /** A refresh token that was used before comes again. */
  function again(row: Refresh, usedAt: number, seconds?: number): Tokens | Refusal {
    const { rotation, graceSeconds, afterGrace } = behaviour().refresh
    const inGrace = now() <= usedAt + ms(graceSeconds)
    if (rotation === 'R1' && inGrace && row.gave) return row.gave
    if (rotation === 'R2' && inGrace && row.grant.usedGeneration === row.generation) return renewed(row, seconds)
    if (rotation === 'R4' || (afterGrace === 'R4' && !inGrace)) row.grant.ended = true
    return invalidGrant('the refresh token was used before')
  }

  function living(token: string): Access | undefined {
    const row = accesses.get(token)
    return row && !row.grant.ended && row.diesAt > now() ? row : undefined
  }

  function ends(row: Refresh): boolean {
    const { idleSeconds, hardSeconds } = behaviour().refresh
    const idle = idleSeconds !== undefined && now() > row.bornAt + ms(idleSeconds)
    const hard = hardSeconds !== undefined && now() > row.grant.bornAt + ms(hardSeconds)
    return row.grant.ended || row.grant.unrefreshable || idle || hard
  }

  return {
    giveCode(code: Code): string {
      const value = random('code')
      codes.set(value, { code, diesAt: now() + ms(behaviour().authorize.codeSeconds) })
      return value
    },

    /** RFC 6749 section 4.1.3; a code that comes twice ends what it gave (section 4.1.2). */
    redeem(
      value: string,
      shown: { clientId: string; redirectUri?: string; verifier?: string },
      withRefreshToken: boolean,
      seconds?: number,
    ): Tokens | Refusal {
      const row = codes.get(value)
      if (!row || row.code.clientId !== shown.clientId) return invalidGrant('no such code')
      if (row.grant) {
        row.grant.ended = true
        return invalidGrant('the code was used before')
      }
      if (row.diesAt < now()) return invalidGrant('the code has expired')
      if (shown.redirectUri !== undefined && row.code.redirectUri !== shown.redirectUri)
        return invalidGrant('redirect_uri differs')
      if (!proves(row.code.challenge, shown.verifier)) return invalidGrant('code_verifier is missing or wrong')
      const { grant, ...tokens } = issue(row.code, withRefreshToken, seconds)
      row.grant = grant
      return tokens
    },

    issue(subject: Subject, withRefreshToken: boolean, seconds?: number): Tokens {
      const { grant: _, ...tokens } = issue(subject, withRefreshToken, seconds)
      return tokens
    },

    refresh(value: string, clientId: string, seconds?: number): Tokens | Refusal {
      const row = refreshes.get(value)
      if (!row || row.grant.subject.clientId !== clientId) return invalidGrant('no such refresh token')
      if (ends(row)) return invalidGrant('the refresh token has ended')
      return row.usedAt === undefined ? renewed(row, seconds) : again(row, row.usedAt, seconds)
    },

    /** A longer-lived access token for a living one; one of the same end where the end does not move. */
    exchange(token: string, clientId: string, movesEnd = true): Tokens | Refusal {
      const row = living(token)
      const { exchange, access } = behaviour()
      if (!exchange || !row || row.grant.subject.clientId !== clientId) return invalidGrant('no such token')
      if (now() < row.bornAt + ms(exchange.youngestSeconds ?? 0))
        return { ...invalidGrant('the token is too young'), tooYoung: true }
      if (exchange.lastSeconds !== undefined && now() < row.diesAt - ms(exchange.lastSeconds))
        return { ...invalidGrant('the token is not near enough to its end'), tooYoung: true }
      if (access.diesWithRenewal) endAccess(row.grant)
      const left = ((row.diesAt - now()) / 1000) * behaviour().speed
      return newAccess(row.grant, movesEnd ? exchange.seconds : left)
    },

    /** Another access token of the grant behind a living one. */
    derive(token: string, seconds?: number): Tokens | undefined {
      const row = living(token)
      return row && newAccess(row.grant, seconds)
    },

    /** What was consented to, behind a code. */
    scopeOf: (code: string): readonly string[] | undefined => codes.get(code)?.code.scope,

    /** When an access token dies, in epoch milliseconds; infinite where it does not. */
    endOf: (token: string): number | undefined => accesses.get(token)?.diesAt,

    /** Whose access token it is, if it lives. */
    whose: (token: string): Subject | undefined => living(token)?.grant.subject,

    /** RFC 7662 section 2.2. */
    introspect(token: string): Record<string, unknown> {
      const access = living(token)
      const refresh = refreshes.get(token)
      const grant = access?.grant ?? (refresh && !ends(refresh) ? refresh.grant : undefined)
      if (!grant) return { active: false }
      const { clientId, who, scope } = grant.subject
      return {
        active: true,
        client_id: clientId,
        sub: who,
        scope: scope.join(' '),
        ...(access && { exp: Math.floor(access.diesAt / 1000) }),
      }
    },

    /** RFC 7009: a refresh token takes its whole grant along. Unknown tokens are no error. */
    revoke(token: string): void {
      const refresh = refreshes.get(token)
      if (refresh) refresh.grant.ended = true
      accesses.delete(token)
    },

    /** The grant behind a token, of whichever kind, with all it gave. False where there is none that lives. */
    disconnect(token: string): boolean {
      const grant = refreshes.get(token)?.grant ?? accesses.get(token)?.grant
      const lived = grant !== undefined && !grant.ended
      if (grant) grant.ended = true
      return lived
    },

    /** All access tokens of a subject, or of everybody, die now. */
    expireAccess(clientId?: string): void {
      for (const row of accesses.values())
        if (clientId === undefined || row.grant.subject.clientId === clientId) row.diesAt = Math.min(row.diesAt, now())
    },

    /** All refresh tokens die now. */
    killRefresh(): void {
      for (const grant of grants) grant.unrefreshable = true
    },

    /** The people withdraw everything. */
    endGrants(): void {
      for (const grant of grants) grant.ended = true
    },
  }
}

/** RFC 7636 section 4.6, S256 only. */
function proves(challenge: string | undefined, verifier: string | undefined): boolean {
  // RFC 9700 section 2.1.1: a verifier without a challenge is refused.
  if (challenge === undefined) return verifier === undefined
  const computed = createHash('sha256')
    .update(verifier ?? '')
    .digest()
  const expected = Buffer.from(challenge, 'base64url')
  return verifier !== undefined && expected.length === computed.length && timingSafeEqual(expected, computed)
}
