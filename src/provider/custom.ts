/**
 * Complete definitions for services that are not in the catalogue: from a handful of settings, or from a server's own
 * metadata. Requests are the RFC's; everything can be changed afterwards like in any other definition.
 */
import { EvergrantError } from '../errors.ts'
import type { CallTemplate, ClientAuthMethod } from '../oauth/call-template.ts'
import {
  authorizationCode,
  clientCredentials,
  deviceCode,
  jwtBearer,
  password,
  refreshToken,
} from '../oauth/grants/index.ts'
import { deviceTemplate } from '../oauth/grants/device-code.ts'
import type { Assertion, Call, Client, GrantName, Provider, Scopes, Value, Way } from './provider.ts'
import { parseDefinition } from './schema.ts'
import { authMethods } from './words.ts'

export type CustomSettings = {
  /** `custom` where the definition lives with its connection. */
  id?: string
  name?: string
  /** Not needed for a pasted or literal token that is never renewed. */
  tokenUrl?: string
  authorizationUrl?: string
  deviceUrl?: string
  revocationUrl?: string
  introspectionUrl?: string
  /** The way jobs pick. */
  grant: GrantName
  /** In order of preference; Basic if absent, as RFC 6749 section 2.3.1 asks of every server. */
  clientAuth?: readonly ClientAuthMethod[]
  scopes?: readonly string[]
  scopeSeparator?: Scopes['separator']
  pkce?: 'required' | 'optional' | 'off'
  /** RFC 9207: the issuer that the authorization response must name. */
  issuer?: string
  /** Names of the client's parameters where they are not `client_id` and `client_secret`. */
  idParam?: string
  secretParam?: string
  /** Grant `literal`: the token as a template. */
  literal?: string
  /** Where the token is used; gives the proxy its host. */
  apiUrl?: string
  /** A GET that shows whether the token works. */
  testUrl?: string
  /** Signature algorithms of keys that prove the client or sign assertions. */
  algs?: readonly string[]
  /** The day this is made, YYYY-MM-DD. */
  day: string
  /** Lets addresses be plain http. */
  allowHttp?: boolean
}

/** Nobody's page stands behind a custom definition: its facts are the person's own. */
const own = { see: [] }

/** Throws `invalid_definition` with all faults when the settings do not make a sound definition. */
export function customDefinition(settings: CustomSettings): Provider {
  const parsed = parseDefinition(draftDefinition(settings), { allowHttp: settings.allowHttp ?? false })
  if (parsed.ok) return parsed.provider
  throw new EvergrantError('invalid_definition', {
    detail: parsed.faults.map((fault) => `${fault.path} ${fault.problem}`).join('; '),
    faults: parsed.faults,
  })
}

/** The same, not looked at: what is missing is left empty, for whoever goes on with it. */
export function draftDefinition(settings: CustomSettings): Provider {
  const { revocationUrl, introspectionUrl, testUrl } = settings
  const token = { token: '{refresh_token}', token_type_hint: 'refresh_token' }
  const scopes: Scopes = {
    ...own,
    separator: settings.scopeSeparator ?? ' ',
    known: Object.fromEntries((settings.scopes ?? []).map((scope) => [scope, scope])),
    preset: [...(settings.scopes ?? [])],
  }
  return {
    id: settings.id ?? 'custom',
    name: settings.name ?? 'Custom',
    category: 'custom',
    checked: settings.day,
    tried: 'never',
    sources: {},
    ...valuesOf(settings.grant),
    hosts: hostsOf(settings),
    client: clientOf(settings),
    scopes,
    ways: { [settings.grant]: wayOf(settings) },
    api: {
      ...own,
      base: settings.apiUrl ?? originOf(testUrl ?? settings.tokenUrl) ?? '',
      send: { authorization: 'Bearer {token}' },
    },
    ...(testUrl !== undefined && {
      probes: [{ ...own, method: 'GET', url: testUrl, auth: { header: 'Bearer {token}' } }],
    }),
    // RFC 7009 section 2.1: revoking the refresh token ends the grant.
    ...(revocationUrl !== undefined && {
      revoke: [{ ...own, url: revocationUrl, auth: 'client', body: { form: token } }],
    }),
    ...(introspectionUrl !== undefined && {
      introspect: { ...own, url: introspectionUrl, auth: 'client', body: { form: { token: '{token}' } } },
    }),
  }
}

/**
 * A definition from authorization server metadata (RFC 8414 section 2, OpenID Connect Discovery section 3). The server's
 * word decides grants, client authentication and PKCE; `grant` chooses the way among those it names.
 */
export function definitionFromMetadata(
  metadata: Readonly<Record<string, unknown>>,
  options: { day: string; grant?: GrantName; id?: string; name?: string; allowHttp?: boolean },
): Provider {
  const text = (name: string) => (typeof metadata[name] === 'string' ? metadata[name] : undefined)
  const list = (name: string) => {
    const value = metadata[name]
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined
  }
  const issuer = text('issuer')
  // RFC 8414: absent means authorization_code (and implicit).
  const offered = list('grant_types_supported') ?? ['authorization_code']
  const ways = options.grant === undefined ? waysOffered(offered, text) : [options.grant]
  const methods = (list('token_endpoint_auth_methods_supported') ?? ['client_secret_basic']).filter(isAuthMethod)
  const algs = list('token_endpoint_auth_signing_alg_values_supported')?.filter((alg) => !alg.startsWith('HS'))
  const settings: Partial<Record<keyof CustomSettings, string | undefined>> = {
    name: options.name ?? hostOf(issuer),
    tokenUrl: text('token_endpoint'),
    authorizationUrl: text('authorization_endpoint'),
    deviceUrl: text('device_authorization_endpoint'),
    revocationUrl: text('revocation_endpoint'),
    introspectionUrl: text('introspection_endpoint'),
    testUrl: text('userinfo_endpoint'),
    // RFC 9207 section 3: only a server that says so can be held to it.
    issuer: metadata['authorization_response_iss_parameter_supported'] === true ? issuer : undefined,
  }
  const known = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
  const settingsOf = (grant: GrantName): CustomSettings => ({
    ...known,
    ...(options.id !== undefined && { id: options.id }),
    grant,
    day: options.day,
    ...(methods.length > 0 && { clientAuth: methods }),
    ...(algs && algs.length > 0 && { algs }),
    pkce: list('code_challenge_methods_supported')?.includes('S256') ? 'required' : 'optional',
    ...(options.allowHttp !== undefined && { allowHttp: options.allowHttp }),
  })
  const [definition, ...others] = ways.map((grant) => customDefinition(settingsOf(grant)))
  if (definition === undefined) throw new Error('a server offers at least the authorization code')
  for (const other of others) Object.assign(definition.ways, other.ways)
  const par =
    metadata['require_pushed_authorization_requests'] === true && text('pushed_authorization_request_endpoint')
  const { authorize } = definition.ways['authorization_code'] ?? {}
  if (par && authorize) authorize.par = par
  // OpenID Connect Core section 5.1: what a person is called, the first that is there.
  for (const probe of definition.probes ?? []) probe.who = ['email', 'preferred_username', 'name', 'sub']
  const scopes = list('scopes_supported') ?? []
  const refresh = scopes.includes('offline_access') ? { refresh: 'offline_access' } : {}
  const meanings = Object.fromEntries(scopes.map((scope) => [scope, scope]))
  return {
    ...definition,
    scopes: { ...own, separator: ' ', known: meanings, preset: Object.values(refresh), ...refresh },
  }
}

function wayOf(settings: CustomSettings): Way {
  const { grant, tokenUrl = '' } = settings
  const refreshed: Way['renewal'] = {
    ...own,
    by: 'refresh_token',
    rotates: 'unknown',
    call: fact(refreshToken.template(tokenUrl)),
  }
  const reissued: Way['renewal'] = { ...own, by: 'reissue', rotates: 'never' }
  switch (grant) {
    case 'authorization_code':
      return {
        label: 'A person authorizes',
        grant,
        authorize: authorizeOf(settings),
        token: fact(authorizationCode.template(tokenUrl)),
        renewal: refreshed,
      }
    case 'client_credentials':
      return {
        label: 'Client credentials',
        grant,
        token: fact(clientCredentials.template(tokenUrl)),
        renewal: reissued,
      }
    case 'password':
      // Some servers send a refresh token, many do not: repeating the grant works with both.
      return { label: 'User name and password', grant, token: fact(password.template(tokenUrl)), renewal: reissued }
    case 'jwt_bearer':
      return {
        label: 'Signed assertion',
        grant,
        assertion: assertionOf(settings),
        token: { ...fact(jwtBearer.template(tokenUrl)), auth: 'none' },
        renewal: reissued,
      }
    case 'device_code':
      return {
        label: 'A code typed in on another device',
        grant,
        device: fact(deviceTemplate(settings.deviceUrl ?? '')),
        token: fact(deviceCode.template(tokenUrl)),
        renewal: refreshed,
      }
    case 'token_exchange':
      return { label: 'Exchange of another token', grant, token: fact(exchangeTemplate(tokenUrl)), renewal: reissued }
    case 'pasted':
      return tokenUrl === ''
        ? { label: 'A token pasted here', grant, renewal: { ...own, by: 'none', rotates: 'never' } }
        : { label: 'A refresh token pasted here', grant, renewal: refreshed }
    case 'literal':
      return {
        label: 'A token put together from other values',
        grant,
        literal: settings.literal ?? '{api_token}',
        access: 'never',
        renewal: { ...own, by: 'none', rotates: 'never' },
      }
  }
}

function authorizeOf(settings: CustomSettings): NonNullable<Way['authorize']> {
  const pkce = settings.pkce ?? 'optional'
  const issuer = settings.issuer
  return {
    ...own,
    url: settings.authorizationUrl ?? '',
    pkce,
    params: {
      response_type: 'code',
      [settings.idParam ?? 'client_id']: '{client_id}',
      redirect_uri: '{redirect_uri}',
      'scope?': '{scope}',
      state: '{state}',
      ...(pkce !== 'off' && {
        'code_challenge?': '{code_challenge}',
        'code_challenge_method?': '{code_challenge_method}',
      }),
    },
    ...(issuer !== undefined && { issuer }),
  }
}

/** RFC 7523 section 3, with the time claims added when it is signed. */
function assertionOf(settings: CustomSettings): Assertion {
  return {
    ...own,
    alg: [...(settings.algs ?? ['RS256', 'PS256', 'ES256'])],
    claims: { iss: '{client_id}', 'sub?': '{subject}', aud: settings.tokenUrl ?? '', 'scope?': '{scope}' },
    life: 300,
  }
}

/** RFC 8693 section 2.1; the token to exchange is a value, because there is none from an earlier request. */
function exchangeTemplate(tokenUrl: string): CallTemplate {
  return {
    url: tokenUrl,
    auth: 'client',
    body: {
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: '{subject_token}',
        subject_token_type: '{subject_token_type}',
        'scope?': '{scope}',
        'audience?': '{audience}',
      },
    },
  }
}

function valuesOf(grant: GrantName): { values?: Record<string, Value> } {
  switch (grant) {
    case 'jwt_bearer':
      return { values: { subject: { label: 'Subject', help: 'whom the token is for (claim sub)', optional: true } } }
    case 'token_exchange':
      return {
        values: {
          subject_token: { label: 'Token to exchange', secret: true },
          subject_token_type: {
            label: 'Type of that token',
            default: 'urn:ietf:params:oauth:token-type:access_token',
          },
          audience: { label: 'Audience', optional: true },
        },
      }
    case 'literal':
      return { values: { api_token: { label: 'Token', secret: true, optional: true } } }
    default:
      return {}
  }
}

function clientOf(settings: CustomSettings): Client {
  const auth = settings.grant === 'jwt_bearer' ? (['none'] as const) : (settings.clientAuth ?? ['client_secret_basic'])
  const signs = settings.grant === 'jwt_bearer' || auth.includes('private_key_jwt')
  return {
    ...own,
    auth: [...auth],
    ...(settings.idParam !== undefined && { id: { param: settings.idParam } }),
    ...(settings.secretParam !== undefined && { secret: { param: settings.secretParam } }),
    ...(signs && { key: { algs: [...(settings.algs ?? ['RS256', 'PS256', 'ES256'])] } }),
  }
}

function hostsOf(settings: CustomSettings): Provider['hosts'] {
  const hosts = (...urls: (string | undefined)[]) => [...new Set(urls.map(hostOf).filter((host) => host !== undefined))]
  return {
    token: hosts(settings.tokenUrl, settings.deviceUrl, settings.revocationUrl, settings.introspectionUrl),
    api: hosts(
      settings.apiUrl,
      settings.testUrl,
      ...((settings.apiUrl ?? settings.testUrl) ? [] : [settings.tokenUrl]),
    ),
  }
}

/** RFC 8414 section 2: what the server names and has an address for, a person's authorization first. */
function waysOffered(offered: readonly string[], text: (name: string) => string | undefined): GrantName[] {
  const ways: (GrantName | false)[] = [
    text('authorization_endpoint') !== undefined && offered.includes('authorization_code') && 'authorization_code',
    offered.includes('client_credentials') && 'client_credentials',
    text('device_authorization_endpoint') !== undefined && offered.includes(deviceCode.grantType) && 'device_code',
  ]
  const found = ways.filter((way) => way !== false)
  if (found.length > 0) return found
  return [offered.includes(jwtBearer.grantType) ? 'jwt_bearer' : 'authorization_code']
}

function isAuthMethod(method: string): method is ClientAuthMethod {
  return authMethods.some((known) => known === method && known !== 'query') // which is a word of definitions alone
}

function fact(template: CallTemplate): Call {
  return { ...own, ...template }
}

/** An authority with variables in it is no URL yet; it is its own pattern. */
function hostOf(url: string | undefined): string | undefined {
  if (url === undefined) return undefined
  const authority = /^https?:\/\/([^/?#@]+)/i.exec(url)?.[1]
  return authority?.includes('{') ? authority : URL.parse(url)?.host || undefined
}

function originOf(url: string | undefined): string | undefined {
  const scheme = url === undefined ? undefined : /^https?(?=:\/\/)/i.exec(url)?.[0]
  const host = hostOf(url)
  return scheme === undefined || host === undefined ? undefined : `${scheme.toLowerCase()}://${host}`
}
