import { request } from 'node:http'
import type { RequestOptions } from 'node:http'
import { createServer } from 'node:net'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { secret } from '../../src/secret.ts'
import { entryOf, servedToken, startKit } from './kit.ts'

type Got = { status: number; headers: Record<string, unknown>; body: string }

function ask(options: RequestOptions): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request({ agent: false, ...options }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts).toString() }),
      )
    })
    sent.on('error', reject)
    sent.end()
  })
}

const anyPort = { listen: { host: '127.0.0.1', port: 0 } }

async function listening() {
  const kit = await startKit(anyPort)
  const { addresses } = await kit.server.listen()
  const port = Number(new URL(addresses[0] ?? '').port)
  const socketPath = join(kit.home, 'evergrant.sock')
  const read = (path: string, headers: Record<string, string> = {}) => ask({ port, path, headers })
  return Object.assign(kit, { addresses, port, socketPath, read, statements: () => kit.store.statements })
}

const name = 'a'
const path = `/v1/connections/${name}/token`
const remembered = (fields = {}) => entryOf(servedToken(name, fields))

describe('the token read in memory', () => {
  it('gives the same bytes as the route, whatever the token is like', async () => {
    await using kit = await listening()
    kit.clock.now = () => 1_700_000_000_123
    const { key } = await kit.key(['token'], [name])
    const headers = { authorization: `Bearer ${key}` }
    const kinds = [
      { expiresAt: 1_700_003_600_000 },
      { expiresAt: 1_700_000_065_999, scope: ['read', 'write'], warnings: ['renewal_failed'] },
      { expiresAt: 1_700_003_600_000, shown: { realmId: '123', instance_url: 'https://x.example/"\\' } },
      { expiresAt: 1_700_003_600_000, accessToken: secret('quote " backslash \\ "expires_in":7') },
    ]
    for (const fields of kinds) {
      kit.connections.tokens.set(name, remembered(fields))
      kit.connections.stored.set(name, servedToken(name, fields))
      await kit.read(path, headers)
      const fast = await kit.read(path, headers)
      // A cookie sends the request to the routes.
      const slow = await kit.read(path, { ...headers, cookie: 'x=y' })
      expect([fast.status, slow.status]).toEqual([200, 200])
      expect(fast.body).toBe(slow.body)
      const { 'x-request-id': id, date: _, ...rest } = slow.headers
      expect(id).toBeDefined()
      expect(fast.headers).toEqual({ ...rest, date: fast.headers['date'] })
    }
    const { expiresAt: _, ...endless } = servedToken(name)
    kit.connections.tokens.set(name, entryOf(endless))
    kit.connections.stored.set(name, endless)
    const fast = await kit.read(path, headers)
    expect(fast.body).toBe((await kit.read(path, { ...headers, cookie: 'x=y' })).body)
    expect(fast.body).not.toContain('expires')
  })

  it('escapes what is not ASCII, and is the same value', async () => {
    await using kit = await listening()
    kit.connections.tokens.set(name, remembered({ shown: { company: 'Müller & Söhne 🚀' } }))
    const { key } = await kit.key(['token'], [name])
    await kit.read(path, { 'x-api-key': key })
    const { body, headers } = await kit.read(path, { 'x-api-key': key })
    expect(headers['x-request-id']).toBeUndefined()
    expect((JSON.parse(body) as { values: unknown }).values).toEqual({ company: 'Müller & Söhne 🚀' })
  })

  it('counts expires_in down and follows a new token', async () => {
    await using kit = await listening()
    const { key } = await kit.key(['token'], [name])
    kit.connections.tokens.set(name, remembered())
    const left = async () =>
      (JSON.parse((await kit.read(path, { 'x-api-key': key })).body) as { expires_in: number }).expires_in
    const before = await left()
    kit.clock.forward(100_000)
    const after = await left()
    expect(before - after).toBeGreaterThanOrEqual(100)
    expect(before - after).toBeLessThanOrEqual(102)
    kit.connections.tokens.set(name, remembered({ accessToken: secret('the-next') }))
    expect((await kit.read(path, { 'x-api-key': key })).body).toContain('the-next')
  })

  it('needs no statement once the key is known', async () => {
    await using kit = await listening()
    kit.connections.tokens.set(name, remembered())
    const { key } = await kit.key(['token'], [name])
    await kit.read(path, { 'x-api-key': key })
    // The audit and the journal of what came before.
    await kit.audit.settle()
    await kit.journal.list({ limit: 1 }, () => true)
    const before = kit.statements()
    for (let i = 0; i < 50; i++) {
      const { status, headers } = await kit.read(`${path}?min_valid=30`, { 'x-api-key': key })
      expect([status, headers['x-request-id']]).toEqual([200, undefined])
    }
    expect(kit.statements()).toBe(before)
  })

  it('leaves everything else to the routes, which refuse it as they should', async () => {
    await using kit = await listening()
    kit.connections.tokens.set(name, remembered())
    const mine = await kit.key(['token'], [name])
    const reader = await kit.key(['read'], [name])
    const other = await kit.key(['token'], ['b'])
    const elsewhere = await kit.key(['token'], [name], { addresses: ['192.0.2.1'] })
    const ending = await kit.key(['token'], [name], { expires_at: Math.floor(Date.now() / 1000) + 5 })
    for (const { key } of [mine, reader, other, ending]) await kit.read(path, { 'x-api-key': key })
    const cases: [string, Record<string, string>, number][] = [
      [path, {}, 401],
      [path, { 'x-api-key': 'eg_wrong' }, 401],
      [path, { 'x-api-key': reader.key }, 403],
      [path, { 'x-api-key': other.key }, 403],
      [path, { 'x-api-key': elsewhere.key }, 401],
      [`${path}?min_valid=`, { 'x-api-key': mine.key }, 200],
      [`${path}?min_valid=1e3`, { 'x-api-key': mine.key }, 200],
      [`${path}?min_valid=-1`, { 'x-api-key': mine.key }, 400],
      [`${path}?min_valid=99999999`, { 'x-api-key': mine.key }, 400],
      [`${path}?min_valid=5&min_valid=6`, { 'x-api-key': mine.key }, 400],
      [`${path}/`, { 'x-api-key': mine.key }, 404],
      [`${path}x`, { 'x-api-key': mine.key }, 404],
      ['/v1/connections//token', { 'x-api-key': mine.key }, 403],
      ['/v1/connections/%61/token', { 'x-api-key': mine.key }, 200],
    ]
    for (const [target, headers, status] of cases) {
      const got = await kit.read(target, headers)
      expect([target, got.status]).toEqual([target, status])
      expect(got.headers['x-request-id']).toBeDefined()
    }
    kit.clock.forward(6_000)
    expect((await kit.read(path, { 'x-api-key': ending.key })).status).toBe(401)
    await kit.local('DELETE', `/v1/keys/${mine.id}`)
    expect((await kit.read(path, { 'x-api-key': mine.key })).status).toBe(401)
  })

  it('does not look at the name of the host, which every other route does', async () => {
    await using kit = await listening()
    kit.connections.tokens.set(name, remembered())
    const { key } = await kit.key(['token'], [name])
    const headers = { host: 'sidecar.internal', 'x-api-key': key }
    expect((await kit.read('/v1/connections', headers)).status).toBe(421)
    await kit.read(path, { 'x-api-key': key })
    expect((await kit.read(path, headers)).status).toBe(200)
  })

  it('is remembered as use of the key', async () => {
    const kit = await listening()
    kit.connections.tokens.set(name, remembered())
    const { key, id } = await kit.key(['token'], [name])
    for (let i = 0; i < 3; i++) await kit.read(path, { 'x-api-key': key })
    await kit.server.close()
    const record = (await kit.store.keys.list()).find((one) => one.id === id)
    expect(Date.now() - (record?.lastUsedAt ?? 0)).toBeLessThan(10_000)
    await kit[Symbol.asyncDispose]()
  })
})

describe('the Unix socket', () => {
  it('needs no key and belongs to its owner alone', async () => {
    await using kit = await listening()
    kit.connections.tokens.set(name, remembered())
    expect((await stat(kit.socketPath)).mode & 0o777).toBe(0o600)
    const { socketPath } = kit
    const fast = await ask({ socketPath, path })
    expect([fast.status, fast.headers['x-request-id']]).toEqual([200, undefined])
    const made = await ask({ socketPath, path: '/v1/connections/a/renew', method: 'POST' })
    expect(made.status).toBe(200)
    expect(kit.connections.calls.at(-1)?.actor).toEqual({ kind: 'local' })
    expect((await kit.read(path)).status).toBe(401)
  })

  it('is taken over from a process that died, and never from one that answers', async () => {
    await using kit = await startKit(anyPort)
    const socketPath = join(kit.home, 'evergrant.sock')
    await using second = await startKit({ ...anyPort, socketPath })
    const dead = createServer()
    await new Promise<void>((resolve) => dead.listen(socketPath, resolve))
    await expect(kit.server.listen()).rejects.toMatchObject({ code: 'home_locked' })
    // Node removes the file of a server that is closed; one that died leaves it.
    await new Promise((resolve) => dead.close(resolve))
    await writeFile(socketPath, '')
    await second.server.listen()
    expect((await ask({ socketPath, path: '/healthz' })).status).toBe(200)
  })
})

describe('a port', () => {
  it('that is taken is a clear error', async () => {
    await using kit = await listening()
    await using second = await startKit({ listen: { host: '127.0.0.1', port: kit.port } })
    await expect(second.server.listen()).rejects.toMatchObject({ code: 'port_taken' })
  })

  it('on an address that is not ours names the option', async () => {
    await using kit = await startKit({ listen: { host: '192.0.2.1', port: 0 } })
    await expect(kit.server.listen()).rejects.toMatchObject({ code: 'invalid_option' })
  })
})
