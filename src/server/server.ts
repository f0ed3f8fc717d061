/**
 * The server: who may ask what over HTTP, and nothing of what the answers mean; that is `connections/`.
 *
 * A request comes in by TCP or by the Unix socket. The read of a token in memory is answered by `hot.ts`; everything
 * else passes `app.ts` (headers, Host, who asks, rights) to a row of the contract in `routes/`, and leaves through the
 * row's schema, which lets out nothing undeclared. Errors leave as problem documents.
 */
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Audit } from '../connections/audit.ts'
import type { Connections } from '../connections/connections.ts'
import type { Emit } from '../connections/events.ts'
import type { Journal } from '../connections/journal.ts'
import type { Clock, Logger, RandomBytes } from '../deps.ts'
import type { Catalogue } from '../provider/load.ts'
import type { Secret } from '../secret.ts'
import type { Store } from '../store/store.ts'
import { createApp } from './app.ts'
import { createAudited } from './audited.ts'
import { createCookies } from './cookies.ts'
import { createHosts } from './hosts.ts'
import { createHot } from './hot.ts'
import type { HotParts } from './hot.ts'
import { createKeys } from './keys.ts'
import { closeListener, createListener, listenTcp, listenUnix } from './listener.ts'
import { insideAddress, markLocal } from './local.ts'
import { createMetrics } from './metrics.ts'
import type { Measured } from './metrics.ts'
import { auditRoutes } from './routes/audit.ts'
import { actionRoutes } from './routes/actions.ts'
import { authorizationRoutes } from './routes/authorizations.ts'
import { authorizePageRoutes } from './routes/authorize-page.ts'
import { backupRoutes } from './routes/backups.ts'
import { callbackRoutes } from './routes/callback.ts'
import { callerRoutes } from './routes/callers.ts'
import { connectionRoutes } from './routes/connections.ts'
import { docsRoutes } from './routes/docs.ts'
import { draftRoutes } from './routes/drafts.ts'
import { eventRoutes } from './routes/events.ts'
import { exportRoutes } from './routes/export.ts'
import { healthRoutes } from './routes/health.ts'
import { keyRoutes } from './routes/keys.ts'
import type { Installation, RouteParts } from './routes/parts.ts'
import { pageRoutes } from './routes/pages.ts'
import { providerRoutes } from './routes/providers.ts'
import { sessionRoutes, signInUrl } from './routes/session.ts'
import { sealingRoutes } from './routes/sealing.ts'
import { settingsRoutes } from './routes/settings.ts'
import { tokenRoutes } from './routes/tokens.ts'
import { createRotation } from './rotation.ts'
import { securityHeaders } from './security-headers.ts'
import { createSessions } from './sessions.ts'
import { createStreams } from './streams.ts'
import { createTries } from './tries.ts'

export type ServerOptions = {
  /** Port 0 takes any free one. */
  listen: { host: string; port: number }
  publicUrl: string
  /** The data directory. */
  home: string
  /** `evergrant.sock` in the home unless given. */
  socketPath?: string
  adminKey?: Secret
  /** Where the built pages are; they may be missing. */
  pagesDirectory: string
}

export type ServerDeps = {
  options: ServerOptions
  connections: Connections
  catalogue: Catalogue
  store: Store
  /** Where events go, and where those of the past are. */
  emit: Emit
  journal: Journal
  /** Who did what, for good. */
  audit: Audit
  clock: Clock
  randomBytes: RandomBytes
  log: Logger
  installation: Installation
  /** Numbers of other rooms for `/metrics`, asked for at each scrape. */
  metrics?: () => readonly Measured[]
  version: string
}

/** `asLocal`: as if it came through the Unix socket. */
export type Asked = { method: string; path: string; headers?: Record<string, string>; body?: string; asLocal?: boolean }
export type Answered = { status: number; headers: Record<string, string | string[] | number | undefined>; body: string }

export type Server = {
  /** Opens both listeners. */
  listen(): Promise<{ addresses: string[] }>
  /** A request without a wire, for the command line when no server runs, and for tests. */
  inject(asked: Asked): Promise<Answered>
  /** A new sign-in link, for the first start. */
  signInLink(): Promise<string>
  /** Drops an API key from memory, on another node's word. */
  forgetKey(id: string): void
  close(): Promise<void>
}

/** How often the last use of keys is written. */
const flushMs = 30_000
const graceMs = 5_000
/** Longer paths do not fit into a socket address. */
const longestSocketPath = 103

export async function createServer(deps: ServerDeps): Promise<Server> {
  const { options, clock, log } = deps
  const https = options.publicUrl.startsWith('https:')
  const headers = securityHeaders(https)
  const metrics = createMetrics(deps.version, deps.metrics ?? (() => []))
  const rotation = createRotation({ sealing: deps.store.sealing, emit: deps.emit, clock })
  const hosts = createHosts(options.publicUrl, options.listen.host)
  hosts.listening(options.listen.port)
  const keys = createKeys(deps.store.keys, options.adminKey)
  const streams = createStreams()
  const sessions = createSessions(deps.store.sessions, clock, deps.randomBytes, (digest) =>
    streams.endOf(`session ${digest}`),
  )
  const cookies = createCookies(https)
  const audited = createAudited(deps.audit, clock)
  let addresses: string[] = []
  const routeParts: RouteParts = {
    ...deps,
    addresses: () => addresses,
    publicUrl: options.publicUrl,
    pagesDirectory: options.pagesDirectory,
    keys,
    rotation,
    sessions,
    audited,
    cookies,
    hosts,
    metrics,
    streams,
    signInTries: createTries(clock, { count: 10, windowMs: 60_000 }),
  }
  const tries = createTries(clock, { count: 20, windowMs: 60_000 })
  const app = await createApp(
    { ...routeParts, tries, sessionCookie: cookies.session, securityHeaders: headers },
    (instance) => everyRoute(instance, routeParts),
  )

  const hotParts: Omit<HotParts, 'local'> = {
    connections: deps.connections,
    keys,
    clock,
    securityHeaders: headers,
    handed(key, { name, generation }, address, now) {
      metrics.counts.memoryReads++
      audited.handed(key?.reader, name, generation, address, now)
    },
  }
  const tcp = createListener(createHot({ ...hotParts, local: false }), app.routing)
  const unix = createListener(createHot({ ...hotParts, local: true }), app.routing)
  markLocal(unix)
  let flushing: NodeJS.Timeout | undefined
  const flush = () =>
    keys.flush().catch((error: unknown) => log.warn({ error: String(error) }, 'last use of keys not written'))

  return {
    async listen() {
      const { host } = options.listen
      const port = await listenTcp(tcp, host, options.listen.port)
      hosts.listening(port)
      addresses = [`http://${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`]
      const path = options.socketPath ?? join(options.home, 'evergrant.sock')
      if (Buffer.byteLength(path) > longestSocketPath) {
        log.warn({ path }, 'no Unix socket: its path is too long; choose a shorter EVERGRANT_HOME')
      } else {
        await listenUnix(unix, path)
        addresses.push(`unix:${path}`)
      }
      flushing = setInterval(() => void flush(), flushMs).unref()
      rotation.resume().catch((error: unknown) => log.warn({ error: String(error) }, 'the change of the key rests'))
      return { addresses }
    },
    inject: (asked) => injectInto(app, asked),
    signInLink: async () => signInUrl(options.publicUrl, (await sessions.makeLink()).token),
    forgetKey(id) {
      keys.forget(id)
      streams.endOf(`key ${id}`)
    },
    async close() {
      clearInterval(flushing)
      await rotation.close()
      streams.endAll()
      await Promise.all([closeListener(tcp, graceMs), closeListener(unix, graceMs)])
      await flush()
      await app.close()
    },
  }
}

function everyRoute(app: FastifyInstance, parts: RouteParts): void {
  tokenRoutes(app, parts)
  providerRoutes(app, parts)
  connectionRoutes(app, parts)
  callerRoutes(app, parts)
  actionRoutes(app, parts)
  authorizationRoutes(app, parts)
  keyRoutes(app, parts)
  sessionRoutes(app, parts)
  draftRoutes(app, parts)
  eventRoutes(app, parts)
  sealingRoutes(app, parts)
  exportRoutes(app, parts)
  backupRoutes(app, parts)
  auditRoutes(app, parts)
  settingsRoutes(app, parts)
  healthRoutes(app, parts)
  callbackRoutes(app, parts)
  authorizePageRoutes(app, parts)
  docsRoutes(app, parts)
  pageRoutes(app, parts)
}

async function injectInto(app: FastifyInstance, { method, path, headers, body, asLocal }: Asked): Promise<Answered> {
  const response = await app.inject({
    // What is no method of ours finds no route.
    method: method as 'GET',
    url: path,
    headers: headers ?? {},
    remoteAddress: asLocal === true ? insideAddress : '127.0.0.1',
    ...(body === undefined ? {} : { payload: body }),
  })
  return { status: response.statusCode, headers: response.headers, body: response.body }
}
