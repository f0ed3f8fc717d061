/**
 * One request of a connection with its record: sent, masked, kept among the last attempts. What the answer means is
 * the caller's business.
 */
import { FetchFailed, type Transport, type WireResponse } from '../deps.ts'
import { maskCall, type Call } from '../oauth/call.ts'
import { classifyAnswer, classifyFetchFailure, type Failure } from '../oauth/failure.ts'
import { readBody, readTokenAnswer, readValues } from '../oauth/answer.ts'
import { readError } from '../oauth/error-body.ts'
import { exchangeAsked } from '../oauth/grants/token-exchange.ts'
import { maskBody, maskResponse, maskValues } from '../oauth/mask.ts'
import { send } from '../oauth/send.ts'
import { Secret } from '../secret.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { CallTemplate } from '../oauth/call-template.ts'
import { hostsOf } from '../provider/hosts.ts'
import type { ErrorRule, Provider } from '../provider/provider.ts'
import type { MaskedRequest, MaskedResponse } from './connections.ts'
import type { Context } from './context.ts'
import type { Plan } from './plan.ts'
import { secondsOf, statedLife } from './expiry.ts'
import { requestDeadlineMs } from './renewal-policy.ts'
import type { Permit } from '../outbound/pace.ts'

export type Purpose = {
  trigger: string
  /** token | renew | probe | revoke | introspect | device | a step's name. */
  step: string
  generation: number
  /** Monotonic ms: not sent later. */
  sendBy?: number
  /** Takes the record of the attempt, for whoever first has to make the answer safe; else it is written at once. */
  records?: (() => void)[]
}

export type Exchange = {
  request: MaskedRequest
  response?: WireResponse
  masked?: MaskedResponse
  /** What the answer may repeat and nobody may see. */
  secrets?: readonly Secret[]
  /** Only where no complete answer came. */
  failure?: Failure
}

export async function exchange(context: Context, plan: Plan, call: Call, purpose: Purpose): Promise<Exchange> {
  const request = maskCall(call)
  let secrets = secretsOf(plan, call)
  const started = context.clock.monotonic()
  const at = context.clock.now()
  let outcome: Exchange
  try {
    const response = await send(context.fetch, call, {
      deadlineMs: requestDeadlineMs,
      ...(purpose.sendBy === undefined ? {} : { startBefore: purpose.sendBy }),
      ...transportOf(context, plan),
      ...(call.redirects === 'inside_hosts' ? { redirectsInside: hostsOf(plan.provider, plan.values()).api } : {}),
    })
    secrets = [...secrets, ...secretsIn(plan, response)]
    outcome = { request, response, secrets, masked: maskResponse(response, secrets) }
  } catch (error) {
    if (!(error instanceof FetchFailed)) throw error
    outcome = { request, failure: classifyFetchFailure(error.failure) }
  }
  const { response, masked, failure } = outcome
  const attempt = {
    connectionId: plan.connection.id,
    at,
    trigger: purpose.trigger,
    step: purpose.step,
    generation: purpose.generation,
    outcome: failure === undefined ? 'answered' : failure.kind,
    ...(response === undefined ? {} : { status: response.status }),
    ...(failure === undefined ? {} : { code: failure.code }),
    durationMs: Math.round(context.clock.monotonic() - started),
    request,
    response: masked ?? null,
  }
  const record = () => context.attempts.record(attempt, plan.connection.name)
  // What was received under a claim is not safe yet: a commit, or a store that hangs, must not keep it from the spool, nor
  // a second request from its grace time.
  if (purpose.records !== undefined) purpose.records.push(() => void record())
  else if (purpose.sendBy === undefined) await record()
  else void record()
  return outcome
}

/** What must not come back in an answer's words: the secrets of the connection, and those of this request. */
function secretsOf(plan: Plan, call: Call): Secret[] {
  const texts = [call.url, call.body?.text ?? [], ...[...call.query, ...call.headers].map(([, text]) => text)]
  const sent = texts.flat().filter((part) => part instanceof Secret)
  const stored = Object.values(plan.values()).filter((value) => value instanceof Secret)
  return [...stored, ...sent.flatMap((part) => [part, ...decoded(part)])]
}

/** Values of this answer that the definition calls secret, whichever call takes them. */
function secretsIn(plan: Plan, response: WireResponse): Secret[] {
  const hidden = secretNames(plan.provider)
  if (hidden.length === 0) return []
  const { token, renewal, steps = [] } = plan.way
  const takes = [token, renewal.call, ...steps].flatMap((call) => Object.entries(call?.take ?? {}))
  const named = Object.fromEntries(takes.filter(([name]) => hidden.includes(name)))
  return Object.values(readValues(response, named, response.sentAt)).map((value) => new Secret(value))
}

/** Parts of a request are encoded for their place; a server may repeat them as they were. */
function decoded(part: Secret): Secret[] {
  try {
    return [new Secret(decodeURIComponent(part.open().replaceAll('+', ' ')))]
  } catch {
    return []
  }
}

/** The server's words as they may be told and logged: some servers repeat what was sent. */
export function hushed<T extends { words?: string }>(said: T, answered: Pick<Exchange, 'secrets'>): T {
  return said.words === undefined ? said : { ...said, words: maskBody(maskValues(said.words, answered.secrets ?? [])) }
}

/** An authority of one's own, and the client certificate of RFC 8705 where the client proves itself by it. */
export function transportOf(context: Pick<Context, 'ca'>, plan: Plan): { transport?: Transport } {
  const ca = [context.ca, plan.provider.hosts.ca].filter((pem) => pem !== undefined).join('\n')
  const mutual = plan.clientCertificate()
  if (ca === '' && mutual === undefined) return {}
  return { transport: { ...(ca === '' ? {} : { ca }), ...mutual } }
}

/** Why an answer brings no values: no 2xx, or an error inside one. */
export function refusalIn(plan: Plan, answered: Exchange): Failure | undefined {
  const { response } = answered
  if (response === undefined) return answered.failure ?? { kind: 'unknown_outcome', code: 'no_answer' }
  const body = readBody(response)
  const said = readError(response, body)
  if (said === undefined) return undefined
  const answer = { status: response.status, body: 'value' in body ? body.value : undefined, ...said }
  return hushed(classifyAnswer(response, answer, plan.provider.errors ?? [], 'api'), answered)
}

export type Understood = { tokens: TokenSet } | { failure: Failure }

/** Values that an answer may bring and nobody may see. */
export function secretNames(provider: Provider): string[] {
  return Object.entries(provider.values ?? {}).flatMap(([name, value]) => (value.secret === true ? [name] : []))
}

/** What an exchange with a token endpoint brought. */
export function understand(
  plan: Plan,
  answered: Exchange,
  template: CallTemplate,
  on: ErrorRule['on'][number],
  unknownLife: number | 'unknown',
): Understood {
  if (answered.response === undefined)
    return { failure: answered.failure ?? { kind: 'unknown_outcome', code: 'no_answer' } }
  const stated = secondsOf(statedLife(plan.way, template), plan.values())
  const answer = readTokenAnswer(answered.response, {
    access: stated === 'unknown' ? unknownLife : stated,
    scopeSeparator: plan.scopes?.answer ?? plan.scopes?.separator ?? ' ',
    secretValues: secretNames(plan.provider),
    exchange: exchangeAsked(template, plan.way.grant),
    ...(template.take === undefined ? {} : { take: template.take }),
  })
  if (answer.kind === 'tokens') return { tokens: answer.tokens }
  return { failure: hushed(classifyAnswer(answered.response, answer, plan.provider.errors ?? [], on), answered) }
}

/** How the pace of an authorization server hears of an outcome. */
export function tell(permit: Permit, failure: Failure | undefined): void {
  if (failure === undefined) permit.done('ok')
  else if (['transient', 'unknown_outcome', 'not_sent'].includes(failure.kind))
    permit.done('transient', failure.retryAfterMs)
  else permit.done('failed')
}
