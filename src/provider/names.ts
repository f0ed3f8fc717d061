import { variablesOf } from '../oauth/template.ts'
import { EvergrantError } from '../errors.ts'
import type { Provider, Way } from './provider.ts'
import { templatesOfProvider, templatesOfWay, type Moment, type Site } from './templates.ts'

/** What a token response may be read into beside the definition's own values. */
export const answerTargets = [
  'access_token',
  'refresh_token',
  'id_token',
  'token_type',
  'scope',
  'expires',
  'idle_end',
  'hard_end',
] as const

const client = ['client_id', 'client_secret']
const scope = ['scope', 'scopes']
const person = ['user_name', 'password']

/** The protocol's own variables at a moment. Nothing secret is offered where the browser sees it. */
function protocolNames(moment: Moment, way: Pick<Way, 'grant' | 'assertion'> | undefined): string[] {
  const coded = way === undefined || way.grant === 'authorization_code'
  const assertion = way?.assertion ? ['assertion'] : []
  switch (moment) {
    case 'authorize':
      return [
        'client_id',
        ...scope,
        'redirect_uri',
        'state',
        'code_challenge',
        'code_challenge_method',
        'nonce',
        'response_type',
        'user_name',
      ]
    case 'device':
      return [...client, ...scope]
    case 'assertion':
      return ['client_id', ...scope, 'user_name']
    case 'token':
      return [
        ...client,
        ...scope,
        ...person,
        'grant_type',
        ...assertion,
        ...(coded ? ['code', 'code_verifier', 'redirect_uri', 'state'] : []),
        ...(way?.grant === 'device_code' ? ['device_code'] : []),
        ...(way?.grant === 'token_exchange' ? ['token'] : []),
      ]
    case 'literal':
      return [...client, ...person]
    case 'after':
      return [
        ...client,
        ...scope,
        ...person,
        'grant_type',
        ...assertion,
        ...(coded ? ['redirect_uri'] : []),
        'token',
        'refresh_token',
        'id_token',
      ]
    case 'page':
      return []
  }
}

/**
 * The names a template may use at a moment of a way (no way: what belongs to all). `callback.*` and `response.*` are
 * open: see `isKnown`.
 */
export function namesAt(
  moment: Moment,
  way: Pick<Way, 'grant' | 'assertion'> | undefined,
  values: readonly string[],
): string[] {
  return [...protocolNames(moment, way), ...values]
}

export function isKnown(name: string, moment: Moment, names: readonly string[]): boolean {
  if (names.includes(name)) return true
  if (name.startsWith('callback.')) return moment === 'token' || moment === 'after'
  return name.startsWith('response.') && moment === 'after'
}

/** Names the protocol owns: a value may not take one. */
export const reservedNames: readonly string[] = [
  ...new Set([
    ...(['authorize', 'device', 'assertion', 'token', 'literal', 'after'] as const).flatMap((moment) =>
      protocolNames(moment, undefined),
    ),
    ...answerTargets,
    'assertion',
    'device_code',
  ]),
]

/** All templates that matter for a connection of this way: the way's own, and the provider's but for other ways' calls. */
export function sitesOf(provider: Provider, wayName: string): Site[] {
  const shared = templatesOfProvider(provider).filter(({ at }) => !isForeign(provider, wayName, at))
  return [...templatesOfWay(findWay(provider, wayName), ['ways', wayName]), ...shared]
}

/** A call that names other ways, or the provider's API where the way has its own. */
function isForeign(provider: Provider, wayName: string, [block, index]: Site['at']): boolean {
  if (block === 'api') return findWay(provider, wayName).api !== undefined
  if (block !== 'probes' && block !== 'revoke') return false
  return provider[block]?.[Number(index)]?.ways?.includes(wayName) === false
}

/**
 * What is true of a way of a definition, computed once: a definition does not change once it was read, and requests,
 * views and checks ask for the same again and again.
 */
export function perWay<T>(compute: (provider: Provider, wayName: string) => T): typeof compute {
  const computed = new WeakMap<Provider, Map<string, T>>()
  return (provider, wayName) => {
    const ways = computed.get(provider) ?? new Map<string, T>()
    computed.set(provider, ways)
    const known = ways.get(wayName) ?? compute(provider, wayName)
    ways.set(wayName, known)
    return known
  }
}

/** Every name a template of this way may use: protocol variables, the definition's values, what its callback brings. */
export const namesKnown = perWay((provider, wayName): readonly string[] => {
  const way = findWay(provider, wayName)
  const moments: Moment[] = ['authorize', 'device', 'assertion', 'token', 'literal', 'after']
  const open = sitesOf(provider, wayName)
    .flatMap((site) => variablesOf(site.template))
    .filter((name) => name.startsWith('callback.') || name.startsWith('response.'))
  return [
    ...new Set([
      ...moments.flatMap((moment) => protocolNames(moment, way)),
      ...Object.keys(provider.values ?? {}),
      ...open,
    ]),
  ]
})

/** The way of this name; throws `unknown_way` naming those there are. */
export function findWay(provider: Provider, wayName: string): Way {
  const way = Object.hasOwn(provider.ways, wayName) ? provider.ways[wayName] : undefined
  if (way) return way
  throw new EvergrantError('unknown_way', {
    detail: `${provider.name} has no way "${wayName}"; it offers ${Object.keys(provider.ways).join(', ')}`,
  })
}
