/** Times for people and for programs. The contract speaks epoch seconds; programs also get RFC 3339 with an offset. */
import { duration } from '../duration.ts'

/** `in 4 minutes` or `3 days ago`, seen from `now`; both in epoch seconds. */
export function relative(at: number, now: number): string {
  const distance = at - now
  if (Math.abs(distance) < 1) return 'now'
  return distance > 0 ? `in ${duration(distance)}` : `${duration(-distance)} ago`
}

const units: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** A date, or `24h` or `90d` seen from `now`; epoch seconds, and undefined for any other text. */
export function momentOf(text: string, now: number, direction: 'back' | 'ahead'): number | undefined {
  const span = /^(\d{1,5})([mhdw])$/.exec(text)
  if (span !== null) return now + (direction === 'back' ? -1 : 1) * Number(span[1]) * (units[span[2] ?? ''] ?? 0)
  // The engine reads a date into "7" and "in 3" too.
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Math.floor(Date.parse(text) / 1000) : NaN
  return Number.isNaN(at) ? undefined : at
}

/** RFC 3339 in UTC with a numeric offset, so that no reader takes it for local time. */
export function rfc3339(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace(/\.\d{3}Z$/, '+00:00')
}

/** The value with an `..._rfc3339` twin beside every `at` and `..._at` that holds epoch seconds, at any depth. */
export function withRfc3339(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withRfc3339)
  if (typeof value !== 'object' || value === null) return value
  const out: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    out[name] = withRfc3339(member)
    if (/(?:^|_)at$/.test(name) && typeof member === 'number') out[`${name}_rfc3339`] = rfc3339(member)
  }
  return out
}
