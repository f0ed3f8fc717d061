/** The domain over either store, with a way past it to the rows. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPostgresStore } from '../../src/store/postgres.ts'
import type { PostgresAddress } from '../../src/store/postgres-client.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteFile } from '../../src/store/sqlite-file.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { manualClock, world, type World } from '../connections/harness.ts'
import { makeDatabase, type PostgresServer } from '../harness/postgres.ts'

export type Bench = {
  /** A node of the installation; `wrap` stands between it and the store. */
  node(name?: string, options?: NodeOptions): Promise<World>
  /** Past the store. */
  sql(text: string): Promise<Record<string, unknown>[]>
  dispose(): Promise<void>
}

export type NodeOptions = {
  clock?: World['clock']
  wrap?: (store: Store) => Store
  override?: NonNullable<Parameters<typeof world>[0]>['override']
  /** Another way to the same Postgres. */
  address?: PostgresAddress
}

const log = { debug() {}, info() {}, warn() {}, error() {} }
const whole = (store: Store) => store

export function sqliteBench(): Bench {
  const directory = mkdtempSync(join(tmpdir(), 'evergrant-matrix-'))
  const file = join(directory, 'evergrant.db')
  return bench({
    directory,
    open: (settings) => openSqliteStore({ file, ...settings }),
    async sql(text) {
      const raw = openSqliteFile(file, 2_000)
      try {
        return raw.prepare(text).all()
      } finally {
        raw.close()
      }
    },
  })
}

export async function postgresBench(server: PostgresServer): Promise<Bench> {
  const database = await makeDatabase(server)
  return bench({
    // The store judges by the clock that the test moves.
    open: ({ keys, ...settings }, address = database) =>
      openPostgresStore({ ...settings, address, keys: () => keys, log, time: settings.clock.now }),
    sql: (text) => server.query(text, database.database),
    drop: () => database.drop(),
  })
}

type Parts = {
  directory?: string
  open(
    settings: Parameters<NonNullable<NonNullable<Parameters<typeof world>[0]>['openStore']>>[0],
    address?: PostgresAddress,
  ): Promise<Store>
  sql: Bench['sql']
  drop?(): Promise<void>
}

function bench({ directory, open, sql, drop }: Parts): Bench {
  const keys = new KeyRing([randomBytes(32)])
  const nodes: World[] = []
  return {
    async node(name = 'node', { clock = manualClock(), wrap = whole, override = {}, address } = {}) {
      const here = await world({
        node: name,
        clock,
        keys,
        override,
        ...(directory === undefined ? {} : { directory }),
        openStore: async (settings) => wrap(await open(settings, address)),
      })
      nodes.push(here)
      return here
    },
    sql,
    async dispose() {
      for (const here of nodes.toReversed()) await here.close()
      await drop?.()
    },
  }
}
