/**
 * What the audit has heard and the store does not hold yet, in a file of this node's home: a process that is killed
 * loses of it only what came in the last moment. Lines are handed to the system and not forced to the disk; what must
 * not be lost when the power goes is written to the store at once. A fault here is told once and stops nothing.
 *
 * There are two files: the lines that are being taken over into the store (`audit.taken`), and those that came since.
 */
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '../deps.ts'
import type { AuditActor, AuditEntry } from '../store/store.ts'
import { entryOfRead, type Read } from './audit-tally.ts'

/** One of several of the same, or a single one. `more` is added to what earlier lines of the same start said. */
type EntryLine = { start: string; line: number; entry: AuditEntry; more?: true }
/** Tokens that somebody was handed, all in one line: each is a `more`. */
type ReadsLine = { start: string; line: number; actor: AuditActor; reads: readonly Read[] }
export type AuditLine = EntryLine | ReadsLine

export type AuditFile = {
  /** Before the first `append`: what an earlier process left, oldest first; a torn line is left out. */
  left(): EntryLine[]
  append(lines: readonly AuditLine[]): void
  /** Begins a file for what comes from now on; does nothing while an earlier one is still being taken over. */
  turn(): void
  /** What lay in the file before `turn` is stored. */
  forget(): void
  close(): void
}

export function openAuditFile(home: string, log: Logger): AuditFile {
  const [current, taken] = [join(home, 'audit.open'), join(home, 'audit.taken')]
  let file: number | undefined
  let turned = false
  let told = false

  const safely = (work: () => void) => {
    try {
      work()
    } catch (error) {
      if (!told)
        log.warn({ reason: String(error) }, 'the file of the audit cannot be written; a kill would lose entries')
      told = true
    }
  }
  const stop = () => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  return {
    left: () => [...linesOf(taken), ...linesOf(current)],
    append(lines) {
      safely(() => {
        file ??= openSync(current, 'a', 0o600)
        writeSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
        told = false
      })
    },
    turn() {
      if (turned) return
      safely(() => {
        stop()
        rmSync(taken, { force: true })
        renameIfThere(current, taken)
        turned = true
      })
    },
    forget() {
      safely(() => {
        if (turned) rmSync(taken, { force: true })
        turned = false
      })
    },
    close: () => safely(stop),
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

function linesOf(path: string): EntryLine[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : entriesOf(JSON.parse(line) as AuditLine) // as `append` wrote it
    } catch {
      return []
    }
  })
}

function entriesOf(line: AuditLine): EntryLine[] {
  if (!('reads' in line)) return [line]
  const { start, line: number, actor, reads } = line
  return reads.map((read) => ({ start, line: number, entry: entryOfRead(actor, read), more: true }))
}
