/** Metadata of an authorization server: OpenID Connect Discovery, then RFC 8414. */
import { processDiscoveryResponse } from 'oauth4webapi'
import { FetchFailed, type Fetch, type WireResponse } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { parseJson } from './json.ts'

/** What we use of RFC 8414 section 2, in its spelling. */
export type Metadata = {
  issuer: string
  authorization_endpoint?: string
  token_endpoint?: string
  revocation_endpoint?: string
  introspection_endpoint?: string
  device_authorization_endpoint?: string
  pushed_authorization_request_endpoint?: string
  require_pushed_authorization_requests?: boolean
  userinfo_endpoint?: string
  scopes_supported?: string[]
  grant_types_supported?: string[]
  response_types_supported?: string[]
  response_modes_supported?: string[]
  token_endpoint_auth_methods_supported?: string[]
  token_endpoint_auth_signing_alg_values_supported?: string[]
  code_challenge_methods_supported?: string[]
  dpop_signing_alg_values_supported?: string[]
  /** RFC 9207 section 3: answers name their issuer. */
  authorization_response_iss_parameter_supported?: boolean
}

const texts = [
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'introspection_endpoint',
  'device_authorization_endpoint',
  'pushed_authorization_request_endpoint',
  'userinfo_endpoint',
] as const
const lists = [
  'scopes_supported',
  'grant_types_supported',
  'response_types_supported',
  'response_modes_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'code_challenge_methods_supported',
  'dpop_signing_alg_values_supported',
] as const
const facts = ['require_pushed_authorization_requests', 'authorization_response_iss_parameter_supported'] as const

const deadlineMs = 10_000

/**
 * Fetches the metadata of an issuer. Its document must name exactly this issuer (RFC 8414 section 3.3), else
 * `issuer_mismatch`: it would be the metadata of another server.
 */
export async function discover(fetch: Fetch, issuer: string): Promise<Metadata> {
  const expected = readIssuer(issuer)
  let said = ''
  for (const url of metadataUrls(expected)) {
    const response = await get(fetch, url)
    // A site may answer every address with its start page.
    const isPage = response.body.trimStart().startsWith('<')
    if (response.status === 200 && !isPage) return readMetadata(response, expected)
    said = response.status === 200 ? 'a web page' : `HTTP ${response.status}`
  }
  throw new EvergrantError('unreadable_answer', {
    detail: `${expected.host} has no metadata at its well-known addresses (last answer: ${said})`,
    remedy: 'check the issuer URL, or enter the URLs by hand',
  })
}

/** Reads a metadata document; what we do not use is left out. */
export async function readMetadata(response: WireResponse, issuer: URL): Promise<Metadata> {
  const json = parseJson(response.body.replace(/^\ufeff/, ''))
  if (!json.ok) throw unreadable(issuer)
  const document = await judged(response, issuer)
  return {
    issuer: document.issuer,
    ...pick(texts, document, (value): value is string => typeof value === 'string' && isWebAddress(value)),
    ...pick(
      lists,
      document,
      (value): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string'),
    ),
    ...pick(facts, document, (value): value is boolean => typeof value === 'boolean'),
  }
}

/** The library decides whether it is the document of this issuer; its errors carry the whole body, so they end here. */
async function judged(response: WireResponse, issuer: URL): Promise<{ issuer: string } & Record<string, unknown>> {
  try {
    const document = await processDiscoveryResponse(
      issuer,
      new Response(response.body, { status: response.status, headers: { 'content-type': 'application/json' } }),
    )
    return document // a JSON object with a string issuer
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') {
      const named = otherIssuer(response.body)
      throw new EvergrantError('issuer_mismatch', {
        detail: `the metadata at ${issuer.host} names another issuer${named === undefined ? '' : `: ${named}`}`,
        remedy: 'enter the issuer exactly as the service names it',
      })
    }
    throw unreadable(issuer)
  }
}

/** An address and nothing else of the foreign document. */
function otherIssuer(body: string): string | undefined {
  const json = parseJson(body)
  const issuer = json.ok ? (json.value as { issuer?: unknown } | null)?.issuer : undefined
  return typeof issuer === 'string' && issuer.length <= 200 && isWebAddress(issuer) ? issuer : undefined
}

/** OpenID appends to the path, RFC 8414 section 3.1 inserts before it; both forms are in use. */
function metadataUrls(issuer: URL): string[] {
  const path = issuer.pathname.replace(/\/$/, '')
  return [
    `${issuer.origin}${path}/.well-known/openid-configuration`,
    `${issuer.origin}/.well-known/oauth-authorization-server${path}`,
  ]
}

/** The issuer as typed, or out of a pasted metadata address. */
function readIssuer(typed: string): URL {
  const issuer = typed
    .trim()
    .replace(/\/\.well-known\/openid-configuration$/, '')
    .replace(/\/\.well-known\/oauth-authorization-server/, '')
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined
  if (!url || !isWebAddress(issuer) || url.search || url.hash || url.username || url.password) {
    throw new EvergrantError('invalid_value', {
      detail: 'the issuer is no http(s) URL without query, fragment and user name',
      faults: [{ path: 'issuer', problem: 'is no issuer URL' }],
    })
  }
  return url
}

async function get(fetch: Fetch, url: string): Promise<WireResponse> {
  try {
    return await fetch({ method: 'GET', url, headers: { accept: 'application/json' }, deadlineMs })
  } catch (error) {
    if (!(error instanceof FetchFailed)) throw error
    const isBlocked = error.failure.kind === 'blocked'
    throw new EvergrantError(isBlocked ? 'host_blocked' : 'provider_failing', {
      detail: `the metadata cannot be fetched from ${new URL(url).host}`,
      ...(isBlocked ? {} : { remedy: 'check the issuer URL; if it is right, try again later' }),
      adminDetail: error.failure.detail,
      cause: error,
    })
  }
}

function pick<Name extends string, Kind>(
  names: readonly Name[],
  document: Record<string, unknown>,
  fits: (value: unknown) => value is Kind,
): Partial<Record<Name, Kind>> {
  const found = names.flatMap((name) => (fits(document[name]) ? [[name, document[name]] as const] : []))
  return Object.fromEntries(found) as Partial<Record<Name, Kind>> // names and kinds were just checked
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

function unreadable(issuer: URL): EvergrantError {
  return new EvergrantError('unreadable_answer', {
    detail: `the metadata of ${issuer.host} cannot be read`,
    remedy: 'check the issuer URL, or enter the URLs by hand',
  })
}
