/**
 * What is in a draft, and how it is changed: settings as they come on the wire, secrets among them. A secret goes in
 * and never comes out: it stands as `[set]`, and `[set]` that comes back means unchanged. Nothing here asks or stores.
 */
import { unfinishedConnection } from '../api/connection.ts'
import type { UnfinishedOnWire } from '../api/draft.ts'
import type { Fault } from '../errors.ts'
import { mergePatch } from '../provider/apply.ts'
import { faultsOf, invalid } from './route.ts'

export type Settings = UnfinishedOnWire

export type DraftContent = {
  settings: Settings
  step?: string
  view: Record<string, unknown>
  /** The connection that was made of it, or that it changes. */
  connection?: string
  /** It was opened for a connection that was there before. */
  changes: boolean
  /** The settings that connection has: what differs from them is what a person changed since. */
  base?: Settings
  /** Written before a connection is made: after a crash the draft knows its own again. */
  connecting?: { name: string; at: number }
  /** Inputs and values that are secret. One stays secret until it is given anew, whatever a definition says later. */
  secretNames: string[]
  giveAgain: string[]
  faults: Fault[]
  warnings: string[]
}

/** Where a value stands: `client.secret` as its parts. */
type Place = readonly [string] | readonly [string, string]

export const set = '[set]'

const fixed: readonly Place[] = [
  ['client', 'secret'],
  ['client', 'key'],
  ['password'],
  ['access_token'],
  ['refresh_token'],
]

/** The settings as people may see them. */
export function masked({ settings, secretNames }: Pick<DraftContent, 'settings' | 'secretNames'>): Settings {
  return held(settings, secretNames).reduce((shown, place) => replaced(shown, place, set), settings)
}

/** Names of the secrets that the draft itself holds; what a connection keeps is not among them. */
export function secretsIn({ settings, secretNames }: Pick<DraftContent, 'settings' | 'secretNames'>): Place[] {
  return held(settings, secretNames).filter((place) => textAt(settings, place) !== set)
}

export function nameOf(place: Place): string {
  return place.join('.')
}

export function withoutPlaces(settings: Settings, places: readonly Place[]): Settings {
  return places.reduce((left, place) => replaced(left, place, undefined), settings)
}

/** Without the marks of what a connection keeps. */
export function withoutMarks(settings: Settings): Settings {
  return withoutPlaces(
    settings,
    everyPlace(settings).filter((place) => textAt(settings, place) === set),
  )
}

export type Patched = {
  content: DraftContent
  /** Secrets that were there before and are not given with this change. */
  kept: Place[]
}

/**
 * The draft with a merge patch (RFC 7396) on its settings, `step` and `view`. `declared` names the secret values of the
 * service as it is afterwards; undefined where nobody can tell, then all of them are secret.
 */
export async function patched(
  before: DraftContent,
  patch: Readonly<Record<string, unknown>>,
  declared: (settings: Settings) => Promise<ReadonlySet<string> | undefined>,
): Promise<Patched> {
  const { step, view, overrides_whole: whole, ...given } = patch
  const changes = withoutMarks(given)
  const merged = objectOf(mergePatch(before.settings, changes)) ?? {}
  // Merging a null away would lose what it says in overrides: that the definition's member goes.
  const settings = read(whole === undefined ? merged : { ...merged, overrides: whole })
  const fresh = everyPlace(changes).map(nameOf)
  const names = await declared(settings)
  const secretNames = valueNames(settings).filter((name) => {
    const isNew = fresh.includes(`inputs.${name}`) || fresh.includes(`values.${name}`)
    return names === undefined || names.has(name) || (!isNew && before.secretNames.includes(name))
  })
  const content: DraftContent = {
    ...before,
    settings,
    secretNames,
    view: view === undefined ? before.view : (objectOf(mergePatch(before.view, view)) ?? {}),
  }
  if (typeof step === 'string') content.step = step.slice(0, 40)
  else if (step === null) delete content.step
  content.giveAgain = before.giveAgain.filter((name) => !mentions(changes, name.split('.')))
  const known = secretsIn({ settings, secretNames: before.secretNames })
  return { content, kept: known.filter((place) => !fresh.includes(nameOf(place))) }
}

/** Throws with all faults at once. */
export function read(settings: unknown): Settings {
  const result = unfinishedConnection.safeParse(settings)
  if (!result.success) throw invalid(faultsOf(result.error, 'body'))
  return result.data
}

/** The names of secret values in a definition as it is written, sound or not. */
export function secretNamesIn(definition: unknown): ReadonlySet<string> {
  const values = objectOf(objectOf(definition)?.['values']) ?? {}
  return new Set(
    Object.entries(values).flatMap(([name, value]) => (objectOf(value)?.['secret'] === true ? [name] : [])),
  )
}

/** Whether a patch gives the value at a place, or takes it away. */
function mentions(patch: object, [first = '', second]: string[]): boolean {
  const inner = (patch as Record<string, unknown>)[first]
  if (second === undefined || inner === null) return inner !== undefined
  return objectOf(inner)?.[second] !== undefined
}

/** Places of a secret kind that hold something. */
function held(settings: Settings, secretNames: readonly string[]): Place[] {
  return everyPlace(settings).filter((place) => {
    if (place[0] === 'inputs' || place[0] === 'values') return secretNames.includes(place[1] ?? '')
    // To have a key made is no secret.
    return !(place[1] === 'key' && textAt(settings, place) === 'generate')
  })
}

/** Places where a secret can stand and a text does. */
function everyPlace(settings: object): Place[] {
  const { inputs, values } = settings as { inputs?: unknown; values?: unknown }
  const named = [
    ...Object.keys(objectOf(inputs) ?? {}).map((name): Place => ['inputs', name]),
    ...Object.keys(objectOf(values) ?? {}).map((name): Place => ['values', name]),
  ]
  return [...fixed, ...named].filter((place) => textAt(settings, place) !== undefined)
}

function valueNames({ inputs, values }: Settings): string[] {
  return [...new Set([...Object.keys(inputs ?? {}), ...Object.keys(values ?? {})])]
}

function textAt(settings: object, [first, second]: Place): string | undefined {
  const outer = (settings as Record<string, unknown>)[first]
  const value = second === undefined ? outer : objectOf(outer)?.[second]
  return typeof value === 'string' ? value : undefined
}

/** The settings with another text at a place, or with none. */
function replaced<T extends object>(settings: T, [first, second]: Place, text: string | undefined): T {
  const result = new Map(Object.entries(settings))
  if (second === undefined) {
    if (text === undefined) result.delete(first)
    else result.set(first, text)
  } else {
    const inner = new Map(Object.entries(objectOf(result.get(first)) ?? {}))
    if (text === undefined) inner.delete(second)
    else inner.set(second, text)
    result.set(first, Object.fromEntries(inner))
  }
  // The same members, a text for a text.
  return Object.fromEntries(result) as T
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  // Whatever an object holds is looked at again.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}
