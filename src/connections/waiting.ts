import type { Clock } from '../deps.ts'
import type { RenewalStore } from '../store/store.ts'

/** Waits for claims that other processes hold. One query a round serves all who wait in this process. */
export type Waiting = {
  /** Resolves once the claim of this connection is closed or has run out. */
  closedOrExpired(connectionId: string): Promise<void>
}

/** A renewal takes about as long as a request; one that takes longer is asked about less often. */
const firstRoundMs = 50
const longestRoundMs = 500

export function createWaiting(store: Pick<RenewalStore, 'look'>, clock: Clock): Waiting {
  const waiters = new Map<string, (() => void)[]>()
  let running = false

  async function rounds(): Promise<void> {
    let roundMs = firstRoundMs
    while (waiters.size > 0) {
      await clock.sleep(roundMs)
      roundMs = Math.min(longestRoundMs, roundMs * 1.2)
      const seen = await store.look([...waiters.keys()]).catch(() => undefined)
      if (seen === undefined) continue // the store is away: whoever waits has a deadline of its own
      for (const [connectionId, wake] of waiters) {
        const claim = seen.get(connectionId)
        if (claim?.open === true && (claim.heldUntil ?? 0) > clock.now()) continue
        waiters.delete(connectionId)
        roundMs = firstRoundMs
        for (const go of wake) go()
      }
    }
    running = false
  }

  return {
    closedOrExpired(connectionId) {
      return new Promise((resolve) => {
        waiters.set(connectionId, [...(waiters.get(connectionId) ?? []), resolve])
        if (!running) {
          running = true
          void rounds()
        }
      })
    },
  }
}
