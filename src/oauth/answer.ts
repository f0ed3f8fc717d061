/**
 * What a token endpoint answered, whatever form it came in: tokens or an error, never an exception. The members of
 * RFC 6749 section 5.1 are read without being named; `take` says where else things stand.
 */
import type { WireResponse } from '../deps.ts'
import { Secret } from '../secret.ts'
import { asText, lookUp, readBody, type Body } from './body.ts'
import type { Take } from './call-template.ts'
import { readEnd, unitOf } from './end.ts'
import { cleanWords, readError } from './error-body.ts'
import { foreignType, type ExchangeAsked } from './grants/token-exchange.ts'
import type { End, TokenSet } from './token-set.ts'

export { asText, lookUp, parseBody, readBody } from './body.ts'
export type { Body } from './body.ts'

export type AnswerOptions = {
  take?: Record<string, Take>
  /** Between scopes in a text; a space if absent. Lists need none. */
  scopeSeparator?: string
  /** Life of the access token in seconds where the answer says nothing usable. */
  access?: number | 'never' | 'unknown'
  /** Names of captured values that are secret. */
  secretValues?: readonly string[]
  /** Where the request was an exchange (RFC 8693). */
  exchange?: ExchangeAsked | undefined
}

export type AnswerError = {
  kind: 'error'
  status: number
  /** The server's code, or ours for an answer that is no token: `no_access_token`, `html_answer`, ... */
  code?: string
  words?: string
  /** The parsed body, for rules that look into it. */
  body: unknown
  /** True where the server said neither token nor error: it may have acted. */
  unreadable?: boolean
}

export type TokenAnswer = { kind: 'tokens'; tokens: TokenSet } | AnswerError

/** Longest token that is taken, and longest captured value, in characters. */
const tokenLimit = 65_536
const valueLimit = 16_384

/** Targets of `take` that are no captured values. */
const targets = new Set([
  'access_token',
  'refresh_token',
  'id_token',
  'token_type',
  'scope',
  'expires',
  'idle_end',
  'hard_end',
])

/** Reads the answer to a token request. Never throws. Lifetimes count from `response.sentAt`. */
export function readTokenAnswer(response: WireResponse, options: AnswerOptions): TokenAnswer {
  const body = readBody(response)
  const value = 'value' in body ? body.value : undefined
  const error = readError(response, body)
  if (error) return { kind: 'error', status: response.status, body: value, ...error }
  if (!('value' in body)) return unreadable(response, value, bodyFault(body), titleOf(body))

  const find = (target: string, fallback: string) => found(value, options.take?.[target], fallback)
  const accessToken = find('access_token', 'access_token')
  if (accessToken === undefined || accessToken === null || accessToken === '') {
    return unreadable(response, value, 'no_access_token')
  }
  if (!isToken(accessToken)) return unreadable(response, value, 'unusable_token')
  const foreign = options.exchange && foreignType(value, find('token_type', 'token_type'), options.exchange)
  if (foreign !== undefined)
    return { kind: 'error', status: response.status, code: 'not_an_access_token', words: foreign, body: value }
  return { kind: 'tokens', tokens: readTokens(response, value, accessToken, find, options) }
}

/** Captured values of an answer by the names `take` gives them; what is absent or no scalar is left out. */
export function readValues(
  response: WireResponse,
  take: Readonly<Record<string, Take>>,
  now: number,
): Record<string, string> {
  const body = readBody(response)
  return 'value' in body ? takeValues(body.value, take, now, []) : {}
}

export type Introspection = { active: boolean; scope?: string[]; expiresAt?: End }

/**
 * What a service says of a token (RFC 7662 section 2.2). Some say no `active`: an answer that is no error then speaks of
 * a token that lives.
 */
export function readIntrospection(response: WireResponse, take: Readonly<Record<string, Take>>): Introspection {
  const body = readBody(response)
  const value = 'value' in body ? body.value : undefined
  const ends = take['expires'] ?? { at: ['exp'], unit: 'epoch' }
  const expiresAt = takenEnd(response.sentAt, found(value, ends), ends, 'expires', [])
  // LinkedIn parts them by commas here and nowhere else.
  const scope = readScope(found(value, take['scope'], 'scope'), ',', [])
  return {
    active: !['false', '0'].includes(asText(lookUp(value, 'active')) ?? ''),
    ...(scope && { scope }),
    ...(expiresAt !== undefined && expiresAt !== 'unknown' && { expiresAt }),
  }
}

type Find = (target: string, fallback: string) => unknown

function readTokens(
  response: WireResponse,
  body: unknown,
  accessToken: string,
  find: Find,
  options: AnswerOptions,
): TokenSet {
  const warnings: string[] = []
  const refreshToken = textOf(find('refresh_token', 'refresh_token'))
  const idToken = textOf(find('id_token', 'id_token'))
  const scope = readScope(find('scope', 'scope'), options.scopeSeparator ?? ' ', warnings)
  const idleEnd = readIdleEnd(response.sentAt, body, options, warnings)
  const hardEnd = readGrantEnd(response.sentAt, find('hard_end', ''), options.take?.['hard_end'], 'hard_end', warnings)
  return {
    accessToken: new Secret(accessToken),
    tokenType: readTokenType(find('token_type', 'token_type'), warnings),
    ...(refreshToken !== undefined && { refreshToken: new Secret(refreshToken) }),
    ...(idToken !== undefined && { idToken: new Secret(idToken) }),
    obtainedAt: response.sentAt,
    expiresAt: readExpiry(response.sentAt, body, options, warnings),
    ...(idleEnd !== undefined && { idleEnd }),
    ...(hardEnd !== undefined && { hardEnd }),
    ...(scope && { scope }),
    values: tagValues(takeValues(body, options.take ?? {}, response.sentAt, warnings), options.secretValues ?? []),
    warnings,
  }
}

/** RFC 6749 section 7.1: the type is compared without case. Types we do not know are kept and warned about. */
function readTokenType(value: unknown, warnings: string[]): string {
  // Airtable's page: `Bearer `, the space intentional.
  const type = textOf(value)?.trim()
  if (type === undefined || type === '') {
    warnings.push('token_type_missing')
    return 'Bearer'
  }
  // No scheme holds a space (RFC 9110 section 11.1): eBay's `User Access Token` tells what it is, not how it is sent.
  if (type.toLowerCase() === 'bearer' || /\s/.test(type)) return 'Bearer'
  if (type.toLowerCase() === 'dpop') return 'DPoP'
  warnings.push('token_type_unknown')
  return cleanWords(type, 64)
}

function readExpiry(from: number, body: unknown, options: AnswerOptions, warnings: string[]): End {
  const taken = takenEnd(from, found(body, options.take?.['expires']), options.take?.['expires'], 'expires', warnings)
  if (taken !== undefined && taken !== 'unknown') return taken
  const plain = takenEnd(from, lookUp(body, 'expires_in'), undefined, 'expires_in', warnings)
  if (plain !== undefined && plain !== 'unknown') return plain
  const access = options.access ?? 'unknown'
  return typeof access === 'number' ? from + access * 1000 : access
}

/**
 * The two spellings that are common enough to be read unasked; 0 means "not said" there (Keycloak's offline tokens).
 * A member that `take` reads as the hard end is no idle end as well (LinkedIn).
 */
function readIdleEnd(from: number, body: unknown, options: AnswerOptions, warnings: string[]): End | undefined {
  const taken = readGrantEnd(
    from,
    found(body, options.take?.['idle_end']),
    options.take?.['idle_end'],
    'idle_end',
    warnings,
  )
  if (taken !== undefined) return taken
  const hard = pathsOf(options.take?.['hard_end'])
  for (const name of ['refresh_token_expires_in', 'refresh_expires_in'].filter((one) => !hard.includes(one))) {
    const value = lookUp(body, name)
    const end = asText(value)?.trim() === '0' ? undefined : readGrantEnd(from, value, undefined, name, warnings)
    if (end !== undefined) return end
  }
  return undefined
}

function readGrantEnd(
  from: number,
  value: unknown,
  take: Take | undefined,
  name: string,
  warnings: string[],
): End | undefined {
  const end = takenEnd(from, value, take, name, warnings)
  return end === 'unknown' ? undefined : end
}

function takenEnd(
  from: number,
  value: unknown,
  take: Take | undefined,
  name: string,
  warnings: string[],
): End | undefined {
  if (value === undefined || value === null) return undefined
  const { unit, zero } = unitOf(take)
  const { end, oddity } = readEnd(value, unit, from, zero)
  if (oddity) warnings.push(`${name}_${oddity}`)
  return end
}

/**
 * A list, or a text with separators; a space always parts, as no scope holds one (RFC 6749 section 3.3): LinkedIn's
 * page says space and its own client comma. Nothing said is not the same as no scope (section 5.1).
 */
function readScope(value: unknown, separator: string, warnings: string[]): string[] | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const items = typeof value === 'string' ? value.split(separator).flatMap((part) => part.split(/\s+/)) : value
  if (!Array.isArray(items) || !items.every((item): item is string => typeof item === 'string')) {
    warnings.push('scope_unreadable')
    return undefined
  }
  return [...new Set(items.map((item) => item.trim()).filter((item) => item !== ''))]
}

function takeValues(
  body: unknown,
  take: Readonly<Record<string, Take>>,
  now: number,
  warnings: string[],
): Record<string, string> {
  const values: [string, string][] = []
  for (const [name, rule] of Object.entries(take)) {
    if (targets.has(name)) continue
    const value = valueText(found(body, rule), rule, now)
    if (value === undefined) continue
    if (value.length <= valueLimit) values.push([name, value])
    else warnings.push('value_too_long')
  }
  return Object.fromEntries(values)
}

/** With a unit it is a point in time: `never` or ISO 8601. */
function valueText(value: unknown, take: Take, now: number): string | undefined {
  if (typeof take === 'string' || take.unit === undefined) return asText(value)
  const { end } = readEnd(value, take.unit, now, take.zero)
  return typeof end === 'number' ? new Date(end).toISOString() : end === 'never' ? end : undefined
}

function tagValues(values: Record<string, string>, secret: readonly string[]): Record<string, string | Secret> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, secret.includes(name) ? new Secret(value) : value]),
  )
}

/** The first of the alternatives that is there, then the RFC's own place; in words that the definition translates. */
function found(body: unknown, take: Take | undefined, fallback?: string): unknown {
  const as = (typeof take === 'object' && take.as) || {}
  for (const path of [...pathsOf(take), ...(fallback ? [fallback] : [])]) {
    const value = lookUp(body, path)
    if (value === undefined || value === null) continue
    return typeof value === 'string' && Object.hasOwn(as, value) ? as[value] : value
  }
  return undefined
}

function pathsOf(take: Take | undefined): readonly string[] {
  return take === undefined ? [] : typeof take === 'string' ? [take] : take.at
}

/** VSCHAR without space (RFC 6749 appendix A, RFC 6750 section 2.1): fit for a header. */
function isToken(value: unknown): value is string {
  return typeof value === 'string' && value.length <= tokenLimit && /^[\x21-\x7e]+$/.test(value)
}

/** A text that says something; empty and null are nothing. */
function textOf(value: unknown): string | undefined {
  const text = typeof value === 'boolean' ? undefined : asText(value)
  return text === '' || (text?.length ?? 0) > tokenLimit ? undefined : text
}

function unreadable(response: WireResponse, body: unknown, code: string, words?: string): AnswerError {
  return { kind: 'error', status: response.status, code, ...(words !== undefined && { words }), body, unreadable: true }
}

function bodyFault(body: Exclude<Body, { value: unknown }>): string {
  return body.kind === 'broken' ? (body.fault === 'not_json' ? 'unreadable_answer' : body.fault) : `${body.kind}_answer`
}

function titleOf(body: Body): string | undefined {
  return body.kind === 'html' ? body.title : undefined
}
