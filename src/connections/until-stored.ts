import { EvergrantError } from '../errors.ts'
import type { Context } from './context.ts'

/**
 * Repeats a write until the store takes it: what was received exists nowhere else, or only in this node's spool. Gives
 * up only on what waiting cannot mend.
 */
export async function untilStored<T>(
  context: Pick<Context, 'clock' | 'emit'>,
  connection: string,
  write: () => Promise<T>,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await write()
    } catch (error) {
      if (!(error instanceof EvergrantError) || !isAway(error)) throw error
      if (tries % 30 === 0) context.emit('token.not_yet_stored', { connection, reason: error.code })
      await context.clock.sleep(1_000)
    }
  }
}

/** Longer than a claim and its hold: by then somebody else has taken it over. */
const longestTries = 120

/**
 * Repeats what the store must say or hear while a claim is open, until it can be reached: a renewal that has sent its
 * request cannot be begun anew without losing what became of it.
 */
export async function onceReachable<T>({ clock }: Pick<Context, 'clock'>, ask: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      if (!isAway(error) || tries >= longestTries) throw error
      await clock.sleep(1_000)
    }
  }
}

/** Waiting mends it. */
export function isAway(error: unknown): boolean {
  return error instanceof EvergrantError && error.row.retryable === true
}

/** Puts an answer into the spool. False if this disk takes nothing: then the store alone has to. */
export async function journalled(
  context: Pick<Context, 'spool' | 'emit'>,
  connection: string,
  entry: Parameters<Context['spool']['append']>[0],
): Promise<boolean> {
  try {
    await context.spool.append(entry)
    return true
  } catch (error) {
    context.emit('token.not_yet_stored', {
      connection,
      reason: error instanceof EvergrantError ? error.code : String(error),
    })
    return false
  }
}
