/**
 * Refusals as the vendor writes them: the literal answer of an example, else one that an error rule of the file
 * matches, else RFC 6749 section 5.2.
 */
import type { Example } from '../../provider/example.ts'
import type { ErrorRule, Means, Provider } from '../../provider/provider.ts'
import type { Refusal } from '../ledger.ts'
import { plainRefusal, type Answer } from '../token.ts'
import { readJson, readMessage, statusOf } from './literal.ts'
import { isHolder, lookUp, put } from './paths.ts'
import type { Site } from './sites.ts'

export type On = ErrorRule['on'][number]

/** Which error rules speak of a call; a request that is simply repeated is a renewal too. */
export function onOf({ kind, way }: Site): readonly On[] {
  switch (kind) {
    case 'token':
      return way.renewal.by === 'reissue' ? ['token', 'renew'] : ['token']
    case 'renewal':
      return ['renew']
    case 'device':
      return ['token']
    case 'step':
      return ['token', 'api']
    case 'revoke':
      return ['revoke', 'api']
    default:
      return ['api']
  }
}

type Where = { on: On; way?: string; call?: string }

export function refusalAnswer(
  provider: Provider,
  examples: readonly Example[],
  refusal: Refusal,
  where: Where,
): Answer {
  const means = meansOf(refusal, where.on)
  const example = examples.find(
    ({ way, call, becomes }) =>
      call === where.call &&
      (way === where.way || sameCall(provider, way, where)) &&
      'error' in becomes &&
      (becomes.error === refusal.error || (means !== undefined && becomes.means === means)),
  )
  if (example) return literalAnswer(example)
  const rules = (provider.errors ?? []).filter(({ on }) => on.includes(where.on))
  const rule =
    rules.find(({ match }) => match?.['error']?.includes(refusal.error)) ??
    rules.find((one) => means !== undefined && one.means === means && speaksForItself(one, refusal))
  if (!rule) return plainRefusal(refusal)
  const says = (error: string): boolean => rule.match?.['error'] === undefined || error === refusal.error
  const literal = literalOf(rule, examples, rules.slice(0, rules.indexOf(rule)), says)
  return literal ? literalAnswer(literal) : answerOfRule(rule, refusal)
}

/** An example of any call that the rule is the first to match. */
function literalOf(
  rule: ErrorRule,
  examples: readonly Example[],
  before: readonly ErrorRule[],
  says: (error: string) => boolean = () => true,
): Example | undefined {
  return examples.find(({ becomes, response }) => {
    const message = readMessage(response)
    if (!('error' in becomes) || !says(becomes.error) || !/^[{[]/.test(message.body)) return false
    return isFirst(rule, before, statusOf(message), readJson(message.body))
  })
}

function isFirst(rule: ErrorRule, before: readonly ErrorRule[], status: number, body: unknown): boolean {
  return matches(rule, status, body) && !before.some((one) => matches(one, status, body))
}

/** An answer that the rule matches and none of those before it. `examples` may have a literal one. */
export function answerByRule(rule: ErrorRule, examples: readonly Example[], before: readonly ErrorRule[] = []): Answer {
  const literal = literalOf(rule, examples, before)
  if (literal) return literalAnswer(literal)
  const made = choicesOf(rule).map((one) =>
    answerOfRule(one, { status: 400, error: 'rehearsed_error', description: rule.cause }),
  )
  return made.find(({ status, body }) => isFirst(rule, before, status, body)) ?? made[0]!
}

/** The rule with one of its statuses and one value at each place: each answer that it can match. */
function choicesOf(rule: ErrorRule): ErrorRule[] {
  const statuses = rule.status?.map((status) => ({ ...rule, status: [status] })) ?? [rule]
  return Object.entries(rule.match ?? {}).reduce(
    (all, [path, values]) =>
      all.flatMap((one) => values.map((value) => ({ ...one, match: { ...one.match, [path]: [value] } }))),
    statuses,
  )
}

function literalAnswer({ response }: Example): Answer {
  const message = readMessage(response)
  const type = message.headers['content-type']
  const headers = type === undefined ? {} : { 'content-type': type }
  const body = /^[{[]/.test(message.body) ? readJson(message.body) : undefined
  return isHolder(body)
    ? { status: statusOf(message), body, headers }
    : { status: statusOf(message), body: {}, as: 'text', text: message.body, headers }
}

/** A rule that matches another `error` than this one speaks of something else. */
function speaksForItself({ match = {} }: ErrorRule, { error }: Refusal): boolean {
  return match['error'] === undefined || match['error'].includes(error)
}

function answerOfRule({ status, match = {} }: ErrorRule, refusal: Refusal): Answer {
  const body: Record<string, unknown> = { error: refusal.error, error_description: refusal.description }
  for (const [path, [value]] of Object.entries(match)) {
    if (path === 'error' && match['error']?.includes(refusal.error)) continue
    put(body, path, value)
  }
  return { status: status?.[0] ?? refusal.status, body }
}

function matches({ status: statuses, match = {} }: ErrorRule, status: number, body: unknown): boolean {
  if (statuses && !statuses.includes(status)) return false
  return Object.entries(match).every(([path, values]) => values.map(String).includes(String(lookUp(body, path))))
}

function meansOf({ error, tooYoung }: Refusal, on: On): Means | undefined {
  if (tooYoung) return 'too_young'
  if (error === 'invalid_client') return 'client'
  if (error === 'access_denied') return 'denied'
  const ends = error === 'invalid_grant' || error === 'invalid_token'
  return ends && (on === 'renew' || on === 'api') ? 'dead' : undefined
}

function sameCall({ ways }: Provider, way: string, { way: wanted = '', call }: Where): boolean {
  if (call === 'renewal') return JSON.stringify(ways[way]?.renewal.call) === JSON.stringify(ways[wanted]?.renewal.call)
  if (call === 'token') return JSON.stringify(ways[way]?.token) === JSON.stringify(ways[wanted]?.token)
  return false
}
