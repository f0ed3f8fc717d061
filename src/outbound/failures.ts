import { errors } from 'undici'
import { FetchFailed, type WireFailure } from '../deps.ts'
import { BodyRefused } from './body.ts'
import { AddressBlocked } from './connect.ts'
import { DeadlinePassed } from './exchange.ts'

type Kind = WireFailure['kind']

/**
 * What a cut exchange means. `sent: false` is a promise that the server cannot have acted, so it is only made where the
 * first byte had not left; the kind is for people. The detail names the origin alone: paths and queries hold secrets.
 */
export function failureOf(cause: { error: unknown; sent: boolean }, origin: string): FetchFailed {
  const { error, sent } = cause
  if (error instanceof FetchFailed) return sent ? new FetchFailed({ ...error.failure, sent }, { cause: error }) : error
  const kind = sent ? kindAfterSending(error) : kindBeforeSending(error)
  return new FetchFailed({ kind, sent, detail: `${origin}: ${describe(kind, error, sent)}` }, { cause: error })
}

function kindBeforeSending(error: unknown): Kind {
  const code = codeOf(error)
  if (error instanceof AddressBlocked) return 'blocked'
  if (error instanceof DeadlinePassed) return 'connect_timeout'
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') return 'connect_timeout'
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return 'connect_timeout'
  if (syscallOf(error) === 'getaddrinfo' || code.startsWith('EAI_') || code === 'ENOTFOUND') return 'dns'
  if (code === 'UND_ERR_INVALID_ARG' || code.startsWith('ERR_INVALID')) return 'malformed'
  if (isTls(code) || isHandshakeCut(error)) return 'tls'
  return 'refused'
}

function kindAfterSending(error: unknown): Kind {
  const code = codeOf(error)
  // The server of the redirect has seen the request; where it sent us is not called.
  if (error instanceof AddressBlocked) return 'blocked'
  if (error instanceof BodyRefused) return error.kind
  if (error instanceof DeadlinePassed) return 'timeout'
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT' || code === 'ETIMEDOUT') return 'timeout'
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'too_large'
  if (error instanceof errors.HTTPParserError || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'malformed'
  if (isTls(code)) return 'tls'
  return 'reset'
}

const words: Record<Kind, string> = {
  blocked: 'this address may not be called',
  dns: 'the name cannot be resolved',
  refused: 'no connection',
  tls: 'no trusted TLS connection',
  connect_timeout: 'no connection in time',
  timeout: 'no complete answer in time',
  reset: 'the connection broke before the answer was complete',
  too_large: 'the answer is too large',
  malformed: 'the answer is no valid HTTP',
  late: 'not sent, it could not start in time',
}

function describe(kind: Kind, error: unknown, sent: boolean): string {
  if (error instanceof AddressBlocked || error instanceof BodyRefused) return error.message
  const text = kind === 'malformed' && !sent ? 'the request is no valid HTTP' : words[kind]
  const code = codeOf(error)
  return code === '' ? text : `${text} (${code})`
}

/** The first code along the chain of causes; undici and `net` wrap what happened. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && at.code !== '') return at.code
  }
  return ''
}

function syscallOf(error: unknown): string {
  return error instanceof Error && 'syscall' in error && typeof error.syscall === 'string' ? error.syscall : ''
}

function isTls(code: string): boolean {
  return /^(ERR_(TLS|SSL|OSSL)|CERT_|CRL_|EPROTO$|HOSTNAME_|INVALID_(CA|PURPOSE))|(CERT|SELF_SIGNED|ISSUER|SIGNATURE)/.test(
    code,
  )
}

/** Node reports a TLS handshake that the other side ended as ECONNRESET with these words and no own code. */
function isHandshakeCut(error: unknown): boolean {
  return error instanceof Error && error.message.includes('before secure TLS connection')
}
