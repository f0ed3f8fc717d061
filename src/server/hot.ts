/**
 * The token read before any framework: the exact spelling of the route, a key and no cookie, a token in memory. It
 * answers from a finished text in which only `expires_in` is filled, and leaves everything else, every error included,
 * to the routes. No statement, no lock, no log line, no object but the strings. The Host header is not checked here: a
 * page that got its name pointed at this machine has no key.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { token } from '../api/token.ts'
import type { Connections, HotEntry, ServedToken } from '../connections/connections.ts'
import type { Clock } from '../deps.ts'
import { allows, keyFrom, usable } from './keys.ts'
import type { Keys } from './keys.ts'
import { secondsLeft, tokenView } from './views.ts'

const prefix = '/v1/connections/'
const suffix = '/token'
const query = '?min_valid='

/** The two halves around `expires_in`, and the headers as a flat list whose last value is the length. */
type Finished = { served: ServedToken; head: string; tail: string; headers: string[] }

export type HotParts = {
  connections: Pick<Connections, 'peek'>
  keys: Pick<Keys, 'cached'>
  clock: Clock
  securityHeaders: Readonly<Record<string, string>>
  /** Requests of this listener are local: no key is needed. */
  local: boolean
  counted(): void
}

/** Gives true when the request was answered. */
export function createHot(parts: HotParts): (request: IncomingMessage, response: ServerResponse) => boolean {
  const { connections, keys, clock, local, counted } = parts
  const headerList = Object.entries({
    'content-type': 'application/json; charset=utf-8',
    ...parts.securityHeaders,
    'content-length': '0',
  }).flat()

  return (request, response) => {
    const url = request.url
    if (request.method !== 'GET' || url === undefined || !url.startsWith(prefix)) return false
    const nameEnd = url.indexOf('/', prefix.length)
    if (nameEnd < 0 || !url.startsWith(suffix, nameEnd)) return false
    const minValid = minValidOf(url, nameEnd + suffix.length)
    if (minValid === undefined || request.headers.cookie !== undefined) return false

    const name = url.slice(prefix.length, nameEnd)
    const now = clock.now()
    if (!local) {
      const key = keyFrom(request.headers)
      const entry = key === undefined ? undefined : keys.cached(key)
      if (entry === undefined || !usable(entry, now, request.socket.remoteAddress)) return false
      if (!allows(entry, 'token', name)) return false
      entry.reads++
      entry.lastUsedAt = now
    }
    const entry = connections.peek(name, now, minValid)
    if (entry === undefined) return false

    const { served, head, tail, headers } = finishedOf(entry, headerList)
    const text = served.expiresAt === undefined ? head + tail : head + secondsLeft(served.expiresAt, now) + tail
    headers[headers.length - 1] = String(text.length)
    counted()
    response.writeHead(200, headers)
    response.end(text, 'latin1')
    return true
  }
}

/** Seconds asked for: 60 without a query, undefined for any spelling but `?min_valid=` and up to 8 digits. */
function minValidOf(url: string, from: number): number | undefined {
  if (url.length === from) return 60
  const digits = from + query.length
  if (!url.startsWith(query, from) || url.length === digits || url.length > digits + 8) return undefined
  let value = 0
  for (let i = digits; i < url.length; i++) {
    const digit = url.charCodeAt(i) - 48
    if (digit < 0 || digit > 9) return undefined
    value = value * 10 + digit
  }
  return value > 31_536_000 ? undefined : value
}

/** `slot` is ours alone, so what stands in it is what was put there. */
function finishedOf(entry: HotEntry, headerList: readonly string[]): Finished {
  const kept = entry.slot as Finished | undefined
  if (kept !== undefined && kept.served === entry.served) return kept
  const finished = { served: entry.served, ...halves(entry.served), headers: [...headerList] }
  entry.slot = finished
  return finished
}

/** The same text as the route gives, by the same view and schema, cut where `expires_in` stands. */
function halves(served: ServedToken): { head: string; tail: string } {
  const { access_token, token_type, expires_in, ...rest } = token.parse(tokenView(served, 0))
  const head = asciiJson({ access_token, token_type })
  const tail = asciiJson(rest)
  if (expires_in === undefined) return { head: `${head.slice(0, -1)},`, tail: tail.slice(1) }
  return { head: `${head.slice(0, -1)},"expires_in":`, tail: `,${tail.slice(1)}` }
}

/** JSON in ASCII alone, so that its latin1 bytes are its UTF-8 bytes and its length is its size. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
