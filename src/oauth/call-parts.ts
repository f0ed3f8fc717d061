/**
 * The parts of a call template, in one shape whichever way they were written: a query inside the URL, a form as a table
 * or as text, JSON as a value or as text. Table and text are two views of the same value.
 */
import { EvergrantError, type Fault } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Text } from './request.ts'
import type { CallTemplate, Fields, Json, Template } from './call-template.ts'
import type { Draft, DraftBody, Named } from './draft.ts'
import { assertHeaderText, decodeForm } from './encode.ts'
import {
  assertNamed,
  expand,
  expandMembers,
  fieldName,
  holdsSecret,
  isAbsent,
  joinText,
  missingFault,
  nameFaults,
  templatesOf,
  unknownFault,
  type Place,
  type Values,
} from './template.ts'

type Field = { name: string; template: Template; optional: boolean }

export type CallParts = {
  url: Template
  query: Field[]
  headers: Field[]
  body?:
    | { kind: 'form'; fields: Field[] }
    | { kind: 'json'; json: { [key: string]: Json } }
    | { kind: 'text'; text: Template; place: Place }
  type?: string
}

/** RFC 9110 section 7.6.1 and the headers that the transport alone may write. */
const refusedHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Reads a template into its parts. Throws `invalid_template` for headers that may not be set and for a URL with fragment. */
export function partsOf(template: CallTemplate): CallParts {
  const [url, query] = splitOnce(template.url, '?')
  if (template.url.includes('#')) throw broken('url', 'a request URL has no fragment')
  const headers = fieldsOf(template.headers ?? {}).map((field) => ({ ...field, name: headerName(field.name) }))
  assertOnce(headers)
  const type = headers.find(({ name }) => name === 'content-type')?.template ?? textType(template.body)
  const body = template.body && bodyOf(template.body, type)
  return {
    url,
    query: [...pairsOf(query), ...fieldsOf(template.query ?? {})],
    headers: headers.filter(({ name }) => !(body && name === 'content-type')),
    ...(body && { body }),
    ...(body && type !== undefined && { type }),
  }
}

/** Every name of every part at once: unknown ones first, then those without a value in a field that must stay. */
export function checkNames(parts: CallParts, values: Values): void {
  const unknown: Fault[] = []
  const missing: Fault[] = []
  for (const { path, template, optional } of templatesIn(parts)) {
    const faults = nameFaults(template, values)
    unknown.push(...faults.unknown.map((name) => unknownFault(name, path)))
    if (!optional) missing.push(...faults.missing.map((name) => missingFault(name, path)))
  }
  assertNamed(unknown, missing, values)
}

/** Expands the parts; fields that drop out are gone. */
export function expandParts(template: CallTemplate, parts: CallParts, values: Values): Draft {
  const { url, query } = expandUrl(parts.url, values)
  const body = parts.body && expandBody(parts.body, values)
  const type = parts.type === undefined ? undefined : joinText(expand(parts.type, values, 'header'))
  return {
    method: template.method ?? 'POST',
    url,
    query: [...query, ...expandFields(parts.query, values, 'plain')],
    headers: expandFields(parts.headers, values, 'header'),
    ...(body && { body }),
    ...(type !== undefined && { type }),
    redirects: template.redirects ?? 'refuse',
  }
}

function templatesIn(parts: CallParts): { path: string; template: Template; optional: boolean }[] {
  const named = (where: string, fields: Field[]) =>
    fields.map(({ name, template, optional }) => ({ path: `${where}.${name}`, template, optional }))
  const { body } = parts
  return [
    { path: 'url', template: parts.url, optional: false },
    ...named('query', parts.query),
    ...named('headers', parts.headers),
    ...(body?.kind === 'form' ? named('body', body.fields) : []),
    ...(body?.kind === 'json' ? templatesOf(body.json, 'body') : []),
    ...(body?.kind === 'text' ? [{ path: 'body', template: body.text, optional: false }] : []),
  ]
}

function expandFields(fields: Field[], values: Values, place: Place): Named[] {
  return fields
    .filter(({ template, optional }) => !(optional && isAbsent(template, values)))
    .map(({ name, template }): Named => [name, expand(template, values, place)])
}

function expandBody(body: NonNullable<CallParts['body']>, values: Values): DraftBody {
  switch (body.kind) {
    case 'form':
      return { kind: 'form', fields: expandFields(body.fields, values, 'plain') }
    case 'json':
      return { kind: 'json', members: expandMembers(body.json, values) }
    case 'text':
      return { kind: 'text', text: expand(body.text, values, body.place) }
  }
}

/** A URL must be http(s) without user name; a query that came with a base URL value goes to the other parameters. */
function expandUrl(template: Template, values: Values): { url: Text; query: Named[] } {
  const text = expand(template, values, 'url')
  const clear = joinText(text)
  const parsed = URL.canParse(clear) ? new URL(clear) : undefined
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username || parsed.password) {
    throw new EvergrantError('invalid_value', {
      detail: 'the URL of the request is no http(s) URL',
      faults: [{ path: 'url', problem: 'is no http(s) URL' }],
    })
  }
  const [url, query] = splitOnce(clear, '?')
  if (query === '') return { url: text, query: [] }
  return {
    url: [holdsSecret(text) ? new Secret(url) : url],
    query: pairsOf(query).map(({ name, template }): Named => [
      name,
      [holdsSecret(text) ? new Secret(template) : template],
    ]),
  }
}

function fieldsOf(fields: Fields): Field[] {
  return Object.entries(fields).map(([key, template]) => ({
    name: fieldName(key),
    template,
    optional: key.endsWith('?'),
  }))
}

/** `a=b&c={d}` as fields. */
function pairsOf(text: string): Field[] {
  return text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [key, template] = splitOnce(pair, '=').map(decodeForm) as [string, string]
      return { name: fieldName(key), template, optional: key.endsWith('?') }
    })
}

function bodyOf(body: NonNullable<CallTemplate['body']>, type: string | undefined): CallParts['body'] {
  if ('form' in body) return { kind: 'form', fields: fieldsOf(body.form) }
  if ('json' in body) {
    if (isObject(body.json)) return { kind: 'json', json: body.json }
    return bodyOf({ text: JSON.stringify(body.json), type: 'application/json' }, 'application/json')
  }
  if (/x-www-form-urlencoded/i.test(type ?? '')) return { kind: 'form', fields: pairsOf(body.text) }
  if (!/[/+]json\b/i.test(type ?? '')) return { kind: 'text', text: body.text, place: 'plain' }
  const json = parsedObject(body.text)
  return json ? { kind: 'json', json } : { kind: 'text', text: body.text, place: 'json' }
}

/** A text without a type is a form if it reads like one, else JSON if it reads like that; JSON that is no object is text. */
function textType(body: CallTemplate['body']): string | undefined {
  if (body && 'json' in body && !isObject(body.json)) return 'application/json'
  if (!body || !('text' in body)) return undefined
  if (body.type !== undefined) return body.type
  if (/^[\w.?%+-]+=[^\s<]*$/.test(body.text)) return 'application/x-www-form-urlencoded'
  return parsedObject(body.text) ? 'application/json' : undefined
}

function parsedObject(text: string): { [key: string]: Json } | undefined {
  try {
    const json = JSON.parse(text) as Json
    return isObject(json) ? json : undefined
  } catch {
    return undefined // variables outside strings, or no JSON at all
  }
}

function isObject(json: Json): json is { [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

function headerName(name: string): string {
  const lower = name.toLowerCase()
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(lower)) throw broken(`headers.${name}`, 'this is no header name')
  if (refusedHeaders.has(lower)) throw broken(`headers.${name}`, 'this header is written by the transport alone')
  return lower
}

function assertOnce(headers: Field[]): void {
  const seen = new Set<string>()
  for (const { name, template } of headers) {
    if (seen.has(name)) throw broken(`headers.${name}`, 'this header stands there twice')
    assertHeaderText(template)
    seen.add(name)
  }
}

function splitOnce(text: string, separator: string): [before: string, after: string] {
  const index = text.indexOf(separator)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + separator.length)]
}

function broken(path: string, problem: string): EvergrantError {
  return new EvergrantError('invalid_template', {
    detail: `${path}: ${problem}`,
    remedy: 'correct the template at the place named in the message',
    faults: [{ path, problem }],
  })
}
