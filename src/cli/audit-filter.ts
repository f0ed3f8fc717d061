/** What of the audit is asked for, by the options that its verbs share. */
import { EvergrantError } from '../errors.ts'
import type { Given } from './command.ts'
import type { Io } from './io.ts'
import { momentOf } from './times.ts'

/** `since` in epoch seconds. */
export function auditFilter(given: Given, io: Pick<Io, 'now'>) {
  const since = given.text('since')
  return {
    connection: given.text('connection'),
    actor: given.text('actor'),
    action: given.text('action'),
    since: since === undefined ? undefined : sinceOf(since, Math.floor(io.now() / 1000)),
  }
}

/** `24h` back from now, or a date. */
function sinceOf(text: string, now: number): number {
  const at = momentOf(text, now, 'back')
  if (at !== undefined && at >= 0 && at <= now) return at
  throw new EvergrantError('invalid_value', {
    detail: `--since takes a moment that has passed, not "${text}"`,
    remedy: 'write 24h, 7d or 2026-11-01',
  })
}
