import type { IncomingMessage } from 'node:http'

/** What a request to the listener turned out to be. */
export type Arrival =
  | { kind: 'parameters'; parameters: [string, string][] }
  /** The exact address without an answer: it may stand in the fragment. */
  | { kind: 'bare' }
  | { kind: 'refused'; status: 400 | 403 | 404 | 413 | 414 }

export type Expected = {
  /** Host header values, lower case. */
  hosts: readonly string[]
  path: string
  /** The redirect URI's own query with its `?`, or empty. */
  query: string
}

const urlLimit = 8 * 1024
/** A form_post answer with an id token in it stays well below. */
const bodyLimit = 16 * 1024

/** A page of another site cannot know or forge the Host header of its own rebinding name; this one must be ours. */
export function hasExpectedHost(request: IncomingMessage, hosts: readonly string[]): boolean {
  return hosts.includes((request.headers.host ?? '').toLowerCase())
}

/** Reads a request that may be the authorization response: by query or as a form (OAuth 2.0 Form Post Response Mode). */
export async function readArrival(request: IncomingMessage, expected: Expected): Promise<Arrival> {
  const url = request.url ?? ''
  if (url.length > urlLimit) return refused(414)
  if (!hasExpectedHost(request, expected.hosts)) return refused(403)
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  if (path !== expected.path || (request.method !== 'GET' && request.method !== 'POST')) return refused(404)
  if (!isNavigation(request)) return refused(403)
  const inQuery = withoutOwn(new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)), expected.query)
  if (request.method === 'GET') {
    return inQuery.length === 0 ? { kind: 'bare' } : { kind: 'parameters', parameters: inQuery }
  }
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') return refused(400)
  const body = await readBody(request)
  return body === undefined ? refused(413) : { kind: 'parameters', parameters: [...new URLSearchParams(body)] }
}

/** A browser says what a request is for: only a page load of the window itself is an authorization response. */
function isNavigation(request: IncomingMessage): boolean {
  const { 'sec-fetch-mode': mode = 'navigate', 'sec-fetch-dest': destination = 'document' } = request.headers
  return mode === 'navigate' && destination === 'document'
}

/** The parameters without those that stand in the redirect URI itself. */
function withoutOwn(parameters: URLSearchParams, ownQuery: string): [string, string][] {
  const all = [...parameters]
  for (const [name, value] of new URLSearchParams(ownQuery)) {
    const at = all.findIndex((pair) => pair[0] === name && pair[1] === value)
    if (at >= 0) all.splice(at, 1)
  }
  return all
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  // No encoding is set on the request, so its chunks are buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > bodyLimit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function refused(status: 400 | 403 | 404 | 413 | 414): Arrival {
  return { kind: 'refused', status }
}
