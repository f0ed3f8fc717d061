/**
 * The store in Postgres, which several nodes share. Each node has a home of its own for its spool; the key is the same
 * on all of them. Repositories and tables are those of every other database.
 */
import type { Clock, Logger } from '../deps.ts'
import { DataKeys } from './data-keys.ts'
import { joinInstallation } from './installation.ts'
import { Changes } from './postgres-changes.ts'
import { atStart, examine, storeExists } from './postgres-check.ts'
import type { PostgresAddress } from './postgres-client.ts'
import { PostgresDatabase } from './postgres-database.ts'
import { postgresError } from './postgres-error.ts'
import { migratePostgres } from './postgres-migrate.ts'
import { repositories } from './repositories.ts'
import type { KeyRing } from './seal.ts'
import type { Change, Store } from './store.ts'

export type PostgresStoreOptions = {
  address: PostgresAddress
  /** A new key is made only where there is no store yet which it would have to open. */
  keys: (options: { storeExists: boolean }) => KeyRing | Promise<KeyRing>
  clock: Clock
  log: Logger
  /** This process: `node id/start id`. */
  holder: string
  /** Takes over a database that was restored from a dump or copied. */
  adopt?: boolean
  /** Epoch milliseconds in place of the database's clock: for tests of what time does. */
  time?: () => number
}

/**
 * Opens the store, bringing its schema up to date. Throws `key_missing`, `key_wrong`, `not_adopted`,
 * `store_unavailable`, `storage_full`.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { address, clock, log, holder, adopt = false, time } = options
  const { ground, ring } = await prepared(options)
  const database = new PostgresDatabase({ address, clock, holder, ...(time === undefined ? {} : { time }) })
  const keys = new DataKeys(ring)
  const watchers: ((change: Change) => unknown)[] = []
  const told = (change: Change) => {
    // The data key of a connection that was removed elsewhere must not live on here.
    if (change.kind === 'connection') keys.forget('connection', change.id)
    if (change.kind === 'seal') followKey(ring, change.id, log)
    for (const watcher of watchers) watcher(change)
  }
  const changes = new Changes({ database, address, holder, log, told })
  try {
    const installation = await joinInstallation(database, ring, { ground, adopt, holder })
    database.sessionless = !(await changes.start())
    return {
      ...repositories(database, keys, clock, holder, true),
      installation,
      size: () => database.size(),
      watch: (watcher) => void watchers.push(watcher),
      get statements() {
        return database.statements
      },
      async close() {
        changes.close()
        await database.close()
      },
    }
  } catch (error) {
    changes.close()
    await database.close()
    throw error
  }
}

/** Another node has changed the key: this one seals with the new one too, if its key file has it. */
function followKey(ring: KeyRing, id: string, log: Logger): void {
  ring.expect(id)
  if (ring.current.id !== id)
    log.error({ key: id }, 'another node seals with a key that is not here: copy its key file to this node')
}

/** Over a connection of its own: looks at the database, makes what is missing, reads the key. */
async function prepared({ address, keys }: PostgresStoreOptions) {
  try {
    return await atStart(address, async (client) => {
      const ground = await examine(client, address)
      const ring = await keys({ storeExists: await storeExists(client) })
      await migratePostgres(client)
      return { ground, ring }
    })
  } catch (error) {
    throw postgresError(error, address)
  }
}
