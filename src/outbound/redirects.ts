import type { WireRequest } from '../deps.ts'
import { canonicalHost, judgeUrl, type AllowList, type Target } from './addresses.ts'
import type { RawAnswer } from './exchange.ts'

/**
 * Where a redirect leads, if it may be followed: the request asked for it (`redirectsInside`), it is a GET or HEAD, and
 * the new address is inside the host patterns, never falls from https to http and passes every rule of a first address.
 * Else undefined: then the redirect itself is the answer.
 */
export function redirectTarget(
  request: WireRequest,
  from: Target,
  answer: RawAnswer,
  allow: AllowList,
): Target | undefined {
  const { method, redirectsInside } = request
  const { location } = answer.headers
  if (redirectsInside === undefined || (method !== 'GET' && method !== 'HEAD')) return undefined
  if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) return undefined
  if (!URL.canParse(location, from.url.href)) return undefined
  const next = new URL(location, from.url)
  next.hash = ''
  const target = judgeUrl(next.href, allow)
  if ('refused' in target) return undefined
  if (from.url.protocol === 'https:' && next.protocol !== 'https:') return undefined
  return redirectsInside.some((pattern) => isInside(target, pattern)) ? target : undefined
}

/** `a.b.c` or `*.b.c` (one or more labels), optionally `:port`; without a port the pattern means the scheme's own. */
function isInside(target: Target, pattern: string): boolean {
  const match = /^(\*\.)?(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(pattern)
  if (match?.[2] === undefined) return false
  const host = canonicalHost(match[2])
  if (match[3] === undefined ? target.url.port !== '' : Number(match[3]) !== target.port) return false
  return match[1] === undefined ? target.host === host : target.host.endsWith(`.${host}`)
}
