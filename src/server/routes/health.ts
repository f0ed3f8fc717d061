import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { EvergrantError } from '../../errors.ts'
import { allows } from '../keys.ts'
import { implement } from '../route.ts'
import type { RouteParts } from './parts.ts'

/** Whether the process lives, whether it can work, and its numbers (for whoever may read). */
export function healthRoutes(app: FastifyInstance, { store, metrics, version }: RouteParts): void {
  implement(app, contract.health, async () => ({ status: 'ok' as const, version }))
  implement(app, contract.readiness, async ({ reply }) => {
    const healthy = await store.healthy().catch(() => false)
    if (healthy) return { status: 'ready' as const, store: 'ok' as const }
    reply.code(503).header('retry-after', '5')
    return { status: 'not_ready' as const, store: 'unavailable' as const }
  })
  app.get('/metrics', async ({ caller }, reply) => {
    if (caller === undefined) throw new EvergrantError('unauthenticated')
    if (caller.kind === 'key' && !allows(caller.entry, 'read', '*')) throw new EvergrantError('forbidden')
    const { type, text } = await metrics.text()
    return reply.type(type).send(text)
  })
}
