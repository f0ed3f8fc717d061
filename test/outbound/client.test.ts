import { mkdtemp, rm } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { FetchFailed, type WireFailure, type WireRequest } from '../../src/deps.ts'
import { createOutbound, type OutboundOptions } from '../../src/outbound/index.ts'
import { loadCertificate } from '../../src/redirect/certificate.ts'
import { systemClock, testClock } from './clocks.ts'
import { httpServer, httpsServer, tcpServer, type Local } from './servers.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

function outbound(
  options: Partial<OutboundOptions> & { allowHosts: string[] },
): (request: Partial<WireRequest> & { url: string }) => ReturnType<ReturnType<typeof createOutbound>['fetch']> {
  const made = createOutbound({ clock: systemClock, ...options })
  endings.push(() => made.close())
  return (request) => made.fetch({ method: 'GET', headers: {}, deadlineMs: 5000, ...request })
}

async function serve(listener: RequestListener): Promise<Local> {
  const server = await httpServer(listener)
  endings.push(() => server.close())
  return server
}

async function serveRaw(listener: Parameters<typeof tcpServer>[0]): Promise<Local> {
  const server = await tcpServer(listener)
  endings.push(() => server.close())
  return server
}

/** The failure of a request that must fail. */
async function failure(promise: Promise<unknown>): Promise<WireFailure> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof FetchFailed) return error.failure
  throw error instanceof Error ? error : new Error('it did not fail')
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

const answer =
  (body: string | Buffer, headers: Record<string, string> = {}, status = 200) =>
  (_request: IncomingMessage, response: ServerResponse): void =>
    void response.writeHead(status, headers).end(body)

describe('an exchange', () => {
  test('sends the request as given and hands back status, headers and body', async () => {
    const seen: { line: string; body: string; headers: Record<string, unknown> }[] = []
    const server = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen.push({ line: `${request.method} ${request.url}`, body, headers: request.headers })
        response
          .writeHead(401, { 'content-type': 'application/json', 'set-cookie': ['a=1', 'b=2'] })
          .end('{"error":"x"}')
      })
    })
    const fetch = outbound({ allowHosts: [server.host] })
    const before = performance.now()
    const headers = { 'Content-Type': 'text/plain', authorization: 'Basic eDp5' }
    const got = await fetch({ method: 'POST', url: `http://${server.host}/token?x=1`, headers, body: 'grüße' })
    expect(got).toMatchObject({ status: 401, body: '{"error":"x"}' })
    expect(got.headers).toMatchObject({ 'content-type': 'application/json', 'set-cookie': 'a=1, b=2' })
    expect(got.sentAtMonotonic).toBeGreaterThanOrEqual(before)
    expect(seen).toMatchObject([
      {
        line: 'POST /token?x=1',
        body: 'grüße',
        headers: { 'content-type': 'text/plain', authorization: 'Basic eDp5', accept: 'application/json' },
      },
    ])
    expect(seen[0]?.headers['user-agent']).toMatch(/^evergrant\/\d+\.\d+\.\d+/)
  })

  test('keeps connections and uses them again', async () => {
    const server = await serve(answer('ok'))
    const fetch = outbound({ allowHosts: [server.host] })
    for (let i = 0; i < 20; i += 1) await fetch({ url: `http://${server.host}/` })
    // Two, because undici marks a connection free a moment after it has handed over the end of an answer.
    expect(server.connections()).toBeLessThanOrEqual(2)
  })

  test('opens a new connection when the server has closed the old one', async () => {
    const server = await serve((_request, response) => response.writeHead(200, { connection: 'close' }).end('ok'))
    const fetch = outbound({ allowHosts: [server.host] })
    for (let i = 0; i < 3; i += 1)
      await expect(fetch({ url: `http://${server.host}/` })).resolves.toMatchObject({ body: 'ok' })
  })

  test('counts a lifetime from before the request was sent', async () => {
    const clock = testClock()
    const server = await serve((_request, response) => void clock.advance(5000).then(() => response.end('ok')))
    const fetch = outbound({ allowHosts: [server.host], clock })
    const start = clock.now()
    const got = await fetch({ url: `http://${server.host}/` })
    expect(got).toMatchObject({ sentAt: start, sentAtMonotonic: 0, durationMs: 5000 })
  })

  test('is not started at or after its last moment, and says that nothing was sent', async () => {
    const clock = testClock()
    const server = await serve(answer('ok'))
    const fetch = outbound({ allowHosts: [server.host], clock })
    await clock.advance(1000)
    expect(await failure(fetch({ url: `http://${server.host}/`, startBefore: 1000 }))).toMatchObject({
      kind: 'late',
      sent: false,
    })
    expect(server.connections()).toBe(0)
    await expect(fetch({ url: `http://${server.host}/`, startBefore: 1001 })).resolves.toMatchObject({ status: 200 })
  })

  test('is not sent when its last moment passes while the connection is made', async () => {
    const clock = testClock()
    let requests = 0
    const server = await serve((_request, response) => {
      requests += 1
      response.end('ok')
    })
    const fetch = outbound({
      allowHosts: ['slow.test'],
      clock,
      lookup: async () => {
        await clock.advance(2000)
        return [{ address: '127.0.0.1', family: 4 }]
      },
    })
    const url = `http://slow.test:${server.port}/`
    expect(await failure(fetch({ url, startBefore: 1000 }))).toMatchObject({ kind: 'late', sent: false })
    await expect(fetch({ url })).resolves.toMatchObject({ status: 200 })
    expect(requests).toBe(1)
  })

  test.each(['Host', 'content-length', 'Transfer-Encoding', 'connection'])('refuses the header %s', async (name) => {
    const fetch = outbound({ allowHosts: ['127.0.0.1'] })
    const seen = await failure(fetch({ url: 'http://127.0.0.1:9/', headers: { [name]: '1' } }))
    expect(seen).toMatchObject({ kind: 'malformed', sent: false })
  })

  test('refuses a header with a line break', async () => {
    const server = await serve(answer('ok'))
    const fetch = outbound({ allowHosts: [server.host] })
    const seen = await failure(fetch({ url: `http://${server.host}/`, headers: { x: 'a\r\nb: c' } }))
    expect(seen).toMatchObject({ kind: 'malformed', sent: false })
  })
})

describe('addresses', () => {
  test('a loopback address is refused unless it is listed, and nothing connects', async () => {
    const server = await serve(answer('ok'))
    const fetch = outbound({ allowHosts: ['127.0.0.1:1'] })
    for (const url of [`http://${server.host}/`, `https://${server.host}/`, 'https://127.0.0.1/', 'https://[::1]/']) {
      expect(await failure(fetch({ url }))).toMatchObject({ kind: 'blocked', sent: false })
    }
    expect(server.connections()).toBe(0)
  })

  test('a name that resolves to a private address is refused', async () => {
    const fetch = outbound({ allowHosts: [], lookup: async () => [{ address: '10.0.0.7', family: 4 }] })
    expect(await failure(fetch({ url: 'https://public.test/' }))).toMatchObject({ kind: 'blocked', sent: false })
    expect(await failure(fetch({ url: 'https://localhost/' }))).toMatchObject({ kind: 'blocked', sent: false })
  })

  test('a listed name that resolves to a metadata service is refused', async () => {
    const fetch = outbound({ allowHosts: ['as.test'], lookup: async () => [{ address: '169.254.169.254', family: 4 }] })
    expect(await failure(fetch({ url: 'http://as.test/' }))).toMatchObject({ kind: 'blocked', sent: false })
  })

  test('only allowed addresses of a name are connected to', async () => {
    const server = await serve(answer('ok'))
    const addresses = [
      { address: '169.254.169.254', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ]
    const fetch = outbound({ allowHosts: ['as.test'], lookup: async () => addresses })
    await expect(fetch({ url: `http://as.test:${server.port}/` })).resolves.toMatchObject({ status: 200 })
  })

  test('a name that alternates between public and loopback never reaches loopback', async () => {
    let turn = 0
    const server = await serve(answer('ok'))
    // 192.0.2.1 stands for a public address here only by being unreachable; the deadline ends it.
    const lookup = async (): Promise<{ address: string; family: number }[]> => {
      turn += 1
      return turn % 2 === 0 ? [{ address: '127.0.0.1', family: 4 }] : [{ address: '10.1.1.1', family: 4 }]
    }
    const fetch = outbound({ allowHosts: [], lookup })
    for (let i = 0; i < 50; i += 1) await failure(fetch({ url: 'https://rebind.test/', deadlineMs: 200 }))
    expect([turn, server.connections()]).toEqual([50, 0])
  })

  test('an unknown name is a failure of the resolver, a closed port one of the connection', async () => {
    const closed = await serve(answer('ok'))
    await closed.close()
    endings.pop()
    const notFound = Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND', syscall: 'getaddrinfo' })
    const unknown = outbound({ allowHosts: [], lookup: () => Promise.reject(notFound) })
    expect(await failure(unknown({ url: 'https://nowhere.test/' }))).toMatchObject({ kind: 'dns', sent: false })
    const fetch = outbound({ allowHosts: [closed.host] })
    expect(await failure(fetch({ url: `http://${closed.host}/a?secret=1` }))).toEqual({
      kind: 'refused',
      sent: false,
      detail: `http://${closed.host}: no connection (ECONNREFUSED)`,
    })
  })

  test('a resolver that never answers is cut by the deadline, and other names do not wait for it', async () => {
    const server = await serve(answer('ok'))
    const lookup = (name: string): Promise<{ address: string; family: number }[]> =>
      name === 'stalled.test' ? new Promise(() => undefined) : Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    const fetch = outbound({ allowHosts: ['fast.test', 'stalled.test'], lookup })
    const stalled = failure(fetch({ url: 'http://stalled.test/', deadlineMs: 300 }))
    await expect(fetch({ url: `http://fast.test:${server.port}/` })).resolves.toMatchObject({ status: 200 })
    expect(await stalled).toMatchObject({ kind: 'connect_timeout', sent: false })
  })

  test('proxy variables of the environment are ignored', async () => {
    const [server, proxy] = [await serve(answer('direct')), await serve(answer('proxied'))]
    process.env['HTTP_PROXY'] = process.env['http_proxy'] = `http://${proxy.host}`
    endings.push(async () => {
      delete process.env['HTTP_PROXY']
      delete process.env['http_proxy']
    })
    const fetch = outbound({ allowHosts: [server.host] })
    expect((await fetch({ url: `http://${server.host}/` })).body).toBe('direct')
  })
})

describe('an answer that does not come', () => {
  test.each([
    ['no headers', () => undefined],
    ['half of the headers', (write: (text: string) => void) => write('HTTP/1.1 200 OK\r\ncontent-')],
    ['half of the body', (write: (text: string) => void) => write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc')],
  ])('is cut by the deadline: %s', async (_title, behave) => {
    const server = await serveRaw((socket) => void socket.once('data', () => behave((text) => void socket.write(text))))
    const fetch = outbound({ allowHosts: [server.host] })
    const start = performance.now()
    const seen = await failure(fetch({ url: `http://${server.host}/`, deadlineMs: 300 }))
    expect(seen).toMatchObject({ kind: 'timeout', sent: true })
    expect(performance.now() - start).toBeLessThan(1500)
  })

  test('is cut by the deadline when the body only drips', async () => {
    const server = await serve((_request, response) => {
      const drip = setInterval(() => response.write('x'), 20)
      response.once('close', () => clearInterval(drip))
    })
    const fetch = outbound({ allowHosts: [server.host] })
    expect(await failure(fetch({ url: `http://${server.host}/`, deadlineMs: 400 }))).toMatchObject({
      kind: 'timeout',
      sent: true,
    })
  })

  test('is a reset when the connection breaks, before or within the answer', async () => {
    for (const text of ['', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc']) {
      const server = await serveRaw(
        (socket) => void socket.once('data', () => socket.write(text, () => socket.destroy())),
      )
      const fetch = outbound({ allowHosts: [server.host] })
      expect(await failure(fetch({ url: `http://${server.host}/`, method: 'POST', body: 'a' }))).toMatchObject({
        kind: 'reset',
        sent: true,
      })
    }
  })

  test('is malformed when it is no HTTP', async () => {
    const server = await serveRaw((socket) => void socket.once('data', () => socket.end('SSH-2.0-OpenSSH\r\n')))
    const fetch = outbound({ allowHosts: [server.host] })
    expect(await failure(fetch({ url: `http://${server.host}/` }))).toMatchObject({ kind: 'malformed', sent: true })
  })
})

describe('the body of an answer', () => {
  const text = '{"access_token":"x"}'
  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['GZIP, br', brotliCompressSync(gzipSync(text))],
    ['identity', Buffer.from(text)],
  ])('is decoded from %s', async (encoding, body) => {
    const server = await serve(answer(body, { 'content-encoding': encoding }))
    const fetch = outbound({ allowHosts: [server.host] })
    expect((await fetch({ url: `http://${server.host}/` })).body).toBe(text)
  })

  test.each([
    ['gzip', gzipSync(text).subarray(0, 20)],
    ['zstd', Buffer.from(text)],
    ['gzip,gzip,gzip', gzipSync(text)],
  ])('in a broken or unknown encoding (%s) is refused', async (encoding, body) => {
    const server = await serve(answer(body, { 'content-encoding': encoding }))
    const fetch = outbound({ allowHosts: [server.host] })
    expect(await failure(fetch({ url: `http://${server.host}/` }))).toMatchObject({ kind: 'malformed', sent: true })
  })

  test('may have one MiB and not a byte more', async () => {
    const server = await serve((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))))
    const fetch = outbound({ allowHosts: [server.host] })
    expect((await fetch({ url: `http://${server.host}/1048576` })).body.length).toBe(1048576)
    expect(await failure(fetch({ url: `http://${server.host}/1048577` }))).toMatchObject({
      kind: 'too_large',
      sent: true,
    })
  })

  test('that never ends is cut', async () => {
    const block = Buffer.alloc(65_536)
    const server = await serve((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(block));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    const fetch = outbound({ allowHosts: [server.host] })
    expect(await failure(fetch({ url: `http://${server.host}/` }))).toMatchObject({ kind: 'too_large', sent: true })
  })

  test('that unfolds to a thousand times its size does not grow memory', async () => {
    const bomb = gzipSync(Buffer.alloc(512 * 1024 * 1024), { level: 9 })
    const server = await serve(answer(bomb, { 'content-encoding': 'gzip' }))
    const fetch = outbound({ allowHosts: [server.host] })
    const before = process.memoryUsage()
    const seen = await failure(fetch({ url: `http://${server.host}/` }))
    const after = process.memoryUsage()
    expect(seen).toMatchObject({ kind: 'too_large', sent: true })
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(8 * 1024 * 1024)
  })
})

describe('redirects', () => {
  const redirectTo = (location: string, status = 302): RequestListener => answer('moved', { location }, status)

  test.each([301, 302, 303, 307, 308])('%i is the answer itself unless the request asks to follow', async (status) => {
    const other = await serve(answer('other'))
    const server = await serve(redirectTo(`http://${other.host}/`, status))
    const fetch = outbound({ allowHosts: [server.host, other.host] })
    const post = { method: 'POST', body: 'a', redirectsInside: [other.host] }
    expect(await fetch({ url: `http://${server.host}/` })).toMatchObject({ status })
    expect(await fetch({ url: `http://${server.host}/`, ...post })).toMatchObject({ status })
    expect(other.connections()).toBe(0)
  })

  test('inside the named hosts are followed with the Authorization header', async () => {
    const other = await serve((request, response) => response.end(`${request.headers.authorization} ${request.url}`))
    const server = await serve(redirectTo(`http://${other.host}/there?x=1#part`))
    const fetch = outbound({ allowHosts: [server.host, other.host] })
    const headers = { authorization: 'Bearer t' }
    const got = await fetch({ url: `http://${server.host}/`, headers, redirectsInside: [other.host] })
    expect(got).toMatchObject({ status: 200, body: 'Bearer t /there?x=1' })
  })

  test('outside the named hosts, or to an address that may not be called, are the answer itself', async () => {
    const other = await serve(answer('other'))
    const fetchFrom = async (location: string, inside: string[], allowed: string[]): Promise<number> => {
      const server = await serve(redirectTo(location))
      const fetch = outbound({ allowHosts: [server.host, ...allowed] })
      return (await fetch({ url: `http://${server.host}/`, redirectsInside: inside })).status
    }
    expect(await fetchFrom(`http://${other.host}/`, ['*.example.com'], [other.host])).toBe(302)
    expect(await fetchFrom(`http://${other.host}/`, [other.host], [])).toBe(302)
    expect(await fetchFrom('http://169.254.169.254/', ['169.254.169.254'], ['169.254.169.254'])).toBe(302)
    expect(other.connections()).toBe(0)
  })

  test('are followed five times at most', async () => {
    let requests = 0
    const server = await serve((_request, response) => {
      requests += 1
      response.writeHead(302, { location: '/again' }).end()
    })
    const fetch = outbound({ allowHosts: [server.host] })
    expect(await fetch({ url: `http://${server.host}/`, redirectsInside: [server.host] })).toMatchObject({
      status: 302,
    })
    expect(requests).toBe(6)
  })
})

describe('TLS', () => {
  async function secure(
    listener: RequestListener = answer('secure'),
  ): Promise<{ server: Local; ca: string; key: string }> {
    const directory = await mkdtemp(join(tmpdir(), 'evergrant-'))
    const { cert, key } = await loadCertificate(directory, Date.now())
    const server = await httpsServer({ cert, key, requestCert: true, rejectUnauthorized: false }, listener)
    endings.push(
      () => rm(directory, { recursive: true }),
      () => server.close(),
    )
    return { server, ca: cert, key }
  }

  test('an unknown certificate is refused, though the environment says otherwise; with its CA it is trusted', async () => {
    const { server, ca } = await secure()
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    endings.push(async () => void delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'])
    const fetch = outbound({ allowHosts: [server.host] })
    expect(await failure(fetch({ url: `https://${server.host}/` }))).toMatchObject({ kind: 'tls', sent: false })
    await expect(fetch({ url: `https://${server.host}/`, transport: { ca } })).resolves.toMatchObject({
      body: 'secure',
    })
  })

  test('a certificate for another name is refused', async () => {
    const { server, ca } = await secure()
    const fetch = outbound({ allowHosts: ['other.test'], lookup: async () => [{ address: '127.0.0.1', family: 4 }] })
    const request = { url: `https://other.test:${server.port}/`, transport: { ca } }
    expect(await failure(fetch(request))).toMatchObject({ kind: 'tls', sent: false })
  })

  test('a client certificate is shown to the server that asks', async () => {
    const { server, ca, key } = await secure((request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate()
      response.end(subject === undefined ? 'nobody' : 'somebody')
    })
    const fetch = outbound({ allowHosts: [server.host] })
    const url = `https://${server.host}/`
    expect((await fetch({ url, transport: { ca, certificate: ca, key } })).body).toBe('somebody')
    expect((await fetch({ url, transport: { ca } })).body).toBe('nobody')
  })

  test('a key that cannot be read, and a server that speaks no TLS, are failures before anything was sent', async () => {
    const plain = await serveRaw((socket) => void socket.once('data', () => socket.end('HTTP/1.1 400 no\r\n\r\n')))
    const fetch = outbound({ allowHosts: [plain.host] })
    for (const transport of [{}, { key: 'nonsense' }]) {
      const seen = await failure(fetch({ url: `https://${plain.host}/`, transport }))
      expect(seen).toMatchObject({ kind: 'tls', sent: false })
      expect(JSON.stringify(seen)).not.toContain('nonsense')
    }
  })

  test('goes through the proxy of the options, and the target is still checked', async () => {
    const { server, ca } = await secure()
    const asked: string[] = []
    const proxy = await httpServer((_request, response) => response.writeHead(500).end())
    endings.push(() => proxy.close())
    const tunnel = await serveRaw(
      (socket) =>
        void socket.once('data', (head) => {
          asked.push(head.toString().split('\r\n')[0] ?? '')
          const target = connect(server.port, '127.0.0.1', () => {
            socket.write('HTTP/1.1 200 ok\r\n\r\n')
            socket.pipe(target).pipe(socket)
          })
          target.on('error', () => socket.destroy())
        }),
    )
    const fetch = outbound({ allowHosts: ['localhost'], proxy: `http://${tunnel.host}` })
    const url = `https://localhost:${server.port}/`
    await expect(fetch({ url, transport: { ca } })).resolves.toMatchObject({ body: 'secure' })
    expect(asked).toEqual([`CONNECT localhost:${server.port} HTTP/1.1`])
    expect(await failure(fetch({ url: 'https://127.0.0.1/' }))).toMatchObject({ kind: 'blocked', sent: false })
    expect(asked.length).toBe(1)
    const refusing = outbound({ allowHosts: ['localhost'], proxy: `http://${proxy.host}` })
    expect(await failure(refusing({ url }))).toMatchObject({ sent: false })
  })
})
