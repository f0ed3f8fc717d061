import { createHash } from 'node:crypto'
import { expand, joinText, nameFaults, type Values } from '../oauth/template.ts'
import type { Secret } from '../secret.ts'
import { findWay, namesKnown } from './names.ts'
import { isGiven } from './addresses.ts'
import { hostsOf } from './hosts.ts'
import type { Provider } from './provider.ts'
import { templatesOfProvider, templatesOfWay } from './templates.ts'
import { resolveValues } from './values.ts'

/**
 * A digest of what stored tokens and secrets are bound to: the way, the client id, and every origin their requests go
 * to (token, device, renewal, steps, revocation, introspection) with the connection's values in place, with the hosts
 * that are listed: to any of them a test request or a list to pick from may carry a secret. When it changes, the secret
 * is asked for again and a new authorization is due. An address with a value that is still missing counts by its
 * template, so compute it after the authorization brought its values.
 */
export function boundTo(
  provider: Provider,
  wayName: string,
  clientId: string | undefined,
  values: Readonly<Record<string, string | Secret>>,
): string {
  const known: Record<string, Values[string]> = {}
  for (const name of namesKnown(provider, wayName)) known[name] = undefined
  const all: Values = { ...known, ...values }
  const sites = [
    ...templatesOfWay(findWay(provider, wayName), []),
    ...templatesOfProvider(provider).filter((site) => site.at[0] === 'revoke' || site.at[0] === 'introspect'),
  ]
  const origins = sites
    .filter((site) => site.url === 'token' || site.url === 'api')
    .map((site) => originOf(site.template, all))
  const listed = new Set(hostsOf(provider, all).api)
  const facts = [wayName, clientId ?? null, [...new Set(origins)].sort(), [...listed].sort()]
  return createHash('sha256').update(JSON.stringify(facts)).digest('base64url')
}

/**
 * A digest of where a definition sends what a connection holds, by what a person gave and what follows from it: a
 * choice that sets a host, a default. Captured values only move within the patterns and are left out. When it is
 * another one and nobody changed the connection, the definition was changed.
 */
export function leadsTo(provider: Provider, wayName: string, typed: Readonly<Record<string, string>>): string {
  const given = Object.entries(typed).filter(([name]) => isGiven(provider.values?.[name]))
  const { values } = resolveValues(provider, wayName, { typed: Object.fromEntries(given), secrets: {} })
  return boundTo(provider, wayName, undefined, values)
}

function originOf(template: string, values: Values): string {
  const { unknown, missing } = nameFaults(template, values)
  const authority = /^[^/]*\/\/[^/?#]*/.exec(template)?.[0] ?? template
  if (unknown.length > 0 || missing.length > 0) {
    const inHost = nameFaults(authority, values)
    if (inHost.unknown.length > 0 || inHost.missing.length > 0) return authority
    return joinText(expand(authority, values, 'url'))
  }
  return URL.parse(joinText(expand(template, values, 'url')))?.origin ?? authority
}
