import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { actorOf, assertMay } from '../callers.ts'
import type { Caller } from '../callers.ts'
import { digestOf } from '../keys.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { authorizationView } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** How many flows are remembered by who started them; after that, and after a restart, bare codes are refused. */
const remembered = 1000

/** Starting an authorization, watching it, and handing over its answer. */
export function authorizationRoutes(app: FastifyInstance, { connections, publicUrl }: RouteParts): void {
  // Not given to the flow itself: a callback flow is bound to the browser that opens its link, which may be another one.
  const starters = new Map<string, string>()

  implement(app, contract.authorizeConnection, async ({ params, body, caller }) => {
    const startedBy = starterOf(caller, body.starter)
    const view = await connections.authorize(
      params.name,
      present({
        back: body.back,
        redirectUri: body.redirect_uri,
        timeoutMs: body.timeout === undefined ? undefined : body.timeout * 1000,
      }),
      actorOf(caller),
    )
    if (startedBy !== undefined) {
      if (starters.size >= remembered) starters.delete(starters.keys().next().value ?? '')
      starters.set(view.id, startedBy)
    }
    return authorizationView(view, publicUrl)
  })
  implement(app, contract.showAuthorization, async ({ params, caller }) => {
    const view = await connections.authorization(params.id)
    assertMay(caller, 'admin', view.connection)
    return authorizationView(view, publicUrl)
  })
  implement(app, contract.completeAuthorization, async ({ params, body, caller }) => {
    assertMay(caller, 'admin', (await connections.authorization(params.id)).connection)
    if ('parameters' in body) {
      const answer = { kind: 'parameters', parameters: body.parameters } as const
      return authorizationView(await connections.complete(params.id, answer, actorOf(caller)), publicUrl)
    }
    const startedBy = starterOf(caller, body.starter)
    const bareCodeAllowed = startedBy !== undefined && starters.get(params.id) === startedBy
    const answer = { kind: 'pasted', text: body.pasted, bareCodeAllowed } as const
    return authorizationView(await connections.complete(params.id, answer, actorOf(caller)), publicUrl)
  })
}

/**
 * Digest of the session, or of the program's own random word, that started a flow. Keys and the socket are shared by
 * many programs, so without a word nobody is bound and a bare code is refused.
 */
function starterOf(caller: Caller, word: string | undefined): string | undefined {
  if (caller.kind === 'session') return caller.session.digest
  return word === undefined ? undefined : digestOf(word)
}
