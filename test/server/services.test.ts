import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { provider as providerSchema, providerList } from '../../src/api/provider.ts'
import type { Fetch } from '../../src/deps.ts'
import { createCatalogue } from '../../src/provider/load.ts'
import { sample } from '../provider/sample.ts'
import { connectionViewOf, startKit } from './kit.ts'

describe('the services', () => {
  it('are listed and each can be shown whole: what to ask, redirects, how to register', async () => {
    await using kit = await startKit()
    const list = await kit.local('GET', '/v1/providers')
    const { services } = providerList.parse(list.json)
    expect(services.map(({ id }) => id)).toContain('quickbooks-online')
    for (const { id, ways } of services.filter((one) => one.id !== 'custom')) {
      const answer = await kit.local('GET', `/v1/providers/${id}`)
      expect([id, answer.status]).toEqual([id, 200])
      const shown: z.infer<typeof providerSchema> = providerSchema.parse(answer.json)
      expect(shown.ways.map(({ name }) => name)).toEqual(ways.map(({ name }) => name))
      for (const way of shown.ways) expect([id, way.name, way.fields.length > 0]).toEqual([id, way.name, true])
    }
  })

  it('are found by a part of their name', async () => {
    await using kit = await startKit()
    const { json } = await kit.local('GET', '/v1/providers?search=QUICKb')
    expect((json['services'] as { id: string }[]).map(({ id }) => id)).toEqual(['quickbooks-online'])
  })

  it('are found by an alias, a category, or several words', async () => {
    await using kit = await startKit()
    const find = async (search: string) => {
      const { json } = await kit.local('GET', `/v1/providers?search=${encodeURIComponent(search)}`)
      return (json['services'] as { id: string }[]).map(({ id }) => id)
    }
    expect(await find('navision')).toEqual(['business-central'])
    expect(await find('ERP')).toEqual(expect.arrayContaining(['business-central', 'netsuite']))
    expect(await find('  central   business ')).toEqual(['business-central', 'business-central-online'])
    expect(await find('business netsuite')).toEqual([])
  })

  it('tell what a person needs before registering a client with this very server', async () => {
    await using kit = await startKit()
    const { json } = await kit.local('GET', '/v1/providers/quickbooks-online')
    const shown = providerSchema.parse(json)
    const [user] = shown.ways
    expect(user).toMatchObject({
      pkce: 'off',
      access: 3600,
      renewal: {
        by: 'refresh_token',
        grace: 86_400,
        says: expect.arrayContaining(['A token lives 60 minutes, where its answer says nothing else.']),
      },
      probes: ['company', 'person'],
      ways_back: [
        { back: 'callback', works: false, remedy: expect.stringContaining('EVERGRANT_PUBLIC_URL=https://HOST') },
        {
          back: 'loopback',
          works: true,
          register: 'http://localhost:8765/callback',
          only_with: { environment: 'sandbox' },
        },
        { back: 'relay', works: true, redirect_uri: 'https://HOST/PATH' },
        { back: 'paste', works: true },
      ],
    })
    expect(shown).toMatchObject({
      confidence: 'medium',
      api: { base: 'https://{api_host}' },
      revocable: ['user'],
    })
    expect(shown.errors[0]).toMatchObject({ cause: expect.any(String), remedy: expect.any(String) })
    expect(shown.warnings.length).toBeGreaterThan(0)
    const closed = providerSchema.parse((await kit.local('GET', '/v1/providers/business-central-online')).json)
    expect(closed.ways.find(({ name }) => name === 'app_secret')?.scopes?.closed).toBe(true)
  })

  it('ask for the token itself where it is brought along', async () => {
    await using kit = await startKit()
    const { ways } = providerSchema.parse((await kit.local('GET', '/v1/providers/facebook')).json)
    const fields = ways.find(({ name }) => name === 'system_user')?.fields
    expect(fields?.at(-1)).toMatchObject({ name: 'access_token', secret: true, place: 'tokens' })
  })

  it('that do not exist are a clear error', async () => {
    await using kit = await startKit()
    const answer = await kit.local('GET', '/v1/providers/nothing-such')
    expect([answer.status, answer.json['code']]).toEqual([404, 'unknown_provider'])
    expect(answer.json['remedy']).not.toContain('meant')
    const misspelt = await kit.local('GET', '/v1/providers/quikbooks')
    expect(misspelt.json['remedy']).toContain('is quickbooks-online meant?')
  })

  it('of our own making are checked, with every fault named', async () => {
    await using kit = await startKit()
    const answer = await kit.local('POST', '/v1/providers/check', { definition: { id: 'Not An Id', colour: 'red' } })
    expect(answer.json['ok']).toBe(false)
    expect((answer.json['faults'] as unknown[]).length).toBeGreaterThan(2)
    const known = await kit.local('GET', '/v1/providers/quickbooks-online')
    const checked = await kit.local('POST', '/v1/providers/check', { definition: known.json['definition'] })
    expect(checked.json).toMatchObject({ ok: true, faults: [], id: 'quickbooks-online', ways: known.json['ways'] })
  })
})

/** A kit whose catalogue keeps definitions, and asks this server of metadata. */
function keepingKit(answers: Record<string, { status?: number; body: string }> = {}) {
  const rows = new Map<string, unknown>()
  const fetch: Fetch = async ({ url }) => {
    const { status = 200, body } = answers[url] ?? { status: 404, body: 'nothing here' }
    return { status, headers: {}, body, sentAt: 0 } as never
  }
  const stored = {
    get: async (id: string) => rows.get(id),
    list: async () => [...rows].map(([id, body]) => ({ id, body })),
    put: async (id: string, body: unknown) => void rows.set(id, body),
    remove: async (id: string) => void rows.delete(id),
  }
  return startKit({}, { catalogue: createCatalogue({ stored, fetch }) })
}

describe('a definition of our own', () => {
  it('is kept, shown, replaced, changed and removed', async () => {
    await using kit = await keepingKit()
    const made = await kit.local('POST', '/v1/providers', { definition: sample() })
    expect([made.status, made.json]).toEqual([201, { id: 'sample', name: 'Sample', connections: [], need_secret: [] }])
    expect((await kit.local('GET', '/v1/providers/sample/definition')).json).toEqual({
      definition: sample(),
      from: 'store',
      faults: [],
    })
    const replaced = await kit.local('PUT', '/v1/providers/sample', { definition: { ...sample(), name: 'Other' } })
    expect([replaced.status, replaced.json['name']]).toEqual([200, 'Other'])
    const changed = await kit.local('PATCH', '/v1/providers/sample', { patch: { name: 'Third', probes: null } })
    expect([changed.status, changed.json['name']]).toEqual([200, 'Third'])
    const { definition } = (await kit.local('GET', '/v1/providers/sample')).json
    expect(definition).not.toHaveProperty('probes')
    expect((await kit.local('DELETE', '/v1/providers/sample')).status).toBe(204)
    expect((await kit.local('GET', '/v1/providers/sample')).json['code']).toBe('unknown_provider')
  })

  it('is refused with all faults at once, and where its id is taken', async () => {
    await using kit = await keepingKit()
    const bad = await kit.local('POST', '/v1/providers', { definition: { ...sample(), category: 7, tride: 'never' } })
    expect([bad.status, bad.json['code']]).toEqual([400, 'invalid_definition'])
    expect(bad.json['faults']).toEqual([
      expect.objectContaining({ path: 'category' }),
      expect.objectContaining({ path: 'tride', remedy: expect.stringContaining('tried') }),
    ])
    const builtIn = await kit.local('POST', '/v1/providers', { definition: { ...sample(), id: 'netsuite' } })
    expect(builtIn.json['faults']).toEqual([expect.objectContaining({ path: 'id' })])
    await kit.local('POST', '/v1/providers', { definition: sample() })
    const twice = await kit.local('POST', '/v1/providers', { definition: sample() })
    expect([twice.status, twice.json['code']]).toEqual([409, 'provider_exists'])
    const renamed = await kit.local('PUT', '/v1/providers/sample', { definition: { ...sample(), id: 'another' } })
    expect(renamed.json['faults']).toEqual([expect.objectContaining({ path: 'id', problem: 'is not sample' })])
    const product = await kit.local('PUT', '/v1/providers/netsuite', { definition: sample() })
    expect([product.status, product.json['remedy']]).toEqual([409, expect.stringContaining('--copy netsuite')])
    const missing = await kit.local('DELETE', '/v1/providers/nothing-such')
    expect([missing.status, missing.json['code']]).toEqual([404, 'unknown_provider'])
  })

  it('is not removed while connections use it, and they are named', async () => {
    await using kit = await keepingKit()
    await kit.local('POST', '/v1/providers', { definition: sample() })
    kit.connections.list = async () => ({
      connections: ['books', 'ads'].map((name) => ({ ...connectionViewOf(name), provider: 'sample' })),
    })
    const refused = await kit.local('DELETE', '/v1/providers/sample')
    expect([refused.status, refused.json['code']]).toEqual([409, 'provider_in_use'])
    expect(refused.json['detail']).toBe('"sample" is used by books, ads')
    expect((await kit.local('GET', '/v1/providers/sample')).status).toBe(200)
  })

  it('is for an admin of all connections to change', async () => {
    await using kit = await keepingKit()
    const { key } = await kit.key(['read', 'admin'], ['books'])
    const headers = { authorization: `Bearer ${key}` }
    for (const [method, path, body] of [
      ['POST', '/v1/providers', { definition: sample() }],
      ['POST', '/v1/providers/draft', { issuer: 'https://a.example' }],
      ['PUT', '/v1/providers/sample', { definition: sample() }],
      ['PATCH', '/v1/providers/sample', { patch: {} }],
      ['DELETE', '/v1/providers/sample', undefined],
    ] as const)
      expect([method, path, (await kit.call({ method, path, body, headers })).status]).toEqual([method, path, 403])
    expect((await kit.call({ method: 'GET', path: '/v1/providers/netsuite/definition', headers })).status).toBe(200)
  })
})

describe('a draft', () => {
  it('from a curl command tells the names of its secrets and never the secrets', async () => {
    await using kit = await keepingKit()
    const curl = `curl https://a.example/t -d grant_type=client_credentials -d client_id=etl -d client_secret=canary -H 'X-Api-Key: canary2'`
    const { status, json, body } = await kit.local('POST', '/v1/providers/draft', { curl, id: 'mine' })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      definition: { id: 'mine', client: { auth: ['client_secret_post'] } },
      values: { client_id: 'etl' },
      secrets: ['client_secret', 'x_api_key'],
      has_secrets: true,
      faults: [],
    })
    expect(body + JSON.stringify(kit.logged)).not.toContain('canary')
    const broken = await kit.local('POST', '/v1/providers/draft', { curl: 'curl --canary canary -F a=canary' })
    expect([broken.status, (broken.json['faults'] as unknown[]).length]).toEqual([400, 2])
    expect(JSON.stringify(kit.logged)).not.toContain('canary')
  })

  it('from a copy shows the difference, also once it is stored', async () => {
    await using kit = await keepingKit()
    const overrides = { ways: { user: { help: 'ours' } }, traps: null }
    const { json } = await kit.local('POST', '/v1/providers/draft', { copy: 'quickbooks-online', id: 'qb', overrides })
    const { definition, difference } = json as { definition: { id: string; copyOf: string }; difference: unknown }
    expect([definition.id, definition.copyOf]).toEqual(['qb', 'quickbooks-online'])
    expect(difference).toMatchObject({
      patch: overrides,
      changes: expect.arrayContaining([
        { path: 'ways.user.help', from: expect.any(String), to: 'ours' },
        { path: 'traps', from: expect.any(Array) },
      ]),
    })
    await kit.local('POST', '/v1/providers', { definition })
    expect((await kit.local('GET', '/v1/providers/qb/difference')).json).toEqual({
      copy_of: 'quickbooks-online',
      ...(difference as object),
    })
    const none = await kit.local('GET', '/v1/providers/netsuite/difference')
    expect([none.status, none.json['code']]).toEqual([409, 'not_supported'])
  })

  it('from settings names what is missing as it is asked for', async () => {
    await using kit = await keepingKit()
    const grant = { settings: { grant: 'authorization_code' } }
    const { json } = await kit.local('POST', '/v1/providers/draft', grant)
    expect((json['faults'] as { path: string }[]).map(({ path }) => path)).toEqual(['authorization_url', 'token_url'])
    const whole = await kit.local('POST', '/v1/providers/draft', {
      settings: { token_url: 'https://a.example/t', revocation_url: 'https://a.example/revoke', client_auth: ['none'] },
    })
    expect(whole.json).toMatchObject({ definition: { id: 'a-example', revoke: [{}] }, faults: [] })
  })

  it('has one source', async () => {
    await using kit = await keepingKit()
    for (const body of [{}, { issuer: 'https://a.example', copy: 'netsuite' }, { settings: {}, copy: 'netsuite' }])
      expect((await kit.local('POST', '/v1/providers/draft', body)).status).toBe(400)
    const unknown = await kit.local('POST', '/v1/providers/draft', { copy: 'nothing-such' })
    expect([unknown.status, unknown.json['code']]).toEqual([404, 'unknown_provider'])
  })

  it('from an issuer has each way that the server names, in both spellings of the address', async () => {
    const issuer = 'https://id.example.com/realm'
    const metadata = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      device_authorization_endpoint: `${issuer}/device`,
      pushed_authorization_request_endpoint: `${issuer}/par`,
      require_pushed_authorization_requests: true,
      grant_types_supported: [
        'authorization_code',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
    }
    const page = { body: '<!doctype html><title>canary</title>' }
    const answers = {
      [`${issuer}/.well-known/openid-configuration`]: page,
      'https://id.example.com/.well-known/oauth-authorization-server/realm': { body: JSON.stringify(metadata) },
    }
    await using kit = await keepingKit(answers)
    const { json } = await kit.local('POST', '/v1/providers/draft', { issuer })
    expect(json).toMatchObject({ faults: [], definition: { id: 'id-example-com' } })
    const { ways } = json['definition'] as { ways: Record<string, { authorize?: { par: string } }> }
    expect(Object.keys(ways)).toEqual(['authorization_code', 'client_credentials', 'device_code'])
    expect(ways['authorization_code']?.authorize?.par).toBe(`${issuer}/par`)
  })

  it('says what is wrong with an issuer', async () => {
    const other = { issuer: 'https://b.example' }
    await using kit = await keepingKit({
      'https://page.example/.well-known/openid-configuration': { body: '<html>canary' },
      'https://page.example/.well-known/oauth-authorization-server': { body: '<html>canary' },
      'https://a.example/.well-known/openid-configuration': { body: JSON.stringify(other) },
    })
    const draft = async (issuer: string) => (await kit.local('POST', '/v1/providers/draft', { issuer })).json['detail']
    expect(await draft('https://none.example')).toContain('no metadata at its well-known addresses')
    expect(await draft('https://page.example')).toContain('last answer: a web page')
    expect(await draft('https://a.example')).toContain('names another issuer: https://b.example')
    expect(await draft('javascript:alert(1)')).toContain('no http(s) URL')
  })
})
