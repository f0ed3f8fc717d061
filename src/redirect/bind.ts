import type { Server } from 'node:http'
import { EvergrantError } from '../errors.ts'

/** How often a random port is drawn again because the other loopback address has it taken. */
const draws = 10

/** `localhost` may resolve to either address, so both are held: else another program could take the answer on the other one. */
function addressesOf(host: string): string[] {
  if (host === 'localhost') return ['127.0.0.1', '::1']
  return host === '[::1]' ? ['::1'] : ['127.0.0.1']
}

export type Bound = { servers: Server[]; port: number }

/**
 * Listens on the loopback literals of a host, on the same port each. A machine without IPv6 gives one server. Throws
 * `port_taken` or `port_forbidden`; never falls back to another port than the one asked for, since the code would go to
 * whoever holds that one (RFC 8252 section 8.1).
 */
export async function bind(make: () => Server, host: string, port: 'random' | number): Promise<Bound> {
  for (let draw = 1; ; draw += 1) {
    const bound: Bound = { servers: [], port: port === 'random' ? 0 : port }
    try {
      for (const address of addressesOf(host)) await add(bound, make, address)
      if (bound.servers.length > 0) return bound
      throw new EvergrantError('redirect_refused', { detail: `this machine has no loopback address for ${host}` })
    } catch (error) {
      for (const server of bound.servers) server.close()
      const drawnAgain = port === 'random' && codeOf(error) === 'EADDRINUSE' && draw < draws
      if (!drawnAgain) throw explain(error, host, bound.port)
    }
  }
}

async function add(bound: Bound, make: () => Server, address: string): Promise<void> {
  const server = make()
  try {
    await listen(server, address, bound.port)
  } catch (error) {
    if (['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'].includes(codeOf(error))) return
    throw error
  }
  bound.servers.push(server)
  const at = server.address()
  if (at !== null && typeof at === 'object') bound.port = at.port
}

function listen(server: Server, host: string, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ host, port, exclusive: true, ipv6Only: true }, () => {
    server.off('error', reject)
    resolve()
  })
  return promise
}

function explain(error: unknown, host: string, port: number): unknown {
  const code = codeOf(error)
  if (code === 'EADDRINUSE') {
    return new EvergrantError('port_taken', {
      detail: `another program listens on port ${port} of ${host}`,
      remedy: `stop the program that holds port ${port}, or use a redirect URI with another port (http://localhost alone takes any free one) and register it with the service`,
      cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new EvergrantError('port_forbidden', {
      detail: `this process may not listen on port ${port} of ${host}`,
      cause: error,
    })
  }
  return error
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
