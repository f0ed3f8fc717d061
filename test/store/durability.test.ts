import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { secret } from '../../src/secret.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { openSqliteFile, storeError } from '../../src/store/sqlite-file.ts'
import type { ConnectionRecord, Store } from '../../src/store/store.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() }
const keys = new KeyRing([Buffer.alloc(32, 7)])

let home: string
let file: string
let store: Store | undefined

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'evergrant-store-'))
  file = join(home, 'evergrant.db')
})

afterEach(async () => {
  await store?.close()
  store = undefined
  rmSync(home, { recursive: true })
})

const open = async (more: { keys?: KeyRing; file?: string; adopt?: boolean } = {}) =>
  (store = await openSqliteStore({ file, keys, clock, holder: 'node/start', ...more }))

const connection = (id: string): ConnectionRecord => ({
  id,
  name: id,
  provider: 'example',
  way: 'code',
  values: {},
  secretValues: { password: secret('CANARY-password') },
  scopes: [],
  boundTo: 'digest',
  settingsVersion: 1,
  createdAt: 1,
  removing: false,
})

const tokens = (word: string) => ({
  accessToken: secret(`CANARY-access-${word}`),
  refreshToken: secret(`CANARY-refresh-${word}`),
  tokenType: 'Bearer',
  obtainedAt: 1,
  expiresAt: 'never' as const,
  values: { proof: secret('CANARY-proof') },
  warnings: [],
})

describe('on the disk', () => {
  test('no secret stands in clear, neither in the database nor in its log', async () => {
    const opened = await open()
    const client = {
      id: 'c',
      provider: 'example',
      clientId: 'id',
      authMethod: 'client_secret_post',
      settingsVersion: 1,
    }
    const secrets = { secret: secret('CANARY-client'), key: secret('CANARY-key') }
    await opened.connections.insert(
      { ...connection('one'), clientRef: 'c' },
      { ...client, ...secrets, state: 'ok', worked: false, createdAt: 1 },
      undefined,
      { root: tokens('root'), served: tokens('served') },
    )
    const claim = { connectionId: 'one', seen: 1, holder: 'a/1', leaseMs: 60_000, holdMs: 0, passBackOff: false }
    const result = await opened.renewals.claim(claim)
    if (result.kind === 'mine') await opened.renewals.keepLate(result.claim, tokens('late'))
    await opened.authorizations.insert({
      id: 'flow',
      stateDigest: 'digest',
      connectionId: 'one',
      back: 'paste',
      sealed: { verifier: secret('CANARY-verifier'), plain: 'CANARY-plain' },
      createdAt: 1,
      expiresAt: 2,
      outcome: { kind: 'waiting' },
    })
    await opened.revocations.insert(secret('CANARY-call'), 1)
    const files = readdirSync(home)
    expect(files.toSorted()).toEqual(['evergrant.db', 'evergrant.db-shm', 'evergrant.db-wal'])
    const search = () => files.filter((name) => readFileSync(join(home, name)).includes('CANARY'))
    expect(search()).toEqual([])
    await opened.close()
    expect(readFileSync(file).includes('CANARY')).toBe(false)
  })

  test('the files are private', async () => {
    await open()
    const others = readdirSync(home).filter((name) => (statSync(join(home, name)).mode & 0o077) !== 0)
    expect(others).toEqual([])
  })

  test('a removed connection leaves neither name nor data key behind', async () => {
    const opened = await open()
    await opened.connections.insert(connection('SECRETLY-NAMED'), undefined, undefined, { root: tokens('x') })
    await opened.connections.remove('SECRETLY-NAMED')
    const left = readdirSync(home).filter((name) => readFileSync(join(home, name)).includes('SECRETLY'))
    expect(left).toEqual([])
  })
})

describe('the store is refused', () => {
  test('with another key', async () => {
    await (await open()).close()
    const other = new KeyRing([Buffer.alloc(32, 8)])
    await expect(open({ keys: other })).rejects.toMatchObject({ code: 'key_wrong' })
  })

  test('as a copy, until it is adopted', async () => {
    const opened = await open()
    await opened.connections.insert(connection('one'), undefined, undefined, { root: tokens('x') })
    await opened.close()
    const copy = join(home, 'copy.db')
    copyFileSync(file, copy)
    await expect(open({ file: copy })).rejects.toMatchObject({ code: 'not_adopted' })
    const adopted = await open({ file: copy, adopt: true })
    expect(adopted.installation).toEqual({ id: opened.installation.id, epoch: 2 })
    expect((await adopted.connections.byName('one'))?.tokens).toBeDefined()
    await adopted.close()
    expect((await open({ file: copy })).installation.epoch).toBe(2)
  })

  test('when it was made by a newer version', async () => {
    await (await open()).close()
    const raw = openSqliteFile(file, 0)
    raw.exec(`insert into kysely_migration values ('9999_future', '2099-01-01')`)
    raw.close()
    await expect(open()).rejects.toMatchObject({ code: 'store_unavailable' })
  })

  test('when the file is no database', async () => {
    copyFileSync(new URL(import.meta.url).pathname, file)
    await expect(open()).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})

describe('writing', () => {
  test('of one moment shares a commit, and a refused work does not undo the others', async () => {
    const opened = await open()
    const results = await Promise.allSettled(
      ['a', 'b', 'a', 'c'].map((name, at) =>
        opened.connections.insert({ ...connection(`id-${at}`), name }, undefined, undefined),
      ),
    )
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await opened.connections.count()).toBe(3)
  })

  test('on a full disk says so, and what to do', () => {
    const limited = openSqliteFile(file, 0)
    limited.exec('create table t (x); pragma max_page_count = 3')
    const fill = () => limited.exec('insert into t values (randomblob(100000))')
    let thrown: unknown
    try {
      fill()
    } catch (error) {
      thrown = storeError(error)
    }
    expect(thrown).toMatchObject({ code: 'storage_full', remedy: expect.stringContaining('free some space') })
    limited.close()
  })

  test('to a closed store is refused', async () => {
    const opened = await open()
    await opened.close()
    await expect(opened.connections.count()).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(opened.renewals.setDue('one', 1)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(await opened.healthy()).toBe(false)
  })

  test('while another program holds the file is refused, holds nothing else up, and is possible again afterwards', async () => {
    const opened = await open()
    const other = openSqliteFile(file, 0)
    other.exec('begin immediate')
    const refused = opened.renewals.setDue('one', 1).catch((error: unknown) => error)
    // Everything else in the process goes on: a wait inside of SQLite would let none of this happen.
    let turns = 0
    const turning = setInterval(() => turns++, 5)
    const said = await refused
    clearInterval(turning)
    expect(said).toMatchObject({ code: 'store_unavailable' })
    expect(turns).toBeGreaterThan(20)
    expect(await opened.connections.count()).toBe(0)
    const later = opened.renewals.setDue('one', 1)
    other.exec('rollback')
    other.close()
    await later
  })

  test('that was acknowledged is there after the process was killed', async () => {
    const module = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
    const script = `
      import { openSqliteStore } from ${module('store/sqlite.ts')}
      import { KeyRing } from ${module('store/seal.ts')}
      const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: async () => {} }
      const keys = new KeyRing([Buffer.alloc(32, 7)])
      const store = await openSqliteStore({ file: ${JSON.stringify(file)}, keys, clock, holder: 'node/1' })
      for (let n = 1; ; n += 1) {
        await store.definitions.put('n' + n, n)
        console.log(n)
      }`
    const writer = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    const ended = new Promise((resolve) => writer.once('close', resolve))
    for await (const chunk of writer.stdout) {
      said += String(chunk)
      if (said.split('\n').length > 50) break
    }
    writer.kill('SIGKILL')
    await ended
    const acknowledged = said.split('\n').length - 1
    const stored = await (await open()).definitions.list()
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged)
  })
})
