/**
 * The product under load: the real rooms over a seeded home. argv: a `ProductSpec` as JSON. Sends `ready` with where it
 * listens, and answers each message with what the disk was asked for so far.
 */
import { existsSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { systemClock } from '../src/clock.ts'
import { loadOptions } from '../src/config/options.ts'
import { openApplication } from '../src/main.ts'
import { prepareHome } from '../src/store/home.ts'
import { loadOrMakeKey } from '../src/store/key-file.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { apiKey, defaultTokenUrl, seed, type Seed } from './seed.ts'

export type ProductSpec = Seed & {
  home: string
  port: number
  /** Open tokens kept in memory at most. */
  memory?: number
  /** Renews by itself, as a server does; else only what is asked for. */
  refreshes?: boolean
  /** A seeded Postgres in place of the home's SQLite. */
  database?: string
  /** In place of the one in the home. */
  keyFile?: string
}

/** Commits of SQLite that wrote something, and syncs of the spool. */
export type DiskCounts = { commits: number; syncs: number }

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const spec = JSON.parse(process.argv[2] ?? '{}') as ProductSpec // from bench/ alone
const { home, port, memory = 10_000, tokenUrls = [defaultTokenUrl], refreshes = false, database, keyFile } = spec

prepareHome(home)
const file = join(home, 'evergrant.db')
if (database === undefined && !existsSync(file)) {
  const keys = loadOrMakeKey(join(home, 'key'), { storeExists: false })
  const store = await openSqliteStore({ file, keys, clock: systemClock, holder: 'seed/1' })
  await seed(store, spec)
  await store.close()
}
const counts = await countDisk()
const local = tokenUrls.map((url) => new URL(url)).filter((url) => url.protocol === 'http:')
const options = loadOptions({
  EVERGRANT_HOME: home,
  EVERGRANT_LISTEN: `127.0.0.1:${port}`,
  EVERGRANT_ALLOW_HOSTS: local.map(({ host }) => host).join(','),
  ...(database === undefined ? {} : { EVERGRANT_DATABASE_URL: database }),
  ...(keyFile === undefined ? {} : { EVERGRANT_KEY_FILE: keyFile }),
})
const application = await openApplication(options, quiet, memory)
if (application === undefined) throw new Error('the home is taken')
process.once('SIGINT', () => process.exit())
const { addresses } = await application.server.listen()
if (refreshes) application.domain.refresher.start()
process.send?.({ key: apiKey, addresses })
process.on('message', () => process.send?.(counts()))

/** Around the parts of Node that write: nothing of the product knows of it. */
async function countDisk(): Promise<() => DiskCounts> {
  const counted = { commits: 0, syncs: 0 }
  const { prepare } = DatabaseSync.prototype
  DatabaseSync.prototype.prepare = function counting(this: DatabaseSync, sql: string): StatementSync {
    const statement = prepare.call(this, sql)
    // The reader's connection ends its transactions so too, and writes nothing.
    const isWriter = prepare.call(this, 'pragma query_only').get()?.['query_only'] === 0
    if (sql !== 'commit' || !isWriter) return statement
    const all = statement.all.bind(statement)
    statement.all = ((...values: Parameters<typeof all>) => {
      counted.commits++
      return all(...values)
    }) as typeof statement.all // `setReturnArrays` gives it a second form
    return statement
  }
  const some = await open(file, 'r').catch(() => undefined)
  if (some !== undefined) {
    const handles = Object.getPrototypeOf(some) as FileHandle // of every file
    const { datasync } = handles
    handles.datasync = function counting(this: FileHandle) {
      counted.syncs++
      return datasync.call(this)
    }
    await some.close()
  }
  return () => ({ ...counted })
}

// Whoever started it is gone.
process.once('disconnect', () => process.exit())
