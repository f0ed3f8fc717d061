/**
 * Sealing: AES-256-GCM, a random nonce each time. A sealed blob is
 *
 *     version (1 byte) | key id (4) | nonce (12) | ciphertext | tag (16)
 *
 * and opens only in its place: `place` (table, row, column, generation) is additional data, so a blob that was moved to
 * another row or put back from an older state is refused like a damaged one.
 */
import { createCipheriv, createDecipheriv, createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const VERSION = 1
const ID = 4
const NONCE = 12
const TAG = 16
const HEAD = 1 + ID + NONCE
const gcm = { authTagLength: TAG }

/** A blob does not open: damaged, moved, rolled back, or sealed with another key. Callers say which row it was. */
export class SealBroken extends Error {}

export class SealKey {
  /** The id as a number: thousands of keys are in memory. */
  readonly #id: number
  readonly #key: KeyObject

  /** @param bytes 32 random bytes */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== 32) throw new RangeError('a key has 32 bytes')
    this.#id = createHash('sha256').update('evergrant key id\0').update(bytes).digest().readUInt32BE(0)
    this.#key = createSecretKey(bytes)
  }

  /** Eight hexadecimal digits that name the key without telling anything about it. */
  get id(): string {
    return this.#id.toString(16).padStart(2 * ID, '0')
  }

  seal(content: string | Uint8Array, place: Place): Uint8Array {
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv(CIPHER, this.#key, nonce)
    cipher.setAAD(Buffer.from(place))
    const head = Buffer.allocUnsafe(HEAD)
    head[0] = VERSION
    head.writeUInt32BE(this.#id, 1)
    nonce.copy(head, 1 + ID)
    const body = typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content)
    return Buffer.concat([head, body, cipher.final(), cipher.getAuthTag()])
  }

  /** Throws `SealBroken`. */
  open(blob: Uint8Array, place: Place): Buffer {
    checkForm(blob)
    if (idOf(blob) !== this.#id) throw new SealBroken('sealed with another key')
    const end = blob.length - TAG
    const decipher = createDecipheriv(CIPHER, this.#key, blob.subarray(1 + ID, HEAD), gcm)
    decipher.setAAD(Buffer.from(place))
    decipher.setAuthTag(blob.subarray(end))
    const content = decipher.update(blob.subarray(HEAD, end))
    try {
      decipher.final()
    } catch (cause) {
      throw new SealBroken('damaged, or not in its place', { cause })
    }
    return content
  }
}

/** Where a blob belongs, as additional data. */
export type Place = string & { readonly place: unique symbol }

export function place(table: string, row: string, column: string, generation?: number): Place {
  // NUL cannot stand in a table's name or an id, so two different places never read the same.
  return `${table}\0${row}\0${column}\0${generation ?? ''}` as Place
}

/** Which key sealed this blob. Throws `SealBroken` if it cannot be a blob of ours. */
export function keyIdOf(blob: Uint8Array): string {
  checkForm(blob)
  return Buffer.from(blob.buffer, blob.byteOffset + 1, ID).toString('hex')
}

/** As a number, without another view of the bytes: it runs for each token that is read. */
function idOf([, a = 0, b = 0, c = 0, d = 0]: Uint8Array): number {
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0
}

function checkForm(blob: Uint8Array): void {
  if (blob.length < HEAD + TAG || blob[0] !== VERSION) throw new SealBroken('not a sealed value')
}

/** Sealed with a key that another node has begun to use and that has not come here yet. */
export class KeyAbsent extends SealBroken {}

/** Not asked for more often than this: a blob of a lost key is met again and again. */
const REREAD_MS = 1_000

/**
 * The installation's keys: one of them seals, at first the first, and every one of them opens. Whoever holds the ring
 * sees a change at once.
 */
export class KeyRing {
  /** Where the keys come from, if they can change there. */
  readonly source: KeySource | undefined
  readonly #byId = new Map<string, { key: SealKey; bytes: Buffer }>()
  #current: SealKey
  /** Keys that were looked for and not found, and when. */
  readonly #missed = new Map<string, number>()
  /** Keys that other nodes are known to have. */
  readonly #expected = new Set<string>()
  #awaited: string | undefined

  constructor(keys: readonly Uint8Array[], source?: KeySource) {
    if (keys[0] === undefined) throw new RangeError('a key ring needs a key')
    this.source = source
    this.#current = this.#take(keys[0])
    for (const bytes of keys) this.#take(bytes)
  }

  get current(): SealKey {
    return this.#current
  }

  /** Ids of all keys; the first given comes first. */
  get ids(): string[] {
    return [...this.#byId.keys()]
  }

  /** Whether the key is here, or has come to where the keys are from. */
  has(id: string): boolean {
    return this.#find(id) !== undefined
  }

  /** Seals with this key from now on. It must be here. */
  use(id: string): void {
    this.#current = this.#named(id)
  }

  /** The bytes of these keys, for whoever keeps them. */
  bytesOf(ids: readonly string[]): Buffer[] {
    return ids.flatMap((id) => this.#byId.get(id)?.bytes ?? [])
  }

  /** Takes further keys in; they only open. Gives their ids. */
  add(keys: readonly Uint8Array[]): string[] {
    return keys.map((bytes) => this.#take(bytes).id)
  }

  /**
   * Another node seals with this key: what it seals is not damaged where this node cannot open it, and this node seals
   * with it too as soon as it has it.
   */
  expect(id: string): void {
    this.#expected.add(id)
    this.#awaited = id
    const found = this.#find(id)
    if (found) this.#current = found
  }

  /** Forgets a key; the one that seals stays. */
  drop(id: string): void {
    if (id !== this.#current.id) this.#byId.delete(id)
  }

  seal(content: string | Uint8Array, at: Place): Uint8Array {
    return this.#current.seal(content, at)
  }

  /** Seals with another key than the one that seals now. */
  sealWith(id: string, content: string | Uint8Array, at: Place): Uint8Array {
    return this.#named(id).seal(content, at)
  }

  /** Throws `SealBroken`; `KeyAbsent` where it is the key that is missing. */
  open(blob: Uint8Array, at: Place): Buffer {
    return this.#named(keyIdOf(blob)).open(blob, at)
  }

  #named(id: string): SealKey {
    const key = this.#find(id)
    if (key) return key
    const words = `sealed with key ${id}, which is not here`
    throw this.#expected.has(id) ? new KeyAbsent(words) : new SealBroken(words)
  }

  #find(id: string): SealKey | undefined {
    return (this.#byId.get(id) ?? this.#readAgain(id))?.key
  }

  /** Another node may have begun to seal with a key that has come into our file since it was read. */
  #readAgain(id: string): { key: SealKey } | undefined {
    const now = performance.now()
    if (this.source === undefined || now - (this.#missed.get(id) ?? -Infinity) < REREAD_MS) return undefined
    // A damaged blob can name any key.
    if (this.#missed.size > 100) this.#missed.clear()
    this.#missed.set(id, now)
    this.add(this.source.read())
    const found = this.#byId.get(id)
    if (found && id === this.#awaited) this.#current = found.key
    return found
  }

  #take(bytes: Uint8Array): SealKey {
    const key = new SealKey(bytes)
    if (!this.#byId.has(key.id)) this.#byId.set(key.id, { key, bytes: Buffer.from(bytes) })
    return key
  }
}

/** Where keys come from. */
export type KeySource = {
  /** For people, such as `the key file "..."`. */
  readonly from: string
  /** The keys as they are there now; none where they cannot be read. */
  read(): readonly Uint8Array[]
  /** Replaces them durably. Absent where they are not ours to change. */
  readonly write?: (keys: readonly Uint8Array[]) => void
}
