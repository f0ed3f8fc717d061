/** Real servers on loopback that behave as a test needs. */
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net'

export type Local = { port: number; host: string; connections: () => number; close(): Promise<void> }

export async function httpServer(listener: RequestListener): Promise<Local> {
  return start(createServer(listener))
}

export async function httpsServer(options: ServerOptions, listener: RequestListener): Promise<Local> {
  return start(createTlsServer(options, listener))
}

export async function tcpServer(listener: (socket: Socket) => void): Promise<Local> {
  return start(
    createTcpServer((socket) => {
      socket.on('error', () => undefined)
      listener(socket)
    }),
  )
}

async function start(server: TcpServer | Server): Promise<Local> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    host: `127.0.0.1:${port}`,
    connections: () => connections,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
