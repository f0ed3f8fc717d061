/**
 * The open tokens this process holds: a bounded table by connection name, filled on read, dropped on revocation,
 * re-authorization, renewal and removal. What it holds is exactly what the token read serves.
 */
import type { HotEntry, ServedToken } from './connections.ts'

export type Remembered = HotEntry & {
  readonly connectionId: string
  /** Both epoch ms; what `expiry.ts` needs to judge the token without the token. */
  readonly obtainedAt: number
  readonly endsAt: number | undefined
  /** `mandatoryAt` without a caller's wish. */
  readonly mandatoryAt: number
  /** From here a read also starts a renewal in the background; Infinity if nothing is to be renewed. */
  advisoryAt: number
  /** Second chance: set on use, cleared by the sweep. */
  used: boolean
}

export type Memory = {
  get(name: string): Remembered | undefined
  put(name: string, entry: Omit<Remembered, 'slot' | 'used'>): Remembered
  drop(connectionId: string): void
  clear(): void
  readonly size: number
}

export function createMemory(limit = 10_000): Memory {
  const byName = new Map<string, Remembered>()
  const nameOf = new Map<string, string>()

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
    put(name, entry) {
      const known = nameOf.get(entry.connectionId)
      const old = known === undefined ? undefined : byName.get(known)
      if (known !== undefined && old !== undefined) {
        // A slow reader must not put an older generation over a newer one.
        if (old.served.generation > entry.served.generation) return old
        forget(known, old)
      }
      if (byName.size >= limit) makeRoom()
      const remembered: Remembered = { ...entry, slot: undefined, used: false }
      byName.set(name, remembered)
      nameOf.set(entry.connectionId, name)
      return remembered
    },
    drop(connectionId) {
      const name = nameOf.get(connectionId)
      const entry = name === undefined ? undefined : byName.get(name)
      if (name !== undefined && entry !== undefined) forget(name, entry)
    },
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
