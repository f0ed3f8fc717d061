/**
 * Ends tokens at the service (RFC 7009): refresh token first, as the provider file orders the calls. A service that
 * does not answer gets the request again later, from a row that outlives the connection.
 */
import type { WireRequest } from '../deps.ts'
import { FetchFailed } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { toWire } from '../oauth/call.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { Secret } from '../secret.ts'
import type { Context } from './context.ts'
import { exchange, transportOf } from './exchange.ts'
import type { Plan } from './plan.ts'
import { requestDeadlineMs } from './renewal-policy.ts'

export type Revocation = 'done' | 'queued' | 'not_offered'

const firstRetryMs = 60_000
const mostTries = 20

export async function revokeTokens(context: Context, plan: Plan, tokens: TokenSet): Promise<Revocation> {
  let result: Revocation = 'not_offered'
  for (const template of plan.provider.revoke ?? []) {
    if (template.ways?.includes(plan.wayName) === false) continue
    const call = await plan.call(template, { tokens }, 'client').catch((error: unknown) => {
      if (error instanceof EvergrantError && error.code === 'missing_value') return undefined // no refresh token: nothing to revoke with it
      throw error
    })
    if (call === undefined) continue
    const answered = await exchange(context, plan, call, { trigger: 'person', step: 'revoke', generation: 0 })
    if (answered.response !== undefined && !again(answered.response.status)) {
      if (result !== 'queued') result = 'done'
      continue
    }
    const wire = toWire(call, { deadlineMs: requestDeadlineMs, ...transportOf(context, plan) })
    await context.store.revocations.insert(new Secret(JSON.stringify(wire)), context.clock.now() + firstRetryMs)
    result = 'queued'
  }
  return result
}

/** RFC 7009 section 2.2.1: 503 means "the token still lives, try again". An unknown token answers 200. */
function again(status: number): boolean {
  return status === 429 || status >= 500
}

/** Sends again what is due, one after the other until `stopped`; gives up after a day or so and says it. */
export async function retryRevocations(context: Context, stopped: () => boolean): Promise<void> {
  for (const due of await context.store.revocations.due(context.clock.now())) {
    if (stopped()) return
    const request = JSON.parse(due.call.open()) as WireRequest // written by revokeTokens
    try {
      const response = await context.fetch(request)
      if (!again(response.status)) {
        await context.store.revocations.remove(due.id)
        continue
      }
    } catch (error) {
      if (!(error instanceof FetchFailed)) throw error
    }
    if (due.tries >= mostTries) {
      context.log.error(
        { tries: due.tries, host: new URL(request.url).host },
        'a token could not be revoked at the service; it may still live there',
      )
      await context.store.revocations.remove(due.id)
    } else {
      await context.store.revocations.retry(due.id, context.clock.now() + firstRetryMs * 2 ** Math.min(due.tries, 6))
    }
  }
}
