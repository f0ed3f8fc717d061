import { describe, expect, it } from 'vitest'
import { contract } from '../../src/api/contract.ts'
import { problem } from '../../src/api/problem.ts'
import { EvergrantError } from '../../src/errors.ts'
import { secret } from '../../src/secret.ts'
import { connectionViewOf, sameOrigin, servedToken, startKit } from './kit.ts'

/** Headers without what changes from answer to answer. */
function lasting(headers: Record<string, unknown>): Record<string, unknown> {
  const { date: _, 'x-request-id': id, 'content-length': __, connection: ___, ...rest } = headers
  expect(id).toMatch(/^[\w-]{12}$/)
  return rest
}

describe('every answer', () => {
  it('carries the headers that keep browsers from doing anything with it', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const success = await kit.local('GET', '/v1/connections/a')
    expect(lasting(success.headers)).toMatchInlineSnapshot(`
      {
        "cache-control": "no-store",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "content-type": "application/json; charset=utf-8",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=(), publickey-credentials-get=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      }
    `)
    const error = await kit.local('GET', '/v1/connections/none')
    expect(lasting(error.headers)).toEqual({
      ...lasting(success.headers),
      'content-type': 'application/problem+json; charset=utf-8',
    })
    const elsewhere = [
      kit.local('GET', '/nothing/here'),
      kit.local('POST', '/v1/connections', '{"broken'),
      kit.local('GET', '/v1/connections/%zz'),
      kit.call({ method: 'GET', path: '/healthz' }),
      kit.call({ method: 'GET', path: '/', headers: { host: 'evil.example' } }),
      kit.call({ method: 'GET', path: '/docs' }),
      kit.call({ method: 'GET', path: '/openapi.json' }),
      kit.call({ method: 'GET', path: '/oauth/code' }),
      kit.call({ method: 'GET', path: '/oauth/done' }),
      kit.call({ method: 'GET', path: '/a/none' }),
      kit.call({ method: 'OPTIONS', path: '/v1/connections', headers: { origin: 'https://evil.example' } }),
    ]
    for (const { headers } of await Promise.all(elsewhere)) {
      expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['referrer-policy']).toBe('no-referrer')
      expect(headers['cross-origin-opener-policy']).toBe('same-origin')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  it('asks browsers to stay with https where people reach the server under https', async () => {
    await using kit = await startKit({ publicUrl: 'https://grants.example' })
    const answer = await kit.call({ method: 'GET', path: '/', headers: { host: 'grants.example' } })
    expect(answer.headers['strict-transport-security']).toMatch(/^max-age=\d{8}$/)
  })
})

describe('the name a request uses for this server', () => {
  it('must be one of ours', async () => {
    await using kit = await startKit()
    for (const host of ['127.0.0.1:7117', 'localhost:7117', '[::1]:7117', 'LOCALHOST:7117']) {
      expect((await kit.call({ method: 'GET', path: '/docs', headers: { host } })).status).toBe(200)
    }
    for (const host of [
      'evil.example',
      'evil.example:7117',
      '127.0.0.1',
      'localhost:80',
      '127.0.0.1:7117.evil.example',
    ]) {
      const answer = await kit.call({ method: 'GET', path: '/', headers: { host } })
      expect([answer.status, answer.json['code']]).toEqual([421, 'bad_host'])
    }
  })

  it('does not matter to probes', async () => {
    await using kit = await startKit()
    for (const path of ['/healthz', '/readyz']) {
      expect((await kit.call({ method: 'GET', path, headers: { host: '10.0.0.7:7117' } })).status).toBe(200)
    }
  })

  it('is not taken from forwarded headers', async () => {
    await using kit = await startKit()
    const headers = { host: 'evil.example', 'x-forwarded-host': '127.0.0.1:7117', forwarded: 'host=127.0.0.1:7117' }
    expect((await kit.call({ method: 'GET', path: '/', headers })).status).toBe(421)
  })
})

describe('an error', () => {
  it('is a problem document that tells what to do', async () => {
    await using kit = await startKit()
    kit.connections.failWith = new EvergrantError('needs_authorization', {
      connection: 'a',
      detail: 'the refresh token of "a" was revoked',
      authorizeUrl: 'http://127.0.0.1:7117/a/x',
      adminDetail: 'invalid_grant: token revoked by admin',
    })
    const { key } = await kit.key(['token'], ['a'])
    const headers = { authorization: `Bearer ${key}` }
    const answer = await kit.call({ method: 'GET', path: '/v1/connections/a/token', headers })
    expect(problem.parse(answer.json)).toEqual({
      type: '/docs#needs_authorization',
      title: 'a person must authorize the connection',
      status: 409,
      detail: 'the refresh token of "a" was revoked',
      code: 'needs_authorization',
      remedy: '`evergrant authorize a`',
      retryable: false,
      connection: 'a',
      request_id: answer.headers['x-request-id'],
      authorize_url: 'http://127.0.0.1:7117/a/x',
    })
    const local = await kit.local('GET', '/v1/connections/a/token')
    expect(local.json['admin_detail']).toBe('invalid_grant: token revoked by admin')
  })

  it('of a failing provider says when to ask again', async () => {
    await using kit = await startKit()
    kit.connections.failWith = new EvergrantError('provider_failing', { retryAfterSeconds: 29.2 })
    const answer = await kit.local('GET', '/v1/connections/a/token')
    expect([
      answer.status,
      answer.headers['retry-after'],
      answer.json['retry_after'],
      answer.json['retryable'],
    ]).toEqual([503, '30', 30, true])
  })

  it('nobody foresaw says nothing but an id, under which the log tells it without secrets', async () => {
    await using kit = await startKit()
    kit.connections.failWith = new Error(
      'boom at https://login.example/token?code=canary-code with Bearer canary.token-1',
    )
    const answer = await kit.local('GET', '/v1/connections/a/token')
    expect([answer.status, answer.json['code'], answer.json['detail']]).toEqual([
      500,
      'internal',
      'an unexpected fault',
    ])
    expect(answer.body).not.toContain('boom')
    const line = kit.logged.find(({ level }) => level === 'error')
    expect(line?.fields['request_id']).toBe(answer.json['request_id'])
    expect(line?.fields['error']).toContain('boom at https://login.example/token?[query] with Bearer [redacted]')
    expect(JSON.stringify(kit.logged)).not.toContain('canary')
  })

  it('in what was sent names every fault, and never the values', async () => {
    await using kit = await startKit()
    const answer = await kit.local('POST', '/v1/connections', {
      name: 'Not A Name',
      provider: 7,
      client: { secret: ['canary-secret'], colour: 'red' },
      password: 5,
    })
    expect([answer.status, answer.json['code']]).toEqual([400, 'invalid_request'])
    const paths = (answer.json['faults'] as { path: string }[]).map(({ path }) => path)
    expect(paths.toSorted()).toEqual(['client', 'client.secret', 'name', 'password', 'provider'])
    expect(answer.body).not.toContain('canary')
    const query = await kit.local('GET', '/v1/connections/NO/token?min_valid=-1&what=ever')
    expect((query.json['faults'] as { path: string }[]).map(({ path }) => path).toSorted()).toEqual([
      'params.name',
      'query',
      'query.min_valid',
    ])
  })

  it('of the body itself keeps its status', async () => {
    await using kit = await startKit()
    const post = (body: string, type: string) =>
      kit.call({ method: 'POST', path: '/v1/connections', body, headers: { 'content-type': type }, asLocal: true })
    expect((await post('{"a":', 'application/json')).status).toBe(400)
    expect((await post('a=b', 'application/x-www-form-urlencoded')).status).toBe(400)
    expect((await post('a', 'text/plain')).status).toBe(415)
    expect((await post(JSON.stringify({ name: 'x'.repeat(1_100_000) }), 'application/json')).status).toBe(413)
    expect((await post('{"__proto__": {"name": "a"}}', 'application/json')).status).toBe(400)
  })
})

describe('what is not declared', () => {
  it('never leaves', async () => {
    await using kit = await startKit()
    const view = { ...connectionViewOf('a'), secret: 'canary', client: { ...clientView, secret: 'canary' } }
    kit.connections.get = async () => view
    kit.connections.issue = async () => ({ ok: true, tokens: 'canary', connection: view })
    kit.connections.attempts = async () => [
      {
        connectionId: 'canary',
        at: 5,
        trigger: 'person',
        step: 'token',
        generation: 1,
        outcome: 'ok',
        durationMs: 1,
        request: { method: 'POST', url: 'https://x', headers: {}, canary: 'canary' },
        response: 'canary',
      },
    ]
    for (const [method, path] of [
      ['GET', '/v1/connections/a'],
      ['POST', '/v1/connections/a/issue'],
      ['GET', '/v1/connections/a/attempts'],
    ] as const) {
      const answer = await kit.local(method, path)
      expect(answer.status).toBe(200)
      expect(answer.body).not.toContain('canary')
    }
  })
})

const clientView = { id: 'c', method: 'none', hasSecret: true, hasKey: false, state: 'ok' as const, sharedWith: 0 }

describe('what is sent', () => {
  it('reaches the domain with its names and milliseconds', async () => {
    await using kit = await startKit()
    const body = {
      name: 'a',
      provider: 'demo',
      grant: 'person',
      client: { id: 'c', secret: 's', same_as: 'b', secret_ends_at: 1_800_000_000 },
      inputs: { tenant: 't' },
      redirect_uri: 'http://localhost',
      user_name: 'u',
      access_token: 'x',
      refresh_token: 'y',
      expires_at: 1_800_000_000,
    }
    const made = await kit.local('POST', '/v1/connections', body)
    expect(made.status).toBe(201)
    expect(made.json['created_at']).toBe(1_700_000_000)
    expect(kit.connections.calls[0]?.input).toEqual({
      name: 'a',
      provider: 'demo',
      grant: 'person',
      client: { id: 'c', secret: 's', sameAs: 'b', secretEndsAt: 1_800_000_000_000 },
      inputs: { tenant: 't' },
      redirectUri: 'http://localhost',
      userName: 'u',
      tokens: { accessToken: 'x', refreshToken: 'y', expiresAt: 1_800_000_000_000 },
    })
    await kit.local('PATCH', '/v1/connections/a', { inputs: { tenant: null }, state: 'suspended' })
    expect(kit.connections.calls[1]?.input).toEqual({ inputs: { tenant: null }, state: 'suspended' })
    await kit.local('DELETE', '/v1/connections/a?revoke=true')
    expect(kit.connections.calls[2]?.input).toEqual({ revoke: true })
  })
})

describe('the description of the interface', () => {
  it('has every row of the contract and points nowhere', async () => {
    await using kit = await startKit()
    const { json, body } = await kit.call({ method: 'GET', path: '/openapi.json' })
    expect(json['openapi']).toBe('3.1.0')
    const paths = json['paths'] as Record<string, Record<string, { operationId: string }>>
    const operations = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId))
    expect(operations.toSorted()).toEqual(Object.keys(contract).toSorted())
    const schemas = (json['components'] as { schemas: Record<string, unknown> }).schemas
    for (const [, name] of body.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(schemas).toHaveProperty(name ?? '')
    expect(body).not.toContain('$defs')
  })

  it('can be read without loading anything', async () => {
    await using kit = await startKit()
    const { body } = await kit.call({ method: 'GET', path: '/docs' })
    expect(body).toContain('/v1/connections/{name}/token')
    expect(body).toContain('id="needs_authorization"')
    expect(body).not.toMatch(/<script|<link|src=|href="http/)
  })
})

describe('numbers', () => {
  it('are for whoever may read everything', async () => {
    const others = () => [{ name: 'evergrant_renewals_total', help: 'renewals', kind: 'counter' as const, value: 7 }]
    await using kit = await startKit({}, { metrics: others })
    kit.connections.stored.set('a', servedToken('a'))
    await kit.local('GET', '/v1/connections/a/token')
    expect((await kit.call({ method: 'GET', path: '/metrics' })).status).toBe(401)
    const some = await kit.key(['read'], ['a'])
    const all = await kit.key(['read'], ['*'])
    const scrape = (key: string) =>
      kit.call({ method: 'GET', path: '/metrics', headers: { authorization: `Bearer ${key}` } })
    expect((await scrape(some.key)).status).toBe(403)
    await scrape(all.key)
    const { body } = await scrape(all.key)
    expect(body).toContain('evergrant_token_reads_total{from="route"} 1')
    expect(body).toContain('evergrant_renewals_total 7')
    expect(body).toContain('evergrant_info{version="0.0.0-test"} 1')
  })
})

describe('readiness', () => {
  it('is denied while the store cannot be written', async () => {
    await using kit = await startKit()
    expect((await kit.call({ method: 'GET', path: '/readyz' })).json).toEqual({ status: 'ready', store: 'ok' })
    kit.store.healthy = async () => false
    const answer = await kit.call({ method: 'GET', path: '/readyz' })
    expect([answer.status, answer.headers['retry-after'], answer.json['store']]).toEqual([503, '5', 'unavailable'])
    const health = await kit.call({ method: 'GET', path: '/healthz', headers: sameOrigin })
    expect(health.json).toEqual({ status: 'ok', version: '0.0.0-test' })
  })
})

describe('how the server runs', () => {
  it('is told to admins, without secrets, and while the store is away too', async () => {
    await using kit = await startKit({ adminKey: secret('eg_admin-key-of-the-options') })
    kit.connections.stored.set('a', servedToken('a'))
    const { key } = await kit.key(['read'], ['*'])
    const headers = { authorization: `Bearer ${key}` }
    expect((await kit.call({ method: 'GET', path: '/v1/settings', headers })).status).toBe(403)
    const { body, json } = await kit.local('GET', '/v1/settings')
    expect(json).toMatchObject({
      version: '0.0.0-test',
      home: kit.home,
      database: { kind: 'sqlite' },
      admin_key: true,
      keys: { living: 1, total: 1 },
      connections: { total: 0, by_condition: { ok: 1 } },
      health: { store: 'ok', refresher_behind: 0, spooled: 0 },
    })
    expect((json['database'] as { bytes: number }).bytes).toBeGreaterThan(4096)
    expect(body).not.toContain('eg_')
    await kit.store.close()
    const without = await kit.local('GET', '/v1/settings')
    expect([without.status, without.json['health']]).toMatchObject([200, { store: 'unavailable' }])
    expect(without.json).not.toHaveProperty('keys')
  })
})
