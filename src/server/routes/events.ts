import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { readerOf, type Caller } from '../callers.ts'
import { eventView } from '../event-view.ts'
import { allows, usable } from '../keys.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import type { RouteParts } from './parts.ts'

/** What happened, from the store; what happens, as a stream. */
export function eventRoutes(app: FastifyInstance, parts: RouteParts): void {
  const { journal, streams, sessions, clock } = parts

  /** A key that is for some connections reads of these alone. */
  const seesOf = (caller: Caller) => (connection: string | undefined) =>
    caller.kind !== 'key' || allows(caller.entry, 'read', connection ?? '*')

  const livesOf = (caller: Caller, address: string) => async () => {
    if (caller.kind === 'local') return true
    if (caller.kind === 'session') return sessions.lives(caller.session.digest)
    // A revoked one is ended at once.
    return usable(caller.entry, clock.now(), address)
  }

  implement(app, contract.listEvents, async ({ query, caller, request, reply }) => {
    const sees = seesOf(caller)
    const listens = request.method === 'GET' && (request.headers.accept ?? '').includes('text/event-stream')
    if (!listens) {
      const { connection, after, limit } = query
      const page = await journal.list(present({ connection, before: after, limit }), sees)
      return present({ events: page.entries.map(eventView), next: page.next })
    }
    const reader = readerOf(caller)
    streams.assertRoom(reader)
    const last = Number(request.headers['last-event-id'])
    // Without an id it begins now.
    const missed = Number.isSafeInteger(last) && last > 0 ? journal.since(last) : { entries: [], complete: true }
    const wanted = (connection: string | undefined) =>
      (query.connection === undefined || query.connection === connection) && sees(connection)
    // The answer goes on after this handler.
    reply.hijack()
    streams.serve(reply.raw, headersOf(reply.getHeaders()), {
      reader,
      lives: livesOf(caller, request.ip),
      gap: !missed.complete,
      start(send) {
        for (const entry of missed.entries) if (wanted(entry.connection)) send(eventView(entry))
        return journal.listen((entry) => {
          if (wanted(entry.connection)) send(eventView(entry))
        })
      },
    })
    return { events: [] }
  })
}

/** What `app.ts` has set, as a raw answer takes it. */
function headersOf(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
