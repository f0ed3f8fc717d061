/**
 * `{name}` expansion: one pass, no expressions, encoded for the place the value stands in. What a value contains is
 * never read as a template again.
 */
import { EvergrantError, type Fault } from '../errors.ts'
import { Secret, open } from '../secret.ts'
import type { Text } from './request.ts'
import type { Json, Template } from './call-template.ts'
import { assertHeaderText, encodeAuthority, encodeBase, encodeForm, encodeQuery, encodeSegment } from './encode.ts'

/** A key that is present with `undefined` is a known name without a value; an absent key is an unknown name. */
export type Values = Readonly<Record<string, string | Secret | readonly string[] | undefined>>

/**
 * Where the expanded text will stand. Only values are encoded; the template's own text is taken as written for that
 * place. `json` is the inside of a JSON string.
 */
export type Place = 'url' | 'query' | 'form' | 'json' | 'header' | 'plain'

const variable = /\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g

/** Templates are few and are asked about with every request; a person who types one makes some more. */
const read = new Map<Template, readonly string[]>()

/** The names a template uses, each once, in order of appearance. */
export function variablesOf(template: Template): readonly string[] {
  let names = read.get(template)
  if (names === undefined) {
    names = [...new Set(Array.from(template.matchAll(variable), (match) => match[1]!))]
    if (read.size >= 2000) read.clear()
    read.set(template, names)
  }
  return names
}

/** What is wrong with the names of a template, before anything is expanded. */
export function nameFaults(template: Template, values: Values): { unknown: string[]; missing: string[] } {
  const names = variablesOf(template)
  return {
    unknown: names.filter((name) => !Object.hasOwn(values, name)),
    missing: names.filter((name) => Object.hasOwn(values, name) && values[name] === undefined),
  }
}

/** True where an optional field drops out: a name without a value, or only empty ones (`scope=` upsets servers). */
export function isAbsent(template: Template, values: Values): boolean {
  const names = variablesOf(template)
  return names.some((name) => Object.hasOwn(values, name) && isEmpty(values[name]))
}

/** One pass over a template. Throws `invalid_template` for unknown names and `missing_value` for missing ones. */
export function expand(template: Template, values: Values, place: Place): Text {
  assertNames(template, values)
  const parts: (string | Secret)[] = []
  let end = 0
  for (const match of template.matchAll(variable)) {
    const before = template.slice(0, match.index)
    if (match.index > end) parts.push(template.slice(end, match.index))
    end = match.index + match[0].length
    parts.push(encodeValue(match[1]!, values[match[1]!]!, place, before, template.slice(end)))
  }
  if (end < template.length) parts.push(template.slice(end))
  if (place === 'header') for (const part of parts) assertHeaderText(open(part))
  return parts
}

/**
 * A JSON value with its strings expanded, as text. A string that is exactly one list variable (`"{scopes}"`) becomes
 * an array; object keys that end in `?` drop out when their value names something missing.
 */
export function expandJson(json: Json, values: Values): Text {
  if (typeof json === 'string') {
    const list = listNamed(json, values)
    if (list) return [JSON.stringify(list)]
    const literalSafe = expandEachPart(json, values, (text) => JSON.stringify(text).slice(1, -1))
    return ['"', ...literalSafe, '"']
  }
  if (Array.isArray(json))
    return wrap(
      '[',
      json.map((item) => expandJson(item, values)),
      ']',
    )
  if (json === null || typeof json !== 'object') return [JSON.stringify(json)]
  const members = expandMembers(json, values).map(([name, text]): Text => [`${JSON.stringify(name)}:`, ...text])
  return wrap('{', members, '}')
}

/** The members of a JSON object that stay, each value rendered as JSON text. */
export function expandMembers(json: { [key: string]: Json }, values: Values): [name: string, value: Text][] {
  return Object.entries(json)
    .filter(([key, item]) => !(key.endsWith('?') && isJsonAbsent(item, values)))
    .map(([key, item]) => [fieldName(key), expandJson(item, values)])
}

/** The same tree as a plain value with secrets opened, for JWT claims. */
export function expandClaims(claims: Record<string, Json>, values: Values): Record<string, unknown> {
  return JSON.parse(joinText(expandJson(claims, values))) as Record<string, unknown> // an object went in
}

/** Every template inside a JSON value, with where it stands and whether it may drop out. */
export function templatesOf(
  json: Json,
  path = '',
  optional = false,
): { path: string; template: Template; optional: boolean }[] {
  if (typeof json === 'string') return [{ path, template: json, optional }]
  if (json === null || typeof json !== 'object') return []
  return Object.entries(json).flatMap(([key, item]) =>
    templatesOf(item, path ? `${path}.${fieldName(key)}` : fieldName(key), optional || key.endsWith('?')),
  )
}

/** The name of a field without the mark of being optional. */
export function fieldName(key: string): string {
  return key.endsWith('?') ? key.slice(0, -1) : key
}

/** The clear text: opens secrets. For the wire only. */
export function joinText(text: Text): string {
  return text.map(open).join('')
}

/** The clear text of one value: opens a secret. None of a list, or where there is nothing. */
export function clearText(value: Values[string]): string | undefined {
  return typeof value === 'string' || value instanceof Secret ? open(value) : undefined
}

/** The text with every secret shown as `[redacted]`. */
export function maskText(text: Text): string {
  return text.map(String).join('')
}

export function holdsSecret(text: Text): boolean {
  return text.some((part) => part instanceof Secret)
}

/** Applies an encoding to every part; secrets stay secrets. */
export function mapText(text: Text, encode: (part: string) => string): Text {
  return text.map((part) => (typeof part === 'string' ? encode(part) : new Secret(encode(part.open()))))
}

/** The error for names that are unknown or have no value, all faults at once. Nothing happens if there are none. */
export function assertNamed(unknown: readonly Fault[], missing: readonly Fault[], values: Values): void {
  if (unknown.length > 0) {
    const known = Object.keys(values).sort().join(', ')
    const names = unknown.map((fault) => fault.problem).join('; ')
    throw new EvergrantError('invalid_template', {
      detail: `${names}; known are: ${known || 'none'}`,
      remedy: `use one of: ${known || 'none'}`,
      faults: [...unknown, ...missing],
    })
  }
  if (missing.length > 0) {
    throw new EvergrantError('missing_value', {
      detail: missing.map((fault) => fault.problem).join('; '),
      faults: missing,
    })
  }
}

/** Faults as `assertNamed` wants them. */
export function unknownFault(name: string, path: string): Fault {
  return { path: path || name, problem: `unknown variable {${name}}${path ? ` in ${path}` : ''}` }
}
export function missingFault(name: string, path: string): Fault {
  return {
    path: path || name,
    problem: `no value for {${name}}${path ? `, needed by ${path}` : ''}`,
    remedy: `give ${name}`,
  }
}

/** What such a fault is about; its path says where it is needed. */
export function nameMissing({ path, problem }: Fault): string {
  return /^no value for \{([\w.-]+)\}/.exec(problem)?.[1] ?? path
}

function assertNames(template: Template, values: Values): void {
  const { unknown, missing } = nameFaults(template, values)
  assertNamed(
    unknown.map((name) => unknownFault(name, '')),
    missing.map((name) => missingFault(name, '')),
    values,
  )
}

function encodeValue(
  name: string,
  value: string | Secret | readonly string[],
  place: Place,
  before: string,
  after: string,
): string | Secret {
  const clear = Array.isArray(value) ? value.join(' ') : open(value as string | Secret) // arrays are handled left of it
  const encoded = encodeFor(name, clear, place, before, after)
  return value instanceof Secret ? new Secret(encoded) : encoded
}

function encodeFor(name: string, clear: string, place: Place, before: string, after: string): string {
  switch (place) {
    case 'plain':
    case 'header':
      return clear
    case 'json':
      return JSON.stringify(clear).slice(1, -1)
    case 'form':
      return encodeForm(clear)
    case 'query':
      return encodeQuery(clear)
    case 'url':
      if (before === '') return encodeBase(name, clear, after)
      if (before.includes('?')) return encodeQuery(clear)
      // The authority ends at the first slash after `//`; a base URL variable in front has ended it already.
      if (/^[a-z]+:\/\/[^/]*$/i.test(before)) return encodeAuthority(name, clear)
      return encodeSegment(name, clear)
  }
}

function expandEachPart(template: Template, values: Values, encode: (part: string) => string): Text {
  return mapText(expand(template, values, 'plain'), encode)
}

/** The list behind a template that is exactly one variable, if its value is a list. */
function listNamed(template: Template, values: Values): readonly string[] | undefined {
  const name = /^\{([A-Za-z_][A-Za-z0-9_.-]*)\}$/.exec(template)?.[1]
  const value = name !== undefined && Object.hasOwn(values, name) ? values[name] : undefined
  return Array.isArray(value) ? value : undefined
}

function isJsonAbsent(json: Json, values: Values): boolean {
  return templatesOf(json).some(({ template, optional }) => !optional && isAbsent(template, values))
}

function isEmpty(value: Values[string]): boolean {
  return value === undefined || (value instanceof Secret ? value.open() : value).length === 0
}

function wrap(opening: string, items: readonly Text[], closing: string): Text {
  return [opening, ...items.flatMap((item, index) => (index === 0 ? [...item] : [',', ...item])), closing]
}
