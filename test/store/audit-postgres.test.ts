import { afterAll } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { makeDatabase, startPostgres } from '../harness/postgres.ts'
import { describeAudit } from './audit-suite.ts'

const server = await startPostgres()
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

afterAll(() => server.dispose())

describeAudit(
  'Postgres',
  async () => {
    const database = await makeDatabase(server)
    const keys = new KeyRing([Buffer.alloc(32, 7)])
    return {
      open: (options) =>
        openPostgresStore({ address: database, keys: () => keys, log: quiet, time: options.clock.now, ...options }),
      raw: async (sql) => void (await server.query(sql, database.database)),
      dispose: () => database.drop(),
    }
  },
  60,
)
