import { mkdtemp, rm, stat } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { openListener, type Listener, type ListenerOptions, type PageResult } from '../../src/redirect/index.ts'
import { systemClock, testClock } from '../outbound/clocks.ts'

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

type Opened = Listener & { answers: [string, string][][]; directory: string }

async function open(redirectUri: string, options: Partial<ListenerOptions> = {}): Promise<Opened> {
  const answers: [string, string][][] = []
  const directory = await mkdtemp(join(tmpdir(), 'evergrant-'))
  endings.push(() => rm(directory, { recursive: true }))
  const listener = await openListener({
    redirectUri,
    expects: (state) => state === 'g00d',
    onParameters: (parameters) => {
      answers.push(parameters)
      return Promise.resolve({
        ok: true,
        title: 'Connected',
        lines: ['You can close this window.'],
      } satisfies PageResult)
    },
    timeoutMs: 60_000,
    clock: systemClock,
    certificateDirectory: directory,
    ...options,
  })
  endings.push(() => listener.close())
  return { ...listener, answers, directory }
}

type Got = { status: number; headers: IncomingHttpHeaders; body: string }
type Asked = { method?: string; headers?: Record<string, string>; body?: string; ca?: string }

function ask(address: string, { method = 'GET', headers = {}, body, ca }: Asked = {}): Promise<Got> {
  const make = address.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = make(
      address,
      { method, headers, agent: false, ...(ca === undefined ? {} : { ca }) },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      },
    )
    request.on('error', reject)
    request.end(body)
  })
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function isOpen(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => {
      socket.destroy()
      resolve(true)
    }).once('error', () => resolve(false))
  })
}

/** The page that follows an accepted answer. */
async function follow(listener: Opened, answer: Got): Promise<Got> {
  expect(answer.status).toBe(303)
  return ask(new URL(answer.headers.location ?? '', listener.redirectUri).href)
}

describe('opening', () => {
  test.each(['http://localhost', 'http://127.0.0.1', 'http://[::1]'])('%s draws a port and tells it', async (typed) => {
    const listener = await open(typed)
    expect(listener.redirectUri).toBe(`${typed}:${listener.port}`)
    await expect(ask(`${listener.redirectUri}/?code=a&state=g00d`)).resolves.toMatchObject({ status: 303 })
  })

  test('an explicit port is used as it is, and the text stays as typed', async () => {
    const port = await freePort()
    const listener = await open(`http://127.0.0.1:${port}/cb`)
    expect(listener).toMatchObject({ redirectUri: `http://127.0.0.1:${port}/cb`, port })
  })

  test('localhost is held on both loopback addresses and nowhere else', async () => {
    const listener = await open('http://localhost')
    expect(await isOpen(listener.port, '127.0.0.1')).toBe(true)
    expect(await isOpen(listener.port, '::1')).toBe(true)
    expect(await isOpen(listener.port, '127.0.0.2')).toBe(false)
  })

  test.each(['127.0.0.1', '::1'])(
    'a port that is taken on %s is an error with two ways out, never another port',
    async (host) => {
      const squatter = createServer()
      await new Promise<void>((resolve) => squatter.listen(0, host, resolve))
      endings.push(() => new Promise((resolve) => squatter.close(resolve)))
      const { port } = squatter.address() as AddressInfo
      const error = await open(`http://localhost:${port}/cb`).catch((reason: unknown) => reason)
      expect(error).toMatchObject({ code: 'port_taken', message: expect.stringContaining(String(port)) as string })
      expect((error as EvergrantError).remedy).toMatch(/stop the program .*, or use a redirect URI with another port/)
    },
  )

  test('only localhost, 127.0.0.1 and [::1] are listened on', async () => {
    for (const typed of [
      'http://127.0.0.2',
      'http://0.0.0.0:8080',
      'https://app.example.com/cb',
      'http://localhost.',
    ]) {
      await expect(open(typed)).rejects.toMatchObject({ code: 'redirect_refused' })
    }
  })

  test('https has a certificate of its own, for the owner alone', async () => {
    const listener = await open('https://localhost')
    const { loadCertificate } = await import('../../src/redirect/certificate.ts')
    const { cert: ca } = await loadCertificate(listener.directory, Date.now())
    expect((await stat(join(listener.directory, 'loopback.pem'))).mode & 0o777).toBe(0o600)
    await expect(ask(`${listener.redirectUri}/?state=g00d`)).rejects.toThrow()
    await expect(ask(`${listener.redirectUri}/?code=a&state=g00d`, { ca })).resolves.toMatchObject({ status: 303 })
    expect(listener.answers).toHaveLength(1)
  })
})

describe('the answer', () => {
  test('by query is taken once; the browser ends on a clean address with the result, and the port is free', async () => {
    const listener = await open('http://localhost')
    const answer = await ask(`${listener.redirectUri}/?code=c0de&state=g00d&realmId=7`)
    expect(answer.body).toBe('')
    expect(answer.headers.location).toMatch(/^\/[\w-]{22}$/)
    const page = await follow(listener, answer)
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('You can close this window.') as string })
    expect(await listener.ended).toBe('answered')
    expect(await isOpen(listener.port)).toBe(false)
    expect(listener.answers).toEqual([
      [
        ['code', 'c0de'],
        ['state', 'g00d'],
        ['realmId', '7'],
      ],
    ])
    expect(page.body + JSON.stringify(page.headers)).not.toMatch(/c0de|g00d/)
  })

  test('by form_post is taken', async () => {
    const listener = await open('http://127.0.0.1')
    const answer = await ask(`${listener.redirectUri}/`, {
      method: 'POST',
      headers: {
        ...form,
        'sec-fetch-mode': 'navigate',
        'sec-fetch-dest': 'document',
        'sec-fetch-site': 'cross-site',
        origin: 'null',
      },
      body: 'code=a+b&state=g00d',
    })
    expect(answer.status).toBe(303)
    expect(listener.answers).toEqual([
      [
        ['code', 'a b'],
        ['state', 'g00d'],
      ],
    ])
  })

  test('in a fragment is passed on by a page that may run its own script only', async () => {
    const listener = await open('http://localhost')
    const page = await ask(`${listener.redirectUri}/`)
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-\S+'; script-src 'sha256-\S+'; form-action 'self'/,
    )
    expect(page.body).toContain("form.method = 'post'")
  })

  test('keeps the redirect URI own query apart', async () => {
    const listener = await open('http://localhost?tenant=1')
    expect((await ask(listener.redirectUri.replace('?', '/?'))).status).toBe(200)
    expect((await ask(`${listener.redirectUri.replace('?', '/?')}&code=a&state=g00d`)).status).toBe(303)
    expect(listener.answers).toEqual([
      [
        ['code', 'a'],
        ['state', 'g00d'],
      ],
    ])
  })

  test('is shown only after it was worked on, as what it became', async () => {
    const failure = new EvergrantError('authorization_denied', { detail: 'the server said <b>no</b>' })
    const listener = await open('http://localhost', { onParameters: () => Promise.reject(failure) })
    const page = await follow(listener, await ask(`${listener.redirectUri}/?error=access_denied&state=g00d`))
    expect(page.status).toBe(400)
    expect(page.body).toContain('the server said &lt;b&gt;no&lt;/b&gt;')
    expect(page.body).toContain('What to do:')
    expect(await listener.ended).toBe('answered')
  })

  test('an unexpected fault is not shown', async () => {
    const listener = await open('http://localhost', { onParameters: () => Promise.reject(new Error('internal path')) })
    const page = await follow(listener, await ask(`${listener.redirectUri}/?code=a&state=g00d`))
    expect(page.body).not.toContain('internal path')
  })

  test('that comes twice is taken once', async () => {
    let calls = 0
    const { promise, resolve } = Promise.withResolvers<PageResult>()
    const onParameters = (): Promise<PageResult> => {
      calls += 1
      return promise
    }
    const listener = await open('http://localhost', { onParameters })
    const first = ask(`${listener.redirectUri}/?code=a&state=g00d`)
    await expect.poll(() => calls).toBe(1)
    expect((await ask(`${listener.redirectUri}/?code=a&state=g00d`)).status).toBe(404)
    resolve({ ok: true, title: 'Connected', lines: [] })
    expect((await first).status).toBe(303)
    expect(calls).toBe(1)
  })

  test('pages are static, unframed and leave nothing behind', async () => {
    const listener = await open('http://localhost')
    const page = await follow(listener, await ask(`${listener.redirectUri}/?code=a&state=g00d`))
    expect(page.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    expect(page.headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[^;]+; form-action 'none'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    expect(page.headers['access-control-allow-origin']).toBeUndefined()
    expect(page.body).not.toMatch(/<script|src=|href=|https?:/)
  })
})

describe('what is not the answer changes nothing', () => {
  test('a thousand bad callbacks, then the good one', async () => {
    const listener = await open('http://localhost')
    const bad = ['/?code=a', '/?code=a&state=bad', '/?state=g00d&state=g00d&code=a', '/?state=', '/?error=x']
    for (let i = 0; i < 1000; i += 20) {
      const batch = Array.from({ length: 10 }, (_, j) => ask(listener.redirectUri + (bad[(i + j) % bad.length] ?? '')))
      for (const got of await Promise.all(batch)) expect(got.status).toBe(400)
    }
    expect((await ask(`${listener.redirectUri}/?code=a&state=g00d`)).status).toBe(303)
    expect(listener.answers).toHaveLength(1)
  })

  test('another Host header, path, method, purpose or size', async () => {
    const listener = await open('http://localhost')
    const good = `${listener.redirectUri}/?code=a&state=g00d`
    const status = async (address: string, asked: Asked = {}): Promise<number> => (await ask(address, asked)).status
    for (const host of ['evil.example', `evil.example:${listener.port}`, `127.0.0.1:${listener.port}`, 'localhost']) {
      expect(await status(good, { headers: { host } })).toBe(403)
    }
    expect(await status(`${listener.redirectUri}/favicon.ico`)).toBe(404)
    expect(await status(`${listener.redirectUri}/other?code=a&state=g00d`)).toBe(404)
    for (const method of ['HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) expect(await status(good, { method })).toBe(404)
    for (const mode of ['cors', 'no-cors', 'same-origin', 'websocket']) {
      expect(await status(good, { headers: { 'sec-fetch-mode': mode } })).toBe(403)
    }
    const iframe = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }
    expect(await status(good, { headers: iframe })).toBe(403)
    expect(await status(`${good}&x=${'x'.repeat(8200)}`)).toBe(414)
    const post = { method: 'POST', headers: form, body: `code=a&state=g00d&x=${'x'.repeat(17_000)}` }
    expect(await status(`${listener.redirectUri}/`, post)).toBe(413)
    const json = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"state":"g00d"}' }
    expect(await status(`${listener.redirectUri}/`, json)).toBe(400)
    expect(listener.answers).toEqual([])
    expect(await status(good)).toBe(303)
  })

  test('a hundred connections that say nothing do not keep the browser waiting', async () => {
    const listener = await open('http://127.0.0.1')
    const idle: Socket[] = []
    for (let i = 0; i < 100; i += 1) {
      const socket = connect(listener.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nhost: x'))
      socket.on('error', () => undefined)
      idle.push(socket)
    }
    endings.push(async () => idle.forEach((socket) => socket.destroy()))
    await new Promise((resolve) => setTimeout(resolve, 100))
    const start = performance.now()
    expect((await ask(`${listener.redirectUri}/?code=a&state=g00d`)).status).toBe(303)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('closing', () => {
  test('when the time is over', async () => {
    const clock = testClock()
    const listener = await open('http://localhost', { clock, timeoutMs: 300_000 })
    await clock.advance(299_999)
    expect(await isOpen(listener.port)).toBe(true)
    await clock.advance(1)
    expect(await listener.ended).toBe('timeout')
    expect(await isOpen(listener.port)).toBe(false)
  })

  test('on demand, also twice, though a browser keeps a connection open', async () => {
    const listener = await open('http://localhost')
    const socket = connect(listener.port, '127.0.0.1')
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('connect', resolve))
    await Promise.all([listener.close(), listener.close()])
    expect(await listener.ended).toBe('closed')
    expect(await isOpen(listener.port)).toBe(false)
  })

  test('shortly after the answer when the browser never asks for the result', async () => {
    const clock = testClock()
    const listener = await open('http://localhost', { clock })
    await ask(`${listener.redirectUri}/?code=a&state=g00d`)
    await clock.advance(3000)
    expect(await listener.ended).toBe('answered')
  })
})
