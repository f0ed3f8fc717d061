/**
 * The bytes of a backup. One line in clear says how it is sealed; everything else is sealed under a key of its own, which
 * the line holds wrapped, in pieces that open only at their place behind this very line.
 *
 *     EGBK1 {"made_at":...,"by":"key","key":"1a2b3c4d","wrapped":"..."}\n
 *     length (4) | sealed list of the files
 *     length (4) | sealed piece, as many as the files have
 *
 * Numbers are little-endian. A piece that is missing, moved or doubled is seen; so is anything behind the last one.
 */
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { EvergrantError } from '../errors.ts'
import type { ScryptParameters } from './passphrase.ts'
import { place, SealBroken, type Place, type SealKey } from './seal.ts'

export type BackupHead = {
  made_at: number
  version: string
  /** Wrapped by the installation's key of this id, or by a passphrase. */
  by: 'key' | 'passphrase'
  key?: string
  scrypt?: ScryptParameters
  wrapped: string
}

export type BackupList = {
  files: { name: string; size: number; sha256: string }[]
  connections: number
}

const MAGIC = 'EGBK1 '
const PIECE = 1024 * 1024
/** A head is some hundred bytes. */
const LONGEST_HEAD = 4096
/** A list of some hundred files. */
const LONGEST_FRAME = PIECE + 4096

export const wrappingPlace = (madeAt: number): Place => place('backup', String(madeAt), 'content_key')

function digestOf(line: string): string {
  return createHash('sha256').update(line).digest('hex')
}

export class BackupWriter {
  readonly #file: FileHandle
  readonly #key: SealKey
  readonly #digest: string
  readonly #line: string
  #pieces = 0
  bytes = 0

  constructor(file: FileHandle, head: BackupHead, key: SealKey) {
    this.#file = file
    this.#key = key
    this.#line = `${MAGIC}${JSON.stringify(head)}\n`
    this.#digest = digestOf(this.#line)
  }

  async begin(list: BackupList): Promise<void> {
    await this.#put(Buffer.from(this.#line))
    await this.#frame(Buffer.from(JSON.stringify(list)), place('backup', this.#digest, 'list'))
  }

  /** Adds the next file of the list. */
  async add(from: FileHandle, size: number): Promise<void> {
    const piece = Buffer.alloc(Math.min(PIECE, size))
    for (let at = 0; at < size;) {
      const { bytesRead } = await from.read(piece, 0, Math.min(PIECE, size - at), at)
      if (bytesRead === 0) throw new EvergrantError('store_unavailable', { detail: 'a file shrank while it was read' })
      await this.#frame(piece.subarray(0, bytesRead), place('backup', this.#digest, 'piece', this.#pieces++))
      at += bytesRead
    }
  }

  async #frame(content: Buffer, at: Place): Promise<void> {
    const sealed = this.#key.seal(content, at)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(sealed.length)
    await this.#put(Buffer.concat([length, sealed]))
  }

  async #put(bytes: Buffer): Promise<void> {
    // `writeFile` of a handle goes on from where the last one ended, and writes everything.
    await this.#file.writeFile(bytes)
    this.bytes += bytes.length
  }
}

/** Reads what `BackupWriter` wrote. Throws `backup_unusable`, which names the file. */
export class BackupReader {
  readonly head: BackupHead
  readonly #file: FileHandle
  readonly #name: string
  readonly #digest: string
  #at: number
  #pieces = 0

  private constructor(file: FileHandle, name: string, line: string) {
    this.#file = file
    this.#name = name
    this.#digest = digestOf(line)
    this.#at = Buffer.byteLength(line)
    // Whether it is as it was written shows when the list opens.
    this.head = JSON.parse(line.slice(MAGIC.length)) as BackupHead
    if (typeof this.head.wrapped !== 'string' || !Number.isInteger(this.head.made_at)) throw new TypeError('no head')
  }

  static async open(file: FileHandle, name: string): Promise<BackupReader> {
    const start = Buffer.alloc(LONGEST_HEAD)
    const { bytesRead } = await file.read(start, 0, LONGEST_HEAD, 0)
    const line = /^EGBK1 \{.*\}\n/.exec(start.toString('utf8', 0, bytesRead))?.[0]
    if (line === undefined) throw unusable(name, 'it is no backup of evergrant, or its first line is damaged')
    try {
      return new BackupReader(file, name, line)
    } catch (cause) {
      throw unusable(name, 'its first line is damaged', cause)
    }
  }

  async list(key: SealKey): Promise<BackupList> {
    const bytes = await this.#frame(key, place('backup', this.#digest, 'list'))
    return JSON.parse(bytes.toString('utf8')) as BackupList // sealed, so it is what `begin` wrote
  }

  /** Gives the next file of the list, piece by piece, and compares its digest. */
  async take(
    key: SealKey,
    wanted: BackupList['files'][number],
    put: (piece: Buffer) => Promise<unknown>,
  ): Promise<void> {
    const hash = createHash('sha256')
    for (let left = wanted.size; left > 0;) {
      const piece = await this.#frame(key, place('backup', this.#digest, 'piece', this.#pieces++))
      left -= piece.length
      hash.update(piece)
      await put(piece)
    }
    if (hash.digest('hex') !== wanted.sha256) throw unusable(this.#name, `the file ${wanted.name} in it is damaged`)
  }

  async end(): Promise<void> {
    const { size } = await this.#file.stat()
    if (size !== this.#at) throw unusable(this.#name, 'there is something behind its end')
  }

  async #frame(key: SealKey, at: Place): Promise<Buffer> {
    const length = (await this.#read(4)).readUInt32LE()
    if (length > LONGEST_FRAME) throw unusable(this.#name, `it is damaged near byte ${this.#at}`)
    const sealed = await this.#read(length)
    try {
      return key.open(sealed, at)
    } catch (cause) {
      if (cause instanceof SealBroken) throw unusable(this.#name, `it is damaged near byte ${this.#at}`, cause)
      throw cause
    }
  }

  async #read(count: number): Promise<Buffer> {
    const bytes = Buffer.alloc(count)
    let done = 0
    while (done < count) {
      const { bytesRead } = await this.#file.read(bytes, done, count - done, this.#at + done)
      if (bytesRead === 0) throw unusable(this.#name, `it ends early, at byte ${this.#at + done}`)
      done += bytesRead
    }
    this.#at += count
    return bytes
  }
}

export function unusable(name: string, why: string, cause?: unknown): EvergrantError {
  return new EvergrantError('backup_unusable', { detail: `the backup ${name} cannot be used: ${why}`, cause })
}
