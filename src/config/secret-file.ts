import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { Unfit } from './checks.ts'

/** A secret of 64 KiB is somebody pointing at the wrong file. */
const LIMIT_BYTES = 65_536

/**
 * Reads a secret from the file a `_FILE` option names; one trailing newline, which editors and `echo` leave, is cut.
 * Mode and text are taken from one descriptor, so the file that was checked is the file that is read.
 */
export function readSecretFile(path: string): string {
  let descriptor: number
  try {
    descriptor = openSync(path, 'r')
  } catch (error) {
    throw new Unfit(`${path} cannot be read (${reasonOf(error)})`, 'give the path of a file this process may read')
  }
  try {
    const facts = fstatSync(descriptor)
    if (!facts.isFile()) throw new Unfit(`${path} is not a file`, 'give the path of a file that holds the secret alone')
    if ((facts.mode & 0o077) !== 0) {
      const mode = (facts.mode & 0o777).toString(8).padStart(4, '0')
      throw new Unfit(`others can read ${path} (mode ${mode})`, `chmod 600 ${path}`)
    }
    if (facts.size > LIMIT_BYTES) {
      throw new Unfit(`${path} holds ${facts.size} bytes`, 'give the path of a file that holds the secret alone')
    }
    const text = readFileSync(descriptor, 'utf8').replace(/\r?\n$/, '')
    if (text === '') throw new Unfit(`${path} is empty`, 'write the secret into it')
    return text
  } finally {
    closeSync(descriptor)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
