import { afterEach, describe, expect, it } from 'vitest'
import { authorization, connection, ledger, now, openStage, problem, type Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.close())

const machine = { way: 'machine', grant: 'client_credentials', renewal: 'reissue' }

async function playing(more: Parameters<typeof openStage>[0] = {}): Promise<Stage> {
  stage = await openStage({
    'GET /v1/providers': { json: { services: [ledger] } },
    'GET /v1/providers/ledger': { json: ledger },
    'POST /v1/connections': ({ body }) => ({ status: 201, json: connection({ name: body.name, ...machine }) }),
    'POST /v1/connections/ledger/issue': { json: { ok: true, connection: connection({ name: 'ledger', ...machine }) } },
    ...more,
  })
  await stage.listen()
  return stage
}

const client = (more: Record<string, unknown>) => ({
  id: 'i',
  method: 'client_secret_basic',
  has_secret: true,
  has_key: false,
  state: 'ok',
  shared_with: 0,
  ...more,
})
const certificate = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
const pending = () =>
  connection({
    name: 'ns',
    ...machine,
    state: 'pending',
    condition: 'pending',
    client: client({ method: 'private_key_jwt', has_secret: false, has_key: true, certificate }),
  })
const changed = () => stage.asked.find(({ method }) => method === 'PATCH')?.body
const created = () => stage.asked.find(({ key }) => key === 'POST /v1/connections')?.body

describe('connect without a terminal', () => {
  it('names everything that is missing at once, by its flag', async () => {
    await playing()
    expect(await stage.run('connect ledger --grant machine')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: 4 values are missing to connect Ledger Online (machine)\n' +
        '  --input company=VALUE: Company (such as 12345)\n' +
        '  --input-file api_pin=FILE: PIN\n' +
        '  --client-id ID: Client id\n' +
        '  --client-secret-file FILE: Client secret\n' +
        'hint: give them as above, or run this on a terminal to be asked\n',
    })
    expect(created()).toBeUndefined()
  })

  it('stores the connection, gets the first token and says what is next', async () => {
    await playing()
    const pin = await stage.file('pin', 'canary-pin\n')
    const line = `connect ledger --grant machine --input company=12345 --input-file api_pin=${pin} --client-id id-1 --client-secret-file -`
    const ran = await stage.run(line, { stdin: 'canary-secret\n' })
    expect(ran).toEqual({
      code: 0,
      stdout:
        'authorized ledger as Ada Ltd\ntoken expires: in 50 minutes\nrenews itself: yes, by asking for a new token\n',
      stderr: 'next: evergrant token ledger\n',
    })
    expect(created()).toEqual({
      name: 'ledger',
      provider: 'ledger',
      grant: 'machine',
      client: { id: 'id-1', secret: 'canary-secret', method: 'client_secret_basic' },
      inputs: { company: '12345', api_pin: 'canary-pin' },
    })
  })

  it('takes the secret from the environment, and the name from --as', async () => {
    await playing()
    const line =
      'connect ledger --as books --scope a,b --scope c --input region=eu --client-id id-1 --no-authorize --json'
    const ran = await stage.run(line, { env: { EVERGRANT_CLIENT_SECRET: 'canary-secret' } })
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(ran.stdout)).toMatchObject({ name: 'books', created_at_rfc3339: '2026-11-21T12:00:00+00:00' })
    expect(created()).toMatchObject({
      name: 'books',
      grant: 'person',
      scopes: ['a', 'b', 'c'],
      client: { secret: 'canary-secret' },
    })
    expect(ran.stdout).not.toContain('canary')
  })

  it('needs no secret where a key is given', async () => {
    await playing()
    const pin = await stage.file('pin', '1')
    await stage.run(
      `connect ledger --grant machine --input company=1 --input-file api_pin=${pin} --client-id i --generate-key`,
    )
    expect(created()).toMatchObject({ client: { id: 'i', key: 'generate', method: 'private_key_jwt' } })
  })

  it('sends an admin to the list of hosts where the address may not be called', async () => {
    const failure = { kind: 'configuration', code: 'blocked', words: 'loopback' }
    await playing({
      'POST /v1/connections/ledger/issue': { json: { ok: false, failure, connection: connection(machine) } },
    })
    const pin = await stage.file('pin', '1')
    const ran = await stage.run(
      `connect ledger --grant machine --input company=1 --input-file api_pin=${pin} --client-id i --generate-key`,
    )
    expect(ran.code).toBe(6)
    expect(ran.stderr).toContain('hint: an admin can open a host with EVERGRANT_ALLOW_HOSTS')
  })

  it('names the verb that gets the first token without a person', async () => {
    await playing({ 'POST /v1/connections': { status: 201, json: connection({ name: 'ledger', ...machine }) } })
    const pin = await stage.file('pin', '1')
    const ran = await stage.run(
      `connect ledger --grant machine --input company=1 --input-file api_pin=${pin} --client-id i --generate-key --no-authorize`,
    )
    expect(ran.stderr).toContain('next: evergrant token ledger\n')
  })

  it('refuses a secret input in the argument list without repeating it', async () => {
    await playing()
    const ran = await stage.run('connect ledger --grant machine --input api_pin=canary-pin')
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('hint: use --input-file api_pin=FILE') })
    expect(ran.stderr).not.toContain('canary')
  })

  it('warns when others can read the file of a secret, and says which file is not there', async () => {
    await playing()
    const { chmod } = await import('node:fs/promises')
    const open = await stage.file('secret', 's')
    await chmod(open, 0o644)
    const warned = await stage.run(
      `connect ledger --input region=eu --client-id i --client-secret-file ${open} --no-authorize`,
    )
    expect(warned).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`warning: others can read ${open}; chmod 600 it`),
    })
    const missing = await stage.run('connect ledger --client-secret-file /nonexistent')
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no such file') })
  })

  it('imports an existing token set', async () => {
    await playing()
    const file = await stage.file(
      'set.json',
      JSON.stringify({ refresh_token: 'canary-refresh', expires_at: '2026-11-22T13:00:00Z' }),
    )
    const ran = await stage.run(`connect ledger --client-id i --import ${file}`)
    expect(ran).toMatchObject({ code: 0, stdout: 'stored ledger\n', stderr: 'next: evergrant token ledger\n' })
    expect(created()).toMatchObject({ refresh_token: 'canary-refresh', expires_at: now + 3_600 })
  })

  it('explains a first token that did not come, and keeps the connection', async () => {
    const failure = { kind: 'client', code: 'invalid_client', status: 401, remedy: 'check the secret' }
    const report = { ok: false, failure, connection: connection({ name: 'ledger', ...machine }) }
    await playing({ 'POST /v1/connections/ledger/issue': { json: report } })
    const pin = await stage.file('pin', '1')
    const ran = await stage.run(
      `connect ledger --grant machine --input company=1 --input-file api_pin=${pin} --client-id i --client-secret-file ${pin}`,
    )
    expect(ran).toEqual({
      code: 9,
      stdout: '',
      stderr:
        'stored ledger, but it has no token yet\n' +
        'error: could not get the first token of "ledger": invalid_client (HTTP 401)\n' +
        'hint: check the secret\n',
    })
  })

  it('makes a definition for a custom service', async () => {
    await playing({
      'POST /v1/connections/mine/issue': { json: { ok: true, connection: connection({ name: 'mine' }) } },
    })
    const line =
      'connect custom --as mine --token-url https://s.example/token --client-id i --client-auth client_secret_post'
    const ran = await stage.run(line, { env: { EVERGRANT_CLIENT_SECRET: 's' } })
    expect(ran.code).toBe(0)
    expect(created()).toMatchObject({
      provider: 'custom',
      grant: 'client_credentials',
      definition: { tokenUrl: 'https://s.example/token', clientAuth: ['client_secret_post'], day: '2026-11-22' },
    })
    const bare = await stage.run('connect custom --grant authorization_code')
    expect(bare.stderr).toContain(
      '  --token-url URL: Token URL\n  --authorization-url URL: Authorization URL\n  --client-id ID: ',
    )
  })

  it('stores what it has where a key is made here, shows the certificate, and says what is still to be given', async () => {
    await playing({ 'POST /v1/connections': { status: 201, json: pending() } })
    const line = 'connect ledger --as ns --grant machine --client-id i --generate-key'
    const ran = await stage.run(line)
    expect(ran).toEqual({
      code: 0,
      stdout: 'stored ns\n',
      stderr:
        'register this certificate at Ledger Online:\n' +
        '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n' +
        'still to be given:\n' +
        '  --input company=VALUE: Company\n' +
        '  --input-file api_pin=FILE: PIN\n' +
        'next: evergrant connect ledger --as ns --input company=VALUE --input-file api_pin=FILE\n',
    })
    expect(created()).toMatchObject({ client: { id: 'i', key: 'generate' }, inputs: {} })
    const json = await stage.run(`${line} --json`)
    expect(json).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(json.stdout)).toMatchObject({ state: 'pending', client: { certificate: expect.any(String) } })
    const bare = await stage.run('connect ledger --as ns --grant machine --generate-key')
    expect(bare).toMatchObject({ code: 2, stderr: expect.stringContaining('  --client-id ID: Client id\n') })
    expect(bare.stderr).not.toContain('company')
  })

  it('continues a pending connection with what is new, and keeps its key', async () => {
    const complete = { ...pending(), inputs: { company: '12345', api_pin: '[set]' } }
    await playing({
      'GET /v1/connections/ns': { json: { ...pending(), inputs: { company: '12345' } } },
      'PATCH /v1/connections/ns': { json: complete },
      'POST /v1/connections/ns/issue': { json: { ok: true, connection: connection({ name: 'ns', ...machine }) } },
    })
    const unfinished = await stage.run('connect ledger --as ns')
    expect(unfinished).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(
        '1 value is missing to connect Ledger Online (machine)\n  --input-file api_pin=FILE',
      ),
    })
    const pin = await stage.file('pin', 'canary-pin')
    const ran = await stage.run(
      `connect ledger --as ns --client-id i --input company=12345 --input-file api_pin=${pin} --generate-key`,
    )
    expect(ran).toEqual({
      code: 0,
      stdout: expect.stringContaining('authorized ns as Ada Ltd\n'),
      stderr: 'the key that was made for ns stays\nnext: evergrant token ns\n',
    })
    expect(changed()).toEqual({ inputs: { api_pin: 'canary-pin' } })
    expect(created()).toBeUndefined()
  })

  it('continues with a person where one has to authorize', async () => {
    await playing({
      'GET /v1/connections/books': {
        json: connection({ state: 'pending', inputs: { region: 'eu' }, client: client({}) }),
      },
      'PATCH /v1/connections/books': { json: connection({ state: 'pending' }) },
      'POST /v1/connections/books/authorize': { status: 201, json: authorization() },
    })
    const line = 'connect ledger --as books --redirect-uri http://localhost:8765 --no-wait'
    const ran = await stage.run(line)
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining('stored books\nauthorize "books"') })
    expect(changed()).toEqual({ redirect_uri: 'http://localhost:8765' })
  })

  it('continues no connection of another service or way, and none that shares its client', async () => {
    const known: Record<string, unknown> = { ...pending(), name: 'books', inputs: { company: '1', api_pin: '[set]' } }
    let found = known
    await playing({
      'GET /v1/connections/books': () => ({ json: found }),
      'POST /v1/connections': problem('connection_exists', { detail: '"books" exists' }),
    })
    const pin = await stage.file('pin', '1')
    const line = `connect ledger --as books --grant machine --input company=1 --input-file api_pin=${pin} --client-id i --client-secret-file ${pin}`
    for (const other of [{ provider: 'another' }, { way: 'person', grant: 'authorization_code' }]) {
      found = { ...known, ...other }
      expect(await stage.run(line)).toMatchObject({ code: 2, stderr: expect.stringContaining('"books" exists') })
    }
    found = { ...known, client: client({ shared_with: 1 }) }
    const shared = await stage.run(line)
    expect(shared).toMatchObject({ code: 2, stderr: expect.stringContaining('other connections use its client i too') })
    expect(changed()).toBeUndefined()
  })

  describe('and a name that exists', () => {
    const line = 'connect ledger --as books'
    const secret = { env: { EVERGRANT_CLIENT_SECRET: 'canary-secret' } }
    /** A machine that works, unless `more` says otherwise. */
    const playingBooks = async (more: Record<string, unknown> = {}) => {
      const books = connection({ ...machine, client: client({}), inputs: { company: '1', api_pin: '[set]' }, ...more })
      await playing({
        'GET /v1/connections/books': { json: books },
        'PATCH /v1/connections/books': { json: books },
        'POST /v1/connections/books/renew': { json: { ok: true, connection: books } },
        'POST /v1/connections/books/issue': { json: { ok: true, connection: books } },
        'POST /v1/connections/books/authorize': { status: 201, json: authorization() },
      })
    }
    const sent = () => stage.asked.map(({ key }) => key).filter((key) => !key.startsWith('GET'))

    it('changes what is given, keeps the rest, says what was changed and renews the token', async () => {
      await playingBooks()
      const ran = await stage.run(`${line} --scope a --input company=2`, secret)
      expect(ran).toEqual({
        code: 0,
        stdout: expect.stringContaining('authorized books'),
        stderr: 'changed books: client secret, company, scopes\nnext: evergrant token books\n',
      })
      expect(changed()).toEqual({ client: { secret: 'canary-secret' }, inputs: { company: '2' }, scopes: ['a'] })
      expect(sent()).toEqual(['PATCH /v1/connections/books', 'POST /v1/connections/books/renew'])
      const json = JSON.parse((await stage.run(`${line} --json`, secret)).stdout)
      expect(json).toMatchObject({ name: 'books', changed: ['client secret'] })
    })

    it('asks for a first token where there is none, and for a person where one is needed', async () => {
      await playingBooks({ state: 'needs_authorization' })
      expect((await stage.run(line, secret)).code).toBe(0)
      expect(sent()).toContain('POST /v1/connections/books/issue')
      await stage.close()
      await playingBooks({ state: 'needs_authorization', way: 'person', grant: 'authorization_code' })
      const ran = await stage.run(`${line} --no-wait`, secret)
      expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining('changed books: client secret\nauthorize') })
    })

    it('leaves the token alone where the change is for the next authorization', async () => {
      await playingBooks({ way: 'person', grant: 'authorization_code' })
      const ran = await stage.run(`${line} --scope a --redirect-uri http://localhost:8765`)
      expect(ran).toEqual({
        code: 0,
        stdout: 'changed books: scopes, redirect uri\n',
        stderr: 'next: evergrant authorize books\n',
      })
      expect(sent()).toEqual(['PATCH /v1/connections/books'])
    })

    it('says that a client is changed for others too, but gives it no other id', async () => {
      await playingBooks({ client: client({ shared_with: 2 }) })
      expect((await stage.run(line, secret)).stderr).toContain('warning: other connections use the client i too')
      const ran = await stage.run(`${line} --client-id another`)
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('other connections use its client i too') })
    })

    it.each([
      ['connect other --as books', {}, 'choose another name'],
      [line, {}, 'give the options that are to be changed'],
      [`${line} --token-url https://x.example/token`, secret, 'leave --definition, --token-url'],
    ])('is not changed by %s', async (typed, options, hint) => {
      await playingBooks()
      const ran = await stage.run(typed, options)
      expect(ran).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(hint) })
      expect(sent()).toEqual([])
    })

    it('takes no secret from the argument list', async () => {
      await playingBooks()
      const ran = await stage.run(`${line} --input api_pin=canary-pin`)
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining('use --input-file api_pin=FILE') })
      expect(sent()).toEqual([])
    })
  })

  it('says what to do when the name is taken', async () => {
    await playing({
      'POST /v1/connections': problem('connection_exists', {
        detail: '"ledger" exists',
        remedy: 'choose another name',
      }),
    })
    const ran = await stage.run('connect ledger --input region=eu --client-id i --no-authorize', {
      env: { EVERGRANT_CLIENT_SECRET: 's' },
    })
    expect(ran).toEqual({ code: 2, stdout: '', stderr: 'error: "ledger" exists\nhint: choose another name\n' })
  })
})

describe('connect on a terminal', () => {
  it('asks step by step, shows how to register a client, and never shows the secret', async () => {
    await playing()
    const ran = await stage.run('connect ledger --no-authorize', {
      person: async ({ sees, type }) => {
        await sees('register a client at https://ledger.example/apps')
        await sees('how does Ledger Online let you in?')
        type('\r')
        await sees('Region')
        type('\r')
        await sees('Client id')
        type('id-1\r')
        await sees('Client secret')
        type('canary-secret\r')
        await sees('scopes')
        type('read write\r')
        await sees('redirect URI to enter at the service: http://localhost\n')
        await sees('Redirect URI')
        type('\r')
        await sees('name of the connection')
        type('\r')
      },
    })
    expect(ran.code).toBe(0)
    expect(ran.stdout).toBe('stored ledger\n')
    expect(ran.stderr).not.toContain('canary')
    expect(created()).toMatchObject({
      name: 'ledger',
      grant: 'person',
      client: { id: 'id-1', secret: 'canary-secret' },
      inputs: { region: 'eu' },
      scopes: ['read', 'write'],
      redirect_uri: 'http://localhost',
    })
  })

  it('ends with 130 and stores nothing when the person presses Ctrl-C', async () => {
    await playing()
    const ran = await stage.run('connect ledger', {
      person: async ({ sees, type }) => {
        await sees('let you in?')
        type('\u0003')
      },
    })
    expect(ran.code).toBe(130)
    expect(created()).toBeUndefined()
  })
})
