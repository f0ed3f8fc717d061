/** The audit of the real program: what a kill leaves of it, and its verbs. */
import { DatabaseSync } from 'node:sqlite'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { rehearsalClient, startRehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, pause, serviceOf } from '../harness/definition.ts'
import { startEvergrant, type Evergrant, type Json } from '../harness/evergrant.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function connected(): Promise<{ evergrant: Evergrant; read(): Promise<number> }> {
  const service = await startRehearsal({ behaviour: { scopes: ['api.read'] } })
  open.push(service)
  const evergrant = await startEvergrant({ allow: [service.host] })
  open.push(evergrant)
  const client = { ...rehearsalClient, method: 'client_secret_post' }
  await connect(evergrant, { name: 'books', definition: definitionFor(serviceOf(service)), grant: 'machine', client })
  const body = { name: 'nightly', connections: ['books'], verbs: ['token'] }
  const { key } = expecting(201, await evergrant.request('/v1/keys', { body }))
  return { evergrant, read: async () => (await evergrant.http('/v1/connections/books/token', { key })).status }
}

const entriesOf = async (evergrant: Evergrant, query: string): Promise<Json[]> =>
  expecting(200, await evergrant.request(`/v1/audit?order=oldest&limit=500&${query}`)).entries

const readsOf = async (evergrant: Evergrant) =>
  (await entriesOf(evergrant, 'action=readToken&actor=nightly')).reduce((sum, { count }) => sum + Number(count), 0)

it('loses to a kill what came in the last moment at most, tells nothing twice, and its chain stays whole', async () => {
  const { evergrant, read } = await connected()
  let before = 0
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 20; i++) expect(await read()).toBe(200)
    // Reads go to the file every 40 ms; this is no wait for anything, only longer than that.
    await pause(500)
    const renewed = await evergrant.request('/v1/connections/books/renew', { method: 'POST', body: {} })
    expecting(200, renewed)
    const late = round === 2 ? 20 : 0
    for (let i = 0; i < late; i++) await read()
    await evergrant.restart('SIGKILL')
    const reads = await readsOf(evergrant)
    expect(reads).toBeGreaterThanOrEqual(before + 20)
    expect(reads).toBeLessThanOrEqual(before + 20 + late)
    before = reads
    const verdict = expecting(200, await evergrant.request('/v1/audit/verify', { body: {} }))
    expect(verdict).toMatchObject({ ok: true, faults: [] })
  }
  // Stored before they were done: a kill right behind the answer takes nothing of that.
  const begun = await entriesOf(evergrant, 'action=renewToken')
  expect(begun.filter(({ outcome }) => outcome === 'begun')).toHaveLength(3)
  const requests = (await entriesOf(evergrant, 'action=token.renewed')).map(({ facts }) => facts.generation)
  expect(new Set(requests).size).toBe(requests.length)
  await evergrant.restart('SIGTERM')
  expect(await readsOf(evergrant)).toBe(before)
}, 120_000)

it('is shown, verified and exported on the command line, and says what somebody changed', async () => {
  const { evergrant, read } = await connected()
  await read()
  const shown = await evergrant.cli(['audit', '--connection', 'books', '--action', 'readToken', '--since', '1h'])
  expect(shown.stdout).toMatch(/key nightly +127\.0\.0\.1 +readToken +books +ok +1\n/)
  const verified = await evergrant.cli(['audit', 'verify', '--json'])
  expect([verified.code, JSON.parse(verified.stdout).ok]).toEqual([0, true])
  const kept = join(evergrant.home, 'checkpoint.json')
  await writeFile(kept, verified.stdout, { mode: 0o600 })
  const lines = (await evergrant.cli(['audit', 'export', '--json'])).stdout.trimEnd().split('\n')
  const exported: Json[] = lines.map((line): Json => JSON.parse(line))
  expect(exported.map(({ seq }) => seq).toSorted((a, b) => a - b)).toEqual(lines.map((_, i) => i + 1))
  expect(lines.join('')).not.toContain(rehearsalClient.secret)
  const altered = exported.find(({ action }) => action === 'readToken').seq
  await evergrant.kill()
  const database = new DatabaseSync(join(evergrant.home, 'evergrant.db'))
  database.exec(`update audit set text = replace(text, 'nightly', 'nobody') where seq = ${altered}`)
  database.close()
  // Without a server the same is done under the lock of the home.
  const found = await evergrant.cli(['audit', 'verify', '--against', kept])
  expect(found.code).toBe(1)
  expect(found.stderr + found.stdout).toMatch(/1 fault\n/)
  expect(found.stderr).toContain(` ${altered}: was altered`)
  const wrong = await evergrant.cli(['audit', 'verify', '--against', join(evergrant.home, 'key')])
  expect([wrong.code, wrong.stdout]).toEqual([2, ''])
}, 120_000)
