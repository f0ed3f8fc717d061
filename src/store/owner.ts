/**
 * One process owns a home: two of them on one spool and one set of claims would renew twice. The sign is an exclusive
 * SQLite transaction held open on `owner.db`. It dies with the process, however that ends, so there is no stale lock to
 * clean up and no process id to guess about.
 */
import { join } from 'node:path'
import { isBusy, openSqliteFile, storeError } from './sqlite-file.ts'

/** Undefined: another process owns the home. */
export function holdHome(home: string): { release(): void } | undefined {
  const file = openSqliteFile(join(home, 'owner.db'), 0)
  try {
    // Without a log the exclusive lock is one on the file itself; nothing is ever written.
    file.exec('pragma journal_mode = delete')
    file.exec('begin exclusive')
  } catch (error) {
    file.close()
    if (isBusy(error)) return undefined
    throw storeError(error)
  }
  return { release: () => file.close() }
}
