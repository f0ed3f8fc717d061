/**
 * A service from a pasted `curl` command of its token request: the request becomes a call template, what the protocol
 * knows becomes a variable, and what is secret is handed back apart and never stands in the definition. A request with
 * a refresh token becomes the renewal; everything that is not recognised stays as it was typed.
 */
import type { ClientAuthMethod, Fields, Json } from '../oauth/call-template.ts'
import { decodeForm } from '../oauth/encode.ts'
import { Secret } from '../secret.ts'
import { readCurl, type CurlRequest, type Pair } from './curl-request.ts'
import { draftDefinition, type CustomSettings } from './custom.ts'
import type { Call, GrantName, Provider, Value } from './provider.ts'
import { grantBehind, isPlaceholder, looksSecret, valueName, variableOf } from './recognize.ts'

export type CurlDraft = {
  /** Not looked at yet: the server checks it by its own rules. */
  definition: Provider
  /** What was found and is not secret: `client_id`, `user_name`, `redirect_uri`, and values of the definition. */
  values: Record<string, string>
  /** `client_secret`, `password`, `refresh_token`, and secret values of the definition. */
  secrets: Record<string, Secret>
  warnings: string[]
}

/** What a person may add to a command, which has only the token request. */
export type CurlSettings = Omit<CustomSettings, 'grant' | 'tokenUrl' | 'clientAuth' | 'idParam' | 'secretParam'>

export function draftFromCurl(text: string, settings: CurlSettings): CurlDraft {
  const found: Found = { values: {}, secrets: {}, declared: {}, scopes: [] }
  const requests = readCurl(text).map((request) => translate(request, found))
  const warnings = requests.flatMap((request) => request.warnings)
  const token = requests.find((request) => request.grant !== 'refresh_token')
  const renewal = requests.find((request) => request.grant === 'refresh_token')
  if (requests.length > 1 + Number(token !== undefined && renewal !== undefined))
    warnings.push('more than one command of a kind was pasted; the first of each was taken')
  const main = token ?? renewal
  if (main === undefined) throw new Error('a text without a request was read') // readCurl refuses it

  const grant = grantOf(main.grant, settings)
  const scopes = settings.scopes ?? found.scopes
  const pkce = settings.pkce ?? (token !== undefined && names(token.call, '{code_verifier}') ? 'required' : undefined)
  const definition = draftDefinition({
    ...settings,
    name: settings.name ?? hostLabel(main.call.url),
    grant,
    tokenUrl: main.call.url,
    clientAuth: [main.method],
    ...main.params,
    // A verifier is sent where the pasted request has one: the others were made without.
    pkce: pkce ?? (token === undefined ? 'optional' : 'off'),
    scopes,
    scopeSeparator: settings.scopeSeparator ?? found.separator ?? ' ',
  })
  const way = definition.ways[grant]
  if (way === undefined) throw new Error('a draft has the way of its grant')
  if (token !== undefined && way.token !== undefined) way.token = token.call
  else if (renewal !== undefined && way.token !== undefined) way.token = asCodeExchange(renewal.call)
  if (pkce !== undefined && pkce !== 'off' && way.token && !names(way.token, '{code_verifier}'))
    way.token = rewritten(way.token, 'authorization_code', [], { 'code_verifier?': '{code_verifier}' })
  if (way.renewal.by === 'refresh_token') way.renewal.call = renewal?.call ?? asRenewal(main.call)
  // A refresh token that came with a grant which could be repeated is the better way to renew.
  else if (renewal !== undefined && way.renewal.by === 'reissue')
    way.renewal = { ...way.renewal, by: 'refresh_token', rotates: 'unknown', call: renewal.call }
  if (Object.keys(found.declared).length > 0) definition.values = { ...definition.values, ...found.declared }
  if (grant === 'jwt_bearer')
    warnings.push(`an assertion is signed anew for every request: look at the claims in ways.${grant}.assertion`)
  return { definition, values: found.values, secrets: found.secrets, warnings: [...new Set(warnings)] }
}

type Found = {
  values: Record<string, string>
  secrets: Record<string, Secret>
  declared: Record<string, Value>
  scopes: string[]
  separator?: ' ' | ',' | ';'
}

type Translated = {
  grant: GrantName | 'refresh_token'
  call: Call
  method: ClientAuthMethod
  params: Pick<CustomSettings, 'idParam' | 'secretParam'>
  warnings: string[]
}

function translate(request: CurlRequest, found: Found): Translated {
  const { body } = request
  const inBody = body && 'form' in body ? body.form : body && 'json' in body ? textsOf(body.json) : []
  const { grant, warning } = grantBehind([...request.query, ...inBody])
  const warnings = [...request.warnings, ...(warning === undefined ? [] : [warning])]
  if (body && 'form' in body) warnings.push(...repeated(body.form))
  const scribe: Scribe = { grant, found }

  const method = methods.find((one) => one === request.method)
  const { url, user } = addressOf(request.url, scribe)
  const query = fieldsOf(request.query, scribe)
  const bodyFields = body && 'form' in body ? fieldsOf(body.form, scribe) : undefined
  const json = body && 'json' in body ? jsonOf(body.json, scribe) : undefined
  const headers = fieldsOf(request.headers, scribe)
  const basic = request.basic ?? user

  const proof = proofOf({ query, body: bodyFields ?? json, basic, authorization: request.authorization }, scribe)
  const call: Call = {
    see: [],
    ...(method !== undefined && method !== 'POST' && { method }),
    url,
    ...(proof.auth !== undefined && { auth: proof.auth }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(Object.keys(query).length > 0 && { query }),
    ...(bodyFields !== undefined && { body: { form: bodyFields } }),
    ...(json !== undefined && { body: { json } }),
    ...(body && 'text' in body && { body: { text: textOf(body.text, scribe), ...(body.type && { type: body.type }) } }),
    ...(request.followsRedirects && { redirects: 'inside_hosts' as const }),
  }
  if (method === undefined) warnings.push(`the method ${request.method} is none of ${methods.join(', ')}; POST is used`)
  return { grant, call, method: proof.method, params: proof.params, warnings }
}

const methods = ['POST', 'GET', 'PUT', 'DELETE'] as const

/** A table has each name once. */
function repeated(pairs: readonly Pair[]): string[] {
  const names = pairs.map(({ name }) => name)
  const twice = [...new Set(names.filter((name, index) => names.indexOf(name) < index))]
  return twice.map((name) => `the field ${name} stands there more than once; the last one was taken`)
}

/** What one command says, while it is written down. */
type Scribe = { grant: Translated['grant']; found: Found }

/** The template for one field; what it held goes where it belongs. */
function templateOf(name: string, value: string, { grant, found }: Scribe): string {
  const variable = variableOf(name, grant)
  if (variable !== undefined) {
    note(found, variable, value)
    return `{${variable}}`
  }
  if (/^\{[A-Za-z_]\w*\}$/.test(value)) return value
  const secret = looksSecret(name, value)
  if (!secret && !isPlaceholder(value)) return value
  const own = valueName(name, found.declared)
  found.declared[own] = { label: name, ...(secret && { secret: true }) }
  if (!isPlaceholder(value)) found.secrets[own] = new Secret(value)
  return `{${own}}`
}

const secretVariables = new Set(['client_secret', 'password', 'refresh_token', 'subject_token'])
const plainVariables = new Set(['client_id', 'user_name', 'redirect_uri'])

/** Codes, verifiers and assertions are spent: nothing of them is kept. */
function note(found: Found, variable: string, value: string): void {
  if (value === '' || isPlaceholder(value)) return
  if (variable === 'scope') {
    const separator = ([' ', ',', ';'] as const).find((sign) => value.includes(sign))
    if (separator !== undefined) found.separator = separator
    found.scopes = value
      .split(separator ?? ' ')
      .map((scope) => scope.trim())
      .filter((scope) => scope !== '')
  } else if (secretVariables.has(variable)) found.secrets[variable] = new Secret(value)
  else if (plainVariables.has(variable)) found.values[variable] = value
}

function fieldsOf(pairs: readonly Pair[], scribe: Scribe): Fields {
  return Object.fromEntries(
    pairs.map(({ name, value }) => {
      const template = templateOf(name, value, scribe)
      return [template === '{scope}' ? `${name}?` : name, template]
    }),
  )
}

/** Nested members keep their place; the name of a list stands for its items. */
function jsonOf(json: Record<string, unknown>, scribe: Scribe): Record<string, Json> {
  const inside = (name: string, value: unknown): Json => {
    if (typeof value === 'string') return templateOf(name, value, scribe)
    if (Array.isArray(value) && variableOf(name, scribe.grant) === 'scope') {
      note(scribe.found, 'scope', value.map(String).join(' '))
      return '{scopes}'
    }
    if (Array.isArray(value)) return value.map((item) => inside(name, item))
    if (typeof value === 'object' && value !== null) return jsonOf(value as Record<string, unknown>, scribe) // a JSON object
    return value as number | boolean | null // JSON has nothing else
  }
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const member = inside(name, value)
      return [member === '{scope}' || member === '{scopes}' ? `${name}?` : name, member]
    }),
  )
}

function textsOf(json: Record<string, unknown>): Pair[] {
  return Object.entries(json).flatMap(([name, value]) => (typeof value === 'string' ? [{ name, value }] : []))
}

/** A body of another type, such as XML: only long secrets in it can be told from the rest. */
function textOf(text: string, { found }: Scribe): string {
  return text.replaceAll(/[A-Za-z0-9+/=_.~-]{20,}/g, (word) => {
    if (!looksSecret('', word)) return word
    const own = valueName('body_secret', found.declared)
    found.declared[own] = { label: 'Secret in the body', secret: true }
    found.secrets[own] = new Secret(word)
    return `{${own}}`
  })
}

/** `$TENANT`, `<tenant>` and `{tenant}` in an address are values to ask for; a user in front of the host is Basic. */
function addressOf(url: string, { found }: Scribe): { url: string; user?: CurlRequest['basic'] } {
  const [, scheme = '', user, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)(?:([^/?#@]*)@)?([\s\S]*)$/i.exec(url) ?? []
  const slash = rest.search(/[/?]/)
  const authority = slash < 0 ? rest : rest.slice(0, slash)
  const path = slash < 0 ? '' : rest.slice(slash)
  const declare = (label: string, shape: Value['shape']): string => {
    const name = valueName(label, {})
    found.declared[name] ??= { label, ...(shape && { shape }) }
    return `{${name}}`
  }
  const whole = /^(?:\$\{?\w+\}?|<[^<>]+>|\{\w+\})$/.test(authority)
  const host = authority.replaceAll(blanks, (_, a?: string, b?: string, c?: string) =>
    declare(a ?? b ?? c ?? '', whole ? 'domain' : 'host_label'),
  )
  const named = path.replaceAll(blanks, (_, a?: string, b?: string, c?: string) => declare(a ?? b ?? c ?? '', 'slug'))
  const safe = named.replaceAll(/[^/]{24,}/g, (segment) => {
    if (segment.includes('{') || !looksSecret('', segment)) return segment
    const own = valueName('path_secret', found.declared)
    found.declared[own] = { label: 'Secret in the address', secret: true }
    found.secrets[own] = new Secret(segment)
    return `{${own}}`
  })
  const [name = '', password] = user?.split(':').map((part) => decodeForm(part.replaceAll('+', '%2B'))) ?? []
  return {
    url: `${scheme.toLowerCase()}${host}${safe}`,
    ...(user !== undefined && { user: { user: name, ...(password !== undefined && { password }) } }),
  }
}

const blanks = /\$\{?(\w+)\}?|<([^<>/]+)>|\{(\w+)\}/g

type Shown = {
  query: Fields
  body: Record<string, Json> | undefined
  basic: CurlRequest['basic']
  authorization: string | undefined
}
type Proof = { method: ClientAuthMethod; auth?: Call['auth']; params: Translated['params'] }

/**
 * How the client proves itself (RFC 6749 section 2.3, RFC 7523 section 2.2). Parameters that the method writes by itself
 * are taken out of the request.
 */
function proofOf({ query, body = {}, basic, authorization }: Shown, { grant, found }: Scribe): Proof {
  const nameOf = (fields: Readonly<Record<string, Json>>, template: string) =>
    Object.entries(fields).find(([, value]) => value === template)?.[0]
  const [id, secret] = [nameOf(body, '{client_id}'), nameOf(body, '{client_secret}')]
  const params = {
    ...(id !== undefined && id !== 'client_id' && { idParam: id }),
    ...(secret !== undefined && secret !== 'client_secret' && { secretParam: secret }),
  }
  const without = (fields: Record<string, Json>, ...names: (string | undefined)[]) => {
    for (const name of names) if (name !== undefined) delete fields[name]
  }
  if (basic !== undefined) {
    // Both kinds at once: the client is in the body, so the header is the person's.
    const isPerson = id !== undefined && secret !== undefined
    note(found, isPerson ? 'user_name' : 'client_id', basic.user)
    note(found, isPerson ? 'password' : 'client_secret', basic.password ?? '')
    return isPerson ? { method: 'none', auth: 'user', params: {} } : { method: 'client_secret_basic', params: {} }
  }
  if (nameOf(body, '{client_assertion}') !== undefined) {
    without(body, nameOf(body, '{client_assertion}'), 'client_assertion_type', id)
    return { method: 'private_key_jwt', params: id === undefined ? {} : params }
  }
  if (authorization !== undefined) {
    const [, kind, value = ''] = /^(\S+\s+)?([\s\S]*)$/.exec(authorization) ?? []
    const template = templateOf('authorization_token', value, { grant, found })
    return { method: 'none', auth: { header: `${kind ?? ''}${template}` }, params: {} }
  }
  if (id !== undefined && secret !== undefined) {
    without(body, id, secret)
    return { method: 'client_secret_post', params }
  }
  const [idInQuery, secretInQuery] = [nameOf(query, '{client_id}'), nameOf(query, '{client_secret}')]
  if (idInQuery !== undefined && secretInQuery !== undefined) {
    without(query, idInQuery, secretInQuery)
    return {
      method: 'query',
      params: {
        ...(idInQuery !== 'client_id' && { idParam: idInQuery }),
        ...(secretInQuery !== 'client_secret' && { secretParam: secretInQuery }),
      },
    }
  }
  return { method: 'none', params: id === undefined ? {} : { ...(id !== 'client_id' && { idParam: id }) } }
}

/** A refresh token alone is pasted, unless a person can authorize. */
function grantOf(grant: Translated['grant'], settings: CurlSettings): GrantName {
  if (grant !== 'refresh_token') return grant
  return settings.authorizationUrl === undefined ? 'pasted' : 'authorization_code'
}

/** RFC 6749 section 6, in the shape of the token request that was pasted. */
function asRenewal(token: Call): Call {
  return rewritten(token, 'refresh_token', ['code', 'redirect_uri', 'code_verifier', 'state', 'scope', 'device_code'], {
    refresh_token: '{refresh_token}',
  })
}

/** RFC 6749 section 4.1.3, in the shape of the renewal that was pasted. */
function asCodeExchange(renewal: Call): Call {
  return rewritten(renewal, 'authorization_code', ['refresh_token', 'scope'], {
    code: '{code}',
    redirect_uri: '{redirect_uri}',
    'code_verifier?': '{code_verifier}',
  })
}

function rewritten(call: Call, grantType: string, dropped: readonly string[], added: Fields): Call {
  const gone = new Set(dropped.map((name) => `{${name}}`))
  const rewrite = <Value extends Json>(fields: Record<string, Value>): Record<string, Value | string> => {
    const kept = Object.entries(fields).filter(([, value]) => typeof value !== 'string' || !gone.has(value))
    const entries = kept.map(([name, value]): [string, Value | string] =>
      /^grant[_-]?type$/i.test(name) ? [name, grantType] : [name, value],
    )
    return { ...Object.fromEntries(entries), ...added }
  }
  const { body, query, ...rest } = call
  if (body && 'form' in body) return { ...rest, ...(query && { query }), body: { form: rewrite(body.form) } }
  if (body && 'json' in body && typeof body.json === 'object' && body.json !== null && !Array.isArray(body.json))
    return { ...rest, ...(query && { query }), body: { json: rewrite(body.json) } }
  if (body === undefined && query !== undefined) return { ...rest, query: rewrite(query) }
  return { ...rest, ...(query && { query }), body: { form: { grant_type: grantType, ...added } } }
}

function names(call: Call, template: string): boolean {
  return JSON.stringify(call).includes(JSON.stringify(template))
}

function hostLabel(url: string): string {
  return (/^[a-z]+:\/\/([^/?#]+)/i.exec(url)?.[1] ?? 'Custom').replaceAll(/[{}]/g, '')
}
