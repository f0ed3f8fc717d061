import type { PlacedFault } from './faults.ts'
import { pathText } from './guard.ts'
import { hostMatches, isLoopback, patternProblem, withStandIns } from './hosts.ts'
import { variablesOf } from '../oauth/template.ts'
import type { Provider, Value } from './provider.ts'
import { templatesOfProvider, templatesOfWay, type Site } from './templates.ts'

/** Addresses of a definition: https, inside the hosts, patterns that mean something. */
export function addressFaults(provider: Provider, options: { allowHttp?: boolean }): PlacedFault[] {
  const faults: PlacedFault[] = []
  const add = (at: readonly (string | number)[], problem: string, remedy: string) =>
    faults.push({ at, path: pathText(at), problem, remedy })

  for (const [name, source] of Object.entries(provider.sources))
    if (!/^https:\/\/[^/\s]+/.test(source.url))
      add(['sources', name, 'url'], 'is no https address', 'give the address of the page')

  const taken = new Set(takenNames(provider))
  for (const kind of ['token', 'api'] as const)
    for (const [index, pattern] of provider.hosts[kind].entries()) {
      const problem = patternProblem(withStandIns(pattern))
      if (problem !== undefined)
        add(['hosts', kind, index], problem, 'write a.b.c or *.b.c, with :port where it is not the usual one')
      for (const name of variablesOf(pattern))
        if (taken.has(name) || !isGiven(provider.values?.[name]))
          add(
            ['hosts', kind, index],
            `{${name}} is not given by a person alone`,
            'name a value that is typed or chosen',
          )
    }

  const sites = [
    ...templatesOfProvider(provider),
    ...Object.entries(provider.ways).flatMap(([name, way]) => templatesOfWay(way, ['ways', name])),
  ]
  for (const site of sites) if (site.url) checkAddress(site, provider, options, add)
  return faults
}

/** Typed or chosen: what a callback, an answer or a file brings must not open a host. */
export function isGiven(value: Value | undefined): boolean {
  return (
    value !== undefined &&
    (value.from ?? ['person']).every(
      (source) => source === 'person' || (typeof source === 'string' && source.startsWith('choice.')),
    )
  )
}

/** Names that some call fills from its answer. */
function takenNames(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([key, item]) =>
    key === 'take' && typeof item === 'object' && item !== null ? Object.keys(item) : takenNames(item),
  )
}

type Add = (at: readonly (string | number)[], problem: string, remedy: string) => void

function checkAddress(site: Site, provider: Provider, options: { allowHttp?: boolean }, add: Add): void {
  const values = provider.values ?? {}
  const whole = /^\{(\w+)\}/.exec(site.template)?.[1]
  if (whole !== undefined) {
    // The value's own shape says that it is an address; its host is checked when it is known.
    if (values[whole] && values[whole].shape !== 'url')
      add(
        site.at,
        `begins with {${whole}}, which need not be an address`,
        `begin with https://, or give values.${whole} the shape url`,
      )
    return
  }
  const [, scheme, authority] = /^(https?):\/\/([^/?#]+)/.exec(site.template) ?? []
  if (scheme === undefined || authority === undefined) {
    add(site.at, 'is no https address', 'begin with https://')
    return
  }
  if (authority.includes('@')) {
    add(site.at, 'holds a user name in front of the host', 'send credentials by `auth` or in a field')
    return
  }
  const { hosts } = provider
  const patterns = (site.url === 'token' ? hosts.token : [...hosts.token, ...hosts.api]).map(withStandIns)
  for (const host of possibleHosts(authority, values)) {
    if (scheme === 'http' && !options.allowHttp && !isLoopback(host) && !onlyLoopback(authority, patterns))
      add(site.at, 'is not encrypted', 'use https')
    if (site.url !== 'browser' && !hostMatches(`${scheme}://${host}/`, patterns))
      add(site.at, `the host ${host} is not listed`, `add it to hosts.${site.url}, or correct the address`)
  }
}

/** A host whose name comes from a value is as local as all patterns that it must fit. */
function onlyLoopback(authority: string, patterns: readonly string[]): boolean {
  return authority.includes('{') && patterns.length > 0 && patterns.every(isLoopback)
}

/**
 * The hosts an authority can become: each one a choice may set, or the name with a plain label in place of its
 * variables. A host that is a value alone, and not chosen from a list, is checked when it is known: none here.
 */
function possibleHosts(authority: string, values: Record<string, Value>): string[] {
  if (!authority.includes('{')) return [authority]
  const alone = /^\{(\w+)\}$/.exec(authority)?.[1]
  if (alone === undefined) return [withStandIns(authority)]
  const value = values[alone]
  const chosen = (value?.from ?? []).flatMap((source) => {
    if (typeof source !== 'string' || !source.startsWith('choice.')) return []
    return (values[source.slice('choice.'.length)]?.choices ?? []).map((choice) => choice.sets?.[alone])
  })
  const own = value?.choices?.map((choice) => choice.value) ?? []
  return [...new Set([...chosen, ...own, value?.default])].filter((host) => host !== undefined)
}
