import type { Clock } from '../../src/deps.ts'

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms, signal) => sleeping(signal, (wake) => void setTimeout(wake, ms).unref()),
}

export type TestClock = Clock & { advance(ms: number): Promise<void> }

/** Time that stands still until it is advanced. */
export function testClock(start = Date.parse('2026-11-22T06:00:00Z')): TestClock {
  let elapsed = 0
  const sleepers = new Set<{ at: number; wake: () => void }>()
  return {
    now: () => start + elapsed,
    monotonic: () => elapsed,
    sleep: (ms, signal) => sleeping(signal, (wake) => void sleepers.add({ at: elapsed + ms, wake })),
    async advance(ms) {
      const until = elapsed + ms
      for (;;) {
        const [next] = [...sleepers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        sleepers.delete(next)
        elapsed = Math.max(elapsed, next.at)
        next.wake()
        await settled()
      }
      elapsed = until
      await settled()
    },
  }
}

/** Lets everything that is ready run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}

function sleeping(signal: AbortSignal | undefined, start: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
    if (signal?.aborted === true) return refuse()
    signal?.addEventListener('abort', refuse, { once: true })
    start(resolve)
  })
}
