/**
 * API keys in memory, by digest. A key is `eg_` and 32 random bytes; only its SHA-256 is stored, which is enough
 * because nobody can guess 256 bits. Entries are filled from the store on demand and dropped when a key is revoked.
 */
import { hash } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import type { IncomingHttpHeaders } from 'node:http'
import { readerFor, type Reader } from '../connections/audit.ts'
import type { RandomBytes } from '../deps.ts'
import type { Secret } from '../secret.ts'
import type { ApiKeyRecord, ApiKeyStore, Verb } from '../store/store.ts'

/** What the token read needs to know of a key, ready to be asked. */
export type KeyEntry = {
  readonly id: string
  /** As a person named it, for events. */
  readonly name: string
  readonly verbs: readonly Verb[]
  /** undefined means every connection. */
  readonly connections: ReadonlySet<string> | undefined
  /** Epoch milliseconds. */
  readonly expiresAt: number | undefined
  readonly addresses: BlockList | undefined
  /** Reads since the last flush, and the moment of the last one. */
  reads: number
  lastUsedAt: number
  /** The same for the audit. */
  readonly reader: Reader
}

const limit = 10_000

export type Keys = ReturnType<typeof createKeys>

export function createKeys(store: ApiKeyStore, adminKey: Secret | undefined) {
  const entries = new Map<string, KeyEntry>()
  const fixed = adminKey && { digest: digestOf(adminKey.open()), entry: adminEntry() }
  /** Counts revocations: a row that was read before one must not be kept after it. */
  let revocations = 0
  const cached = (digest: string) => (digest === fixed?.digest ? fixed.entry : entries.get(digest))

  /** The entry of a key, from the store if need be; undefined for an unknown or revoked one. */
  async function find(key: string): Promise<KeyEntry | undefined> {
    const digest = digestOf(key)
    const known = cached(digest)
    if (known !== undefined) return known
    const before = revocations
    const record = await store.byDigest(digest)
    if (before !== revocations) return find(key)
    if (record === undefined || record.revokedAt !== undefined) return undefined
    if (entries.size >= limit) entries.delete(entries.keys().next().value ?? '')
    const entry = entryOf(record)
    entries.set(digest, entry)
    return entry
  }

  return {
    /** The entry of a key that is in memory, by its digest. */
    cached,
    find,
    /** Drops a key at once; also to be called on another node's word. */
    forget(id: string): void {
      revocations++
      for (const [digest, entry] of entries) if (entry.id === id) entries.delete(digest)
    },
    /** Whether this is the admin key of the options. */
    isAdminKey: (key: string) => digestOf(key) === fixed?.digest,
    /** Writes when keys were last used, once a key however many reads there were. */
    async flush(): Promise<void> {
      for (const entry of entries.values()) {
        if (entry.reads === 0) continue
        entry.reads = 0
        await store.used(entry.id, entry.lastUsedAt)
      }
    },
  }
}

/** Whether the key may be used now and from there. */
export function usable(entry: KeyEntry, now: number, address: string | undefined): boolean {
  if (entry.expiresAt !== undefined && entry.expiresAt <= now) return false
  return entry.addresses === undefined || (address !== undefined && addressIn(entry.addresses, address))
}

/** `admin` holds every other right; nothing else implies anything. */
export function allows(entry: KeyEntry, verb: Verb, connection: string | undefined): boolean {
  if (!entry.verbs.includes(verb) && !entry.verbs.includes('admin')) return false
  return connection === undefined || entry.connections === undefined || entry.connections.has(connection)
}

export function makeKey(randomBytes: RandomBytes): { key: string; prefix: string; digest: string } {
  const key = `eg_${Buffer.from(randomBytes(32)).toString('base64url')}`
  return { key, prefix: key.slice(0, 8), digest: digestOf(key) }
}

/** The key a request carries: Bearer, the password of Basic (RFC 7617), or X-Api-Key. */
export function keyFrom(headers: IncomingHttpHeaders): string | undefined {
  const authorization = headers.authorization
  if (authorization === undefined) {
    const own = headers['x-api-key']
    return typeof own === 'string' && own !== '' ? own : undefined
  }
  const scheme = authorization.slice(0, 7).toLowerCase()
  if (scheme === 'bearer ') return authorization.slice(7).trim()
  if (!scheme.startsWith('basic ')) return ''
  const decoded = Buffer.from(authorization.slice(6).trim(), 'base64').toString('utf8')
  return decoded.slice(decoded.indexOf(':') + 1)
}

export function digestOf(text: string): string {
  return hash('sha256', text, 'hex')
}

function entryOf(record: ApiKeyRecord): KeyEntry {
  return {
    id: record.id,
    name: record.name,
    verbs: record.verbs,
    connections: record.connections.includes('*') ? undefined : new Set(record.connections),
    expiresAt: record.expiresAt,
    addresses: record.addresses.length === 0 ? undefined : blockList(record.addresses),
    reads: 0,
    lastUsedAt: 0,
    reader: readerFor({ kind: 'key', id: record.id, name: record.name }),
  }
}

function adminEntry(): KeyEntry {
  return {
    id: 'admin',
    name: 'admin',
    verbs: ['admin'],
    connections: undefined,
    expiresAt: undefined,
    addresses: undefined,
    reads: 0,
    lastUsedAt: 0,
    reader: readerFor({ kind: 'key', id: 'admin', name: 'admin' }),
  }
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits] = range.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return list
}

/** An IPv4 caller of a dual-stack listener appears as `::ffff:a.b.c.d`; BlockList matches that form too. */
function addressIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
