/**
 * Which Host and Origin a request may name. A page of another site whose name was pointed at this machine (DNS
 * rebinding) still sends its own name here, and so is refused.
 */
import type { IncomingHttpHeaders } from 'node:http'

export type Hosts = {
  /** Whether this server answers under the Host header given. */
  answers(host: string | undefined): boolean
  /** Whether a request that changes state comes from one of our own pages. */
  sameOrigin(headers: IncomingHttpHeaders): boolean
  /** The port is known once the listener stands. */
  listening(port: number): void
}

export function createHosts(publicUrl: string, listenHost: string): Hosts {
  const open = new URL(publicUrl)
  const names = new Set([
    open.host,
    open.port === '' ? `${open.host}:${open.protocol === 'https:' ? 443 : 80}` : open.host,
  ])
  return {
    answers: (host) => host !== undefined && names.has(host.toLowerCase()),
    // Browsers set Sec-Fetch-Site themselves; a page cannot forge it.
    sameOrigin: (headers) => headers['sec-fetch-site'] === 'same-origin' || headers.origin === open.origin,
    listening(port) {
      const bracketed = listenHost.includes(':') && !listenHost.startsWith('[') ? `[${listenHost}]` : listenHost
      for (const name of [bracketed, 'localhost', '127.0.0.1', '[::1]']) {
        names.add(`${name}:${port}`)
        if (port === 80) names.add(name)
      }
    },
  }
}
