/**
 * The key file: 32 random bytes in base64url, one key a line; lines that begin with `#` are for people. The first line
 * seals; the others only open: they are older keys, or one that is about to take over.
 */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { EvergrantError } from '../errors.ts'
import { KeyRing, type KeySource } from './seal.ts'

/** How keys stand in the file. In the clear, one a line, unless something protects them. */
export type KeyCover = {
  /** Throws EvergrantError `key_wrong` where the file does not fit. */
  open(lines: readonly string[]): Buffer[]
  seal(keys: readonly Uint8Array[]): string[]
}

type KeyFileOptions = {
  storeExists: boolean
  /** Not ours to change: what a service manager has put there. */
  fixed?: boolean
  cover?: KeyCover
}

/** No cover: the mode of the file is all that protects it. */
export const plainCover: KeyCover = {
  open: (lines) => lines.map((line) => Buffer.from(line, 'base64url')),
  seal: (keys) => keys.map((key) => Buffer.from(key).toString('base64url')),
}

/**
 * Reads the keys, or makes one if there is nothing yet that it would have to open. Throws `key_missing`, `key_wrong`,
 * `storage_full`, `store_unavailable`.
 */
export function loadOrMakeKey(file: string, options: KeyFileOptions): KeyRing {
  const { storeExists, fixed = false, cover = plainCover } = options
  const text = readKeyFile(file) ?? makeKey(file, storeExists, cover)
  return new KeyRing(keysIn(text, file, cover), sourceOf(file, cover, fixed))
}

/** Undefined: there is none. Throws `key_missing` where it is there and cannot be read. */
export function readKeyFile(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw new EvergrantError('key_missing', { detail: `the key file "${file}" cannot be read`, cause })
  }
}

/** What counts of a key file. */
export function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Puts the keys in the place of those that are there: either the old or the new file is seen, whatever happens. */
export function writeKeyFile(file: string, keys: readonly Uint8Array[], cover: KeyCover): void {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeDurably(draft, textOf(keys, cover))
    renameSync(draft, file)
    syncDirectory(dirname(file))
  } catch (cause) {
    rmSync(draft, { force: true })
    throw unwritable(file, cause)
  }
}

function keysIn(text: string, file: string, cover: KeyCover): Buffer[] {
  const keys = cover.open(linesOf(text))
  if (keys.length > 0 && keys.every((key) => key.length === 32)) return keys
  throw new EvergrantError('key_wrong', {
    detail: `"${file}" holds no key: each line must be 32 bytes in base64url (43 characters)`,
  })
}

function textOf(keys: readonly Uint8Array[], cover: KeyCover): string {
  return `${cover.seal(keys).join('\n')}\n`
}

function sourceOf(file: string, cover: KeyCover, fixed: boolean): KeySource {
  return {
    from: `the key file "${file}"`,
    read() {
      try {
        return keysIn(readFileSync(file, 'utf8'), file, cover)
      } catch {
        // In the middle of being changed by hand, or away: the keys that are here go on.
        return []
      }
    },
    ...(fixed ? {} : { write: (keys: readonly Uint8Array[]) => writeKeyFile(file, keys, cover) }),
  }
}

/** Written beside and linked into place: a half-written key is never seen, an existing one never replaced. */
function makeKey(file: string, storeExists: boolean, cover: KeyCover): string {
  if (storeExists) {
    throw new EvergrantError('key_missing', { detail: `a store exists, but its key file "${file}" does not` })
  }
  const text = textOf([randomBytes(32)], cover)
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeDurably(draft, text)
    linkSync(draft, file)
    syncDirectory(dirname(file))
    return text
  } catch (cause) {
    // Another process made one in the same moment: that one counts.
    if (hasCode(cause, 'EEXIST')) return readFileSync(file, 'utf8')
    throw unwritable(file, cause)
  } finally {
    removeDraft(draft)
  }
}

function unwritable(file: string, cause: unknown): EvergrantError {
  const full = hasCode(cause, 'ENOSPC') || hasCode(cause, 'EDQUOT')
  return new EvergrantError(full ? 'storage_full' : 'store_unavailable', {
    detail: `the key file "${file}" cannot be written`,
    cause,
  })
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** A new name is durable only when its directory is. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

function removeDraft(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
