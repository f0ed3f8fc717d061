/**
 * The one place that knows `node:sqlite`: its names are still moving (`DatabaseSync` becomes `Database` in Node 26.11).
 */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { EvergrantError } from '../errors.ts'

export type SqliteFile = DatabaseSync
export type SqliteStatement = ReturnType<DatabaseSync['prepare']>
export type SqliteValue = SQLInputValue

/** @param waitMs how long a lock of another process is waited for; the wait blocks the event loop */
export function openSqliteFile(file: string, waitMs: number): SqliteFile {
  try {
    return new DatabaseSync(file, { timeout: waitMs, enableForeignKeyConstraints: true, defensive: true })
  } catch (error) {
    throw storeError(error)
  }
}

const SQLITE_BUSY = 5
const SQLITE_FULL = 13
const SQLITE_ERROR = 1
const SQLITE_CONSTRAINT = 19
const SQLITE_MISUSE = 21
const SQLITE_RANGE = 25

/** Faults of our own statements stay as they are; everything else is the world's. */
const ours = new Set([SQLITE_ERROR, SQLITE_CONSTRAINT, SQLITE_MISUSE, SQLITE_RANGE])

/** What a failure of SQLite means for the caller. Errors that are not SQLite's pass. */
export function storeError(error: unknown): unknown {
  const result = primaryCode(error)
  if (result === undefined || ours.has(result)) return error
  // `errstr` is SQLite's fixed sentence for the code; the message could quote a statement.
  const words = (error as { errstr?: string }).errstr ?? 'unknown fault'
  if (result === SQLITE_FULL) {
    return new EvergrantError('storage_full', { detail: `the database cannot be written: ${words}`, cause: error })
  }
  return new EvergrantError('store_unavailable', { detail: `the database cannot be used: ${words}`, cause: error })
}

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === SQLITE_BUSY
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  // The low byte is the primary result code, the rest says more.
  return error.errcode & 0xff
}
