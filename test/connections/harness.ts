/**
 * The domain over a real SQLite store, with time, dice and the network in the test's hands. `answers` is the
 * authorization server: a function of each request, or an error that the wire gives.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { Context } from '../../src/connections/context.ts'
import { createConnections, type Domain } from '../../src/connections/index.ts'
import { createAttempts } from '../../src/connections/attempts.ts'
import { createMemory } from '../../src/connections/memory.ts'
import { openSpool, type Spool } from '../../src/connections/spool.ts'
import { FetchFailed, type Clock, type WireFailure, type WireRequest } from '../../src/deps.ts'
import { createPace } from '../../src/outbound/pace.ts'
import { createCatalogue } from '../../src/provider/load.ts'
import type { Provider, Renewal } from '../../src/provider/provider.ts'
import { answers } from '../../src/server/answers.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'

export type Answer =
  { status?: number; body: unknown; headers?: Record<string, string> } | { lost: WireFailure['kind'] }
export type Server = (request: WireRequest & { form: URLSearchParams }, count: number) => Answer | Promise<Answer>

export type World = {
  domain: Domain
  store: Store
  spool: Spool
  clock: ReturnType<typeof manualClock>
  requests: (WireRequest & { form: URLSearchParams })[]
  events: { name: string; fields: Record<string, unknown> }[]
  answer(server: Server): void
  /** The home after a crash: nothing is finished or closed, only the files are there for the next process. */
  abandon(): { directory: string; clock: ReturnType<typeof manualClock>; keys: KeyRing }
  close(): Promise<void>
}

/** Wall and monotonic time that stand still until told; real sleeps of up to 20 ms stand for any wait. */
export function manualClock(start = 1_800_000_000_000): Clock & { advance(ms: number): void } {
  let now = start
  return {
    now: () => now,
    monotonic: () => now,
    advance(ms) {
      now += ms
    },
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(resolve, Math.min(ms, 20))
        timer.unref()
        signal?.addEventListener('abort', () => (clearTimeout(timer), reject(signal.reason as Error)))
      }),
  }
}

export async function world(
  options: {
    directory?: string
    clock?: ReturnType<typeof manualClock>
    keys?: KeyRing
    node?: string
    /** In place of SQLite in the directory. */
    openStore?: (settings: { clock: Clock; holder: string; keys: KeyRing }) => Promise<Store>
    override?: Partial<Context>
  } = {},
): Promise<World> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'evergrant-domain-'))
  const clock = options.clock ?? manualClock()
  const keys = options.keys ?? new KeyRing([randomBytes(32)])
  const holder = `${options.node ?? 'node'}/${randomBytes(4).toString('hex')}`
  const openStore =
    options.openStore ?? ((settings) => openSqliteStore({ file: join(directory, 'evergrant.db'), ...settings }))
  const store = await openStore({ clock, holder, keys })
  const spool = await openSpool({ directory, seal: store.sealFor, open: store.openFor })
  const requests: World['requests'] = []
  const events: World['events'] = []
  let server: Server = () => ({ status: 500, body: 'no server' })
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  const memory = createMemory()
  store.watch(({ kind, id }) => kind === 'connection' && memory.drop(id))
  const context: Context = {
    store,
    spool,
    memory,
    attempts: createAttempts(store, quiet),
    answers,
    catalogue: createCatalogue({ stored: store.definitions }),
    async fetch(request) {
      const seen = { ...request, form: new URLSearchParams(request.body ?? '') }
      requests.push(seen)
      const sentAt = clock.now()
      const answer = await server(seen, requests.length)
      if ('lost' in answer)
        throw new FetchFailed({
          kind: answer.lost,
          sent: !['refused', 'dns', 'tls', 'connect_timeout', 'blocked', 'late'].includes(answer.lost),
          detail: answer.lost,
        })
      const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
      return {
        status: answer.status ?? 200,
        headers: { 'content-type': 'application/json', ...answer.headers },
        body,
        sentAt,
        sentAtMonotonic: sentAt,
        durationMs: 1,
      }
    },
    pace: createPace({ clock, limits: { perSecond: 10_000, burst: 10_000 } }),
    clock,
    randomBytes,
    dice: () => 0.5,
    emit: (name, fields) => void events.push({ name, fields }),
    log: quiet,
    holder,
    publicUrl: 'http://127.0.0.1:7117',
    allowHttp: false,
    unknownLife: 'unknown',
    listen: () => Promise.reject(new Error('no listener here')),
    ...options.override,
  }
  const domain = createConnections(context)
  store.watch(({ kind, id }) => kind === 'store' && domain.storeWent(id === 'lost' ? 'lost' : 'back'))
  const end = async () => {
    await domain.close()
    await spool.close()
    await store.close()
  }
  return {
    domain,
    store,
    spool,
    clock,
    requests,
    events,
    answer: (next) => void (server = next),
    abandon: () => ({ directory, clock, keys }),
    close: end,
  }
}

/** A service of one code way, with the renewal a test is about. */
export function service(renewal: Partial<Renewal> = {}): Provider {
  const token = 'https://auth.example.com/token'
  return {
    id: 'example',
    name: 'Example',
    category: 'test',
    checked: '2026-11-22',
    tried: 'never',
    sources: { docs: { url: 'https://docs.example.com', checked: '2026-11-22' } },
    hosts: { token: ['auth.example.com'], api: ['api.example.com'] },
    client: { see: ['docs'], auth: ['client_secret_basic'] },
    scopes: { see: ['docs'], separator: ' ', known: { read: 'Read' }, preset: ['read'] },
    ways: {
      person: {
        label: 'A person',
        grant: 'authorization_code',
        authorize: {
          see: ['docs'],
          url: 'https://auth.example.com/authorize',
          pkce: 'required',
          params: {
            response_type: 'code',
            client_id: '{client_id}',
            redirect_uri: '{redirect_uri}',
            scope: '{scope}',
            state: '{state}',
            code_challenge: '{code_challenge}',
            code_challenge_method: '{code_challenge_method}',
          },
        },
        token: {
          see: ['docs'],
          url: token,
          body: {
            form: {
              grant_type: 'authorization_code',
              code: '{code}',
              redirect_uri: '{redirect_uri}',
              code_verifier: '{code_verifier}',
            },
          },
        },
        renewal: {
          see: ['docs'],
          by: 'refresh_token',
          rotates: 'always',
          grace: 30,
          reuse: 'harmless',
          call: {
            see: ['docs'],
            url: token,
            body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
          },
          ...renewal,
        },
      },
      machine: {
        label: 'A machine',
        grant: 'client_credentials',
        token: { see: ['docs'], url: token, body: { form: { grant_type: 'client_credentials', 'scope?': '{scope}' } } },
        renewal: { see: ['docs'], by: 'reissue', rotates: 'never' },
      },
      login: {
        label: 'A password',
        grant: 'password',
        token: {
          see: ['docs'],
          url: token,
          body: { form: { grant_type: 'password', username: '{user_name}', password: '{password}' } },
        },
        renewal: { see: ['docs'], by: 'reissue', rotates: 'never' },
      },
    },
    api: { see: ['docs'], base: 'https://api.example.com', send: { authorization: 'Bearer {token}' } },
    revoke: [{ see: ['docs'], url: 'https://auth.example.com/revoke', body: { form: { token: '{refresh_token}' } } }],
  }
}

const local = { kind: 'local' } as const

/** A connection with a token set that is already there. */
export async function connected(here: World, renewal: Partial<Renewal> = {}, name = 'books'): Promise<void> {
  await here.domain.connections.create(
    {
      name,
      provider: 'custom',
      definition: service(renewal),
      grant: 'person',
      client: { id: 'client', secret: 'secret' },
      tokens: { accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt: here.clock.now() + 3_600_000 },
    },
    local,
  )
}

export async function machine(here: World, name = 'batch', grant = 'machine'): Promise<void> {
  const person = grant === 'login' ? { userName: 'anna', password: 'word' } : {}
  await here.domain.connections.create(
    { name, provider: 'custom', definition: service(), grant, client: { id: 'client', secret: 'secret' }, ...person },
    local,
  )
}

export function tokens(n: number, more: object = {}): Answer {
  return {
    body: {
      access_token: `access-${n}`,
      token_type: 'Bearer',
      expires_in: 3600,
      refresh_token: `refresh-${n}`,
      ...more,
    },
  }
}
