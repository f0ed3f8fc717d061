/**
 * What a person should hear before it bites: the warnings of a provider file that hold now, and what is true of any
 * service. Pure: the clock is passed in. Advice that `refuses` is an error before a request, the rest is told.
 */
import { nearest } from '../nearest.ts'
import { clearText, type Values } from '../oauth/template.ts'
import { findWay } from './names.ts'
import type { Choice, Condition, Provider, Warning } from './provider.ts'
import { valuesUsed } from './values.ts'

export type Advice = {
  /** The setting it is about: `scopes`, `inputs.NAME`, `client.secret`, `token`. */
  path: string
  says: string
  remedy: string
  refuses?: true
}

export type Facts = {
  values: Values
  /** Scopes asked for. */
  asked: readonly string[]
  /** Epoch milliseconds. */
  now: number
  /** What came with the token; absent while there is none. */
  came?: Came
}

export type Came = {
  /** Absent where the answer named none: then what was asked for is taken as granted. */
  granted?: readonly string[]
  refreshToken: boolean
  /** The access token never ends. */
  endless: boolean
  /** Seconds from the answer to the first end of the grant, unused or whatever happens. */
  endsIn?: number
}

const dayMs = 86_400_000
/** Days before the end of a choice from which it is told. */
const choiceNear = 60
/** Longer lists of scopes are not told whole. */
const fewScopes = 12

/** OpenID Connect Core sections 5.4 and 11: these ask for claims or a refresh token, and few servers repeat them. */
const seldomRepeated = ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']

/** All that can be said at a moment; `token` needs what came. */
export function adviceAt(at: Warning['at'], provider: Provider, wayName: string, facts: Facts): Advice[] {
  const own = (provider.warnings ?? [])
    .filter((warning) => warning.at === at && (warning.ways?.includes(wayName) ?? true))
    .filter(({ when }) => holds(when, facts))
    .map(({ when, says, remedy, refuses }) => ({ path: pathOf(when), says, remedy, ...(refuses && { refuses }) }))
  return [...own, ...(at === 'request' ? beforeRequest : afterAnswer)(provider, wayName, facts)]
}

/** As it is told where there is one line for it. */
export function sentence({ says, remedy }: Pick<Advice, 'says' | 'remedy'>): string {
  return `${says} ${remedy}`
}

function holds(when: Condition, { values, asked, came }: Facts): boolean {
  const scopes = came?.granted ?? asked
  const given = (name: string) =>
    name === 'refresh_token' && came !== undefined ? came.refreshToken : (clearText(values[name]) ?? '') !== ''
  const { lacksScopes, hasScopes, lacks, endsWithin } = when
  return (
    (lacksScopes?.every((scope) => !scopes.includes(scope)) ?? true) &&
    (hasScopes?.some((scope) => scopes.includes(scope)) ?? true) &&
    Object.entries(when.values ?? {}).every(([name, texts]) => texts.includes(clearText(values[name]) ?? '')) &&
    (lacks?.every((name) => !given(name)) ?? true) &&
    (endsWithin === undefined || (came?.endsIn ?? Infinity) <= endsWithin)
  )
}

/** The setting to change first. */
function pathOf({ hasScopes, lacksScopes, values = {}, lacks = [] }: Condition): string {
  if (hasScopes ?? lacksScopes) return 'scopes'
  const name = [...lacks, ...Object.keys(values)].find((one) => one !== 'refresh_token')
  return name === undefined ? 'token' : `inputs.${name}`
}

function beforeRequest(provider: Provider, wayName: string, facts: Facts): Advice[] {
  return [
    ...endingChoices(provider, wayName, facts),
    // Once there is a token, the service itself has said what it thinks of the scopes.
    ...(facts.came === undefined
      ? [...unknownScopes(provider, wayName, facts), ...noRefreshScope(provider, wayName, facts)]
      : []),
  ]
}

function endingChoices(provider: Provider, wayName: string, { values, now }: Facts): Advice[] {
  const ends = ({ until }: Choice) => until !== undefined && Date.parse(until) - now <= choiceNear * dayMs
  const ending = Object.entries(provider.values ?? {}).flatMap(([name, { label, choices = [] }]) => {
    const chosen = choices.find(({ value }) => value === clearText(values[name]))
    return chosen !== undefined && ends(chosen) ? [{ name, label, choices, chosen }] : []
  })
  if (ending.length === 0) return []
  const used = valuesUsed(provider, wayName)
  return ending
    .filter(({ name }) => used.has(name))
    .map(({ name, label, choices, chosen: { value, until = '' } }) => {
      return {
        path: `inputs.${name}`,
        says: `${label} ${value} ${Date.parse(until) > now ? 'ends' : 'ended'} on ${until}.`,
        remedy: instead(
          provider,
          choices.filter((choice) => !ends(choice)),
        ),
      }
    })
}

/** What lives longest comes first; what may change without notice is named only where nothing else is left. */
function instead({ name }: Provider, choices: readonly Choice[]): string {
  const end = ({ until }: Choice) => (until === undefined ? Infinity : Date.parse(until))
  const steady = choices.filter(({ unstable }) => !unstable).toSorted((a, b) => latestFirst(end(a), end(b)))
  if (steady.length > 0) return `Choose another: ${listed(steady)}.`
  const newer = `See whether ${name} offers another one, and update Evergrant.`
  return choices.length === 0 ? newer : `${newer} Left until then, and may change without notice: ${listed(choices)}.`
}

/** Infinity minus itself is no number. */
function latestFirst(a: number, b: number): number {
  return a === b ? 0 : b > a ? 1 : -1
}

function listed(choices: readonly Choice[]): string {
  return choices.map(({ value }) => value).join(', ')
}

function unknownScopes(provider: Provider, wayName: string, { asked }: Facts): Advice[] {
  const scopes = findWay(provider, wayName).scopes ?? provider.scopes
  const known = Object.keys(scopes?.known ?? {})
  if (scopes === undefined || (known.length === 0 && !scopes.closed)) return []
  return asked
    .filter((scope) => !known.includes(scope))
    .map((scope) => ({
      path: 'scopes',
      says: scopes.closed
        ? `${provider.name} has no scope ${scope}.`
        : `The scope ${scope} is not among those known of ${provider.name}.`,
      remedy: spelling(scope, known, scopes.closed ?? false),
      ...(scopes.closed && { refuses: scopes.closed }),
    }))
}

function spelling(scope: string, known: readonly string[], closed: boolean): string {
  const near = nearest(scope, known)
  if (near !== undefined) return `Is ${near} meant?`
  if (known.length === 0) return 'Leave it out: this way takes none.'
  if (known.length <= fewScopes || closed) return `Known are ${known.join(', ')}.`
  return 'Compare its spelling with the service’s own list.'
}

function noRefreshScope(provider: Provider, wayName: string, { asked }: Facts): Advice[] {
  const way = findWay(provider, wayName)
  const refresh = (way.scopes ?? provider.scopes)?.refresh
  // Who pastes tokens brings the refresh token along.
  if (refresh === undefined || way.renewal.by !== 'refresh_token' || way.grant === 'pasted') return []
  if (asked.includes(refresh)) return []
  return [
    {
      path: 'scopes',
      says: `Without the scope ${refresh} the service gives no refresh token: the connection ends with its first access token.`,
      remedy: `Add ${refresh} to the scopes.`,
    },
  ]
}

function afterAnswer(provider: Provider, wayName: string, { asked, came }: Facts): Advice[] {
  if (came === undefined) return []
  const way = findWay(provider, wayName)
  const refresh = (way.scopes ?? provider.scopes)?.refresh
  const again = way.authorize === undefined && way.device === undefined ? 'get a new token' : 'authorize again'
  const found: Advice[] = []
  const { granted } = came
  const missing = granted === undefined ? [] : asked.filter((scope) => !isGranted(scope, granted) && scope !== refresh)
  if (missing.length > 0)
    found.push({
      path: 'scopes',
      says: `Not granted: ${missing.join(', ')}.`,
      remedy: `See whether the client is allowed them at ${provider.name} and nobody unticked them, then ${again}.`,
    })
  if (way.renewal.by === 'refresh_token' && !came.refreshToken && !came.endless)
    found.push({
      path: 'token',
      says: `${provider.name} gave no refresh token: the connection ends with its access token.`,
      remedy:
        refresh === undefined || asked.includes(refresh)
          ? `See whether the client may have refresh tokens at ${provider.name}, then ${again}.`
          : `Add the scope ${refresh}, then ${again}.`,
    })
  return found
}

/** Servers may answer with the long name of a scope that was asked for by its short one. */
function isGranted(scope: string, granted: readonly string[]): boolean {
  if (seldomRepeated.includes(scope)) return true
  return granted.some((one) => one === scope || one.endsWith(`/${scope}`) || one.endsWith(`.${scope}`))
}
