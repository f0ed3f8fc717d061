/** The key is changed on one of two nodes that share a Postgres and have key files of their own. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { secret } from '../../src/secret.ts'
import { loadOrMakeKey } from '../../src/store/key-file.ts'
import { openPostgresStore } from '../../src/store/postgres.ts'
import type { Store } from '../../src/store/store.ts'
import { makeDatabase, startPostgres } from '../harness/postgres.ts'

const server = await startPostgres()
const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() }
const errors: string[] = []
const log = { debug() {}, info() {}, warn() {}, error: (_: object, message: string) => void errors.push(message) }

let database: Awaited<ReturnType<typeof makeDatabase>>
let home: string
const open: Store[] = []

beforeEach(async () => {
  database = await makeDatabase(server)
  home = mkdtempSync(join(tmpdir(), 'evergrant-nodes-'))
  errors.length = 0
})

afterEach(async () => {
  for (const store of open.splice(0)) await store.close()
  await database.drop()
  rmSync(home, { recursive: true })
})

afterAll(() => server.dispose())

const keyFile = (name: string) => join(home, name)

async function node(name: string): Promise<Store> {
  const store = await openPostgresStore({
    address: database,
    keys: (found) => loadOrMakeKey(keyFile(name), found),
    clock,
    log,
    holder: `${name}/start`,
  })
  open.push(store)
  return store
}

async function two(): Promise<[Store, Store]> {
  const one = await node('one')
  copyFileSync(keyFile('one'), keyFile('two'))
  return [one, await node('two')]
}

const insert = (into: Store, id: string) =>
  into.connections.insert(
    {
      id,
      name: id,
      provider: 'example',
      way: 'code',
      values: {},
      secretValues: {},
      scopes: [],
      boundTo: 'digest',
      settingsVersion: 1,
      createdAt: 1,
      removing: false,
    },
    undefined,
    undefined,
    {
      root: {
        accessToken: secret(`token of ${id}`),
        tokenType: 'Bearer',
        obtainedAt: 1,
        expiresAt: 'never',
        values: {},
        warnings: [],
      },
    },
  )

const token = async (store: Store, name: string) =>
  (await store.connections.byName(name))?.tokens?.root.accessToken.open()

async function change(store: Store): Promise<string> {
  const id = await store.sealing.begin()
  for await (const _ of store.sealing.rewrap());
  return id
}

const soon = (check: () => unknown) => vi.waitFor(check, { timeout: 10_000, interval: 50 })

it('is refused until the others could follow', async () => {
  const [one] = await two()
  await expect(one.sealing.begin()).rejects.toMatchObject({
    code: 'invalid_request',
    remedy: expect.stringContaining('--stage'),
  })
})

it('is followed by a node that has got the staged key, which seals with it too', async () => {
  const [one, other] = await two()
  for (const id of ['a', 'b']) await insert(one, id)
  const staged = await one.sealing.stage()
  expect(await one.sealing.stage()).toBe(staged)
  copyFileSync(keyFile('one'), keyFile('two'))
  expect(await change(one)).toBe(staged)
  expect(await token(other, 'a')).toBe('token of a')
  await soon(async () => expect((await other.sealing.state()).sealing).toBe(staged))
  await insert(other, 'c')
  expect(await token(one, 'c')).toBe('token of c')
  const { keys } = await one.sealing.state()
  expect(keys.filter(({ uses }) => uses > 0).map(({ id }) => id)).toEqual([staged])
  expect(errors).toEqual([])
})

it('takes nothing from a node without the new key: it keeps what it receives, says what is wrong, and goes on', async () => {
  const [one, other] = await two()
  for (const id of ['a', 'b']) await insert(one, id)
  expect(await token(other, 'a')).toBe('token of a')
  await one.sealing.stage()
  const id = await change(one)
  await soon(() => expect(errors).toEqual([expect.stringContaining('copy its key file')]))

  // What it has opened before goes on: an answer that comes now is sealed and stored.
  const sealed = await other.sealFor('a', 'spool 1 1', 'an answer')
  expect(sealed).toBeDefined()
  expect(await other.openFor('a', 'spool 1 1', sealed ?? new Uint8Array())).toBe('an answer')
  expect(await token(other, 'a')).toBe('token of a')
  // What it has not is told, not taken for damaged.
  await expect(token(other, 'b')).rejects.toMatchObject({ code: 'key_wrong', message: expect.stringContaining(id) })
  await expect(other.openFor('b', 'spool 1 1', sealed ?? new Uint8Array())).rejects.toMatchObject({ code: 'key_wrong' })

  copyFileSync(keyFile('one'), keyFile('two'))
  await soon(async () => expect(await token(other, 'b')).toBe('token of b'))
  expect((await other.sealing.state()).sealing).toBe(id)
})

it('keeps a node out that starts without the new key', async () => {
  const one = await node('one')
  copyFileSync(keyFile('one'), keyFile('two'))
  await one.sealing.stage()
  const id = await change(one)
  await expect(node('two')).rejects.toMatchObject({ code: 'key_wrong', message: expect.stringContaining(id) })
})
