/** The request of a renewal: built from the root, sent, and sent once more where that repairs. */
import { EvergrantError } from '../errors.ts'
import type { CallTemplate } from '../oauth/call-template.ts'
import type { Failure } from '../oauth/failure.ts'
import { expand, joinText } from '../oauth/template.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { Secret } from '../secret.ts'
import type { Context } from './context.ts'
import { exchange, understand, type Exchange } from './exchange.ts'
import { follow } from './follow.ts'
import { wasLost } from './give-up.ts'
import type { Plan } from './plan.ts'
import { confirms, consumes, repeatBy, reuseMayKill, saysNothing, unsure, type Strategy } from './renewal-policy.ts'
import type { Renewing } from './renewing.ts'
import { onceReachable } from './until-stored.ts'

/** A definite refusal is asked about once more after this. */
const confirmAfterMs = 2_000

export type Asked = {
  exchange?: Exchange
  lost: boolean
  /** Refused, and the question whether that is meant brought no answer. */
  unconfirmed?: boolean
  /** Fence of the late answer that was asked with; -1 if there was none. */
  tried?: number
} &
  /** `from`: the token set that was renewed, if it was not the stored one. */
  ({ tokens: TokenSet; from?: TokenSet | undefined; failure?: undefined } | { tokens?: undefined; failure: Failure })

/** Sends the request, once more at once if its answer was lost, and asks late answers before a death is declared. */
export async function ask(context: Context, renewing: Renewing): Promise<Asked> {
  const { plan, claim, strategy, trigger, permit, leftOpen } = renewing
  const { clock } = context
  const root = renewing.loaded.tokens?.root
  if (plan.way.grant === 'literal') return { tokens: literal(plan, clock.now()), lost: false }
  const template = templateOf(plan, strategy)
  const on = strategy === 'issue' ? 'token' : 'renew'

  const once = async (tokens: TokenSet | undefined, sendBy = claim.sendBy): Promise<Asked> => {
    const call = await plan.call(template, { tokens }, 'client')
    const answered = await exchange(context, plan, call, {
      trigger,
      step: on,
      generation: claim.generation,
      sendBy,
      records: renewing.records,
    })
    const understood = understand(plan, answered, template, on, context.unknownLife)
    return 'tokens' in understood
      ? { exchange: answered, tokens: understood.tokens, lost: false }
      : { exchange: answered, failure: understood.failure, lost: understood.failure.kind === 'unknown_outcome' }
  }

  const isConsumed = consumes(strategy, plan.way.renewal)
  const againBy = repeatBy(claim.sendBy, plan.way.renewal)
  // A renewal that was begun and left no outcome may have rotated the token, and its answer died with the process.
  let lost = leftOpen && isConsumed
  /** A service with a grace window repairs a lost answer if the same refresh token comes again at once. */
  const persistently = async (tokens: TokenSet | undefined): Promise<Asked> => {
    const first = await once(tokens)
    lost ||= first.lost
    const again = first.lost && isConsumed && permit?.probing !== true && clock.monotonic() < againBy
    return again ? once(tokens, againBy) : first
  }

  // An answer that came too late has used up the stored token, so that one is not tried first. None can be there where
  // all went well before.
  const mayBeLate = reuseMayKill(strategy, plan.way.renewal) || leftOpen || renewing.loaded.connection.failure
  let late = mayBeLate && strategy === 'refresh_token' ? await lateRoot(context, renewing) : undefined
  let asked = await persistently(late?.root ?? root)
  if (asked.failure?.kind === 'dead' && strategy === 'refresh_token' && late === undefined) {
    late = await onceReachable(context, () => lateRoot(context, renewing))
    if (late !== undefined) {
      asked = await persistently(late.root)
    } else if (!lost && !wasRefused(renewing) && confirms(strategy, plan.way.renewal)) {
      if (clock.monotonic() + confirmAfterMs < againBy) {
        await clock.sleep(confirmAfterMs)
        asked = confirmed(asked.failure, await once(root, againBy), isConsumed && wasLost(renewing.loaded))
      }
    }
  }
  // The last resort: a second use of the token before may have given two, of which another node has stored the other.
  const mayTryBeside = strategy === 'refresh_token' && !reuseMayKill(strategy, plan.way.renewal)
  if (asked.failure?.kind === 'dead' && late === undefined && mayTryBeside) {
    const beside = await onceReachable(context, () => lateRoot(context, renewing, claim.generation - 1))
    // One that was there before the stored answer is what that one continues.
    const isBeside = beside !== undefined && beside.keptAt >= (root?.obtainedAt ?? 0)
    const again = isBeside ? await once(beside.root, againBy) : undefined
    if (again?.tokens !== undefined) return { ...again, from: beside?.root, lost: false }
  }
  if (asked.tokens !== undefined) return { ...asked, from: late?.root, lost: false }
  return { ...asked, lost, ...(strategy === 'refresh_token' ? { tried: late?.fence ?? -1 } : {}) }
}

/** By the last attempt, without an answer to the second question: this refusal is the answer. */
function wasRefused({ loaded }: Renewing): boolean {
  return loaded.connection.failure?.refused === true
}

/** What only a flaky network or a busy service said the second time does not take the refusal back. */
function confirmed(refused: Failure, again: Asked, isLostBefore: boolean): Asked {
  const { failure } = again
  if (failure === undefined || !saysNothing(failure)) return again
  // After an answer that was lost the refusal is no surprise.
  if (isLostBefore) return { ...again, failure: refused }
  return { ...again, failure: unsure(refused, failure), lost: false, unconfirmed: true }
}

/** The token set that continues the stored one by an answer which came after its claim had passed on. */
async function lateRoot(
  context: Context,
  { plan, claim, loaded }: Renewing,
  generation = claim.generation,
): Promise<{ fence: number; keptAt: number; root: TokenSet } | undefined> {
  const late = await context.store.renewals.late(claim.connectionId, generation)
  if (late === undefined) return undefined
  return {
    fence: late.fence,
    keptAt: late.keptAt,
    root: follow(plan, loaded.tokens?.root, late.tokens, late.tokens.obtainedAt),
  }
}

function templateOf(plan: Plan, strategy: Strategy): CallTemplate {
  const template = strategy === 'issue' ? plan.way.token : (plan.way.renewal.call ?? plan.way.token)
  if (template === undefined) {
    throw new EvergrantError('not_supported', {
      detail: `"${plan.provider.name}" has no request for this`,
      connection: plan.connection.name,
    })
  }
  return template
}

/** A token that is put together from what is stored (`{client_id}|{client_secret}`): nothing is asked, nothing ends. */
function literal(plan: Plan, now: number): TokenSet {
  const text = joinText(expand(plan.way.literal ?? '', plan.values(), 'plain'))
  return {
    accessToken: new Secret(text),
    tokenType: 'Bearer',
    obtainedAt: now,
    expiresAt: 'never',
    values: {},
    warnings: [],
  }
}
