import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { tokenView } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** What jobs ask for. Most reads never come here: `hot.ts` answers them. */
export function tokenRoutes(app: FastifyInstance, { connections, clock, metrics }: RouteParts): void {
  implement(app, contract.readToken, async ({ params, query }) => {
    const served = await connections.read(params.name, present({ minValid: query.min_valid }))
    metrics.counts.routeReads++
    return tokenView(served, clock.now())
  })
  implement(app, contract.rejectToken, async ({ params, body }) => {
    const served = await connections.reject(params.name, body.rejected)
    metrics.counts.routeReads++
    return tokenView(served, clock.now())
  })
}
