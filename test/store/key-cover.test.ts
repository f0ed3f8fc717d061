/** Ways to protect the keys in the key file: a passphrase, Vault's transit engine, a credential of systemd. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadOptions } from '../../src/config/options.ts'
import { EvergrantError } from '../../src/errors.ts'
import { secret } from '../../src/secret.ts'
import { loadKeys, type KeyOptions } from '../../src/store/key-cover.ts'
import { runEvergrant } from '../harness/evergrant.ts'

const canary = 'canary passphrase of five words'
const none = { storeExists: false }
const some = { storeExists: true }

let home: string
let file: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'evergrant-cover-'))
  file = join(home, 'key')
})
afterEach(() => rmSync(home, { recursive: true }))

const load = (more: Partial<KeyOptions> = {}, found = none) => loadKeys({ file, fixed: false, ...more }, found)
const plainLine = () => randomBytes(32).toString('base64url')

describe('a passphrase', () => {
  const passphrase = secret(canary)

  test('covers a new key file, which opens with nothing else', async () => {
    const ring = await load({ passphrase })
    const text = readFileSync(file, 'utf8')
    expect(text).toMatch(/^evergrant-key passphrase \{"N":131072,"r":8,"p":1,"salt":"[\w-]{22}"\}\n[\w-]+\n$/)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect((await load({ passphrase }, some)).ids).toEqual(ring.ids)
    await expect(load({ passphrase: secret('another passphrase 123') }, some)).rejects.toMatchObject({
      code: 'key_wrong',
    })
    await expect(load({}, some)).rejects.toMatchObject({
      code: 'key_missing',
      remedy: expect.stringContaining('EVERGRANT_KEY_PASSPHRASE'),
    })
  })

  test('covers a file that lay there in clear, with all its keys in their order', async () => {
    const lines = [plainLine(), plainLine()]
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
    const before = (await load()).ids
    expect((await load({ passphrase }, some)).ids).toEqual(before)
    for (const line of lines) expect(readFileSync(file, 'utf8')).not.toContain(line)
    expect((await load({ passphrase }, some)).ids).toEqual(before)
  })

  test('covers a key that is added later too', async () => {
    const ring = await load({ passphrase })
    const added = randomBytes(32)
    ring.source?.write?.([added, ...ring.bytesOf(ring.ids)])
    expect(readFileSync(file, 'utf8')).not.toContain(added.toString('base64url'))
    expect((await load({ passphrase }, some)).ids).toHaveLength(2)
    expect(ring.source?.read()).toHaveLength(2)
  })

  // Each opening costs what a guess costs.
  let made: Promise<string> | undefined

  test.each([
    ['a salt of another file', (text: string) => text.replace(/"salt":"[\w-]{4}/, '"salt":"AAAA')],
    ['parameters that fill the memory', (text: string) => text.replace('131072', '1073741824')],
    ['parameters that guess themselves', (text: string) => text.replace('131072', '2')],
    ['a changed line', (text: string) => `${text.slice(0, -3)}AA\n`],
    ['no line', (text: string) => text.slice(0, text.indexOf('\n') + 1)],
    ['an unknown cover', (text: string) => text.replace('passphrase', 'riddle')],
    ['a torn head', (text: string) => text.replace('}', '')],
  ])('with %s opens nothing', async (_, change) => {
    made ??= load({ passphrase }).then(() => readFileSync(file, 'utf8'))
    writeFileSync(file, change(await made))
    await expect(load({ passphrase }, some)).rejects.toMatchObject({ code: 'key_wrong' })
  })
})

/** The transit engine's two calls as its API describes them, with AES-256-GCM behind them. */
async function startTransit(token: string) {
  const key = randomBytes(32)
  const asked: string[] = []
  const server: Server = createServer((request, response) => {
    void (async () => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      asked.push(`${request.method} ${request.url}`)
      const answer = (status: number, body: object) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      if (request.headers['x-vault-token'] !== token) return answer(403, { errors: ['permission denied'] })
      const body = JSON.parse(text) as { plaintext: string; ciphertext: string }
      if (request.method === 'POST' && request.url === '/v1/secure/transit/encrypt/evergrant') {
        const nonce = randomBytes(12)
        const cipher = createCipheriv('aes-256-gcm', key, nonce)
        const sealed = Buffer.concat([
          nonce,
          cipher.update(body.plaintext, 'base64'),
          cipher.final(),
          cipher.getAuthTag(),
        ])
        return answer(200, { data: { ciphertext: `vault:v1:${sealed.toString('base64')}`, key_version: 1 } })
      }
      if (request.method === 'POST' && request.url === '/v1/secure/transit/decrypt/evergrant') {
        const sealed = Buffer.from(body.ciphertext.replace('vault:v1:', ''), 'base64')
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
        decipher.setAuthTag(sealed.subarray(-16))
        try {
          const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
          return answer(200, { data: { plaintext: plain.toString('base64') } })
        } catch {
          return answer(400, { errors: ['cipher: message authentication failed'] })
        }
      }
      return answer(404, { errors: [] })
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { address, asked, close: () => (server.closeAllConnections(), server.close()) }
}

describe('Vault', () => {
  const token = 'hvs.canary-token-0123456789'
  let transit: Awaited<ReturnType<typeof startTransit>>
  beforeEach(async () => (transit = await startTransit(token)))
  afterEach(() => transit.close())
  const vault = (more = {}) => ({
    address: transit.address,
    mount: 'secure/transit',
    key: 'evergrant',
    token: secret(token),
    ...more,
  })

  test('wraps a new key file and opens it once at each start', async () => {
    const ring = await load({ vault: vault() })
    expect(readFileSync(file, 'utf8')).toMatch(
      /^evergrant-key vault \{"key":"secure\/transit\/evergrant","wrapped":"vault:v1:[^"]+"\}\n[\w-]+\n$/,
    )
    expect((await load({ vault: vault() }, some)).ids).toEqual(ring.ids)
    expect(transit.asked).toEqual([
      'POST /v1/secure/transit/encrypt/evergrant',
      'POST /v1/secure/transit/decrypt/evergrant',
    ])
    // A key more or less is no matter for Vault.
    ring.source?.write?.([randomBytes(32), ...ring.bytesOf(ring.ids)])
    expect((await load({ vault: vault() }, some)).ids).toHaveLength(2)
  })

  test('that refuses is quoted, without the token', async () => {
    await load({ vault: vault() })
    const refused = await load({ vault: vault({ token: secret('hvs.wrong-token') }) }, some).catch(
      (error: unknown) => error,
    )
    expect(refused).toMatchObject({ code: 'key_missing', message: expect.stringContaining('403: permission denied') })
    expect(JSON.stringify(refused) + String(refused)).not.toContain('hvs.')
  })

  test('that is away makes no new key and says so', async () => {
    await load({ vault: vault() })
    const before = readFileSync(file, 'utf8')
    transit.close()
    const away = await load({ vault: vault() }, some).catch((error: unknown) => error)
    expect(away).toBeInstanceOf(EvergrantError)
    expect(away).toMatchObject({ code: 'key_missing', message: expect.stringContaining('ECONNREFUSED') })
    expect(readFileSync(file, 'utf8')).toBe(before)
  })

  test('says that a changed wrapping is not its own', async () => {
    await load({ vault: vault() })
    writeFileSync(file, readFileSync(file, 'utf8').replace(/vault:v1:..../, 'vault:v1:AAAA'))
    await expect(load({ vault: vault() }, some)).rejects.toMatchObject({
      message: expect.stringContaining('authentication failed'),
    })
  })
})

describe('the options', () => {
  const faults = (env: Record<string, string>) => {
    try {
      loadOptions({ HOME: home, ...env })
    } catch (error) {
      if (error instanceof EvergrantError) return (error.facts.faults ?? []).map(({ path }) => path)
      throw error
    }
    return []
  }

  test('take an address of Vault and want a token', () => {
    const env = { EVERGRANT_KEY_WRAP: 'vault:https://vault.example.com:8200/a/transit/evergrant' }
    expect(faults(env)).toEqual(['EVERGRANT_KEY_WRAP'])
    expect(loadOptions({ ...env, EVERGRANT_KEY_WRAP_TOKEN: 'hvs.x' }).keyWrap).toEqual({
      address: 'https://vault.example.com:8200',
      mount: 'a/transit',
      key: 'evergrant',
    })
  })

  test.each([
    'https://vault/transit/key',
    'vault:http://vault.example.com/transit/key',
    'vault:https://vault/key',
    'kms:x',
  ])('refuse %s', (address) =>
    expect(faults({ EVERGRANT_KEY_WRAP: address, EVERGRANT_KEY_WRAP_TOKEN: 'x' })).toEqual(['EVERGRANT_KEY_WRAP']),
  )

  test('refuse what does not go together', () => {
    const both = { EVERGRANT_KEY_PASSPHRASE: canary, EVERGRANT_KEY: 'ff'.repeat(32) }
    expect(faults(both)).toEqual(['EVERGRANT_KEY'])
    expect(faults({ EVERGRANT_KEY_PASSPHRASE: 'short' })).toEqual(['EVERGRANT_KEY_PASSPHRASE'])
  })

  test('take several keys, and find the credential of systemd', () => {
    const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
    const given = loadOptions({ EVERGRANT_KEY: `${one.toString('base64')}, ${two.toString('hex')}` }).key?.open()
    expect(given).toBe(`${one.toString('base64url')},${two.toString('base64url')}`)
    expect(loadOptions({ HOME: home, CREDENTIALS_DIRECTORY: home })).toMatchObject({ keyFixed: false })
    writeFileSync(join(home, 'evergrant-key'), plainLine())
    const found = loadOptions({ HOME: home, CREDENTIALS_DIRECTORY: home })
    expect(found).toMatchObject({ keyFixed: true, keyFile: join(home, 'evergrant-key') })
    const named = loadOptions({ HOME: home, CREDENTIALS_DIRECTORY: home, EVERGRANT_KEY_FILE: file })
    expect(named).toMatchObject({ keyFixed: false, keyFile: file })
  })
})

test('the program takes the key from a credential that it cannot write, and leaves it alone', async () => {
  const credentials = join(home, 'credentials')
  mkdirSync(credentials)
  writeFileSync(join(credentials, 'evergrant-key'), plainLine())
  chmodSync(join(credentials, 'evergrant-key'), 0o440)
  const data = join(home, 'data')
  const rotated = await runEvergrant(['rotate-key'], { home: data, env: { CREDENTIALS_DIRECTORY: credentials } })
  expect(rotated).toMatchObject({ code: 2, stderr: expect.stringContaining('in front of the old one') })
  expect(readdirSync(data)).not.toContain('key')
}, 60_000)

test('the program covers its key by a passphrase from a file, and tells what it needs', async () => {
  writeFileSync(join(home, 'passphrase'), canary, { mode: 0o600 })
  const env = { EVERGRANT_KEY_PASSPHRASE_FILE: join(home, 'passphrase') }
  const data = join(home, 'data')
  expect(await runEvergrant(['list'], { home: data, env })).toMatchObject({ code: 0 })
  expect(readFileSync(join(data, 'key'), 'utf8')).toContain('evergrant-key passphrase')
  const without = await runEvergrant(['list'], { home: data })
  expect(without).toMatchObject({ code: 9, stderr: expect.stringContaining('protected by a passphrase') })
}, 60_000)
