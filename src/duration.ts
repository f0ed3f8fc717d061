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
