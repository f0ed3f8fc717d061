/**
 * Which addresses may be called: a pure decision, made for the host as written and again for every address a name
 * resolves to. Private, loopback and special ranges need an entry in EVERGRANT_ALLOW_HOSTS; metadata services, which
 * hand out the machine's own credentials to whoever can reach them, are refused whatever is listed.
 */
import { BlockList, isIP } from 'node:net'

/** The hosts an admin opened, as given in EVERGRANT_ALLOW_HOSTS: `host` (every port) or `host:port`. */
export type AllowList = { has(host: string, port: number): boolean }

export type Verdict = { allowed: true } | { allowed: false; reason: string }

// IANA special-purpose registries; those that can never be an authorization server on the internet.
const privateV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // shared address space, RFC 6598
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24], // documentation, RFC 5737
  ['192.88.99.0', 24], // 6to4 relay, RFC 7526
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

const privateV6 = [
  ['::', 96], // unspecified, loopback, IPv4-compatible (RFC 4291 section 2.5.5.1)
  ['64:ff9b:1::', 48], // local-use NAT64, RFC 8215
  ['100::', 64], // discard only, RFC 6666
  ['2001::', 23], // Teredo, ORCHID and other protocol assignments, RFC 2928
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4 carries any IPv4 address
  ['3fff::', 20], // documentation, RFC 9637
  ['5f00::', 16], // segment routing, RFC 9602
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const

const metadataV4 = [
  '169.254.169.254', // most clouds
  '169.254.170.2', // containers on AWS
  '169.254.170.23',
  '100.100.100.200', // Alibaba
  '168.63.129.16', // Azure's wire server
  '192.0.0.192', // Oracle
]
const metadataV6 = ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254']
const metadataNames = new Set(['metadata.google.internal', 'metadata.goog'])

// The two forms that reach an IPv4 host through an IPv6 address: mapped (RFC 4291) and the well-known NAT64 prefix,
// which is how an IPv6-only network sees every IPv4 host and so cannot be refused as a whole (RFC 6052).
const carriers = ['::ffff:', '64:ff9b::']

const special = new BlockList()
for (const [network, bits] of privateV4) {
  special.addSubnet(network, bits, 'ipv4')
  for (const carrier of carriers) special.addSubnet(carrier + network, 96 + bits, 'ipv6')
}
for (const [network, bits] of privateV6) special.addSubnet(network, bits, 'ipv6')

const metadata = new BlockList()
for (const address of metadataV4) {
  metadata.addAddress(address, 'ipv4')
  for (const carrier of [...carriers, '::', '64:ff9b:1::']) metadata.addAddress(carrier + address, 'ipv6')
  metadata.addSubnet(sixToFour(address), 48, 'ipv6')
}
for (const address of metadataV6) metadata.addAddress(address, 'ipv6')

/** The /48 that a host with this IPv4 address owns by RFC 3056. */
function sixToFour(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
  return `2002:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}::`
}

/** May this IP address be connected to? `listed`: the host it stands for is in the allow list. */
export function judgeAddress(address: string, listed: boolean): Verdict {
  const family = isIP(address)
  if (family === 0) return refuse('not an address')
  const type = family === 4 ? 'ipv4' : 'ipv6'
  if (metadata.check(address, type)) return refuse('a metadata service')
  if (!listed && special.check(address, type)) return refuse('a private or special address')
  return { allowed: true }
}

/** May this host of a parsed URL (`URL.hostname`) be called, as far as its spelling tells? Names are judged again when resolved. */
export function judgeHost(hostname: string, listed: boolean): Verdict {
  const host = canonicalHost(hostname)
  if (host === '') return refuse('no host')
  if (isIP(host) !== 0) return judgeAddress(host, listed)
  if (metadataNames.has(host)) return refuse('a metadata service')
  return { allowed: true }
}

/** Lower case, without brackets and without the trailing dot: `[::1]` -> `::1`, `Example.com.` -> `example.com`. */
export function canonicalHost(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.+$/, '')
}

/** Entries that are not a host are ignored here; `config/` refuses them. */
export function readAllowList(entries: readonly string[]): AllowList {
  const listed = new Set<string>()
  for (const entry of entries) {
    const text = entry.trim()
    const bare = isIP(text) === 6 ? `[${text}]` : text
    const match = /^(\[[^\]]+\]|[^:/\s]+)(?::(\d{1,5}))?$/.exec(bare)
    // Parsed like a URL's host, so that `0x7f.1` and `[0:0::1]` are found by their canonical form.
    if (match?.[1] && URL.canParse(`http://${match[1]}/`)) {
      const host = canonicalHost(new URL(`http://${match[1]}/`).hostname)
      listed.add(match[2] === undefined ? host : `${host}:${Number(match[2])}`)
    }
  }
  return {
    has(hostname, port) {
      const host = canonicalHost(hostname)
      return listed.has(host) || listed.has(`${host}:${port}`)
    },
  }
}

export type Target = { url: URL; host: string; port: number; listed: boolean }

/** The address of a request, parsed and judged: https on 443 without userinfo and fragment, unless the host is listed. */
export function judgeUrl(text: string, allow: AllowList): Target | { refused: string } {
  if (!URL.canParse(text)) return { refused: 'the address cannot be parsed' }
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { refused: 'only https addresses are called' }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const host = canonicalHost(url.hostname)
  const listed = allow.has(host, port)
  if (url.username !== '' || url.password !== '') return { refused: 'the address holds a user name or password' }
  // `URL.hash` is empty for a bare `#`.
  if (text.includes('#')) return { refused: 'the address holds a fragment' }
  if (url.protocol === 'http:' && !listed) return { refused: `http is only spoken to listed hosts, and ${host} is not` }
  if (port !== 443 && !listed) return { refused: `port ${port} is only opened on listed hosts, and ${host} is not` }
  const verdict = judgeHost(host, listed)
  if (!verdict.allowed) return { refused: `${host} is ${verdict.reason}` }
  return { url, host, port, listed }
}

function refuse(reason: string): Verdict {
  return { allowed: false, reason }
}
