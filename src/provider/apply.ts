import { isDeepStrictEqual } from 'node:util'
import { EvergrantError } from '../errors.ts'
import { valueAt } from './faults.ts'
import { pathText } from './guard.ts'
import { hostMatches } from './hosts.ts'
import type { Provider } from './provider.ts'
import { parseDefinition } from './schema.ts'

/**
 * A definition with a connection's overrides: RFC 7396 merge patch (null removes, objects merge, all else replaces),
 * then checked like any other definition. The id cannot be overridden: it says where the rest comes from. A definition
 * that was let in with plain http addresses may keep them. `brought`: the connection itself brings the definition along.
 */
export function applyOverrides(
  provider: Provider,
  patch: unknown,
  options: { allowHttp?: boolean; brought?: boolean } = {},
): Provider {
  if (patch === undefined || patch === null) return provider
  const merged = options.brought === true ? mergeBrought(provider, patch) : mergePatch(provider, patch)
  const parsed = parseDefinition(merged, {
    allowHttp: options.allowHttp ?? callsPlainHttp(provider),
  })
  if (!parsed.ok)
    throw new EvergrantError('invalid_definition', {
      detail: `the overrides do not fit ${provider.name}: ${parsed.faults.map((f) => `${f.path} ${f.problem}`).join('; ')}`,
      faults: parsed.faults,
    })
  return { ...parsed.provider, id: provider.id }
}

function callsPlainHttp(provider: Provider): boolean {
  return JSON.stringify([provider.ways, provider.api, provider.probes]).includes('"http://')
}

/**
 * The same for a definition that a connection brings along. Its hosts and its addresses are one person's word, so the
 * host of a token request that the patch moves is listed with it. Secrets are bound to hosts: they are asked for again.
 */
export function mergeBrought(definition: unknown, patch: unknown): unknown {
  const merged = mergePatch(definition, patch)
  const listed = valueAt(merged, ['hosts', 'token'])
  if (!Array.isArray(listed) || !listed.every((pattern) => typeof pattern === 'string')) return merged
  const moved = movedAddresses(patch).flatMap((url) => (hostMatches(url, listed) ? [] : (URL.parse(url)?.host ?? [])))
  return moved.length === 0 ? merged : mergePatch(merged, { hosts: { token: [...listed, ...new Set(moved)] } })
}

/** Where in a way the addresses of its token requests are. */
const tokenAddresses = [
  ['authorize', 'par'],
  ['device', 'url'],
  ['token', 'url'],
  ['renewal', 'call', 'url'],
]

function movedAddresses(patch: unknown): string[] {
  const ways = valueAt(patch, ['ways'])
  const found = isObject(ways)
    ? Object.values(ways).flatMap((way) => tokenAddresses.map((path) => valueAt(way, path)))
    : []
  // A host that a value makes is not known here: whoever wants one lists it.
  return found.filter((url) => typeof url === 'string').filter((url) => !/^[^/]*\/\/[^/?#]*\{/.test(url))
}

/** RFC 7396 section 2. Keys that reach into prototypes are left for the schema to refuse. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const result = new Map<string, unknown>(isObject(target) ? Object.entries(target) : [])
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) result.delete(key)
    else result.set(key, mergePatch(result.get(key), value))
  }
  return Object.fromEntries(result)
}

/**
 * What changed from one definition to another, as a merge patch: `mergePatch(from, difference(from, to))` is `to`.
 * Undefined when nothing did.
 */
export function difference(from: unknown, to: unknown): unknown {
  if (!isObject(from) || !isObject(to)) return isDeepStrictEqual(from, to) ? undefined : to
  const patch = new Map<string, unknown>()
  for (const key of Object.keys(from)) if (to[key] === undefined) patch.set(key, null)
  for (const [key, value] of Object.entries(to)) {
    const changed = difference(from[key], value)
    if (changed !== undefined) patch.set(key, changed)
  }
  return patch.size === 0 ? undefined : Object.fromEntries(patch)
}

/** One place that differs: added without `from`, removed without `to`. */
export type Change = { path: string; from?: unknown; to?: unknown }

/** The same for people: every place by its path. */
export function changesBetween(from: unknown, to: unknown, at: readonly string[] = []): Change[] {
  if (isObject(from) && isObject(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])]
    return names.flatMap((name) => changesBetween(from[name], to[name], [...at, name]))
  }
  if (isDeepStrictEqual(from, to)) return []
  return [{ path: pathText(at), ...(from !== undefined && { from }), ...(to !== undefined && { to }) }]
}

/** What makes a copy another definition, whatever it says: its id and where it comes from. */
export function withoutOrigin(definition: unknown): unknown {
  return mergePatch(definition, { id: null, copyOf: null })
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
