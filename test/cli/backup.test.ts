import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rehearsalClient, startRehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, readToken, serviceOf } from '../harness/definition.ts'
import { runEvergrant, startEvergrant } from '../harness/evergrant.ts'
import { openStage, type Stage } from './stage.ts'

describe('backup and restore', () => {
  let stage: Stage
  beforeEach(async () => (stage = await openStage()))
  afterEach(() => stage.close())

  it('are done where the data lies', async () => {
    for (const verb of ['backup', 'restore']) {
      const ran = await stage.run(`${verb} file --server https://tokens.example.com`)
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('not through a server') })
    }
  })

  it('put the key into a file only behind a passphrase that cannot be guessed', async () => {
    expect(await stage.run('backup file --with-key')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--passphrase-file'),
    })
    const short = await stage.file('short', 'too short\n')
    for (const file of [short, await stage.file('empty', '')])
      expect(await stage.run(`backup file --passphrase-file ${file}`)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('the passphrase is shorter than 16 characters\nhint: take five or more'),
      })
    const taken = await stage.run('backup file --passphrase=canary')
    expect(taken).toMatchObject({ code: 2, stderr: expect.not.stringContaining('canary') })
  })

  it('send no backup to a terminal', async () => {
    expect(await stage.run('backup -', { columns: 80 })).toMatchObject({ code: 2 })
  })

  it('point to pg_dump where the store is in Postgres', async () => {
    const env = { EVERGRANT_DATABASE_URL: 'postgres://ada@db.example.com/evergrant' }
    const ran = await runEvergrant(['backup', join(stage.home, 'file')], { home: join(stage.home, 'data'), env })
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('pg_dump') })
  })

  it('wait for nobody who holds the home', async () => {
    expect(await stage.run('restore file')).toMatchObject({ code: 7 })
  })
})

it('a running server is backed up, and its backup serves the same token on a new machine after adopt', async () => {
  const home = await mkdtemp(join(tmpdir(), 'evergrant-test-'))
  const [file, copy] = [`${home}.backup`, `${home}-copy`]
  const service = await startRehearsal({ behaviour: { scopes: ['api.read'] } })
  const evergrant = await startEvergrant({ home, allow: [service.host] })
  try {
    const client = { ...rehearsalClient, method: 'client_secret_post' }
    await connect(evergrant, { name: 'kept', definition: definitionFor(serviceOf(service)), grant: 'machine', client })
    const token = expecting(200, await readToken(evergrant, 'kept')).access_token
    const made = await runEvergrant(['backup', file, '--json'], { home })
    expect([made.code, made.stderr]).toEqual([0, ''])
    expect(JSON.parse(made.stdout)).toMatchObject({ file, connections: 1, withKey: false })
    expect((await stat(file)).mode & 0o777).toBe(0o600)

    const missing = await runEvergrant(['restore', file], { home: copy })
    expect(missing).toMatchObject({ code: 9, stderr: expect.stringContaining('key') })
    await copyFile(join(home, 'key'), join(copy, 'key'))
    const restored = await runEvergrant(['restore', file], { home: copy })
    expect(restored).toMatchObject({ code: 0, stdout: expect.stringContaining('restored 1 connection, as of') })
    expect(await runEvergrant(['token', 'kept'], { home: copy })).toMatchObject({ code: 9 })
    expect(await runEvergrant(['adopt', '--yes'], { home: copy })).toMatchObject({ code: 0 })
    expect(await runEvergrant(['token', 'kept'], { home: copy })).toMatchObject({ code: 0, stdout: `${token}\n` })
  } finally {
    await evergrant.close()
    await service.close()
    for (const path of [home, copy, file]) await rm(path, { recursive: true, force: true })
  }
}, 120_000)
