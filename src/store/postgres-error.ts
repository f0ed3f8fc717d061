/** What a failure of Postgres or of the way to it means for the caller, in our words. */
import { EvergrantError, type ErrorFacts } from '../errors.ts'
import { DatabaseError, shown, type PostgresAddress } from './postgres-client.ts'

type Told = { detail: string; remedy?: string; full?: true }

/** SQLSTATE, or the first characters of a class (https://www.postgresql.org/docs/18/errcodes-appendix.html). */
const byState: readonly (readonly [state: string, tell: (at: PostgresAddress, words: string) => Told])[] = [
  [
    '28P01',
    (at) => ({
      detail: `${shown(at)} refuses the password of user "${at.user}"`,
      remedy: 'correct the password in EVERGRANT_DATABASE_URL or its _FILE twin (special characters as %XX)',
    }),
  ],
  [
    '28',
    (at, words) => ({
      detail: `${shown(at)} does not let user "${at.user}" in: ${words}`,
      remedy: 'allow this user, database and address in pg_hba.conf of the database server',
    }),
  ],
  [
    '3D000',
    (at) => ({
      detail: `there is no ${shown(at)}`,
      remedy: `create it: create database "${at.database}" owner "${at.user}"`,
    }),
  ],
  [
    '42501',
    (at, words) => ({
      detail: `user "${at.user}" may not do what the store needs in ${shown(at)}: ${words}`,
      remedy: `make the user the owner of the database: alter database "${at.database}" owner to "${at.user}"`,
    }),
  ],
  ['25006', (at) => readOnly(at)],
  ['53100', (at) => ({ detail: `${shown(at)} has no room left`, full: true })],
  [
    '53300',
    (at) => ({
      detail: `${shown(at)} takes no more connections`,
      remedy: 'raise max_connections, or run fewer nodes: each uses up to 11 connections',
    }),
  ],
  ['57014', (at) => ({ detail: `${shown(at)} took too long for a statement` })],
  ['55P03', (at) => ({ detail: `${shown(at)} took too long to give a lock` })],
  ['57P', (at, words) => ({ detail: `${shown(at)} is stopping or starting: ${words}` })],
  // Each was repeated some times before anybody hears of it.
  ['40', (at) => ({ detail: `${shown(at)} is too busy: transactions were in each other’s way` })],
  ['08', (at) => lost(at)],
  ['53', (at, words) => ({ detail: `${shown(at)} is short of resources: ${words}` })],
  ['58', (at, words) => ({ detail: `${shown(at)} has trouble with its disk: ${words}` })],
  ['XX', (at, words) => ({ detail: `${shown(at)} has an internal fault: ${words}` })],
]

/** Errors of the system, of TLS and of `pg` itself: by code, or by message where there is none. */
const byCode: Record<string, (at: PostgresAddress) => Told> = {
  ECONNREFUSED: (at) => unreachable(at, 'nothing listens there'),
  ENOENT: (at) => unreachable(at, 'there is no such socket'),
  EACCES: (at) => unreachable(at, 'the socket may not be used by this user'),
  ENOTFOUND: (at) => unreachable(at, 'the name of the host is unknown'),
  EAI_AGAIN: (at) => unreachable(at, 'the name of the host cannot be looked up now'),
  ETIMEDOUT: (at) => unreachable(at, 'it does not answer'),
  EHOSTUNREACH: (at) => unreachable(at, 'there is no way to the host'),
  ENETUNREACH: (at) => unreachable(at, 'there is no way to the network'),
  ECONNRESET: (at) => lost(at),
  EPIPE: (at) => lost(at),
  'timeout exceeded when trying to connect': (at) => unreachable(at, 'no connection came about in time'),
  'timeout expired': (at) => unreachable(at, 'it does not answer'),
  'Connection terminated due to connection timeout': (at) => unreachable(at, 'it does not answer'),
  'Query read timeout': (at) => ({ detail: `${shown(at)} does not answer` }),
  'Connection terminated unexpectedly': (at) => lost(at),
  'Connection terminated': (at) => lost(at),
  'Client has encountered a connection error and is not queryable': (at) => lost(at),
  'Client was closed and is not queryable': (at) => lost(at),
  'The server does not support SSL connections': (at) => ({
    detail: `${shown(at)} offers no TLS, so tokens would cross the network in clear`,
    remedy: 'turn TLS on there, or write sslmode=disable if nobody else is on the network between',
  }),
  'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string': (at) => ({
    detail: `${shown(at)} wants a password for user "${at.user}"`,
    remedy: 'put it into EVERGRANT_DATABASE_URL or its _FILE twin, or set PGPASSWORD',
  }),
  ERR_TLS_CERT_ALTNAME_INVALID: (at) =>
    untrusted(at, 'is for another name', 'use the name that stands in the certificate, or sslmode=verify-ca'),
  CERT_HAS_EXPIRED: (at) => untrusted(at, 'has expired', 'renew it on the database server'),
  CERT_NOT_YET_VALID: (at) => untrusted(at, 'is not valid yet', 'set the clocks'),
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  CERT_SIGNATURE_FAILURE: unknownAuthority,
}

/** Faults of our own statements stay as they are; everything else is the world's. */
export function postgresError(error: unknown, at: PostgresAddress): unknown {
  const told = telling(error)?.(at)
  if (told === undefined) return error
  const { detail, remedy, full } = told
  const facts: ErrorFacts = { detail, cause: error, ...(remedy === undefined ? {} : { remedy }) }
  return new EvergrantError(full ? 'storage_full' : 'store_unavailable', facts)
}

function telling(error: unknown): ((at: PostgresAddress) => Told) | undefined {
  if (!(error instanceof Error) || error instanceof EvergrantError) return undefined
  if (error instanceof DatabaseError) {
    const { code = '', message } = error
    const found = byState.find(([state]) => code.startsWith(state))
    return found && ((at) => found[1](at, message))
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  if (Object.hasOwn(byCode, code)) return byCode[code]
  // Further ways in which a handshake can fail.
  return /^(?:ERR_SSL_|ERR_TLS_|EPROTO)/.test(code) ? (at) => untrusted(at, `is refused (${code})`) : undefined
}

/** SQLSTATE of an error of the server. */
export function stateOf(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

/** The connection is of no use any more, or what is under way on it is unknown. */
export function breaksConnection(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof EvergrantError) return false
  if (error instanceof DatabaseError) return error.severity === 'FATAL' || error.severity === 'PANIC'
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  return Object.hasOwn(byCode, code)
}

export function readOnly(at: PostgresAddress): Told {
  return {
    detail: `${shown(at)} only takes reads: it is a replica, or set to read-only`,
    remedy: 'give the address of the primary',
  }
}

function unreachable(at: PostgresAddress, why: string): Told {
  return {
    detail: `${shown(at)} cannot be reached: ${why}`,
    remedy: 'start the database, or correct EVERGRANT_DATABASE_URL',
  }
}

function lost(at: PostgresAddress): Told {
  return { detail: `the connection to ${shown(at)} was lost` }
}

function untrusted(at: PostgresAddress, why: string, remedy?: string): Told {
  return { detail: `the certificate of ${shown(at)} ${why}`, ...(remedy === undefined ? {} : { remedy }) }
}

function unknownAuthority(at: PostgresAddress): Told {
  return untrusted(
    at,
    'is signed by an authority that is not known here',
    'add sslrootcert=/path/ca.pem to the address, with the certificate of that authority',
  )
}
