import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import { EvergrantError } from '../../errors.ts'
import { implement } from '../route.ts'
import { providerView, summaryView } from '../provider-views.ts'
import type { RouteParts } from './parts.ts'

/** The services that are known, and checking a definition of one's own. */
export function providerRoutes(app: FastifyInstance, { catalogue }: RouteParts): void {
  implement(app, contract.listProviders, async ({ query }) => {
    const sought = query.search?.toLowerCase()
    const services = (await catalogue.list()).map(summaryView)
    if (sought === undefined) return { services }
    return {
      services: services.filter(({ id, name, aliases = [] }) =>
        [id, name, ...aliases].some((text) => text.toLowerCase().includes(sought)),
      ),
    }
  })
  implement(app, contract.showProvider, async ({ params }) => {
    const provider = await catalogue.get(params.id)
    if (provider === undefined) {
      throw new EvergrantError('unknown_provider', { detail: `there is no service "${params.id}"` })
    }
    return providerView(provider)
  })
  implement(app, contract.checkProvider, async ({ body }) => {
    const parsed = catalogue.check(body.definition)
    return parsed.ok ? { ok: true, faults: [], id: parsed.provider.id } : { ok: false, faults: [...parsed.faults] }
  })
}
