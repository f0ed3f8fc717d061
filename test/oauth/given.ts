/** What the tests of this room give: fixed time, counted randomness, an answer as it comes off the wire. */
import type { RandomBytes, WireResponse } from '../../src/deps.ts'
import type { BuildContext, ClientCredentials } from '../../src/oauth/call.ts'

export const now = Date.UTC(2026, 10, 22, 12, 0, 0)

/** Different bytes with each call, the same in each run. */
export function countedBytes(): RandomBytes {
  let count = 0
  return (size) => new Uint8Array(size).fill(++count)
}

export function context(client?: ClientCredentials): BuildContext {
  return { ...(client && { client }), defaultAuth: 'client', now, randomBytes: countedBytes() }
}

export function answer(body: unknown, more: Partial<WireResponse> = {}): WireResponse {
  return {
    status: 200,
    headers: {},
    body: typeof body === 'string' ? body : JSON.stringify(body),
    sentAt: now,
    sentAtMonotonic: 0,
    durationMs: 250,
    ...more,
  }
}
