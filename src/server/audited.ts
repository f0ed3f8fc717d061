/**
 * Which requests are told to the audit, and how. The route says what was done, so a new one that changes something is
 * recorded without a word about it: only the opposite must be said (`audit` in the contract).
 */
import type { FastifyRequest } from 'fastify'
import { contract, type Route, type RouteName } from '../api/contract.ts'
import { readerFor, type Audit, type Note, type Reader } from '../connections/audit.ts'
import type { Clock } from '../deps.ts'
import { EvergrantError } from '../errors.ts'
import type { AuditActor } from '../store/store.ts'
import { actorOf, type Caller } from './callers.ts'

/**
 * - `first`: stored before anything is done, and again with what came of it. If it cannot be stored, nothing is done.
 * - `own`: its handler tells it, at the moment that it alone knows.
 * - `counted`: the same of one caller from one place is told once a minute.
 * - `never`: it changes nothing and hands out no secret.
 */
export type Recording = NonNullable<Route['audit']>

export function recordingOf({ audit, needs, method, job }: Route): Recording {
  if (audit !== undefined) return audit
  if (job) return 'counted'
  if (method === 'GET') return 'never'
  if (needs === 'nothing') return 'own'
  return needs === 'admin' || needs === 'fresh' ? 'first' : 'never'
}

const names = new Map(Object.entries(contract).map(([name, route]) => [route as Route, name]))

/** What a route is called in the audit. */
export function actionOf(route: Route): string {
  return names.get(route) ?? `${route.method} ${route.path}`
}

export type Done = {
  action: RouteName | 'openAuthorization'
  /** `after`: stored when it is done, and nothing comes of it before that. */
  recording: 'first' | 'after' | 'counted'
  actor?: AuditActor
}

/** What the result says of what was done; nothing else of it is ever written. */
type Telling<Result> = (result: Result) => { facts?: Record<string, unknown>; connection?: string | undefined }

export type Audited = ReturnType<typeof createAudited>

export function createAudited(audit: Audit, clock: Clock) {
  /** Requests whose end is told already, or will be. */
  const told = new WeakSet<FastifyRequest>()
  const local = readerFor({ kind: 'local' })

  const readerOf = (caller: Caller | undefined): Reader | undefined =>
    caller?.kind === 'key' ? caller.entry.reader : caller?.kind === 'local' ? local : undefined

  async function run<Result>(
    request: FastifyRequest,
    done: Done,
    work: () => Promise<Result>,
    telling: Telling<Result> = () => ({}),
  ): Promise<Result> {
    const { action, recording, actor = actorIn(request) } = done
    // Whatever follows, this request is told.
    told.add(request)
    const connection = nameIn(request)
    const count = (outcome: string) =>
      audit.counted({ actor, address: addressOf(request), action, connection, outcome })
    if (recording === 'counted') {
      const result = await work().catch((error: unknown) => {
        count(codeOf(error))
        throw error
      })
      const generation = generationOf(result)
      const reader = readerOf(request.caller)
      if (action !== 'readToken' || connection === undefined || generation === undefined || reader === undefined)
        count('ok')
      else audit.handed(reader, connection, generation, addressOf(request), clock.now())
      return result
    }
    const note: Note = { requestId: request.id, facts: pathOf(request), open: true }
    if (connection !== undefined) note.connection = connection
    const entry = (outcome: string) => {
      const { facts, connection: of } = note
      const address = addressOf(request)
      return {
        at: clock.now(),
        count: 1,
        actor,
        action,
        outcome,
        requestId: note.requestId,
        facts,
        ...(address === undefined ? {} : { address }),
        ...(of === undefined ? {} : { connection: of }),
      }
    }
    if (recording === 'first') await audit.begin(entry('begun'))
    try {
      const result = await audit.during(note, work)
      const { facts, connection: of } = telling(result)
      note.facts = { ...facts, ...note.facts }
      if (of !== undefined) note.connection ??= of
      if (recording === 'after') await audit.begin(entry('ok'))
      else audit.add(entry('ok'))
      return result
    } catch (error) {
      if (recording === 'first') audit.add(entry(codeOf(error)))
      else count(codeOf(error))
      throw error
    } finally {
      note.open = false
    }
  }

  return {
    /** The read of a token that passes no route; without a reader it came through the socket. */
    handed: (
      reader: Reader | undefined,
      connection: string,
      generation: number,
      address: string | undefined,
      now: number,
    ) => audit.handed(reader ?? local, connection, generation, address, now),
    run,
    /** Runs what a row of the contract does. */
    route<Result>(route: Route, request: FastifyRequest, work: () => Promise<Result>): Promise<Result> {
      const recording = recordingOf(route)
      if (recording === 'never' || recording === 'own') return work()
      // A row of the contract by construction; the name is only ever written down.
      return run(request, { action: actionOf(route) as RouteName, recording }, work, madeBy)
    },
    /** Told of every error: what was refused before its route ran, and what is only counted. */
    refused(request: FastifyRequest, code: string): void {
      const { route } = request.routeOptions.config
      if (route === undefined || told.has(request) || recordingOf(route) === 'never') return
      told.add(request)
      audit.counted({
        actor: actorIn(request),
        address: addressOf(request),
        action: actionOf(route),
        connection: nameIn(request),
        outcome: code,
      })
    },
  }
}

function actorIn({ caller }: FastifyRequest): AuditActor {
  if (caller === undefined) return { kind: 'unknown' }
  const { kind, ...who } = actorOf(caller)
  return { kind: kind === 'refresher' ? 'server' : kind, ...who }
}

/** The socket has no address. */
function addressOf(request: FastifyRequest): string | undefined {
  if (request.caller?.kind === 'local') return undefined
  return request.raw.socket.remoteAddress ?? request.ip
}

/** The connection in the path, if it can be one. */
function nameIn({ params }: FastifyRequest): string | undefined {
  const name = paramsOf(params)['name']
  return name !== undefined && /^[a-z0-9-]{1,63}$/.test(name) ? name : undefined
}

function pathOf({ params }: FastifyRequest): Record<string, unknown> {
  const { name: _, ...rest } = paramsOf(params)
  return rest
}

function paramsOf(params: unknown): Record<string, string> {
  return typeof params === 'object' && params !== null ? { ...(params as Record<string, string>) } : {} // path segments
}

function generationOf(result: unknown): number | undefined {
  if (typeof result !== 'object' || result === null || !('generation' in result)) return undefined
  return typeof result.generation === 'number' ? result.generation : undefined
}

/** What a row of the contract has made, and for which connection. */
function madeBy(answer: unknown) {
  const [id, connection] = [textOf(answer, 'id'), textOf(answer, 'connection')]
  return { connection, ...(id === undefined ? {} : { facts: { id } }) }
}

function textOf(result: unknown, name: string): string | undefined {
  if (typeof result !== 'object' || result === null) return undefined
  const value: unknown = Object.getOwnPropertyDescriptor(result, name)?.value
  return typeof value === 'string' ? value : undefined
}

function codeOf(error: unknown): string {
  return error instanceof EvergrantError ? error.code : 'internal'
}
