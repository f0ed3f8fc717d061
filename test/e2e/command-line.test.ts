/** The same journey with nothing but the program: connect, token in a job, exit codes. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person, startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { createBrowser } from '../harness/browser.ts'
import { accepted, definitionFor, eventually, pause, show } from '../harness/definition.ts'
import { startEvergrant, type Evergrant } from '../harness/evergrant.ts'

let service: AuthorizationServer
let evergrant: Evergrant
let files: string
let definition: string

beforeAll(async () => {
  service = await startAuthorizationServer({ rotation: 'strict', accessSeconds: 3 })
  evergrant = await startEvergrant({ allow: [service.host] })
  files = await mkdtemp(join(tmpdir(), 'evergrant-files-'))
  definition = join(files, 'service.json')
  await writeFile(definition, JSON.stringify(definitionFor(service)))
})
afterAll(async () => {
  await evergrant?.close()
  await service?.close()
  await rm(files, { recursive: true, force: true })
})

const connect = (
  name: string,
  grant: string,
  client: { id: string; secret: string; method: string },
  more: string[] = [],
) =>
  evergrant.cli(
    ['connect', 'custom', '--as', name, '--definition', definition, '--grant', grant]
      .concat(['--client-id', client.id, '--client-auth', client.method])
      .concat(client.secret ? ['--client-secret-file', '-'] : [])
      .concat(more),
    { stdin: client.secret },
  )

describe('connecting', () => {
  it('a machine takes one command, and the token is the only thing on standard output', async () => {
    const ran = await connect('machine', 'machine', service.clients.post)
    expect(ran.code, ran.stderr).toBe(0)
    const token = await evergrant.cli(['token', 'machine'])
    expect([token.code, token.stderr]).toEqual([0, ''])
    expect(token.stdout).toMatch(/^\S+\n$/)
    expect(await accepted(service, token.stdout.trim())).toBe(true)
    const header = await evergrant.cli(['header', 'machine'])
    expect(header.stdout).toMatch(/^Authorization: Bearer \S+\n$/)
  })

  it('with user name and password', async () => {
    const secretFile = join(files, 'secret')
    await writeFile(secretFile, service.clients.post.secret, { mode: 0o600 })
    const ran = await evergrant.cli(
      ['connect', 'custom', '--as', 'password', '--definition', definition, '--grant', 'password']
        .concat(['--client-id', service.clients.post.id, '--client-auth', 'client_secret_post'])
        .concat(['--client-secret-file', secretFile, '--user-name', person.id, '--password-file', '-']),
      { stdin: person.password },
    )
    expect(ran.code, ran.stderr).toBe(0)
    expect((await evergrant.cli(['token', 'password'])).code).toBe(0)
  })

  it('a person prints the link and waits; the job works as soon as the person is done', async () => {
    const redirect = ['--redirect-uri', `${evergrant.url}/oauth/callback`]
    const made = await connect('person', 'person', service.clients.basic, [...redirect, '--no-authorize'])
    expect(made.code, made.stderr).toBe(0)
    expect(await evergrant.cli(['token', 'person'])).toMatchObject({ code: 4, stdout: '' })

    const waiting = await evergrant.cli(['authorize', 'person', '--no-wait', '--no-browser', '--no-input'])
    expect(waiting.code).toBe(4)
    const link = /https?:\/\/\S+/.exec(waiting.stdout + waiting.stderr)?.[0]
    expect(link).toBeDefined()
    expect((await createBrowser().open(link!)).status).toBe(200)
    await eventually(
      () => show(evergrant, 'person'),
      (connection) => connection.state === 'active',
    )
    expect((await evergrant.cli(['token', 'person'])).code).toBe(0)
  })
})

describe('exit codes', () => {
  it('tell a script what to do', async () => {
    expect(await evergrant.cli(['token', 'absent'])).toMatchObject({ code: 3, stdout: '' })
    expect(await evergrant.cli(['token'])).toMatchObject({ code: 2, stdout: '' })
    expect(await evergrant.cli(['tokne', 'machine'])).toMatchObject({ code: 2, stdout: '' })
    expect((await evergrant.cli(['tokne', 'machine'])).stderr).toContain('token')
    const away = { EVERGRANT_SERVER: 'http://127.0.0.1:9', EVERGRANT_API_KEY: 'x'.repeat(30) }
    expect(await evergrant.cli(['token', 'machine'], { env: away })).toMatchObject({ code: 7, stdout: '' })
  })

  it('are joined by a message that names the connection and the command that repairs it', async () => {
    const { stderr } = await evergrant.cli(['token', 'absent'])
    expect(stderr).toMatch(/^error: .*absent/)
    expect(stderr).toMatch(/\nhint: /)
    const json = await evergrant.cli(['token', 'absent', '--json'])
    expect(JSON.parse(json.stderr)).toMatchObject({ code: 'unknown_connection' })
  })
})

it('answers from the store by itself when no server runs, and renews by the same path', async () => {
  await connect('alone', 'machine', service.clients.post)
  const first = await evergrant.cli(['token', 'alone'])
  await evergrant.kill('SIGTERM')
  try {
    await pause(3100)
    const second = await evergrant.cli(['token', 'alone'])
    expect([second.code, second.stderr]).toEqual([0, ''])
    expect(second.stdout).not.toBe(first.stdout)
    expect(await accepted(service, second.stdout.trim())).toBe(true)
  } finally {
    await evergrant.restart()
  }
  expect((await evergrant.cli(['token', 'alone'])).code).toBe(0)
})
