import type { RandomBytes, Transport, WireRequest } from '../deps.ts'
import { Secret } from '../secret.ts'
import type { CallTemplate } from './call-template.ts'
import { checkNames, expandParts, partsOf } from './call-parts.ts'
import { authenticateClient, authenticateUser, type ClientCredentials } from './client-auth.ts'
import { addHeader, renderDraft, type Draft } from './draft.ts'
import { encodeQuery } from './encode.ts'
import { maskBody, maskHeader, maskUrl } from './mask.ts'
import type { Call, Text } from './request.ts'
import { expand, joinText, maskText, type Values } from './template.ts'

export type { ClientCredentials, SigningKey } from './client-auth.ts'

export type { Call, Text } from './request.ts'

export type BuildContext = {
  client?: ClientCredentials
  /** What `auth` means where the template leaves it out: `client` for token requests, `none` for API requests. */
  defaultAuth: 'client' | 'none'
  /** Epoch milliseconds, for assertions. */
  now: number
  randomBytes: RandomBytes
}

/** What a person may see of a request. */
export type MaskedRequest = { method: string; url: string; headers: Record<string, string>; body?: string }

/** How a call goes onto the wire. */
export type WireOptions = {
  /** Milliseconds for the whole exchange. */
  deadlineMs: number
  startBefore?: number
  /** Host patterns for calls that follow redirects; without them none is followed. */
  redirectsInside?: readonly string[]
  transport?: Transport
}

/**
 * Turns a template into a request. All names are checked first, so that one error lists every unknown or missing one;
 * then fields are expanded, the client or user is authenticated, and everything is encoded for its place.
 */
export async function buildCall(template: CallTemplate, values: Values, context: BuildContext): Promise<Call> {
  const parts = partsOf(template)
  checkNames(parts, values)
  const draft = await authenticate(expandParts(template, parts, values), template.auth, values, context)
  return renderDraft(draft)
}

/** The whole URL with its query, secrets opened. */
export function callUrl(call: Call): string {
  return writeUrl(call, joinText)
}

/** The request as a person may see it: tagged secrets and everything named like one show as `[redacted]`. */
export function maskCall(call: Call): MaskedRequest {
  const headers = call.headers.map(([name, value]): [string, string] => [name, maskHeader(name, maskText(value))])
  if (call.body) headers.push(['content-type', call.body.type])
  return {
    method: call.method,
    url: maskUrl(writeUrl(call, maskText)),
    headers: Object.fromEntries(headers),
    ...(call.body && { body: maskBody(maskText(call.body.text)) }),
  }
}

/** Opens every secret. The result must not be logged. */
export function toWire(call: Call, options: WireOptions): WireRequest {
  const { redirectsInside, ...rest } = options
  const headers = Object.fromEntries(call.headers.map(([name, value]) => [name, joinText(value)]))
  return {
    ...rest,
    method: call.method,
    url: callUrl(call),
    headers: { accept: 'application/json', ...headers, ...(call.body && { 'content-type': call.body.type }) },
    ...(call.body && { body: joinText(call.body.text) }),
    ...(call.redirects === 'inside_hosts' && redirectsInside && { redirectsInside }),
  }
}

function writeUrl(call: Call, write: (text: Text) => string): string {
  const query = call.query.map(([name, value]) => `${encodeQuery(name)}=${write(value)}`).join('&')
  return write(call.url) + (query && `?${query}`)
}

async function authenticate(
  draft: Draft,
  auth: CallTemplate['auth'],
  values: Values,
  context: BuildContext,
): Promise<Draft> {
  const kind = auth ?? context.defaultAuth
  if (kind === 'none') return draft
  if (typeof kind === 'object') return addHeader(draft, 'authorization', expand(kind.header, values, 'header'))
  if (kind === 'user') {
    const [userName, password] = [expand('{user_name}', values, 'plain'), expand('{password}', values, 'plain')]
    return authenticateUser(draft, joinText(userName), new Secret(joinText(password)))
  }
  if (!context.client) return draft
  const client = kind === 'client' ? context.client : { ...context.client, method: kind }
  return authenticateClient(draft, client, context)
}
