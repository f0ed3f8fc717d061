import { copyFile, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Ports } from '../../src/cli/ports.ts'
import { rehearsalClient, startRehearsal } from '../../src/rehearsal/index.ts'
import { connect, definitionFor, expecting, readToken, serviceOf } from '../harness/definition.ts'
import { runEvergrant, startEvergrant } from '../harness/evergrant.ts'
import { openStage, problem, type Stage } from './stage.ts'

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

  it('say where the audit could not be told', async () => {
    const made = { bytes: 1, connections: 3, files: ['evergrant.db'], sealedBy: 'key 1', withKey: false }
    const backup: Ports['backup'] = async (_, { before }) => {
      await before(made)
      return made
    }
    const told = await openStage({ 'POST /v1/backups': problem('storage_full') })
    try {
      await told.listen()
      const ran = await told.run('backup file', { ports: { backup } })
      expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('wrote file: 3 connections') })
      expect(ran.stderr).toContain('warning: this backup has no entry in the audit: ')
      expect(told.asked.at(-1)?.body).toMatchObject({
        file: 'file',
        sealed_by: 'key 1',
        with_key: false,
        connections: 3,
      })
    } finally {
      await told.close()
    }
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
    expect(JSON.parse(made.stdout)).toMatchObject({ file, connections: 1, withKey: false, audited: true })
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

type Told = { action: string; actor: unknown; outcome: string; facts: Record<string, unknown> }

/** What a home says of its backups and of who took it over, oldest first, once its chain is whole. */
async function toldIn(home: string): Promise<Told[]> {
  expect(await runEvergrant(['audit', 'verify'], { home })).toMatchObject({ code: 0 })
  const { stdout } = await runEvergrant(['audit', 'export'], { home })
  const entries = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Told)
  return entries
    .filter(({ action }) => action === 'recordBackup' || action === 'store.adopted')
    .map(({ action, actor, outcome, facts }) => ({ action, actor, outcome, facts }))
}

it('a backup, and who takes a copy over, stand in the audit, with and without a server', async () => {
  const root = await mkdtemp(join(tmpdir(), 'evergrant-test-'))
  const [home, copy] = [join(root, 'home'), join(root, 'copy')]
  const evergrant = await startEvergrant({ home })
  try {
    const phrase = join(root, 'phrase')
    await writeFile(phrase, 'canary passphrase of five words\n', { mode: 0o600 })
    const [first, second] = [join(root, 'first'), join(root, 'second')]
    const beside = await runEvergrant(['backup', first, '--json'], { home, env: { SUDO_USER: 'grace' } })
    expect(beside).toMatchObject({ code: 0, stderr: '' })
    await evergrant.kill('SIGTERM')
    const alone = await runEvergrant(['backup', second, '--passphrase-file', phrase, '--with-key'], { home })
    expect(alone).toMatchObject({ code: 0, stderr: '' })
    expect(await runEvergrant(['backup', '-'], { home })).toMatchObject({ code: 0, stderr: '' })

    const { username, uid } = userInfo()
    const user = `${username} (${uid})`
    const { sealedBy } = JSON.parse(beside.stdout) as { sealedBy: string }
    expect(sealedBy).toMatch(/^key [0-9a-f]{8}/)
    const common = { action: 'recordBackup', actor: { kind: 'local' }, outcome: 'ok' }
    const facts = { sealedBy, withKey: false, connections: 0, user }
    expect(await toldIn(home)).toEqual([
      { ...common, facts: { ...facts, file: first, user: `${user}, by sudo of grace` } },
      { ...common, facts: { ...facts, file: second, sealedBy: 'a passphrase', withKey: true } },
      { ...common, facts: { ...facts, file: 'standard output' } },
    ])

    await mkdir(copy, { recursive: true, mode: 0o700 })
    await copyFile(join(home, 'key'), join(copy, 'key'))
    expect(await runEvergrant(['restore', first], { home: copy })).toMatchObject({ code: 0 })
    // What is closed takes no entry: there is a backup, and nobody is left to believe that it was told.
    const third = join(root, 'third')
    const untold = await runEvergrant(['backup', third, '--json'], { home: copy })
    expect(untold.code).toBe(0)
    expect(JSON.parse(untold.stdout)).toMatchObject({ file: third, audited: false })
    const detail = expect.stringContaining('this backup has no entry in the audit: the database is a copy')
    expect(JSON.parse(untold.stderr)).toMatchObject({ code: 'not_adopted', detail })

    expect(await runEvergrant(['adopt', '--yes'], { home: copy })).toMatchObject({ code: 0 })
    const adopted = { action: 'store.adopted', actor: { kind: 'local' }, outcome: 'ok' }
    const database = join(copy, 'evergrant.db')
    expect(await toldIn(copy)).toEqual([{ ...adopted, facts: { database, user } }])
  } finally {
    await evergrant.close()
    await rm(root, { recursive: true, force: true })
  }
}, 120_000)
