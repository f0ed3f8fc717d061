/**
 * Requirement rows L1, L2, L4, H7 and H10: 50 kinds of secrets are put through the real program in every way they can
 * come, good and wrong, and looked for wherever they should not be.
 */
import { execFile } from 'node:child_process'
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract, type Route } from '../../src/api/contract.ts'
import { startEvergrant, type Evergrant, type Json } from '../harness/evergrant.ts'

/** Each kind with every value it had. */
const canaries = new Map<string, string[]>()

/** A secret of a kind: nothing else in the world looks like it. */
function canary(kind: string): string {
  const value = `cnry${randomBytes(12).toString('hex')}`
  return keep(kind, value)
}
function keep(kind: string, value: string): string {
  canaries.set(kind, [...(canaries.get(kind) ?? []), value])
  return value
}
/** A private key; one line of it is what is looked for. */
function pem(kind: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  keep(kind, text.split('\n')[5] ?? '')
  return text
}

/** The kinds that stand in a text, in clear or in a usual encoding. */
function found(text: string): string[] {
  const at = ({ length }: { length: number }, value: string) =>
    [value, Buffer.from(value).toString('base64').slice(0, length), Buffer.from(value).toString('hex')].some((form) =>
      text.includes(form),
    )
  return [...canaries].flatMap(([kind, values]) => (values.some((value) => at({ length: 24 }, value)) ? [kind] : []))
}

/** An authorization tells the address that a person opens, with its state; a name that does not exist is repeated. */
function meant(what: string, kind: string): boolean {
  return (
    (what.includes('/v1/authorizations/') && kind === 'state') ||
    (what.includes('/cnry') && kind === 'secret in a path')
  )
}

/** A service that gives secrets away in every member it has, and repeats what it was sent when it refuses. */
async function startService() {
  const urls: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = await textOf(request)
      const { pathname } = new URL(request.url ?? '', 'http://service')
      urls.push(request.url ?? '')
      const form = new URLSearchParams(body)
      for (const name of ['client_assertion', 'assertion', 'code_verifier'])
        if (form.has(name)) keep(`${name} that was sent`, form.get(name) ?? '')
      const answer = (status: number, value: unknown, headers: Record<string, string> = {}) =>
        response
          .writeHead(status, { 'content-type': 'application/json', ...headers })
          .end(typeof value === 'string' ? value : JSON.stringify(value))
      if (pathname === '/me') return answer(200, { sub: 'ada', session_id: canary('secret in a test answer') })
      if (pathname === '/revoke') return answer(500, `token ${form.get('token')} cannot be revoked`)
      if (pathname === '/device')
        return answer(200, {
          device_code: canary('device code'),
          user_code: 'ABCD',
          verification_uri: 'https://service.example/device',
          interval: 1,
          expires_in: 60,
        })
      if (pathname === '/page')
        return answer(500, `<html><title>Oops</title>${body} access_token=${canary('secret in a page')}</html>`)
      if (pathname === '/moved')
        return answer(302, '', { location: `https://else.example/?access_token=${canary('token in a redirect')}` })
      if (pathname === '/echo')
        return answer(
          400,
          {
            error: 'invalid_client',
            error_description: `wrong ${body} ${request.headers.authorization} client_secret=${canary('secret in words')}`,
          },
          { 'www-authenticate': `Bearer error="invalid", token="${canary('secret in a challenge')}"` },
        )
      return answer(
        200,
        {
          access_token: canary('access token'),
          token_type: 'Bearer',
          expires_in: 3600,
          refresh_token: canary('refresh token'),
          id_token: canary('ID token'),
          session_token: canary('token in a member of its own'),
          pin: canary('secret value of an answer'),
        },
        { 'set-cookie': `session=${canary('cookie of a service')}`, 'x-api-key': canary('secret in a header') },
      )
    })()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { host, urls, close: () => server.close() }
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const see: string[] = []
function definition(host: string, path = '/token', more: Json = {}): Json {
  const call = (form: Json) => ({ see, url: `http://${host}${path}`, body: { form }, take: { pin: 'pin' } })
  const renewal = {
    see,
    by: 'refresh_token',
    rotates: 'always',
    call: call({ grant_type: 'refresh_token', refresh_token: '{refresh_token}', x: '{pin2}' }),
  }
  const reissue = { see, by: 'reissue', rotates: 'never' }
  return {
    id: 'leaky',
    name: 'Leaky',
    category: 'tests',
    checked: '2026-11-22',
    tried: 'never',
    sources: {},
    hosts: { token: [host], api: [host] },
    values: {
      pin: { label: 'PIN', from: ['answer'], secret: true, optional: true },
      pin2: { label: 'Second PIN', secret: true, optional: true, default: 'none' },
      word: { label: 'Word', from: ['callback.word'], secret: true, optional: true },
    },
    client: {
      see,
      auth: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'query', 'none'],
      secret: { optional: true },
      key: { algs: ['RS256'] },
    },
    ways: {
      person: {
        label: 'Person',
        grant: 'authorization_code',
        authorize: {
          see,
          url: `http://${host}/authorize`,
          pkce: 'required',
          params: {
            response_type: 'code',
            client_id: '{client_id}',
            redirect_uri: '{redirect_uri}',
            state: '{state}',
            code_challenge: '{code_challenge}',
            code_challenge_method: '{code_challenge_method}',
          },
        },
        token: call({
          grant_type: 'authorization_code',
          code: '{code}',
          code_verifier: '{code_verifier}',
          redirect_uri: '{redirect_uri}',
        }),
        renewal,
      },
      machine: {
        label: 'Machine',
        grant: 'client_credentials',
        token: call({ grant_type: 'client_credentials' }),
        renewal: reissue,
      },
      password: {
        label: 'Password',
        grant: 'password',
        token: call({ grant_type: 'password', username: '{user_name}', password: '{password}' }),
        renewal,
      },
      device: {
        label: 'Device',
        grant: 'device_code',
        device: { see, url: `http://${host}/device`, body: { form: { client_id: '{client_id}' } } },
        token: call({ grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: '{device_code}' }),
        renewal,
      },
    },
    redirects: [{ see, back: ['callback', 'loopback', 'paste', 'relay'], port: 'any' }],
    api: { see, base: `http://${host}/api`, send: { authorization: 'Bearer {token}', 'x-pin?': '{pin}' } },
    probes: [{ see, method: 'GET', url: `http://${host}/me`, auth: { header: 'Bearer {token}' }, who: ['sub'] }],
    revoke: [{ see, url: `http://${host}/revoke`, body: { form: { token: '{refresh_token}' } } }],
    ...more,
  }
}

let service: Awaited<ReturnType<typeof startService>>
let evergrant: Evergrant
let directory: string
let drafts: string[]
let flows: string[]
const answers: { what: string; text: string }[] = []
const names: string[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evergrant-canaries-'))
  const file = async (name: string, text: string) => {
    await writeFile(join(directory, name), `${text}\n`, { mode: 0o600 })
    return join(directory, name)
  }
  const keyPhrase = await file('phrase', `${canary('passphrase of the key')} of five words`)
  const adminKey = await file('admin', canary('admin key of the options'))
  service = await startService()
  evergrant = await startEvergrant({
    allow: [service.host],
    env: { EVERGRANT_LOG: 'debug', EVERGRANT_KEY_PASSPHRASE_FILE: keyPhrase, EVERGRANT_ADMIN_KEY_FILE: adminKey },
  })
  const { host } = service
  /** What people send; the answer is kept, to be searched at the end. */
  const ask = async (path: string, body?: unknown, method = body === undefined ? 'GET' : 'POST') => {
    const answer = await evergrant.request(path, { method, ...(body !== undefined && { body }) })
    answers.push({ what: `${method} ${path}`, text: answer.text })
    return answer
  }
  const over = async (path: string, headers: Record<string, string>, method = 'GET', body?: unknown) => {
    const answer = await evergrant.http(path, { headers, method, ...(body !== undefined && { body }) })
    answers.push({ what: `${method} ${path.replace(/\?.*/, '')} over TCP`, text: answer.text })
    return answer
  }
  const connect = async (name: string, grant: string, client: Json, more: Json = {}, path = '/token') => {
    const made = await ask('/v1/connections', {
      name,
      provider: 'custom',
      definition: definition(host, path),
      grant,
      client: { id: 'client', ...client },
      ...more,
    })
    if (made.status !== 201) throw new Error(`${name}: ${made.text}`)
    names.push(name)
  }

  // What people give.
  await connect('basic', 'machine', { secret: canary('client secret, basic') })
  await connect('post', 'machine', { secret: canary('client secret, post'), method: 'client_secret_post' })
  await connect('query', 'machine', { secret: canary('client secret, query'), method: 'query' })
  await connect('jwt', 'machine', {
    secret: `${canary('client secret, signing')}0123456789`,
    method: 'client_secret_jwt',
  })
  await connect('key', 'machine', { key: pem('signing key'), method: 'private_key_jwt', key_alg: 'RS256' })
  const login = { user_name: 'ada', password: canary('password'), inputs: { pin2: canary('secret input') } }
  await connect('password', 'password', { secret: canary('client secret, password grant') }, login)
  await connect(
    'import',
    'person',
    { secret: canary('client secret, import') },
    {
      access_token: canary('imported access token'),
      refresh_token: canary('imported refresh token'),
      values: { pin: canary('imported value') },
    },
  )
  await connect('echo', 'machine', { secret: canary('client secret, refused') }, {}, '/echo')
  await connect('page', 'machine', { secret: canary('client secret, page') }, {}, '/page')
  await connect('moved', 'machine', { secret: canary('client secret, redirect') }, {}, '/moved')
  await connect(
    'person',
    'person',
    { secret: canary('client secret, person') },
    { redirect_uri: `${evergrant.url}/oauth/callback` },
  )
  await connect('device', 'device', { secret: canary('client secret, device') })
  await ask('/v1/connections/basic', { client: { id: 'client', secret: canary('client secret, changed') } }, 'PATCH')

  // What is wrong with it.
  await ask('/v1/connections/basic', { client_secret: canary('secret in an unknown member') }, 'PATCH')
  await ask('/v1/connections/basic', { client: { secret: [canary('secret of the wrong type')] } }, 'PATCH')
  await ask('/v1/connections', { name: canary('secret as a name').toUpperCase(), provider: 'custom' })
  await ask(`/v1/connections/${canary('secret in a path')}`)
  await ask('/v1/connections', {
    name: 'wrong',
    provider: 'custom',
    definition: definition(host, '/token', {
      hosts: { token: [`user:${canary('secret in a host')}@${host}`], api: [] },
    }),
  })
  await ask('/v1/connections', { name: 'wrong', provider: 'xero', inputs: { x: canary('secret in an unknown input') } })

  // Drafts, and commands that are pasted into them.
  const drafted = await ask('/v1/drafts', {
    name: 'drafted',
    provider: 'custom',
    definition: definition(host),
    grant: 'password',
    user_name: 'ada',
    client: { id: 'client', secret: canary('secret of a draft'), key: pem('key of a draft') },
    password: canary('password of a draft'),
    access_token: canary('access token of a draft'),
    refresh_token: canary('refresh token of a draft'),
    inputs: { pin2: canary('secret input of a draft') },
  })
  const curled = await ask('/v1/drafts', {
    curl: `curl -u 'b7c1:${canary('secret in a command')}' -H 'X-Token: ${canary('header in a command')}' -d grant_type=client_credentials https://login.example.org/token`,
    custom: { api_url: 'https://api.example.org' },
  })
  drafts = [drafted.json.id, curled.json.id]
  await ask(`/v1/drafts/${drafts[0]}`, { client: { secret: canary('changed secret of a draft') } }, 'PATCH')
  await ask(`/v1/drafts/${drafts[0]}/preview`, {}, 'POST')

  // Authorizations.
  const authorize = async (name: string, body: Json = {}) =>
    (await evergrant.request(`/v1/connections/${name}/authorize`, { body })).json
  const first = await authorize('person', { back: 'paste', starter: canary('word of a program') })
  const state = new URL(first.authorization_url ?? first.url).searchParams.get('state') ?? ''
  keep('state', state)
  const complete = (id: string, body: Json) => ask(`/v1/authorizations/${id}/complete`, body)
  await complete(first.id, {
    pasted: `${evergrant.url}/oauth/callback?code=${canary('code of another')}&state=${canary('wrong state')}`,
  })
  await complete(first.id, { pasted: canary('bare code') })
  await complete(first.id, {
    pasted: `${evergrant.url}/oauth/callback?code=${canary('code')}&state=${state}&word=${canary('secret of a callback')}`,
  })
  const refused = await authorize('person', { back: 'paste' })
  const parameters = [
    ['access_token', canary('token of a front channel')],
    ['state', new URL(refused.authorization_url ?? refused.url).searchParams.get('state')],
  ]
  await complete(refused.id, { parameters })
  await over(`/oauth/callback?code=${canary('code at the callback')}&state=${canary('state at the callback')}`, {})
  const asked = await authorize('device')
  flows = [first.id, refused.id, asked.id]

  // Callers.
  const made = await evergrant.request('/v1/keys', {
    body: { name: 'job', connections: ['*'], verbs: ['token', 'read'] },
  })
  keep('API key', made.json.key)
  const gone = await evergrant.request('/v1/keys', { body: { name: 'gone', connections: ['*'] } })
  keep('revoked API key', gone.json.key)
  await evergrant.request(`/v1/keys/${gone.json.id}`, { method: 'DELETE' })
  const link = await evergrant.request('/v1/signin-links', { method: 'POST' })
  const word = keep('word of a sign-in link', new URL(link.json.url).searchParams.get('token') ?? '')
  const entered = await over('/v1/session', { origin: evergrant.url }, 'POST', { token: word })
  keep('session', /=([\w-]+)/.exec(String(entered.headers['set-cookie']))?.[1] ?? 'none')
  await over('/v1/session', { origin: evergrant.url }, 'POST', { token: canary('wrong word of a sign-in link') })
  await over('/v1/connections', { authorization: `Bearer eg_${canary('wrong API key')}` })
  await over('/v1/connections', { authorization: `Bearer ${gone.json.key}` })
  await over('/v1/connections', {
    authorization: `Basic ${Buffer.from(`a:${canary('key of Basic')}`).toString('base64')}`,
  })
  await over('/v1/connections', { 'x-api-key': canary('key of a header') })
  await over('/v1/connections', { cookie: `evergrant_session=${canary('wrong session')}` })
  await over(`/v1/connections?key=${canary('key in a query')}`, { authorization: `Bearer ${made.json.key}` })
  await over(`/v1/connections/basic/token?access_token=${canary('token in a query')}`, {})

  // Everything that a connection does, well and badly.
  for (const name of names) {
    await evergrant.http(`/v1/connections/${name}/token`, { key: made.json.key })
    for (const verb of ['issue', 'renew', 'test']) await ask(`/v1/connections/${name}/${verb}`, {}, 'POST')
  }
  await evergrant.http('/v1/connections/basic/token', {
    method: 'POST',
    key: made.json.key,
    body: { rejected: canary('rejected token') },
  })
  await ask('/v1/connections/password/revoke', {}, 'POST')
}, 120_000)

afterAll(async () => {
  await evergrant?.close()
  service?.close()
  await rm(directory, { recursive: true, force: true })
})

it('L1: has 50 kinds of secrets to look for, all of which were seen', () => {
  expect(canaries.size).toBeGreaterThanOrEqual(50)
  expect([...canaries].filter(([, values]) => values.some((value) => value.length < 20)).map(([kind]) => kind)).toEqual(
    [],
  )
})

describe('L1: none of them stands', () => {
  it('in what the server prints, at its most talkative', () => {
    const { stdout, stderr } = evergrant.output
    expect(stdout.length + stderr.length).toBeGreaterThan(2000)
    expect(found(stdout + stderr)).toEqual([])
  })

  it('in what it answers to what it was given', () => {
    expect(answers.length).toBeGreaterThan(50)
    const told = answers.map(({ what, text }) => [what, found(text).filter((kind) => !meant(what, kind))] as const)
    expect(told.filter(([, kinds]) => kinds.length > 0)).toEqual([])
  })

  it('in any answer of the interface, whichever route is added', async () => {
    const paths = Object.entries<Route>(contract).flatMap(([name, { method, path }]) => {
      if (method !== 'GET' || name === 'readToken') return []
      if (path.includes('{name}')) return names.map((one) => path.replace('{name}', one).replace('{value}', 'pin'))
      if (path.startsWith('/v1/drafts/')) return drafts.map((id) => path.replace('{id}', id))
      if (path.startsWith('/v1/authorizations/')) return flows.map((id) => path.replace('{id}', id))
      return [path.replace('{id}', 'xero')]
    })
    const wrong: unknown[] = []
    for (const path of [...paths, '/metrics']) {
      const { text } = await evergrant.request(path)
      const kinds = found(text).filter((kind) => !meant(path, kind))
      if (kinds.length > 0) wrong.push([path, kinds])
    }
    expect(wrong).toEqual([])
    expect(paths.length).toBeGreaterThan(80)
  })

  it('in the pages, signed in or not', async () => {
    const cookie = `evergrant_session=${canaries.get('session')?.[0]}`
    for (const path of [
      '/',
      '/signin',
      '/docs',
      '/oauth/code',
      '/oauth/done',
      '/connections/person/authorize',
      '/openapi.json',
    ])
      for (const headers of [{}, { cookie }])
        expect([path, found((await evergrant.http(path, { headers })).text)]).toEqual([path, []])
  })

  it('in the audit, and in what it exports', async () => {
    const { text } = await evergrant.request('/v1/audit', { headers: { accept: 'application/x-ndjson' } })
    expect(text.split('\n').length).toBeGreaterThan(20)
    expect(found(text)).toEqual([])
  })

  it('in an export without secrets, and in a backup', async () => {
    const exported = await evergrant.request('/v1/export', { body: {} })
    expect([exported.status, found(exported.text)]).toEqual([200, []])
    const file = join(directory, 'backup')
    const ran = await evergrant.cli(['backup', file])
    expect(ran.code).toBe(0)
    expect(found(`${ran.stdout}${ran.stderr}${await readFile(file, 'latin1')}`)).toEqual([])
  })

  it('in a file of the data directory', async () => {
    const entries = await readdir(evergrant.home, { recursive: true, withFileTypes: true })
    const files = entries.filter((entry) => entry.isFile())
    expect(files.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['evergrant.db', 'evergrant.db-wal', 'key', 'audit.open']),
    )
    for (const { parentPath, name } of files)
      expect([name, found(await readFile(join(parentPath, name), 'latin1'))]).toEqual([name, []])
  })

  it('in arguments and environments, of the server and of what it starts', async () => {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'pid=', '--ppid', String(evergrant.pid)]).catch(() => ({
      stdout: '',
    }))
    for (const pid of [
      String(evergrant.pid),
      ...stdout
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    ])
      for (const file of ['cmdline', 'environ'])
        expect([file, found(await readFile(`/proc/${pid}/${file}`, 'latin1'))]).toEqual([file, []])
  })

  it('in an address that a service is asked at, but where the service wants it so', () => {
    expect(service.urls.length).toBeGreaterThan(20)
    expect(found(service.urls.join('\n'))).toEqual(['client secret, query'])
  })

  it('in what the command line prints of a connection that was refused', async () => {
    const ran = await evergrant.cli(['status', 'echo', '--json'])
    expect([ran.stdout.includes('invalid_client'), found(ran.stdout + ran.stderr)]).toEqual([true, []])
  })
})

it('L4: a token is printed where it is asked for, and nowhere beside it', async () => {
  const ran = await evergrant.cli(['token', 'basic'])
  expect([ran.code, found(ran.stdout), found(ran.stderr)]).toEqual([0, ['access token'], []])
})
