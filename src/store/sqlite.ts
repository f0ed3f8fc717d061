/**
 * The embedded store: one SQLite file in the data directory, used by one process. The repositories are shared with
 * every other database; here they are put together over this one.
 */
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { Migrator } from 'kysely/migration'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { DataKeys } from './data-keys.ts'
import { joinInstallation, type Ground } from './installation.ts'
import { migrations } from './migrations.ts'
import { repositories } from './repositories.ts'
import type { KeyRing } from './seal.ts'
import { SqliteDatabase } from './sqlite-database.ts'
import { storeError } from './sqlite-file.ts'
import type { Store } from './store.ts'

export type SqliteStoreOptions = {
  /** Made, with mode 0600, if it is not there. */
  file: string
  keys: KeyRing
  clock: Clock
  /** This process: `node id/start id`. */
  holder: string
  /** Takes over a database that was restored, copied or moved. */
  adopt?: boolean
}

/**
 * Opens the store, bringing its schema up to date. Throws `key_wrong`, `not_adopted`, `store_unavailable`,
 * `storage_full`.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { file, keys: ring, clock, holder, adopt = false } = options
  makePrivate(file)
  const database = new SqliteDatabase(file, clock)
  try {
    await migrate(database)
    const installation = await joinInstallation(database, ring, { ground: groundOf(file), adopt, holder })
    return {
      ...repositories(database, new DataKeys(ring), clock, holder),
      installation,
      size: () => sizeOf(file),
      watch() {},
      get statements() {
        return database.statements
      },
      close: () => database.close(),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/**
 * SQLite gives its log and its shared memory the mode of the database file, so that is made first. An existing file is
 * not opened here: closing it would drop the locks that this process may hold on it (POSIX).
 */
function makePrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return
    throw new EvergrantError('store_unavailable', { detail: `the database file "${file}" cannot be made`, cause })
  }
}

/** In one transaction, which Kysely does not make for SQLite: a process that dies in the middle leaves what was there. */
async function migrate(database: SqliteDatabase): Promise<void> {
  const migrator = new Migrator({
    db: database.builder,
    provider: migrations({ bytes: 'blob', keyed: 'without rowid' }),
  })
  await database.write(async () => {
    const { error } = await migrator.migrateToLatest()
    if (error !== undefined) throw schemaError(error)
  })
}

/** What Kysely says of a migration in the database that it does not know. */
function schemaError(error: unknown): unknown {
  const isNewer = error instanceof Error && error.message.startsWith('corrupted migrations')
  const cause = storeError(error)
  if (!isNewer && cause instanceof EvergrantError) return cause
  return new EvergrantError('store_unavailable', {
    detail: isNewer
      ? 'the schema of the database was made by a newer version'
      : 'the schema of the database cannot be brought up to date',
    ...(isNewer ? { remedy: 'run that version again, or put the backup from before it in place' } : {}),
    cause,
  })
}

/** The database with the log of what is not in it yet. */
async function sizeOf(file: string): Promise<number> {
  const sizes = [file, `${file}-wal`].map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  return sizes.reduce((sum, size) => sum + size, 0)
}

/** A copy of the file has another inode, a copy of the disk another machine. */
function groundOf(file: string): Ground {
  return { file: String(statSync(file, { bigint: true }).ino), machine: machineId() }
}

function machineId(): string {
  try {
    return readFileSync('/etc/machine-id', 'utf8').trim()
  } catch {
    // Containers often have none: then only the file is compared.
    return ''
  }
}
