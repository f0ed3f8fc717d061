/**
 * Runs the vendors' own examples through the engine: what it would send is what the page shows, and what it makes of
 * the answer is what the example says. Nothing is sent.
 */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { secondsOf, statedLife } from '../../src/connections/expiry.ts'
import { whoIn } from '../../src/connections/probe.ts'
import {
  parseBody,
  readBody,
  readTokenAnswer,
  readValues,
  type AnswerError,
  type TokenAnswer,
} from '../../src/oauth/answer.ts'
import { challengeOf, readAuthorizationResponse, startAuthorization } from '../../src/oauth/authorization.ts'
import { buildCall, callUrl, toWire } from '../../src/oauth/call.ts'
import type { CallTemplate, ClientAuthMethod } from '../../src/oauth/call-template.ts'
import { readError } from '../../src/oauth/error-body.ts'
import { classifyAnswer, classifyAuthorizationError, type Failure, type FailureRule } from '../../src/oauth/failure.ts'
import { readDeviceAnswer, type DeviceAnswer } from '../../src/oauth/grants/device-code.ts'
import { grants } from '../../src/oauth/grants/index.ts'
import { expand, joinText, type Values } from '../../src/oauth/template.ts'
import type { TokenSet } from '../../src/oauth/token-set.ts'
import type { Example } from '../../src/provider/example.ts'
import { assertHost, hostsOf } from '../../src/provider/hosts.ts'
import { findWay } from '../../src/provider/names.ts'
import type { Probe, Provider } from '../../src/provider/provider.ts'
import { computeValues, namesKnown, resolveValues } from '../../src/provider/values.ts'
import { load } from '../../src/providers/index.ts'
import { open, secret, type Secret } from '../../src/secret.ts'
import { answerParameters, comparable, comparableAddress, readResponse, sentAt, wireText } from './example-text.ts'

const folder = new URL('../../src/providers/', import.meta.url)
/** Signs where a method of client authentication wants a signature; what it writes is no part of the comparison. */
const key = secret(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
)

type Case = [title: string, provider: Provider, example: Example]
const calls: Case[] = []
const authorizations: Case[] = []
for (const [id, definition] of Object.entries(load)) {
  const { default: provider } = await definition()
  const { examples } = (await import(new URL(`${id}.examples.ts`, folder).href)) as { examples: Example[] }
  for (const example of examples)
    (example.call === 'authorize' ? authorizations : calls).push([
      `${provider.name}: ${example.title}`,
      provider,
      example,
    ])
}

it('every service has examples', async () => {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.examples.ts'))
  expect(files.map((name) => name.replace('.examples.ts', '')).sort()).toEqual(Object.keys(load).sort())
})

describe.each(calls)('%s', (_, provider, example) => {
  it('as the vendor writes the request', async () => {
    const methods = (findWay(provider, example.way).client ?? provider.client).auth
    const wanted = unsigned(comparable(example.request), methods)
    const written = await Promise.all(
      methods.map(async (method) => unsigned(comparable(await request(provider, example, method)), methods)),
    )
    // A page may show any of the methods the service takes; where none fits, the default one is what to look at.
    expect(written.find((one) => isDeepStrictEqual(one, wanted)) ?? written[0]).toEqual(wanted)
  })

  it('and what the answer becomes', () => {
    expect(outcomeOf(provider, example)).toEqual(expected(example))
  })
})

describe.runIf(authorizations.length > 0).each(authorizations)('%s', (_, provider, example) => {
  it('as the vendor writes the address', () => {
    expect(authorizationAddress(provider, example)).toEqual(comparableAddress(example.request))
  })

  it('and what the answer brings', () => {
    const facts = authorizeOf(provider, example)
    const state = example.given.flow?.['state'] ?? 'state'
    const shown = answerParameters(example.response)
    // A page that leaves the state out of its answer means one that comes back as it was sent.
    const parameters = [...shown, ...(shown.some(([name]) => name === 'state') ? [] : [['state', state] as const])]
    const response = readAuthorizationResponse(parameters, {
      state,
      ...(facts.code !== undefined && { codeName: facts.code }),
      ...(facts.error && { errorNames: facts.error }),
      ...(facts.issuer !== undefined && {
        issuer: joinText(expand(facts.issuer, valuesOf(provider, example), 'plain')),
      }),
    })
    const outcome =
      response.kind === 'error'
        ? named(classifyAuthorizationError(response, parameters, provider.errors ?? []), example)
        : { values: brought(provider, example, response.callback) }
    expect(outcome).toEqual(expected(example))
  })
})

/** What the engine sends, as vendors print it. */
async function request(provider: Provider, example: Example, method: ClientAuthMethod): Promise<string> {
  const values = valuesOf(provider, example)
  const { template, defaultAuth } = callOf(provider, example)
  const facts = findWay(provider, example.way).client ?? provider.client
  const { clientSecret, clientId = facts.id?.fixed } = example.given
  const call = await buildCall(template, values, {
    client: {
      method,
      key: { alg: 'RS256', pem: key },
      ...(clientId !== undefined && { id: clientId }),
      ...(clientSecret !== undefined && { secret: secret(clientSecret) }),
      ...(facts.id?.param !== undefined && { idParam: facts.id.param }),
      ...(facts.secret?.param !== undefined && { secretParam: facts.secret.param }),
      ...(facts.rawBasic !== undefined && { rawBasic: facts.rawBasic }),
    },
    defaultAuth,
    now: sentAt,
    randomBytes: (size) => randomBytes(size),
  })
  if (call.holdsSecret) assertHost(callUrl(call), hostsOf(provider, values).api)
  return wireText(toWire(call, { deadlineMs: 1000 }))
}

/** Where the client signs, what it signs is another text each time. */
function unsigned(parts: ReturnType<typeof comparable>, methods: readonly ClientAuthMethod[]) {
  if (!methods.some((method) => method.endsWith('_jwt')) || !Array.isArray(parts.body)) return parts
  const body = parts.body.map((field) => String(field).replace(/^client_assertion=.*/, 'client_assertion=JWT'))
  return { ...parts, body }
}

/**
 * The address our engine writes, with the example's state and challenge in place of the drawn ones. Pages leave out
 * what is only recommended; a challenge that the service requires must be shown.
 */
function authorizationAddress(provider: Provider, example: Example) {
  const facts = authorizeOf(provider, example)
  const { state, nonce, code_challenge: shown } = example.given.flow ?? {}
  const started = startAuthorization(facts, valuesOf(provider, example), (size) => randomBytes(size))
  const challenge = started.verifier && challengeOf(started.verifier.open())
  const left = facts.pkce === 'optional' && shown === undefined
  const drawn = new Map([
    [started.state, state],
    [started.nonce, nonce],
    [challenge, left ? undefined : (shown ?? 'a challenge')],
    ['S256', left ? undefined : 'S256'],
  ])
  const parameters = started.parameters.flatMap(([name, value]) => {
    const text = drawn.has(value) ? drawn.get(value) : value
    return text === undefined ? [] : [`${name}=${text}`]
  })
  return { address: started.url.split('?')[0], parameters: parameters.sort() }
}

function authorizeOf(provider: Provider, example: Example) {
  const facts = findWay(provider, example.way).authorize
  if (!facts) throw new Error(`the way ${example.way} has no authorization page`)
  return facts
}

/** What the callback adds to the values of the file, by itself or through what it chooses. */
function brought(provider: Provider, example: Example, callback: Record<string, string>): Record<string, string> {
  const typed = example.given.typed ?? {}
  const before = resolveValues(provider, example.way, { typed, secrets: {} })
  const after = resolveValues(provider, example.way, { typed, secrets: {}, callback })
  expect(after.faults).toEqual([])
  const added = Object.entries(after.values).filter(([name, value]) => open(before.values[name] ?? '') !== open(value))
  return Object.fromEntries(added.map(([name, value]) => [name, open(value)]))
}

type Called = {
  template: CallTemplate
  defaultAuth: 'client' | 'none'
  kind: 'token' | 'device' | 'values'
  /** Which of the service's error rules apply. */
  on: FailureRule['on'][number]
}

/** The call an example is about. A probe without a name is `probe`. */
function callOf(provider: Provider, example: Example): Called {
  const way = findWay(provider, example.way)
  const fits = (one: { ways?: string[] }) => one.ways?.includes(example.way) ?? true
  const found = (template: CallTemplate | undefined, rest: Omit<Called, 'template'>): Called => {
    if (!template) throw new Error(`${provider.id}, way ${example.way}, has no call ${example.call}`)
    return { template, ...rest }
  }
  switch (example.call) {
    case 'token':
      return found(way.token, { defaultAuth: 'client', kind: 'token', on: 'token' })
    case 'renewal':
      return found(way.renewal.call ?? way.token, { defaultAuth: 'client', kind: 'token', on: 'renew' })
    case 'device':
      return found(way.device, { defaultAuth: 'client', kind: 'device', on: 'token' })
    case 'introspect':
      return found(provider.introspect, { defaultAuth: 'client', kind: 'values', on: 'api' })
    case 'revoke': {
      // One for each kind of token: the one that ends what the example gives.
      const values = valuesOf(provider, example)
      const given = (provider.revoke ?? []).filter(fits).find((one) => !wants(one, values))
      return found(given, { defaultAuth: 'client', kind: 'values', on: 'revoke' })
    }
  }
  const step = way.steps?.find(({ name }) => name === example.call)
  if (step) {
    const token = step.gives === 'token'
    return { template: step, defaultAuth: 'none', kind: token ? 'token' : 'values', on: token ? 'token' : 'api' }
  }
  return found(probeOf(provider, example), { defaultAuth: 'none', kind: 'values', on: 'api' })
}

function probeOf(provider: Provider, example: Example): Probe | undefined {
  return provider.probes?.find(
    ({ name = 'probe', ways }) => name === example.call && (ways?.includes(example.way) ?? true),
  )
}

/** Whether a template names a token that is not there. */
function wants(template: CallTemplate, values: Values): boolean {
  return ['token', 'refresh_token'].some(
    (name) => values[name] === undefined && JSON.stringify(template).includes(`{${name}}`),
  )
}

function valuesOf(provider: Provider, example: Example): Values {
  const { given } = example
  const resolved = resolveValues(provider, example.way, {
    typed: given.typed ?? {},
    secrets: {},
    ...(given.callback && { callback: given.callback }),
    ...(given.answer && { answer: given.answer }),
  })
  expect(resolved.faults).toEqual([])
  const way = findWay(provider, example.way)
  const hidden = (text: string | undefined) => (text === undefined ? undefined : secret(text))
  const callback = Object.entries(given.callback ?? {}).map(([name, value]) => [`callback.${name}`, value])
  const base: Values = {
    ...Object.fromEntries(namesKnown(provider, example.way).map((name) => [name, undefined])),
    ...given.answer,
    ...Object.fromEntries(callback),
    ...resolved.values,
    client_id: given.clientId ?? (way.client ?? provider.client).id?.fixed,
    client_secret: hidden(given.clientSecret),
    scope: given.scopes?.join((way.scopes ?? provider.scopes)?.separator ?? ' '),
    scopes: given.scopes,
    redirect_uri: given.redirectUri,
    grant_type: grants[way.grant]?.grantType,
    user_name: given.userName,
    password: hidden(given.password),
    token: hidden(given.token),
    refresh_token: hidden(given.refreshToken),
    ...given.flow,
  }
  return { ...base, ...computeValues(provider, base) }
}

/** What the engine makes of the answer, in the words of `becomes`. */
function outcomeOf(provider: Provider, example: Example): unknown {
  const { template, kind, on } = callOf(provider, example)
  const response = readResponse(example.response)
  const refused = (answer: Omit<AnswerError, 'kind'>) =>
    named(classifyAnswer(response, answer, provider.errors ?? [], on), example)
  if (kind === 'device') {
    const codes = readDeviceAnswer(response, sentAt)
    return codes.kind === 'error' ? refused(codes) : { values: picked(codesOf(codes), example) }
  }
  if (kind === 'token') {
    const answer = readToken(provider, example, template)
    return answer.kind === 'error' ? refused(answer) : tokensOf(answer.tokens, example)
  }
  if (readError(response, readBody(response))) return refused({ status: response.status, body: parseBody(response) })
  const who = whoIn(probeOf(provider, example)?.who, parseBody(response))
  return { values: readValues(response, template.take ?? {}, sentAt), ...(who !== undefined && { who }) }
}

function readToken(provider: Provider, example: Example, template: CallTemplate): TokenAnswer {
  const way = findWay(provider, example.way)
  const scopes = way.scopes ?? provider.scopes
  return readTokenAnswer(readResponse(example.response), {
    ...(template.take && { take: template.take }),
    scopeSeparator: scopes?.answer ?? scopes?.separator ?? ' ',
    access: secondsOf(statedLife(way, template), valuesOf(provider, example)),
  })
}

/** Of the captured values, those the example speaks of. */
function tokensOf(tokens: TokenSet, example: Example) {
  const { accessToken, refreshToken, expiresAt, idleEnd, hardEnd, scope, values } = tokens
  return {
    accessToken: accessToken.open(),
    refreshToken: refreshToken?.open(),
    expiresAt,
    idleEnd,
    hardEnd,
    scope,
    values: picked(values, example),
  }
}

function codesOf(codes: Extract<DeviceAnswer, { kind: 'device' }>): Record<string, string | Secret> {
  return {
    device_code: codes.deviceCode,
    user_code: codes.userCode,
    verification_uri: codes.verificationUri,
    verification_uri_complete: codes.verificationUriComplete ?? '',
    interval: String(codes.interval),
    expires_in: String((codes.expiresAt - sentAt) / 1000),
  }
}

function picked(values: Record<string, string | Secret>, { becomes }: Example): Record<string, string> {
  const names = Object.keys(('values' in becomes && becomes.values) || {})
  return Object.fromEntries(names.map((name) => [name, open(values[name] ?? 'nothing')]))
}

function named(failure: Pick<Failure, 'code' | 'kind'>, { becomes }: Example) {
  return { error: failure.code, ...('means' in becomes && { means: failure.kind }) }
}

/** What the example says, ends as moments. */
function expected({ becomes }: Example): unknown {
  if (!('accessToken' in becomes)) return becomes
  const { accessToken, refreshToken, expires, idleIn, hardIn, scope, values = {} } = becomes
  const after = (seconds: number | undefined) => (seconds === undefined ? undefined : sentAt + seconds * 1000)
  const said = expires === 'never' || expires === 'unknown'
  const expiresAt = said ? expires : typeof expires === 'string' ? Date.parse(expires) : after(expires)
  return { accessToken, refreshToken, expiresAt, idleEnd: after(idleIn), hardEnd: after(hardIn), scope, values }
}
