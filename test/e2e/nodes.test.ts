/** Two nodes of one installation: two homes, one key, one Postgres. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { rehearsalClient, stall, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, pause, readToken, serviceOf } from '../harness/definition.ts'
import { runEvergrant, startEvergrant, type Evergrant } from '../harness/evergrant.ts'
import { makeDatabase, startPostgres, urlOf } from '../harness/postgres.ts'

const server = await startPostgres()
const key = randomBytes(32).toString('base64')
const open: { close(): Promise<void> }[] = []
let database: Awaited<ReturnType<typeof makeDatabase>>
let url: string

beforeEach(async () => {
  database = await makeDatabase(server)
  url = urlOf(database)
})

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
  await database.drop()
})

afterAll(() => server.dispose())

async function start(service: Rehearsal): Promise<Evergrant> {
  const env = { EVERGRANT_DATABASE_URL: url, EVERGRANT_KEY: key }
  const evergrant = await startEvergrant({ allow: [service.host], env })
  open.push(evergrant)
  return evergrant
}

it('renews once for both, and what is revoked on one is refused by the other', async () => {
  const service = await startRehearsal({ behaviour: { scopes: ['api.read'], access: { seconds: 2 } } })
  open.push(service)
  const [one, two] = await Promise.all([start(service), start(service)])
  const definition = definitionFor(serviceOf(service))
  const client = { ...rehearsalClient, method: 'client_secret_post' }
  await connect(one, { name: 'shared', definition, grant: 'machine', client })

  expecting(200, await readToken(two, 'shared'))
  await pause(2100)
  const before = service.requests({ endpoint: 'token' }).length
  service.control.next(stall(0.5))
  const nodes = Array.from({ length: 25 }, () => [one, two]).flat()
  const answers = await Promise.all(nodes.map((node) => readToken(node, 'shared')))
  expect(answers.map(({ status }) => status)).toEqual(nodes.map(() => 200))
  expect(new Set(answers.map(({ json }) => json.access_token)).size).toBe(1)
  expect(service.requests({ endpoint: 'token' }).length - before).toBe(1)

  const job = expecting(
    201,
    await one.request('/v1/keys', { body: { name: 'job', connections: ['shared'], verbs: ['token'] } }),
  )
  const read = async () => (await two.http('/v1/connections/shared/token', { key: job.key })).status
  expect(await read()).toBe(200)
  expecting(204, await one.request(`/v1/keys/${job.id}`, { method: 'DELETE' }))
  await vi.waitFor(async () => expect(await read()).toBe(401), { timeout: 5_000, interval: 50 })
})

it('opens a copy only when it is adopted, and tells nodes apart that have all but their home in common', async () => {
  const service = await startRehearsal({ behaviour: { scopes: ['api.read'] } })
  open.push(service)
  const one = await start(service)
  await one.kill()
  const copy = await makeDatabase(server, `template ${database.database}`)
  open.push({ close: () => copy.drop() })
  const env = { ...one.env, EVERGRANT_DATABASE_URL: url.replace(`/${database.database}`, `/${copy.database}`) }
  const refused = await one.cli(['list'], { env })
  expect([refused.code, refused.stderr]).toEqual([9, expect.stringContaining('evergrant adopt')])
  expect((await one.cli(['adopt', '--yes'], { env })).stdout).toMatch(new RegExp(`^adopted .*${copy.database}`))
  expect((await one.cli(['list'], { env })).code).toBe(0)

  const node = async () => {
    const [row] = await server.query<{ seen_by: string }>('select seen_by from installation', copy.database)
    return row?.seen_by.split('/')[0]
  }
  const first = await node()
  await rm(join(one.home, 'node'))
  expect((await one.cli(['list'], { env })).code).toBe(0)
  expect(await node()).not.toBe(first)
})

it('names what is wrong with the database, and keeps its password to itself', async () => {
  const home = await mkdtemp(join(tmpdir(), 'evergrant-test-'))
  const wrong = 'postgres://nobody:CANARY@127.0.0.1:1/nothing'
  const ran = await runEvergrant(['serve'], { home, env: { EVERGRANT_DATABASE_URL: wrong } })
  expect(ran.code).toBe(7)
  expect(ran.stderr).toMatch(/database "nothing" at 127\.0\.0\.1:1 cannot be reached: nothing listens there/)
  expect(ran.stderr).toMatch(/start the database, or correct EVERGRANT_DATABASE_URL/)
  expect(ran.stderr + ran.stdout).not.toContain('CANARY')
  await rm(home, { recursive: true })
})
