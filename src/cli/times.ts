/** Times for people and for programs. The contract speaks epoch seconds; programs also get RFC 3339 with an offset. */

type Step = readonly [seconds: number, one: string, many: string]

const second: Step = [1, 'second', 'seconds']
const steps: readonly Step[] = [
  [365 * 86_400, 'year', 'years'],
  [86_400, 'day', 'days'],
  [3_600, 'hour', 'hours'],
  [60, 'minute', 'minutes'],
  second,
]

/**
 * `4 minutes`, `3 days`: the largest unit that is reached twice, so that nothing important is rounded away. Rounded to
 * the nearest: what was just promised for 90 days has 90 days left, not 89.
 */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const at = steps.findIndex(([size], index) => whole >= 2 * size - (steps[index + 1]?.[0] ?? 0) / 2)
  const [size, one, many] = steps[at] ?? second
  const count = Math.round(whole / size)
  return `${count} ${count === 1 ? one : many}`
}

/** `in 4 minutes` or `3 days ago`, seen from `now`; both in epoch seconds. */
export function relative(at: number, now: number): string {
  const distance = at - now
  if (Math.abs(distance) < 1) return 'now'
  return distance > 0 ? `in ${duration(distance)}` : `${duration(-distance)} ago`
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
