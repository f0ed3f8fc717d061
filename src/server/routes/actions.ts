import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { actorOf } from '../callers.ts'
import { implement } from '../route.ts'
import { actionView, attemptView, tokenView } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** The buttons of a connection, and what came of them. */
export function actionRoutes(app: FastifyInstance, { connections, clock, log }: RouteParts): void {
  implement(app, contract.issueToken, async ({ params, caller }) =>
    actionView(await connections.issue(params.name, actorOf(caller))),
  )
  implement(app, contract.renewToken, async ({ params, caller }) =>
    actionView(await connections.renew(params.name, actorOf(caller))),
  )
  implement(app, contract.testConnection, async ({ params, caller }) =>
    actionView(await connections.test(params.name, actorOf(caller))),
  )
  implement(app, contract.revokeConnection, async ({ params, caller }) =>
    connections.revoke(params.name, actorOf(caller)),
  )
  implement(app, contract.listAttempts, async ({ params }) => {
    const attempts = await connections.attempts(params.name)
    return { attempts: attempts.toSorted((a, b) => b.at - a.at).map(attemptView) }
  })
  implement(app, contract.revealToken, async ({ params, caller }) => {
    const actor = actorOf(caller)
    const served = await connections.reveal(params.name, actor)
    log.info({ connection: params.name, actor: actor.kind, actor_id: actor.id }, 'token shown in clear')
    return tokenView(served, clock.now())
  })
}
