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
      if (!(error instanceof EvergrantError) || error.row.retryable !== true) throw error
      if (tries % 30 === 0) context.emit('token.not_yet_stored', { connection, reason: error.code })
      await context.clock.sleep(1_000)
    }
  }
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
