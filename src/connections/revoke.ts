/**
 * Ends tokens at the service (RFC 7009): refresh token first, as the provider file orders the calls. Each request is
 * written down before it is sent, in a row that outlives the connection: a service that does not answer, or whose answer
 * nobody lives to see, gets it again later.
 */
import { randomUUID } from 'node:crypto'
import type { WireRequest, WireResponse } from '../deps.ts'
import { FetchFailed } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { parseBody } from '../oauth/answer.ts'
import { toWire, type Call } from '../oauth/call.ts'
import { classifyAnswer, type Failure } from '../oauth/failure.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { Secret } from '../secret.ts'
import type { ErrorRule } from '../provider/provider.ts'
import type { NewRevocation } from '../store/store.ts'
import type { Revoked } from './connections.ts'
import type { Context } from './context.ts'
import { exchange, hushed, transportOf, type Exchange } from './exchange.ts'
import { paced } from './paced.ts'
import type { Plan } from './plan.ts'
import { requestDeadlineMs } from './renewal-policy.ts'

const firstRetryMs = 30_000
const mostTries = 20

/**
 * A refusal is told: what was to end lives on at the service. `note` writes the requests down, together with what ends
 * here by them.
 */
export async function revokeTokens(
  context: Context,
  plan: Plan,
  tokens: TokenSet,
  note = (revocations: readonly NewRevocation[]) => noteAlone(context, revocations),
): Promise<Revoked> {
  let isQueued = false
  let isDone = false
  let failure: Failure | undefined
  const calls = await callsOf(plan, tokens)
  const retryAt = context.clock.now() + firstRetryMs
  const noted = calls.map((call) => {
    const wire = toWire(call, { deadlineMs: requestDeadlineMs, ...transportOf(context, plan) })
    return { id: randomUUID(), call: new Secret(JSON.stringify(wire)), retryAt }
  })
  await note(noted)
  for (const [at, call] of calls.entries()) {
    const answered = await ask(context, plan, call)
    const { response, refused } = answered
    if (response !== undefined && refused?.kind !== 'transient') {
      if (refused === undefined) isDone = true
      else failure = { remedy: `End the access in the settings of ${plan.provider.name} itself.`, ...refused }
      if (failure !== undefined) failure = hushed(failure, answered)
      await context.store.revocations.remove(noted[at]!.id)
    } else isQueued = true
  }
  if (failure === undefined) return { revocation: isQueued ? 'queued' : isDone ? 'done' : 'not_offered' }
  const { code, words } = failure
  context.emit('token.not_revoked', { connection: plan.connection.name, code, words })
  return { revocation: 'refused', failure }
}

type Answered = Partial<Exchange> & { refused?: Failure | undefined }

/** Without an answer also where the server has asked for quiet or does not get up: nobody waits for it, it is asked later. */
async function ask(context: Context, plan: Plan, call: Call): Promise<Answered> {
  const purpose = { trigger: 'person', step: 'revoke', generation: 0 }
  const work = async () => {
    const answered = await exchange(context, plan, call, purpose)
    const { response } = answered
    return { ...answered, refused: response && refusalOf(response, call.method, plan.provider.errors ?? []) }
  }
  try {
    return await paced(context, call, work, ({ failure, refused }) => failure ?? refused)
  } catch (error) {
    if (error instanceof EvergrantError && error.code === 'provider_failing') return {}
    throw error
  }
}

async function callsOf(plan: Plan, tokens: TokenSet): Promise<Call[]> {
  const calls: Call[] = []
  for (const template of plan.provider.revoke ?? []) {
    if (template.ways?.includes(plan.wayName) === false) continue
    try {
      calls.push(await plan.call(template, { tokens }, 'client'))
    } catch (error) {
      // No refresh token: there is nothing to revoke with it.
      if (!(error instanceof EvergrantError && error.code === 'missing_value')) throw error
    }
  }
  return calls
}

async function noteAlone({ store }: Context, revocations: readonly NewRevocation[]): Promise<void> {
  for (const { id, call, retryAt } of revocations) await store.revocations.insert(call, retryAt, id)
}

/** What services say of a token they do not know, where RFC 7009 section 2.2 wants a 200. */
const unknownToken = new Set(['invalid_token', 'invalid_grant', 'token_not_found', 'token_expired', 'token_revoked'])

/**
 * Why the token lives on; undefined where it does not. `transient` is RFC 7009 section 2.2.1: "the token still lives, try
 * again". A token that is dead already, or an address that is gone with it, is what was wanted.
 */
function refusalOf(response: WireResponse, method: string, rules: readonly ErrorRule[]): Failure | undefined {
  const { status } = response
  if (status >= 200 && status < 300) return undefined
  const answer = { status, body: parseBody(response) }
  const failure = classifyAnswer(response, answer, rules, 'revoke')
  if (failure.cause !== undefined) return failure.kind === 'dead' ? undefined : failure
  if (status === 429 || status >= 500) return { ...failure, kind: 'transient' }
  if (unknownToken.has(failure.code) || (method === 'DELETE' && [404, 410].includes(status))) return undefined
  const isDead = classifyAnswer(response, answer, rules, 'api').kind === 'dead'
  return isDead ? undefined : failure.kind === 'dead' ? { ...failure, kind: 'denied' } : failure
}

/** Sends again what is due, one after the other until `stopped`; gives up after a day or so and says it. */
export async function retryRevocations(context: Context, stopped: () => boolean): Promise<void> {
  for (const due of await context.store.revocations.due(context.clock.now())) {
    if (stopped()) return
    if (due.call === undefined) {
      await later(context, due, { reason: 'what is stored of the request cannot be opened' })
      continue
    }
    const request = JSON.parse(due.call.open()) as WireRequest // written by revokeTokens
    try {
      const response = await context.fetch(request)
      const refused = refusalOf(response, request.method, [])
      if (refused?.kind !== 'transient') {
        if (refused !== undefined)
          context.log.error(
            { host: new URL(request.url).host, code: refused.code, status: response.status },
            'a token was not revoked: the service refused; it may still live there',
          )
        await context.store.revocations.remove(due.id)
        continue
      }
    } catch (error) {
      if (!(error instanceof FetchFailed)) throw error
    }
    await later(context, due, { host: new URL(request.url).host })
  }
}

async function later(context: Context, { id, tries }: { id: string; tries: number }, facts: object): Promise<void> {
  const { store, clock, log } = context
  if (tries < mostTries) return store.revocations.retry(id, clock.now() + firstRetryMs * 2 ** Math.min(tries, 6))
  log.error({ tries, ...facts }, 'a token could not be revoked at the service; it may still live there')
  await store.revocations.remove(id)
}
