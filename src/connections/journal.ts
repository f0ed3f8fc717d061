/**
 * What happened, for people: the last events in memory for who listens, all of them in the store for who looks later.
 * Taking an event costs a push into two lists; it is written with others of the same moment, and if the store is away
 * it waits, up to a bound. Events never hold a secret, and stay when their connection is removed.
 */
import { randomInt } from 'node:crypto'
import type { Clock, Logger } from '../deps.ts'
import type { EventRecord, EventStore } from '../store/store.ts'
import { events, type EventName } from './events.ts'

export type JournalEntry = EventRecord & { name: EventName }

export type Journal = {
  record(name: EventName, fields: Record<string, unknown>): void
  /** Newest first; only what `sees` lets through. `next` goes on where the page ended. */
  list(
    filter: { connection?: string; before?: number; limit: number },
    sees: (connection: string | undefined) => boolean,
  ): Promise<{ entries: JournalEntry[]; next?: number }>
  /** What came after this id, oldest first; `complete` is false where memory does not reach back so far. */
  since(id: number): { entries: JournalEntry[]; complete: boolean }
  /** Hears every event as it happens; gives the way to stop. */
  listen(listener: (entry: JournalEntry) => void): () => void
  close(): Promise<void>
}

/** How many are kept for who comes back after a short while. */
const remembered = 1_000
/** How long an event waits for others before all are written. */
const gatherMs = 250
/** When the next attempt follows on one that failed. */
const againMs = 5_000
const batch = 500
/** While the store is away, the oldest are given up beyond this. */
const waitingLimit = 10_000
const page = 500

export async function createJournal(parts: { store: EventStore; clock: Clock; log: Logger }): Promise<Journal> {
  const { store, clock, log } = parts
  const listeners = new Set<(entry: JournalEntry) => void>()
  // Ids are moments, so that they go on growing after a restart; two nodes at the same moment differ by this.
  const salt = randomInt(1000)
  const [last] = await store.list({ limit: 1 })
  let lastId = last?.id ?? 0
  /** Up to here memory knows nothing. */
  let forgotten = lastId
  let ring: JournalEntry[] = []
  let waiting: JournalEntry[] = []
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let closed = false

  const writeSoon = () => {
    timer ??= setTimeout(() => void write(), gatherMs).unref()
  }

  /** Writes all that waits; settles in any case. */
  function write(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= writeAll().finally(() => {
      writing = undefined
      if (waiting.length > 0 && !closed) timer ??= setTimeout(() => void write(), againMs).unref()
    })
    return writing
  }

  async function writeAll(): Promise<void> {
    while (waiting.length > 0) {
      const some = waiting.slice(0, batch)
      try {
        await store.append(some)
      } catch (error) {
        log.debug({ reason: String(error), waiting: waiting.length }, 'events could not be written yet')
        if (waiting.length > waitingLimit) waiting = waiting.slice(-waitingLimit)
        return
      }
      const written = some.at(-1)?.id ?? 0
      waiting = waiting.filter(({ id }) => id > written)
    }
  }

  return {
    record(name, { connection, ...fields }) {
      const at = clock.now()
      lastId = Math.max(lastId + 1, at * 1000 + salt)
      const entry: JournalEntry = {
        id: lastId,
        at,
        name,
        fields,
        ...(typeof connection === 'string' ? { connection } : {}),
      }
      ring.push(entry)
      if (ring.length >= 2 * remembered) {
        forgotten = ring.at(-remembered - 1)?.id ?? forgotten
        ring = ring.slice(-remembered)
      }
      waiting.push(entry)
      writeSoon()
      for (const listener of listeners) listener(entry)
    },
    async list({ connection, before, limit }, sees) {
      await write()
      const entries: JournalEntry[] = []
      let from = before
      for (;;) {
        const found = await store.list({
          limit: page,
          ...(connection === undefined ? {} : { connection }),
          ...(from === undefined ? {} : { before: from }),
        })
        for (const entry of found) {
          // One of an older version may be unknown here.
          if (!isEvent(entry) || !sees(entry.connection)) continue
          const previous = entries.at(-1)
          if (entries.length === limit && previous !== undefined) return { entries, next: previous.id }
          entries.push(entry)
        }
        from = found.at(-1)?.id
        if (found.length < page) return { entries }
      }
    },
    since(id) {
      return { entries: ring.filter((entry) => entry.id > id), complete: id >= forgotten }
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    async close() {
      closed = true
      await write()
      clearTimeout(timer)
    },
  }
}

function isEvent(record: EventRecord): record is JournalEntry {
  return Object.hasOwn(events, record.name)
}
