/**
 * Keeps connections fresh without any caller: sleeps until the earliest due moment or a nudge, looks in batches, and
 * starts only as many renewals as the authorization servers have room for. One server that stalls holds nobody else up.
 */
import type { Due } from '../store/store.ts'
import type { Context } from './context.ts'
import type { Renewer } from './renew.ts'
import { retryRevocations } from './revoke.ts'

export type Refresher = {
  start(): void
  /** Something became due earlier than before: at once, or then. */
  nudge(at?: number): void
  stop(): Promise<void>
}

const batch = 100
/** A longer look finds those behind a server that is left alone; more than this many are never looked at in one round. */
const longestLook = 100_000
/** What is due and cannot be started yet is looked at again after this. */
const shortestSleepMs = 250
/** Sleeping longer would miss what another node made due, and a clock that was set. */
const longestSleepMs = 30_000
/** After a fault of the store. */
const restMs = 5_000
const mostUnderWay = 256
/** Authorizations that ended so long ago are of no use to anybody; how often they are looked for. */
const endedMs = 24 * 3600_000
const pruneMs = 3600_000
/** A clock that moves by more than this against the time that passed was set, or the machine slept. */
const jumpMs = 60_000

export function createRefresher(context: Context, renewer: Renewer): Refresher {
  const { store, clock, log } = context
  const underWay = new Map<string, Promise<unknown>>()
  let wake = new AbortController()
  /** When the next look is, unless it is under way. */
  let wakesAt = Infinity
  let stopped = false
  let loop: Promise<void> | undefined
  let revoking: Promise<void> | undefined

  async function run(): Promise<void> {
    let before = clock.now() - clock.monotonic()
    let prunedAt = -Infinity
    while (!stopped) {
      let sleepMs = restMs
      const ahead = clock.now() - clock.monotonic()
      if (Math.abs(ahead - before) > jumpMs)
        context.emit('clock.jumped', { seconds: Math.round((ahead - before) / 1000) })
      before = ahead
      try {
        const next = (await store.renewals.nextDue()) ?? Infinity
        if (next <= clock.now()) await startDue()
        retryRevoking()
        if (clock.monotonic() - prunedAt > pruneMs) {
          await store.authorizations.prune(clock.now() - endedMs)
          prunedAt = clock.monotonic()
        }
        // What is under way, or waits for its server, stays due: do not spin on it.
        sleepMs = Math.min(longestSleepMs, Math.max(shortestSleepMs, next - clock.now()))
      } catch (error) {
        log.warn({ reason: String(error) }, 'the refresher could not look into the store')
      }
      wakesAt = clock.now() + sleepMs
      if (!stopped) await clock.sleep(sleepMs, wake.signal).catch(() => undefined)
      wakesAt = Infinity
      if (wake.signal.aborted) wake = new AbortController()
    }
  }

  /** Those of a server without room stay due; a longer look finds who stands behind them. */
  async function startDue(): Promise<void> {
    for (let limit = batch; limit <= longestLook; limit *= 8) {
      const due = await store.renewals.due(clock.now(), limit)
      if (startSome(due) > 0 || due.length < limit || underWay.size >= mostUnderWay) return
    }
  }

  function startSome(due: readonly Due[]): number {
    // A permit is taken a moment after the start: until then only this count knows of it.
    const taken = new Map<string, number>()
    let started = 0
    for (const { connectionId, generation, origin } of due) {
      if (underWay.size >= mostUnderWay) break
      if (underWay.has(connectionId)) continue
      if (origin !== undefined) {
        const before = taken.get(origin) ?? 0
        if (context.pace.room(origin) <= before) continue
        taken.set(origin, before + 1)
      }
      underWay.set(
        connectionId,
        renewOne(connectionId, generation).finally(() => underWay.delete(connectionId)),
      )
      started++
    }
    return started
  }

  /** Beside the renewals: a service that does not answer a revocation must not hold them up. */
  function retryRevoking(): void {
    revoking ??= retryRevocations(context, () => stopped)
      .catch((error: unknown) => log.warn({ reason: String(error) }, 'revocations could not be sent again'))
      .finally(() => (revoking = undefined))
  }

  /** What another node renews meanwhile is of another generation, with a due moment that nothing here moves. */
  async function renewOne(connectionId: string, seen: number): Promise<void> {
    try {
      const outcome = await renewer.renew(connectionId, seen, 'refresher')
      // What nobody can renew now must not stay due for ever.
      if (outcome.kind === 'blocked' || outcome.kind === 'gone')
        await store.renewals.setDue(connectionId, undefined, seen)
      else if (outcome.kind === 'backing_off') await store.renewals.setDue(connectionId, outcome.retryAt, seen)
    } catch (error) {
      log.warn({ connection: connectionId, reason: String(error) }, 'a renewal could not be tried')
      await store.renewals.setDue(connectionId, clock.now() + 60_000, seen).catch(() => undefined)
    }
  }

  return {
    start() {
      loop ??= run()
    },
    nudge(at = 0) {
      if (at < wakesAt) wake.abort()
    },
    async stop() {
      stopped = true
      wake.abort()
      await loop
      await Promise.allSettled([...underWay.values(), revoking])
    },
  }
}
