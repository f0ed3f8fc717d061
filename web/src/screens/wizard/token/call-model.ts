/**
 * A request of a definition while it is edited: where it stands, what a connection makes different of it, and its fields
 * as a table or as text. Pure; nothing is judged here, the server says what does not fit.
 */
import { mergePatch } from '../../../server/merge-patch.ts'
import { at, isTree, withAt, type Tree } from '../tree.ts'

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type Fields = Record<string, string>
export type Take = string | { at: string[]; unit?: string; [rest: string]: Json | undefined }
export type Body = { form?: Fields; json?: Json; text?: string; type?: string }
export type Call = {
  url?: string
  method?: string
  auth?: string | { header: string }
  headers?: Fields
  query?: Fields
  body?: Body
  take?: Record<string, Take>
  [rest: string]: unknown
}

export function placeOf(way: string, which: 'token' | 'renewal'): string[] {
  return which === 'token' ? ['ways', way, 'token'] : ['ways', way, 'renewal', 'call']
}

/** The request as it stands with the overrides of a draft; undefined where there is none. */
export function callAt(definition: unknown, overrides: unknown, path: readonly string[]): Call | undefined {
  const base = at(definition, path)
  const own = at(overrides, path)
  const call = own === undefined ? base : mergePatch(base, own)
  return isTree(call) ? call : undefined
}

/** The overrides with what makes `next` of the definition's own at that path. */
export function overridesWith(
  definition: unknown,
  overrides: unknown,
  path: readonly string[],
  next: unknown,
): unknown {
  return withAt(overrides, path, differenceOf(at(definition, path), next)) ?? {}
}

/** RFC 7396: the patch that makes `to` of `from`; undefined if they are the same. */
export function differenceOf(from: unknown, to: unknown): unknown {
  if (!isTree(from) || !isTree(to)) return JSON.stringify(from) === JSON.stringify(to) ? undefined : (to ?? null)
  const patch: Tree = {}
  for (const name of Object.keys(from)) if (to[name] === undefined) patch[name] = null
  for (const [name, value] of Object.entries(to)) {
    const changed = value === undefined ? undefined : differenceOf(from[name], value)
    if (changed !== undefined) patch[name] = changed
  }
  return Object.keys(patch).length === 0 ? undefined : patch
}

/** `a=b&c={d}`: variables stay as they are, what would be read otherwise is encoded. */
export function fieldsToText(fields: Fields): string {
  const encode = (text: string) => text.replaceAll(/[%&+=#\n]/g, encodeURIComponent).replaceAll(' ', '+')
  return Object.entries(fields)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
}

/** The same value back; a sentence where it is none. */
export function textToFields(text: string): { fields: Fields } | { fault: string } {
  const fields: Fields = {}
  for (const pair of text.trim().split('&')) {
    if (pair === '') continue
    const index = pair.indexOf('=')
    const [name, value] = [index < 0 ? pair : pair.slice(0, index), index < 0 ? '' : pair.slice(index + 1)].map(decoded)
    if (name === undefined || value === undefined) return { fault: `“${pair}” is not encoded as a form is.` }
    if (Object.hasOwn(fields, name)) return { fault: `${name} stands there twice.` }
    fields[name] = value
  }
  return { fields }
}

/** A header a line. */
export function headersToText(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')
}

export function textToHeaders(text: string): { fields: Fields } | { fault: string } {
  const fields: Fields = {}
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const [, name, value] = /^\s*([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) return { fault: `“${line}” has no name before a colon.` }
    if (Object.hasOwn(fields, name)) return { fault: `${name} stands there twice.` }
    fields[name] = value
  }
  return { fields }
}

export function jsonToText(json: Json): string {
  return JSON.stringify(json, undefined, 2)
}

export function textToJson(text: string): { json: Json } | { fault: string } {
  try {
    return { json: JSON.parse(text) as Json }
  } catch (error) {
    return { fault: `This is no JSON: ${error instanceof Error ? error.message : 'it cannot be read'}` }
  }
}

/** A member of a JSON object as a line: text as it is, anything else as JSON; text that looks like that in quotes. */
export function memberToLine(value: Json): string {
  return typeof value === 'string' && !('json' in textToJson(value)) ? value : JSON.stringify(value)
}

export function lineToMember(line: string): Json {
  const read = textToJson(line)
  return 'json' in read ? read.json : line
}

/** The fields of a body where they can stand in a table. */
export function tableOf(body: Body | undefined): Fields | undefined {
  if (body?.form !== undefined) return body.form
  if (isTree(body?.json))
    return Object.fromEntries(Object.entries(body.json).map(([name, value]) => [name, memberToLine(value)]))
  return undefined
}

export function bodyWith(body: Body | undefined, fields: Fields): Body {
  if (body?.json !== undefined)
    return { json: Object.fromEntries(Object.entries(fields).map(([name, line]) => [name, lineToMember(line)])) }
  return { form: fields }
}

/** The same fields in another kind of body. */
export function bodyAs(body: Body | undefined, kind: string): Body | undefined {
  const fields = tableOf(body) ?? {}
  if (kind === 'form') return { form: fields }
  if (kind === 'json') return bodyWith({ json: {} }, fields)
  if (kind === 'text') return { text: body?.json === undefined ? fieldsToText(fields) : jsonToText(body.json) }
  return undefined
}

export function kindOf(body: Body | undefined): 'form' | 'json' | 'text' | 'none' {
  if (body?.form !== undefined) return 'form'
  if (body?.json !== undefined) return 'json'
  return body?.text === undefined ? 'none' : 'text'
}

/** The grant type, wherever this request has it. */
export function grantTypeOf(call: Call): string | undefined {
  return tableOf(call.body)?.['grant_type'] ?? call.query?.['grant_type']
}

export function withGrantType(call: Call, value: string): Call {
  if (call.query?.['grant_type'] !== undefined) return { ...call, query: { ...call.query, grant_type: value } }
  return { ...call, body: bodyWith(call.body, { ...tableOf(call.body), grant_type: value }) }
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
