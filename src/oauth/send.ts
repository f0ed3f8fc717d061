/** One call, one answer. Limits, addresses and pace are the business of the injected fetch. */
import type { Fetch, WireResponse } from '../deps.ts'
import { toWire, type Call, type WireOptions } from './call.ts'

/** Sends a call. Throws `FetchFailed` when no complete answer came; every status is an answer. */
export function send(fetch: Fetch, call: Call, options: WireOptions): Promise<WireResponse> {
  return fetch(toWire(call, options))
}
