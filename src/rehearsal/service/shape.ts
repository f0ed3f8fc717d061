/**
 * Whether a request has the shape of a call: method, address, encoding, fields, headers and client authentication.
 * What its values mean is looked at later. All faults are told, the first one decides the error.
 */
import type { CallTemplate, Fields, Json } from '../../oauth/call-template.ts'
import { describe, matchJson, matchText, merge, namesIn, type Captured } from './pattern.ts'
import { proofFaults, proofOf, type Proof } from './proof.ts'
import type { Parameters, Received } from './received.ts'
import type { Site } from './sites.ts'
import { toRehearsal, type Stage } from './address.ts'

export type ShapeFault = { error: 'invalid_request' | 'invalid_client'; says: string }

export type Shaped = { site: Site; captured: Captured; proof: Proof | undefined; faults: ShapeFault[] }

/** Undefined where the address is another one. */
export function shapeOf(request: Received, site: Site, stage: Stage): Shaped | undefined {
  const { path, query } = splitUrl(site.call.url)
  const where = matchPath(path, request.path, stage)
  if (!where) return undefined
  const faults: ShapeFault[] = []
  const complain = (says: string): void => void faults.push({ error: 'invalid_request', says })
  const method = site.call.method ?? 'POST'
  if (request.method !== method) complain(`this takes ${method}, not ${request.method}`)
  const proof = proofOf(request, site)
  faults.push(...proofFaults(request, site, proof))
  const extra = new Set(site.auth === 'none' || typeof site.auth === 'object' ? [] : proof?.parameters)
  const captured = [
    where,
    matchFields('the query', { ...query, ...site.call.query }, request.query, complain, extra),
    matchBody(site.call.body, request, complain, extra),
    matchHeaders(site, request, complain),
  ]
  const joined = merge(captured)
  if (!joined) complain('the request names one thing in two ways')
  return { site, captured: joined ?? {}, proof, faults }
}

/** Fields by name: fixed parts equal, nothing missing, nothing twice, nothing that is not known. */
export function matchFields(
  place: string,
  fields: Fields,
  given: Parameters,
  complain: (says: string) => void,
  extra: ReadonlySet<string> = new Set(),
): Captured {
  const found: Captured[] = []
  const names = new Set<string>()
  for (const [key, template] of Object.entries(fields)) {
    const name = key.replace(/\?$/, '')
    names.add(name)
    const values = given.filter(([one]) => one === name).map(([, value]) => value)
    if (values.length > 1) complain(`${name} stands twice in ${place}`)
    if (values[0] === undefined) {
      if (!key.endsWith('?')) complain(`${name} is missing in ${place}`)
      continue
    }
    const captured = matchText(template, values[0])
    if (!captured) complain(`${name} in ${place} is not ${describe(template)}`)
    else found.push(captured)
  }
  for (const [name] of given) if (!names.has(name) && !extra.has(name)) complain(`${name} is not known in ${place}`)
  const joined = merge(found)
  if (!joined) complain(`${place} names one thing in two ways`)
  return joined ?? {}
}

/** The address without its query, and the query as fields. */
export function splitUrl(url: string): { path: string; query: Fields } {
  const cut = url.indexOf('?')
  if (cut < 0) return { path: url, query: {} }
  return { path: url.slice(0, cut), query: Object.fromEntries(new URLSearchParams(url.slice(cut + 1))) }
}

export function matchPath(template: string, path: string, stage: Stage): Captured | undefined {
  const turned = toRehearsal(template, stage)
  // An address that begins with a value is one that was handed out here, or typed by a person who read it here.
  if (turned !== template) return matchText(turned, stage.origin + path, 'path')
  return path.startsWith(`/${stage.id}/`) ? matchText(template, stage.origin + path, 'path') : undefined
}

function matchBody(
  body: CallTemplate['body'],
  request: Received,
  complain: (says: string) => void,
  extra: ReadonlySet<string>,
): Captured {
  const given = request.body
  if (given.kind === 'broken') complain(given.problem)
  const wanted = kindOf(body)
  // A call without a body may still carry the client's own parameters in a form.
  if (wanted.kind === 'none') {
    if (given.kind === 'form') return matchFields('the body', {}, given.fields, complain, extra)
    if (given.kind !== 'none') complain('no body is expected')
    return {}
  }
  if (wanted.kind !== given.kind) {
    if (given.kind !== 'broken') complain(`the body is to be ${words[wanted.kind]}, and is ${words[given.kind]}`)
    return {}
  }
  switch (given.kind) {
    case 'form':
      return matchFields('the body', (wanted as { fields: Fields }).fields, given.fields, complain, extra)
    case 'json':
      return matchJson((wanted as { json: Json }).json, given.value, complain, extra)
    case 'text': {
      const captured = matchText((wanted as { text: string }).text, given.text)
      if (!captured) complain('the body does not have the form of the text')
      return captured ?? {}
    }
    default:
      return {}
  }
}

const words = { none: 'absent', form: 'a form', json: 'JSON', text: 'text', broken: 'broken' } as const

type Wanted =
  { kind: 'none' } | { kind: 'form'; fields: Fields } | { kind: 'json'; json: Json } | { kind: 'text'; text: string }

/** A text that is a form or JSON by its type, or by how it reads, is held against as such: order and space mean nothing there. */
function kindOf(body: CallTemplate['body']): Wanted {
  if (!body) return { kind: 'none' }
  if ('form' in body) return { kind: 'form', fields: body.form }
  if ('json' in body) return { kind: 'json', json: body.json }
  const type = body.type ?? (/^[\w.?%+-]+=[^\s<]*$/.test(body.text) ? 'application/x-www-form-urlencoded' : '')
  if (type.includes('x-www-form-urlencoded'))
    return { kind: 'form', fields: Object.fromEntries(new URLSearchParams(body.text)) }
  if (type === '' || /[/+]json/.test(type)) {
    try {
      return { kind: 'json', json: JSON.parse(body.text) as Json }
    } catch {
      // Variables outside strings: compared as text.
    }
  }
  return { kind: 'text', text: body.text }
}

function matchHeaders({ call, auth }: Site, request: Received, complain: (says: string) => void): Captured {
  const fields: Fields = { ...call.headers, ...(typeof auth === 'object' && { authorization: auth.header }) }
  const found: Captured[] = []
  for (const [key, template] of Object.entries(fields)) {
    const name = key.replace(/\?$/, '').toLowerCase()
    const value = request.headers[name]
    if (value === undefined) {
      // RFC 9110 section 12.5.1: without Accept anything is taken.
      if (!key.endsWith('?') && name !== 'accept') complain(`the header ${name} is missing`)
      continue
    }
    const captured = matchText(template, value)
    if (!captured && !(name === 'content-type' && namesIn(template).length === 0))
      complain(`the header ${name} is not ${describe(template)}`)
    found.push(captured ?? {})
  }
  return merge(found) ?? {}
}
