/** How a request proves its client: what it shows, and whether it may show that (RFC 6749 section 2.3). */
import { decodeProtectedHeader } from 'jose'
import type { ClientAuthMethod, Fields, Json } from '../../oauth/call-template.ts'
import { assertionType, decodeForm } from '../client-authentication.ts'
import type { Parameters, Received } from './received.ts'
import { methodsOf, type Site } from './sites.ts'
import type { ShapeFault } from './shape.ts'

export type Proof = {
  method: ClientAuthMethod | 'user'
  id?: string
  secret?: string
  assertion?: string
  /** Parameters that belong to the proof and not to the call. */
  parameters: readonly string[]
}

/** What is shown beside the fields of the call itself; undefined if that is nothing, `undefined` id where none is named. */
export function proofOf(request: Received, site: Site): Proof | undefined {
  const shown = everyProof(request, site)
  return shown.length === 1 ? shown[0] : undefined
}

export function proofFaults(request: Received, site: Site, proof: Proof | undefined): ShapeFault[] {
  const shown = everyProof(request, site)
  if (shown.length > 1)
    return [
      fault('invalid_request', `more than one client authentication: ${shown.map((one) => one.method).join(', ')}`),
    ]
  if (site.auth === 'user')
    return proof?.method === 'user' ? [] : [fault('invalid_client', 'user name and password belong into HTTP Basic')]
  if (typeof site.auth === 'object') return []
  const methods = methodsOf(site)
  if (site.auth === 'none' || ownProof(site)) {
    return proof === undefined || proof.method === 'none'
      ? []
      : [fault('invalid_client', `this request takes no client authentication, and shows ${proof.method}`)]
  }
  if (proof === undefined) {
    // A public client may be named by a field of the call, or not at all.
    return methods.includes('none')
      ? []
      : [fault('invalid_client', `no client authentication; ${methods.join(' or ')} is taken`)]
  }
  const method = proof.method === 'none' && methods.includes('tls_client_auth') ? 'tls_client_auth' : proof.method
  if ((methods as readonly string[]).includes(method)) return []
  return [fault('invalid_client', `${proof.method} is not taken here; ${methods.join(' or ')} is`)]
}

/** Whether the call's own fields carry the secret or an assertion: then there is no second proof beside it. */
function ownProof({ call, client }: Site): boolean {
  const names = [...parametersOf(call.query), ...(call.body && 'form' in call.body ? parametersOf(call.body.form) : [])]
  if (call.body && 'json' in call.body && isObject(call.body.json)) names.push(...Object.keys(call.body.json))
  const headers = Object.keys(call.headers ?? {}).map((name) => name.toLowerCase())
  return (
    names.includes(client.secret?.param ?? 'client_secret') ||
    names.includes('client_assertion') ||
    headers.some((name) => name.startsWith('authorization'))
  )
}

function everyProof(request: Received, site: Site): Proof[] {
  const { call, client } = site
  const [idName, secretName] = [client.id?.param ?? 'client_id', client.secret?.param ?? 'client_secret']
  const own = new Set([
    ...parametersOf(call.query),
    ...new URL(asUrl(call.url)).searchParams.keys(),
    ...bodyNames(call.body),
  ])
  const inBody = bodyParameters(request).filter(([name]) => !own.has(name))
  const inQuery = request.query.filter(([name]) => !own.has(name))
  const shown: Proof[] = []

  const basic = typeof site.auth === 'object' || ownHeader(call.headers) ? undefined : request.headers['authorization']
  if (basic !== undefined) shown.push(readBasic(basic, site))
  const assertion = value(inBody, 'client_assertion')
  if (assertion !== undefined && value(inBody, 'client_assertion_type') === assertionType)
    shown.push({
      method: isSymmetric(assertion) ? 'client_secret_jwt' : 'private_key_jwt',
      ...named(value(inBody, idName)),
      assertion,
      parameters: [idName, 'client_assertion', 'client_assertion_type'],
    })
  const secretInBody = value(inBody, secretName)
  if (secretInBody !== undefined)
    shown.push({
      method: 'client_secret_post',
      ...named(value(inBody, idName)),
      secret: secretInBody,
      parameters: [idName, secretName],
    })
  const secretInQuery = value(inQuery, secretName)
  if (secretInQuery !== undefined) {
    // Where a request has no body, the query is the place for what would stand in it.
    const bodiless = (call.method === 'GET' || call.method === 'DELETE') && !methodsOf(site).includes('query')
    shown.push({
      method: bodiless ? 'client_secret_post' : 'query',
      ...named(value(inQuery, idName)),
      secret: secretInQuery,
      parameters: [idName, secretName],
    })
  }
  const alone = value(inBody, idName) ?? value(inQuery, idName)
  if (shown.length === 0 && alone !== undefined) shown.push({ method: 'none', id: alone, parameters: [idName] })
  return shown
}

/** RFC 6749 section 2.3.1: form-encoded inside Basic, unless the service compares the raw text. */
function readBasic(header: string, { client, auth }: Site): Proof {
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/.exec(header)?.[1]
  if (encoded === undefined) return { method: auth === 'user' ? 'user' : 'client_secret_basic', parameters: [] }
  const text = Buffer.from(encoded, 'base64').toString()
  const cut = text.indexOf(':')
  const [id, secret] = [text.slice(0, cut), text.slice(cut + 1)]
  if (auth === 'user') return { method: 'user', id, secret, parameters: [] }
  const read = client.rawBasic ? (part: string) => part : decodeForm
  return { method: 'client_secret_basic', id: read(id), secret: read(secret), parameters: [] }
}

function bodyParameters({ body }: Received): Parameters {
  if (body.kind === 'form') return body.fields
  if (body.kind !== 'json' || !isObject(body.value)) return []
  return Object.entries(body.value).flatMap(([name, item]) => (typeof item === 'string' ? [[name, item] as const] : []))
}

function bodyNames(body: Site['call']['body']): string[] {
  if (!body) return []
  if ('form' in body) return parametersOf(body.form)
  if ('json' in body) return isObject(body.json) ? parametersOf(body.json) : []
  return [...body.text.matchAll(/(?:^|&)([\w.-]+)\??=|"([\w.-]+)\??"\s*:/g)].map((found) => found[1] ?? found[2] ?? '')
}

const parametersOf = (fields: Fields | { [key: string]: Json } | undefined): string[] =>
  Object.keys(fields ?? {}).map((name) => name.replace(/\?$/, ''))

const ownHeader = (headers: Fields | undefined): boolean =>
  Object.keys(headers ?? {}).some((name) => name.replace(/\?$/, '').toLowerCase() === 'authorization')

const value = (parameters: Parameters, name: string): string | undefined =>
  parameters.find(([one]) => one === name)?.[1]

const named = (id: string | undefined): { id?: string } => (id === undefined ? {} : { id })

const fault = (error: ShapeFault['error'], says: string): ShapeFault => ({ error, says })

function isObject(item: unknown): item is Record<string, Json> {
  return typeof item === 'object' && item !== null && !Array.isArray(item)
}

function isSymmetric(assertion: string): boolean {
  try {
    return decodeProtectedHeader(assertion).alg?.startsWith('HS') ?? false
  } catch {
    return false
  }
}

/** A template as an address that can be parsed, for its query alone. */
function asUrl(template: string): string {
  const cut = template.indexOf('?')
  return `http://x/${cut < 0 ? '' : template.slice(cut)}`
}
