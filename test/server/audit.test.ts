/** Which requests leave what in the audit: who, what, when, from where. Made from the contract, so a new route is asked too. */
import { describe, expect, it } from 'vitest'
import { contract } from '../../src/api/contract.ts'
import type { Route, RouteName } from '../../src/api/contract.ts'
import { EvergrantError } from '../../src/errors.ts'
import { secret } from '../../src/secret.ts'
import { recordingOf } from '../../src/server/audited.ts'
import type { AuditEntry, AuditRecord } from '../../src/store/store.ts'
import { sameOrigin, servedToken, startKit, type Kit } from './kit.ts'

const rows = Object.entries(contract) as [RouteName, Route][]

/** Not told, though they are no GET, and why. */
const quiet: Partial<Record<RouteName, string>> = {
  checkProvider: 'keeps and sends nothing',
  previewDraft: 'keeps and sends nothing',
  createDraft: 'a draft does nothing until it is connected',
  changeDraft: 'a draft does nothing until it is connected',
  removeDraft: 'a draft does nothing until it is connected',
  previewStoredDraft: 'keeps and sends nothing',
}

/** Paths and bodies that pass the schemas. */
const asks: Partial<Record<RouteName, { path?: string; body?: unknown }>> = {
  rejectToken: { body: { rejected: 3 } },
  createConnection: { body: { name: 'a', provider: 'demo' } },
  changeConnection: { body: { scopes: ['x'] } },
  completeAuthorization: { body: { pasted: 'x' } },
  createKey: { body: { name: 'k', connections: ['a'] } },
  createProvider: { body: { definition: {} } },
  replaceProvider: { body: { definition: {} } },
  changeProvider: { body: { patch: {} } },
  draftProvider: { body: { curl: 'curl https://login.example.com/token' } },
  signIn: { body: { key: 'wrong' } },
  recordBackup: { body: { file: 'b', sealed_by: 'key 1', with_key: false, connections: 1, user: 'ada (1000)' } },
}

const askOf = (name: RouteName, { method, path }: Route) => ({
  method,
  path: path.replace('{name}', 'a').replace('{id}', 'none').replace('{value}', 'page'),
  body: asks[name]?.body ?? (method === 'GET' ? undefined : {}),
})

const all = (kit: Kit) => kit.audit.list({ order: 'oldest', limit: 1000 })
const brief = ({ actor, address, action, connection, outcome, count }: AuditEntry) =>
  [actor.kind, actor.name ?? '', address ?? '', action, connection ?? '', outcome, count].join(' ')

describe('every route of the interface', () => {
  it('is told to the audit, unless it changes nothing and hands out no secret', () => {
    const untold = rows.filter(([, route]) => recordingOf(route) === 'never')
    for (const [name, route] of untold) {
      const harmless = route.method === 'GET' && !route.job && route.needs !== 'fresh'
      expect([name, harmless || quiet[name] !== undefined]).toEqual([name, true])
    }
    for (const name of Object.keys(quiet)) expect(untold.map(([each]) => each)).toContain(name)
    // What shows a secret, or changes something for an admin, is stored before it is done.
    for (const [name, route] of rows) {
      const grave = route.needs === 'fresh' || (route.needs === 'admin' && route.method !== 'GET')
      if (grave && quiet[name] === undefined && recordingOf(route) === 'counted')
        expect(['draftProvider', 'verifyAudit']).toContain(name)
    }
  })

  it('leaves who, what, when and from where, for a person, a key, the socket, and for whoever is refused', async () => {
    await using kit = await startKit({ adminKey: secret('a-long-admin-key') })
    kit.connections.stored.set('a', servedToken('a'))
    const { key } = await kit.key(['admin'], ['*'], { name: 'robot' })
    const strict = await kit.key(['read'], ['other'], { name: 'weak' })
    const cookie = await kit.signIn()
    const callers = [
      { kind: 'local', ask: { asLocal: true }, address: undefined, name: undefined },
      { kind: 'key', ask: { headers: { authorization: `Bearer ${key}` } }, address: '127.0.0.1', name: 'robot' },
      { kind: 'key', ask: { headers: { authorization: `Bearer ${strict.key}` } }, address: '127.0.0.1', name: 'weak' },
      { kind: 'session', ask: { headers: { cookie, ...sameOrigin } }, address: '127.0.0.1', name: undefined },
      { kind: 'unknown', ask: {}, address: '127.0.0.1', name: undefined },
    ]
    for (const [name, route] of rows) {
      // It ends the session that the others need.
      if (name === 'signOut') continue
      for (const { kind, ask, address, name: called } of callers) {
        const before = (await all(kit)).at(-1)?.seq ?? 0
        const at = kit.clock.now()
        const answer = await kit.call({ ...askOf(name, route), ...ask })
        const found = (await all(kit)).filter(({ seq, action }) => seq > before && action === name)
        // The question for the list is of the audit as well.
        const [told] = name === 'listAudit' ? found.slice(-1) : found.filter(({ outcome }) => outcome !== 'begun')
        const what = `${name} by ${kind} ${called ?? ''}, answered ${answer.status}`
        if (recordingOf(route) === 'never') {
          expect(found, what).toEqual([])
          continue
        }
        if (name === 'listAudit') continue
        expect(told, what).toMatchObject({
          actor: { kind, ...(called === undefined ? {} : { name: called }) },
          outcome: answer.status < 400 ? 'ok' : answer.json['code'],
          ...(route.path.includes('{name}') ? { connection: 'a' } : {}),
        })
        expect(told?.address, what).toBe(address)
        expect(told!.at, what).toBeGreaterThanOrEqual(at)
      }
    }
    expect(await kit.audit.verify()).toMatchObject({ faults: [] })
  })
})

describe('what is stored of it', () => {
  it('is stored before it is done and after, with what came of it', async () => {
    await using kit = await startKit()
    const cookie = await kit.signIn()
    const made = await kit.call({
      method: 'POST',
      path: '/v1/keys',
      headers: { cookie, ...sameOrigin },
      body: { name: 'jobs', verbs: ['token'], connections: ['books'] },
    })
    const entries = (await all(kit)).filter(({ action }) => action === 'createKey')
    expect(entries.map(({ outcome }) => outcome)).toEqual(['begun', 'ok'])
    const [begun, done] = entries as [AuditRecord, AuditRecord]
    expect(begun.requestId).toBe(done.requestId)
    expect(done.facts).toEqual({ key: 'jobs', verbs: ['token'], connections: ['books'], id: made.json['id'] })
    expect(done.actor).toEqual({ kind: 'session', id: expect.stringMatching(/^[0-9a-f]{16}$/) as string })
    // Who signs in is known only afterwards: the session is named among the facts.
    const [entered] = (await all(kit)).filter(({ action }) => action === 'signIn')
    expect(brief(entered!)).toBe('unknown  127.0.0.1 signIn  ok 1')
    expect(entered?.facts).toEqual({ by: 'link', session: done.actor.id })
  })

  it('counts the reads of a job by connection and place, from memory and from the routes', async () => {
    const kit = await startKit({ listen: { host: '127.0.0.1', port: 0 } })
    await using _ = kit
    const [address = ''] = (await kit.server.listen()).addresses
    kit.connections.stored.set('books', servedToken('books'))
    const served = servedToken('shop', { generation: 7 })
    kit.connections.stored.set('shop', served)
    kit.connections.tokens.set('shop', (await import('./kit.ts')).entryOf(served))
    const { key } = await kit.key(['token'], ['*'], { name: 'nightly' })
    const read = async (name: string) => {
      const answer = await fetch(`${address}/v1/connections/${name}/token`, {
        headers: { authorization: `Bearer ${key}` },
      })
      expect(answer.status).toBe(name === 'none' ? 404 : 200)
      await answer.text()
    }
    for (const name of ['books', 'shop', 'shop', 'none', 'shop', 'books']) await read(name)
    const reads = (await all(kit)).filter(({ action }) => action === 'readToken')
    expect(reads.map(brief).toSorted()).toEqual([
      'key nightly 127.0.0.1 readToken books ok 2',
      'key nightly 127.0.0.1 readToken none unknown_connection 1',
      'key nightly 127.0.0.1 readToken shop ok 3',
    ])
    const shop = reads.find(({ connection, outcome }) => connection === 'shop' && outcome === 'ok')
    expect(shop?.facts).toEqual({ generation: 7 })
    expect(shop!.until! >= shop!.at).toBe(true)
  })

  it('says what strangers tried, a few lines for however many tries', async () => {
    await using kit = await startKit()
    const wrong = { authorization: 'Bearer eg_wrong' }
    for (let i = 0; i < 5; i++) await kit.call({ method: 'GET', path: '/v1/connections/a/token', headers: wrong })
    for (let i = 0; i < 5; i++) await kit.call({ method: 'DELETE', path: '/v1/connections/%00%0a' })
    const tries = (await all(kit)).filter(({ outcome }) => outcome === 'unauthenticated')
    expect(tries.map(brief)).toEqual([
      'unknown  127.0.0.1 readToken a unauthenticated 5',
      'unknown  127.0.0.1 removeConnection  unauthenticated 5',
    ])
  })

  it('tells what happens by itself, and not twice what a person caused', async () => {
    await using kit = await startKit()
    const emit = (name: 'token.renewed' | 'token.renewal_failed', fields: object) =>
      kit.audit.happened(name, { ...fields })
    emit('token.renewed', { connection: 'books', generation: 4, trigger: 'refresher' })
    emit('token.renewal_failed', { connection: 'books', code: 'invalid_grant' })
    expect((await all(kit)).map(brief)).toEqual([
      'server   token.renewed books ok 1',
      'server   token.renewal_failed books invalid_grant 1',
    ])
  })

  it('never holds a key, a token, a sign-in word or a cookie', async () => {
    await using kit = await startKit({ adminKey: secret('canary-admin-key') })
    kit.connections.stored.set('a', servedToken('a', { accessToken: secret('canary-access-token') }))
    const { id, key } = await kit.key(['admin'], ['*'], { name: 'robot' })
    const cookie = await kit.signIn()
    const link = String((await kit.local('POST', '/v1/signin-links')).json['url'])
    await kit.call({ method: 'POST', path: '/v1/session', headers: sameOrigin, body: { key: 'canary-admin-key' } })
    for (const [name, route] of rows)
      for (const headers of [{ authorization: `Bearer ${key}` }, { cookie, ...sameOrigin }])
        await kit.call({ ...askOf(name, route), headers, path: `${askOf(name, route).path}?q=canary-query` })
    const body = { name: 'b', provider: 'demo', client: { id: 'x', secret: 'canary-client-secret' } }
    await kit.local('POST', '/v1/connections', body)
    await kit.local('DELETE', `/v1/keys/${id}`)
    const text = JSON.stringify(await all(kit))
    expect(text).toContain('createConnection')
    const word = new URL(link).searchParams.get('token') ?? ''
    for (const canary of ['canary', key.slice(3), cookie.split('=')[1] ?? '', word]) expect(text).not.toContain(canary)
  })
})

describe('while the audit cannot be written', () => {
  it('nothing is shown, changed or signed in; jobs go on, and what happens is told later', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const { key } = await kit.key(['token'], ['a'])
    const cookie = await kit.signIn()
    const { token } = Object.fromEntries(new URL(await kit.server.signInLink()).searchParams) as { token: string }
    const append = kit.store.audit.append
    kit.connections.calls.length = 0
    kit.store.audit.append = () => Promise.reject(new EvergrantError('storage_full'))
    const reveal = await kit.local('POST', '/v1/connections/a/reveal', {})
    expect([reveal.status, reveal.json['code']]).toEqual([503, 'storage_full'])
    expect(reveal.json['detail']).toContain('the audit cannot be written, so nothing was done')
    expect(reveal.body).not.toContain('token-of-a')
    for (const [name, route] of rows.filter(([, each]) => recordingOf(each) === 'first')) {
      const answer = await kit.call({ ...askOf(name, route), headers: { cookie, ...sameOrigin } })
      // What is no valid request at all is refused before.
      if (answer.json['code'] !== 'invalid_request') expect([name, answer.json['code']]).toEqual([name, 'storage_full'])
    }
    expect(kit.connections.calls).toEqual([])
    const entered = await kit.call({ method: 'POST', path: '/v1/session', headers: sameOrigin, body: { token } })
    expect([entered.json['code'], entered.headers['set-cookie']]).toEqual(['storage_full', undefined])
    const read = await kit.call({
      method: 'GET',
      path: '/v1/connections/a/token',
      headers: { authorization: `Bearer ${key}` },
    })
    expect(read.status).toBe(200)
    kit.audit.happened('token.renewed', { connection: 'a', generation: 4 })
    kit.store.audit.append = append
    const later = (await all(kit)).map(brief)
    expect(later).toContain('key test 127.0.0.1 readToken a ok 1')
    expect(later).toContain('server   token.renewed a ok 1')
  })
})

describe('the routes of the audit', () => {
  it('are for admins alone', async () => {
    await using kit = await startKit()
    const { key } = await kit.key(['read', 'token'], ['*'])
    const partial = await kit.key(['admin'], ['books'])
    for (const [given, status] of [
      [key, 403],
      [partial.key, 403],
      ['eg_no', 401],
    ] as const)
      for (const [method, path] of [
        ['GET', '/v1/audit'],
        ['POST', '/v1/audit/verify'],
      ] as const)
        expect((await kit.call({ method, path, headers: { authorization: `Bearer ${given}` } })).status).toBe(status)
  })

  it('give pages, filters, and all of it as JSON lines', async () => {
    await using kit = await startKit()
    for (let i = 0; i < 1_203; i++)
      kit.audit.happened('token.renewed', { connection: i % 2 ? 'a' : 'b', generation: i })
    type Page = { entries: { seq: number; connection: string }[]; next?: string }
    const first = (await kit.local('GET', '/v1/audit?limit=2')).json as Page
    const second = (await kit.local('GET', `/v1/audit?limit=2&after=${first.next}`)).json as Page
    expect([...first.entries, ...second.entries].map(({ seq }) => seq)).toEqual([1203, 1202, 1201, 1200])
    const of = (await kit.local('GET', '/v1/audit?limit=500&connection=a&action=token.renewed&actor=server'))
      .json as Page
    expect(new Set(of.entries.map(({ connection }) => connection))).toEqual(new Set(['a']))
    const lines = await kit.server.inject({
      method: 'GET',
      path: '/v1/audit?action=token.renewed',
      headers: { accept: 'application/x-ndjson' },
      asLocal: true,
    })
    const exported = lines.body.trimEnd().split('\n')
    expect(exported).toHaveLength(1_203)
    expect(exported.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual(
      Array.from({ length: 1_203 }, (_, i) => i + 1),
    )
    expect((await kit.local('GET', '/v1/audit?after=nonsense')).status).toBe(400)
  })

  it('verify, also against what an earlier verification said', async () => {
    await using kit = await startKit()
    await kit.key(['token'], ['a'])
    const verdict = (await kit.local('POST', '/v1/audit/verify', {})).json
    expect(verdict).toMatchObject({ ok: true, faults: [], fault_count: 0 })
    const checkpoint = verdict['checkpoint'] as { hash: string }[]
    expect((await kit.local('POST', '/v1/audit/verify', { checkpoint })).json['ok']).toBe(true)
    const other = [{ ...checkpoint[0], hash: '0'.repeat(64) }]
    const found = (await kit.local('POST', '/v1/audit/verify', { checkpoint: other })).json
    expect([found['ok'], found['fault_count']]).toEqual([false, 1])
  })
})
