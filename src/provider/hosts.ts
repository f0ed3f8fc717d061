import { EvergrantError } from '../errors.ts'
import { clearText, type Values } from '../oauth/template.ts'
import type { Provider } from './provider.ts'

/**
 * The patterns of a definition with a connection's values in place of the names; token hosts are API hosts too. A
 * pattern whose value is not given yet opens nothing.
 */
export function hostsOf(
  { hosts, values = {} }: Pick<Provider, 'hosts' | 'values'>,
  given: Values,
): { token: string[]; api: string[] } {
  const expand = (pattern: string): string[] => {
    let open = true
    const text = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = clearText(given[name]) // lists name no host
      const host = values[name]?.shape === 'url' ? URL.parse(value ?? '')?.host : value?.toLowerCase()
      open &&= host !== undefined && host !== '' && patternProblem(host) === undefined && !host.startsWith('*')
      return host ?? ''
    })
    return open && patternProblem(text) === undefined ? [text] : []
  }
  const token = hosts.token.flatMap(expand)
  return { token, api: [...token, ...hosts.api.flatMap(expand)] }
}

/** A pattern, or an authority, with stand-ins for its names: a label for a host, digits for a port. */
export function withStandIns(pattern: string): string {
  return pattern.replaceAll(/:\{\w+\}$/g, ':1').replaceAll(/\{\w+\}/g, 'x')
}

/**
 * Host patterns: `a.b.c`, `*.b.c` (one or more labels in front) or `[::1]`, each optionally with `:port`. Without a
 * port only the scheme's own port fits. Callback and answer values may choose a host, so every expanded URL that
 * carries a secret is held against these.
 */
export function hostMatches(url: string, patterns: readonly string[]): boolean {
  const parsed = URL.parse(url)
  if (!parsed || parsed.username !== '' || parsed.password !== '') return false
  if (parsed.protocol !== 'https:' && parsed.protocol !== 'http:') return false
  // An address leaves the usual port out, a pattern may name it: `{host}:{port}` with 443.
  const usual = parsed.protocol === 'https:' ? '443' : '80'
  return patterns.some((pattern) => {
    const { host, port } = splitPattern(pattern)
    if ((port || usual) !== (parsed.port || usual)) return false
    if (!host.startsWith('*.')) return parsed.hostname === host
    const tail = host.slice(1)
    return parsed.hostname.length > tail.length && parsed.hostname.endsWith(tail)
  })
}

/** Throws `host_not_listed` when the URL is outside the patterns. The message names the host alone, never the query. */
export function assertHost(url: string, patterns: readonly string[]): void {
  if (hostMatches(url, patterns)) return
  const host = URL.parse(url)?.host ?? 'an address that cannot be read'
  throw new EvergrantError('host_not_listed', {
    detail: `the request would go to ${host}, which is none of ${patterns.join(', ') || '(no hosts listed)'}`,
  })
}

/** What is wrong with a pattern, or undefined. */
export function patternProblem(pattern: string): string | undefined {
  const { host, port } = splitPattern(pattern)
  if (port !== '' && !(Number(port) > 0 && Number(port) < 65536)) return 'the port is not a number from 1 to 65535'
  if (host.startsWith('[')) return /^\[[0-9a-f:.]+\]$/.test(host) ? undefined : 'not an IPv6 address in brackets'
  const labels = (host.startsWith('*.') ? host.slice(2) : host).split('.')
  if (!labels.every(isLabel)) return 'not a host name in lower case'
  // `*.com` would be no limit at all.
  if (host.startsWith('*.') && labels.length < 2) return 'a star needs at least two labels behind it'
  return undefined
}

/** Whether a URL, or a host pattern, stands for this machine: the only place where plain http is always fine. */
export function isLoopback(host: string): boolean {
  const name = splitPattern(host).host
  return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name)
}

function isLabel(label: string): boolean {
  return /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)
}

function splitPattern(pattern: string): { host: string; port: string } {
  const at = pattern.lastIndexOf(':')
  if (at < 0 || at < pattern.indexOf(']')) return { host: pattern, port: '' }
  return { host: pattern.slice(0, at), port: pattern.slice(at + 1) }
}
