import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { actorName } from '../../connections/events.ts'
import { actorOf } from '../callers.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { seconds } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** The key that seals the store: its age, its change, the end of older ones. */
export function sealingRoutes(app: FastifyInstance, { store, rotation, emit }: RouteParts): void {
  const view = async () => {
    const { from, writable, sealing, settled, keys, progress } = await rotation.state()
    return present({
      from,
      writable,
      sealing,
      settled,
      staged: keys.find(({ since, uses }) => since === undefined && uses === 0)?.id,
      keys: keys.map(({ id, since, uses, here }) => present({ id, since: since && seconds(since), uses, here })),
      rotation: progress,
    })
  }
  implement(app, contract.showSealing, view)
  implement(app, contract.rotateSealing, async ({ body, caller }) => {
    if (body.stage === true)
      emit('seal.staged', { key: await store.sealing.stage(), actor: actorName(actorOf(caller)) })
    else await rotation.start(actorOf(caller))
    return view()
  })
  implement(app, contract.retireSealing, async ({ caller }) => {
    const retired = await store.sealing.retire()
    if (retired.length > 0) emit('seal.retired', { keys: retired, actor: actorName(actorOf(caller)) })
    return { retired }
  })
}
