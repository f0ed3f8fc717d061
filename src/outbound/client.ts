import manifest from '../../package.json' with { type: 'json' }
import { FetchFailed, type Clock, type Fetch, type WireFailure, type WireRequest, type WireResponse } from '../deps.ts'
import { judgeUrl, readAllowList, type AllowList, type Target } from './addresses.ts'
import { decodeBody } from './body.ts'
import { createConnections, type Lookup } from './connect.ts'
import { exchange, late, type Cut, type RawAnswer } from './exchange.ts'
import { failureOf } from './failures.ts'
import { redirectTarget } from './redirects.ts'

export type OutboundOptions = {
  /** `host` or `host:port`: these may be private, plain http and on any (or this) port. */
  allowHosts: readonly string[]
  /** Every request goes through this HTTP proxy. The environment's proxy variables are never read. */
  proxy?: string
  clock: Clock
  /** Every address of a name; the system's resolver by default. */
  lookup?: Lookup
}

export type Outbound = { fetch: Fetch; close(): Promise<void> }

/** Total time of an exchange when the request names none, in milliseconds. */
export const defaultDeadlineMs = 20_000
const redirectLimit = 5
// RFC 9110 section 7.6.1, and what the client itself decides.
const ownHeaders = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])

/** The one guarded HTTP client; see the room's `index.ts` for what it promises. */
export function createOutbound(options: OutboundOptions): Outbound {
  const allow = readAllowList(options.allowHosts)
  const { allowHosts: _, clock, ...connecting } = options
  const connections = createConnections({ allow, ...connecting })

  async function fetch(request: WireRequest): Promise<WireResponse> {
    const startedAt = clock.monotonic()
    const endsAt = performance.now() + (request.deadlineMs > 0 ? request.deadlineMs : defaultDeadlineMs)
    const headers = withDefaults(request.headers)
    let target = judge(request.url, allow)
    let first: RawAnswer | undefined
    for (let hops = 0; ; hops += 1) {
      const answer = await send(request, target, headers, endsAt, first !== undefined)
      first ??= answer
      const next = hops < redirectLimit ? redirectTarget(request, target, answer, allow) : undefined
      if (next === undefined) return await finish(answer, first, target, startedAt)
      target = next
    }
  }

  async function send(
    request: WireRequest,
    target: Target,
    headers: Record<string, string>,
    endsAt: number,
    redirected: boolean,
  ): Promise<RawAnswer> {
    const { origin, pathname, search } = target.url
    const { method, body, startBefore } = request
    try {
      // Saves the connection; the decision that counts is made at the socket.
      if (startBefore !== undefined && clock.monotonic() >= startBefore) throw notSent(late(origin))
      const parts = {
        origin,
        path: pathname + search,
        method,
        headers,
        deadlineMs: Math.max(1, endsAt - performance.now()),
      }
      return await exchange(
        connections.agentFor(request.transport),
        { ...parts, ...(body === undefined ? {} : { body }), ...(startBefore === undefined ? {} : { startBefore }) },
        clock,
      )
    } catch (error) {
      const cut = isCut(error) ? error : { error, sent: false }
      // After a redirect the first server has seen the request, whatever became of the next one.
      throw failureOf({ ...cut, sent: cut.sent || redirected }, origin)
    }
  }

  async function finish(answer: RawAnswer, first: RawAnswer, target: Target, startedAt: number): Promise<WireResponse> {
    const { status, headers, body } = answer
    const text = await decodeBody(body, headers['content-encoding']).catch((error: unknown) => {
      throw failureOf({ error, sent: true }, target.url.origin)
    })
    const durationMs = clock.monotonic() - startedAt
    return { status, headers, body: text, sentAt: first.sentAt, sentAtMonotonic: first.sentAtMonotonic, durationMs }
  }

  return { fetch, close: () => connections.close() }
}

function judge(url: string, allow: AllowList): Target {
  const target = judgeUrl(url, allow)
  if ('refused' in target) throw notSent({ kind: 'blocked', sent: false, detail: target.refused })
  return target
}

function notSent(failure: WireFailure): FetchFailed {
  return new FetchFailed(failure)
}

function withDefaults(given: Record<string, string>): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': `evergrant/${manifest.version}`, accept: 'application/json' }
  for (const [name, value] of Object.entries(given)) {
    const lower = name.toLowerCase()
    if (ownHeaders.has(lower)) {
      throw notSent({ kind: 'malformed', sent: false, detail: `the header ${lower} is set by the client itself` })
    }
    headers[lower] = value
  }
  return headers
}

/** The rejection of `exchange`. */
function isCut(value: unknown): value is Cut {
  return typeof value === 'object' && value !== null && !(value instanceof Error) && 'sent' in value
}
