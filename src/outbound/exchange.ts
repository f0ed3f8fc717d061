/** One request and its answer over an undici dispatcher, under one deadline. */
import type { Dispatcher } from 'undici'
import { FetchFailed, type Clock, type WireFailure } from '../deps.ts'
import { BodyRefused, bodyLimit } from './body.ts'

export type RawAnswer = {
  status: number
  headers: Record<string, string>
  /** Still encoded, at most `bodyLimit` bytes. */
  body: Buffer
  sentAt: number
  sentAtMonotonic: number
}

export type Exchange = {
  origin: string
  path: string
  method: string
  headers: Record<string, string>
  body?: string
  /** For the whole exchange from now on, in milliseconds. */
  deadlineMs: number
  startBefore?: number
}

/** Why an exchange was cut, and whether its first byte had gone out by then. */
export type Cut = { error: unknown; sent: boolean }

/**
 * Settles with the answer or rejects with a `Cut`. undici calls `onRequestStart` in the same synchronous run in which it
 * writes the first byte, on a connected socket: so that is where "too late" is decided and `sentAt` is read, and a
 * request that never got there was certainly not sent.
 */
export function exchange(dispatcher: Dispatcher, request: Exchange, clock: Clock): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>()
  let controller: Dispatcher.DispatchController | undefined
  let settled = false
  let sentAt: number | undefined
  let sentAtMonotonic = 0
  let answer: { status: number; headers: Record<string, string> } | undefined
  const chunks: Buffer[] = []
  let size = 0

  const timer = setTimeout(() => cut(new DeadlinePassed()), request.deadlineMs)
  const settle = (): boolean => {
    if (settled) return false
    settled = true
    clearTimeout(timer)
    return true
  }
  function cut(error: unknown): void {
    if (!settle()) return
    reject({ error, sent: sentAt !== undefined } satisfies Cut)
    // Before the start there is no controller; `onRequestStart` then finds the exchange settled and writes nothing.
    controller?.abort(error instanceof Error ? error : new Error('cut', { cause: error }))
  }

  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started
      if (settled) return started.abort(new DeadlinePassed())
      const now = clock.monotonic()
      if (request.startBefore !== undefined && now >= request.startBefore) {
        return cut(new FetchFailed(late(request.origin)))
      }
      sentAtMonotonic = now
      sentAt = clock.now()
    },
    onResponseStart(_controller, status, headers) {
      if (status >= 200) answer = { status, headers: joinHeaders(headers) }
    },
    onResponseData(_controller, chunk) {
      size += chunk.length
      if (size > bodyLimit) cut(new BodyRefused('too_large', 'the body is over 1 MiB'))
      else chunks.push(chunk)
    },
    onResponseEnd() {
      if (answer === undefined || sentAt === undefined || !settle()) return
      resolve({ ...answer, body: Buffer.concat(chunks), sentAt, sentAtMonotonic })
    },
    onResponseError(_controller, error) {
      cut(error)
    },
  }

  try {
    const { origin, path, method, headers, body } = request
    dispatcher.dispatch({ origin, path, method, headers, ...(body === undefined ? {} : { body }) }, handler)
  } catch (error) {
    cut(error)
  }
  return promise
}

/** The total deadline ran out. */
export class DeadlinePassed extends Error {}

/** The failure of a request whose claim has run out before it was sent. */
export function late(origin: string): WireFailure {
  return { kind: 'late', sent: false, detail: `${origin}: not sent, it could not start in time` }
}

function joinHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const joined: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return joined
}
