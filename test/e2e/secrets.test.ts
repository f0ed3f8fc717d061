/** Canary secrets are put through everything, and looked for where nobody should find them. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { person, startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { authorizeInBrowser, connect, definitionFor, pause, readToken } from '../harness/definition.ts'
import { startEvergrant, type Evergrant } from '../harness/evergrant.ts'

let service: AuthorizationServer
let evergrant: Evergrant
const canaries = new Map<string, string>()

beforeAll(async () => {
  service = await startAuthorizationServer({ rotation: 'strict', accessSeconds: 2 })
  evergrant = await startEvergrant({ allow: [service.host], env: { EVERGRANT_LOG: 'debug' } })
  const { basic, post, privateKeyJwt } = service.clients
  const make = (name: string, grant: string, client: typeof basic, more = {}) =>
    connect(evergrant, { name, definition: definitionFor(service), grant, client, more })

  await make('person', 'person', basic)
  await authorizeInBrowser(evergrant, 'person')
  await make('password', 'password', post, { user_name: person.id, password: person.password })
  await make('machine', 'machine', privateKeyJwt)
  await make('wrong', 'machine', { ...post, secret: 'canary-wrong-secret-0123456789' })

  const keep = (name: string, value: string | undefined) => value && canaries.set(name, value)
  const read = async (name: string, when: string) =>
    keep(`access token of ${name}, ${when}`, (await readToken(evergrant, name)).json.access_token)
  for (const when of ['first', 'second']) {
    for (const name of ['person', 'password', 'machine', 'wrong']) await read(name, when)
    await pause(2100)
  }
  // Things that go wrong print more than things that go right.
  service.interfere({ grant: 'refresh_token', drop: 'before', times: 2 })
  await readToken(evergrant, 'person')
  service.interfere({ answer: { status: 500, body: 'broken' }, times: 2 })
  await readToken(evergrant, 'machine')
  for (const verb of ['renew', 'issue', 'test']) {
    for (const name of ['person', 'password', 'machine', 'wrong']) {
      await evergrant.request(`/v1/connections/${name}/${verb}`, { method: 'POST' })
    }
  }
  await evergrant.http('/v1/connections/person/token', { key: 'canary-api-key-that-is-wrong-0123456789' })
  const made = await evergrant.request('/v1/keys', { body: { name: 'job', connections: ['*'], verbs: ['token'] } })
  await evergrant.http('/v1/connections/person/token', { key: made.json.key })

  keep('client secret, basic', basic.secret)
  keep('client secret, post', post.secret)
  keep('client secret, wrong', 'canary-wrong-secret-0123456789')
  keep('password', person.password)
  keep('private key', privateKeyJwt.privateKey?.split('\n')[3])
  keep('API key', made.json.key)
  keep('wrong API key', 'canary-api-key-that-is-wrong-0123456789')
  service.log.forEach((entry, index) => {
    for (const name of ['refresh_token', 'code', 'code_verifier', 'client_assertion']) {
      keep(`${name} of request ${index}`, entry.parameters[name])
    }
  })
}, 60_000)

afterAll(async () => {
  await evergrant?.close()
  await service?.close()
})

/** Names of the canaries that stand in a text, in clear or in a usual encoding. */
function found(text: string): string[] {
  return [...canaries]
    .filter(([, value]) => {
      const forms = [value, encodeURIComponent(value), new URLSearchParams({ v: value }).toString().slice(2)]
      const bytes = [Buffer.from(value).toString('base64').replace(/=+$/, ''), Buffer.from(value).toString('hex')]
      return [...forms, JSON.stringify(value).slice(1, -1), ...bytes].some((form) => text.includes(form))
    })
    .map(([name]) => name)
}

it('has canaries of every kind to look for', () => {
  const kinds = [...canaries.keys()].map((name) => name.replace(/[ ,].*/, ''))
  expect(new Set(kinds)).toEqual(
    new Set([
      'client',
      'password',
      'private',
      'API',
      'wrong',
      'access',
      'refresh_token',
      'code',
      'code_verifier',
      'client_assertion',
    ]),
  )
})

describe('no secret in clear', () => {
  it('in what the server prints, at its most talkative', () => {
    expect(evergrant.output.stderr.length + evergrant.output.stdout.length).toBeGreaterThan(500)
    expect(found(evergrant.output.stdout + evergrant.output.stderr)).toEqual([])
  })

  it('in any file of the data directory', async () => {
    const entries = await readdir(evergrant.home, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    expect(files.map((file) => file.name)).toContain('evergrant.db')
    for (const file of files) {
      const bytes = await readFile(join(file.parentPath, file.name), 'latin1')
      expect(found(bytes), file.name).toEqual([])
    }
  })

  it('in the argument list and environment that other processes can read', async () => {
    for (const file of ['cmdline', 'environ']) {
      expect(found(await readFile(`/proc/${evergrant.pid}/${file}`, 'latin1')), file).toEqual([])
    }
  })

  it('in what people are shown', async () => {
    const paths = ['/v1/connections', '/v1/keys', '/metrics', '/healthz']
    for (const name of ['person', 'password', 'machine', 'wrong']) {
      paths.push(...['', '/preview', '/attempts'].map((rest) => `/v1/connections/${name}${rest}`))
    }
    for (const path of paths) {
      const answer = await evergrant.request(path)
      expect(answer.status, path).toBe(200)
      expect(found(answer.text), path).toEqual([])
    }
  })

  it('in what the command line prints about a connection', async () => {
    for (const args of [
      ['status', 'person', '--json'],
      ['status', 'wrong'],
      ['list', '--json'],
      ['test', 'person'],
    ]) {
      const ran = await evergrant.cli(args)
      expect(found(ran.stdout + ran.stderr), args.join(' ')).toEqual([])
    }
  })
})

it('serves the token itself only to who asks for it', async () => {
  const answer = await readToken(evergrant, 'machine')
  expect(answer.headers['cache-control']).toContain('no-store')
  expect(answer.json.access_token).toBeTypeOf('string')
})
