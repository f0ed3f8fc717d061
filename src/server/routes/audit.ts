import type { FastifyInstance } from 'fastify'
import { pipeline } from 'node:stream/promises'
import type { AuditEntryOnWire } from '../../api/audit.ts'
import { contract } from '../../api/contract.ts'
import type { AuditFilter, AuditRecord } from '../../store/store.ts'
import { present } from '../present.ts'
import { implement } from '../route.ts'
import { seconds } from '../views.ts'
import type { RouteParts } from './parts.ts'

/** Entries that an export reads at a time. */
const page = 500

/** Who did what, and whether that is still what was written. */
export function auditRoutes(app: FastifyInstance, { audit, log }: RouteParts): void {
  /** All entries of a filter, oldest first: one that is written meanwhile comes too. */
  async function* lines(filter: AuditFilter): AsyncGenerator<string> {
    for (let after = filter.after; ;) {
      const entries = await audit.list(present({ ...filter, after, limit: page }))
      yield entries.map((entry) => `${JSON.stringify(entryView(entry))}\n`).join('')
      const last = entries.at(-1)
      if (last === undefined || entries.length < page) return
      after = last
    }
  }

  implement(app, contract.listAudit, async ({ query, request, reply }) => {
    const { after, since, order, ...rest } = query
    const filter = { ...rest, since: since === undefined ? undefined : since * 1000, after: after && cursorOf(after) }
    if (!(request.headers.accept ?? '').includes('application/x-ndjson')) {
      const entries = await audit.list(present({ ...filter, after: filter.after || undefined, order }))
      const last = entries.length === query.limit ? entries.at(-1) : undefined
      return present({ entries: entries.map(entryView), next: last && nextOf(last) })
    }
    reply.hijack()
    reply.raw.writeHead(200, { ...headersOf(reply.getHeaders()), 'content-type': 'application/x-ndjson' })
    const all = lines(present({ ...filter, after: filter.after || undefined, order: 'oldest' as const }))
    await pipeline(all, reply.raw).catch((error: unknown) => {
      // The answer has begun: that it ends too early is all the reader can be told.
      log.warn({ reason: String(error) }, 'an export of the audit was broken off')
      reply.raw.destroy()
    })
    return { entries: [] }
  })
  implement(app, contract.verifyAudit, async ({ body }) => {
    const { entries, faults, faultCount, checkpoint } = await audit.verify(body.checkpoint)
    return { ok: faultCount === 0, entries, faults, fault_count: faultCount, checkpoint }
  })
}

function entryView({ at, until, requestId, ...entry }: AuditRecord): AuditEntryOnWire {
  return present({
    ...entry,
    actor: present(entry.actor),
    at: seconds(at),
    until: until === undefined ? undefined : seconds(until),
    request_id: requestId,
  })
}

function nextOf({ at, seq, node }: AuditRecord): string {
  return `${at}.${seq}.${node}`
}

function cursorOf(text: string): { at: number; node: string; seq: number } {
  const [at, seq, ...node] = text.split('.')
  return { at: Number(at), seq: Number(seq), node: node.join('.') }
}

/** What `app.ts` has set, as a raw answer takes it. */
function headersOf(headers: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}
