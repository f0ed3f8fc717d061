/**
 * One random data key per connection and per client, wrapped by the installation's key and stored once in its row:
 * deleting the row destroys everything that was sealed under it, wherever copies of the blobs lie.
 */
import { randomBytes } from 'node:crypto'
import type { Secret } from '../secret.ts'
import { Memo } from './memo.ts'
import { KeyAbsent, place, SealKey, type KeyRing } from './seal.ts'

type Owner = 'connection' | 'client'

export class DataKeys {
  readonly ring: KeyRing
  /** Opened secrets of clients: many connections share one, and every read of a connection carries it. */
  readonly clientSecrets = new Memo<{ secret?: Secret; key?: Secret }>(1000)
  readonly #keys: Record<Owner, Memo<SealKey>>

  /** @param limit how many opened data keys of each kind of owner are kept in memory */
  constructor(ring: KeyRing, limit = 20_000) {
    this.ring = ring
    this.#keys = { connection: new Memo(limit), client: new Memo(limit) }
  }

  make(owner: Owner, id: string): { wrapped: Uint8Array; key: SealKey } {
    const bytes = randomBytes(32)
    const made = { wrapped: this.ring.seal(bytes, place(owner, id, 'data_key')), key: new SealKey(bytes) }
    bytes.fill(0)
    this.#keys[owner].put(id, made.wrapped, made.key)
    return made
  }

  /**
   * Throws `SealBroken`. A data key stays the same for the life of its row: where it was wrapped anew with a key that
   * this node does not have yet, the one in memory goes on, and nothing that was received is lost.
   */
  open(owner: Owner, id: string, wrapped: Uint8Array): SealKey {
    const known = this.#keys[owner].last(id)
    try {
      return this.#keys[owner].of(id, wrapped, () => {
        const bytes = this.ring.open(wrapped, place(owner, id, 'data_key'))
        const key = new SealKey(bytes)
        bytes.fill(0)
        return key
      })
    } catch (error) {
      if (error instanceof KeyAbsent && known !== undefined) return known
      throw error
    }
  }

  /** The key, if it is in memory: the row it belongs to need not be looked at. */
  known(owner: Owner, id: string): SealKey | undefined {
    return this.#keys[owner].last(id)
  }

  forget(owner: Owner, id: string): void {
    this.#keys[owner].forget(id)
    if (owner === 'client') this.clientSecrets.forget(id)
  }
}
