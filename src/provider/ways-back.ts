/**
 * How the browser may come back from a service's authorization page to this very server: for each of the four ways back
 * an address that the service takes, or why there is none. Told before a client is registered, so nothing is chosen yet:
 * where an address depends on a choice, it says on which.
 */
import { findWay } from './names.ts'
import type { Provider, RedirectRule } from './provider.ts'
import { redirectAdvice, type Back } from './redirects.ts'

export type WayBack =
  | {
      back: Back
      works: true
      /** What is sent. `HOST` and `PATH` stand for a page of one's own. */
      redirectUri: string
      /** What is entered at the service. */
      register: string
      /** Values that must be chosen for it. */
      onlyWith?: Record<string, string>
    }
  | { back: Back; works: false; reason: string; remedy?: string }

type Options = { publicUrl: string }

/** A page of one's own, whose address ends in the answer. */
const ownPage = 'https://HOST/PATH'
/** Where the listener stands when the service compares ports. */
const listener = 'localhost:8765/callback'

/** The four of them in the order to choose from. Empty for a way without an authorization page. */
export function waysBack(provider: Provider, wayName: string, options: Options): WayBack[] {
  const way = findWay(provider, wayName)
  if (way.authorize === undefined) return []
  const rules = way.redirects ?? provider.redirects ?? []
  const local = rules.flatMap(localAddresses)
  const callback = `${options.publicUrl}/oauth/callback`
  const loopback = local.length === 0 ? [`http://${listener}`] : local
  const find = (back: Back, addresses: readonly string[]) => firstOf(provider, wayName, back, addresses, rules, options)
  return [
    withRemedy(find('callback', [callback]), provider, wayName, options),
    find('loopback', loopback),
    find('relay', [`${options.publicUrl}/oauth/code`, ownPage]),
    // A random port is open only while something listens: nothing to paste would be left in the browser.
    find('paste', [callback, ...loopback.filter((address) => /:\d/.test(address)), ownPage]),
  ]
}

/** The first address that the service takes for this way back, with what comes by itself before with what is chosen. */
function firstOf(
  provider: Provider,
  wayName: string,
  back: Back,
  addresses: readonly string[],
  rules: readonly RedirectRule[],
  options: Options,
): WayBack {
  const defaults = Object.fromEntries(
    Object.entries(provider.values ?? {}).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  )
  const choices = [undefined, ...rules.map((rule) => rule.onlyWith).filter((chosen) => chosen !== undefined)]
  let reason: string | undefined
  for (const address of addresses)
    for (const onlyWith of choices) {
      const { backs, register } = redirectAdvice(provider, wayName, address, { ...defaults, ...onlyWith }, options)
      const advice = backs.find((one) => one.back === back)
      if (advice?.works)
        return { back, works: true, redirectUri: address, register, ...(onlyWith !== undefined && { onlyWith }) }
      reason ??= advice?.reason
    }
  return { back, works: false, reason: reason ?? 'no address of this kind is known' }
}

/** What this server would have to be reached at, where that is all that is in the way. */
function withRemedy(found: WayBack, provider: Provider, wayName: string, options: Options): WayBack {
  if (found.works) return found
  const publicUrl = [...otherNames(options.publicUrl), 'https://HOST'].find(
    (url) => firstOf(provider, wayName, 'callback', [`${url}/oauth/callback`], [], { publicUrl: url }).works,
  )
  if (publicUrl === undefined) return found
  return {
    ...found,
    remedy: `Run this server with EVERGRANT_PUBLIC_URL=${publicUrl} and register ${publicUrl}/oauth/callback.`,
  }
}

/** Some services take this machine by one of its names only. */
function otherNames(publicUrl: string): string[] {
  const url = new URL(publicUrl)
  const names = ['localhost', '127.0.0.1']
  if (!names.includes(url.hostname)) return []
  return names.filter((name) => name !== url.hostname).map((name) => publicUrl.replace(url.hostname, name))
}

/** Without a port a free one is drawn, which only a service that ignores ports takes. */
function localAddresses({ back, host = ['localhost'], port, scheme = ['http'] }: RedirectRule): string[] {
  if (!back.includes('loopback')) return []
  const first = scheme.includes('http') ? 'http' : 'https'
  return host.map((name) => `${first}://${port === 'any' ? name : listener.replace('localhost', name)}`)
}
