import { Client } from 'undici'
import { describe, expect, it } from 'vitest'
import { contract } from '../../src/api/contract.ts'
import type { Route } from '../../src/api/contract.ts'
import { secret } from '../../src/secret.ts'
import { sameOrigin, servedToken, startKit } from './kit.ts'

const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

/** One request for each row of the contract; bodies that pass the schema. */
const asks: Partial<Record<keyof typeof contract, { path?: string; body?: unknown }>> = {
  rejectToken: { body: { rejected: 3 } },
  createConnection: { path: '/v1/connections', body: { name: 'a', provider: 'demo' } },
  previewDraft: { body: { provider: 'demo' } },
  changeConnection: { body: { scopes: ['x'] } },
  authorizeConnection: { body: {} },
  checkProvider: { body: { definition: {} } },
  createKey: { body: { name: 'k', connections: ['a'] } },
  revokeKey: { path: '/v1/keys/none' },
  showProvider: { path: '/v1/providers/none' },
  createDraft: { path: '/v1/drafts', body: { provider: 'demo' } },
  showDraft: { path: '/v1/drafts/none' },
  changeDraft: { path: '/v1/drafts/none', body: { step: 'x' } },
  removeDraft: { path: '/v1/drafts/none' },
  previewStoredDraft: { path: '/v1/drafts/none/preview' },
  connectDraft: { path: '/v1/drafts/none/connect' },
  showAuthorization: { path: '/v1/authorizations/none' },
  completeAuthorization: { path: '/v1/authorizations/none/complete', body: { pasted: 'x' } },
}

function askOf(name: keyof typeof contract, route: Route, connection: string) {
  const { path = route.path.replace('{name}', connection), body } = asks[name] ?? {}
  return { method: route.method, path, body: body ?? (route.method === 'GET' ? undefined : {}) }
}

const rows = Object.entries(contract) as [keyof typeof contract, Route][]
const guarded = rows.filter(([, route]) => route.needs !== 'nothing')

describe('without a key or session', () => {
  it('nothing of the interface is allowed', async () => {
    await using kit = await startKit()
    for (const [name, route] of guarded) {
      const answer = await kit.call(askOf(name, route, 'a'))
      expect([name, answer.status, answer.json['code']]).toEqual([name, 401, 'unauthenticated'])
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    }
  })

  it('a made-up, an empty and a foreign credential are refused alike', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    for (const authorization of ['Bearer eg_made-up', 'Bearer ', 'Basic !!!', 'Digest x', 'Bearer']) {
      const answer = await kit.call({ method: 'GET', path: '/v1/connections/a/token', headers: { authorization } })
      expect(answer.status).toBe(401)
    }
  })
})

describe('an API key', () => {
  const verbs = ['token', 'read', 'admin'] as const
  const holds = (verb: string, needs: Route['needs']) => verb === 'admin' || verb === needs

  for (const verb of verbs) {
    it(`with the verb ${verb} for one connection does that, for that connection`, async () => {
      await using kit = await startKit()
      kit.connections.stored.set('mine', servedToken('mine'))
      kit.connections.stored.set('other', servedToken('other'))
      const { key } = await kit.key([verb], ['mine'])
      for (const [name, route] of guarded) {
        const own = await kit.call({ ...askOf(name, route, 'mine'), headers: bearer(key) })
        const allowed = route.needs !== 'fresh' && route.reach !== 'all' && holds(verb, route.needs)
        expect([name, own.status === 403]).toEqual([name, !allowed])
        if (!route.path.includes('{name}')) continue
        const foreign = await kit.call({ ...askOf(name, route, 'other'), headers: bearer(key) })
        expect([name, foreign.status]).toEqual([name, 403])
        const absent = await kit.call({ ...askOf(name, route, 'absent'), headers: bearer(key) })
        expect([name, absent.status]).toEqual([name, 403])
      }
    })
  }

  it('for every connection reaches those that do not exist yet', async () => {
    await using kit = await startKit()
    const { key } = await kit.key(['token'], ['*'])
    const answer = await kit.call({ method: 'GET', path: '/v1/connections/absent/token', headers: bearer(key) })
    expect([answer.status, answer.json['code']]).toEqual([404, 'unknown_connection'])
  })

  it('may come as Bearer, as the password of Basic or as X-Api-Key', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const { key } = await kit.key(['token'], ['a'])
    for (const headers of [
      bearer(key),
      { authorization: `bearer ${key}` },
      { authorization: `Basic ${Buffer.from(`anybody:${key}`).toString('base64')}` },
      { 'x-api-key': key },
    ]) {
      const answer = await kit.call({ method: 'GET', path: '/v1/connections/a/token', headers })
      expect(answer.status).toBe(200)
    }
  })

  it('sees in a list only its own connections', async () => {
    await using kit = await startKit()
    for (const name of ['a', 'b', 'c']) kit.connections.stored.set(name, servedToken(name))
    const { key } = await kit.key(['read'], ['b'])
    const { json } = await kit.call({ method: 'GET', path: '/v1/connections', headers: bearer(key) })
    expect((json['connections'] as { name: string }[]).map(({ name }) => name)).toEqual(['b'])
  })

  it('for one connection can neither rename into another nor borrow its client', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('mine', servedToken('mine'))
    const { key } = await kit.key(['admin'], ['mine'])
    for (const body of [{ name: 'other' }, { client: { same_as: 'other' } }]) {
      const answer = await kit.call({ method: 'PATCH', path: '/v1/connections/mine', headers: bearer(key), body })
      expect(answer.status).toBe(403)
    }
    expect(kit.connections.calls).toEqual([])
  })

  it('is worth nothing from the moment it is revoked, and nothing after its end', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const revoked = await kit.key(['token'], ['a'])
    const ending = await kit.key(['token'], ['a'], { expires_at: Math.floor(Date.now() / 1000) + 60 })
    const read = (key: string) => kit.call({ method: 'GET', path: '/v1/connections/a/token', headers: bearer(key) })
    expect((await read(revoked.key)).status).toBe(200)
    expect((await read(ending.key)).status).toBe(200)
    expect((await kit.local('DELETE', `/v1/keys/${revoked.id}`)).status).toBe(204)
    kit.clock.forward(61_000)
    expect((await read(revoked.key)).status).toBe(401)
    expect((await read(ending.key)).status).toBe(401)
    expect((await kit.local('DELETE', `/v1/keys/${revoked.id}`)).status).toBe(404)
  })

  it('counts for itself on a connection that carried another one before', async () => {
    await using kit = await startKit({ listen: { host: '127.0.0.1', port: 0 } })
    kit.connections.stored.set('a', servedToken('a'))
    const { port } = new URL((await kit.server.listen()).addresses[0] ?? '')
    const [first, second] = [await kit.key(['token'], ['a']), await kit.key(['token'], ['b'])]
    const client = new Client(`http://127.0.0.1:${port}`)
    const read = async (key: string) => {
      const path = '/v1/connections/a/token'
      const headers = { ...bearer(key), host: '127.0.0.1:7117' }
      const { statusCode, body } = await client.request({ method: 'GET', path, headers })
      await body.dump()
      return statusCode
    }
    for (const key of [first.key, second.key, `${first.key}x`, first.key, first.key]) await read(key)
    expect([await read(first.key), await read(second.key), await read(`${first.key}x`)]).toEqual([200, 403, 401])
    await read(first.key)
    await kit.local('DELETE', `/v1/keys/${first.id}`)
    expect(await read(first.key)).toBe(401)
    await client.close()
  })

  it('bound to addresses works from there alone', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const here = await kit.key(['token'], ['a'], { addresses: ['127.0.0.0/8'] })
    const there = await kit.key(['token'], ['a'], { addresses: ['192.0.2.0/24', '2001:db8::/32'] })
    const read = (key: string) => kit.call({ method: 'GET', path: '/v1/connections/a/token', headers: bearer(key) })
    expect((await read(here.key)).status).toBe(200)
    expect((await read(there.key)).status).toBe(401)
  })

  it('is shown once: the list and the store know its digest and its beginning', async () => {
    await using kit = await startKit()
    const { key } = await kit.key(['token'], ['a'])
    const list = await kit.local('GET', '/v1/keys')
    expect(list.body).not.toContain(key.slice(8))
    expect(JSON.stringify(await kit.store.keys.list())).not.toContain(key.slice(8))
    expect(JSON.stringify(kit.logged)).not.toContain(key.slice(8))
    expect(key).toMatch(/^eg_[\w-]{43}$/)
  })

  it('that is wrong too often from one address must wait; valid keys go on', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const { key } = await kit.key(['token'], ['a'])
    const { key: unused } = await kit.key(['token'], ['a'])
    const read = (with_: string) => kit.call({ method: 'GET', path: '/v1/connections/a/token', headers: bearer(with_) })
    await read(key)
    for (let i = 0; i < 20; i++) expect((await read(`eg_wrong-${i}`)).status).toBe(401)
    const refused = await read('eg_wrong-again')
    expect(refused.status).toBe(429)
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect((await read(key)).status).toBe(200)
    expect((await read(unused)).status).toBe(200)
    kit.clock.forward(61_000)
    expect((await read('eg_wrong-later')).status).toBe(401)
  })
})

describe('the admin key of the options', () => {
  it('does everything but show a token in clear', async () => {
    await using kit = await startKit({ adminKey: secret('a-long-admin-key') })
    kit.connections.stored.set('a', servedToken('a'))
    const headers = bearer('a-long-admin-key')
    expect((await kit.call({ method: 'GET', path: '/v1/keys', headers })).status).toBe(200)
    expect((await kit.call({ method: 'GET', path: '/v1/connections/a/token', headers })).status).toBe(200)
    expect((await kit.call({ method: 'POST', path: '/v1/connections/a/reveal', headers, body: {} })).status).toBe(403)
  })

  it('signs a browser in', async () => {
    await using kit = await startKit({ adminKey: secret('a-long-admin-key') })
    const enter = (key: string) => kit.call({ method: 'POST', path: '/v1/session', body: { key }, headers: sameOrigin })
    expect((await enter('another-key')).status).toBe(401)
    expect((await enter('a-long-admin-key')).status).toBe(201)
  })
})

describe('a caller of the Unix socket', () => {
  it('may do everything and is recorded as local', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    expect((await kit.local('POST', '/v1/connections/a/reveal', {})).status).toBe(200)
    expect(kit.connections.calls.at(-1)?.actor).toEqual({ kind: 'local' })
  })
})
