import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { seconds } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** Who reads a connection's tokens, for whoever wants to change or remove it. */
export function callerRoutes(app: FastifyInstance, { audit, connections, store }: RouteParts): void {
  implement(app, contract.listCallers, async ({ params }) => {
    const { name } = await connections.get(params.name)
    await audit.settle()
    const known = new Map((await store.keys.list()).map((record) => [record.id, record]))
    const reads = await store.keyReads.of(name)
    return {
      callers: reads.map(({ keyId, reads: count, lastAt }) => {
        const record = known.get(keyId)
        return present({
          key_id: keyId,
          // The key of the options has no record.
          name: record?.name ?? (keyId === 'admin' ? 'EVERGRANT_ADMIN_KEY' : undefined),
          prefix: record?.prefix,
          revoked: record?.revokedAt !== undefined,
          reads: count,
          last_at: seconds(lastAt),
        })
      }),
    }
  })
}
