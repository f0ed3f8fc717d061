/**
 * The open tokens this process holds: a bounded table by connection name, filled on read, dropped on revocation,
 * re-authorization, renewal and removal. What it holds is exactly what the token read serves.
 */
import type { HotEntry, ServedToken } from './connections.ts'

export type Remembered = HotEntry & {
  readonly connectionId: string
  readonly served: ServedToken
  /** Epoch ms; with the end what `expiry.ts` needs to judge the token without the token. */
  readonly obtainedAt: number
  /** `mandatoryAt` without a caller's wish. */
  readonly mandatoryAt: number
  /** From here a read also starts a renewal in the background; Infinity if nothing is to be renewed. */
  advisoryAt: number
  /** Second chance: set on use, cleared by the sweep. */
  used: boolean
}

export type Memory = {
  get(name: string): Remembered | undefined
  /** The present moment: taken before what is to be remembered is read. */
  mark(): number
  /** Gives the entry, or a newer one that was there; it is not kept if its connection was dropped after `mark`. */
  put(entry: Remembered, mark?: number): Remembered
  /** Forgets the entry for good: what was read before this moment does not come back. */
  drop(connectionId: string): void
  /** Forgets the entry because its successor is under way. */
  forget(connectionId: string): void
  clear(): void
  readonly size: number
}

export function createMemory(limit = 10_000): Memory {
  const byName = new Map<string, Remembered>()
  const nameOf = new Map<string, string>()
  /** Moments of the latest drops, oldest first. */
  const droppedAt = new Map<string, number>()
  let moment = 0
  /** Drops up to here are not remembered singly any more: marks before it count as outdated. */
  let horizon = 0

  function isOutdated(connectionId: string, mark: number): boolean {
    return mark < Math.max(horizon, droppedAt.get(connectionId) ?? 0)
  }

  function noteDrop(connectionId: string): void {
    droppedAt.delete(connectionId)
    droppedAt.set(connectionId, ++moment)
    if (droppedAt.size <= limit) return
    const [oldest, at] = droppedAt.entries().next().value ?? ['', 0]
    droppedAt.delete(oldest)
    horizon = at
  }

  function forgetConnection(connectionId: string): void {
    const name = nameOf.get(connectionId)
    const entry = name === undefined ? undefined : byName.get(name)
    if (name !== undefined && entry !== undefined) forget(name, entry)
  }

  function forget(name: string, entry: Remembered): void {
    byName.delete(name)
    if (nameOf.get(entry.connectionId) === name) nameOf.delete(entry.connectionId)
  }

  /** Oldest first, sparing once what was used since it was last looked at. */
  function makeRoom(): void {
    for (const [name, entry] of byName) {
      if (byName.size < limit) return
      byName.delete(name)
      if (entry.used) {
        entry.used = false
        byName.set(name, entry)
      } else {
        forget(name, entry)
      }
    }
  }

  return {
    get(name) {
      const entry = byName.get(name)
      if (entry !== undefined) entry.used = true
      return entry
    },
    mark: () => moment,
    put(entry, mark = moment) {
      const { name } = entry
      if (isOutdated(entry.connectionId, mark)) return entry
      const known = nameOf.get(entry.connectionId)
      const old = known === undefined ? undefined : byName.get(known)
      if (known !== undefined && old !== undefined) {
        // A slow reader must not put an older generation over a newer one.
        if (old.generation > entry.generation) return old
        forget(known, old)
      }
      if (byName.size >= limit) makeRoom()
      byName.set(name, entry)
      nameOf.set(entry.connectionId, name)
      return entry
    },
    drop(connectionId) {
      noteDrop(connectionId)
      forgetConnection(connectionId)
    },
    forget: forgetConnection,
    clear() {
      byName.clear()
      nameOf.clear()
    },
    get size() {
      return byName.size
    },
  }
}

/** The bytes of a served token never change, so neither does this: warnings of one answer are not remembered. */
export function withWarnings(served: ServedToken, warnings: readonly string[]): ServedToken {
  return warnings.length === 0 ? served : { ...served, warnings: [...served.warnings, ...warnings] }
}
