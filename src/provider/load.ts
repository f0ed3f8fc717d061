/**
 * The catalogue: built-in definitions, each loaded when it is asked for, and the user's own from a directory and from
 * the store. An own definition never takes the id of a built-in one.
 */
import { EvergrantError, type Fault } from '../errors.ts'
import { index, load } from '../providers/index.ts'
import { readDirectory } from './directory.ts'
import type { Provider, ProviderSummary } from './provider.ts'
import { parseDefinition, type Parsed } from './schema.ts'
import { summarize } from './summary.ts'

export type { ProviderSummary } from './provider.ts'

/** Where definitions made over the API are kept. */
export type StoredDefinitions = {
  get(id: string): Promise<unknown>
  list(): Promise<{ id: string; body: unknown }[]>
}

export type Catalogue = {
  /** All that can be connected, by name; `custom` stands at the end. */
  list(): Promise<ProviderSummary[]>
  /** Throws `invalid_definition` when there is one of this id that cannot be used. */
  get(id: string): Promise<Provider | undefined>
  /** Reads a definition by the rules its connections will be made by. */
  check(input: unknown): Parsed
  /** What is wrong with own definitions, each fault with its file. */
  faults(): Promise<Fault[]>
}

export type CatalogueOptions = {
  directory?: string
  stored?: StoredDefinitions
  /** Own definitions may name plain http addresses. */
  allowHttp?: boolean
}

/** Takes any other service: the definition comes with the connection. */
export const customSummary: ProviderSummary = {
  id: 'custom',
  name: 'Custom',
  aliases: ['Other', 'Any other service'],
  category: 'custom',
  ways: [],
  checked: '2026-11-22',
  tried: 'never',
}

type Own = { id: string; from: string; provider?: Provider; faults: Fault[] }

export function createCatalogue(options: CatalogueOptions = {}): Catalogue {
  const builtIn = new Map(index.map((summary) => [summary.id, summary]))
  const schema = { allowHttp: options.allowHttp ?? false }

  async function own(): Promise<Own[]> {
    const files = options.directory === undefined ? [] : await readDirectory(options.directory, schema)
    const rows = (await options.stored?.list()) ?? []
    const all = [...files, ...rows.map(({ id, body }) => read(id, 'stored definition', body))]
    const seen = new Set<string>()
    return all.map((found) => {
      const faults = [...found.faults, ...taken(found.id)]
      if (seen.has(found.id)) faults.push(fault(`there are two definitions of ${found.id}`, 'remove one of them'))
      seen.add(found.id)
      return { ...found, faults }
    })
  }

  function read(id: string, from: string, body: unknown): Own {
    const parsed = parseDefinition(body, schema)
    return parsed.ok ? { id, from, provider: parsed.provider, faults: [] } : { id, from, faults: parsed.faults }
  }

  function taken(id: string): Fault[] {
    if (!builtIn.has(id) && id !== customSummary.id) return []
    return [fault(`${id} is the id of a service of the catalogue`, 'give it another id')]
  }

  return {
    async list() {
      const usable = (await own()).flatMap(({ provider, faults }) =>
        provider && faults.length === 0 ? [provider] : [],
      )
      const named = [...builtIn.values(), ...usable.map((provider) => ({ ...summarize(provider), own: true as const }))]
      return [...named.sort((a, b) => a.name.localeCompare(b.name, 'en')), customSummary]
    },
    async get(id) {
      if (builtIn.has(id)) return (await load[id]?.())?.default
      if (id === customSummary.id) return undefined
      const found = (await own()).find((definition) => definition.id === id)
      if (!found) return undefined
      if (found.provider && found.faults.length === 0) return found.provider
      throw new EvergrantError('invalid_definition', {
        detail: `${found.from} (${id}): ${found.faults.map(({ path, problem }) => `${path} ${problem}`.trim()).join('; ')}`,
        faults: found.faults,
      })
    },
    check: (input) => parseDefinition(input, schema),
    async faults() {
      return (await own()).flatMap(({ from, faults }) =>
        faults.map((one) => ({ ...one, path: `${from}: ${one.path}` })),
      )
    },
  }
}

function fault(problem: string, remedy: string): Fault {
  return { path: 'id', problem, remedy }
}
