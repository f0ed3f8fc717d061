/**
 * Asks the product, wherever it runs: a remote server if one is configured, else the server of the home over its
 * socket, else the same routes inside this process under the lock of the home. A command only says which route of the
 * contract it wants:
 *
 *     const { connections } = await client.call('listConnections', { query: { limit: 100 } })
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { z } from 'zod'
import { contract, type Route, type RouteName } from '../api/contract.ts'
import { errorTable, EvergrantError } from '../errors.ts'
import type { Options } from '../config/options.ts'
import type { Ask, InProcess, Reply } from './ports.ts'
import { parseProblem, Refused } from './problem.ts'
import { httpTransport, isUnreached, socketPath, socketTransport, type Transport } from './transport.ts'

type Contract = typeof contract
type Part<Name extends RouteName, Key extends 'params' | 'query' | 'body'> = Contract[Name] extends {
  [K in Key]: infer Schema extends z.ZodType
}
  ? { [K in Key]: z.input<Schema> }
  : unknown
export type Input<Name extends RouteName> = Part<Name, 'params'> & Part<Name, 'body'> & Partial<Part<Name, 'query'>>
export type Answer<Name extends RouteName> = Contract[Name] extends { response: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined

/** The options that decide where to ask. */
export type ClientOptions = Pick<Options, 'home' | 'server' | 'apiKey'>

/** Where the answers come from: it decides who opens a loopback listener and what an address is worth. */
export type Place = 'remote' | 'socket' | 'in process'

export type Client = {
  call<Name extends RouteName>(name: Name, input: Input<Name>): Promise<Answer<Name>>
  /** Settles the question where to ask, asking once if need be. */
  place(): Promise<Place>
  close(): Promise<void>
}

/** How long the lock of the home may be held by another command before that is an error. */
const lockPatienceMs = 10_000

export function createClient(options: ClientOptions, openInProcess: () => Promise<InProcess | 'locked'>): Client {
  let reached: Promise<{ place: Place; transport: Transport }> | undefined
  const reach = (): Promise<{ place: Place; transport: Transport }> => (reached ??= choose(options, openInProcess))
  const key = options.server === undefined ? undefined : options.apiKey
  return {
    async call(name, input) {
      const route: Route = contract[name]
      const { transport } = await reach()
      const ask = buildAsk(route, input)
      if (key !== undefined) ask.headers['authorization'] = `Bearer ${key.open()}`
      return readReply(route, await transport.ask(ask)) as Answer<typeof name>
    },
    place: async () => (await reach()).place,
    async close() {
      if (reached === undefined) return
      const opened = await reached.catch(() => undefined)
      await opened?.transport.close()
    },
  }
}

async function choose(
  options: ClientOptions,
  openInProcess: () => Promise<InProcess | 'locked'>,
): Promise<{ place: Place; transport: Transport }> {
  if (options.server?.startsWith('unix:')) {
    return { place: 'socket', transport: socketTransport(options.server.slice('unix:'.length)) }
  }
  if (options.server !== undefined) return { place: 'remote', transport: httpTransport(options.server) }
  for (const started = performance.now(); ; await sleep(100)) {
    const socket = socketTransport(socketPath(options.home))
    if (await answers(socket)) return { place: 'socket', transport: socket }
    const opened = await openInProcess()
    if (opened !== 'locked') {
      return { place: 'in process', transport: { ask: (ask) => opened.inject(ask), close: () => opened.close() } }
    }
    // Another command works under the lock, or a server is about to listen: both end soon.
    if (performance.now() - started > lockPatienceMs) throw homeLocked(options.home)
  }
}

/** A socket file may outlive its server; one that is reached but fails is an error of its own. */
async function answers(socket: Transport): Promise<boolean> {
  try {
    await socket.ask({ method: 'GET', path: contract.health.path, headers: {} })
    return true
  } catch (error) {
    if (isUnreached(error)) return false
    throw error
  }
}

function homeLocked(home: string): EvergrantError {
  return new EvergrantError('home_locked', {
    detail: `another process holds ${home} and does not answer on its socket`,
  })
}

/** Parts a route does not have are left out by the types. */
function buildAsk(route: Route, input: { params?: unknown; query?: unknown; body?: unknown }): Ask {
  const params = (input.params ?? {}) as Record<string, string>
  const query = Object.entries((input.query ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== undefined,
  )
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(query.map(([name, value]): [string, string] => [name, String(value)])).toString()
  return {
    method: route.method,
    path: search === '' ? path : `${path}?${search}`,
    headers: {
      accept: 'application/json',
      ...(input.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
  }
}

/** The answer as it was sent: members of a newer server are kept for `--json`. */
function readReply(route: Route, reply: Reply): unknown {
  if (reply.status < 200 || reply.status > 299) throw refused(reply)
  if (route.response === undefined) return undefined
  const answer = parseJson(reply.body)
  if (!route.response.safeParse(answer).success) throw foreign('its answer does not fit this version of evergrant')
  return answer
}

function refused(reply: Reply): Refused | EvergrantError {
  const problem = parseProblem(reply.body)
  return problem === undefined ? foreign(`it answered ${reply.status} without saying why`) : new Refused(problem)
}

function foreign(why: string): EvergrantError {
  return new EvergrantError('server_not_reachable', {
    detail: `what answers is no evergrant server of this version: ${why}`,
    remedy: `check EVERGRANT_SERVER; ${errorTable.server_not_reachable.remedy}`,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
