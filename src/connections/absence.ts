/**
 * A store that was away may come back without its last moments: a standby that took over never got them. Until every
 * node had time to put back what it had stored, no refresh token is used that a stored answer may have replaced.
 */
import type { Clock } from '../deps.ts'

type Absence = {
  /** How often the store has gone away: whoever waited for `over` asks again right before a refresh token is used. */
  readonly losses: number
  lost(): void
  back(): void
  /** Resolves when the store is there and settled, or has been away for so long that asking it says more. */
  over(): Promise<void>
}

/** How long after its return others may need to notice it and to write. */
const settlingMs = 5_000
const patienceMs = 15_000

export function createAbsence(clock: Clock): Absence {
  let away: { over: Promise<void>; end(): void } | undefined
  let losses = 0
  return {
    get losses() {
      return losses
    },
    lost() {
      losses += 1
      const { promise: over, resolve: end } = Promise.withResolvers<void>()
      const before = away
      away = { over, end }
      void over.then(() => before?.end())
    },
    back() {
      const current = away
      if (current === undefined) return
      void clock.sleep(settlingMs).then(() => {
        // Lost again meanwhile: the later one decides.
        if (away !== current) return
        away = undefined
        current.end()
      })
    },
    async over() {
      if (away === undefined) return
      await Promise.race([away.over, clock.sleep(patienceMs)])
    },
  }
}
