import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { actorOf } from '../callers.ts'
import { implement } from '../route.ts'
import { connectionView, previewView } from '../views.ts'
import { createDrafts } from '../drafts.ts'
import type { RouteParts } from './parts.ts'

/** Connections that are being described: what the wizard works on. */
export function draftRoutes(app: FastifyInstance, { store, connections, catalogue, clock }: RouteParts): void {
  const drafts = createDrafts({ store: store.drafts, connections, catalogue, clock })
  implement(app, contract.createDraft, async ({ body }) => drafts.create(body))
  implement(app, contract.listDrafts, async () => ({ drafts: await drafts.list() }))
  implement(app, contract.showDraft, async ({ params }) => drafts.get(params.id))
  implement(app, contract.changeDraft, async ({ params, body }) => drafts.change(params.id, body))
  implement(app, contract.removeDraft, async ({ params }) => drafts.remove(params.id))
  implement(app, contract.previewStoredDraft, async ({ params }) => previewView(await drafts.preview(params.id)))
  implement(app, contract.connectDraft, async ({ params, caller }) => {
    const { connection, draft } = await drafts.connect(params.id, actorOf(caller))
    return { connection: connectionView(connection), draft }
  })
}
