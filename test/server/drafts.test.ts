import { join } from 'node:path'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { connected, service, tokens, world, type World } from '../connections/harness.ts'
import { startKit } from './kit.ts'

type Json = Record<string, unknown>

let here: World
afterEach(() => here.close())

async function start() {
  here = await world()
  const kit = await startKit({}, { connections: here.domain.connections, store: here.store, clock: here.clock })
  const ask = async (method: string, path: string, body?: unknown) => {
    const { status, json, body: text } = await kit.local(method, path, body)
    return { status, json, text }
  }
  return {
    ask,
    begin: async (body: unknown) => (await ask('POST', '/v1/drafts', body)).json as Json & { id: string },
    change: async (id: string, patch: unknown) => ask('PATCH', `/v1/drafts/${id}`, patch),
    connect: async (id: string) => ask('POST', `/v1/drafts/${id}/connect`),
    [Symbol.asyncDispose]: () => kit[Symbol.asyncDispose](),
  }
}

const own = {
  name: 'books',
  provider: 'custom',
  definition: service(),
  grant: 'person',
  client: { id: 'client', secret: 'hunter2' },
}

describe('a draft', () => {
  it('takes a member out of the definition by a null in overrides that are given whole', async () => {
    await using kit = await start()
    const made = await kit.begin({ ...own, overrides: { name: 'Merged' } })
    const overrides = {
      ways: { person: { token: { query: { tenant: 't' }, body: { form: { redirect_uri: null } } } } },
    }
    const { json } = await kit.change(made.id, { overrides_whole: overrides })
    expect(json).toMatchObject({ settings: { overrides } })
    expect((json as { settings: Json }).settings['overrides']).not.toHaveProperty('name')
    const merged = await kit.change(made.id, { overrides: { ways: { person: { token: { query: null } } } } })
    expect(merged.json).toMatchObject({
      settings: { overrides: { ways: { person: { token: { body: { form: { redirect_uri: null } } } } } } },
    })
    const { json: preview } = await kit.ask('POST', `/v1/drafts/${made.id}/preview`)
    expect(JSON.stringify((preview as Json)['token'])).not.toContain('redirect_uri=')
  })

  it('keeps what was typed, step and view beside it, and never shows a secret again', async () => {
    await using kit = await start()
    const made = await kit.begin({ provider: 'xero', name: 'half a Name', step: 'service', view: { open: ['x'] } })
    const secrets = { client: { id: 'c', secret: 'hunter2', key: 'PEM' }, password: 'hunter3', refresh_token: 'r-4' }
    const changed = await kit.change(made.id, { ...secrets, step: 'authorization', view: { seen: true } })
    const shown = await kit.ask('GET', `/v1/drafts/${made.id}`)
    const list = await kit.ask('GET', '/v1/drafts')
    for (const { text } of [changed, shown, list]) expect(text).not.toMatch(/hunter|PEM|r-4/)
    expect(shown.json).toMatchObject({
      step: 'authorization',
      view: { open: ['x'], seen: true },
      version: 2,
      changes: false,
      settings: {
        provider: 'xero',
        name: 'half a Name',
        client: { id: 'c', secret: '[set]', key: '[set]' },
        password: '[set]',
        refresh_token: '[set]',
      },
    })
    const file = readFileSync(join(here.abandon().directory, 'evergrant.db-wal'), 'latin1')
    expect(file).not.toMatch(/hunter|half a Name/)
  })

  it('is changed by a merge patch: [set] is unchanged, null removes', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    await kit.change(id, { client: { id: 'other', secret: '[set]' }, scopes: ['read'] })
    const { json } = await kit.connect(id)
    expect(json).toMatchObject({ connection: { name: 'books', scopes: ['read'], client: { id: 'other' } } })
    const loaded = await here.store.connections.byName('books')
    expect(loaded?.client?.secret?.open()).toBe('hunter2')
    const removed = await kit.change(id, { client: { secret: null }, scopes: null })
    expect(removed.json['settings']).not.toHaveProperty('scopes')
    expect((removed.json['settings'] as Json)['client']).toEqual({ id: 'other' })
  })

  it('hides what its service calls secret, also after a definition says otherwise', async () => {
    await using kit = await start()
    const values = { pin: { label: 'PIN', secret: true }, tenant: { label: 'Tenant' } }
    const { id } = await kit.begin({ ...own, definition: { ...service(), values } })
    const inputs = async (patch: unknown) => ((await kit.change(id, patch)).json['settings'] as Json)['inputs']
    expect(await inputs({ inputs: { pin: '1234', tenant: 't' } })).toEqual({ pin: '[set]', tenant: 't' })
    expect(await inputs({ overrides: { values: { pin: { secret: false } } } })).toEqual({ pin: '[set]', tenant: 't' })
    expect(await inputs({ provider: 'nobody', definition: null })).toEqual({ tenant: '[set]' })
  })

  it('drops the secrets that a change would send to other hosts, and asks for them again', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    const evil = JSON.parse(JSON.stringify(service()).replaceAll('auth.example.com', 'evil.example')) as object
    const moved = await kit.change(id, { definition: evil })
    expect(moved.json['give_again']).toEqual(['client.secret'])
    expect((moved.json['settings'] as Json)['client']).toEqual({ id: 'client' })
    expect((await kit.connect(id)).json).toMatchObject({ status: 400, faults: [{ path: 'client.secret' }] })
    const again = await kit.change(id, { client: { secret: 'new' } })
    expect(again.json['give_again']).toEqual([])
    expect((await kit.connect(id)).status).toBe(200)
  })

  it('whose token request is moved to another host goes there, with the secret that is given again', async () => {
    await using kit = await start()
    const { id } = await kit.begin({ ...own, grant: 'machine' })
    const url = 'https://login.other.example/token'
    const overrides = { ways: { machine: { token: { url } } } }
    const checked = await kit.ask('POST', '/v1/providers/check', { definition: service(), overrides })
    expect(checked.json).toMatchObject({ ok: true, faults: [] })
    const { json } = await kit.change(id, { overrides_whole: overrides })
    expect(json).toMatchObject({ give_again: ['client.secret'], settings: { overrides, client: { id: 'client' } } })
    await kit.change(id, { client: { secret: 'new' } })
    const { json: preview } = await kit.ask('POST', `/v1/drafts/${id}/preview`)
    expect(JSON.stringify((preview as Json)['token'])).toContain(url)
    expect((await kit.connect(id)).status).toBe(200)

    // The hosts of the catalogue stay what they are.
    const { id: listed } = await kit.begin({ name: 'listed', provider: 'xero', grant: 'user', client: { id: 'c' } })
    await kit.change(listed, { overrides_whole: { ways: { user: { token: { url } } } } })
    const refused = (await kit.connect(listed)).json
    expect([refused['code'], JSON.stringify(refused)]).toEqual([
      'invalid_definition',
      expect.stringContaining('login.other.example is not listed'),
    ])
  })

  it('keeps the secrets where only the way, the name or the scopes change', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    const { json } = await kit.change(id, { grant: 'machine', name: 'batch', scopes: ['write'] })
    expect([json['give_again'], json['settings']]).toMatchObject([[], { client: { secret: '[set]' } }])
  })

  it('is previewed with its secrets, masked, and sends nothing', async () => {
    await using kit = await start()
    const { id } = await kit.begin({ ...own, name: '' })
    const preview = await kit.ask('POST', `/v1/drafts/${id}/preview`)
    expect([preview.status, preview.text.includes('hunter2')]).toEqual([200, false])
    expect(preview.json['missing']).toEqual([])
    expect(JSON.stringify(preview.json['token'])).toContain('https://auth.example.com/token')
    expect(here.requests).toEqual([])
  })

  it('ends 7 days after its last change, and is gone when it is removed', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    here.clock.advance(6 * 24 * 3600_000)
    expect((await kit.change(id, { step: 'x' })).status).toBe(200)
    here.clock.advance(6 * 24 * 3600_000)
    expect((await kit.ask('GET', `/v1/drafts/${id}`)).status).toBe(200)
    here.clock.advance(24 * 3600_000)
    expect((await kit.ask('GET', `/v1/drafts/${id}`)).json['code']).toBe('unknown_draft')
    const second = await kit.begin(own)
    expect((await kit.ask('DELETE', `/v1/drafts/${second.id}`)).status).toBe(204)
    expect((await kit.ask('DELETE', `/v1/drafts/${second.id}`)).status).toBe(404)
  })

  it('makes room where there are more than 50: the one goes that was left alone longest, which is said', async () => {
    await using kit = await start()
    const [used, left] = [await kit.begin({}), await kit.begin({})]
    for (let count = 0; count < 49; count += 1) {
      here.clock.advance(1000)
      expect((await kit.change(used.id, { step: `${count}` })).status).toBe(200)
      await kit.begin({})
    }
    expect((await kit.change(left.id, { step: 'x' })).json).toMatchObject({
      code: 'unknown_draft',
      detail: 'the draft was finished, discarded, left alone for 7 days, or the oldest of more than 50',
    })
    expect((await kit.ask('GET', `/v1/drafts/${used.id}`)).status).toBe(200)
  })

  it('says what does not fit', async () => {
    await using kit = await start()
    const { id } = await kit.begin({})
    expect((await kit.change(id, { scopes: 'read', color: 'red' })).json).toMatchObject({ code: 'invalid_request' })
    const { json } = await kit.connect(id)
    expect((json['faults'] as { path: string }[]).map(({ path }) => path)).toEqual(['name', 'provider'])
    expect((await kit.ask('POST', '/v1/drafts', { curl: 'curl x', issuer: 'https://x.example' })).status).toBe(400)
  })
})

describe('connecting a draft', () => {
  it('twice at once, or again after a reload, does it once', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    const answers = await Promise.all([kit.connect(id), kit.connect(id), kit.connect(id)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    await kit.connect(id)
    expect(here.events.map(({ name }) => name)).toEqual(['connection.created'])
    expect((await kit.ask('GET', `/v1/drafts/${id}`)).json['connection']).toBe('books')
  })

  it('again brings what was corrected to the connection it made, its name too', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    await kit.connect(id)
    await kit.change(id, { name: 'ledger', client: { secret: 'better' }, scopes: ['read', 'write'] })
    const { json } = await kit.connect(id)
    expect(json).toMatchObject({ connection: { name: 'ledger', state: 'pending' }, draft: { connection: 'ledger' } })
    expect((await here.store.connections.byName('ledger'))?.client?.secret?.open()).toBe('better')
    const [, told] = here.events
    const fields = { connection: 'ledger', before: 'books', changed: ['name', 'client', 'scopes'], actor: 'local' }
    expect([told?.name, told?.fields]).toMatchObject(['connection.changed', fields])
    expect(JSON.stringify(told)).not.toContain('better')
    expect(await here.store.connections.byName('books')).toBeUndefined()
  })

  it('makes a pending connection anew where its way was changed, and leaves an authorized one alone', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    await kit.connect(id)
    await kit.change(id, { grant: 'machine' })
    expect((await kit.connect(id)).json).toMatchObject({ connection: { name: 'books', way: 'machine' } })
    here.answer(() => tokens(1))
    await here.domain.connections.issue('books', { kind: 'local' })
    await kit.change(id, { grant: 'person' })
    const refused = await kit.connect(id)
    expect([refused.status, refused.json['code']]).toEqual([409, 'not_supported'])
    expect((await here.domain.connections.get('books')).state).toBe('active')
  })

  it('knows its own connection again after a crash in between, and takes no other', async () => {
    await using kit = await start()
    const { id } = await kit.begin(own)
    const { drafts } = here.store
    const { replace } = drafts
    let writes = 0
    // The second write of the call is the one that says it is done.
    drafts.replace = (draft, expected) =>
      ++writes === 2 ? Promise.reject(new Error('crash')) : replace(draft, expected)
    expect((await kit.connect(id)).status).toBe(500)
    drafts.replace = replace
    expect((await kit.connect(id)).json).toMatchObject({ draft: { connection: 'books' } })
    expect(here.events.map(({ name }) => name)).toEqual(['connection.created'])
    const other = await kit.begin(own)
    expect((await kit.connect(other.id)).json['code']).toBe('connection_exists')
    expect((await kit.connect(other.id)).json['code']).toBe('connection_exists')
  })
})

describe('a draft of a connection', () => {
  it('begins with its settings and changes only what was changed', async () => {
    await using kit = await start()
    await connected(here)
    const draft = await kit.begin({ connection: 'books', step: 'authorization' })
    expect(draft).toMatchObject({
      connection: 'books',
      changes: true,
      settings: { name: 'books', grant: 'person', client: { id: 'client', secret: '[set]' }, scopes: ['read'] },
    })
    expect((await kit.connect(draft.id)).json).toMatchObject({ connection: { settings_version: 1 } })
    await kit.change(draft.id, { scopes: ['read', 'write'], client: { id: 'client', secret: '[set]' } })
    const { json } = await kit.connect(draft.id)
    expect(json).toMatchObject({ connection: { scopes: ['read', 'write'], state: 'active' } })
    expect((await here.store.connections.byName('books'))?.client?.secret?.open()).toBe('secret')
    await kit.connect(draft.id)
    expect(here.events.filter(({ name }) => name === 'connection.changed')).toHaveLength(1)
    expect((await kit.ask('POST', `/v1/drafts/${draft.id}/preview`)).status).toBe(200)
  })

  it('cannot lead its secret elsewhere', async () => {
    await using kit = await start()
    await connected(here)
    const { id } = await kit.begin({ connection: 'books' })
    const hosts = { hosts: { token: ['evil.example'] } }
    const ways = { person: { token: { url: 'https://evil.example/t' } } }
    await kit.change(id, { overrides: { ...hosts, ways } })
    const { json, status } = await kit.connect(id)
    expect([status >= 400, json['code']]).toEqual([true, 'invalid_definition'])
    expect((await here.domain.connections.get('books')).settingsVersion).toBe(1)
  })
})

describe('a pasted curl command', () => {
  it('becomes a draft whose secrets are in it and do not come back', async () => {
    await using kit = await start()
    const made = await kit.ask('POST', '/v1/drafts', {
      curl: "curl -u 'b7c1d9e2:s3cr3t-of-mine' -d grant_type=client_credentials -d scope=read https://login.example.org/oauth/token",
      custom: { api_url: 'https://api.example.org' },
      name: 'pasted',
    })
    expect([made.status, made.text.includes('s3cr3t')]).toEqual([201, false])
    expect(made.json['settings']).toMatchObject({
      name: 'pasted',
      provider: 'custom',
      client: { id: 'b7c1d9e2', secret: '[set]' },
    })
    expect(made.json['faults']).toEqual([])
    const { json } = await kit.connect(String(made.json['id']))
    expect(json).toMatchObject({ connection: { name: 'pasted', grant: 'client_credentials' } })
    expect((await here.store.connections.byName('pasted'))?.client?.secret?.open()).toBe('s3cr3t-of-mine')
  })

  it('can be a copy of another service instead', async () => {
    await using kit = await start()
    const made = await kit.begin({ copy: 'xero', name: 'mine' })
    expect(made['settings']).toMatchObject({ provider: 'custom', definition: { copyOf: 'xero' } })
  })
})
