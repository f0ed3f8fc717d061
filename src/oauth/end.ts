/** Ends in time, in whatever unit a service writes them, as absolute epoch milliseconds. */
import type { Take } from './call-template.ts'
import type { End } from './token-set.ts'

type Unit = NonNullable<Exclude<Take, string>['unit']>

/** Codes of what was odd, to be prefixed with the member's name. */
type Oddity = 'clamped' | 'not_positive' | 'unreadable' | 'other_unit'

export type ReadEnd = { end: End; oddity?: Oddity }

const second = 1000
const day = 86_400 * second
/** No token outlives this; a longer life is a mistake of unit or an overflow. */
export const longestLife = 3653 * day
const unitSeconds: Record<string, number> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }

/**
 * Reads one value. Relative times count from `from` (epoch ms, just before the request was sent). A relative number
 * that can only be a point in time, or a text in another unit, is read as what it is, with the oddity `other_unit`.
 * Zero or less is unknown, unless the service means "never" by zero.
 */
export function readEnd(value: unknown, unit: Unit, from: number, zero?: 'never'): ReadEnd {
  if (value === undefined || value === null || value === '') return { end: 'unknown' }
  const numeric = readNumeric(value)
  if (numeric === 0 && zero === 'never') return { end: 'never' }
  if (numeric !== undefined) return fromNumber(numeric, unit, from)
  const read = typeof value === 'string' ? fromText(value.trim(), from) : undefined
  if (!read) return { end: 'unknown', oddity: 'unreadable' }
  return judge(read.end, from, read.unit === unit ? undefined : 'other_unit')
}

/** The unit and the meaning of zero of a `take`; a plain path counts in seconds. */
export function unitOf(take: Take | undefined): { unit: Unit; zero?: 'never' } {
  if (take === undefined || typeof take === 'string') return { unit: 's' }
  return { unit: take.unit ?? 's', ...(take.zero && { zero: take.zero }) }
}

function fromNumber(value: number, unit: Unit, from: number): ReadEnd {
  // Ten years of seconds are 3e8, today's epoch 1.8e9 and today's milliseconds 1.8e12: the ranges do not meet.
  if (unit === 'epoch' || unit === 'date') {
    const inMilliseconds = Math.abs(value) >= 1e11
    return judge(
      inMilliseconds ? value : value * second,
      from,
      inMilliseconds || unit === 'date' ? 'other_unit' : undefined,
    )
  }
  // Three weeks in milliseconds look like an epoch in seconds: only seconds are doubted that way.
  if (unit !== 'ms' && isNear(value * second, from)) return judge(value * second, from, 'other_unit')
  if (isNear(value, from)) return judge(value, from, 'other_unit')
  return judge(from + value * (unit === 'ms' ? 1 : second), from)
}

function fromText(text: string, from: number): { end: number; unit: Unit } | undefined {
  if (/^\d{4}-\d\d-\d\d(?:$|[T ]\d\d:\d\d)/.test(text)) {
    const zoned = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(text.slice(10)) || text.length === 10
    const end = Date.parse(zoned ? text : `${text.replace(' ', 'T')}Z`) // a time without zone is UTC, never ours
    return Number.isNaN(end) ? undefined : { end, unit: 'date' }
  }
  const seconds = readDuration(text)
  return seconds === undefined ? undefined : { end: from + seconds * second, unit: 'duration' }
}

/** `3600s`, `60m`, `1h`, or ISO 8601 without months and years (`PT1H`, `P14D`), in seconds. */
function readDuration(text: string): number | undefined {
  const short = /^(-?\d{1,15}(?:\.\d{1,9})?)\s?(ms|s|m|h|d)$/i.exec(text)
  if (short) return Number(short[1]) * unitSeconds[short[2]!.toLowerCase()]!
  const iso =
    /^P(?:(\d{1,9})W)?(?:(\d{1,9})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,12}(?:\.\d{1,9})?)S)?)?$/.exec(text)
  if (!iso || text.length < 3 || text.endsWith('T')) return undefined
  const [weeks, days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return ((weeks * 7 + days) * 24 + hours) * 3600 + minutes * 60 + seconds
}

function judge(end: number, from: number, oddity?: Oddity): ReadEnd {
  if (end <= from) return { end: 'unknown', oddity: 'not_positive' }
  if (end > from + longestLife) return { end: from + longestLife, oddity: 'clamped' }
  return { end: Math.floor(end), ...(oddity && { oddity }) }
}

function isNear(time: number, from: number): boolean {
  return time > from - day && time < from + longestLife
}

/** A number, or a text that is wholly one. */
function readNumeric(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isNaN(value) ? undefined : value
  if (typeof value !== 'string' || !/^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(value)) return undefined
  return Number(value)
}
