/** Bodies of answers: what they are is decided by their content, since content types are often wrong. */
import type { WireResponse } from '../deps.ts'
import { decodeForm } from './encode.ts'
import { keyLimit, parseJson, type JsonFault } from './json.ts'

export type Body =
  | { kind: 'json' | 'form'; value: unknown }
  | { kind: 'empty' | 'text' }
  /** `title` is the page's, the only thing of a page worth showing. */
  | { kind: 'html'; title?: string }
  | { kind: 'broken'; fault: JsonFault }

/** Reads a body. Never throws. */
export function readBody(response: Pick<WireResponse, 'body'>): Body {
  const text = response.body.replace(/^\ufeff/, '').trim()
  if (text === '') return { kind: 'empty' }
  const json = parseJson(text)
  if (json.ok) return { kind: 'json', value: json.value }
  if (json.fault !== 'not_json') return { kind: 'broken', fault: json.fault }
  if (text.startsWith('<')) return { kind: 'html', ...titleOf(text) }
  if (text.startsWith('{') || text.startsWith('[')) return { kind: 'broken', fault: 'not_json' }
  return /^[\w.~%+*-]+=[^\s<>{}]*$/.test(text) ? parseForm(text) : { kind: 'text' }
}

/** The value of a JSON or form body; undefined where there is none to look into. Never throws. */
export function parseBody(response: Pick<WireResponse, 'body'>): unknown {
  const body = readBody(response)
  return 'value' in body ? body.value : undefined
}

/** The value at a dotted path; list indexes are numbers (`data.0.id`), the empty path is the body itself. */
export function lookUp(body: unknown, path: string): unknown {
  if (path === '') return body
  // A name may hold a dot itself (`odata.error`).
  if (isHolder(body) && Object.hasOwn(body, path)) return body[path]
  let current = body
  for (const name of path.split('.')) {
    if (!isHolder(current) || !Object.hasOwn(current, name)) return undefined
    current = current[name]
  }
  return current
}

/** A scalar as text: strings, numbers and booleans; nothing else. */
export function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function parseForm(text: string): Body {
  const fields = Object.create(null) as Record<string, string> // an empty object of no prototype
  let count = 0
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const index = pair.indexOf('=')
    const name = decodeForm(index < 0 ? pair : pair.slice(0, index))
    if (name in fields) return { kind: 'broken', fault: 'duplicate_key' }
    if (++count > keyLimit) return { kind: 'broken', fault: 'too_many_keys' }
    fields[name] = index < 0 ? '' : decodeForm(pair.slice(index + 1))
  }
  return { kind: 'form', value: fields }
}

function titleOf(html: string): { title?: string } {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(html.slice(0, 20_000))?.[1]?.trim()
  return title ? { title } : {}
}
