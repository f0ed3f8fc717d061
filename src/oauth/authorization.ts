/**
 * The authorization request (RFC 6749 section 4.1.1) and its answer, wherever the answer comes from: query, fragment,
 * `form_post` or a pasted address are all the same list of parameters here.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { RandomBytes } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { Secret } from '../secret.ts'
import { expandParts, checkNames, partsOf } from './call-parts.ts'
import type { Fields, Template } from './call-template.ts'
import { encodeQuery } from './encode.ts'
import { cleanWords } from './error-body.ts'
import { holdsSecret, joinText, variablesOf, type Values } from './template.ts'

export type AuthorizationRequest = {
  url: Template
  params: Fields
  pkce: 'required' | 'optional' | 'off'
  /** RFC 9207: kept by the caller and given to `readAuthorizationResponse`. */
  issuer?: string
}

export type StartedAuthorization = {
  /** The whole address for the browser. */
  url: string
  parameters: [name: string, value: string][]
  /** 256 random bits. */
  state: string
  /** PKCE verifier (RFC 7636 section 4.1), 256 random bits; absent where the service takes none. */
  verifier?: Secret
  /** Present if a parameter uses it. */
  nonce?: string
}

/**
 * Writes the authorization request. `{state}`, `{code_challenge}`, `{code_challenge_method}`, `{nonce}` and
 * `{response_type}` are added to the values; `state` and the challenge are sent even where the parameters forget them.
 */
export function startAuthorization(
  request: AuthorizationRequest,
  values: Values,
  randomBytes: RandomBytes,
): StartedAuthorization {
  const random = () => Buffer.from(randomBytes(32)).toString('base64url')
  const [state, nonce] = [random(), random()]
  const verifier = request.pkce === 'off' ? undefined : random()
  const challenge = verifier === undefined ? undefined : challengeOf(verifier)
  const params = withEssentials(request.params, challenge !== undefined)
  const draft = expandDraft(request.url, params, {
    response_type: 'code',
    ...values,
    state,
    nonce,
    code_challenge: challenge,
    code_challenge_method: challenge && 'S256',
  })
  const parameters = draft.query.map(([name, value]): [string, string] => [name, joinText(value)])
  const query = parameters.map(([name, value]) => `${encodeQuery(name)}=${encodeQuery(value)}`).join('&')
  const usesNonce = Object.values(params).some((template) => variablesOf(template).includes('nonce'))
  return {
    url: `${joinText(draft.url)}?${query}`,
    parameters,
    state,
    ...(verifier !== undefined && { verifier: new Secret(verifier) }),
    ...(usesNonce && { nonce }),
  }
}

/** S256 (RFC 7636 section 4.2); `plain` is never used. */
export function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url')
}

export type AuthorizationExpectation = {
  state: string
  issuer?: string
  /** Where the person was sent: an issuer that nobody declared must be of the same site. */
  page?: string
  /** The answer must name the issuer: metadata or provider file say so (RFC 9207 section 2.4). */
  issuerRequired?: boolean
  /** `code` if absent. */
  codeName?: string
  /** Names of error code and text, tried in order, where they are not the RFC's. */
  errorNames?: { code?: readonly string[]; text?: readonly string[] }
}

export type AuthorizationResponse =
  { kind: 'code'; code: Secret; callback: Record<string, string> } | { kind: 'error'; code: string; words?: string }

/** Longest answer, in characters of names and values together. */
const answerLimit = 65_536

/**
 * Reads the answer. Throws `bad_callback` for repeated parameters, tokens and answers without code or error,
 * `state_mismatch` where it belongs to another request, and `issuer_mismatch` where it comes from another server.
 */
export function readAuthorizationResponse(
  parameters: readonly (readonly [name: string, value: string])[],
  expected: AuthorizationExpectation,
): AuthorizationResponse {
  assertWellFormed(parameters)
  const answer = new Map(parameters)
  assertState(answer.get('state'), expected.state)
  assertIssuer(answer.get('iss'), expected)
  const error = readDenial(answer, expected.errorNames ?? {})
  if (error) return error
  const codeName = expected.codeName ?? 'code'
  const code = answer.get(codeName)
  if (!code) throw badCallback(`it carries neither ${codeName} nor error`)
  const callback = parameters.filter(([name]) => name !== codeName && name !== 'state')
  return { kind: 'code', code: new Secret(code), callback: Object.fromEntries(callback) }
}

function withEssentials(params: Fields, challenged: boolean): Fields {
  const used = new Set(Object.values(params).flatMap(variablesOf))
  return {
    ...params,
    ...(!used.has('state') && { state: '{state}' }),
    ...(challenged &&
      !used.has('code_challenge') && {
        code_challenge: '{code_challenge}',
        code_challenge_method: '{code_challenge_method}',
      }),
  }
}

function expandDraft(url: Template, query: Fields, values: Values) {
  const template = { method: 'GET', url, query } as const
  const parts = partsOf(template)
  checkNames(parts, values)
  const draft = expandParts(template, parts, values)
  if ([draft.url, ...draft.query.map(([, value]) => value)].some(holdsSecret)) {
    throw new EvergrantError('invalid_template', {
      detail: 'a secret may not stand in the authorization URL: it goes through the browser',
    })
  }
  return draft
}

function assertWellFormed(parameters: readonly (readonly [string, string])[]): void {
  const names = parameters.map(([name]) => name)
  // RFC 6749 section 3.1: no parameter is repeated. Two codes are an injection, not a choice.
  const repeated = names.find((name, index) => names.indexOf(name) !== index)
  if (repeated !== undefined) throw badCallback(`${cleanWords(repeated, 40)} stands in it twice`)
  // RFC 9700 section 2.1.2: tokens from the front channel are never taken.
  const token = names.find((name) => name === 'access_token' || name === 'id_token' || name === 'refresh_token')
  if (token !== undefined) throw badCallback(`it carries ${token}, which is only taken from the token endpoint`)
  const size = parameters.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (size > answerLimit) throw badCallback('it is too long')
}

/** Compared by digest, so that neither length nor content shows in the time it takes. */
function assertState(actual: string | undefined, expected: string): void {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (actual === undefined || !timingSafeEqual(digest(actual), digest(expected))) {
    throw new EvergrantError('state_mismatch')
  }
}

/**
 * RFC 9207 section 2.4: simple string comparison. An issuer that nobody declared is the client's own matter there: one
 * of a wholly different site means that the answer was led here from somebody else's server.
 */
function assertIssuer(actual: string | undefined, expected: AuthorizationExpectation): void {
  const { issuer, page } = expected
  if (actual === undefined) {
    if (!expected.issuerRequired) return
    throw new EvergrantError('issuer_mismatch', { detail: 'the answer does not name its server' })
  }
  if (issuer === undefined ? page === undefined || isSameSite(actual, page) : actual === issuer) return
  throw new EvergrantError('issuer_mismatch', {
    detail: 'the answer names another authorization server',
    ...(issuer === undefined && {
      remedy: 'start again; if the service does answer under another name, write that name into its definition: issuer',
    }),
  })
}

/** The last two labels of both names, or the whole address of a machine: coarse, and never too strict within one company. */
function isSameSite(one: string, other: string): boolean {
  const siteOf = (address: string) => {
    const host = URL.parse(address)?.hostname
    return host === undefined || /^[\d.]+$|^\[/.test(host) ? host : host.split('.').slice(-2).join('.')
  }
  const site = siteOf(one)
  return site !== undefined && site === siteOf(other)
}

function readDenial(
  answer: ReadonlyMap<string, string>,
  names: NonNullable<AuthorizationExpectation['errorNames']>,
): { kind: 'error'; code: string; words?: string } | undefined {
  const first = (list: readonly string[]) =>
    list.map((name) => answer.get(name)).find((value) => value !== undefined && value !== '')
  const code = first([...(names.code ?? []), 'error'])
  if (code === undefined) return undefined
  const words = first([...(names.text ?? []), 'error_description'])
  return { kind: 'error', code: cleanWords(code, 100), ...(words !== undefined && { words: cleanWords(words) }) }
}

function badCallback(problem: string): EvergrantError {
  return new EvergrantError('bad_callback', { detail: `the answer cannot be used: ${problem}` })
}
