/**
 * The real server over a domain: both listeners, the token read before any framework, a key for jobs. People speak
 * over the Unix socket, jobs over TCP, browsers reach the public address as if a proxy stood before it.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createAudit } from '../../src/connections/audit.ts'
import { emitTo } from '../../src/connections/events.ts'
import { createJournal } from '../../src/connections/journal.ts'
import { createKeyPlaces } from '../../src/connections/key-places.ts'
import { createCatalogue } from '../../src/provider/load.ts'
import { createServer } from '../../src/server/server.ts'
import type { World } from '../connections/harness.ts'
import { createApi, type Api } from './api-client.ts'

export type Served = {
  /** As the person at this machine. */
  api: Api
  /** As a job with a key that may read every token. */
  jobs: Api
  /** Where the public address is reached. */
  origin: string
  close(): Promise<void>
}

export async function serve({ domain, store, clock }: World, publicUrl: string, home: string): Promise<Served> {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  const journal = await createJournal({ store: store.events, clock, log: quiet })
  const audit = await createAudit({
    store: store.audit,
    keyReads: store.keyReads,
    keyPlaces: createKeyPlaces({ store: store.keyAddresses, emit: journal.record, clock, log: quiet }),
    home,
    clock,
    log: quiet,
    keptMs: 1e12,
  })
  const server = await createServer({
    options: { listen: { host: '127.0.0.1', port: 0 }, publicUrl, home, pagesDirectory: join(home, 'no-pages') },
    connections: domain.connections,
    catalogue: createCatalogue(),
    store,
    emit: emitTo(quiet, journal.record),
    journal,
    audit,
    clock,
    randomBytes: (size) => randomBytes(size),
    log: quiet,
    installation: {
      home,
      database: { kind: 'sqlite', at: home },
      allowHosts: [],
      adminKey: false,
      warnings: [],
      spooled: async () => 0,
    },
    version: '0.0.0-test',
  })
  const { addresses } = await server.listen()
  const { origin, hostname: host, port } = new URL(addresses[0]!)
  const api = createApi({ socketPath: join(home, 'evergrant.sock') })
  const { key } = await api('createKey', { body: { name: 'jobs', verbs: ['token'], connections: ['*'] } })
  const jobs = createApi({ host, port: Number(port), key })
  return {
    api,
    jobs,
    origin,
    async close() {
      api.close()
      jobs.close()
      await server.close()
      await journal.close()
      await audit.close()
    },
  }
}
