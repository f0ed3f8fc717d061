/** Backups: whole or not there, sealed, read back; restored they stay closed until somebody adopts them. */
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSpool, type SpoolOptions } from '../../src/connections/spool.ts'
import { secret } from '../../src/secret.ts'
import { restoreBackup, writeBackup, type BackupOptions, type RestoreOptions } from '../../src/store/backup.ts'
import { loadOrMakeKey } from '../../src/store/key-file.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { openSqliteFile } from '../../src/store/sqlite-file.ts'
import type { Store } from '../../src/store/store.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() }
const passphrase = secret('canary passphrase of five words')

let root: string
let home: string
let other: string
let target: string
let store: Store

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'evergrant-backup-'))
  ;[home, other, target] = [join(root, 'home'), join(root, 'other'), join(root, 'backup')]
  for (const directory of [home, other]) mkdirSync(directory, { mode: 0o700 })
  const keys = loadOrMakeKey(join(home, 'key'), { storeExists: false })
  store = await openSqliteStore({ file: join(home, 'evergrant.db'), keys, clock, holder: 'node/start' })
  await insert('one')
  await insert('two')
})

afterEach(async () => {
  await store.close()
  rmSync(root, { recursive: true })
})

const tokens = (word: string) => ({
  accessToken: secret(`CANARY-access-${word}`),
  refreshToken: secret(`CANARY-refresh-${word}`),
  tokenType: 'Bearer',
  obtainedAt: 1,
  expiresAt: 'never' as const,
  values: {},
  warnings: [],
})

const insert = (id: string) =>
  store.connections.insert(
    {
      id,
      name: id,
      provider: 'CANARY-provider',
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
    { root: tokens(id) },
  )

const spoolOf = (directory: string, from: Store) => {
  const options: SpoolOptions = { directory, seal: from.sealFor, open: from.openFor }
  return openSpool(options)
}

const keysIn = (directory: string) => loadOrMakeKey(join(directory, 'key'), { storeExists: true })

const backup = (more: Partial<BackupOptions> = {}) =>
  writeBackup(
    {
      home,
      database: join(home, 'evergrant.db'),
      keyFile: join(home, 'key'),
      keys: keysIn(home),
      version: '9.9.9',
      withKey: false,
      now: 1_795_348_800_000,
      before: async () => undefined,
      ...more,
    },
    target,
  )

const restore = (more: Partial<RestoreOptions> = {}) =>
  restoreBackup(
    {
      home: other,
      database: join(other, 'evergrant.db'),
      keyFile: join(other, 'key'),
      keys: async () => keysIn(other),
      keyFromFile: true,
      ...more,
    },
    target,
  )

const giveKey = () => writeFileSync(join(other, 'key'), readFileSync(join(home, 'key')), { mode: 0o600 })

const openOther = (adopt: boolean) =>
  openSqliteStore({ file: join(other, 'evergrant.db'), keys: keysIn(other), clock, holder: 'node/2', adopt })

describe('a backup', () => {
  test('of a store in use comes back with its tokens and its journal, after it was adopted', async () => {
    const spool = await spoolOf(home, store)
    const entry = { connectionId: 'one', holder: 'node/start', generation: 1, fence: 1, tokens: tokens('spooled') }
    await spool.append(entry)
    const made = await backup()
    expect(made).toMatchObject({ connections: 2, files: ['evergrant.db', 'spool'], withKey: false })
    expect(statSync(target).mode & 0o777).toBe(0o600)
    expect(readdirSync(root).toSorted()).toEqual(['backup', 'home', 'other'])
    expect(readdirSync(home).filter((name) => name.startsWith('backup'))).toEqual([])
    // Later changes are not in it.
    await insert('three')
    await spool.close()

    giveKey()
    expect(await restore()).toEqual({
      madeAt: 1_795_348_800_000,
      connections: 2,
      files: ['evergrant.db', 'spool'],
      wroteKey: false,
    })
    for (const name of readdirSync(other)) expect(statSync(join(other, name)).mode & 0o077).toBe(0)
    await expect(openOther(false)).rejects.toMatchObject({ code: 'not_adopted' })
    const restored = await openOther(true)
    expect((await restored.connections.byName('two'))?.tokens?.root.accessToken.open()).toBe('CANARY-access-two')
    expect(await restored.connections.byName('three')).toBeUndefined()
    const again = await spoolOf(other, restored)
    expect((await again.pending()).map((one) => one.tokens.accessToken.open())).toEqual(['CANARY-access-spooled'])
    await again.close()
    await restored.close()
  })

  test('shows nothing of what is in it, neither a secret nor a name nor the key', async () => {
    await backup()
    const bytes = readFileSync(target)
    for (const word of ['CANARY', 'one', 'SQLite', readFileSync(join(home, 'key'), 'utf8').trim()])
      expect(bytes.includes(word), word).toBe(false)
  })

  test('with a passphrase and the key is all that a new machine needs', async () => {
    await backup({ passphrase, withKey: true })
    expect(readFileSync(target).includes(readFileSync(join(home, 'key'), 'utf8').trim())).toBe(false)
    await expect(restore()).rejects.toMatchObject({ code: 'missing_value' })
    await expect(restore({ passphrase: secret('another passphrase 123') })).rejects.toMatchObject({
      code: 'backup_unusable',
      message: expect.stringContaining('this passphrase does not open it'),
    })
    expect(readdirSync(other)).toEqual([])
    expect(await restore({ passphrase })).toMatchObject({ wroteKey: true })
    expect(readFileSync(join(other, 'key'), 'utf8')).toBe(readFileSync(join(home, 'key'), 'utf8'))
    const restored = await openOther(true)
    expect((await restored.connections.byName('one'))?.tokens).toBeDefined()
    await restored.close()
  })

  test('is never written over a file, and leaves nothing half done', async () => {
    writeFileSync(target, 'precious')
    await expect(backup()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('exists'),
    })
    expect(readFileSync(target, 'utf8')).toBe('precious')
    const nowhere = writeBackup(
      {
        home,
        database: join(home, 'evergrant.db'),
        keyFile: join(home, 'key'),
        keys: keysIn(home),
        version: '9.9.9',
        withKey: false,
        now: 1,
        before: async () => undefined,
      },
      join(root, 'no', 'such', 'directory'),
    )
    await expect(nowhere).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(readdirSync(home).filter((name) => name.startsWith('backup'))).toEqual([])
  })

  test('is told when it is whole and before it has its name, and has none where that must not be', async () => {
    const seen: unknown[] = []
    const before: BackupOptions['before'] = async ({ connections, sealedBy }) => {
      seen.push({ connections, sealedBy, named: existsSync(target), whole: statSync(`${target}.part`).size > 0 })
    }
    await backup({ before })
    expect(seen).toEqual([{ connections: 2, sealedBy: `key ${keysIn(home).current.id}`, named: false, whole: true }])
    rmSync(target)
    await expect(backup({ before: () => Promise.reject(new Error('not now')) })).rejects.toThrow('not now')
    expect(readdirSync(root).toSorted()).toEqual(['home', 'other'])
  })

  test('is refused with a key that does not open the store', async () => {
    await expect(backup({ keys: new KeyRing([randomBytes(32)]) })).rejects.toMatchObject({ code: 'key_wrong' })
    expect(readdirSync(root).toSorted()).toEqual(['home', 'other'])
  })

  test('of before a change of the key needs the old one', async () => {
    const before = keysIn(home).current.id
    await backup()
    await store.close()
    const keys = keysIn(home)
    store = await openSqliteStore({ file: join(home, 'evergrant.db'), keys, clock, holder: 'node/start' })
    await store.sealing.begin()
    for await (const _ of store.sealing.rewrap());
    await store.sealing.retire()
    giveKey()
    await expect(restore()).rejects.toMatchObject({ code: 'key_wrong', message: expect.stringContaining(before) })
  })
})

test('a removed connection leaves its data key in no file of the home, and in no backup from then on', async () => {
  const spool = await spoolOf(home, store)
  await spool.append({ connectionId: 'one', holder: 'node/start', generation: 1, fence: 1, tokens: tokens('spooled') })
  const raw = openSqliteFile(join(home, 'evergrant.db'), 1000)
  const wrapped = Buffer.from(
    raw.prepare("select data_key from connection where id = 'one'").get()?.['data_key'] as Uint8Array,
  )
  raw.close()
  const holders = (directory: string) =>
    readdirSync(directory).filter((name) => readFileSync(join(directory, name)).includes(wrapped))
  expect(holders(home).length).toBeGreaterThan(0)
  await store.connections.remove('one')
  expect(holders(home)).toEqual([])
  // What lies in the journal still is noise now.
  expect(await spool.pending()).toEqual([])
  await spool.close()
  await backup()
  giveKey()
  expect(await restore()).toMatchObject({ connections: 1 })
  expect(holders(other)).toEqual([])
})

describe('a restore', () => {
  test('refuses a directory that is not empty', async () => {
    await backup()
    giveKey()
    writeFileSync(join(other, 'spool'), '')
    await expect(restore()).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining('spool'),
    })
    expect(readdirSync(other).toSorted()).toEqual(['key', 'spool'])
  })

  test('without the key says which one is missing, and leaves nothing behind', async () => {
    await backup()
    await expect(restore()).rejects.toMatchObject({ code: 'key_missing' })
    writeFileSync(join(other, 'key'), `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
    const id = keysIn(home).current.id
    await expect(restore()).rejects.toMatchObject({ code: 'key_wrong', message: expect.stringContaining(id) })
    expect(readdirSync(other)).toEqual(['key'])
  })

  test('of a file that was damaged anywhere names the file and restores nothing', async () => {
    await backup()
    giveKey()
    const whole = readFileSync(target)
    const changes: [string, Buffer][] = [3, 20, whole.indexOf(10) - 3, whole.indexOf(10) + 2, whole.indexOf(10) + 80]
      .concat([whole.length >> 1, whole.length - 1])
      .map((at) => {
        const changed = Buffer.from(whole)
        changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
        return [`byte ${at}`, changed]
      })
    changes.push(['cut', whole.subarray(0, -100)], ['longer', Buffer.concat([whole, Buffer.of(0)])])
    changes.push(['empty', Buffer.alloc(0)], ['another file', Buffer.from('SQLite format 3\0')])
    for (const [what, bytes] of changes) {
      writeFileSync(target, bytes)
      const refused = await restore().catch((error: unknown) => error)
      expect(refused, what).toMatchObject({ code: expect.stringMatching(/^(backup_unusable|key_wrong)$/) })
      expect(String(refused), what).toContain(target)
      expect(readdirSync(other), what).toEqual(['key'])
    }
    writeFileSync(target, whole)
    expect(await restore()).toMatchObject({ connections: 2 })
  })

  test('of a file that is not there says so', async () => {
    await expect(restore()).rejects.toMatchObject({
      code: 'backup_unusable',
      message: expect.stringContaining('no such file'),
    })
  })
})
