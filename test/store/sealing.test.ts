/** The key of the installation is changed while everything runs; at every moment each value opens. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { secret } from '../../src/secret.ts'
import { linesOf, loadOrMakeKey } from '../../src/store/key-file.ts'
import { KeyRing, SealKey } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { openSqliteFile } from '../../src/store/sqlite-file.ts'
import type { Store } from '../../src/store/store.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() }

let home: string
let file: string
let keyFile: string
let store: Store | undefined

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'evergrant-sealing-'))
  file = join(home, 'evergrant.db')
  keyFile = join(home, 'key')
})

afterEach(async () => {
  await closeStore()
  rmSync(home, { recursive: true })
})

async function closeStore(): Promise<void> {
  await store?.close()
  store = undefined
}

async function open(keys?: KeyRing): Promise<Store> {
  await closeStore()
  const ring = keys ?? loadOrMakeKey(keyFile, { storeExists: statSync(file, { throwIfNoEntry: false }) !== undefined })
  return (store = await openSqliteStore({ file, keys: ring, clock, holder: 'node/start' }))
}

async function fill(into: Store, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, at) => ({
    id: `c${at}`,
    name: `c${at}`,
    provider: 'example',
    clientRef: `k${at}`,
    way: 'code',
    values: {},
    secretValues: {},
    scopes: [],
    boundTo: 'digest',
    settingsVersion: 1,
    createdAt: 1,
    removing: false,
  }))
  const client = (id: string) => ({
    id,
    provider: 'example',
    clientId: 'id',
    authMethod: 'client_secret_post',
    settingsVersion: 1,
    secret: secret(`secret of ${id}`),
    state: 'ok' as const,
    worked: false,
    createdAt: 1,
  })
  const root = (id: string) => ({
    accessToken: secret(`token of ${id}`),
    tokenType: 'Bearer',
    obtainedAt: 1,
    expiresAt: 'never' as const,
    values: {},
    warnings: [],
  })
  await Promise.all(
    records.map((one) => into.connections.insert(one, client(one.clientRef), undefined, { root: root(one.id) })),
  )
  const draft = { version: 1, createdAt: 1, changedAt: 1, expiresAt: Date.now() + 86_400_000 }
  await into.drafts.insert({ id: 'd', ...draft, content: secret('a draft') }, 50)
  await into.revocations.insert(secret('a call'), 1)
}

async function expectAllOpen(of: Store, count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) {
    const loaded = await of.connections.byName(`c${at}`)
    expect(loaded?.tokens?.root.accessToken.open()).toBe(`token of c${at}`)
    expect(loaded?.client?.secret?.open()).toBe(`secret of k${at}`)
  }
  expect((await of.drafts.byId('d'))?.content.open()).toBe('a draft')
  expect((await of.revocations.due(Date.now())).map(({ call }) => call?.open())).toEqual(['a call'])
}

async function finish(of: Store): Promise<number> {
  let all = 0
  for await (const { wrapped } of of.sealing.rewrap()) all += wrapped
  return all
}

describe('a change of the key', () => {
  test('wraps everything anew, and the old key is needed no more', async () => {
    const opened = await open()
    await fill(opened, 300)
    const before = await opened.sealing.state()
    expect(before).toMatchObject({ writable: true, settled: true, keys: [{ id: before.sealing, uses: 602 }] })

    const id = await opened.sealing.begin()
    expect(id).not.toBe(before.sealing)
    expect(await opened.sealing.state()).toMatchObject({ sealing: id, settled: false })
    expect(await finish(opened)).toBe(602)
    expect(await opened.sealing.state()).toMatchObject({
      settled: true,
      keys: expect.arrayContaining([
        { id, since: expect.any(Number), uses: 602, here: true },
        { id: before.sealing, since: expect.any(Number), uses: 0, here: true },
      ]),
    })
    await expectAllOpen(opened, 300)

    expect(await opened.sealing.retire()).toEqual([before.sealing])
    expect(linesOf(readFileSync(keyFile, 'utf8'))).toHaveLength(1)
    expect(statSync(keyFile).mode & 0o777).toBe(0o600)
    await expectAllOpen(await open(), 300)
    expect((await store?.sealing.state())?.keys).toEqual([{ id, since: expect.any(Number), uses: 602, here: true }])
  })

  test('that is asked for twice goes on and makes no further key', async () => {
    const opened = await open()
    await fill(opened, 3)
    const id = await opened.sealing.begin()
    expect(await opened.sealing.begin()).toBe(id)
    expect(await (await open()).sealing.begin()).toBe(id)
    expect(linesOf(readFileSync(keyFile, 'utf8'))).toHaveLength(2)
    await finish(store as Store)
    expect(await store?.sealing.begin()).not.toBe(id)
  })

  test('leaves alone what is written meanwhile', async () => {
    const opened = await open()
    await fill(opened, 450)
    await opened.sealing.begin()
    const change = { id: 'd', content: secret('another draft'), changedAt: 2, expiresAt: Date.now() + 86_400_000 }
    for await (const _ of opened.sealing.rewrap()) {
      await opened.drafts.replace(change, (await opened.drafts.byId('d'))?.version ?? 0)
      await opened.connections.remove('c7')
    }
    expect((await opened.drafts.byId('d'))?.content.open()).toBe('another draft')
    expect(await opened.connections.byName('c7')).toBeUndefined()
    expect((await opened.sealing.state()).keys.filter(({ uses }) => uses > 0)).toHaveLength(1)
  })

  test('takes no key away while anything needs it', async () => {
    const opened = await open()
    await fill(opened, 3)
    await opened.sealing.begin()
    await expect(opened.sealing.retire()).rejects.toMatchObject({ code: 'invalid_request' })
    expect(linesOf(readFileSync(keyFile, 'utf8'))).toHaveLength(2)
  })

  test('passes over a damaged value, and keeps the key that might open it', async () => {
    const opened = await open()
    await fill(opened, 3)
    const { sealing: old } = await opened.sealing.state()
    const raw = openSqliteFile(file, 1000)
    raw.exec(`update connection set data_key = (select data_key from connection where id = 'c0') where id = 'c1'`)
    raw.close()
    await (await open()).sealing.begin()
    const seen: number[] = []
    for await (const { unopened } of (store as Store).sealing.rewrap()) seen.push(unopened)
    expect(Math.max(...seen)).toBe(1)
    expect(await store?.sealing.state()).toMatchObject({ settled: false })
    expect((await store?.sealing.state())?.keys.find(({ id }) => id === old)?.uses).toBe(1)
    expect((await store?.connections.byName('c2'))?.tokens).toBeDefined()
  })

  test('by hand is a new first line: it takes over at the next start', async () => {
    const opened = await open()
    await fill(opened, 3)
    const { sealing: old } = await opened.sealing.state()
    const made = Buffer.alloc(32, 5)
    writeFileSync(keyFile, `# made by hand\n${made.toString('base64url')}\n${readFileSync(keyFile, 'utf8')}`)
    const again = await open()
    expect(await again.sealing.state()).toMatchObject({ sealing: new SealKey(made).id, settled: false })
    expect(await finish(again)).toBe(8)
    await expectAllOpen(again, 3)
    // Turned round, it is the newest all the same.
    const [first, second] = linesOf(readFileSync(keyFile, 'utf8'))
    writeFileSync(keyFile, `${second}\n${first}\n`)
    expect(await (await open()).sealing.state()).toMatchObject({ sealing: new SealKey(made).id })
    expect((await store?.sealing.state())?.sealing).not.toBe(old)
  })

  test('without the new key the store does not open, and the message names both', async () => {
    const opened = await open()
    const old = readFileSync(keyFile, 'utf8')
    const id = await opened.sealing.begin()
    writeFileSync(keyFile, old)
    await expect(open()).rejects.toMatchObject({ code: 'key_wrong', message: expect.stringContaining(id) })
  })

  test('where the keys are given says what to do there', async () => {
    const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const opened = await open(new KeyRing([one]))
    await fill(opened, 3)
    await expect(opened.sealing.begin()).rejects.toMatchObject({
      code: 'invalid_request',
      remedy: expect.stringContaining('in front of the old one'),
    })
    const again = await open(new KeyRing([two, one]))
    expect(await again.sealing.begin()).toBe(new SealKey(two).id)
    expect(await finish(again)).toBe(8)
    await expectAllOpen(await open(new KeyRing([two])), 3)
  })

  test('survives kill -9 in the middle, again and again', async () => {
    await fill(await open(), 450)
    await closeStore()
    const module = (path: string) => JSON.stringify(new URL(`../../src/${path}`, import.meta.url).href)
    const script = `
      import { openSqliteStore } from ${module('store/sqlite.ts')}
      import { loadOrMakeKey } from ${module('store/key-file.ts')}
      const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: async () => {} }
      const keys = loadOrMakeKey(${JSON.stringify(keyFile)}, { storeExists: true })
      const store = await openSqliteStore({ file: ${JSON.stringify(file)}, keys, clock, holder: 'node/1' })
      console.log('begin')
      await store.sealing.begin()
      console.log('begun')
      for await (const { wrapped } of store.sealing.rewrap()) console.log(wrapped)
      console.log('end')`
    const runUntil = async (lines: number): Promise<string> => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      const ended = new Promise((resolve) => child.once('close', resolve))
      for await (const chunk of child.stdout) {
        said += String(chunk)
        if (said.split('\n').length > lines) break
      }
      child.kill('SIGKILL')
      await ended
      return said
    }
    for (const lines of [1, 3, 5]) {
      expect(await runUntil(lines)).not.toContain('end')
      await expectAllOpen(await open(), 450)
      await closeStore()
    }
    expect(await runUntil(1000)).toContain('end')
    expect(linesOf(readFileSync(keyFile, 'utf8'))).toHaveLength(2)
    const last = await open()
    expect((await last.sealing.state()).keys.map(({ uses }) => uses).toSorted((a, b) => a - b)).toEqual([0, 902])
    expect(await last.sealing.retire()).toHaveLength(1)
    await expectAllOpen(await open(), 450)
  }, 60_000)
})
