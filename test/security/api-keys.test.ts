/**
 * Requirement rows M1 to M3: keys times verbs times connections times routes, generated from the contract. A route that
 * is added to the contract is asked here without further words; one with an id of a new kind fails until its ids are named.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { contract, type Route } from '../../src/api/contract.ts'
import { connected, machine, service, tokens, world, type World } from '../connections/harness.ts'
import { startKit, type Kit } from '../server/kit.ts'

const verbs = ['token', 'read', 'admin'] as const
type Verb = (typeof verbs)[number]
type Rights = { verbs: readonly Verb[]; connections: readonly string[] }
type Ask = { path: string; connection?: string; body?: unknown }

const foreign = 'canary-of-another'
const rows = Object.entries<Route>(contract).filter(([, route]) => route.needs !== 'nothing')

let here: World
let kit: Kit & AsyncDisposable
/** Real ids of things, by the route that names them; `connection` where one belongs to it. */
let ids: Record<string, { id: string; connection?: string }[]>

beforeAll(async () => {
  here = await world()
  here.answer((_, count) => tokens(count))
  kit = await startKit({}, { connections: here.domain.connections, store: here.store, clock: here.clock })
  for (const name of ['mine', 'also', foreign]) await connected(here, {}, name)
  const made = async (path: string, body: unknown) => {
    const answer = await kit.local('POST', path, body)
    if (answer.status !== 201) throw new Error(answer.body)
    return String(answer.json['id'])
  }
  const flow = async (connection: string) => ({
    id: await made(`/v1/connections/${connection}/authorize`, { back: 'paste' }),
    connection,
  })
  await kit.local('POST', '/v1/providers', { definition: { ...service(), id: foreign } })
  ids = {
    '/v1/authorizations/{id}': [await flow('mine'), await flow(foreign)],
    '/v1/keys/{id}': [{ id: (await kit.key(['token'], [foreign])).id }],
    '/v1/drafts/{id}': [{ id: await made('/v1/drafts', { connection: foreign }) }],
    '/v1/providers/{id}': [{ id: 'xero' }, { id: foreign }],
  }
}, 60_000)
afterAll(async () => {
  await kit?.[Symbol.asyncDispose]()
  await here?.close()
})

/** The requests that a route stands for. */
function asksOf(route: Route, names: readonly string[]): Ask[] {
  const path = route.path.replace('{value}', 'account')
  // Refused before it is read, but where the right depends on what the id belongs to.
  const body = route.method === 'GET' ? undefined : { pasted: 'x' }
  if (path.includes('{name}'))
    return names.map((name) => ({ path: path.replace('{name}', name), connection: name, body }))
  const known = Object.entries(ids).find(([prefix]) => path.startsWith(prefix))
  if (known !== undefined)
    return known[1].map(({ id, connection }) => ({
      path: path.replace('{id}', encodeURIComponent(id)),
      body,
      ...(connection !== undefined && { connection }),
    }))
  if (path.includes('{')) throw new Error(`say in \`ids\` what ${route.path} is asked with`)
  return [{ path, body }]
}

/** What the contract says, told in other words than the server's. */
function may({ verbs: has, connections }: Rights, route: Route, connection?: string): boolean {
  if (route.needs === 'fresh') return false
  if (!has.includes('admin') && !has.some((verb) => verb === route.needs)) return false
  const every = connections.includes('*')
  if (route.reach === 'all') return every
  return connection === undefined || every || connections.includes(connection)
}

/** A request that changes nothing even if it is allowed: its body cannot be read. */
const unread = (ask: Ask) => (ask.body === undefined ? undefined : '{"')

async function send(key: string, route: Route, { path, body }: Ask, headers: Record<string, string> = {}) {
  const type: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : {}
  return kit.call({
    method: route.method,
    path,
    body,
    headers: { authorization: `Bearer ${key}`, ...type, ...headers },
  })
}

/** All that is refused and should not be, or the other way round. */
async function mistakes(key: string, rights: Rights, names: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const [name, route] of rows) {
    for (const ask of asksOf(route, names)) {
      const allowed = may(rights, route, ask.connection)
      const answer = await send(key, route, allowed ? { ...ask, body: unread(ask) } : ask)
      const refused = answer.status === 401 || answer.status === 403
      if (refused === allowed) found.push(`${name} ${ask.path}: ${answer.status}`)
    }
  }
  return found
}

describe('M1: a key may what its verbs and connections say, on every route', () => {
  const subsets = [1, 2, 3, 4, 5, 6, 7].map((bits) => verbs.filter((_, index) => bits & (1 << index)))
  const cases: [string[], (readonly Verb[])[]][] = [
    [['mine'], subsets],
    [['mine', 'also'], [verbs]],
    [['*'], verbs.map((verb) => [verb])],
  ]
  it.each(cases)('for %j, with sets of verbs', async (connections, sets) => {
    for (const some of sets) {
      const { key } = await kit.key([...some], connections)
      const found = await mistakes(key, { verbs: some, connections }, [...new Set([...connections, foreign, 'absent'])])
      expect([some, found]).toEqual([some, []])
    }
  })

  it('and nothing when it is revoked, over, for another address, or cut', async () => {
    const revoked = await kit.key(['admin'], ['*'])
    await kit.local('DELETE', `/v1/keys/${revoked.id}`)
    const over = await kit.key(['admin'], ['*'], { expires_at: Math.floor(here.clock.now() / 1000) + 1 })
    here.clock.advance(2000)
    const elsewhere = await kit.key(['admin'], ['*'], { addresses: ['192.0.2.0/24'] })
    const whole = await kit.key(['admin'], ['*'])
    const nothing = { verbs: [], connections: [] }
    const dead = [revoked.key, over.key, elsewhere.key, whole.key.slice(0, -1), whole.key.toUpperCase(), '']
    for (const [index, key] of dead.entries()) {
      // A wrong key is answered 429 after a while, which is not what is asked here.
      here.clock.advance(120_000)
      const found = (await mistakes(key, nothing, ['mine'])).filter((text) => !text.endsWith(': 429'))
      expect([index, found]).toEqual([index, []])
    }
  })
})

describe('M2: a key for one connection', () => {
  const mine = { verbs, connections: ['mine'] }
  let key: string
  beforeAll(async () => {
    // The wrong keys above made this address wait.
    here.clock.advance(120_000)
    key = (await kit.key([...verbs], ['mine'])).key
  })

  it('does not reach another by any spelling of its path', async () => {
    const spelt = [
      `%63${foreign.slice(1)}`,
      foreign.toUpperCase(),
      `${foreign}.`,
      `${foreign}%20`,
      `${foreign}%00`,
      `${foreign};mine`,
      `mine,${foreign}`,
      `mine%2F..%2F${foreign}`,
      `mine/../${foreign}`,
      `./${foreign}`,
      `/${foreign}`,
      `..%2fconnections%2f${foreign}`,
      `%2e%2e/connections/${foreign}`,
      `mine%00${foreign}`,
      `*`,
      `%2a`,
    ]
    const found: string[] = []
    for (const [name, route] of rows.filter(([, { path }]) => path.includes('{name}'))) {
      for (const { path, body } of asksOf(route, spelt)) {
        const { status } = await send(key, route, { path, body })
        if (status < 400 || status >= 500) found.push(`${name} ${path}: ${status}`)
      }
    }
    expect(found).toEqual([])
  })

  it('does not reach another by a method or an address that a header names', async () => {
    const path = `/v1/connections/${foreign}/token`
    const headers = {
      'x-original-url': '/v1/connections/mine/token',
      'x-rewrite-url': '/v1/connections/mine/token',
      'x-http-method-override': 'GET',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-uri': '/v1/connections/mine/token',
      forwarded: 'for=127.0.0.1',
    }
    for (const [name, value] of Object.entries(headers)) {
      const answer = await send(key, contract.readToken, { path }, { [name]: value })
      expect([name, answer.status]).toEqual([name, 403])
    }
    const renewed = await send(
      key,
      contract.showConnection,
      { path: `/v1/connections/${foreign}` },
      { 'x-method': 'x' },
    )
    expect(renewed.status).toBe(403)
  })

  it('reads nothing of another in any answer it may have', async () => {
    let read = 0
    for (const [name, route] of rows.filter(([, { method }]) => method === 'GET')) {
      for (const ask of asksOf(route, ['mine'])) {
        if (!may(mine, route, ask.connection) || ask.path.endsWith(`/providers/${foreign}`)) continue
        const about = ask.path.includes(`/providers/${foreign}/`) ? 'secret' : foreign
        for (const query of ['', ...queriesOf(route)]) {
          const answer = await send(key, route, { path: ask.path + query })
          if (answer.status >= 300) continue
          read++
          // Definitions are everybody's who may read; what hangs on them is not.
          const text = name === 'listProviders' ? '' : answer.body
          expect([ask.path + query, text.includes(about)]).toEqual([ask.path + query, false])
        }
      }
    }
    expect(read).toBeGreaterThan(8)
  })

  it('changes and takes nothing of another by naming it in any member of a body', async () => {
    const before = JSON.stringify([await stateOf(foreign), await stateOf('also')])
    let sent = 0
    for (const [, route] of rows) {
      if (route.body === undefined) continue
      for (const ask of asksOf(route, ['mine'])) {
        if (!may(mine, route, ask.connection)) continue
        for (const body of bodiesNaming(route.body, foreign)) {
          const answer = await send(key, route, { ...ask, body })
          sent++
          expect([ask.path, body, answer.body.includes('secret-of')]).toEqual([ask.path, body, false])
        }
      }
    }
    expect(sent).toBeGreaterThan(15)
    expect(JSON.stringify([await stateOf(foreign), await stateOf('also')])).toBe(before)
    expect(await here.store.connections.byName('mine')).toBeDefined()
  })

  it('cannot make itself a greater key, a session, or a connection', async () => {
    await machine(here, 'mine-too')
    for (const body of [
      { name: 'k', verbs: ['admin'], connections: ['*'] },
      { name: 'k', connections: ['mine'] },
    ])
      expect((await send(key, contract.createKey, { path: '/v1/keys', body })).status).toBe(403)
    expect((await send(key, contract.createSignInLink, { path: '/v1/signin-links' })).status).toBe(403)
    const body = { name: 'mine', provider: 'custom', definition: service() }
    expect((await send(key, contract.createConnection, { path: '/v1/connections', body })).status).toBe(403)
  })
})

it('M3: no answer of the interface has a member for a refresh token or a secret', () => {
  const secretNames = /^(refresh_token|client_secret|secret|password|key|private_key|code_verifier|id_token)$/
  const withSecrets = rows
    .flatMap(([name, { response }]) =>
      response === undefined ? [] : [...memberNames(response)].map((at) => [name, at]),
    )
    .filter(([, at]) => secretNames.test(at ?? ''))
    .map(([name, at]) => `${name} ${at}`)
  // A new key is shown once; exports give secrets to the socket alone; drafts show `[set]` in their place.
  const known = /^(createKey key|exportConnections |(create|list|show|change|connect)Drafts? )/
  expect(withSecrets.filter((text) => !known.test(text))).toEqual([])
})

/** What must stay as it is. */
async function stateOf(name: string) {
  const loaded = await here.store.connections.byName(name)
  return {
    settings: loaded?.connection.settingsVersion,
    client: loaded?.client?.id,
    generation: loaded?.tokens?.generation,
  }
}

type Schema = {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string
  properties?: Record<string, Schema>
  anyOf?: Schema[]
  allOf?: Schema[]
  items?: Schema
  additionalProperties?: Schema | boolean
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(type, { io, unrepresentable: 'any', reused: 'inline' }) as Schema
}

function queriesOf({ query }: Route): string[] {
  if (query === undefined) return []
  return Object.keys(schemaOf(query, 'input').properties ?? {}).map((name) => `?${name}=${foreign}`)
}

/** For each member that may be text or a list of texts, at any depth, a body with the name there. */
function bodiesNaming(type: z.ZodType, name: string): unknown[] {
  const whole = schemaOf(type, 'input')
  const within = (schema: Schema, depth: number): unknown[] => {
    if (depth > 4) return []
    if (schema.$ref !== undefined) return within(whole.$defs?.[schema.$ref.split('/').at(-1) ?? ''] ?? {}, depth + 1)
    const some = [...(schema.anyOf ?? []), ...(schema.allOf ?? [])].flatMap((one) => within(one, depth + 1))
    const members = Object.entries(schema.properties ?? {}).flatMap(([member, one]) =>
      within(one, depth + 1).map((value) => ({ [member]: value })),
    )
    const items = schema.items ? within(schema.items, depth + 1).map((value) => [value]) : []
    const own = schema.type === 'string' || Object.keys(schema).length === 0 ? [name] : []
    return [...own, ...some, ...members, ...items]
  }
  return within(whole, 0)
}

function memberNames(type: z.ZodType): Set<string> {
  const found = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, item] of Object.entries(value)) {
      if (key === 'properties')
        for (const [name, member] of Object.entries(item as Record<string, Schema>))
          // `secret: true` of a value says that it is one.
          if (member.type !== 'boolean') found.add(name)
      visit(item)
    }
  }
  visit(schemaOf(type, 'output'))
  return found
}
