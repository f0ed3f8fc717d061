/**
 * What a failed exchange means for the connection. The provider's own rules come first, then the general table; what
 * may have been acted upon is an unknown outcome, never a refusal.
 */
import type { WireFailure, WireResponse } from '../deps.ts'
import { errorTable } from '../errors.ts'
import { asText, lookUp, parseBody, readBody, type AnswerError } from './answer.ts'
import { cleanWords, readError } from './error-body.ts'

export type FailureKind =
  /** The grant is dead: a person must authorize again. */
  | 'dead'
  /** The client was not accepted. */
  | 'client'
  /** Something an admin must correct. */
  | 'configuration'
  /** A person or a policy said no. */
  | 'denied'
  /** The token may not be renewed yet. */
  | 'too_young'
  /** Asking again later makes sense, and nothing was used up. */
  | 'transient'
  /** The server may have acted: a rotated token may be lost. */
  | 'unknown_outcome'
  /** The server cannot have acted. */
  | 'not_sent'

export type Failure = {
  kind: FailureKind
  /** The server's code, or ours where it gave none. */
  code: string
  /** The server's words, cleaned and cut to 300 characters. */
  words?: string
  status?: number
  /** What the server asked for, at most 24 h. */
  retryAfterMs?: number
  /** The provider file's explanation and advice, where a rule matched. */
  cause?: string
  remedy?: string
}

/** The shape of a provider's rule; `match` maps dotted paths to the values that match. */
export type FailureRule = {
  on: readonly ('authorize' | 'token' | 'renew' | 'api' | 'revoke')[]
  status?: readonly number[]
  match?: Readonly<Record<string, readonly (string | number)[]>>
  means: 'retry' | 'dead' | 'client' | 'configuration' | 'denied' | 'too_young'
  cause: string
  remedy: string
}

const longestRetryAfter = 86_400_000

/** RFC 6749 section 5.2, RFC 8628 section 3.5, RFC 8707, OpenID Connect Core section 3.1.2.6, and what GitHub-like servers say. */
const meanings: Readonly<Record<string, FailureKind>> = {
  invalid_grant: 'dead',
  bad_refresh_token: 'dead',
  invalid_refresh_token: 'dead',
  expired_token: 'dead',
  invalid_client: 'client',
  incorrect_client_credentials: 'client',
  unauthorized_client: 'configuration',
  invalid_scope: 'configuration',
  invalid_request: 'configuration',
  invalid_target: 'configuration',
  unsupported_grant_type: 'configuration',
  unsupported_response_type: 'configuration',
  access_denied: 'denied',
  consent_required: 'denied',
  interaction_required: 'denied',
  login_required: 'denied',
  account_selection_required: 'denied',
  temporarily_unavailable: 'transient',
  authorization_pending: 'transient',
  slow_down: 'transient',
  server_error: 'unknown_outcome',
}

/** The meaning of an answer that brought no token. `on` says which rules of the provider apply. */
export function classifyAnswer(
  response: WireResponse,
  answer: Omit<AnswerError, 'kind'> & { kind?: 'error' },
  rules: readonly FailureRule[],
  on: FailureRule['on'][number],
): Failure {
  const { code, words } = { ...saidIn(response), ...answer }
  const body = answer.body ?? parseBody(response)
  const retryAfterMs = readRetryAfter(response)
  const facts = {
    status: response.status,
    ...(words !== undefined && { words: cleanWords(words) }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  }
  const rule = rules.find((candidate) => applies(candidate, on, response.status, body))
  if (rule) return { ...facts, ...ruled(rule, code ?? `http_${response.status}`) }
  return { ...facts, ...generalMeaning(response.status, code, answer.unreadable ?? false) }
}

/** The meaning of an exchange without a complete answer. */
export function classifyFetchFailure(failure: WireFailure): Failure {
  const kind = failure.sent ? 'unknown_outcome' : failure.kind === 'blocked' ? 'configuration' : 'not_sent'
  const facts = { kind, code: failure.kind, words: cleanWords(failure.detail) } as const
  return failure.kind === 'blocked' ? { ...facts, remedy: errorTable.host_blocked.remedy } : facts
}

/** The meaning of an error in an authorization response; rules match its parameters by name. */
export function classifyAuthorizationError(
  error: { code: string; words?: string },
  parameters: readonly (readonly [string, string])[],
  rules: readonly FailureRule[],
): Failure {
  const facts = error.words === undefined ? {} : { words: cleanWords(error.words) }
  const body = Object.fromEntries(parameters)
  const rule = rules.find((candidate) => candidate.status === undefined && applies(candidate, 'authorize', 0, body))
  if (rule) return { ...facts, ...ruled(rule, error.code) }
  const known = Object.hasOwn(meanings, error.code) ? meanings[error.code]! : 'configuration'
  // Nothing is used up by a redirect, so a server error may simply be tried again.
  return { ...facts, kind: known === 'unknown_outcome' ? 'transient' : known, code: error.code }
}

/** `Retry-After` in milliseconds: seconds or a date (RFC 9110 section 10.2.3), never negative, at most 24 h. */
export function readRetryAfter(response: WireResponse): number | undefined {
  const text = response.headers['retry-after']?.trim()
  if (!text) return undefined
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, longestRetryAfter)
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(date)) return undefined
  // The server's own clock decides where it sends one.
  const now = Date.parse(response.headers['date'] ?? '') || response.sentAt + response.durationMs
  return Math.min(Math.max(date - now, 0), longestRetryAfter)
}

function generalMeaning(
  status: number,
  code: string | undefined,
  unreadable: boolean,
): { kind: FailureKind; code: string } {
  const known = code !== undefined && Object.hasOwn(meanings, code) ? meanings[code]! : undefined
  const named = code ?? `http_${status}`
  if (status >= 300 && status < 400) return { kind: 'configuration', code: 'unexpected_redirect' }
  if ([408, 425, 429, 503].includes(status)) return { kind: 'transient', code: named }
  if (status === 407) return { kind: 'not_sent', code: named }
  if (known) return { kind: known, code: named }
  if (status >= 500 || status < 300)
    return { kind: unreadable || status >= 500 ? 'unknown_outcome' : 'configuration', code: named }
  // A 403 that is a page comes from a firewall in front of the server, not from a wrong setting.
  if (status === 403 && unreadable) return { kind: 'unknown_outcome', code: named }
  return { kind: 'configuration', code: named }
}

function applies(rule: FailureRule, on: FailureRule['on'][number], status: number, body: unknown): boolean {
  if (!rule.on.includes(on)) return false
  if (rule.status && !rule.status.includes(status)) return false
  return Object.entries(rule.match ?? {}).every(([path, values]) => {
    const found = asText(lookUp(body, path))
    return found !== undefined && values.some((value) => String(value) === found)
  })
}

function ruled(rule: FailureRule, code: string): Omit<Failure, 'status' | 'words'> {
  return { kind: rule.means === 'retry' ? 'transient' : rule.means, code, cause: rule.cause, remedy: rule.remedy }
}

function saidIn(response: WireResponse): { code?: string; words?: string } {
  return readError(response, readBody(response)) ?? {}
}
