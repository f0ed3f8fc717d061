import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from './deps.ts'

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    await wait(Math.min(Math.max(0, ms), 2 ** 31 - 1), undefined, {
      ref: false,
      ...(signal === undefined ? {} : { signal }),
    })
  },
}
