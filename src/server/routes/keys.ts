import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { actorName } from '../../connections/events.ts'
import { EvergrantError } from '../../errors.ts'
import type { ApiKeyRecord } from '../../store/store.ts'
import { actorOf } from '../callers.ts'
import { makeKey } from '../keys.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { keyView } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** API keys: shown once when made, afterwards known by their digest alone. */
export function keyRoutes(app: FastifyInstance, { store, keys, streams, clock, randomBytes, emit }: RouteParts): void {
  implement(app, contract.listKeys, async () => ({ keys: (await store.keys.list()).map(keyView) }))
  implement(app, contract.createKey, async ({ body, caller }) => {
    const { key, prefix, digest } = makeKey(randomBytes)
    const record: ApiKeyRecord = present({
      id: randomUUID(),
      prefix,
      digest,
      name: body.name,
      verbs: body.verbs,
      connections: body.connections,
      addresses: body.addresses,
      createdAt: clock.now(),
      expiresAt: body.expires_at === undefined ? undefined : body.expires_at * 1000,
    })
    await store.keys.insert(record)
    emit('key.made', {
      key: record.name,
      verbs: record.verbs,
      connections: record.connections,
      actor: actorName(actorOf(caller)),
    })
    return { ...keyView(record), key }
  })
  implement(app, contract.revokeKey, async ({ params, caller }) => {
    const revoked = await store.keys.revoke(params.id, clock.now())
    // When it was used last is written before it is forgotten.
    await keys.flush()
    keys.forget(params.id)
    streams.endOf(`key ${params.id}`)
    if (!revoked) throw new EvergrantError('unknown_key', { detail: `there is no living API key "${params.id}"` })
    const record = (await store.keys.list()).find(({ id }) => id === params.id)
    emit('key.revoked', { key: record?.name ?? params.id, actor: actorName(actorOf(caller)) })
  })
}
