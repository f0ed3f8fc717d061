import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { clientInput } from '../../api/connection.ts'
import { contract } from '../../api/contract.ts'
import { actorOf, assertMay } from '../callers.ts'
import type { Caller } from '../callers.ts'
import { changeOf, newConnectionOf } from '../inputs.ts'
import { allows } from '../keys.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { apiView, connectionView, previewView } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** Making, showing, changing and removing connections. */
export function connectionRoutes(app: FastifyInstance, { connections }: RouteParts): void {
  implement(app, contract.createConnection, async ({ body, caller }) =>
    connectionView(await connections.create(newConnectionOf(body), actorOf(caller))),
  )
  implement(app, contract.listConnections, async ({ query, caller }) => {
    const page = await connections.list(present(query))
    const visible = page.connections.filter(({ name }) => caller.kind !== 'key' || allows(caller.entry, 'read', name))
    return present({ connections: visible.map(connectionView), next: page.next })
  })
  implement(app, contract.previewDraft, async ({ body }) =>
    previewView(await connections.previewDraft(newConnectionOf(body))),
  )
  implement(app, contract.showConnection, async ({ params }) => connectionView(await connections.get(params.name)))
  implement(app, contract.listChoices, async ({ params }) => connections.choices(params.name, params.value))
  implement(app, contract.showApi, async ({ params }) => apiView(await connections.api(params.name)))
  implement(app, contract.changeConnection, async ({ params, body, caller }) => {
    assertMayChange(caller, body)
    return connectionView(await connections.change(params.name, changeOf(body), actorOf(caller)))
  })
  implement(app, contract.removeConnection, async ({ params, query, caller }) =>
    connections.remove(params.name, { revoke: query.revoke === 'true' }, actorOf(caller)),
  )
  implement(app, contract.previewConnection, async ({ params }) => previewView(await connections.preview(params.name)))
}

/** A key for some connections may neither take over another's client nor rename into a name it has no right for. */
function assertMayChange(
  caller: Caller,
  body: { name?: string | undefined; client?: z.output<typeof clientInput> | undefined },
) {
  if (body.name !== undefined) assertMay(caller, 'admin', body.name)
  if (body.client?.same_as !== undefined) assertMay(caller, 'admin', body.client.same_as)
}
