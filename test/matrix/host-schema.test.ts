/** An upgrade that breaks off, and the way back to an older program: both programs open the database or refuse it. */
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteFile } from '../../src/store/sqlite-file.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { runEvergrant, startEvergrant } from '../harness/evergrant.ts'

const clock = { now: () => Date.now(), monotonic: () => performance.now(), sleep: () => Promise.resolve() }

function newHome(): string {
  const home = mkdtempSync(join(tmpdir(), 'evergrant-schema-'))
  onTestFinished(() => rmSync(home, { recursive: true, force: true }))
  return home
}

function withFile<T>(file: string, work: (sql: ReturnType<typeof openSqliteFile>) => T): T {
  const opened = openSqliteFile(file, 0)
  try {
    return work(opened)
  } finally {
    opened.close()
  }
}

it('a migration that breaks off leaves nothing behind, and is made whole at the next start', async () => {
  const file = join(newHome(), 'evergrant.db')
  const open = () => openSqliteStore({ file, keys: new KeyRing([Buffer.alloc(32, 7)]), clock, holder: 'node/start' })
  const tables = () => withFile(file, (sql) => sql.prepare(`select name from sqlite_master where type = 'table'`).all())
  // A table of the last migration: everything before it can be made.
  withFile(file, (sql) => sql.exec('create table draft (x)'))
  await expect(open()).rejects.toMatchObject({
    code: 'store_unavailable',
    message: expect.stringContaining('cannot be brought up to date'),
  })
  expect(tables()).toEqual([{ name: 'draft' }])
  withFile(file, (sql) => sql.exec('drop table draft'))
  const store = await open()
  expect(await store.healthy()).toBe(true)
  await store.close()
})

it('an older program says that a newer one has made the database, and leaves it as it is', async () => {
  const home = newHome()
  const file = join(home, 'evergrant.db')
  await (await startEvergrant({ home })).kill()
  withFile(file, (sql) => sql.exec(`insert into kysely_migration values ('9999_later', '2099-01-01')`))
  const content = () =>
    withFile(file, (sql) => {
      const tables = sql.prepare(`select name from sqlite_master where type = 'table' order by name`).all()
      return tables.map(({ name }) => sql.prepare(`select * from "${String(name)}"`).all())
    })
  const before = content()
  const ran = await runEvergrant(['serve'], { home })
  expect(ran.code).toBe(7)
  expect(ran.stderr).toMatch(/made by a newer version/)
  expect(ran.stderr).toMatch(/run that version again/)
  expect(content()).toEqual(before)

  withFile(file, (sql) => sql.exec(`delete from kysely_migration where name = '9999_later'`))
  await (await startEvergrant({ home })).kill()
}, 60_000)

it('without its key, or with another one, nothing starts and nothing is changed', async () => {
  const home = newHome()
  const file = join(home, 'evergrant.db')
  const keyFile = join(home, 'key')
  await (await startEvergrant({ home })).kill()
  const digest = () => createHash('sha256').update(readFileSync(file)).digest('hex')
  const before = digest()
  const key = readFileSync(keyFile, 'utf8')

  rmSync(keyFile)
  const without = await runEvergrant(['serve'], { home })
  expect([without.code, without.stderr]).toEqual([9, expect.stringContaining(keyFile)])
  expect(existsSync(keyFile)).toBe(false)
  expect(digest()).toBe(before)

  const other = Buffer.alloc(32, 9).toString('base64url')
  const wrong = await runEvergrant(['serve'], { home, env: { EVERGRANT_KEY: other } })
  expect([wrong.code, wrong.stderr]).toEqual([9, expect.stringContaining('does not open')])
  expect(wrong.stderr + wrong.stdout).not.toContain(other)
  expect(digest()).toBe(before)

  const right = await startEvergrant({ home, env: { EVERGRANT_KEY: key.trim() } })
  expect((await right.request('/readyz')).status).toBe(200)
  await right.kill()
}, 60_000)
