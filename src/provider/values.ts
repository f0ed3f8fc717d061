/**
 * One flat namespace for everything a template may name beyond the protocol: typed, chosen, read from a key file,
 * captured from the callback or an answer, computed. Whatever its source, a value is brought into form and held
 * against its shape the same way.
 */
import { createHmac } from 'node:crypto'
import type { Fault } from '../errors.ts'
import { expand, isAbsent, joinText, variablesOf, type Values } from '../oauth/template.ts'
import { Secret, open } from '../secret.ts'
import { suggestion } from './faults.ts'
import { findWay, perWay, sitesOf } from './names.ts'
import type { Life, Provider, Value, ValueSource } from './provider.ts'
import { makeValue, parseObject, shapeProblem } from './shapes.ts'

export { namesKnown } from './names.ts'

export type GivenValues = {
  typed: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, Secret>>
  /** Parameters of the authorization response; empty or absent before it. */
  callback?: Readonly<Record<string, string>>
  /** What answers and steps brought. */
  answer?: Readonly<Record<string, string | Secret>>
  /** Key files already read, by the name of their value; else the value's own text is read. */
  file?: Readonly<Record<string, unknown>>
}

export type ResolvedValues = {
  values: Record<string, string | Secret>
  /** Names that only a person can give and has not, all at once. */
  missing: string[]
  /** Names without a value yet which the callback, an answer or a list to pick from may still bring. */
  later: string[]
  faults: Fault[]
}

/** Names of the client's and the user's fields: they travel with the typed values and are not the provider's. */
const foreignNames = ['user_name', 'password']

/** All values of a way from all their sources, in the order `from` names them, then the default. */
export function resolveValues(provider: Provider, wayName: string, given: GivenValues): ResolvedValues {
  const values: Record<string, string | Secret> = {}
  const missing: string[] = []
  const later: string[] = []
  const faults = [...strangers(provider, given)]
  const used = valuesUsed(provider, wayName)

  for (const [name, value] of Object.entries(provider.values ?? {})) {
    const found = find(provider, name, given) ?? value.default
    if (found === undefined || open(found) === '') {
      if (!used.has(name) || value.optional || isComputed(value)) continue
      const lack = isTyped(value) ? undefined : lackOfFile(provider, value, given)
      if (mayStillCome(value, provider, wayName, given)) later.push(name)
      else if (lack !== undefined) faults.push(lack)
      else missing.push(name)
      continue
    }
    const text = makeValue(value, open(found))
    const problem = problemOf(value, text)
    if (problem !== undefined)
      faults.push({ path: name, problem: `${value.label}: ${problem}`, remedy: remedyOf(value) })
    else values[name] = value.secret || found instanceof Secret ? new Secret(text) : text
  }
  return { values, missing: missing.map((name) => askedInstead(provider, name)).filter(unique), later, faults }
}

/**
 * Values made from others at the moment of use, such as Facebook's proof of the app secret over the token. What cannot
 * be computed yet is left out.
 */
export function computeValues(provider: Provider, values: Values): Record<string, Secret> {
  const computed: Record<string, Secret> = {}
  for (const [name, value] of Object.entries(provider.values ?? {}))
    for (const source of value.from ?? []) {
      if (typeof source === 'string') continue
      const { key, text } = source.hmacSha256Hex
      const names = [...variablesOf(key), ...variablesOf(text)]
      if (names.some((used) => !Object.hasOwn(values, used)) || isAbsent(key, values) || isAbsent(text, values))
        continue
      const clear = (template: string) => joinText(expand(template, values, 'plain'))
      computed[name] = new Secret(createHmac('sha256', clear(key)).update(clear(text)).digest('hex'))
    }
  return computed
}

/**
 * Names of the values a connection of this way has to do with: named by its templates, lifetimes or warnings, and
 * whatever those are taken from (the choice that sets a host, the key file that holds a key).
 */
export const valuesUsed = perWay((provider, wayName): ReadonlySet<string> => {
  const way = findWay(provider, wayName)
  const lives: (Life | undefined)[] = [
    way.access,
    way.renewal.ends?.idle,
    way.renewal.ends?.hard,
    (way.client ?? provider.client).secret?.life,
    ...(way.steps ?? []).map((step) => step.life),
  ]
  const pending = [
    ...sitesOf(provider, wayName)
      // A computed value's own templates count only where that value is used; the walk below follows them. Nobody is
      // asked for what only the address of the service's console would be completed with.
      .filter(({ at: [block] }) => block !== 'values' && block !== 'console')
      .flatMap((site) => variablesOf(site.template)),
    ...lives.flatMap((life) => (typeof life === 'object' ? [life.input] : [])),
    ...(way.steps ?? []).flatMap((step) => (step.onlyWith === undefined ? [] : [step.onlyWith])),
    // What an answer brings for jobs alone, and a person may set instead: the division or ad account they read.
    ...[way.token, way.renewal.call, ...(way.steps ?? [])]
      .flatMap((call) => Object.keys(call?.take ?? {}))
      .filter((name) => provider.values?.[name] !== undefined && isTyped(provider.values[name])),
    ...(provider.warnings ?? [])
      .filter((warning) => warning.ways?.includes(wayName) ?? true)
      .flatMap((warning) => Object.keys(warning.when.values ?? {})),
  ]
  const used = new Set<string>()
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const value = provider.values?.[name]
    if (!value || used.has(name)) continue
    used.add(name)
    pending.push(...(value.from ?? []).flatMap(namesBehind))
  }
  return used
})

/** Names of the values a person may type. */
export function typedNames(provider: Provider): string[] {
  return Object.entries(provider.values ?? {}).flatMap(([name, value]) => (isTyped(value) ? [name] : []))
}

/** Whether a person may type it. */
export function isTyped(value: Value): boolean {
  return value.from === undefined || value.from.includes('person')
}

function isComputed(value: Value): boolean {
  return value.from?.some((source) => typeof source === 'object') ?? false
}

function namesBehind(source: ValueSource): string[] {
  if (typeof source === 'object') return [source.hmacSha256Hex.key, source.hmacSha256Hex.text].flatMap(variablesOf)
  const [kind, name] = source.split('.')
  return (kind === 'choice' || kind === 'file') && name !== undefined ? [name] : []
}

/** The text of a value as its sources have it, before it is brought into form. */
function find(provider: Provider, name: string, given: GivenValues): string | Secret | undefined {
  for (const source of provider.values?.[name]?.from ?? ['person']) {
    const found = typeof source === 'object' ? undefined : fromSource(provider, name, source, given)
    if (found !== undefined && open(found) !== '') return found
  }
  return undefined
}

function fromSource(provider: Provider, name: string, source: string, given: GivenValues): string | Secret | undefined {
  if (source === 'person') return own(given.secrets, name) ?? own(given.typed, name)
  if (source === 'answer') return own(given.answer, name)
  const [kind, other = '', ...path] = source.split('.')
  if (kind === 'callback') return own(given.callback, source.slice('callback.'.length))
  if (kind === 'file') return fromFile(provider, other, path, given)
  const value = provider.values?.[other]
  const chosen = find(provider, other, given) ?? value?.default
  if (!value || chosen === undefined) return undefined
  return own(value.choices?.find((choice) => choice.value === open(chosen))?.sets, name)
}

/** A member of a key file. The file is secret, so each of its members is taken as one until a value says otherwise. */
function fromFile(provider: Provider, name: string, path: readonly string[], given: GivenValues): string | undefined {
  const text = find(provider, name, given)
  let node: unknown = own(given.file, name) ?? (text === undefined ? undefined : parseObject(open(text)))
  for (const part of path) {
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, part)) return undefined
    node = (node as Record<string, unknown>)[part]
  }
  return typeof node === 'string' || typeof node === 'number' ? String(node) : undefined
}

/** A key file that was given, can be read, and lacks what a value is taken from. */
function lackOfFile(provider: Provider, value: Value, given: GivenValues): Fault | undefined {
  for (const source of value.from ?? []) {
    const [kind, file = '', ...path] = typeof source === 'string' ? source.split('.') : []
    const text = kind === 'file' ? find(provider, file, given) : undefined
    if (text === undefined || parseObject(open(text)) === undefined) continue
    const label = provider.values?.[file]?.label ?? file
    const remedy = 'give the whole file, as the service wrote it'
    return { path: file, problem: `${label}: it has no ${path.join('.')} (${value.label})`, remedy }
  }
  return undefined
}

function problemOf(value: Value, text: string): string | undefined {
  if (value.choices && !value.choices.some((choice) => choice.value === text)) return 'is none of the choices'
  return shapeProblem(value.shape, text)
}

function remedyOf(value: Value): string {
  if (value.choices) return `use one of: ${value.choices.map((choice) => choice.value).join(', ')}`
  return value.example === undefined ? 'correct it' : `write it like ${value.example}`
}

function mayStillCome(value: Value, provider: Provider, wayName: string, given: GivenValues): boolean {
  // Once the callback was there, what it did not bring will not come by it.
  const awaitsCallback = Object.keys(given.callback ?? {}).length === 0
  return isBrought(value, provider, wayName, awaitsCallback)
}

/** Whether something else than a person brings the value to a connection of this way. */
export function isBrought(value: Value, provider: Provider, wayName: string, awaitsCallback = true): boolean {
  if (value.pick) return true
  const called = awaitsCallback && findWay(provider, wayName).grant === 'authorization_code'
  return (value.from ?? []).some(
    (source) => typeof source === 'string' && (source === 'answer' || (called && source.startsWith('callback.'))),
  )
}

/** A value that is read from a key file, or set by a choice, is asked for by asking for the file or the choice. */
function askedInstead(provider: Provider, name: string): string {
  const value = provider.values?.[name]
  if (!value || isTyped(value)) return name
  const source = value.from?.flatMap(namesBehind)[0]
  return source ?? name
}

/** Names without a meaning. What was captured is kept beside what was typed, and is no stranger. */
function strangers(provider: Provider, given: GivenValues): Fault[] {
  return [...Object.keys(given.typed), ...Object.keys(given.secrets)]
    .filter((name) => own(provider.values, name) === undefined && !foreignNames.includes(name))
    .map((name) => ({
      path: name,
      problem: `${provider.name} has no value ${name}`,
      remedy: suggestion(name, typedNames(provider)),
    }))
}

function own<T>(record: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return record && Object.hasOwn(record, name) ? record[name] : undefined
}

function unique<T>(item: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(item) === index
}
