/**
 * The product under load: the real rooms over a seeded home. argv: home, port, number of connections, memory limit.
 * Sends the API key that may read all of them.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadOptions } from '../src/config/options.ts'
import { handoutToText } from '../src/connections/handout.ts'
import { openApplication } from '../src/main.ts'
import { customDefinition } from '../src/provider/custom.ts'
import { secret } from '../src/secret.ts'
import { answers } from '../src/server/answers.ts'
import { loadOrMakeKey } from '../src/store/key-file.ts'
import { prepareHome } from '../src/store/home.ts'
import { openSqliteStore } from '../src/store/sqlite.ts'
import { systemClock } from '../src/clock.ts'

const [
  ,
  ,
  home = '',
  port = '0',
  count = '1',
  memory = '10000',
  tokenUrl = 'https://auth.example.com/token',
  life = '86400',
] = process.argv
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

prepareHome(home)
const file = join(home, 'evergrant.db')
const key = `eg_${'k'.repeat(43)}`
if (!existsSync(file)) await seed(Number(count))
const options = loadOptions({
  EVERGRANT_HOME: home,
  EVERGRANT_LISTEN: `127.0.0.1:${port}`,
  EVERGRANT_ALLOW_HOSTS: new URL(tokenUrl).protocol === 'http:' ? new URL(tokenUrl).host : '',
})
const application = await openApplication(options, quiet, Number(memory))
if (application === undefined) throw new Error('the home is taken')
process.once('SIGINT', () => process.exit())
const { addresses } = await application.server.listen()
process.send?.({ key, addresses })

/** `c-0000001` and so on, each with a token of 1.5 KB that lives long enough. */
async function seed(number: number): Promise<void> {
  const store = await openSqliteStore({
    file,
    keys: loadOrMakeKey(join(home, 'key'), { storeExists: false }),
    clock: systemClock,
    holder: 'seed/1',
  })
  const definition = customDefinition({ grant: 'client_credentials', tokenUrl, day: '2026-01-01', allowHttp: true })
  const now = Date.now()
  const client = {
    id: 'c1',
    provider: 'custom',
    clientId: 'client',
    authMethod: 'client_secret_basic',
    settingsVersion: 1,
    state: 'ok' as const,
    worked: true,
    secret: secret('secret'),
    createdAt: now,
  }
  const way = Object.keys(definition.ways)[0] ?? ''
  for (let from = 1; from <= number; from += 500) {
    const some = Array.from({ length: Math.min(500, number - from + 1) }, (_, offset) => from + offset)
    await Promise.all(
      some.map((n) => {
        const name = `c-${String(n).padStart(7, '0')}`
        const root = {
          accessToken: secret(`${'x'.repeat(1490)}${String(n).padStart(10, '0')}`),
          tokenType: 'Bearer',
          obtainedAt: now,
          expiresAt: now + Number(life) * 1000,
          scope: ['read'],
          values: {},
          warnings: [],
        }
        const pieces = answers.write({ ...root, shown: {} })
        const handout = { obtainedAt: root.obtainedAt, endsAt: root.expiresAt, pieces }
        const connection = {
          id: name,
          name,
          provider: 'custom',
          definition,
          way,
          clientRef: 'c1',
          values: {},
          secretValues: {},
          scopes: ['read'],
          boundTo: '',
          settingsVersion: 1,
          createdAt: now,
          removing: false,
        }
        return store.connections.insert(connection, client, new URL(tokenUrl).origin, {
          root,
          ready: handoutToText(handout),
        })
      }),
    )
  }
  const digest = createHash('sha256').update(key).digest('hex')
  await store.keys.insert({
    id: randomBytes(6).toString('hex'),
    prefix: key.slice(0, 8),
    digest,
    name: 'bench',
    verbs: ['token'],
    connections: ['*'],
    createdAt: now,
    addresses: [],
  })
  await store.close()
}
