import type { RedirectRule } from '../../provider/provider.ts'

/** Why a redirect URI is not taken by any rule; undefined if it is. What is registered is whatever comes with the rules. */
export function redirectProblem(uri: string | undefined, rules: readonly RedirectRule[]): string | undefined {
  if (uri === undefined) return 'There is no redirect URI.'
  const found = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)/i.exec(uri)
  if (!found) return /^[a-z][a-z0-9+.-]*:/i.test(uri) ? undefined : `${uri} is no address.`
  const scheme = found[1]!.toLowerCase()
  const host = found[2]!.replace(/:\d*$/, '').toLowerCase()
  const port = /:\d+$/.test(found[2]!)
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(host)
  if (uri.includes('#')) return `${uri} has a fragment.`
  if (scheme === 'http' && !loopback) return `${uri} is not encrypted.`
  if (rules.length === 0) return undefined
  const taken = rules.some((rule) => {
    const schemes: readonly string[] = rule.scheme ?? ['https', 'http', scheme]
    const hosts: readonly string[] = rule.host ?? [host]
    if (!schemes.includes(scheme)) return false
    if (!loopback) return rule.back.some((back) => back !== 'loopback')
    return hosts.includes(host) && (rule.port !== 'registered' || port || /^[a-z]+:\/\/[^/]+\//i.test(uri))
  })
  return taken ? undefined : `${uri} is not among the redirect URIs that can be registered here.`
}
