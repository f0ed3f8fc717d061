/**
 * The key file: 32 random bytes in base64url, one key a line. The first line seals; the others only open, for the time
 * in which a key is being changed.
 */
import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { EvergrantError } from '../errors.ts'
import { KeyRing } from './seal.ts'

/**
 * Reads the key, or makes one if there is nothing yet that it would have to open. Throws `key_missing`, `key_wrong`,
 * `storage_full`, `store_unavailable`.
 */
export function loadOrMakeKey(file: string, { storeExists }: { storeExists: boolean }): KeyRing {
  const text = readKey(file) ?? makeKey(file, storeExists)
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const keys = lines.map((line) => Buffer.from(line.trim(), 'base64url'))
  if (keys.length === 0 || keys.some((key) => key.length !== 32)) {
    throw new EvergrantError('key_wrong', {
      detail: `"${file}" holds no key: each line must be 32 bytes in base64url (43 characters)`,
    })
  }
  return new KeyRing(keys)
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined
    throw new EvergrantError('key_missing', { detail: `the key file "${file}" cannot be read`, cause })
  }
}

/** Written beside and linked into place: a half-written key is never seen, an existing one never replaced. */
function makeKey(file: string, storeExists: boolean): string {
  if (storeExists) {
    throw new EvergrantError('key_missing', { detail: `a store exists, but its key file "${file}" does not` })
  }
  const text = `${randomBytes(32).toString('base64url')}\n`
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    writeDurably(draft, text)
    linkSync(draft, file)
    syncDirectory(dirname(file))
    return text
  } catch (cause) {
    // Another process made one in the same moment: that one counts.
    if (hasCode(cause, 'EEXIST')) return readFileSync(file, 'utf8')
    const full = hasCode(cause, 'ENOSPC') || hasCode(cause, 'EDQUOT')
    throw new EvergrantError(full ? 'storage_full' : 'store_unavailable', {
      detail: `the key file "${file}" cannot be written`,
      cause,
    })
  } finally {
    removeDraft(draft)
  }
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
