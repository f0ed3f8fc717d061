/** `evergrant rotate-key` with a server and without one. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { rehearsalClient, startRehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, readToken, serviceOf } from '../harness/definition.ts'
import { runEvergrant, startEvergrant, type Evergrant } from '../harness/evergrant.ts'

let service: Awaited<ReturnType<typeof startRehearsal>>
let evergrant: Evergrant

beforeAll(async () => {
  service = await startRehearsal({ behaviour: { scopes: ['api.read'] } })
  evergrant = await startEvergrant({ allow: [service.host] })
  const client = { ...rehearsalClient, method: 'client_secret_post' }
  await connect(evergrant, { name: 'books', definition: definitionFor(serviceOf(service)), grant: 'machine', client })
})

afterAll(async () => {
  await evergrant?.close()
  await service?.close()
})

const keyLines = async () => (await readFile(join(evergrant.home, 'key'), 'utf8')).trim().split('\n')
const run = (...args: string[]) => runEvergrant(args, { home: evergrant.home })

it('changes the key of a running server, which tells how far it is, and keeps the old one until it is taken out', async () => {
  const token = expecting(200, await readToken(evergrant, 'books')).access_token
  const [old] = await keyLines()
  const before = JSON.parse((await run('rotate-key', '--status', '--json')).stdout)
  expect(before).toMatchObject({ writable: true, settled: true, keys: [{ here: true, uses: expect.any(Number) }] })

  const ran = await run('rotate-key', '--json')
  expect([ran.code, ran.stderr]).toEqual([0, ''])
  const after = JSON.parse(ran.stdout)
  expect(after.sealing).not.toBe(before.sealing)
  expect(after).toMatchObject({ settled: true, rotation: { running: false, unopened: 0 } })
  expect(after.keys.find(({ id }: { id: string }) => id === before.sealing)).toMatchObject({ uses: 0 })
  expect(await keyLines()).toEqual([expect.not.stringContaining(old ?? ''), old])
  expect(expecting(200, await readToken(evergrant, 'books')).access_token).toBe(token)

  const events = (await evergrant.request('/v1/events')).json.events.map((one: { event: string }) => one.event)
  expect(events).toEqual(expect.arrayContaining(['seal.rotation_started', 'seal.rotated']))
  expect(evergrant.output.stderr).not.toContain(old ?? 'no key')

  expect(await run('rotate-key', '--retire')).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') })
  expect(await run('rotate-key', '--retire', '--yes')).toMatchObject({
    code: 0,
    stdout: `took out ${before.sealing}\n`,
    stderr: expect.stringContaining('backups'),
  })
  expect(await keyLines()).toHaveLength(1)
  expect(await run('rotate-key', '--retire', '--yes')).toMatchObject({ stdout: 'there was none to take out\n' })
  await evergrant.restart()
  expect(expecting(200, await readToken(evergrant, 'books')).access_token).toBe(token)
}, 60_000)

it('finishes at the next start what a killed server began', async () => {
  await evergrant.kill('SIGKILL')
  const old = await keyLines()
  // A new first line by hand is the same as a change that was killed before anything was wrapped.
  await writeFile(join(evergrant.home, 'key'), `${Buffer.alloc(32, 9).toString('base64url')}\n${old.join('\n')}\n`)
  await evergrant.restart()
  await expect
    .poll(async () => JSON.parse((await run('rotate-key', '--status', '--json')).stdout), { timeout: 10_000 })
    .toMatchObject({ settled: true, rotation: { running: false } })
  expect((await readToken(evergrant, 'books')).status).toBe(200)
}, 60_000)

it('works without a server, and doctor tells the age of the key', async () => {
  await evergrant.kill('SIGTERM')
  const ran = await run('rotate-key')
  expect(ran).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\w{8} +seals +since \d{4}-\d\d-\d\d +\d+ values/),
  })
  expect(ran.stderr).toContain('seals from now on')
  expect((await run('doctor')).stdout).toMatch(/OK\s+sealing key: \w{8}, .* old/)
  await evergrant.restart()
  expect((await readToken(evergrant, 'books')).status).toBe(200)
}, 60_000)

it('refuses two wishes at once', async () => {
  expect(await run('rotate-key', '--stage', '--retire')).toMatchObject({ code: 2 })
})
