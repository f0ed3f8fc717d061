/** Connections leave one installation and come to another. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { accepted, authorizeInBrowser, connect, definitionFor, readToken, show } from '../harness/definition.ts'
import { runEvergrant, startEvergrant, type Evergrant } from '../harness/evergrant.ts'

let service: AuthorizationServer
let here: Evergrant
let there: Evergrant
let directory: string
let passphrase: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evergrant-export-'))
  passphrase = join(directory, 'passphrase')
  await writeFile(passphrase, 'canary passphrase of five words\n', { mode: 0o600 })
  service = await startAuthorizationServer({ rotation: 'strict' })
  ;[here, there] = await Promise.all([
    startEvergrant({ allow: [service.host] }),
    startEvergrant({ allow: [service.host] }),
  ])
  const definition = definitionFor(service)
  const client = service.clients.basic
  await connect(here, { name: 'person', definition, grant: 'person', client })
  await authorizeInBrowser(here, 'person')
  await connect(here, { name: 'machine', definition, grant: 'machine', client })
}, 60_000)

afterAll(async () => {
  await here?.close()
  await there?.close()
  await service?.close()
  await rm(directory, { recursive: true, force: true })
})

const run = (at: Evergrant, ...args: string[]) => runEvergrant(args, { home: at.home })

it('as YAML without secrets, which names what is missing where it is imported', async () => {
  const file = join(directory, 'plain.yaml')
  expect(await run(here, 'export', '--out', file)).toMatchObject({ code: 0, stderr: '' })
  const text = await readFile(file, 'utf8')
  expect(text).toContain('name: person')
  const token = (await readToken(here, 'person')).json.access_token
  for (const secret of [service.clients.basic.secret ?? 'none', token]) expect(text).not.toContain(secret)
  const checked = await run(there, 'import', file, '--check')
  expect(checked).toMatchObject({ code: 0 })
  const again = await run(here, 'import', file)
  expect(again.code).toBe(2)
  for (const name of ['person', 'machine']) expect(again.stderr).toContain(`${name}: there is such a connection`)
}, 60_000)

it('of those that are named', async () => {
  const { code, stdout } = await run(here, 'export', 'machine', 'machine')
  expect(code).toBe(0)
  expect(stdout.match(/^ *- name: .*/gm)).toEqual([expect.stringContaining('machine')])
  expect(await run(here, 'export', 'machine', 'nobody')).toMatchObject({
    code: 3,
    stdout: '',
    stderr: expect.stringContaining('there is no connection "nobody"'),
  })
  expect((await run(here, 'export', '--help')).stdout).toMatch(/\[name\.\.\.\]/)
}, 60_000)

it('with everything behind a passphrase; moved, they are used in one place', async () => {
  const file = join(directory, 'sealed')
  expect(await run(here, 'export', '--secrets', '--out', file)).toMatchObject({ code: 2 })
  const sealed = ['--secrets', '--passphrase-file', passphrase, '--out', file]
  expect(await run(here, 'export', ...sealed, '--move', '--yes')).toMatchObject({ code: 0 })
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const text = await readFile(file, 'utf8')
  expect(text).not.toContain('person')
  expect(await show(here, 'person')).toMatchObject({ state: 'suspended' })

  const wrong = join(directory, 'wrong')
  await writeFile(wrong, 'another passphrase 123', { mode: 0o600 })
  expect(await run(there, 'import', file, '--passphrase-file', wrong)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('does not open'),
  })
  expect(await run(there, 'import', file)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--passphrase-file'),
  })
  expect(await run(there, 'import', file, '--passphrase-file', passphrase)).toMatchObject({
    code: 0,
    stdout: 'imported 2 connections\n',
  })
  for (const name of ['person', 'machine']) {
    const token = await readToken(there, name)
    expect(token.status, name).toBe(200)
    expect(await accepted(service, token.json.access_token), name).toBe(true)
  }
  expect(await show(there, 'person')).toMatchObject({ state: 'active', has_refresh_token: true })
  const renewed = await there.request('/v1/connections/person/renew', { method: 'POST' })
  expect(renewed.json.ok).toBe(true)
}, 120_000)

it('never with secrets over the network, not even for an admin', async () => {
  const { json } = await here.request('/v1/keys', { body: { name: 'admin', connections: ['*'], verbs: ['admin'] } })
  const asked = await here.http('/v1/export', { method: 'POST', body: { secrets: true }, key: json.key })
  expect(asked).toMatchObject({ status: 403, json: { code: 'forbidden' } })
  const plain = await here.http('/v1/export', { method: 'POST', body: {}, key: json.key })
  expect(plain).toMatchObject({ status: 200 })
  expect(plain.text).not.toContain(service.clients.basic.secret)
})

it('a file with faults is told all of them at once, and nothing of it is made', async () => {
  const file = join(directory, 'faulty.yaml')
  const connections = [
    { name: 'UPPER', provider: 'custom' },
    { name: 'fine', provider: 'no-such-service' },
  ]
  await writeFile(file, JSON.stringify({ evergrant_export: 1, connections }))
  const ran = await run(there, 'import', file)
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('connections.0.name') })
  await writeFile(file, JSON.stringify({ evergrant_export: 1, connections: [connections[1], { ...connections[1] }] }))
  const more = await run(there, 'import', file)
  expect(more).toMatchObject({ code: 2, stderr: expect.stringContaining('nothing was imported') })
  expect(more.stderr).toContain('no-such-service')
  expect(more.stderr).toContain('twice')
}, 60_000)
