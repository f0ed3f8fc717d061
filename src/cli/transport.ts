/**
 * How a request of the contract travels: over HTTP(S) to a remote server, over the Unix socket of the home, or into a
 * server inside this process. The first two are one function of Node's own client; a command asks a handful of times,
 * so there is no pool.
 */
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { join } from 'node:path'
import { EvergrantError } from '../errors.ts'
import type { Ask, Reply } from './ports.ts'

export type Transport = { ask(ask: Ask): Promise<Reply>; close(): Promise<void> }

/** Longer than any renewal a server would wait for: two sends of 20 s each, and its store. */
const patienceMs = 60_000

/** The listener's name in the home, as the server makes it. */
export function socketPath(home: string): string {
  return join(home, 'evergrant.sock')
}

/** A remote server by its address. Nothing but the path of an ask is added to it. */
export function httpTransport(server: string): Transport {
  const base = new URL(server)
  const send = base.protocol === 'https:' ? httpsRequest : httpRequest
  const prefix = base.pathname.replace(/\/$/, '')
  return {
    ask: (ask) =>
      exchange(
        (options) =>
          send({
            ...options,
            hostname: base.hostname.replace(/^\[|\]$/g, ''),
            port: base.port,
            path: prefix + ask.path,
          }),
        ask,
        base.origin,
      ),
    close: async () => {},
  }
}

/** The server behind a Unix socket. Whether one answers is known with the first ask. */
export function socketTransport(path: string): Transport {
  return {
    ask: (ask) => exchange((options) => httpRequest({ ...options, socketPath: path, path: ask.path }), ask, path),
    close: async () => {},
  }
}

/** Why nobody was reached at all, so that nothing can have been done; other failures leave that open. */
export function isUnreached(error: unknown): boolean {
  const code = error instanceof EvergrantError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined
  return code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ENOTSOCK'
}

type Open = (options: { method: string; headers: Record<string, string | number> }) => ReturnType<typeof httpRequest>

function exchange(open: Open, ask: Ask, where: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const length = ask.body === undefined ? {} : { 'content-length': Buffer.byteLength(ask.body) }
    const request = open({ method: ask.method, headers: { ...ask.headers, ...length } })
    const fail = (cause: Error): void => reject(notReached(where, cause))
    request.setTimeout(patienceMs, () => request.destroy(new Error(`no answer within ${patienceMs / 1000} s`)))
    request.on('error', fail)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', fail)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      )
    })
    request.end(ask.body)
  })
}

function notReached(where: string, cause: Error): EvergrantError {
  const code = (cause as NodeJS.ErrnoException).code
  return new EvergrantError('server_not_reachable', {
    detail: `the server at ${where} does not answer: ${reasons[code ?? ''] ?? code ?? cause.message}`,
    cause,
  })
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOENT: 'nothing listens there',
  ENOTFOUND: 'the name is not known',
  EACCES: 'this user may not open the socket',
  ECONNRESET: 'it closed the connection',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed (NODE_EXTRA_CA_CERTS names a file to trust)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is self-signed (NODE_EXTRA_CA_CERTS names a file to trust)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names a file to trust)',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}
