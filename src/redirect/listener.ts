/**
 * The loopback listener: opened when an authorization starts, closed by its first expected answer, by `close()` or when
 * its time is over (RFC 8252 sections 7.3 and 8.3). Other programs and other users of the machine, and every web page in
 * the browser, can reach the port: so nothing but an answer with an expected state moves it, and it tells nobody anything.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import { bind } from './bind.ts'
import { loadCertificate } from './certificate.ts'
import { fragmentPage, resultPage, type Page, type PageResult } from './pages.ts'
import { hasExpectedHost, readArrival, type Expected } from './request.ts'
import { readRedirectUri, type RedirectUri } from './uri.ts'

export type ListenerOptions = {
  /** As typed: its text decides the port, see `readRedirectUri`. */
  redirectUri: string
  /** Is an authorization with this state open? Compares in constant time. */
  expects: (state: string) => boolean
  /** Called once, with the first answer that carries an expected state. The browser sees the page after it settled. */
  onParameters: (parameters: [string, string][]) => Promise<PageResult>
  timeoutMs: number
  clock: Clock
  /** Where the key and certificate of an https listener are kept. */
  certificateDirectory: string
}

export type ListenerEnd = 'answered' | 'timeout' | 'closed'

export type Listener = {
  /** To be sent to the authorization server: the text as typed, with the port that was drawn. */
  redirectUri: string
  port: number
  /** Resolves when the port is free again. */
  ended: Promise<ListenerEnd>
  close(): Promise<void>
}

const socketLimit = 16
/** How long the browser has to fetch the result page after it was sent there. */
const resultGraceMs = 3_000

/** Throws `redirect_refused`, `port_taken` or `port_forbidden`. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const uri = readRedirectUri(options.redirectUri)
  if (!uri.loopback) {
    throw new EvergrantError('redirect_refused', {
      detail: `a listener can only be opened on localhost, 127.0.0.1 or [::1], not on ${uri.host}`,
    })
  }
  const make = await serverMaker(uri, options)
  const sockets = boundSockets()
  const expected: Expected = { hosts: [], path: uri.path, query: uri.query }
  const flow = createFlow(options, expected, sockets.keep)
  const { servers, port } = await bind(
    () => {
      const server = make()
      server.on('connection', sockets.add)
      server.on('clientError', (_error, socket) => socket.destroy())
      server.on('request', (request, response) => {
        flow.handle(request, response).catch(() => response.destroy())
      })
      return server
    },
    uri.host,
    uri.port,
  )
  const isDefaultPort = port === (uri.scheme === 'https' ? 443 : 80)
  expected.hosts = [`${uri.host}:${port}`, ...(isDefaultPort ? [uri.host] : [])]

  const { promise: ended, resolve } = Promise.withResolvers<ListenerEnd>()
  void flow.end.then(async (end) => {
    await Promise.all(servers.map(closeServer))
    resolve(end)
  })
  return {
    redirectUri: uri.port === 'random' ? uri.withPort(port) : options.redirectUri.trim(),
    port,
    ended,
    async close() {
      flow.stop('closed')
      await ended
    },
  }
}

type Flow = {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
  end: Promise<ListenerEnd>
  stop(end: ListenerEnd): void
}

/** Waits for the one answer; then shows its result once, under an address that nobody else knows. */
function createFlow(options: ListenerOptions, expected: Expected, keep: (socket: Socket) => void): Flow {
  const { clock, expects, onParameters } = options
  const { promise: end, resolve } = Promise.withResolvers<ListenerEnd>()
  const waiting = new AbortController()
  const resultPath = `/${randomBytes(16).toString('base64url')}`
  let accepted = false
  let result: Page | undefined

  const stop = (how: ListenerEnd): void => {
    resolve(how)
    waiting.abort()
  }
  const stopAfter = (ms: number, how: ListenerEnd, signal?: AbortSignal): void => {
    clock.sleep(ms, signal).then(
      () => stop(how),
      () => undefined, // an answer came first
    )
  }
  stopAfter(options.timeoutMs, 'timeout', waiting.signal)

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (result !== undefined && request.url === resultPath && hasExpectedHost(request, expected.hosts)) {
      response.once('close', () => stop('answered'))
      return send(response, result)
    }
    const arrival = await readArrival(request, expected)
    // Decided after the body was read: until here another request may have come first.
    if (accepted) return send(response, refusalPage(404))
    if (arrival.kind === 'bare') return send(response, fragmentPage())
    if (arrival.kind === 'refused') return send(response, refusalPage(arrival.status))
    if (!carriesExpectedState(arrival.parameters, expects)) return send(response, unexpectedPage())
    accepted = true
    keep(request.socket)
    waiting.abort()
    result = resultPage(await onParameters(arrival.parameters).catch(failureResult))
    // 303 takes the code out of the address bar and the history (RFC 9700 section 4.12).
    send(response, { ...refusalPage(404), status: 303, body: '' }, { location: resultPath })
    stopAfter(resultGraceMs, 'answered')
  }
  return { handle, end, stop }
}

function carriesExpectedState(parameters: [string, string][], expects: (state: string) => boolean): boolean {
  const states = parameters.filter(([name]) => name === 'state')
  const [state] = states
  return states.length === 1 && state !== undefined && expects(state[1])
}

async function serverMaker(uri: RedirectUri, options: ListenerOptions): Promise<() => Server> {
  const limits = {
    maxHeaderSize: 32 * 1024, // the cookies of every local server come along
    headersTimeout: 5_000,
    requestTimeout: 5_000,
    connectionsCheckingInterval: 500,
    keepAlive: false,
  }
  if (uri.scheme === 'http') return () => createServer(limits)
  const certificate = await loadCertificate(options.certificateDirectory, options.clock.now())
  return () => createTlsServer({ ...limits, ...certificate, minVersion: 'TLSv1.2', handshakeTimeout: 5_000 })
}

/** At most 16 sockets: a new one pushes out the oldest but the one whose answer was accepted, so a flood cannot shut the browser out. */
function boundSockets(): { add(socket: Socket): void; keep(socket: Socket): void } {
  const open = new Map<string, { socket: Socket; kept: boolean }>()
  // By address, because a TLS socket and the TCP socket below it are two objects.
  const nameOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`
  return {
    add(socket) {
      const name = nameOf(socket)
      open.set(name, { socket, kept: false })
      socket.once('close', () => open.delete(name))
      if (open.size <= socketLimit) return
      const oldest = [...open.values()].find(({ kept }) => !kept)
      oldest?.socket.destroy()
    },
    keep(socket) {
      const entry = open.get(nameOf(socket))
      if (entry !== undefined) entry.kept = true
    },
  }
}

function closeServer(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  server.close(() => resolve())
  server.closeAllConnections()
  return promise
}

function send(response: ServerResponse, page: Page, more: Record<string, string> = {}): void {
  response.writeHead(page.status, {
    ...page.headers,
    ...more,
    'content-length': Buffer.byteLength(page.body),
    connection: 'close',
  })
  response.end(page.body)
}

function refusalPage(status: 400 | 403 | 404 | 413 | 414): Page {
  return { ...resultPage({ ok: false, title: 'Nothing here', lines: [] }), status }
}

function unexpectedPage(): Page {
  return resultPage({
    ok: false,
    title: 'This answer is not expected here',
    lines: [
      'It belongs to no authorization that is waiting on this machine.',
      'Go back to the page or terminal where you started, and start again from there.',
    ],
  })
}

function failureResult(error: unknown): PageResult {
  const lines =
    error instanceof EvergrantError
      ? [error.message, `What to do: ${error.remedy}`]
      : ['An unexpected fault. Look at the page or terminal where you started.']
  return { ok: false, title: 'The authorization did not work', lines }
}
