/**
 * The records of what was tried for a connection. Nobody waits for their writes, because an answer must be safe before
 * anything is written about it; but who asks for them sees those whose outcome was told before.
 */
import type { Logger } from '../deps.ts'
import type { AttemptRecord, Store } from '../store/store.ts'

export type Attempts = {
  /** Settles when the record is written, or could not be: that is logged, and costs nobody else anything. */
  record(attempt: AttemptRecord, connectionName: string): Promise<void>
  /** The last of a connection, latest first. */
  list(connectionId: string): Promise<AttemptRecord[]>
}

export function createAttempts(store: Pick<Store, 'attempts'>, log: Logger): Attempts {
  /** By connection: what is on its way to the store. */
  const underWay = new Map<string, Promise<unknown>>()
  return {
    async record(attempt, connectionName) {
      const { connectionId } = attempt
      const written = store.attempts
        .append(attempt)
        .catch((error: unknown) =>
          log.warn({ connection: connectionName, reason: String(error) }, 'an attempt could not be recorded'),
        )
      const all = Promise.all([underWay.get(connectionId), written])
      underWay.set(connectionId, all)
      await all
      if (underWay.get(connectionId) === all) underWay.delete(connectionId)
    },
    async list(connectionId) {
      await underWay.get(connectionId)
      return store.attempts.list(connectionId)
    },
  }
}
