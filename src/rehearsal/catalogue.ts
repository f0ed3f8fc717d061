import type { Provider, ProviderSummary } from '../provider/provider.ts'
import { loadExamples } from '../providers/examples.ts'
import { index, load } from '../providers/index.ts'
import { rehearsed, rehearsedSummary } from './rehearsed.ts'
import type { RehearsedService } from './service/service.ts'

/** Services of the catalogue with the examples they are played from; all if no ids are given. */
export async function loadServices(ids: readonly string[] = Object.keys(load)): Promise<RehearsedService[]> {
  return Promise.all(ids.map(loadService))
}

export async function loadService(id: string): Promise<RehearsedService> {
  const definition = Object.hasOwn(load, id) ? load[id] : undefined
  if (!definition) throw new Error(`there is no service ${id} in the catalogue`)
  const { examples } = await loadExamples[id]!() // made from the same folder
  return { provider: (await definition()).default, examples }
}

/**
 * What a catalogue lists while a rehearsal runs at `origin`: the plain service, as its metadata describe it and by its line, and each
 * service of the catalogue under `rehearsal-<id>`. Each definition is the same object whenever it is asked for.
 */
export function rehearsedCatalogue(
  origin: string,
  plain: Provider,
  line: ProviderSummary,
): { list(): readonly ProviderSummary[]; get(id: string): Promise<Provider | undefined> } {
  const made = new Map<string, Provider>([[plain.id, plain]])
  const listed = [line, ...index.map(rehearsedSummary)]
  return {
    list: () => listed,
    async get(wanted) {
      const known = made.get(wanted)
      if (known || !listed.some((one) => one.id === wanted)) return known
      const { provider } = await loadService(wanted.slice('rehearsal-'.length))
      const definition = rehearsed(provider, origin)
      made.set(wanted, definition)
      return definition
    },
  }
}
