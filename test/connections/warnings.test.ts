/** What a person sees of a connection before it goes wrong, and what jobs are spared. */
import { generateKeyPairSync } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import { connected, machine, service, tokens, world, type World } from './harness.ts'

let here: World
afterEach(() => here.close())

const local = { kind: 'local' } as const
const dayMs = 86_400_000
const warningsOf = async (name: string) => (await here.domain.connections.get(name)).warnings

describe('a connection', () => {
  it('says in sentences what its token lacks, and its jobs get codes', async () => {
    here = await world()
    await connected(here)
    here.answer(() => ({ body: { access_token: 'access-2', expires_in: 3600, scope: 'other' } }))
    const { connection } = await here.domain.connections.renew('books', local)
    expect(connection.warnings).toEqual([
      expect.stringMatching(/^Not granted: read\. .+ then authorize again\.$/),
      'The answer names no type of token; it is used as Bearer. If requests succeed, nothing needs to be done.',
    ])
    expect((await here.domain.connections.read('books')).warnings).toEqual(['scope_narrower'])
  })

  it('says that it has no refresh token', async () => {
    here = await world()
    await here.domain.connections.create(
      {
        name: 'books',
        provider: 'custom',
        definition: service(),
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
        tokens: { accessToken: 'access-1' },
      },
      local,
    )
    expect(await warningsOf('books')).toEqual([expect.stringContaining('Example gave no refresh token')])
  })

  it('says what a warning of the definition sees in the token, for as long as that lives', async () => {
    here = await world()
    const definition: Provider = {
      ...service({ ends: { idle: 3600 } }),
      warnings: [
        { see: ['docs'], at: 'token', when: { endsWithin: 7200 }, says: 'It ends soon.', remedy: 'Use it hourly.' },
      ],
    }
    const client = { id: 'client', secret: 'secret' }
    const input = { name: 'books', provider: 'custom', definition, grant: 'person', client }
    await here.domain.connections.create(
      { ...input, tokens: { accessToken: 'access-1', refreshToken: 'refresh-1' } },
      local,
    )
    expect(await warningsOf('books')).toEqual(['It ends soon. Use it hourly.'])
    here.answer(() => tokens(2, { refresh_token_expires_in: 86_400 }))
    await here.domain.connections.renew('books', local)
    expect(await warningsOf('books')).toEqual([])
  })

  it('says that its client’s secret ends within thirty days, and that it ended', async () => {
    here = await world()
    await machine(here)
    const ending = (days: number) =>
      here.domain.connections.change('batch', { client: { secretEndsAt: here.clock.now() + days * dayMs } }, local)
    expect((await ending(31)).warnings).toEqual([])
    expect((await ending(29)).warnings).toEqual([expect.stringMatching(/^The client secret ends on 2027-02-13\./)])
    here.clock.advance(30 * dayMs)
    expect(await warningsOf('batch')).toEqual([expect.stringMatching(/^The client secret ended on 2027-02-13\./)])
  })

  it('says that its certificate nears its end, then only that it ended', async () => {
    here = await world()
    const definition = service()
    definition.client = {
      see: ['docs'],
      auth: ['private_key_jwt'],
      key: { algs: ['ES256'], certificate: { maxDays: 90 } },
    }
    await here.domain.connections.create(
      { name: 'batch', provider: 'custom', definition, grant: 'machine', client: { id: 'client', key: 'generate' } },
      local,
    )
    expect(await warningsOf('batch')).toEqual([])
    here.clock.advance(60 * dayMs)
    expect(await warningsOf('batch')).toEqual([expect.stringMatching(/^The certificate ends on /)])
    here.clock.advance(30 * dayMs)
    expect(await warningsOf('batch')).toEqual([expect.stringMatching(/^The certificate ended on /)])
    await expect(here.domain.connections.issue('batch', local)).rejects.toMatchObject({ code: 'invalid_value' })
  })

  it('takes a new certificate for the key it has, and no other', async () => {
    here = await world()
    const { selfSignedCertificate } = await import('../../src/connections/certificate.ts')
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const definition = service()
    definition.client = { see: ['docs'], auth: ['private_key_jwt'], key: { algs: ['ES256'] } }
    const made = (days: number) => selfSignedCertificate(privateKey, 'ES256', 'test', days, here.clock.now())
    await here.domain.connections.create(
      {
        name: 'batch',
        provider: 'custom',
        definition,
        grant: 'machine',
        client: { id: 'client', key: pem, certificate: await made(10) },
      },
      local,
    )
    expect(await warningsOf('batch')).toHaveLength(1)
    const changed = await here.domain.connections.change('batch', { client: { certificate: await made(60) } }, local)
    expect(changed.warnings).toEqual([])
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
    const alien = await selfSignedCertificate(other, 'ES256', 'test', 60, here.clock.now())
    await expect(
      here.domain.connections.change('batch', { client: { certificate: alien } }, local),
    ).rejects.toMatchObject({ message: 'The certificate belongs to another key' })
  })

  it('says that its client proves itself by what the way no longer takes, and sends nobody to the service', async () => {
    here = await world()
    await connected(here)
    const loaded = (await here.store.connections.byName('books'))!
    const overrides = { client: { auth: ['client_secret_post'] } }
    await here.store.connections.replace({ ...loaded.connection, overrides, settingsVersion: 2 }, 1, undefined)
    expect(await warningsOf('books')).toEqual([
      'The client proves itself by client_secret_basic, which this way does not take. Choose one of: client_secret_post.',
    ])
    await expect(here.domain.connections.authorize('books', { back: 'paste' }, local)).rejects.toMatchObject({
      code: 'invalid_value',
      remedy: 'Choose one of: client_secret_post.',
    })
  })
})

describe('a preview', () => {
  it('says the same before there is a connection', async () => {
    here = await world()
    const definition = service()
    definition.scopes = { ...definition.scopes!, refresh: 'offline' }
    definition.warnings = [
      { see: ['docs'], at: 'request', when: { hasScopes: ['read'] }, says: 'Read is slow.', remedy: 'Ask for less.' },
    ]
    const { advice } = await here.domain.connections.previewDraft({
      name: 'new',
      provider: 'custom',
      definition,
      grant: 'person',
      client: { id: 'client', secret: 'secret', secretEndsAt: here.clock.now() + dayMs },
    })
    expect(advice).toEqual([
      { says: 'Read is slow. Ask for less.', path: 'scopes' },
      { says: expect.stringMatching(/^Without the scope offline .+ Add offline to the scopes\.$/), path: 'scopes' },
      { says: expect.stringMatching(/^The client secret ends on 2027-01-16\./), path: 'client.secret' },
    ])
  })
})
