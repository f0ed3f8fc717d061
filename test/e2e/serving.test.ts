/** Many jobs, one token: what reading costs the service, the store and each other. */
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { rehearsalClient, stall, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, pause, readToken, serviceOf } from '../harness/definition.ts'
import { startEvergrant, type Evergrant } from '../harness/evergrant.ts'

const open: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function rehearse(seconds: number): Promise<Rehearsal> {
  const service = await startRehearsal({ behaviour: { scopes: ['api.read'], access: { seconds } } })
  open.push(service)
  return service
}

async function startFor(...services: Rehearsal[]): Promise<Evergrant> {
  const evergrant = await startEvergrant({ allow: services.map((service) => service.host) })
  open.push(evergrant)
  return evergrant
}

const client = { ...rehearsalClient, method: 'client_secret_post' }
const machine = (evergrant: Evergrant, name: string, service: Rehearsal) =>
  connect(evergrant, { name, definition: definitionFor(serviceOf(service)), grant: 'machine', client })

it('asks the service exactly once when 50 jobs read one expired token', async () => {
  const service = await rehearse(2)
  const evergrant = await startFor(service)
  await machine(evergrant, 'shared', service)
  expecting(200, await readToken(evergrant, 'shared'))
  await pause(2100)
  const before = service.requests({ endpoint: 'token' }).length
  service.control.next(stall(0.5))
  const answers = await Promise.all(Array.from({ length: 50 }, () => readToken(evergrant, 'shared')))
  expect(service.requests({ endpoint: 'token' }).length - before).toBe(1)
  expect(new Set(answers.map((answer) => answer.json.access_token)).size).toBe(1)
  expect(answers.every((answer) => answer.status === 200)).toBe(true)
})

it('asks the service exactly once when 50 jobs read a token that was never got', async () => {
  const service = await rehearse(60)
  const evergrant = await startFor(service)
  await machine(evergrant, 'new', service)
  const answers = await Promise.all(Array.from({ length: 50 }, () => readToken(evergrant, 'new')))
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 50 }, () => 200))
  expect(service.requests({ endpoint: 'token' })).toHaveLength(1)
})

it('serves a token from memory without the store: its file can be gone', async () => {
  const service = await rehearse(3600)
  const evergrant = await startFor(service)
  await machine(evergrant, 'memory', service)
  const { key } = expecting(
    201,
    await evergrant.request('/v1/keys', { body: { name: 'job', connections: ['memory'], verbs: ['token'] } }),
  )
  const read = () => evergrant.http('/v1/connections/memory/token', { key })
  const first = expecting(200, await read())

  for (const file of ['evergrant.db', 'evergrant.db-wal']) {
    await truncate(join(evergrant.home, file), 0).catch(() => undefined)
  }
  // What needs a statement fails now, so that the reads below prove something.
  expect((await evergrant.request('/v1/connections')).status).toBeGreaterThanOrEqual(500)
  for (let again = 0; again < 20; again += 1) {
    expect(expecting(200, await read()).access_token).toBe(first.access_token)
  }
  expect(service.requests({ endpoint: 'token' })).toHaveLength(1)
})

it('does not let a stalled authorization server slow the reads of other connections', async () => {
  const [stalled, healthy] = [await rehearse(2), await rehearse(2)]
  const evergrant = await startFor(stalled, healthy)
  await machine(evergrant, 'stalled', stalled)
  await machine(evergrant, 'healthy', healthy)
  stalled.control.next(stall(3), 100)
  const began = performance.now()
  const waiting = readToken(evergrant, 'stalled')
  await pause(100)
  for (let read = 0; read < 50; read += 1) expecting(200, await readToken(evergrant, 'healthy'))
  expect(performance.now() - began).toBeLessThan(2000)
  expect((await waiting).status).toBe(200)
  expect(performance.now() - began).toBeGreaterThan(2900)
}, 20_000)

it('moves the renewal for a caller who needs more time, up to half the life', async () => {
  const service = await rehearse(100)
  const evergrant = await startFor(service)
  await machine(evergrant, 'choosy', service)
  const first = expecting(200, await readToken(evergrant, 'choosy', 10))
  const second = expecting(200, await readToken(evergrant, 'choosy', 86_400))
  expect(second.access_token).toBe(first.access_token)
  expect(service.requests({ endpoint: 'token' })).toHaveLength(1)
})

it('keeps a job’s key to its connection and its verb', async () => {
  const service = await rehearse(3600)
  const evergrant = await startFor(service)
  await machine(evergrant, 'mine', service)
  await machine(evergrant, 'theirs', service)
  const { key, id } = expecting(
    201,
    await evergrant.request('/v1/keys', { body: { name: 'job', connections: ['mine'], verbs: ['token'] } }),
  )
  const status = async (path: string, asking = {}) => (await evergrant.http(path, { key, ...asking })).status
  expect(await status('/v1/connections/mine/token')).toBe(200)
  expect(await status('/v1/connections/theirs/token')).toBe(403)
  expect(await status('/v1/connections/absent/token')).toBe(403)
  expect(await status('/v1/connections')).toBe(403)
  expect(await status('/v1/keys')).toBe(403)
  expect(await status('/v1/connections/mine', { method: 'DELETE' })).toBe(403)
  expect((await evergrant.http('/v1/connections/mine/token')).status).toBe(401)
  expect((await evergrant.http('/v1/connections/mine/token', { key: `${key}x` })).status).toBe(401)
  const byPassword = Buffer.from(`job:${key}`).toString('base64')
  const basic = { headers: { authorization: `Basic ${byPassword}` } }
  expect((await evergrant.http('/v1/connections/mine/token', basic)).status).toBe(200)
  expect((await evergrant.http('/v1/connections/mine/token', { headers: { 'x-api-key': key } })).status).toBe(200)
  expect((await evergrant.request(`/v1/keys/${id}`, { method: 'DELETE' })).status).toBe(204)
  expect(await status('/v1/connections/mine/token')).toBe(401)
  expect(await evergrant.request('/v1/connections/absent/token')).toMatchObject({
    status: 404,
    json: { code: 'unknown_connection' },
  })
})

it('goes on when nobody reads its log any more', async () => {
  const service = await rehearse(3600)
  const evergrant = await startFor(service)
  evergrant.deafen()
  for (const name of ['one', 'two', 'three']) {
    await machine(evergrant, name, service)
    expect((await readToken(evergrant, name)).status).toBe(200)
  }
  expect((await evergrant.http('/healthz')).status).toBe(200)
  expect(await evergrant.kill('SIGTERM')).toBe(0)
})
