/**
 * Where connections and tokens are stored: `sqlite:` and a path, or a Postgres address as libpq writes it
 * (https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING-URIS, read 2026-11-22). What leaves this
 * machine is verified TLS unless the address says otherwise; a value that libpq reads more leniently is read strictly.
 */
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { secret, type Secret } from '../secret.ts'
import { isLoopback, Unfit } from './checks.ts'

export type PostgresAddress = {
  kind: 'postgres'
  /** A name, an IP address, or the directory of a Unix socket. */
  host: string
  port: number
  user: string
  password?: Secret
  database: string
  /** Absent: the connection is plain. `ca` is PEM text in place of the built-in authorities. */
  tls?: { ca?: string; checkName: boolean }
}

export type DatabaseUrl = { kind: 'sqlite'; file: string } | PostgresAddress

const remedy =
  'write it like sqlite:/var/lib/evergrant/evergrant.db or postgres://evergrant@db.example.com/evergrant; special characters of a password as %XX'

/** No message repeats the address: a password may stand in it. */
export function databaseUrl(text: string): DatabaseUrl {
  if (/^postgres(?:ql)?:/i.test(text)) return postgresUrl(text)
  const file = /^sqlite:(?:\/\/(?=\/))?([^?#]+)$/.exec(text)?.[1]
  if (file === undefined) throw new Unfit('the value is neither a sqlite: nor a postgres: address', remedy)
  return { kind: 'sqlite', file: resolve(file) }
}

/** What people call the database: no user, no password. */
export function shownDatabase(database: DatabaseUrl): string {
  if (database.kind === 'sqlite') return database.file
  return `${database.host.startsWith('/') ? `${database.host}:` : `${database.host}/`}${database.database}`
}

const parameters = ['host', 'port', 'user', 'sslmode', 'sslrootcert', 'channel_binding']

function postgresUrl(text: string): PostgresAddress {
  const url = URL.parse(text)
  if (url === null) throw new Unfit('the value is not one Postgres address', remedy)
  const unknown = [...url.searchParams.keys()].filter((name) => !parameters.includes(name))
  if (unknown.length > 0) {
    throw new Unfit(`unknown parameter ${unknown.join(', ')}`, `take it out; known are ${parameters.join(', ')}`)
  }
  const given = (name: string) => url.searchParams.get(name) || undefined
  const host = given('host') ?? plainHost(url.hostname)
  if (host === '') {
    throw new Unfit(
      'the address names no host',
      'write postgres://user@host/database, or ?host=/path for a Unix socket',
    )
  }
  const port = Number(given('port') ?? (url.port || '5432'))
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Unfit('the port is no port number', remedy)
  const user = given('user') ?? (decoded(url.username) || userInfo().username)
  const address = {
    kind: 'postgres' as const,
    host,
    port,
    user,
    database: decoded(url.pathname.slice(1)) || user,
    ...(url.password === '' ? {} : { password: secret(decoded(url.password)) }),
  }
  const tls = tlsOf(host, given('sslmode'), given('sslrootcert'))
  return tls === undefined ? address : { ...address, tls }
}

function tlsOf(host: string, mode: string | undefined, rootFile: string | undefined): PostgresAddress['tls'] {
  const isHere = host.startsWith('/') || isLoopback(host)
  const ca = rootFile === undefined || rootFile === 'system' ? {} : { ca: certificatesIn(rootFile) }
  switch (mode ?? (isHere && rootFile === undefined ? 'disable' : 'verify-full')) {
    case 'disable':
      return undefined
    // libpq does not look at the certificate here; nothing speaks for that.
    case 'require':
    case 'verify-full':
      return { ...ca, checkName: true }
    case 'verify-ca':
      return { ...ca, checkName: false }
    case 'allow':
    case 'prefer':
      throw new Unfit(
        `sslmode=${mode} falls back to a plain connection`,
        'write sslmode=verify-full, or sslmode=disable if nobody else is on the network between',
      )
    default:
      throw new Unfit('sslmode is unknown', 'write verify-full, verify-ca or disable')
  }
}

function certificatesIn(file: string): string {
  const next = 'give the PEM file of the authority that signed the certificate of the database'
  try {
    const text = readFileSync(file, 'utf8')
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  } catch (error) {
    throw new Unfit(`sslrootcert "${file}" cannot be read (${(error as NodeJS.ErrnoException).code})`, next)
  }
  throw new Unfit(`sslrootcert "${file}" holds no certificate`, next)
}

/** `[::1]` without its brackets; a directory may stand there as `%2Frun%2Fpostgresql`. */
function plainHost(host: string): string {
  return decoded(host.replace(/^\[|\]$/g, ''))
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Unfit('the address holds a % that encodes nothing', 'write % itself as %25')
  }
}
