/** What a person gets wrong is said before anything is sent: where it stands, what is wrong, what to do. */
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { selfSignedCertificate } from '../../src/connections/certificate.ts'
import type { ClientInput, NewConnection } from '../../src/connections/connections.ts'
import type { EvergrantError } from '../../src/errors.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { connected, service, world, type World } from './harness.ts'

let here: World
afterEach(() => here.close())

const local = { kind: 'local' } as const
const dayMs = 86_400_000

/** The faults of what is refused, as lines; nothing may have been sent or stored. */
async function refused(input: Partial<NewConnection>): Promise<string[]> {
  here = await world()
  const whole: NewConnection = { name: 'new', provider: 'custom', client: { id: 'client', secret: 'secret' }, ...input }
  const error = await here.domain.connections.create(whole, local).then(
    () => undefined,
    (thrown: EvergrantError) => thrown,
  )
  expect(here.requests).toHaveLength(0)
  expect((await here.domain.connections.list({})).connections).toEqual([])
  expect(error?.remedy).toMatch(/\w/)
  return (error?.facts.faults ?? []).map(({ path, problem, remedy }) => `${path}: ${problem} -> ${remedy ?? ''}`)
}

/** The example service with something changed. */
function changed(change: (definition: Provider) => void): Pick<NewConnection, 'definition'> {
  const definition = service()
  change(definition)
  return { definition }
}

describe('refused before anything is sent is', () => {
  it('an account id in a form that the service does not have', async () => {
    const input = { provider: 'netsuite', grant: 'user', inputs: { account: 'https://123.netsuite.com' } }
    expect(await refused(input)).toEqual([
      expect.stringMatching(/^inputs\.account: Account id: must be .+ -> write it like 1234567_SB1$/),
    ])
  })

  it('an environment, or a version, that there is not', async () => {
    const input = { provider: 'facebook', grant: 'user', inputs: { version: 'v1.0' } }
    expect(await refused(input)).toEqual([
      expect.stringMatching(/^inputs\.version: .+: is none of the choices -> use one of: v26\.0/),
    ])
  })

  it('a scope outside a closed list', async () => {
    const definition = changed((one) => void (one.scopes!.closed = true))
    expect(await refused({ ...definition, grant: 'machine', scopes: ['read', 'reed'] })).toEqual([
      'scopes: Example has no scope reed. -> Is read meant?',
    ])
  })

  it('a client authentication method that the way does not take', async () => {
    const client = { id: 'client', secret: 'secret', method: 'client_secret_post' }
    expect(await refused({ ...changed(() => undefined), grant: 'machine', client })).toEqual([
      'client.method: must be one of client_secret_basic -> ',
    ])
  })

  it('what people paste in place of a client secret', async () => {
    const client = { id: 'client', secret: '0f1e2d3c-aaaa-bbbb-cccc-0123456789ab' }
    const input = { provider: 'microsoft', grant: 'app_secret', inputs: { tenant: 'contoso.com' }, client }
    expect(await refused(input)).toEqual([
      expect.stringMatching(
        /^client\.secret: Client secret value: what was given looks like the secret id, .+ -> give /,
      ),
    ])
  })

  it('what a warning of the definition refuses', async () => {
    const definition = changed((one) => {
      const when = { lacksScopes: ['write'] }
      one.warnings = [
        { see: ['docs'], at: 'request', when, says: 'It needs write.', remedy: 'Add write.', refuses: true },
      ]
    })
    expect(await refused({ ...definition, grant: 'person' })).toEqual(['scopes: It needs write. -> Add write.'])
  })

  it('what cannot work, before the rest is asked for', async () => {
    const input = { provider: 'business-central', grant: 'app_secret', inputs: { credential_type: 'windows' } }
    expect(await refused(input)).toEqual([
      expect.stringMatching(
        /^inputs\.credential_type: .+ takes no OAuth token: .+ -> Run the job under a Windows account/,
      ),
    ])
  })

  it('a redirect URI that the service does not take', async () => {
    const rules: Provider['redirects'] = [
      { see: ['docs'], back: ['callback', 'relay', 'paste'], host: [], scheme: ['https'] },
    ]
    const definition = changed((one) => void (one.redirects = rules))
    expect(await refused({ ...definition, grant: 'person', redirectUri: 'http://localhost:8080/callback' })).toEqual([
      expect.stringContaining('redirect_uri: http://localhost:8080/callback cannot be used'),
    ])
  })

  it('a key file without what is read from it, or that is none', async () => {
    const input = { provider: 'google-cloud', grant: 'service_account', client: {} }
    const file = JSON.stringify({ client_email: 'a@b.iam.gserviceaccount.com', private_key_id: 'k' })
    const faults = await refused({ ...input, inputs: { key_file: file } })
    expect(faults).toEqual([
      expect.stringMatching(/^inputs\.key_file: .+: it has no private_key .+ -> give the whole file/),
    ])
    await here.close()
    expect(await refused({ ...input, inputs: { key_file: '/home/anna/key.json' } })).toEqual([
      expect.stringMatching(/^inputs\.key_file: .+: must be the whole JSON file/),
    ])
  })

  describe('a key or certificate', () => {
    const taken = changed((one) => {
      one.client.auth = ['private_key_jwt']
      one.client.key = {
        algs: ['PS256', 'ES256'],
        bits: [3072],
        curves: ['P-256'],
        certificate: { maxDays: 365 },
      }
    })
    const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits }).privateKey
    const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey
    const pem = (key: ReturnType<typeof rsa>) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
    const faultsOf = (client: ClientInput) =>
      refused({ ...taken, grant: 'machine', client: { id: 'client', ...client } })
    const start = 1_800_000_000_000

    it('that is missing', async () => {
      expect(await faultsOf({})).toEqual([expect.stringContaining('client.key: the private key is missing')])
    })
    it('that is too weak', async () => {
      expect(await faultsOf({ key: pem(rsa(2048)) })).toEqual([
        'client.key: The key has 2048 bits; taken are 3072. -> Make a new key of that size and register it.',
      ])
    })
    it('on another curve', async () => {
      expect(await faultsOf({ key: pem(ec('P-384')), keyAlg: 'ES256' })).toEqual([
        expect.stringContaining('client.key: The key is on the curve P-384; ES256 takes P-256.'),
      ])
    })
    it('of another kind than the algorithm', async () => {
      expect(await faultsOf({ key: pem(ec('P-256')), keyAlg: 'PS256' })).toEqual([
        expect.stringContaining('client.key: PS256 needs a key of the kind rsa, and this one is ec.'),
      ])
    })
    it('with an algorithm that is not taken', async () => {
      expect(await faultsOf({ key: pem(ec('P-256')), keyAlg: 'RS256' })).toEqual([
        expect.stringContaining('client.key_alg: must be one of PS256, ES256'),
      ])
    })
    it('that has ended', async () => {
      const key = ec('P-256')
      const certificate = await selfSignedCertificate(key, 'ES256', 'test', 30, start - 60 * dayMs)
      expect(await faultsOf({ key: pem(key), keyAlg: 'ES256', certificate })).toEqual([
        expect.stringMatching(/^client\.certificate: The certificate ended on 2026-12-\d\d\. -> Make a new one/),
      ])
    })
    it('that lives longer than is taken', async () => {
      const key = ec('P-256')
      const certificate = await selfSignedCertificate(key, 'ES256', 'test', 800, start)
      expect(await faultsOf({ key: pem(key), keyAlg: 'ES256', certificate })).toEqual([
        'client.certificate: The certificate lives 799 days; the service takes 365 at most. -> Make one with a shorter life and register it at the service.',
      ])
    })
    it('of which one belongs to another', async () => {
      const certificate = await selfSignedCertificate(ec('P-256'), 'ES256', 'test', 30, start)
      expect(await faultsOf({ key: pem(ec('P-256')), keyAlg: 'ES256', certificate })).toEqual([
        expect.stringContaining('client.certificate: The certificate belongs to another key.'),
      ])
    })
    it('is not refused where one of the algorithms fits it, without being named', async () => {
      here = await world()
      const client = { id: 'client', key: pem(ec('P-256')) }
      const input = { name: 'new', provider: 'custom', ...taken, grant: 'machine', client }
      await here.domain.connections.create(input, local)
      expect((await here.store.connections.byName('new'))?.client?.keyAlg).toBe('ES256')
    })
    it('is not refused as it is made here', async () => {
      here = await world()
      const made = await here.domain.connections.create(
        { name: 'new', provider: 'custom', ...taken, grant: 'machine', client: { id: 'client', key: 'generate' } },
        local,
      )
      const { validFrom, validTo } = new X509Certificate(made.client!.certificate!)
      expect(Date.parse(validTo) - Date.parse(validFrom)).toBeLessThanOrEqual(365 * dayMs)
    })
  })
})

describe('what would be refused at the start', () => {
  it('is said by the preview of a draft, all of it', async () => {
    here = await world()
    const preview = await here.domain.connections.previewDraft({
      name: 'new',
      provider: 'netsuite',
      grant: 'user',
      client: { id: 'client', secret: 'secret' },
      inputs: { account: 'https://123.netsuite.com' },
      scopes: ['rest_webservice'],
      redirectUri: 'http://localhost:8080/callback',
    })
    expect(preview.advice.map(({ says }) => says)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^The scope rest_webservice is not among .+ Is rest_webservices meant\?$/),
        expect.stringMatching(/^Account id: must be .+: write it like 1234567_SB1\.$/),
        expect.stringMatching(/^The redirect URI http:\/\/localhost:8080\/callback cannot be used: .+\.$/),
      ]),
    )
    expect(preview.advice.map(({ path }) => path)).toEqual(['scopes', 'inputs.account', 'redirect_uri'])
    expect(preview.redirectRefused).toMatch(/^http:\/\/localhost:8080\/callback cannot be used: /)
  })

  it('is refused when it is changed to, and nothing is changed', async () => {
    here = await world()
    await connected(here)
    const { change, get } = here.domain.connections
    const before = await get('books')
    const overrides = { scopes: { closed: true } }
    await expect(change('books', { overrides, scopes: ['write'] }, local)).rejects.toMatchObject({
      code: 'invalid_value',
      facts: { faults: [expect.objectContaining({ path: 'scopes' })] },
    })
    await expect(change('books', { redirectUri: 'nowhere' }, local)).rejects.toMatchObject({
      code: 'redirect_refused',
    })
    expect(await get('books')).toEqual(before)
  })

  it('is refused before a person is sent to the service, where it was stored before', async () => {
    here = await world()
    await connected(here)
    const loaded = (await here.store.connections.byName('books'))!
    const closed = {
      ...loaded.connection,
      overrides: { scopes: { closed: true } },
      scopes: ['gone'],
      settingsVersion: 2,
    }
    await here.store.connections.replace(closed, 1, undefined)
    await expect(here.domain.connections.authorize('books', { back: 'paste' }, local)).rejects.toMatchObject({
      code: 'invalid_value',
      message: 'Example has no scope gone',
    })
    expect(here.requests).toHaveLength(0)
  })
})
