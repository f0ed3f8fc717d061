/**
 * One random data key per connection and per client, wrapped by the installation's key and stored once in its row:
 * deleting the row destroys everything that was sealed under it, wherever copies of the blobs lie.
 */
import { randomBytes } from 'node:crypto'
import { place, SealKey, type KeyRing } from './seal.ts'

type Owner = 'connection' | 'client'
type Entry = { wrapped: Uint8Array; key: SealKey }

export class DataKeys {
  readonly ring: KeyRing
  readonly #limit: number
  // Insertion order is age: the first entry is the one not used for longest.
  readonly #cache = new Map<string, Entry>()

  /** @param limit how many opened data keys are kept in memory */
  constructor(ring: KeyRing, limit = 20_000) {
    this.ring = ring
    this.#limit = limit
  }

  make(owner: Owner, id: string): Entry {
    const bytes = randomBytes(32)
    const entry = { wrapped: this.ring.seal(bytes, place(owner, id, 'data_key')), key: new SealKey(bytes) }
    bytes.fill(0)
    this.#keep(owner + id, entry)
    return entry
  }

  /** Throws `SealBroken`. */
  open(owner: Owner, id: string, wrapped: Uint8Array): SealKey {
    const known = this.#cache.get(owner + id)
    if (known && Buffer.compare(known.wrapped, wrapped) === 0) {
      this.#keep(owner + id, known)
      return known.key
    }
    const bytes = this.ring.open(wrapped, place(owner, id, 'data_key'))
    const key = new SealKey(bytes)
    bytes.fill(0)
    this.#keep(owner + id, { wrapped, key })
    return key
  }

  /** The key, if it is in memory. */
  known(owner: Owner, id: string): SealKey | undefined {
    return this.#cache.get(owner + id)?.key
  }

  forget(owner: Owner, id: string): void {
    this.#cache.delete(owner + id)
  }

  #keep(name: string, entry: Entry): void {
    this.#cache.delete(name)
    this.#cache.set(name, entry)
    if (this.#cache.size <= this.#limit) return
    const oldest = this.#cache.keys().next()
    if (!oldest.done) this.#cache.delete(oldest.value)
  }
}
