/**
 * Counts failures by address so that guessing becomes slow. The memory is bounded: the oldest address is forgotten.
 */
import { EvergrantError } from '../errors.ts'
import type { Clock } from '../deps.ts'

export type Tries = {
  /** Throws `too_many_requests` while the address has failed too often. */
  check(address: string): void
  failed(address: string): void
}

export function createTries(clock: Clock, limit: { count: number; windowMs: number }): Tries {
  const counts = new Map<string, { count: number; until: number }>()
  return {
    check(address) {
      const entry = counts.get(address)
      const left = entry === undefined ? 0 : entry.until - clock.monotonic()
      if (entry === undefined || left <= 0 || entry.count < limit.count) return
      throw new EvergrantError('too_many_requests', {
        detail: `too many refused attempts from ${address}`,
        retryAfterSeconds: Math.ceil(left / 1000),
      })
    },
    failed(address) {
      const now = clock.monotonic()
      const entry = counts.get(address)
      if (entry !== undefined && entry.until > now) entry.count++
      else {
        counts.delete(address)
        if (counts.size >= 10_000) counts.delete(counts.keys().next().value ?? '')
        counts.set(address, { count: 1, until: now + limit.windowMs })
      }
    },
  }
}
