/**
 * Tells nodes of one database apart whose machines have the same name and whose homes the same path, as in containers:
 * a node takes over open claims of its own earlier starts at once, so two nodes must never pass for one.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EvergrantError } from '../errors.ts'

/** Eight characters that stay with the home. To be called by whoever owns it. */
export function nodeMark(home: string): string {
  const file = join(home, 'node')
  const found = read(file)
  if (found !== undefined) return found
  const mark = randomBytes(4).toString('hex')
  try {
    writeFileSync(file, `${mark}\n`, { mode: 0o600, flush: true })
  } catch (cause) {
    throw new EvergrantError('store_unavailable', { detail: `the file "${file}" cannot be written`, cause })
  }
  return mark
}

/** What is cut off or damaged counts as not there: the node is then another one, which is always safe. */
function read(file: string): string | undefined {
  try {
    return /^[0-9a-f]{8}$/.exec(readFileSync(file, 'utf8').trim())?.[0]
  } catch {
    return undefined
  }
}
