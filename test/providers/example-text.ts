/** Requests and answers as vendors print them, read into what can be compared. */
import type { WireRequest, WireResponse } from '../../src/deps.ts'

export const sentAt = Date.parse('2026-11-22T12:00:00Z')

/**
 * The parts of a request that servers compare: to the letter, but for the order of header fields, parameters and JSON
 * members. `Accept` is ours to add where the page names none.
 */
export function comparable(text: string) {
  const { line, headers, body } = partsOf(text)
  const [method = '', target = '', version] = line.split(' ')
  const [path, ...query] = target.split('?')
  delete headers['accept']
  return { line: [method, path, version].join(' '), query: fieldsOf(query.join('?')), headers, body: bodyOf(body) }
}

/** What goes over the wire, written as vendors print it. */
export function wireText(wire: WireRequest): string {
  const url = new URL(wire.url)
  const headers = Object.entries(wire.headers).map(([name, value]) => `${name}: ${value}`)
  // The text of the address as sent: the URL object would write it anew.
  const target = wire.url.slice(url.origin.length)
  return [`${wire.method} ${target} HTTP/1.1`, `Host: ${url.host}`, ...headers, '', wire.body ?? ''].join('\n')
}

/** An address for the browser: its parameters are compared as the server reads them, since pages rarely encode them. */
export function comparableAddress(text: string) {
  const [address, ...query] = text.trim().split('?')
  const parameters = [...new URLSearchParams(query.join('?'))].map(([name, value]) => `${name}=${value}`)
  return { address, parameters: parameters.sort() }
}

/** The parameters an answer brought to the redirect URI, in its query or its fragment. */
export function answerParameters(text: string): [string, string][] {
  const { search, hash } = new URL(text.trim())
  return [...new URLSearchParams(search), ...new URLSearchParams(hash.slice(1))]
}

export function readResponse(text: string): WireResponse {
  const { line, headers, body } = partsOf(text)
  return { status: Number(line.split(' ')[1]), headers, body, sentAt, sentAtMonotonic: 0, durationMs: 1 }
}

function partsOf(text: string): { line: string; headers: Record<string, string>; body: string } {
  const [head = '', ...rest] = text.split('\n\n')
  const [line = '', ...fields] = head.trimEnd().split('\n')
  const headers = fields.map((field): [string, string] => [
    field.slice(0, field.indexOf(':')).toLowerCase(),
    field.slice(field.indexOf(':') + 1).trim(),
  ])
  return { line, headers: Object.fromEntries(headers), body: rest.join('\n\n') }
}

function bodyOf(text: string): unknown {
  return /^\s*[{[]/.test(text) ? JSON.parse(text) : fieldsOf(text.trim())
}

function fieldsOf(text: string): string[] {
  return text.split('&').sort()
}
