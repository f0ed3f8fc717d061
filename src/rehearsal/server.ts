import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../deps.ts'
import { createAuthorizationEndpoint } from './authorize.ts'
import { behaveAs, type Behaviour, type BehaviourChange } from './behaviour.ts'
import { createClientAuthentication, type Asked } from './client-authentication.ts'
import type { Fault } from './faults.ts'
import { createLedger } from './ledger.ts'
import type { Shown } from './pages.ts'
import { createTokenEndpoint, plainRefusal, type Answer } from './token.ts'
import { createWaitingFaults } from './troubles.ts'
import type { Consent } from './service/authorize.ts'
import type { Seen as ServiceSeen } from './service/seen.ts'
import { receive, searchParams, type Received, type Tap } from './service/received.ts'
import { startPage } from './start.ts'
import { createService, type RehearsedService, type Service } from './service/service.ts'
import { sendAnswer } from './wire.ts'

export type Endpoint = 'start' | 'authorize' | 'token' | 'revoke' | 'introspect' | 'whoami' | 'metadata' | 'unknown'

/** One request as the rehearsal saw it. No secrets: parameters by name only. */
export type Seen = {
  endpoint: Endpoint
  method: string
  grant?: string
  parameters: readonly string[]
  at: number
  /** Whether the server acted on it, and the status it answered or would have. */
  acted: boolean
  status?: number
  fault?: string
}

export type Where = { endpoint?: Endpoint; grant?: string }

export type Rehearsal = {
  origin: string
  /** The token endpoint. */
  url: string
  authorizationUrl: string
  revocationUrl: string
  introspectionUrl: string
  whoamiUrl: string
  /** For the list of opened hosts. */
  host: string
  /** What the plain server says of itself (RFC 8414). */
  metadata: Readonly<Record<string, unknown>>
  control: {
    /** The next `times` requests there (token endpoint unless said) meet the fault. */
    next(fault: Fault, times?: number, where?: Where): void
    /** Takes all faults back. */
    heal(): void
    /** Changes how it behaves from now on. */
    behave(change: BehaviourChange): void
    /** The people withdraw everything they consented to. */
    endGrants(): void
  }
  requests(where?: Where): readonly Seen[]
  /** A service of the catalogue that is played here. */
  service(id: string): Service
  close(): Promise<void>
}

export type RehearsalOptions = {
  behaviour?: BehaviourChange
  /** Services of the catalogue, each played under `<origin>/<id>/`. */
  services?: readonly RehearsedService[]
  /** What happens at their pages for consent; `automatic` if absent. */
  consent?: Consent
  clock?: Clock
  port?: number
  /** How much faster than real time lifetimes pass. */
  speed?: number
  /** Told of each request once it is answered; `service` is absent for the plain server. */
  watch?: (seen: Watched) => void
  /** The bytes as they came, secrets included: for tests alone. */
  tap?: Tap
}

/** A request in words, without secrets. */
export type Watched = {
  service?: string
  method: string
  path: string
  /** What it was taken for. */
  as: string
  status?: number
  /** Why it was refused, or the trouble that it met. */
  why?: string
}

/** Starts the server on loopback. Lifetimes pass by `clock`; what a fault waits passes in real time. */
export async function startRehearsal(options: RehearsalOptions = {}): Promise<Rehearsal> {
  const { speed = 1, consent = 'automatic' } = options
  let behaviour: Behaviour = behaveAs({ speed, ...options.behaviour })
  let [origin, host] = ['', '']
  const now = (): number => options.clock?.now() ?? Date.now()
  const seen: Seen[] = []
  const watching = (service: string) => (one: ServiceSeen) =>
    options.watch?.({ service, method: one.method, path: one.path, as: takenFor(one), ...came(one) })
  const faults = createWaitingFaults<Where>()
  const stopped = new AbortController()
  const services = new Map(
    (options.services ?? []).map((one): [string, Service] => [
      one.provider.id,
      createService(one, { now, origin: () => origin, speed, consent, watch: watching(one.provider.id) }),
    ]),
  )

  const audiences = (): string[] => [origin, `${origin}/token`]
  const ledger = createLedger(() => behaviour, now, randomBytes)
  const authenticate = createClientAuthentication(() => behaviour, now, audiences)
  const token = createTokenEndpoint({ behaviour: () => behaviour, ledger, authenticate, now, audiences })
  const authorize = createAuthorizationEndpoint({
    behaviour: () => behaviour,
    ledger,
    randomBytes,
    origin: () => origin,
  })

  const endpoints: Record<string, [Endpoint, (asked: Asked) => Promise<Answer | Shown> | Answer | Shown]> = {
    '/': [
      'start',
      () =>
        startPage(
          [...services.values()].map(({ provider }) => provider),
          host,
        ),
    ],
    '/authorize': [
      'authorize',
      (asked) => (asked.method === 'POST' ? authorize.answer(asked.form) : authorize.open(asked.query)),
    ],
    '/token': ['token', token],
    '/revoke': ['revoke', (asked) => forClients(asked, (value) => ledger.revoke(value))],
    '/introspect': ['introspect', (asked) => forClients(asked, (value) => ledger.introspect(value))],
    '/api/me': ['whoami', whoAmI],
    '/.well-known/oauth-authorization-server': ['metadata', () => ({ status: 200, body: metadata(origin) })],
  }

  async function forClients(asked: Asked, act: (token: string) => Record<string, unknown> | void): Promise<Answer> {
    const client = await authenticate(asked)
    if ('error' in client) return plainRefusal(client)
    return { status: 200, body: act(asked.form.get('token') ?? '') ?? {} }
  }

  function whoAmI(asked: Asked): Answer {
    const value = /^Bearer (.+)$/i.exec(asked.headers.authorization ?? '')?.[1]
    const subject = value === undefined ? undefined : ledger.whose(value)
    if (!subject) return { status: 401, body: { error: 'invalid_token' } }
    return { status: 200, body: { id: subject.who, client_id: subject.clientId, scope: subject.scope.join(' ') } }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(request, options.tap)
    const played = services.get(received.path.split('/')[1] ?? '')
    if (played) return playService(played, received, response)
    const { asked, path } = read(received)
    const [endpoint, act] =
      endpoints[path] ?? (['unknown', () => ({ status: 404, body: { error: 'not_found' } })] as const)
    const grant = asked.form.get('grant_type') ?? asked.query.get('grant_type')
    const one: Seen = {
      endpoint,
      method: asked.method,
      ...(grant !== null && { grant }),
      parameters: [...asked.query.keys(), ...asked.form.keys()],
      at: now(),
      acted: false,
    }
    seen.push(one)
    const fault = faults.take((where) => fits(one, { endpoint: 'token', ...where }))
    if (fault) one.fault = fault.says
    one.acted = fault?.acts ?? true
    const answer = one.acted ? await act(asked) : { status: 200, body: {} }
    one.status = 'status' in answer ? answer.status : 302
    options.watch?.({ method: one.method, path, as: grant ?? endpoint, ...came({ ...one, ...refusalIn(answer) }) })
    if ('kind' in answer) show(response, answer)
    else await sendAnswer(response, answer, fault, sleep)
  }

  async function playService(service: Service, received: Received, response: ServerResponse): Promise<void> {
    const { answer, fault } = await service.handle(received)
    if ('kind' in answer) show(response, answer)
    else await sendAnswer(response, answer, fault, sleep)
  }

  function sleep(ms: number): Promise<void> {
    return pause(ms, undefined, { signal: stopped.signal }).catch(() => undefined) // it has stopped
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy())
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  origin = `http://${host}`

  return {
    origin,
    host,
    url: `${origin}/token`,
    authorizationUrl: `${origin}/authorize`,
    revocationUrl: `${origin}/revoke`,
    introspectionUrl: `${origin}/introspect`,
    whoamiUrl: `${origin}/api/me`,
    metadata: metadata(origin),
    control: {
      next: (fault, times = 1, where = {}) => faults.add(fault, times, where),
      heal: faults.clear,
      behave: (change) => (behaviour = behaveAs(change, behaviour)),
      endGrants: ledger.endGrants,
    },
    requests: (where = {}) => seen.filter((one) => fits(one, where)),
    service(id) {
      const found = services.get(id)
      if (!found)
        throw new Error(`no service ${id} is played here; there are ${[...services.keys()].join(', ') || 'none'}`)
      return found
    },
    async close() {
      stopped.abort()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function fits(one: Seen, where: Where): boolean {
  const endpoint = where.endpoint === undefined || where.endpoint === one.endpoint
  return endpoint && (where.grant === undefined || where.grant === one.grant)
}

function read({ method, path, query, headers, body }: Received): { asked: Asked; path: string } {
  return {
    path,
    asked: {
      method,
      headers: { authorization: headers['authorization'] },
      query: searchParams(query),
      form: searchParams(body.kind === 'form' ? body.fields : []),
    },
  }
}

function show(response: ServerResponse, shown: Shown): void {
  if (shown.kind === 'redirect')
    response.writeHead(302, { location: shown.location, 'cache-control': 'no-store' }).end()
  else response.writeHead(shown.status, { 'content-type': 'text/html; charset=utf-8' }).end(shown.html)
}

function takenFor({ call, way }: ServiceSeen): string {
  if (call === undefined) return 'a job'
  return way === undefined ? call : `${call} (${way})`
}

function came(one: { status?: number; refused?: string; fault?: string }): Pick<Watched, 'status' | 'why'> {
  const why = one.fault === undefined ? one.refused : `trouble: ${one.fault}`
  return { ...(one.status !== undefined && { status: one.status }), ...(why !== undefined && { why }) }
}

/** The RFC's words of a refusal of the plain server. */
function refusalIn(answer: Answer | Shown): { refused?: string } {
  if ('kind' in answer || Array.isArray(answer.body) || typeof answer.body['error'] !== 'string') return {}
  const { error, error_description: words } = answer.body
  return { refused: typeof words === 'string' ? `${error}: ${words}` : error }
}

/** RFC 8414. */
function metadata(origin: string): Record<string, unknown> {
  return {
    issuer: origin,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    revocation_endpoint: `${origin}/revoke`,
    introspection_endpoint: `${origin}/introspect`,
    userinfo_endpoint: `${origin}/api/me`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  }
}
