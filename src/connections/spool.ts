/**
 * This node's journal of received answers. A rotated refresh token exists once: between its arrival and the commit in
 * the database it must already lie on a disk. So an answer is appended here, sealed, before it is saved, and forgotten
 * when it is saved. After a crash `pending` tells which answers were received; an entry that had been saved may come
 * back once more, and the generation it starts from tells so.
 *
 * The file is made at its full size, so that an append on a full disk still finds room. An entry that was being written
 * when the power went is not read: nobody was told that it was safe.
 */
import { open, readFile, rename, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EvergrantError } from '../errors.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import { tokenSetFromJson, tokenSetToJson } from '../store/token-set-json.ts'
import { HEADER, frame, headerOf, payloadOf, readJournal, readPayload, sizeOf, type Head } from './spool-format.ts'

export type SpoolEntry = {
  connectionId: string
  holder: string
  /** The generation the renewal started from. */
  generation: number
  fence: number
  tokens: TokenSet
}

export type SpoolOptions = {
  /** The data directory. */
  directory: string
  /** Seals text under the connection's data key; undefined: there is no such connection. */
  seal(connectionId: string, purpose: string, text: string): Promise<Uint8Array | undefined>
  open(connectionId: string, purpose: string, blob: Uint8Array): Promise<string | undefined>
  /** Told of moments inside, where tests end the process. */
  reached?(point: 'spool_rewriting' | 'spool_emptied'): void
}

export interface Spool {
  /** Resolves when the entry is on the disk. Throws `storage_full`, `store_unavailable`. */
  append(entry: SpoolEntry): Promise<void>
  /** What was appended and not settled, oldest first, also by a process that has died. */
  pending(): Promise<SpoolEntry[]>
  /** The answer is of no use any more. */
  settle(entry: Head): void
  /** The answer is stored: it is kept a while for a database that loses its last moments. */
  stored(entry: Head): void
  /** What was received for this generation, stored or not: the newest one, which an older one has brought. */
  answerTo(connectionId: string, generation: number): Promise<SpoolEntry | undefined>
  /** Whose last answer was stored and is still here, with the generation it started from. */
  storedLately(): Head[]
  close(): Promise<void>
}

/** One answer has 2 to 5 KB: room for some hundreds that wait for the database. */
const ROOM = 1024 * 1024
/** How many connections' last stored answers are remembered, sealed: what is renewed in some minutes. */
const REMEMBERED = 1000

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const path = join(options.directory, 'spool')
  try {
    const journal = readJournal(await readIfThere(path))
    // Written anew at each start: what is left of a torn entry goes, and a file that was cut gets its room again.
    const run = journal.run + 1
    const file = await replaceFile(path, run, journal.payloads, () => options.reached?.('spool_rewriting'))
    return new FileSpool(path, file, run, journal.payloads, options)
  } catch (error) {
    throw diskError(error)
  }
}

type Waiting = { name: string; payload: Buffer; resolve(): void; reject(error: unknown): void }

class FileSpool implements Spool {
  readonly #path: string
  readonly #options: SpoolOptions
  /** Unsettled entries as they lie in the file, oldest first. */
  readonly #open = new Map<string, Buffer>()
  /** The last stored entry of a connection, in memory alone, oldest first. */
  readonly #stored = new Map<string, Buffer>()
  #file: FileHandle
  #run: number
  #sequence: number
  #end: number
  #queue: Waiting[] = []
  #writing: Promise<void> | undefined

  constructor(path: string, file: FileHandle, run: number, payloads: readonly Buffer[], options: SpoolOptions) {
    this.#path = path
    this.#file = file
    this.#run = run
    this.#options = options
    this.#sequence = payloads.length
    this.#end = sizeOf(payloads)
    for (const payload of payloads) this.#open.set(nameOf(readPayload(payload).head), payload)
  }

  async append(entry: SpoolEntry): Promise<void> {
    const { connectionId, holder, tokens } = entry
    const text = JSON.stringify({ holder, tokens: tokenSetToJson(tokens) })
    const blob = await this.#options.seal(connectionId, purposeOf(entry), text)
    if (!blob) return
    const payload = payloadOf(entry, blob)
    await new Promise<void>((resolve, reject) => {
      this.#queue.push({ name: nameOf(entry), payload, resolve, reject })
      this.#writing ??= this.#drain()
    })
  }

  async pending(): Promise<SpoolEntry[]> {
    const entries: SpoolEntry[] = []
    for (const payload of this.#open.values()) {
      const entry = await this.#entryOf(payload)
      // The connection was removed, or the entry is damaged: nobody will ever read it.
      if (entry === undefined) this.settle(readPayload(payload).head)
      else entries.push(entry)
    }
    return entries
  }

  settle(entry: Head): void {
    this.#open.delete(nameOf(entry))
  }

  stored(entry: Head): void {
    const name = nameOf(entry)
    const payload = this.#open.get(name)
    this.#open.delete(name)
    if (payload === undefined) return
    this.#stored.delete(entry.connectionId)
    this.#stored.set(entry.connectionId, payload)
    if (this.#stored.size <= REMEMBERED) return
    const [oldest = ''] = this.#stored.keys()
    this.#stored.delete(oldest)
  }

  async answerTo(connectionId: string, generation: number): Promise<SpoolEntry | undefined> {
    const stored = this.#stored.get(connectionId)
    if (stored !== undefined && readPayload(stored).head.generation === generation) return this.#entryOf(stored)
    // By their names, without looking into them: every renewal asks, while hundreds of others lie here.
    const start = `${connectionId} ${generation} `
    const name = [...this.#open.keys()].findLast((one) => one.startsWith(start))
    const payload = name === undefined ? undefined : this.#open.get(name)
    return payload && this.#entryOf(payload)
  }

  storedLately(): Head[] {
    return [...this.#stored.values()].map((payload) => readPayload(payload).head)
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
  }

  async #entryOf(payload: Buffer): Promise<SpoolEntry | undefined> {
    const { head, sealed } = readPayload(payload)
    const text = await this.#openText(head, sealed)
    if (text === undefined) return undefined
    const { holder, tokens } = JSON.parse(text) as { holder: string; tokens: string }
    return { ...head, holder, tokens: tokenSetFromJson(tokens) }
  }

  async #openText(head: Head, sealed: Buffer): Promise<string | undefined> {
    try {
      return await this.#options.open(head.connectionId, purposeOf(head), sealed)
    } catch (error) {
      if (error instanceof EvergrantError && error.code === 'integrity_error') return undefined
      throw error
    }
  }

  /** All appends that have come while the disk was busy share the next sync. */
  async #drain(): Promise<void> {
    // One turn of the event loop: answers that arrive together go together.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#queue.length > 0) {
      const group = this.#queue
      this.#queue = []
      try {
        await this.#write(group.map(({ payload }) => payload))
        for (const { name, payload, resolve } of group) {
          this.#open.set(name, payload)
          resolve()
        }
      } catch (error) {
        for (const { reject } of group) reject(diskError(error))
      }
    }
    this.#writing = undefined
  }

  async #write(payloads: Buffer[]): Promise<void> {
    if (this.#wantsRoom(sizeOf(payloads))) await this.#makeRoom()
    const frames = payloads.map((payload, at) => frame(this.#run, this.#sequence + at, payload))
    const bytes = Buffer.concat(frames)
    await writeAll(this.#file, bytes, this.#end)
    await this.#file.datasync()
    this.#sequence += payloads.length
    this.#end += bytes.length
  }

  /** With nothing to keep, starting over costs nothing; else half of a full file must be won by it. */
  #wantsRoom(size: number): boolean {
    if (this.#open.size === 0) return this.#end > HEADER
    return this.#end + size > ROOM && sizeOf([...this.#open.values()]) < this.#end / 2
  }

  /** Leaves the settled entries behind. If nothing is left to keep, a new header makes them void. */
  async #makeRoom(): Promise<void> {
    const kept = [...this.#open.values()]
    const run = this.#run + 1
    if (kept.length === 0) {
      await writeAll(this.#file, headerOf(run), 0)
    } else {
      const old = this.#file
      this.#file = await replaceFile(this.#path, run, kept)
      await old.close()
    }
    this.#run = run
    this.#sequence = kept.length
    this.#end = sizeOf(kept)
    this.#options.reached?.('spool_emptied')
  }
}

/** Generation and fence are part of the purpose, so an entry cannot be passed off as one of another renewal. */
function purposeOf({ generation, fence }: Head): string {
  return `spool ${generation} ${fence}`
}

function nameOf({ connectionId, generation, fence }: Head): string {
  return `${connectionId} ${generation} ${fence}`
}

async function readIfThere(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return Buffer.alloc(0)
    throw error
  }
}

/** Writes the whole file beside the old one and puts it in its place: either the old or the new one is there. */
async function replaceFile(
  path: string,
  run: number,
  payloads: readonly Buffer[],
  written?: () => void,
): Promise<FileHandle> {
  const draft = `${path}.new`
  const frames = payloads.map((payload, at) => frame(run, at, payload))
  const room = Buffer.alloc(Math.max(ROOM - sizeOf(payloads), 0))
  const file = await open(draft, 'w+', 0o600)
  try {
    await writeAll(file, Buffer.concat([headerOf(run), ...frames, room]), 0)
    await file.sync()
    written?.()
    await rename(draft, path)
    await syncDirectory(dirname(path))
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The system may take only a part of a write; what it refuses then comes as an error of the next part. */
async function writeAll(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten
  }
}

/** A new name is durable only when its directory is. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

function diskError(error: unknown): unknown {
  if (error instanceof EvergrantError) return error
  const full = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT')
  return new EvergrantError(full ? 'storage_full' : 'store_unavailable', {
    detail: 'the journal of received answers cannot be written',
    cause: error,
  })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
