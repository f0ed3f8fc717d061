/** What of the audit is asked for, by the options that its verbs share. */
import { EvergrantError } from '../errors.ts'
import type { Given } from './command.ts'
import type { Io } from './io.ts'

const units: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400, w: 604_800 }

/** `since` in epoch seconds. */
export function auditFilter(given: Given, io: Pick<Io, 'now'>) {
  const since = given.text('since')
  return {
    connection: given.text('connection'),
    actor: given.text('actor'),
    action: given.text('action'),
    since: since === undefined ? undefined : momentOf(since, Math.floor(io.now() / 1000)),
  }
}

/** `24h` back from now, or a date. */
function momentOf(text: string, now: number): number {
  const span = /^(\d{1,5})([mhdw])$/.exec(text)
  const at = span === null ? Math.floor(Date.parse(text) / 1000) : now - Number(span[1]) * (units[span[2] ?? ''] ?? 0)
  if (Number.isFinite(at) && at >= 0 && at <= now) return at
  throw new EvergrantError('invalid_value', {
    detail: `--since takes a moment that has passed, not "${text}"`,
    remedy: 'write 24h, 7d or 2026-11-01',
  })
}
