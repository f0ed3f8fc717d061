/**
 * What the words of a definition must mean for each other: sources that exist, variables that are known where they
 * stand, addresses inside the hosts, ways that have what their grant needs. Each check reports all it finds.
 */
import { variablesOf } from '../oauth/template.ts'
import { addressFaults } from './addresses.ts'
import { suggestion, type PlacedFault } from './faults.ts'
import { pathText } from './guard.ts'
import { answerTargets, isKnown, namesAt, reservedNames } from './names.ts'
import type { Life, Provider, Scopes, Way } from './provider.ts'
import { templatesOfProvider, templatesOfWay, type Site } from './templates.ts'
import { wayFaults } from './ways.ts'

/** What the input said, where it differs from what was sound enough to be looked at. */
export type Written = {
  sources: readonly string[]
  values: readonly string[]
  /** Ways whose grant, renewal or PKCE could not be read: what they need is not known. */
  unreadWays: readonly string[]
}

export type SoundnessOptions = { allowHttp?: boolean }

type Place = readonly (string | number)[]

export function soundnessFaults(provider: Provider, written: Written, options: SoundnessOptions): PlacedFault[] {
  return [
    ...nameFaults(provider),
    ...sourceFaults(provider, [], written.sources),
    ...valueFaults(provider),
    ...variableFaults(provider, written.values),
    ...takeFaults(provider, [], written.values),
    ...referenceFaults(provider, written.values),
    ...scopeFaults(provider),
    ...warningFaults(provider, written.values),
    ...addressFaults(provider, options),
    ...headerFaults(provider),
    ...Object.entries(provider.ways)
      .filter(([name]) => !written.unreadWays.includes(name))
      .flatMap(([name, way]) => wayFaults(provider, way, ['ways', name])),
  ]
}

export function fault(at: Place, problem: string, remedy: string): PlacedFault {
  return { at, path: pathText(at), problem, remedy }
}

function nameFaults(provider: Provider): PlacedFault[] {
  const faults: PlacedFault[] = []
  if (!/^[a-z0-9][a-z0-9-]*$/.test(provider.id))
    faults.push(fault(['id'], 'is no id', 'use lower-case letters, digits and dashes'))
  const names: [string, string[]][] = [
    ['ways', Object.keys(provider.ways)],
    ['values', Object.keys(provider.values ?? {})],
  ]
  for (const [block, keys] of names)
    for (const key of keys)
      if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(key))
        faults.push(fault([block, key], 'is no name', 'use letters, digits and _, starting with a letter'))
  for (const key of Object.keys(provider.values ?? {}))
    if (reservedNames.includes(key))
      faults.push(fault(['values', key], `${key} is a variable of the protocol`, 'give the value another name'))
  return faults
}

/** `see` may stand anywhere in the tree, so the tree is walked. */
function sourceFaults(node: unknown, at: Place, sources: readonly string[]): PlacedFault[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, item]) => {
    const place = [...at, Array.isArray(node) ? Number(key) : key]
    if (key !== 'see' || !Array.isArray(item)) return sourceFaults(item, place, sources)
    return item
      .map(String)
      .filter((name) => !sources.includes(name))
      .map((name) => fault(place, `there is no source ${name}`, suggestion(name, sources)))
  })
}

function valueFaults(provider: Provider): PlacedFault[] {
  const values = provider.values ?? {}
  const faults: PlacedFault[] = []
  for (const [name, value] of Object.entries(values)) {
    const at = ['values', name]
    if (value.default !== undefined && value.choices && !value.choices.some((choice) => choice.value === value.default))
      faults.push(
        fault(
          [...at, 'default'],
          'is none of the choices',
          `use one of: ${value.choices.map((c) => c.value).join(', ')}`,
        ),
      )
    if (value.secret && value.shown)
      faults.push(fault([...at, 'shown'], 'a secret cannot be shown to jobs', 'remove shown or secret'))
    for (const [index, choice] of (value.choices ?? []).entries())
      for (const set of Object.keys(choice.sets ?? {}))
        if (!values[set]?.from?.includes(`choice.${name}`))
          faults.push(
            fault(
              [...at, 'choices', index, 'sets', set],
              `no value ${set} takes what this choice sets`,
              `add values.${set} with from: ["choice.${name}"]`,
            ),
          )
    for (const [index, source] of (value.from ?? []).entries()) {
      if (typeof source !== 'string') continue
      const [kind, other = ''] = source.split('.')
      if (kind === 'choice' && !values[other]?.choices)
        faults.push(fault([...at, 'from', index], `${other} has no choices`, 'name a value that has choices'))
      if (kind === 'file' && values[other]?.shape !== 'json_file')
        faults.push(
          fault(
            [...at, 'from', index],
            `${other} is no key file`,
            'name a value of the shape json_file, then the path',
          ),
        )
    }
  }
  return faults
}

function variableFaults(provider: Provider, values: readonly string[]): PlacedFault[] {
  const check = (way: Way | undefined) => (site: Site) => {
    const names = namesAt(site.moment, way, values)
    return [...new Set(variablesOf(site.template))]
      .filter((name) => !isKnown(name, site.moment, names))
      .map((name) => fault(site.at, `{${name}} is not known here`, suggestion(name, names)))
  }
  return [
    ...templatesOfProvider(provider).flatMap(check(undefined)),
    ...Object.entries(provider.ways).flatMap(([name, way]) => templatesOfWay(way, ['ways', name]).flatMap(check(way))),
  ]
}

/** `take` may stand in any call: a target is the protocol's own or a value that is filled from answers. */
function takeFaults(node: unknown, at: Place, values: readonly string[]): PlacedFault[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, item]) => {
    const place = [...at, Array.isArray(node) ? Number(key) : key]
    const isTake = key === 'take' && typeof item === 'object' && item !== null && !at.includes('json')
    if (!isTake) return takeFaults(item, place, values)
    const targets = [...answerTargets, ...values]
    return Object.keys(item as object)
      .filter((target) => !targets.includes(target))
      .map((target) => fault([...place, target], `there is no value ${target} to take it`, suggestion(target, targets)))
  })
}

/** Names of values outside templates: conditions of steps, probes and redirects, and lifetimes the customer sets. */
function referenceFaults(provider: Provider, values: readonly string[]): PlacedFault[] {
  const faults: PlacedFault[] = []
  const value = (at: Place, name: string) => {
    if (!values.includes(name)) faults.push(fault(at, `there is no value ${name}`, suggestion(name, values)))
  }
  const life = (at: Place, end: Life | undefined) => {
    if (typeof end === 'object') value([...at, 'input'], end.input)
  }
  const redirects = (at: Place, rules: Provider['redirects']) => {
    for (const [index, rule] of (rules ?? []).entries())
      for (const [name, wanted] of Object.entries(rule.onlyWith ?? {})) {
        value([...at, index, 'onlyWith', name], name)
        const choices = provider.values?.[name]?.choices?.map((choice) => choice.value)
        if (choices && !choices.includes(wanted))
          faults.push(
            fault([...at, index, 'onlyWith', name], `${name} is never ${wanted}`, suggestion(wanted, choices)),
          )
      }
  }
  const ways = Object.keys(provider.ways)
  for (const block of ['probes', 'revoke', 'warnings'] as const)
    for (const [index, item] of (provider[block] ?? []).entries())
      for (const name of (item.ways ?? []).filter((one) => !ways.includes(one)))
        faults.push(fault([block, index, 'ways'], `there is no way ${name}`, suggestion(name, ways)))
  redirects(['redirects'], provider.redirects)
  life(['client', 'secret', 'life'], provider.client.secret?.life)
  for (const [index, probe] of (provider.probes ?? []).entries())
    if (probe.onlyWith !== undefined) value(['probes', index, 'onlyWith'], probe.onlyWith)
  for (const [name, way] of Object.entries(provider.ways)) {
    const at = ['ways', name]
    redirects([...at, 'redirects'], way.redirects)
    life([...at, 'access'], way.access)
    life([...at, 'client', 'secret', 'life'], way.client?.secret?.life)
    life([...at, 'renewal', 'ends', 'idle'], way.renewal.ends?.idle)
    life([...at, 'renewal', 'ends', 'hard'], way.renewal.ends?.hard)
    for (const [index, step] of (way.steps ?? []).entries()) {
      life([...at, 'steps', index, 'life'], step.life)
      if (step.onlyWith !== undefined) value([...at, 'steps', index, 'onlyWith'], step.onlyWith)
    }
  }
  return faults
}

/** A closed list must hold what the definition itself asks for. */
function scopeFaults(provider: Provider): PlacedFault[] {
  const lists: [Place, Scopes | undefined][] = [
    [['scopes'], provider.scopes],
    ...Object.entries(provider.ways).map(([name, way]): [Place, Scopes | undefined] => [
      ['ways', name, 'scopes'],
      way.scopes,
    ]),
  ]
  return lists.flatMap(([at, scopes]) => {
    if (!scopes?.closed) return []
    const known = Object.keys(scopes.known)
    return [
      ...scopes.preset.map((scope) => ['preset', scope]),
      ...(scopes.refresh ? [['refresh', scopes.refresh]] : []),
    ]
      .filter(([, scope = '']) => !known.includes(scope))
      .map(([word = '', scope = '']) =>
        fault([...at, word], `${scope} is not among known, and the list is closed`, suggestion(scope, known)),
      )
  })
}

/** What the words of a warning must name, and which of them can be known at its moment. */
function warningFaults(provider: Provider, values: readonly string[]): PlacedFault[] {
  const faults: PlacedFault[] = []
  for (const [index, warning] of (provider.warnings ?? []).entries()) {
    const at = ['warnings', index]
    const { lacks = [], values: wanted = {}, endsWithin } = warning.when
    const named = [...lacks.filter((name) => name !== 'refresh_token'), ...Object.keys(wanted)]
    for (const name of named.filter((one) => !values.includes(one)))
      faults.push(fault([...at, 'when'], `there is no value ${name}`, suggestion(name, values)))
    for (const [name, texts] of Object.entries(wanted)) {
      const choices = provider.values?.[name]?.choices?.map((choice) => choice.value)
      for (const text of texts.filter((one) => choices?.includes(one) === false))
        faults.push(fault([...at, 'when', 'values', name], `${name} is never ${text}`, suggestion(text, choices ?? [])))
    }
    if (Object.keys(warning.when).length === 0)
      faults.push(fault([...at, 'when'], 'says nothing', 'name at least one condition'))
    if (warning.at === 'request' && (endsWithin !== undefined || lacks.includes('refresh_token')))
      faults.push(fault([...at, 'at'], 'nothing came yet before a request', 'write token'))
    if (warning.at === 'token' && warning.refuses)
      faults.push(fault([...at, 'refuses'], 'the token is there already', 'remove refuses, or write at: request'))
  }
  return faults
}

/** Headers that belong to the connection and not to the request: RFC 9110 section 7.6.1, Host and lengths. */
const transportHeaders = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function headerFaults(provider: Provider): PlacedFault[] {
  const sites = [
    ...templatesOfProvider(provider),
    ...Object.entries(provider.ways).flatMap(([name, way]) => templatesOfWay(way, ['ways', name])),
  ]
  return sites.flatMap(({ at }) => {
    const block = at.at(-2)
    const name = String(at.at(-1)).replace(/\?$/, '')
    if (block !== 'headers' && !(block === 'send' && at.at(-3) === 'api')) return []
    if (transportHeaders.has(name.toLowerCase()))
      return [fault(at, `the header ${name} belongs to the connection`, 'remove it: it is set by the client itself')]
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      return [fault(at, 'is no header name', 'use letters, digits and dashes')]
    return []
  })
}
