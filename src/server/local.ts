/**
 * Which requests came through the Unix socket or from inside this process. The mark is an object identity or an
 * unguessable word, never a header that somebody could send.
 */
import type { IncomingMessage, Server } from 'node:http'
import type { Socket } from 'node:net'
import { randomUUID } from 'node:crypto'

const sockets = new WeakSet<Socket>()

/** Stands in for the address of requests that never were on a wire. */
export const insideAddress = `inside-${randomUUID()}`

/** Every connection of this listener is local. */
export function markLocal(server: Server): void {
  server.on('connection', (socket) => sockets.add(socket))
}

export function isLocal(request: IncomingMessage): boolean {
  return sockets.has(request.socket) || request.socket.remoteAddress === insideAddress
}
