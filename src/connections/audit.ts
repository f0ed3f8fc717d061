/**
 * Hears who did what and brings it to the store's chain. Three ways lead there:
 *
 * - What must not happen unrecorded (a token shown, a setting changed) is stored before it is done: `begin`.
 * - What happened is taken in and stored with others of the same moment: `add`, `happened`. If the store is away it
 *   waits; renewals go on.
 * - What happens often (a token read by a job, a stranger refused) is counted by who, what and from where, and stored as
 *   one entry a minute: `handed`, `counted`.
 *
 * What waits lies in a file of the home within 50 ms, so that a kill loses no more than that. Nothing runs while nothing
 * happens.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import type { Clock, Logger } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type {
  AuditActor,
  AuditCheckpoint,
  AuditEntry,
  AuditFilter,
  AuditRecord,
  AuditStore,
  AuditVerdict,
  KeyRead,
  KeyReadStore,
} from '../store/store.ts'
import { openAuditFile, type AuditFile, type AuditLine } from './audit-file.ts'
import { entryOf, keyReadsOf, nameOf, readOf, tallyFrom, type Counted, type Tally } from './audit-tally.ts'
import type { EventName } from './events.ts'
import type { KeyPlaces } from './key-places.ts'

/** Somebody who reads tokens, with what they read in this minute by connection; another place comes behind its name. */
export type Reader = { readonly actor: AuditActor; readonly tallies: Map<string, Tally> }

export const readerFor = (actor: AuditActor): Reader => ({ actor, tallies: new Map() })

/** A request while it is worked on: what happens because of it is told with it. */
export type Note = { requestId: string; facts: Record<string, unknown>; connection?: string; open: boolean }

export type Audit = {
  /** Settles when the entry is stored. Throws `store_unavailable` or `storage_full`: then nothing may be done. */
  begin(entry: AuditEntry): Promise<void>
  add(entry: AuditEntry): void
  /** Hears every event. One that somebody caused is told with the request that is under way. */
  happened(name: EventName, fields: Record<string, unknown>): void
  /** Runs the work of a request. */
  during<Result>(note: Note, work: () => Promise<Result>): Promise<Result>
  /** A token was handed out; costs two look-ups in maps. */
  handed(reader: Reader, connection: string, generation: number, address: string | undefined, now: number): void
  counted(what: Counted): void
  /** Stores what was heard so far, as well as that is possible now. */
  settle(): Promise<void>
  list(filter: AuditFilter): Promise<AuditRecord[]>
  verify(checkpoint?: readonly AuditCheckpoint[]): Promise<AuditVerdict>
  close(): Promise<void>
}

type AuditParts = {
  store: AuditStore
  /** Told which key was handed which connection's token. */
  keyReads: KeyReadStore
  /** Told which key was used from where. */
  keyPlaces: KeyPlaces
  home: string
  clock: Clock
  log: Logger
  keptMs: number
}

/** How long what was heard may be in memory alone. */
const fileMs = 40
/** How long an entry waits for others. */
const gatherMs = 250
/** How long the same is counted together. */
const windowMs = 60_000
const againMs = 5_000
const pruneMs = 3600_000
/** Entries of one write: some milliseconds. */
const batch = 200
/** What waits while the store is away; what comes beyond it is given up, and that is said. */
const waitingLimit = 50_000
/** Different things that are counted in one minute; what is beyond is counted by who alone. */
const tallyLimit = 20_000

export async function createAudit(parts: AuditParts): Promise<Audit> {
  const { store, keyReads, keyPlaces, clock, log, home, keptMs } = parts
  const file = openAuditFile(home, log)
  const start = randomBytes(6).toString('hex')
  const context = new AsyncLocalStorage<Note>()
  let line = 0
  let waiting: AuditEntry[] = []
  /** How many of those that wait are in the file. */
  let filed = 0
  let lost = 0
  let tallies = new Map<string, Tally>()
  const readers = new Set<Reader>()
  /** How many there are, the readers' with them. */
  let counts = 0
  /** What the file does not hold yet; of readers by reader, because there can be many at once. */
  let dirty: Tally[] = []
  let dirtyReads = new Map<Reader, Tally[]>()
  let handedOut: KeyRead[] = []
  let filing: NodeJS.Timeout | undefined
  let gathering: NodeJS.Timeout | undefined
  let window: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  /** What was counted waits to be stored: until it is, the file is not done with. */
  let owed = false
  /** The last line of the file whose counts are stored, or wait to be. */
  let counted = 0
  let prunedAt = -Infinity
  let closed = false

  await takeOver(store, file, (entries) => {
    handedOut.push(...keyReadsOf(entries))
    keyPlaces.heard(entries)
  })

  function fileSoon(): void {
    filing ??= setTimeout(toFile, fileMs).unref()
  }

  function toFile(): void {
    clearTimeout(filing)
    filing = undefined
    const lines: AuditLine[] = waiting.slice(filed).map((entry) => ({ start, line: ++line, entry }))
    filed = waiting.length
    for (const tally of dirty) {
      const entry = { ...entryOf(tally), count: tally.count - tally.filed }
      tally.filed = tally.count
      lines.push({ start, line: ++line, entry, more: true })
    }
    for (const [{ actor }, read] of dirtyReads) lines.push({ start, line: ++line, actor, reads: read.map(readOf) })
    dirty = []
    dirtyReads = new Map()
    if (lines.length > 0) file.append(lines)
  }

  function add(entry: AuditEntry): void {
    if (waiting.length >= waitingLimit) {
      lost++
      return
    }
    waiting.push(entry)
    fileSoon()
    gathering ??= setTimeout(() => void save(false).catch(() => {}), gatherMs).unref()
  }

  function count(tally: Tally, now: number, reader?: Reader): void {
    tally.count++
    tally.lastAt = now
    if (tally.count - tally.filed > 1) return
    const list = reader === undefined ? dirty : dirtyReads.get(reader)
    if (list !== undefined) list.push(tally)
    else if (reader !== undefined) dirtyReads.set(reader, [tally])
    fileSoon()
    window ??= setTimeout(() => void save(true).catch(() => {}), windowMs).unref()
  }

  function tallyOf(what: Counted, now: number): Tally {
    const { actor, address, action, connection, outcome } = what
    const name = nameOf(what)
    const known = tallies.get(name)
    if (known !== undefined) return known
    if (counts >= tallyLimit && (address ?? connection) !== undefined)
      return tallyOf({ actor, action, outcome, address: undefined, connection: undefined }, now)
    const made = tallyFrom(what, now)
    tallies.set(name, made)
    counts++
    return made
  }

  /** Found by its reader alone: with many connections its making is what every read costs. */
  function readBy(reader: Reader, connection: string, address: string | undefined, now: number): Tally | undefined {
    const place = reader.tallies.has(connection) ? `${connection} ${address}` : connection
    const known = reader.tallies.get(place)
    if (known !== undefined) return known
    if (counts >= tallyLimit) return undefined
    const made = tallyFrom({ actor: reader.actor, address, action: 'readToken', connection, outcome: 'ok' }, now)
    reader.tallies.set(place, made)
    readers.add(reader)
    counts++
    return made
  }

  /** Moves what is counted to what waits, and lets everybody begin anew. */
  function turnWindow(): void {
    clearTimeout(window)
    window = undefined
    const all = [tallies, ...[...readers].map((reader) => reader.tallies)].flatMap((each) => [...each.values()])
    const entries = all.map(entryOf)
    const kept = entries.slice(0, Math.max(0, waitingLimit - waiting.length))
    for (const { count } of entries.slice(kept.length)) lost += count
    for (const entry of kept) waiting.push(entry)
    for (const read of keyReadsOf(kept)) handedOut.push(read)
    for (const reader of readers) reader.tallies.clear()
    readers.clear()
    tallies = new Map()
    counts = 0
    filed = waiting.length
  }

  /** Stores all that waits; with `all` also what is still being counted. Throws if the store does not take it. */
  function save(all: boolean): Promise<void> {
    clearTimeout(gathering)
    gathering = undefined
    const work = (writing ?? Promise.resolve()).then(() => write(all))
    const settled = work.catch(() => {})
    writing = settled
    void settled.then(() => {
      if (writing === settled) writing = undefined
    })
    return work
  }

  async function write(asked: boolean): Promise<void> {
    toFile()
    const all = asked || owed || counts === 0
    if (all) {
      turnWindow()
      file.turn()
      owed = true
      counted = line
    }
    if (lost > 0) waiting.push(lossEntry(clock.now(), lost))
    lost = 0
    const upTo = { start, line: all ? line : counted, single: line }
    try {
      for (let left = waiting.length, begun = false; left > 0 || (all && !begun); begun = true) {
        const some = waiting.slice(0, Math.min(batch, left))
        left -= some.length
        await store.append(some, left === 0 ? upTo : undefined)
        keyPlaces.heard(some)
        waiting = waiting.slice(some.length)
        filed = Math.max(0, filed - some.length)
      }
    } catch (error) {
      log.debug({ reason: String(error), waiting: waiting.length }, 'the audit could not be written yet')
      if (!closed) gathering ??= setTimeout(() => void save(false).catch(() => {}), againMs).unref()
      throw error
    }
    if (all) {
      owed = false
      file.forget()
    }
    await addKeyReads()
    await keyPlaces.save()
    await prune()
  }

  /** Only what people see of who reads a connection: what cannot be stored now is stored with the next. */
  async function addKeyReads(): Promise<void> {
    try {
      while (handedOut.length > 0) {
        await keyReads.add(handedOut.slice(0, batch))
        handedOut = handedOut.slice(batch)
      }
    } catch (error) {
      log.warn({ reason: String(error) }, 'who reads which connection could not be written yet')
    }
  }

  async function prune(): Promise<void> {
    const now = clock.now()
    if (now - prunedAt < pruneMs) return
    prunedAt = now
    await store.prune(now - keptMs).catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'old entries of the audit could not be removed')
    })
  }

  return {
    async begin(entry) {
      try {
        await store.append([entry])
      } catch (cause) {
        if (!(cause instanceof EvergrantError)) throw cause
        throw new EvergrantError(cause.code, {
          detail: `the audit cannot be written, so nothing was done: ${cause.message}`,
          cause,
        })
      }
    },
    add,
    happened(name, { connection, actor, ...facts }) {
      // Told by its request, which knows from where.
      if (name === 'session.started') return
      const note = context.getStore()
      const of = typeof connection === 'string' ? connection : undefined
      if (note?.open === true && typeof actor === 'string') {
        Object.assign(note.facts, facts)
        if (of !== undefined) note.connection ??= of
        return
      }
      add({
        at: clock.now(),
        count: 1,
        actor: actorOf(actor),
        action: name,
        outcome: typeof facts['code'] === 'string' ? facts['code'] : 'ok',
        facts,
        ...(of === undefined ? {} : { connection: of }),
        ...(note?.open === true ? { requestId: note.requestId } : {}),
      })
    },
    during: (note, work) => context.run(note, work),
    handed(reader, connection, generation, address, now) {
      let tally = reader.tallies.get(connection)
      if (tally === undefined || tally.address !== address) tally = readBy(reader, connection, address, now)
      // Too many different ones: who, and how often.
      if (tally === undefined) {
        const who = { actor: reader.actor, action: 'readToken', outcome: 'ok' }
        return count(tallyOf({ ...who, address: undefined, connection: undefined }, now), now)
      }
      tally.generation = generation
      count(tally, now, reader)
    },
    counted(what) {
      const now = clock.now()
      count(tallyOf(what, now), now)
    },
    async settle() {
      await save(true).catch(() => {})
    },
    async list(filter) {
      // What is missing because the store is away is missing in what the store can tell as well.
      await save(true).catch(() => {})
      return store.list(filter)
    },
    async verify(checkpoint) {
      await save(true).catch(() => {})
      return store.verify(checkpoint)
    },
    async close() {
      closed = true
      // What was heard at last may have been told once more, as an event.
      const all = save(true).then(() => (waiting.length > 0 ? save(true) : undefined))
      await all.catch((error: unknown) => {
        log.warn({ reason: String(error) }, 'the audit is not written to the end; the rest follows at the next start')
      })
      for (const timer of [filing, gathering, window]) clearTimeout(timer)
      file.close()
    },
  }
}

/** Stores what a start before this one left in the file, and tells what that was. */
async function takeOver(store: AuditStore, file: AuditFile, told: (entries: AuditEntry[]) => void): Promise<void> {
  const lines = file.left()
  if (lines.length === 0) return
  const taken = await store.taken()
  const left = lines.filter(
    ({ start, line, more }) => start !== taken.start || line > (more === true ? taken.line : taken.single),
  )
  const sums = new Map<string, AuditEntry>()
  const entries: AuditEntry[] = []
  for (const { entry, more } of left) {
    const name = nameOf(entry)
    const sum = more === true ? sums.get(name) : undefined
    if (sum !== undefined) {
      sum.count += entry.count
      sum.until = Math.max(sum.until ?? sum.at, entry.until ?? entry.at)
      sum.facts = { ...entry.facts, recovered: true }
      continue
    }
    const recovered = { ...entry, facts: { ...entry.facts, recovered: true } }
    if (more === true) sums.set(name, recovered)
    entries.push(recovered)
  }
  const last = lines.at(-1)
  const upTo = last && { start: last.start, line: last.line, single: last.line }
  for (let from = 0; from === 0 || from < entries.length; from += batch)
    await store.append(entries.slice(from, from + batch), from + batch >= entries.length ? upTo : undefined)
  file.turn()
  file.forget()
  told(entries)
}

/** The field `actor` of an event, as `actorName` wrote it. */
function actorOf(name: unknown): AuditActor {
  if (typeof name !== 'string') return { kind: 'server' }
  if (name.startsWith('key ')) return { kind: 'key', name: name.slice(4) }
  return { kind: name === 'session' || name === 'local' || name === 'callback' ? name : 'unknown' }
}

function lossEntry(at: number, count: number): AuditEntry {
  return { at, count, actor: { kind: 'server' }, action: 'audit.lost', outcome: 'store_unavailable', facts: {} }
}
