/**
 * The catalogue: built-in definitions, each loaded when it is asked for, and the user's own from a directory and from
 * the store. An own definition never takes the id of a built-in one.
 */
import { systemClock } from '../clock.ts'
import type { Clock, Fetch } from '../deps.ts'
import { EvergrantError, type Fault } from '../errors.ts'
import { index, load } from '../providers/index.ts'
import { filesOf, readDefinition, readDirectory } from './directory.ts'
import type { Draft, DraftRequest } from './draft.ts'
import type { Provider, ProviderSummary } from './provider.ts'
import { parseDefinition, type Parsed } from './schema.ts'
import { summarize } from './summary.ts'

export type { ProviderSummary } from './provider.ts'

/** Where definitions made over the API are kept. */
export type StoredDefinitions = {
  get(id: string): Promise<unknown>
  list(): Promise<{ id: string; body: unknown }[]>
  put(id: string, body: unknown): Promise<void>
  remove(id: string): Promise<void>
}

export type Catalogue = {
  /** All that can be connected, by name; `custom` stands at the end. */
  list(): Promise<ProviderSummary[]>
  /**
   * Throws `invalid_definition` when there is one of this id that cannot be used. The same object as before while
   * nothing has changed.
   */
  get(id: string): Promise<Provider | undefined>
  /** Whether it comes with the product: its hosts change with a release alone. */
  isBuiltIn(id: string): boolean
  /** The definition as it was written, faulty or not. */
  written(id: string): Promise<Written | undefined>
  /** Reads a definition by the rules its connections will be made by. */
  check(input: unknown): Parsed
  /** What is wrong with own definitions, each fault with its file. */
  faults(): Promise<Fault[]>
  draft(request: DraftRequest): Promise<Draft>
  /** Keeps an own definition. `id`: the stored one it takes the place of; else there must be none of its id. */
  put(input: unknown, id?: string): Promise<Provider>
  /** Forgets a stored definition. Who uses it is for the caller to know. */
  remove(id: string): Promise<void>
}

/**
 * Services that are there for as long as this process runs, such as rehearsed ones. They stand at the end of the list,
 * and a definition of the user goes before one of the same id.
 */
export type FurtherServices = {
  list(): readonly ProviderSummary[]
  get(id: string): Promise<Provider | undefined>
}

export type Written = { body: unknown; from: 'product' | 'file' | 'store'; faults: Fault[] }

export type CatalogueOptions = {
  directory?: string
  stored?: StoredDefinitions
  /** The guarded client, for the metadata of an issuer. */
  fetch?: Fetch
  clock?: Clock
  /** Own definitions may name plain http addresses. */
  allowHttp?: boolean
  further?: FurtherServices
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
  confidence: 'high',
}

/** How a definition that is in no file is called in messages. */
const inStore = 'stored definition'

type Own = { id: string; from: string; body: unknown; provider?: Provider; faults: Fault[] }

export function createCatalogue(options: CatalogueOptions = {}): Catalogue {
  const builtIn = new Map(index.map((summary) => [summary.id, summary]))
  const allowHttp = options.allowHttp ?? false
  const { directory, stored, further, clock = systemClock } = options
  const loaded = new Map<string, Provider>()
  /** What was read last of an own definition, and by which signs it is known to be unchanged. */
  const known = new Map<string, { stamp: string; body: unknown; found: Own }>()

  async function own(): Promise<Own[]> {
    const files = directory === undefined ? [] : await readDirectory(directory, { allowHttp })
    const rows = (await stored?.list()) ?? []
    const all = [...files, ...rows.map(({ id, body }) => read(id, body))]
    const ids = new Set(all.map(({ id }) => id))
    return [...ids].map((id) => joined(all.filter((found) => found.id === id))).filter((found) => found !== undefined)
  }

  async function ownOf(id: string): Promise<Own | undefined> {
    const { files, stamp } = directory === undefined ? { files: [], stamp: '' } : await filesOf(directory, id)
    const body = await stored?.get(id)
    const before = known.get(id)
    if (before?.stamp === stamp && before.body === body) return before.found
    const inFiles = await Promise.all(files.map((file) => readDefinition(file, { allowHttp })))
    const found = joined([...inFiles, ...(body === undefined ? [] : [read(id, body)])])
    if (found === undefined) known.delete(id)
    else known.set(id, { stamp, body, found })
    return found
  }

  function read(id: string, body: unknown): Own {
    const parsed = parseDefinition(body, { allowHttp })
    const faults = parsed.ok ? [] : parsed.faults
    return { id, from: inStore, body, faults, ...(parsed.ok && { provider: parsed.provider }) }
  }

  /** All that were found of one id: more than one is a fault of each. */
  function joined(all: readonly Own[]): Own | undefined {
    const [first, ...more] = all
    if (first === undefined) return undefined
    const double = `there are two definitions of ${first.id}: ${all.map(({ from }) => from).join(', ')}`
    const faults = [
      ...all.flatMap((found) => found.faults),
      ...taken(first.id),
      ...(more.length > 0 ? [fault(double, 'remove one of them')] : []),
    ]
    return { ...first, faults }
  }

  function taken(id: string): Fault[] {
    if (!builtIn.has(id) && id !== customSummary.id) return []
    return [fault(`${id} is the id of a service of the catalogue`, 'give it another id')]
  }

  async function get(id: string): Promise<Provider | undefined> {
    if (builtIn.has(id)) {
      const provider = loaded.get(id) ?? (await load[id]?.())?.default
      if (provider !== undefined) loaded.set(id, provider)
      return provider
    }
    if (id === customSummary.id) return undefined
    const found = await ownOf(id)
    if (found === undefined) return further === undefined ? notPlayed(id) : further.get(id)
    if (found.provider && found.faults.length === 0) return found.provider
    throw new EvergrantError('invalid_definition', {
      detail: `${found.from} (${id}): ${found.faults.map(({ path, problem }) => `${path} ${problem}`.trim()).join('; ')}`,
      faults: found.faults,
    })
  }

  async function written(id: string): Promise<Written | undefined> {
    if (builtIn.has(id)) return { body: await get(id), from: 'product', faults: [] }
    if (id === customSummary.id) return undefined
    const found = await ownOf(id)
    if (found === undefined) {
      const body = await further?.get(id)
      return body && { body, from: 'product', faults: [] }
    }
    return { body: found.body, from: found.from === inStore ? 'store' : 'file', faults: found.faults }
  }

  /** Throws unless the definition of this id is one that the store holds. */
  async function mustBeStored(id: string): Promise<void> {
    const place = (await written(id))?.from
    if (place === 'store') return
    if (place === undefined) throw new EvergrantError('unknown_provider', { detail: `there is no service "${id}"` })
    throw new EvergrantError('not_supported', {
      detail:
        place === 'file'
          ? `the definition "${id}" is a file in the providers directory`
          : `"${id}" comes with the product and cannot be changed`,
      remedy:
        place === 'file'
          ? 'change or remove the file; it is read again by itself'
          : `make a copy of your own: evergrant service new ID --copy ${id}`,
    })
  }

  return {
    async list() {
      const usable = (await own()).flatMap(({ provider, faults }) =>
        provider && faults.length === 0 ? [provider] : [],
      )
      const named = [...builtIn.values(), ...usable.map((provider) => ({ ...summarize(provider), own: true as const }))]
      const more = (further?.list() ?? []).filter(({ id }) => !usable.some((provider) => provider.id === id))
      return [...named.sort((a, b) => a.name.localeCompare(b.name, 'en')), customSummary, ...more]
    },
    get,
    isBuiltIn: (id) => builtIn.has(id),
    written,
    check: (input) => parseDefinition(input, { allowHttp }),
    async faults() {
      return (await own()).flatMap(({ from, faults }) =>
        faults.map((one) => ({ ...one, path: `${from}: ${one.path}` })),
      )
    },
    async draft(request) {
      const { makeDraft } = await import('./draft.ts')
      return makeDraft(
        {
          fetch: options.fetch,
          get,
          check: (input) => withTaken(parseDefinition(input, { allowHttp }), input, taken),
          day: new Date(clock.now()).toISOString().slice(0, 10),
          allowHttp,
        },
        request,
      )
    },
    async put(input, id) {
      if (id !== undefined) await mustBeStored(id)
      const parsed = withTaken(parseDefinition(input, { allowHttp }), input, taken, id)
      if (!parsed.ok)
        throw new EvergrantError('invalid_definition', {
          detail: `the definition has ${parsed.faults.length} ${parsed.faults.length === 1 ? 'fault' : 'faults'}`,
          faults: parsed.faults,
        })
      const { provider } = parsed
      if (stored === undefined) throw new Error('this catalogue has no store')
      if (id === undefined && (await ownOf(provider.id)) !== undefined)
        throw new EvergrantError('provider_exists', { detail: `there is a service "${provider.id}"` })
      await stored.put(provider.id, provider)
      return provider
    },
    async remove(id) {
      await mustBeStored(id)
      await stored?.remove(id)
    },
  }
}

/** A rehearsed service that is asked for without its rehearsal: only what to do is missing. */
function notPlayed(id: string): undefined {
  if (!/^rehearsal(?:-|$)/.test(id)) return undefined
  throw new EvergrantError('unknown_provider', {
    detail: `"${id}" is played by a rehearsal, and none runs here`,
    remedy: 'start the server with --rehearse',
  })
}

/** An id that cannot be had is one fault among the others. */
function withTaken(parsed: Parsed, input: unknown, taken: (id: string) => Fault[], expected?: string): Parsed {
  const id = (input as { id?: unknown } | null)?.id
  if (typeof id !== 'string') return parsed
  const faults = [
    ...taken(id),
    ...(expected !== undefined && id !== expected
      ? [fault(`is not ${expected}`, `write id: ${expected}; another id is another definition`)]
      : []),
  ]
  if (faults.length === 0) return parsed
  return { ok: false, faults: [...faults, ...(parsed.ok ? [] : parsed.faults)] }
}

function fault(problem: string, remedy: string): Fault {
  return { path: 'id', problem, remedy }
}
