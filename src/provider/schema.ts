/**
 * Reads a definition: the one door through which a provider comes in, whether it is built in, a user's file, stored,
 * or a built-in one with overrides. All faults are reported at once, each by path and remedy.
 */
import type { Fault } from '../errors.ts'
import { faultsOf, valueAt, type PlacedFault } from './faults.ts'
import { guardInput } from './guard.ts'
import type { Provider } from './provider.ts'
import { soundnessFaults, type SoundnessOptions } from './soundness.ts'
import { providerSchema } from './words.ts'

export type Parsed = { ok: true; provider: Provider } | { ok: false; faults: Fault[] }

/**
 * A definition as data, or everything that is wrong with it. `allowHttp` lets addresses of a user's definition be plain
 * http; whether such a host is called at all is then up to EVERGRANT_ALLOW_HOSTS.
 */
export function parseDefinition(input: unknown, options: SoundnessOptions = {}): Parsed {
  const guarded = guardInput(input)
  if (!isObject(guarded.copy))
    return { ok: false, faults: [{ path: '', problem: 'is no definition', remedy: 'write an object (JSON or YAML)' }] }

  const parsed = providerSchema.safeParse(guarded.copy)
  const formal = parsed.success ? [] : faultsOf(parsed.error.issues, guarded.copy)
  const provider = parsed.success ? parsed.data : soundPart(guarded.copy)
  const written = {
    sources: keysOf(guarded.copy['sources']),
    values: keysOf(guarded.copy['values']),
    unreadWays: formal.filter((fault) => decisive.test(fault.path)).map((fault) => String(fault.at[1])),
  }
  const meant = [...waysFaults(guarded.copy), ...soundnessFaults(provider, written, options)].filter(
    (found) => !formal.some((other) => overlaps(found.at, other.at)),
  )

  const faults = [...guarded.faults, ...[...formal, ...meant].map(({ at: _, ...fault }) => fault)]
  return faults.length === 0 ? { ok: true, provider } : { ok: false, faults }
}

/** The words that decide what else a way must have. */
const decisive = /^ways\.[^.]+\.(grant|renewal\.by|authorize\.pkce)$/

/**
 * A definition with everything that has a formal fault replaced or taken out, so that the rest is checked in the same
 * run. What was put in is never reported: it lies at the place of a formal fault.
 */
function soundPart(input: Record<string, unknown>): Provider {
  const rest = structuredClone(input)
  const replaced = new Set<string>()
  for (;;) {
    const parsed = providerSchema.safeParse(rest)
    if (parsed.success) return parsed.data
    for (const { at, path, instead } of faultsOf(parsed.error.issues, rest)) {
      const holder = valueAt(rest, at.slice(0, -1))
      const again = replaced.has(path)
      replaced.add(path)
      if (instead !== undefined && !again && isObject(holder)) holder[String(at.at(-1))] = structuredClone(instead)
      else removeBlock(rest, at)
    }
  }
}

/** Stands in for a top-level block that is missing or was taken out. */
const neutral: Provider = {
  id: 'x',
  name: 'x',
  category: 'x',
  checked: '2026-01-01',
  tried: 'never',
  sources: {},
  hosts: { token: [], api: [] },
  client: { see: [], auth: ['none'] },
  ways: {},
  api: { see: [], base: '{base_url}', send: {} },
}

function removeBlock(rest: Record<string, unknown>, at: readonly PropertyKey[]): void {
  let place = at
  // Members of a list are not taken out one by one: the paths of their neighbours would no longer be true.
  while (place.length > 1 && (typeof place.at(-1) === 'number' || valueAt(rest, place) === undefined))
    place = place.slice(0, -1)
  const holder = valueAt(rest, place.slice(0, -1))
  const name = place.at(-1)
  if (name === undefined || !isObject(holder)) return
  const top = place.length === 1 ? Object.entries(neutral).find(([key]) => key === name)?.[1] : undefined
  if (top === undefined) delete holder[String(name)]
  else holder[String(name)] = structuredClone(top)
}

function waysFaults(input: Record<string, unknown>): PlacedFault[] {
  if (!isObject(input['ways']) || Object.keys(input['ways']).length > 0) return []
  return [{ at: ['ways'], path: 'ways', problem: 'there is no way to get a token', remedy: 'add at least one way' }]
}

/** One lies inside the other: the formal fault explains it already. */
function overlaps(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  const shared = Math.min(a.length, b.length)
  return a.slice(0, shared).every((part, index) => part === b[index])
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keysOf(value: unknown): string[] {
  return isObject(value) ? Object.keys(value) : []
}
