/**
 * The token read before any framework: the exact spelling of the route, a key and no cookie, a token that is good. It
 * answers from a finished text in which only `expires_in` is filled, and leaves everything else, every error included,
 * to the routes. From memory: no statement, no lock, no log line, no object but the strings; else one statement and the
 * opening of one seal. The Host header is not checked here: a page that got its name pointed at this machine has no key.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Connections, HotEntry, Wanted } from '../connections/connections.ts'
import type { Clock } from '../deps.ts'
import { halves } from './answers.ts'
import { allows, digestOf, keyFrom, usable } from './keys.ts'
import type { KeyEntry, Keys } from './keys.ts'
import type { Hot, Routing } from './listener.ts'
import { secondsLeft } from './views.ts'

const prefix = '/v1/connections/'
const suffix = '/token'
const query = '?min_valid='

/** The two halves around `expires_in`, and the headers as a flat list whose last value is the length. */
type Finished = { head: string; tail: string; headers: string[] }

type Missed = Wanted & {
  request: IncomingMessage
  response: ServerResponse
  routing: Routing
  key: KeyEntry | undefined
}

export type HotParts = {
  connections: Pick<Connections, 'peek' | 'fetch'>
  keys: Pick<Keys, 'cached'>
  clock: Clock
  securityHeaders: Readonly<Record<string, string>>
  /** Requests of this listener are local: no key is needed. */
  local: boolean
  /** Told of every token; `key` is undefined for a local caller. */
  handed(key: KeyEntry | undefined, entry: HotEntry, address: string | undefined, now: number): void
}

export function createHot(parts: HotParts): Hot {
  const { connections, keys, clock, local, handed } = parts
  const headerList = Object.entries({
    'content-type': 'application/json; charset=utf-8',
    ...parts.securityHeaders,
    'content-length': '0',
  }).flat()

  let missed: Missed[] = []

  /** What a connection carried last: jobs send the same key again, and its digest costs a twentieth of a read. */
  const carried = new WeakMap<Socket, { given: string; digest: string }>()

  function digestFor(socket: Socket, given: string): string {
    const before = carried.get(socket)
    if (before?.given === given) return before.digest
    const digest = digestOf(given)
    carried.set(socket, { given, digest })
    return digest
  }

  function answer(response: ServerResponse, entry: HotEntry, now: number): void {
    const { head, tail, headers } = finishedOf(entry, headerList)
    const text = entry.endsAt === undefined ? head : head + secondsLeft(entry.endsAt, now) + tail
    headers[headers.length - 1] = String(text.length)
    response.writeHead(200, headers)
    response.end(text, 'latin1')
  }

  return (request, response, routing) => {
    const asked = askedFor(request)
    if (asked === undefined) return routing(request, response)
    const { name, minValid } = asked
    const now = clock.now()
    let key: KeyEntry | undefined
    if (!local) {
      const given = keyFrom(request.headers)
      key = given === undefined ? undefined : keys.cached(digestFor(request.socket, given))
      if (key === undefined || !usable(key, now, request.socket.remoteAddress) || !allows(key, 'token', name)) {
        return routing(request, response)
      }
      key.reads++
      key.lastUsedAt = now
    }
    const entry = connections.peek(name, now, minValid)
    if (entry !== undefined) {
      handed(key, entry, request.socket.remoteAddress, now)
      return answer(response, entry, now)
    }
    missed.push({ request, response, routing, name, minValid, key })
    if (missed.length === 1) setImmediate(() => void answerMissed())
  }

  /** What one turn of the event loop missed is looked up first and written together: every write wakes a reader. */
  async function answerMissed(): Promise<void> {
    const turn = missed
    missed = []
    const now = clock.now()
    const found = await connections.fetch(turn, now).catch(() => [])
    for (const [place, { request, response, routing, key }] of turn.entries()) {
      const entry = found[place]
      if (entry === undefined) {
        routing(request, response) // which says what is wrong
        continue
      }
      handed(key, entry, request.socket.remoteAddress, now)
      answer(response, entry, now)
    }
  }
}

/** The request of the fast way; undefined for any other spelling. */
function askedFor(request: IncomingMessage): { name: string; minValid: number | undefined } | undefined {
  const url = request.url
  if (request.method !== 'GET' || url === undefined || !url.startsWith(prefix)) return undefined
  const nameEnd = url.indexOf('/', prefix.length)
  if (nameEnd < 0 || !url.startsWith(suffix, nameEnd) || request.headers.cookie !== undefined) return undefined
  const from = nameEnd + suffix.length
  const name = url.slice(prefix.length, nameEnd)
  if (url.length === from) return { name, minValid: undefined }
  const minValid = minValidOf(url, from)
  return minValid === undefined ? undefined : { name, minValid }
}

/** Seconds asked for; undefined for any spelling but `?min_valid=` and up to 8 digits. */
function minValidOf(url: string, from: number): number | undefined {
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
  return (entry.slot ??= { ...halves(entry), headers: [...headerList] }) as Finished
}
