/** The one kind of listener, on TCP and on the Unix socket: the token read first, everything else to the routes. */
import { chmod, unlink } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import { EvergrantError } from '../errors.ts'

export type Routing = (request: IncomingMessage, response: ServerResponse) => void
/** Answers, or hands the request to the routes, at once or after a look into the store. */
export type Hot = (request: IncomingMessage, response: ServerResponse, routing: Routing) => void

/** Slow senders are cut; idle connections of jobs are kept a while, because opening one costs as much as a read. */
const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 72_000,
  connectionsCheckingInterval: 5_000,
}

export function createListener(hot: Hot, routing: Routing): Server {
  return createServer(limits, (request, response) => hot(request, response, routing))
}

/** Gives the port that was taken. Throws `port_taken` or `port_forbidden`. */
export async function listenTcp(server: Server, host: string, port: number): Promise<number> {
  await listening(server, { host, port }).catch((error: unknown) => {
    const facts = {
      detail: `cannot listen on ${host}:${port}`,
      remedy: 'choose another port with EVERGRANT_LISTEN',
      cause: error,
    }
    if (codeOf(error) === 'EADDRINUSE') throw new EvergrantError('port_taken', facts)
    if (codeOf(error) === 'EACCES') throw new EvergrantError('port_forbidden', facts)
    if (codeOf(error) === 'EADDRNOTAVAIL' || codeOf(error) === 'ENOTFOUND') {
      throw new EvergrantError('invalid_option', {
        detail: `EVERGRANT_LISTEN: "${host}" is no address of this machine`,
        cause: error,
      })
    }
    throw error
  })
  // A server that listens on host and port has an address object.
  return (server.address() as AddressInfo).port
}

/** Listens at a path. What an earlier process left behind is removed, but only if nobody answers there. */
export async function listenUnix(server: Server, path: string): Promise<void> {
  try {
    await listening(server, { path })
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error
    if (await answered(path))
      throw new EvergrantError('home_locked', { detail: `another server answers at ${path}`, cause: error })
    await unlink(path)
    await listening(server, { path })
  }
  await chmod(path, 0o600)
}

/** Ends a listener: requests that run may finish for `graceMs`, idle connections are cut at once. */
export async function closeListener(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return
  const cut = setTimeout(() => server.closeAllConnections(), graceMs)
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
  })
  clearTimeout(cut)
}

function listening(server: Server, where: { path: string } | { host: string; port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(where, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function answered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
