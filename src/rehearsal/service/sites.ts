/** Every request that a definition knows, each with what it must be held against. */
import type { CallTemplate, ClientAuthMethod } from '../../oauth/call-template.ts'
import type { Client, Provider, Scopes, Way } from '../../provider/provider.ts'
import { fixedLength } from './pattern.ts'

export type Kind = 'device' | 'token' | 'renewal' | 'step' | 'pick' | 'probe' | 'revoke' | 'introspect'

export type Site = {
  kind: Kind
  /** As the examples name it. */
  name: string
  wayName: string
  way: Way
  call: CallTemplate
  auth: NonNullable<CallTemplate['auth']>
  client: Client
  scopes: Scopes | undefined
}

/** The client of the rehearsal is the same everywhere. */
export const known = {
  id: 'rehearsal',
  secrets: ['rehearsal-secret', 'rehearsal-secret-of-32-bytes-or-more'],
  userName: 'ada',
  password: 'rehearsal-password',
} as const

/** The more of an address is fixed, the earlier it stands. */
export function sitesOf(provider: Provider): Site[] {
  const sites = Object.entries(provider.ways).flatMap(([wayName, way]) => sitesOfWay(provider, wayName, way))
  return sites.sort((one, other) => fixedLength(other.call.url) - fixedLength(one.call.url))
}

function sitesOfWay(provider: Provider, wayName: string, way: Way): Site[] {
  const client = way.client ?? provider.client
  const scopes = way.scopes ?? provider.scopes
  const sites: Site[] = []
  const add = (kind: Kind, name: string, call: CallTemplate | undefined, auth: 'client' | 'none'): void => {
    if (call) sites.push({ kind, name, wayName, way, call, auth: call.auth ?? auth, client, scopes })
  }
  const here = ({ ways }: { ways?: string[] }): boolean => ways?.includes(wayName) ?? true
  add('device', 'device', way.device, 'client')
  add('token', 'token', way.token, 'client')
  add('renewal', 'renewal', way.renewal.call, 'client')
  for (const step of way.steps ?? []) add('step', step.name, step, 'none')
  for (const probe of (provider.probes ?? []).filter(here)) add('probe', probe.name ?? 'probe', probe, 'none')
  for (const [name, value] of Object.entries(provider.values ?? {})) add('pick', name, value.pick, 'none')
  for (const revocation of (provider.revoke ?? []).filter(here)) add('revoke', 'revoke', revocation, 'client')
  add('introspect', 'introspect', provider.introspect, 'client')
  return sites
}

export function clientIdOf(client: Client): string {
  return client.id?.fixed ?? known.id
}

/** The methods by which a request may prove its client, as its call and its client say. */
export function methodsOf({ auth, client }: Pick<Site, 'auth' | 'client'>): readonly ClientAuthMethod[] {
  if (auth === 'client') return client.auth
  return typeof auth === 'string' && auth !== 'none' && auth !== 'user' ? [auth] : []
}
