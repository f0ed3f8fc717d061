/**
 * The quiet that authorization servers asked for: the pace of one process keeps to it; here it outlives the process and
 * reaches the other nodes.
 */
import type { Logger } from '../deps.ts'
import type { Pace, PaceOptions } from '../outbound/pace.ts'
import type { Store } from '../store/store.ts'

type Pauses = {
  /** For the pace: what is known at the start, and where it tells of further ones. */
  options: Required<Pick<PaceOptions, 'initial' | 'remember'>>
  /** From now on the pace learns what other nodes were asked for. */
  teach(pace: Pick<Pace, 'learn'>): void
}

export async function keepPauses(store: Pick<Store, 'servers' | 'watch'>, log: Logger): Promise<Pauses> {
  return {
    options: {
      initial: (await store.servers.list()).map(({ origin, retryAt }) => [origin, retryAt] as const),
      remember: (origin, retryAt) =>
        void store.servers
          .put(origin, retryAt)
          .catch((error: unknown) => log.warn({ origin, reason: String(error) }, 'a pause could not be kept')),
    },
    teach(pace) {
      const learn = async () => {
        for (const { origin, retryAt } of await store.servers.list()) pace.learn(origin, retryAt)
      }
      store.watch(({ kind }) => {
        if (kind !== 'server') return
        learn().catch((error: unknown) => log.warn({ reason: String(error) }, 'a pause could not be learnt'))
      })
    },
  }
}
