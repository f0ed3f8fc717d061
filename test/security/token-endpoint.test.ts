/** What is sent to token endpoints and what their answers may cause. Named after the requirements in docs/security.md. */
import { afterEach, describe, expect, it } from 'vitest'
import { withLikely } from '../../src/connections/likely.ts'
import type { CallTemplate } from '../../src/oauth/call-template.ts'
import { variablesOf } from '../../src/oauth/template.ts'
import type { Probe, Provider } from '../../src/provider/provider.ts'
import { loadExamples } from '../../src/providers/examples.ts'
import { load } from '../../src/providers/index.ts'
import { connected, machine, service, tokens, world, type World } from '../connections/harness.ts'

const providers: Provider[] = await Promise.all(
  Object.values(load).map(async (definition) => (await definition()).default),
)
const open: World[] = []
async function start(options: Parameters<typeof world>[0] = {}): Promise<World> {
  const here = await world(options)
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
const local = { kind: 'local' } as const

/** Every request of a definition that is made for a token or with one. */
function callsOf({ ways, revoke, introspect }: Provider): CallTemplate[] {
  const ofWays = Object.values(ways).flatMap(({ token, device, renewal }) => [token, device, renewal.call])
  return [...ofWays, ...[revoke ?? []].flat(), introspect].filter((call) => call !== undefined)
}

const credentials = ['token', 'refresh_token', 'client_secret', 'code', 'password', 'device_code', 'code_verifier']

describe('the services of the catalogue', () => {
  it('D1, D22: send what is secret in a body or header, but for Meta, which takes it in the address alone', () => {
    const inAddress = providers.filter((provider) =>
      callsOf(provider).some((call) =>
        [call.url, ...Object.values(call.query ?? {})]
          .flatMap((template) => variablesOf(template))
          .some((name) => credentials.includes(name)),
      ),
    )
    expect(inAddress.map(({ id }) => id)).toEqual(['facebook', 'instagram'])
  })

  it('D20: offer a password first only where there is nothing else', () => {
    const first = providers.filter(({ ways }) => Object.values(ways)[0]?.grant === 'password')
    for (const { ways } of first) expect(Object.values(ways).map(({ grant }) => grant)).toEqual(['password'])
    expect(first.map(({ id }) => id)).toEqual(['dayforce'])
  })

  it('A15: answer with other scopes than were asked for where nothing is wrong, so that more of them is no alarm', async () => {
    // Those of OpenID Connect are added and left out by many, and are no access to data.
    const openId = ['openid', 'profile', 'email', 'offline_access']
    const compared = new Set<string>()
    const wider = new Set<string>()
    for (const [id, examples] of Object.entries(loadExamples))
      for (const { given, becomes } of (await examples()).examples) {
        const { scopes: asked = [] } = given
        const granted = 'scope' in becomes ? (becomes.scope ?? []) : []
        if (asked.length === 0 || granted.length === 0) continue
        compared.add(id)
        const known = (one: string) => openId.includes(one) || asked.some((scope) => one.endsWith(scope))
        if (!granted.every(known)) wider.add(id)
      }
    // Microsoft writes the one that was asked for in another way, and real names for `.default`; the others add some.
    expect([...wider]).toEqual(['business-central-online', 'microsoft', 'pinterest', 'zoho'])
    expect(compared.size).toBeGreaterThan(8)
  })

  it('E8: have assertions that live an hour at most, where a vendor writes so, else five minutes', () => {
    const lives = providers.flatMap(({ id, ways }) =>
      Object.values(ways).flatMap(({ assertion }) =>
        assertion !== undefined && assertion.life > 300 ? [[id, assertion.life]] : [],
      ),
    )
    expect(lives).toEqual([
      ['docusign', 3600],
      ['google-cloud', 3600],
      ['google-cloud', 3600],
    ])
  })
})

describe('a request for a token', () => {
  it('D1: carries its secrets in body and header, whichever way it is asked for', async () => {
    const here = await start()
    here.answer((_, count) => tokens(count))
    await connected(here)
    await machine(here)
    await machine(here, 'user', 'login')
    for (const name of ['books', 'batch', 'user']) await here.domain.connections.renew(name, local)
    expect(here.requests).toHaveLength(3)
    for (const { method, url } of here.requests) expect([method, new URL(url).search]).toEqual(['POST', ''])
  })
})

describe('a token that was exchanged', () => {
  const exchangeType = 'urn:ietf:params:oauth:grant-type:token-exchange'
  const typed = (name: string) => `urn:ietf:params:oauth:token-type:${name}`
  const exchanging = (asked: Record<string, string> = {}): Provider => {
    const definition = service()
    const form = { grant_type: exchangeType, subject_token: '{subject}', subject_token_type: typed('jwt'), ...asked }
    definition.values = { subject: { label: 'Token to exchange', secret: true } }
    definition.ways['exchange'] = {
      label: 'Exchange of another token',
      grant: 'token_exchange',
      token: { see: ['docs'], url: 'https://auth.example.com/token', body: { form } },
      renewal: { see: ['docs'], by: 'reissue', rotates: 'never' },
    }
    return definition
  }
  const create = (here: World, definition = exchanging()) =>
    here.domain.connections.create(
      {
        name: 'books',
        provider: 'custom',
        definition,
        grant: 'exchange',
        client: { id: 'client', secret: 'secret' },
        inputs: { subject: 'subject-1' },
      },
      local,
    )
  const renewed = async (answer: object, definition?: Provider): Promise<string> => {
    const here = await start()
    here.answer(() => tokens(1, { refresh_token: undefined, ...answer }))
    await create(here, definition)
    const { ok, failure } = await here.domain.connections.renew('books', local)
    return ok ? 'taken' : `${failure?.kind}: ${failure?.code}`
  }

  it.each([
    {},
    { issued_token_type: null },
    { issued_token_type: typed('access_token') },
    { issued_token_type: typed('jwt') },
    { issued_token_type: 'URN:ietf:params:oauth:token-type:Access_Token', token_type: 'N_A' },
    // A word that is no type, as on the pages of Box (src/providers/box.examples.ts).
    { issued_token_type: 'bearer' },
  ])('E7: is taken where the answer does not speak against it: %j', async (answer) => {
    expect(await renewed(answer)).toBe('taken')
  })

  it.each([
    ...['id_token', 'refresh_token', 'saml1', 'saml2'].map((name) => ({ issued_token_type: typed(name) })),
    { issued_token_type: 'https://auth.example.com/tickets' },
    { issued_token_type: typed('jwt'), token_type: 'N_A' },
    { token_type: 'N_A' },
  ])('E7: is refused where the answer says that it is no access token: %j', async (answer) => {
    expect(await renewed(answer)).toBe('configuration: not_an_access_token')
  })

  it('E7: may be of another type where the definition asks for that type by its name', async () => {
    const definition = exchanging({ requested_token_type: typed('id_token') })
    expect(await renewed({ issued_token_type: typed('id_token') }, definition)).toBe('taken')
    expect(await renewed({ issued_token_type: typed('saml2') }, definition)).toBe('configuration: not_an_access_token')
  })

  it('E7: costs nothing where it is refused: the token before goes on, and words tell what to mend', async () => {
    const here = await start()
    here.answer(() => tokens(1, { refresh_token: undefined }))
    await create(here, exchanging({ audience: 'https://api.example.com' }))
    await here.domain.connections.renew('books', local)
    here.answer(() => tokens(2, { refresh_token: undefined, issued_token_type: typed('id_token') }))
    expect(await here.domain.connections.renew('books', local)).toMatchObject({ ok: false })
    expect((await here.domain.connections.read('books')).accessToken.open()).toBe('access-1')
    const { state, generation, failure } = await here.domain.connections.get('books')
    expect({ state, generation, failure }).toMatchObject({
      state: 'active',
      generation: 1,
      failure: { kind: 'configuration', code: 'not_an_access_token', words: typed('id_token') },
    })
    expect(withLikely(failure!)).toMatchObject({
      cause: expect.stringContaining('another kind') as string,
      remedy: expect.stringContaining('requested_token_type') as string,
    })
    // For whom the token was asked is kept with the attempt.
    const [attempt] = await here.domain.connections.attempts('books')
    expect((attempt!.request as { body: string }).body).toContain('audience=https%3A%2F%2Fapi.example.com')
    here.answer(() => tokens(3, { refresh_token: undefined, issued_token_type: typed('access_token') }))
    await here.domain.connections.renew('books', local)
    expect((await here.domain.connections.read('books')).accessToken.open()).toBe('access-3')
  })
})

describe('what a service says of a token', () => {
  const withIntrospection = (): Provider => ({
    ...service(),
    introspect: { see: ['docs'], url: 'https://auth.example.com/introspect', body: { form: { token: '{token}' } } },
  })
  const client = { id: 'client', secret: 'secret' }
  const given = (here: World) => ({
    accessToken: 'access-1',
    refreshToken: 'refresh-1',
    expiresAt: here.clock.now() + 3_600_000,
  })

  it('E6: by introspection is a hint: the connection stays as it is, and jobs go on', async () => {
    const here = await start()
    const definition = withIntrospection()
    await here.domain.connections.create(
      { name: 'books', provider: 'custom', definition, grant: 'person', client, tokens: given(here) },
      local,
    )
    here.answer(() => ({ body: { active: false } }))
    expect((await here.domain.connections.test('books', local)).ok).toBe(false)
    expect(await here.domain.connections.get('books')).toMatchObject({ state: 'active', generation: 1 })
    expect((await here.domain.connections.read('books')).accessToken.open()).toBe('access-1')
    expect(here.requests).toHaveLength(1)
  })

  it('E10: by 403 renews nothing, a hundred times', async () => {
    const here = await start()
    const probe: Probe = {
      see: ['docs'],
      method: 'GET',
      url: 'https://api.example.com/me',
      auth: { header: 'Bearer {token}' },
    }
    const definition = { ...service(), probes: [probe] }
    await here.domain.connections.create(
      { name: 'books', provider: 'custom', definition, grant: 'person', client, tokens: given(here) },
      local,
    )
    here.answer(() => ({ status: 403, body: { error: 'insufficient_scope' } }))
    for (let i = 0; i < 100; i += 1) expect((await here.domain.connections.test('books', local)).ok).toBe(false)
    expect(here.requests.filter(({ url }) => url.endsWith('/token'))).toEqual([])
    expect(await here.domain.connections.get('books')).toMatchObject({ state: 'active', generation: 1 })
  })
})

describe('a device that is waited for', () => {
  it('G4: is given up by a crash: nobody asks on, the flow runs out, and the next one works', async () => {
    const definition = service()
    const { renewal } = definition.ways['person']!
    const form = { grant_type: '{grant_type}', device_code: '{device_code}' }
    definition.ways['device'] = {
      label: 'A device',
      grant: 'device_code',
      device: { see: ['docs'], url: 'https://auth.example.com/device', body: { form: { 'scope?': '{scope}' } } },
      token: { see: ['docs'], url: 'https://auth.example.com/token', body: { form } },
      renewal,
    }
    const codes = {
      device_code: 'd',
      user_code: 'ABCD',
      verification_uri: 'https://auth.example.com/go',
      expires_in: 300,
    }
    const pending = { status: 400, body: { error: 'authorization_pending' } }
    const before = await start()
    before.answer(({ url }) => (url.endsWith('/device') ? { body: codes } : pending))
    await before.domain.connections.create(
      { name: 'books', provider: 'custom', definition, grant: 'device', client: { id: 'client', secret: 'secret' } },
      local,
    )
    const { id } = await before.domain.connections.authorize('books', {}, local)
    await expect.poll(() => before.requests.length).toBeGreaterThan(1)

    // A process that is gone writes nothing more.
    before.store.authorizations.finish = async () => undefined
    const after = await start(before.abandon())
    after.answer(({ url }) => (url.endsWith('/device') ? { body: codes } : tokens(1)))
    await after.domain.recover()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(after.requests).toEqual([])
    after.clock.advance(300_000)
    expect((await after.domain.connections.authorization(id)).outcome.kind).toBe('expired')
    const next = await after.domain.connections.authorize('books', {}, local)
    await expect
      .poll(async () => (await after.domain.connections.authorization(next.id)).outcome.kind)
      .toBe('authorized')
  })
})
