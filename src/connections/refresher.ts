/**
 * Keeps connections fresh without any caller: sleeps until the earliest due moment or a nudge, looks in batches, and
 * starts only as many renewals as the authorization servers have room for. One server that stalls holds nobody else up.
 */
import type { Context } from './context.ts'
import type { Renewer } from './renew.ts'
import { retryRevocations } from './revoke.ts'

export type Refresher = {
  start(): void
  /** Something became due earlier than before. */
  nudge(): void
  stop(): Promise<void>
}

const batch = 100
/** Sleeping longer would miss what another node made due, and a clock that was set. */
const longestSleepMs = 30_000
/** After a fault of the store. */
const restMs = 5_000
const mostUnderWay = 256

export function createRefresher(context: Context, renewer: Renewer): Refresher {
  const { store, clock, log } = context
  const underWay = new Map<string, Promise<unknown>>()
  let wake = new AbortController()
  let stopped = false
  let loop: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!stopped) {
      let sleepMs = restMs
      try {
        await startDue()
        await retryRevocations(context)
        await store.authorizations.prune(clock.now() - 86_400_000)
        const next = await store.renewals.nextDue()
        // What is under way stays due until it is done: do not spin on it.
        const least = underWay.size > 0 ? 250 : 0
        sleepMs = next === undefined ? longestSleepMs : Math.min(longestSleepMs, Math.max(least, next - clock.now()))
      } catch (error) {
        log.warn({ reason: String(error) }, 'the refresher could not look into the store')
      }
      if (!stopped) await clock.sleep(sleepMs, wake.signal).catch(() => undefined)
      if (wake.signal.aborted) wake = new AbortController()
    }
  }

  async function startDue(): Promise<void> {
    const due = await store.renewals.due(clock.now(), batch)
    for (const { connectionId, origin } of due) {
      if (underWay.has(connectionId)) continue
      if (underWay.size >= mostUnderWay) return
      if (origin !== undefined && context.pace.room(origin) <= 0) continue
      const begun = renewOne(connectionId).finally(() => underWay.delete(connectionId))
      underWay.set(connectionId, begun)
    }
  }

  async function renewOne(connectionId: string): Promise<void> {
    try {
      const loaded = await store.connections.byId(connectionId)
      if (loaded === undefined) return
      const outcome = await renewer.renew(connectionId, loaded.schedule.generation, 'refresher')
      // What nobody can renew now must not stay due for ever.
      if (outcome.kind === 'blocked' || outcome.kind === 'gone') await store.renewals.setDue(connectionId, undefined)
      else if (outcome.kind === 'backing_off') await store.renewals.setDue(connectionId, outcome.retryAt)
    } catch (error) {
      log.warn({ connection: connectionId, reason: String(error) }, 'a renewal could not be tried')
      await store.renewals.setDue(connectionId, clock.now() + 60_000).catch(() => undefined)
    }
  }

  return {
    start() {
      loop ??= run()
    },
    nudge() {
      wake.abort()
    },
    async stop() {
      stopped = true
      wake.abort()
      await loop
      await Promise.allSettled(underWay.values())
    },
  }
}
