import type { FastifyInstance } from 'fastify'
import { contract } from '../../api/contract.ts'
import type { Connections } from '../../connections/connections.ts'
import { actorName } from '../../connections/events.ts'
import { EvergrantError } from '../../errors.ts'
import { changesBetween, difference, mergeBrought, mergePatch, withoutOrigin } from '../../provider/apply.ts'
import { nearest } from '../../nearest.ts'
import type { Catalogue } from '../../provider/load.ts'
import type { Provider } from '../../provider/provider.ts'
import { actorOf, type Caller } from '../callers.ts'
import { draftRequestOf } from '../inputs.ts'
import { present } from '../present.ts'
import { draftView, faultView, providerView, summaryView } from '../provider-views.ts'
import { implement } from '../route.ts'
import type { RouteParts } from './parts.ts'

/** The services that are known; checking, drafting and keeping definitions of one's own. */
export function providerRoutes(app: FastifyInstance, parts: RouteParts): void {
  const { catalogue, publicUrl } = parts
  implement(app, contract.listProviders, async ({ query }) => {
    const words = (query.search ?? '').toLowerCase().split(/\s+/)
    const services = (await catalogue.list()).map(summaryView)
    return {
      services: services.filter(({ id, name, aliases = [], category }) => {
        const text = [id, name, ...aliases, category].join('\n').toLowerCase()
        return words.every((word) => text.includes(word))
      }),
    }
  })
  implement(app, contract.showProvider, async ({ params }) => {
    const provider = await catalogue.get(params.id)
    if (provider === undefined) throw await unknown(catalogue, params.id)
    return providerView(provider, publicUrl)
  })
  implement(app, contract.checkProvider, async ({ body }) => {
    const { definition, overrides } = body
    const parsed = catalogue.check(overrides === undefined ? definition : mergeBrought(definition, overrides))
    if (!parsed.ok) return { ok: false, faults: parsed.faults.map(faultView) }
    const { id, name, ways } = providerView(parsed.provider, publicUrl)
    return { ok: true, faults: [], id, name, ways }
  })
  implement(app, contract.draftProvider, async ({ body }) => draftView(await catalogue.draft(draftRequestOf(body))))
  implement(app, contract.showDefinition, async ({ params }) => {
    const written = await catalogue.written(params.id)
    if (written === undefined) throw await unknown(catalogue, params.id)
    return { definition: written.body, from: written.from, faults: written.faults.map(faultView) }
  })
  implement(app, contract.showDifference, async ({ params }) => {
    const written = await catalogue.written(params.id)
    if (written === undefined) throw await unknown(catalogue, params.id)
    const copyOf = (written.body as { copyOf?: unknown } | null)?.copyOf
    if (typeof copyOf !== 'string')
      throw new EvergrantError('not_supported', {
        detail: `"${params.id}" is no copy of another service`,
        remedy: 'a copy names the id of its original as copyOf',
      })
    const original = await catalogue.written(copyOf)
    if (original === undefined)
      throw new EvergrantError('unknown_provider', {
        detail: `"${params.id}" was copied from "${copyOf}", which is not there any more`,
      })
    const [before, after] = [withoutOrigin(original.body), withoutOrigin(written.body)]
    return {
      copy_of: copyOf,
      patch: difference(before, after) ?? {},
      changes: changesBetween(before, after),
    }
  })
  ownDefinitionRoutes(app, parts)
}

function ownDefinitionRoutes(app: FastifyInstance, { catalogue, connections, emit }: RouteParts): void {
  const stored = async (provider: Provider, caller: Caller) => {
    const users = await usersOf(connections, provider.id)
    emit('service.stored', { service: provider.id, connections: users.length, actor: actorName(actorOf(caller)) })
    return {
      id: provider.id,
      name: provider.name,
      connections: users.map(({ name }) => name),
      need_secret: users.filter(({ failure }) => failure?.code === 'secret_required').map(({ name }) => name),
    }
  }
  implement(app, contract.createProvider, async ({ body, caller }) =>
    stored(await catalogue.put(body.definition), caller),
  )
  implement(app, contract.replaceProvider, async ({ params, body, caller }) =>
    stored(await catalogue.put(body.definition, params.id), caller),
  )
  implement(app, contract.changeProvider, async ({ params, body, caller }) => {
    const written = await catalogue.written(params.id)
    if (written === undefined) throw await unknown(catalogue, params.id)
    const changed = mergePatch(written.body, body.patch)
    return stored(await catalogue.put(changed, params.id), caller)
  })
  implement(app, contract.removeProvider, async ({ params, caller }) => {
    const users = (await usersOf(connections, params.id)).map(({ name }) => name)
    // What cannot be removed at all is told first.
    if (users.length > 0 && (await catalogue.written(params.id))?.from === 'store')
      throw new EvergrantError('provider_in_use', {
        detail: `"${params.id}" is used by ${users.slice(0, 20).join(', ')}${users.length > 20 ? ` and ${users.length - 20} more` : ''}`,
        faults: users.slice(0, 100).map((name) => present({ path: name, problem: 'uses this service' })),
      })
    await catalogue.remove(params.id)
    emit('service.removed', { service: params.id, actor: actorName(actorOf(caller)) })
  })
}

/** Every connection of a service, page by page. */
async function usersOf(connections: Connections, provider: string) {
  const users: Awaited<ReturnType<Connections['list']>>['connections'] = []
  let after: string | undefined
  do {
    const page = await connections.list(present({ limit: 1000, after }))
    users.push(...page.connections.filter((connection) => connection.provider === provider))
    after = page.next
  } while (after !== undefined)
  return users
}

/** Names are long and typed from memory: the service that was probably meant is named. */
async function unknown(catalogue: Catalogue, id: string): Promise<EvergrantError> {
  const names = (await catalogue.list()).flatMap((service) =>
    [service.id, service.name, ...(service.aliases ?? [])].map((text) => ({ id: service.id, text })),
  )
  const near = nearest(
    id,
    names.map(({ text }) => text),
  )
  const meant = names.find(({ text }) => text === near)?.id
  if (meant === undefined || meant === id)
    return new EvergrantError('unknown_provider', { detail: `there is no service "${id}"` })
  return new EvergrantError('unknown_provider', {
    detail: `there is no service "${id}"`,
    remedy: `is ${meant} meant? \`evergrant services\` lists them; \`custom\` takes any other`,
  })
}
