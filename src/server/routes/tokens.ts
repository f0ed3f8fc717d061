import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import type { Caller } from '../callers.ts'
import { countHanded } from '../keys.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { tokenView } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** What jobs ask for. Most reads never come here: `hot.ts` answers them. */
export function tokenRoutes(app: FastifyInstance, { connections, clock, metrics }: RouteParts): void {
  const handed = (caller: Caller, connection: string) => {
    metrics.counts.routeReads++
    if (caller.kind === 'key') countHanded(caller.entry, connection, clock.now())
  }
  implement(app, contract.readToken, async ({ params, query, caller }) => {
    const served = await connections.read(params.name, present({ minValid: query.min_valid }))
    handed(caller, params.name)
    return tokenView(served, clock.now())
  })
  implement(app, contract.rejectToken, async ({ params, body, caller }) => {
    const served = await connections.reject(params.name, body.rejected)
    handed(caller, params.name)
    return tokenView(served, clock.now())
  })
}
