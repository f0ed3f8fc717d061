/**
 * A server over a real SQLite store. Only what lies behind `Connections` is played: tokens and flows that tests can
 * arrange without an authorization server.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type {
  Actor,
  AuthorizationAnswer,
  AuthorizationView,
  Connections,
  ConnectionView,
  HotEntry,
  NewConnection,
  ServedToken,
} from '../../src/connections/connections.ts'
import { createAudit, type Audit } from '../../src/connections/audit.ts'
import { emitTo, type Emit } from '../../src/connections/events.ts'
import { createJournal, type Journal } from '../../src/connections/journal.ts'
import { createKeyPlaces } from '../../src/connections/key-places.ts'
import type { Clock, Logger } from '../../src/deps.ts'
import { EvergrantError } from '../../src/errors.ts'
import { createCatalogue } from '../../src/provider/load.ts'
import { secret } from '../../src/secret.ts'
import { answers } from '../../src/server/answers.ts'
import { createServer } from '../../src/server/server.ts'
import type { Asked, Server, ServerDeps, ServerOptions } from '../../src/server/server.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'

export const publicUrl = 'http://127.0.0.1:7117'
export const sameOrigin = { origin: publicUrl }

/** A clock that moves when told to. */
export type TestClock = Clock & { forward(ms: number): void }

export function testClock(): TestClock {
  // The store judges ends by its own clock, which is this one.
  let offset = 0
  return {
    now: () => Date.now() + offset,
    monotonic: () => performance.now() + offset,
    sleep: async () => undefined,
    forward: (ms) => void (offset += ms),
  }
}

export function servedToken(connection: string, fields: Partial<ServedToken> = {}): ServedToken {
  return {
    connection,
    accessToken: secret(`token-of-${connection}`),
    tokenType: 'Bearer',
    expiresAt: Math.floor(Date.now() / 1000) * 1000 + 3600_000,
    generation: 3,
    warnings: [],
    shown: {},
    ...fields,
  }
}

export function connectionViewOf(name: string): ConnectionView {
  return {
    name,
    provider: 'demo',
    providerName: 'Demo',
    way: 'person',
    grant: 'authorization_code',
    state: 'active',
    condition: 'ok',
    generation: 3,
    inputs: {},
    captured: [],
    actions: [],
    scopes: ['read'],
    createdAt: 1_700_000_000_999,
    hasRefreshToken: true,
    renewal: 'refresh_token',
    deaths: [],
    toChoose: [],
    warnings: [],
    settingsVersion: 1,
  }
}

type Flow = { view: AuthorizationView; state: string; startedBy?: string; finished: boolean; expired: boolean }

type Entry = HotEntry & { served: ServedToken }

export function entryOf(served: ServedToken): Entry {
  const { connection: name, generation, expiresAt: endsAt } = served
  return { name, generation, endsAt, pieces: answers.write(served), slot: undefined, served }
}

/** What is behind the interface, with what tests want to see of it. */
export type Played = Connections & {
  tokens: Map<string, Entry>
  /** Not in memory, but readable. */
  stored: Map<string, ServedToken>
  flows: Map<string, Flow>
  exchanges: string[]
  calls: { name: string; actor?: Actor; input?: unknown }[]
  failWith?: Error
}

export function playConnections(): Played {
  const played = {
    tokens: new Map<string, Entry>(),
    stored: new Map<string, ServedToken>(),
    flows: new Map<string, Flow>(),
    exchanges: [] as string[],
    calls: [] as Played['calls'],
  } as Played
  const known = (name: string) => {
    if (played.failWith) throw played.failWith
    const served = played.tokens.get(name)?.served ?? played.stored.get(name)
    if (!served)
      throw new EvergrantError('unknown_connection', { detail: `there is no connection "${name}"`, connection: name })
    return served
  }
  const flow = (id: string) => {
    const found = played.flows.get(id)
    if (!found) throw new EvergrantError('unknown_authorization')
    return found
  }
  const report = (name: string, actor: Actor) => {
    played.calls.push({ name, actor })
    known(name)
    return { ok: true, connection: connectionViewOf(name) }
  }
  const methods: Connections = {
    peek(name, now, minValid) {
      const entry = played.tokens.get(name)
      if (!entry) return undefined
      return (entry.served.expiresAt ?? Infinity) - now >= (minValid ?? 60) * 1000 ? entry : undefined
    },
    fetch: async () => [],
    read: async (name) => known(name),
    reject: async (name, rejected) => {
      played.calls.push({ name, input: rejected })
      return known(name)
    },
    create: async (input: NewConnection, actor) => {
      played.calls.push({ name: input.name, actor, input })
      return connectionViewOf(input.name)
    },
    list: async () => ({
      connections: [...played.tokens.keys(), ...played.stored.keys()].toSorted().map(connectionViewOf),
    }),
    get: async (name) => connectionViewOf(known(name).connection),
    choices: async (name, value) => {
      known(name)
      return { choices: [{ value: `${value}-1`, label: 'The first' }], current: `${value}-1` }
    },
    api: async (name) => {
      known(name)
      return { base: 'https://api.example', headers: { authorization: 'Bearer {token}' }, leftOut: [] }
    },
    change: async (name, change, actor) => {
      played.calls.push({ name, actor, input: change })
      return connectionViewOf(name)
    },
    remove: async (name, options, actor) => {
      played.calls.push({ name, actor, input: options })
      return { revocation: options.revoke ? 'done' : 'not_asked' }
    },
    preview: async () => ({ missing: [], advice: [] }),
    previewDraft: async () => ({ missing: ['client_id'], advice: [] }),
    settings: async (name) => ({ name: known(name).connection, provider: 'demo' }),
    leadsTo: async ({ provider }) => provider,
    authorize: async (name, options, actor) => {
      played.calls.push({ name, actor, input: options })
      const id = randomBytes(12).toString('base64url')
      const state = `state-${id}`
      const view: AuthorizationView = {
        id,
        connection: name,
        back: options.back ?? 'callback',
        url: `${publicUrl}/a/${id}`,
        expiresAt: Date.now() + 600_000,
        outcome: { kind: 'waiting' },
      }
      played.flows.set(id, { view, state, finished: false, expired: false })
      return view
    },
    authorization: async (id) => flow(id).view,
    openLink: async (id, startedBy) => {
      const found = flow(id)
      if (found.startedBy !== undefined && found.startedBy !== startedBy) throw new EvergrantError('authorization_used')
      found.startedBy = startedBy
      return { authorizationUrl: `https://login.example/authorize?state=${found.state}` }
    },
    authorizationByState: async (state) => {
      const found = [...played.flows.values()].find((one) => one.state === state)
      if (!found) return undefined
      return { id: found.view.id, ...(found.startedBy === undefined ? {} : { startedBy: found.startedBy }) }
    },
    complete: async (id, answer: AuthorizationAnswer) => {
      const found = flow(id)
      if (found.expired) throw new EvergrantError('authorization_expired')
      if (found.finished) throw new EvergrantError('authorization_used')
      if (answer.kind === 'pasted') {
        if (!answer.text.includes('=') && !answer.bareCodeAllowed) throw new EvergrantError('bare_code')
      } else {
        const names = answer.parameters.map(([name]) => name)
        if (new Set(names).size !== names.length)
          throw new EvergrantError('bad_callback', { detail: 'a parameter came twice' })
      }
      const parameters = answer.kind === 'parameters' ? new Map(answer.parameters) : new Map()
      found.finished = true
      if (parameters.has('error')) {
        found.view.outcome = {
          kind: 'failed',
          code: String(parameters.get('error')),
          words: 'The user <b>said</b> no',
          cause: 'the person pressed Cancel',
          remedy: 'start again and press Allow',
        }
      } else {
        played.exchanges.push(id)
        found.view.outcome = { kind: 'authorized', generation: 1, who: 'Ada' }
      }
      return found.view
    },
    issue: async (name, actor) => report(name, actor),
    renew: async (name, actor) => report(name, actor),
    test: async (name, actor) => report(name, actor),
    revoke: async (name, actor) => {
      played.calls.push({ name, actor })
      return { revocation: 'done' }
    },
    attempts: async () => [],
    reveal: async (name, actor) => {
      played.calls.push({ name, actor })
      return known(name)
    },
  }
  return Object.assign(played, methods)
}

export type Kit = {
  server: Server
  connections: Played
  store: Store
  clock: TestClock
  logged: { level: string; fields: Record<string, unknown>; message: string }[]
  home: string
  journal: Journal
  audit: Audit
  local(method: string, path: string, body?: unknown): ReturnType<typeof call>
  call(asked: Omit<Asked, 'body'> & { body?: unknown }): ReturnType<typeof call>
  /** Makes an API key. */
  key(verbs: string[], connections: string[], more?: Record<string, unknown>): Promise<{ id: string; key: string }>
  /** Signs a browser in and gives its cookie. */
  signIn(): Promise<string>
}

export async function startKit(
  options: Partial<ServerOptions> = {},
  deps: Partial<ServerDeps> = {},
): Promise<Kit & AsyncDisposable> {
  const home = await mkdtemp(join(tmpdir(), 'evergrant-server-'))
  const clock = testClock()
  const store = await openSqliteStore({
    file: join(home, 'store.db'),
    keys: new KeyRing([randomBytes(32)]),
    clock,
    holder: 'test/1',
  })
  const connections = playConnections()
  const logged: Kit['logged'] = []
  const write = (level: string) => (fields: Record<string, unknown>, message: string) =>
    void logged.push({ level, fields, message })
  const log: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
  const journal = await createJournal({ store: store.events, clock, log })
  const emit: Emit = emitTo(log, (name, fields) => {
    journal.record(name, fields)
    audit.happened(name, fields)
  })
  const keyPlaces = createKeyPlaces({ store: store.keyAddresses, emit, clock, log })
  const trail = { store: store.audit, keyReads: store.keyReads, keyPlaces }
  const audit = await createAudit({ ...trail, home, clock, log, keptMs: 1e12 })
  const server = await createServer({
    options: {
      listen: { host: '127.0.0.1', port: 7117 },
      publicUrl,
      home,
      pagesDirectory: join(home, 'no-pages'),
      ...options,
    },
    connections,
    catalogue: createCatalogue(),
    store,
    emit,
    journal,
    audit,
    clock,
    randomBytes: (size) => randomBytes(size),
    log,
    installation: {
      home,
      database: { kind: 'sqlite', at: join(home, 'store.db') },
      allowHosts: [],
      adminKey: options.adminKey !== undefined,
      warnings: [],
      spooled: async () => 0,
    },
    version: '0.0.0-test',
    ...deps,
  })
  const kit: Kit = {
    server,
    connections,
    store,
    clock,
    logged,
    home,
    journal,
    audit,
    call: (asked) => call(server, asked),
    local: (method, path, body) => call(server, { method, path, body, asLocal: true }),
    async key(verbs, names, more = {}) {
      const made = await kit.local('POST', '/v1/keys', { name: 'test', verbs, connections: names, ...more })
      if (made.status !== 201) throw new Error(made.body)
      return made.json as { id: string; key: string }
    },
    async signIn() {
      const token = new URL(await server.signInLink()).searchParams.get('token')
      const entered = await call(server, { method: 'POST', path: '/v1/session', body: { token }, headers: sameOrigin })
      return cookieOf(entered.headers)
    },
  }
  return Object.assign(kit, {
    async [Symbol.asyncDispose]() {
      await server.close()
      await journal.close()
      await audit.close()
      await store.close()
      await rm(home, { recursive: true, force: true })
    },
  })
}

/** The first cookie of an answer as a browser sends it back. */
export function cookieOf(headers: Record<string, unknown>): string {
  const set = headers['set-cookie']
  const first: unknown = Array.isArray(set) ? set[0] : set
  return String(first).split(';')[0] ?? ''
}

async function call(server: Server, { body, headers = {}, ...asked }: Omit<Asked, 'body'> & { body?: unknown }) {
  const host = asked.asLocal === true ? {} : { host: '127.0.0.1:7117' }
  const typed = typeof body === 'object' ? { 'content-type': 'application/json' } : {}
  const answer = await server.inject({
    ...asked,
    headers: { ...host, ...typed, ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const isJson = String(answer.headers['content-type']).includes('json')
  // Tests read members they know to be there.
  return { ...answer, json: (isJson ? JSON.parse(answer.body) : undefined) as Record<string, unknown> }
}
