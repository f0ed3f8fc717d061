import { EvergrantError } from '../errors.ts'

/** A redirect URI, read from the text as typed: the URL parser adds the slash that decides between 80 and a random port. */
export type RedirectUri = {
  scheme: 'http' | 'https'
  /** Lower case; an IPv6 literal stands in brackets, as in a Host header. */
  host: string
  /** `random`: neither port nor path nor slash was typed. */
  port: 'random' | number
  /** As a browser will ask for it; at least `/`. */
  path: string
  /** The redirect URI's own query, with its `?`, or empty. RFC 6749 section 3.1.2 lets it have one. */
  query: string
  /** One of the three hosts a loopback listener can be opened for: `localhost`, `127.0.0.1`, `[::1]`. */
  loopback: boolean
  /** The same text with a port in the place of `random`; otherwise untouched, since servers compare byte by byte. */
  withPort(port: number): string
}

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Reads a redirect URI by the rules of the wizard: `http://localhost` asks for a random port, `http://localhost/` and
 * `http://localhost/callback` for 80 (443 with https), an explicit port for that port. Throws `redirect_refused` for
 * what neither a listener nor a server's callback could be: another scheme, a fragment, a user name.
 */
export function readRedirectUri(typed: string): RedirectUri {
  const text = typed.trim()
  const match = /^(https?):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text)
  if (match === null) throw refused('it is not an http or https address')
  const [, scheme = '', authority = '', path = '', , fragment] = match
  if (fragment !== undefined) throw refused('it holds a fragment, which RFC 6749 section 3.1.2 forbids')
  if (authority.includes('@')) throw refused('it holds a user name')
  if (/[\s\\]/.test(text) || !URL.canParse(text)) throw refused('it cannot be parsed')

  const [, host = '', portText] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? []
  const url = new URL(text)
  const lowScheme = scheme.toLowerCase() === 'https' ? 'https' : 'http'
  return {
    scheme: lowScheme,
    host: url.hostname,
    port: readPort(portText, path, lowScheme),
    path: url.pathname,
    query: url.search,
    // As typed: `http://0x7f.1` is parsed to 127.0.0.1, but no server would find it among the registered ones.
    loopback: loopbackHosts.has(host.toLowerCase()),
    withPort(port) {
      const start = scheme.length + '://'.length + host.length
      return portText === undefined ? `${text.slice(0, start)}:${port}${text.slice(start)}` : text
    },
  }
}

function readPort(portText: string | undefined, path: string, scheme: 'http' | 'https'): 'random' | number {
  if (portText === undefined) return path === '' ? 'random' : scheme === 'https' ? 443 : 80
  const port = Number(portText)
  if (!/^\d{1,5}$/.test(portText) || port === 0 || port > 65_535) throw refused('its port is not between 1 and 65535')
  return port
}

function refused(why: string): EvergrantError {
  return new EvergrantError('redirect_refused', {
    detail: `the redirect URI cannot be used: ${why}`,
    remedy: 'write it like http://localhost, http://127.0.0.1:8400/callback or https://host/path',
  })
}
