/** Stands between a client and Postgres: as the end of TLS, or as a pooler through which no notification comes. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import type { PostgresAddress } from '../../src/store/postgres-client.ts'
import type { Certificate } from '../../src/redirect/certificate.ts'

export type Proxy = { port: number; close(): Promise<void> }

/** What a client sends first if it wants TLS (https://www.postgresql.org/docs/18/protocol-message-formats.html). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** Answers the wish for TLS with this certificate, or, without one, with no. */
export function tlsProxy(behind: PostgresAddress, host: string, certificate?: Certificate): Promise<Proxy> {
  return listening(host, (client) => {
    client.once('data', (first) => {
      if (!first.equals(sslRequest)) return void client.destroy()
      client.write(certificate === undefined ? 'N' : 'S')
      if (certificate === undefined) return
      join(new TLSSocket(client, { isServer: true, ...certificate }), behind)
    })
  })
}

/** Passes everything to where it is told to, and can be cut: then what is open ends and what comes is refused. */
export async function switchingProxy(first: PostgresAddress) {
  let behind: PostgresAddress | undefined = first
  const open = new Set<Socket>()
  const proxy = await listening('127.0.0.1', (client) => {
    if (behind === undefined) return void client.destroy()
    for (const one of [client, join(client, behind)]) {
      open.add(one)
      one.on('close', () => [client, one].forEach((socket) => (open.delete(socket), socket.destroy())))
    }
  })
  return {
    ...proxy,
    cut() {
      behind = undefined
      for (const one of open) one.destroy()
    },
    to(next: PostgresAddress) {
      behind = next
    },
  }
}

const NOTIFICATION = 'A'.charCodeAt(0)

/** Passes everything but notifications. */
export function silentProxy(behind: PostgresAddress): Promise<Proxy> {
  return listening('127.0.0.1', (client) => {
    let rest = Buffer.alloc(0)
    const server = join(client, behind, (chunk) => {
      rest = Buffer.concat([rest, chunk])
      // One byte of kind, four of length, which counts itself.
      while (rest.length >= 5 && rest.length > rest.readUInt32BE(1)) {
        const size = 1 + rest.readUInt32BE(1)
        if (rest[0] !== NOTIFICATION) client.write(rest.subarray(0, size))
        rest = rest.subarray(size)
      }
    })
    server.on('end', () => client.end())
  })
}

function join(client: Socket, { host, port }: PostgresAddress, back?: (chunk: Buffer) => void): Socket {
  const server = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
  client.pipe(server)
  if (back === undefined) server.pipe(client)
  else server.on('data', back)
  for (const one of [client, server]) one.on('error', () => [client, server].forEach((socket) => socket.destroy()))
  return server
}

async function listening(host: string, accept: (client: Socket) => void): Promise<Proxy> {
  const open = new Set<Socket>()
  const server: Server = createServer((client) => {
    open.add(client)
    client.on('error', () => client.destroy())
    client.on('close', () => open.delete(client))
    accept(client)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    // A TCP server has one.
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const client of open) client.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
