/** Connections: one undici agent per transport setting, every socket opened through the address check. */
import { createHash } from 'node:crypto'
import { lookup as systemLookup } from 'node:dns/promises'
import type { LookupFunction } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { Agent, buildConnector, ProxyAgent, type Dispatcher } from 'undici'
import type { Transport } from '../deps.ts'
import { canonicalHost, judgeAddress, judgeHost, type AllowList } from './addresses.ts'

export type Address = { address: string; family: number }
/** Every address of a name; rejects like `dns.lookup` does. */
export type Lookup = (hostname: string) => Promise<Address[]>

/** The socket would have gone to an address that may not be called. */
export class AddressBlocked extends Error {}

/** Lookup, TCP and TLS together, in milliseconds. */
const connectTimeoutMs = 5_000
// Above the 60 s after which common load balancers close; a server's own Keep-Alive hint wins (minus undici's second).
const keepAliveMs = 65_000
const headersTimeoutMs = 10_000
// Client certificates are per client, of which an installation has tens; the oldest agent goes when there are more.
const agentLimit = 100

export type Connections = { agentFor(transport: Transport | undefined): Dispatcher; close(): Promise<void> }

export function createConnections(options: { allow: AllowList; proxy?: string; lookup?: Lookup }): Connections {
  const agents = new Map<string, Dispatcher>()
  const lookup = shareLookups(options.lookup ?? ((name) => systemLookup(name, { all: true })))
  const makeAgent = (transport: Transport | undefined): Dispatcher =>
    options.proxy === undefined
      ? new Agent({ ...agentOptions, connect: guardedConnector(options.allow, lookup, transport) })
      : new ProxyAgent({
          ...agentOptions,
          uri: options.proxy,
          connectTimeout: connectTimeoutMs,
          // The proxy resolves the name; the host as written was judged before the request came here.
          requestTls: { ...tlsOptions(transport), timeout: connectTimeoutMs },
        })

  return {
    agentFor(transport) {
      const key = digest(transport)
      const known = agents.get(key)
      if (known !== undefined) {
        agents.delete(key)
        agents.set(key, known)
        return known
      }
      const agent = makeAgent(transport)
      agents.set(key, agent)
      const [oldest] = agents.keys()
      if (agents.size > agentLimit && oldest !== undefined) {
        void agents.get(oldest)?.close()
        agents.delete(oldest)
      }
      return agent
    },
    async close() {
      const all = [...agents.values()]
      agents.clear()
      await Promise.all(all.map((agent) => agent.destroy()))
    },
  }
}

// HTTP/1.1 only: one exchange a socket, so that "was it sent" has a plain answer.
const agentOptions = {
  allowH2: false,
  pipelining: 1,
  keepAliveTimeout: keepAliveMs,
  headersTimeout: headersTimeoutMs,
  bodyTimeout: 0, // restarts with each byte; the total deadline bounds the body
  maxHeaderSize: 32 * 1024,
}

function guardedConnector(
  allow: AllowList,
  lookup: Lookup,
  transport: Transport | undefined,
): buildConnector.connector {
  const tls = tlsOptions(transport)
  const connector = (listed: boolean): buildConnector.connector =>
    buildConnector({ ...tls, timeout: connectTimeoutMs, lookup: guardedLookup(lookup, listed) })
  // Made once each, because a connector keeps the TLS sessions that make the next handshake cheap.
  const [connectListed, connectPublic] = [connector(true), connector(false)]
  return (target, callback) => {
    const port = Number(target.port || (target.protocol === 'https:' ? 443 : 80))
    const host = canonicalHost(target.hostname)
    const listed = allow.has(host, port)
    const refuse = (reason: string): void => callback(new AddressBlocked(`${host} is ${reason}`), null)
    // undici and net skip `lookup` for a literal address.
    const verdict = judgeHost(host, listed)
    if (!verdict.allowed) return refuse(verdict.reason)
    const connect = listed ? connectListed : connectPublic
    connect(target, (...[error, socket]) => {
      if (error !== null) return callback(error, null)
      // The second line: whatever way the socket came about, this is where it ended.
      const reached = judgeAddress(socket.remoteAddress ?? '', listed)
      if (reached.allowed) return callback(null, socket)
      socket.destroy()
      refuse(reached.reason)
    })
  }
}

/** A `net` lookup that leaves out what may not be called; the address it gives is the one connected to. */
function guardedLookup(lookup: Lookup, listed: boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname).then(
      (addresses) => {
        const wanted = addresses.filter(({ family }) => !options.family || options.family === family)
        const allowed = wanted.filter(({ address }) => judgeAddress(address, listed).allowed)
        const [first] = allowed
        if (first !== undefined) {
          if (options.all === true) callback(null, allowed)
          else callback(null, first.address, first.family)
          return
        }
        const [refused] = wanted
        const verdict = refused && judgeAddress(refused.address, listed)
        const reason = verdict?.allowed === false ? verdict.reason : 'without an address'
        callback(new AddressBlocked(`${hostname} resolves to ${reason}`), '', 0)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}

/** One lookup of a name at a time: a stalled resolver takes one of libuv's four threads per name, not all of them. */
function shareLookups(lookup: Lookup): Lookup {
  const running = new Map<string, Promise<Address[]>>()
  return (hostname) => {
    const known = running.get(hostname)
    if (known !== undefined) return known
    const answer = lookup(hostname).finally(() => running.delete(hostname))
    running.set(hostname, answer)
    return answer
  }
}

// `rejectUnauthorized` is said aloud because NODE_TLS_REJECT_UNAUTHORIZED=0 would switch verification off.
function tlsOptions(transport: Transport | undefined): {
  rejectUnauthorized: true
  allowH2: false
  secureContext?: SecureContext
} {
  const fixed = { rejectUnauthorized: true, allowH2: false } as const
  if (transport === undefined) return fixed
  const { ca, certificate, key } = transport
  const secureContext = createSecureContext({
    minVersion: 'TLSv1.2',
    // Added to the usual roots: one connection may talk to a private authorization server and a public API.
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
  })
  return { ...fixed, secureContext }
}

function digest(transport: Transport | undefined): string {
  if (transport === undefined) return ''
  const { ca, certificate, key } = transport
  return createHash('sha256')
    .update(JSON.stringify([ca ?? null, certificate ?? null, key ?? null]))
    .digest('base64')
}
