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
  /** Eight hexadecimal digits that name the key without telling anything about it. */
  readonly id: string
  readonly #idBytes: Buffer
  readonly #key: KeyObject

  /** @param bytes 32 random bytes */
  constructor(bytes: Uint8Array) {
    if (bytes.length !== 32) throw new RangeError('a key has 32 bytes')
    this.#idBytes = createHash('sha256').update('evergrant key id\0').update(bytes).digest().subarray(0, ID)
    this.id = this.#idBytes.toString('hex')
    this.#key = createSecretKey(bytes)
  }

  seal(content: string | Uint8Array, place: Place): Uint8Array {
    const nonce = randomBytes(NONCE)
    const cipher = createCipheriv(CIPHER, this.#key, nonce)
    cipher.setAAD(Buffer.from(place))
    const head = Buffer.concat([Buffer.of(VERSION), this.#idBytes, nonce])
    const body = typeof content === 'string' ? cipher.update(content, 'utf8') : cipher.update(content)
    return Buffer.concat([head, body, cipher.final(), cipher.getAuthTag()])
  }

  /** A loop and no closure: it runs for each token that is read. */
  #names(blob: Uint8Array): boolean {
    for (let at = 0; at < ID; at += 1) if (blob[1 + at] !== this.#idBytes[at]) return false
    return true
  }

  /** Throws `SealBroken`. */
  open(blob: Uint8Array, place: Place): Buffer {
    checkForm(blob)
    if (!this.#names(blob)) throw new SealBroken('sealed with another key')
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

function checkForm(blob: Uint8Array): void {
  if (blob.length < HEAD + TAG || blob[0] !== VERSION) throw new SealBroken('not a sealed value')
}

/** The installation's keys: the first seals, every one of them opens. */
export class KeyRing {
  readonly current: SealKey
  readonly #byId = new Map<string, SealKey>()

  constructor(keys: readonly Uint8Array[]) {
    const [current] = keys
    if (!current) throw new RangeError('a key ring needs a key')
    this.current = new SealKey(current)
    for (const bytes of keys) {
      const key = new SealKey(bytes)
      this.#byId.set(key.id, key)
    }
  }

  seal(content: string | Uint8Array, at: Place): Uint8Array {
    return this.current.seal(content, at)
  }

  /** Throws `SealBroken`. */
  open(blob: Uint8Array, at: Place): Buffer {
    const key = this.#byId.get(keyIdOf(blob))
    if (!key) throw new SealBroken('sealed with a key that is not here')
    return key.open(blob, at)
  }
}
