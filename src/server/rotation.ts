/**
 * A change of the key that seals the store, in the background: one at a time, a batch at a time, so that whoever reads a
 * token waits for none of it. It may be broken off anywhere; the next start of the server goes on.
 */
import { actorName, type Emit } from '../connections/events.ts'
import type { Actor } from '../connections/connections.ts'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { SealingState, SealingStore } from '../store/store.ts'

export type Progress = { running: boolean; wrapped: number; total: number; unopened: number; failure?: string }

export type Rotation = {
  /** Begins, or goes on with what was begun. Throws where there can be no new key. */
  start(actor: Actor): Promise<void>
  /** Goes on with a change that an earlier process did not finish. */
  resume(): Promise<void>
  state(): Promise<SealingState & { progress?: Progress }>
  /** Ends after the batch that is under way. */
  close(): Promise<void>
}

/** Between two batches, so that others come first. */
const restMs = 5
/** The other nodes hear of a new key within a second. */
const tellMs = 2_000
const retryMs = 1_000

export function createRotation({
  sealing,
  emit,
  clock,
}: {
  sealing: SealingStore
  emit: Emit
  clock: Clock
}): Rotation {
  const stop = new AbortController()
  let progress: Progress | undefined
  let working: Promise<void> | undefined
  /** Counting all rows again and again would cost more than the change. */
  let counted: SealingState | undefined

  async function work(state: SealingState): Promise<void> {
    const begun = clock.monotonic()
    const key = state.sealing
    const total = state.keys.filter(({ id }) => id !== key).reduce((sum, { uses }) => sum + uses, 0)
    const seen: Progress = { running: true, wrapped: 0, total, unopened: 0 }
    progress = seen
    counted = state
    if (state.shared) await clock.sleep(tellMs, stop.signal).catch(() => undefined)
    while (!stop.signal.aborted) {
      try {
        seen.unopened = await walk(seen)
        break
      } catch (error) {
        if (!(error instanceof EvergrantError) || error.row.retryable !== true) throw error
        await clock.sleep(retryMs, stop.signal).catch(() => undefined)
      }
    }
    if (stop.signal.aborted) return
    const durationMs = Math.round(clock.monotonic() - begun)
    emit('seal.rotated', { key, wrapped: seen.wrapped, unopened: seen.unopened, durationMs })
  }

  /** How many values nothing opens. */
  async function walk(seen: Progress): Promise<number> {
    let unopened = 0
    for await (const batch of sealing.rewrap()) {
      seen.wrapped += batch.wrapped
      // Each walk meets the damaged ones once more.
      unopened = batch.first ? batch.unopened : unopened + batch.unopened
      if (stop.signal.aborted) return unopened
      await clock.sleep(restMs, stop.signal).catch(() => undefined)
    }
    return unopened
  }

  function launch(state: SealingState): void {
    working ??= work(state)
      .catch((error: unknown) => {
        if (progress) progress.failure = error instanceof EvergrantError ? error.message : 'an unexpected fault'
        emit('seal.rotation_failed', { key: state.sealing, reason: progress?.failure })
      })
      .finally(() => {
        working = undefined
        counted = undefined
        if (progress) progress.running = false
      })
  }

  return {
    async start(actor) {
      if (working !== undefined) return
      const key = await sealing.begin()
      emit('seal.rotation_started', { key, actor: actorName(actor) })
      launch(await sealing.state())
    },
    async resume() {
      if (!(await sealing.settled())) launch(await sealing.state())
    },
    async state() {
      const state = counted ?? (await sealing.state())
      return progress === undefined ? state : { ...state, progress }
    },
    async close() {
      stop.abort()
      await working
    },
  }
}
