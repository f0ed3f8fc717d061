import { clearText, type Values } from '../oauth/template.ts'
import { findWay } from './names.ts'
import type { Provider, RedirectRule } from './provider.ts'

export type Back = RedirectRule['back'][number]

/** Whether a way back works for a redirect URI, and if not, why not. */
export type BackAdvice = { back: Back; works: true } | { back: Back; works: false; reason: string }

export type RedirectAdvice = {
  backs: BackAdvice[]
  /** What to enter at the service; differs from what is sent where the service ignores the port. */
  register: string
} & ({ allowed: true } | { allowed: false; reason: string })

type Redirect = { typed: string; scheme: string; host: string; loopback: boolean; randomPort: boolean }

/** Codes that live shorter than this many seconds are gone before a person has pasted them. */
const pasteTakes = 60

/**
 * Which of the four ways back a redirect URI allows, by itself and by the rules of the service for the values chosen.
 * `publicUrl` is where this server is reached, without a trailing slash.
 */
export function redirectAdvice(
  provider: Provider,
  wayName: string,
  redirectUri: string,
  values: Values,
  options: { publicUrl: string },
): RedirectAdvice {
  const way = findWay(provider, wayName)
  const redirect = readTyped(redirectUri)
  const rules = way.redirects ?? provider.redirects ?? []
  const backs = (['callback', 'loopback', 'paste', 'relay'] as const).map((back): BackAdvice => {
    const reason =
      redirect === undefined
        ? 'it is no address'
        : (unfit(back, redirect, options.publicUrl) ??
          tooSlow(back, way.authorize?.codeLife, provider) ??
          refusal(back, redirect, rules, values, provider))
    return reason === undefined ? { back, works: true } : { back, works: false, reason }
  })
  const anyPort = rules.some(
    (rule) => rule.port === 'any' && ruleProblem(rule, redirect, values, provider) === undefined,
  )
  const register = anyPort && redirect?.loopback ? withoutPort(redirectUri) : redirectUri
  if (backs.some((advice) => advice.works)) return { backs, register, allowed: true }
  // What the service says of the address; not why each single way back, most of which were never meant, does not fit.
  const problem =
    nearestProblem(rules.map((rule) => ruleProblem(rule, redirect, values, provider))) ??
    (redirect === undefined
      ? 'it is no address'
      : (unfit('paste', redirect, options.publicUrl) ??
        tooSlow('paste', way.authorize?.codeLife, provider) ??
        'it fits no way back'))
  const taken = [...new Set(rules.filter((rule) => unmet(rule, values) === undefined).flatMap(addressesOf))]
  const instead = taken.length === 0 ? '' : `; what it takes is ${taken.join(' or ')}`
  return { backs, register, allowed: false, reason: `${redirectUri} cannot be used: ${problem}${instead}` }
}

/** The kinds of addresses a rule covers, as a person would write them. */
function addressesOf({ back, host = ['localhost'], port, scheme }: RedirectRule): string[] {
  const local = scheme === undefined || scheme.includes('http') ? 'http' : 'https'
  return [
    ...(back.includes('loopback') ? host.map((one) => `${local}://${one}${port === 'any' ? '' : ':PORT'}`) : []),
    ...(back.includes('relay') ? ['https://HOST/PATH'] : []),
  ]
}

/** Decided on the text as typed: the URL parser would add a slash, which means port 80 or 443. */
function readTyped(typed: string): Redirect | undefined {
  const match = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?(.*)$/i.exec(typed.trim())
  if (!match) return undefined
  const [, scheme = '', authority = '', rest = ''] = match
  if (authority === '' && rest === '') return undefined
  const host = authority.replace(/:\d*$/, '').toLowerCase()
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(host)
  return {
    typed,
    scheme: scheme.toLowerCase(),
    host,
    loopback,
    randomPort: loopback && !/:\d+$/.test(authority) && rest === '',
  }
}

/** A code that travels in the clear can be read on its way (RFC 6749 section 3.1.2.1, RFC 9700 section 2.6). */
const inTheClear = 'http is for addresses of this machine only'

/** What the URI itself does not allow, whatever the service says. */
function unfit(back: Back, redirect: Redirect, publicUrl: string): string | undefined {
  if (redirect.scheme === 'http' && !redirect.loopback) return inTheClear
  switch (back) {
    case 'callback':
      return redirect.typed === `${publicUrl}/oauth/callback`
        ? undefined
        : `this server's callback is ${publicUrl}/oauth/callback`
    case 'loopback':
      if (!redirect.loopback) return 'a listener answers on localhost, 127.0.0.1 or [::1] only'
      return redirect.typed.startsWith(`${publicUrl}/`) ? 'this server itself listens there' : undefined
    case 'paste':
      return redirect.randomPort ? 'a random port exists only while a listener is open' : undefined
    case 'relay':
      return redirect.loopback && !redirect.typed.startsWith(`${publicUrl}/`)
        ? 'the relay page is served by a web server, not on a loopback address'
        : undefined
  }
}

function tooSlow(back: Back, codeLife: number | undefined, provider: Provider): string | undefined {
  if (codeLife === undefined || codeLife >= pasteTakes || (back !== 'paste' && back !== 'relay')) return undefined
  return `codes of ${provider.name} live ${codeLife} seconds, too short to paste one`
}

function refusal(
  back: Back,
  redirect: Redirect,
  rules: readonly RedirectRule[],
  values: Values,
  provider: Provider,
): string | undefined {
  if (rules.length === 0) return undefined
  const listing = rules.filter((rule) => rule.back.includes(back))
  if (listing.length === 0) return `${provider.name} does not take it${because(rules[0])}`
  const problems = listing.map((rule) => ruleProblem(rule, redirect, values, provider))
  return problems.includes(undefined) ? undefined : nearestProblem(problems)
}

/** Why a rule does not cover a URI, the worst first; `near` grows the closer the URI comes. Undefined if it does. */
function ruleProblem(
  rule: RedirectRule,
  redirect: Redirect | undefined,
  values: Values,
  provider: Provider,
): { near: number; words: string } | undefined {
  const { name } = provider
  const why = because(rule)
  if (redirect === undefined) return { near: 0, words: 'it is no address' }
  if (redirect.scheme === 'http' && !redirect.loopback) return { near: 1, words: inTheClear }
  const web = redirect.scheme === 'http' || redirect.scheme === 'https'
  if (web && rule.scheme && !rule.scheme.some((scheme) => scheme === redirect.scheme))
    return { near: 2, words: `${name} takes ${rule.scheme.join(' or ')} only${why}` }
  const condition = unmet(rule, values)
  const only = condition === undefined ? '' : `, and that only with ${condition}`
  if (redirect.loopback && rule.host && !rule.host.some((host) => host === redirect.host))
    return rule.host.length === 0
      ? { near: 2, words: `${name} refuses loopback addresses${why}` }
      : { near: 3, words: `${name} takes ${rule.host.join(' or ')} and not ${redirect.host}${only}${why}` }
  if (rule.port === 'registered' && redirect.randomPort)
    return { near: 4, words: `${name} compares the port: write the registered one${why}` }
  if (condition !== undefined) return { near: 5, words: `${name} takes it only with ${condition}${why}` }
  return undefined
}

/** The first value a rule wants otherwise, as `name = value`. */
function unmet(rule: RedirectRule, values: Values): string | undefined {
  const other = Object.entries(rule.onlyWith ?? {}).find(([value, wanted]) => clearText(values[value]) !== wanted)
  return other?.join(' = ')
}

/** The problem of the rule that comes nearest: what to change is shortest there. */
function nearestProblem(problems: readonly ReturnType<typeof ruleProblem>[]): string | undefined {
  return problems.filter((problem) => problem !== undefined).sort((a, b) => b.near - a.near)[0]?.words
}

function because(rule: RedirectRule | undefined): string {
  return rule?.because === undefined ? '' : ` (${rule.because})`
}

function withoutPort(redirectUri: string): string {
  return redirectUri.replace(/^(https?:\/\/(?:\[[^\]]*\]|[^/:?#]*)):\d+/i, '$1')
}
