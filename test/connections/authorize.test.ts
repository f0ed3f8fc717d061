import { afterEach, describe, expect, it } from 'vitest'
import type { AuthorizationView } from '../../src/connections/connections.ts'
import { EvergrantError } from '../../src/errors.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { connected, service, tokens, world, type World } from './harness.ts'

const open: World[] = []
async function start(): Promise<World> {
  const here = await world()
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const local = { kind: 'local' } as const
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const begin = (here: World) => here.domain.connections.authorize('books', { back: 'paste' }, local)
const stateOf = (view: AuthorizationView) => new URL(view.authorizationUrl ?? '').searchParams.get('state') ?? ''
const answerOf = (view: AuthorizationView, more: [string, string][] = [['code', 'code-1']]) =>
  ({ kind: 'parameters', parameters: [...more, ['state', stateOf(view)]] }) as const
const outcome = async (here: World, id: string) => (await here.domain.connections.authorization(id)).outcome
const refreshToken = async (here: World) =>
  (await here.store.connections.byName('books'))?.tokens?.root.refreshToken?.open()

describe('the answer of an authorization', () => {
  it('brings a new generation, by a request that carries code, verifier and redirect URI', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    here.answer(() => tokens(7))
    const done = await here.domain.connections.complete(view.id, answerOf(view), local)
    expect(done.outcome).toMatchObject({ kind: 'authorized', generation: 2 })
    expect(Object.fromEntries(here.requests[0]?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: 'http://127.0.0.1:7117/oauth/callback',
      code_verifier: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect((await here.domain.connections.read('books')).accessToken.open()).toBe('access-7')
  })

  it('is taken once, also when it comes twice at the same time', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    here.answer(() => tokens(7))
    const both = await Promise.allSettled(
      [1, 2].map(() => here.domain.connections.complete(view.id, answerOf(view), local)),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await expect(here.domain.connections.complete(view.id, answerOf(view), local)).rejects.toMatchObject({
      code: 'authorization_used',
    })
    expect(here.requests).toHaveLength(1)
  })

  it('of another flow is refused and leaves this one open', async () => {
    const here = await start()
    await connected(here)
    const [view, other] = [await begin(here), await begin(here)]
    await expect(here.domain.connections.complete(view.id, answerOf(other), local)).rejects.toMatchObject({
      code: 'state_mismatch',
    })
    here.answer(() => tokens(7))
    expect((await here.domain.connections.complete(view.id, answerOf(view), local)).outcome.kind).toBe('authorized')
  })

  it('that comes too late is refused', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    here.clock.advance(601_000)
    await expect(here.domain.connections.complete(view.id, answerOf(view), local)).rejects.toMatchObject({
      code: 'authorization_expired',
    })
    expect((await outcome(here, view.id)).kind).toBe('expired')
    expect(here.requests).toHaveLength(0)
  })

  it('that says no is told in the words of the server, and what was stored stays', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    const no: [string, string][] = [
      ['error', 'access_denied'],
      ['error_description', 'Anna said no'],
    ]
    const done = await here.domain.connections.complete(view.id, answerOf(view, no), local)
    expect(done.outcome).toMatchObject({ kind: 'failed', code: 'access_denied', words: 'Anna said no' })
    expect(await refreshToken(here)).toBe('refresh-1')
  })

  it('with a code that the server refuses changes nothing that was stored', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant', error_description: 'code code-1 was used' } }))
    const done = await here.domain.connections.complete(view.id, answerOf(view), local)
    expect(done.outcome).toMatchObject({
      kind: 'failed',
      code: 'invalid_grant',
      words: expect.not.stringContaining('code-1'),
    })
    expect(await refreshToken(here)).toBe('refresh-1')
    expect((await here.domain.connections.get('books')).state).toBe('active')
  })

  it('must name the issuer of the definition, unless it is a bare code', async () => {
    const here = await start()
    await connected(here)
    const loaded = await here.store.connections.byName('books')
    const definition = loaded?.connection.definition as Provider
    definition.ways['person']!.authorize!.issuer = 'https://auth.example.com'
    await here.domain.connections.create(
      { name: 'named', provider: 'custom', definition, grant: 'person', client: { id: 'client', secret: 'secret' } },
      local,
    )
    const view = await here.domain.connections.authorize('named', { back: 'paste' }, local)
    const { complete } = here.domain.connections
    await expect(complete(view.id, answerOf(view), local)).rejects.toMatchObject({ code: 'issuer_mismatch' })
    const foreign: [string, string][] = [
      ['code', 'code-1'],
      ['iss', 'https://auth.example.com/'],
    ]
    await expect(complete(view.id, answerOf(view, foreign), local)).rejects.toMatchObject({ code: 'issuer_mismatch' })
    expect(here.requests).toHaveLength(0)
    here.answer(() => tokens(7))
    const done = await complete(view.id, { kind: 'pasted', text: 'code-1', bareCodeAllowed: true }, local)
    expect(done.outcome.kind).toBe('authorized')
  })

  it('as a bare code is taken only from whoever started the flow', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    here.answer(() => tokens(7))
    const pasted = { kind: 'pasted', text: 'code-1' } as const
    await expect(
      here.domain.connections.complete(view.id, { ...pasted, bareCodeAllowed: false }, local),
    ).rejects.toMatchObject({ code: 'bare_code' })
    const done = await here.domain.connections.complete(view.id, { ...pasted, bareCodeAllowed: true }, local)
    expect(done.outcome.kind).toBe('authorized')
  })

  it('whose exchange a crash cut short is not waited for without end', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    await here.store.authorizations.take(view.id, here.clock.now())
    here.clock.advance(60_000)
    expect((await outcome(here, view.id)).kind).toBe('waiting')
    here.clock.advance(61_000)
    expect((await outcome(here, view.id)).kind).toBe('expired')
  })

  it('is stored before a stop ends', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    here.answer(async () => {
      await pause(50)
      return tokens(7)
    })
    const done = here.domain.connections.complete(view.id, answerOf(view), local)
    await pause(10)
    await here.domain.close()
    expect(await refreshToken(here)).toBe('refresh-7')
    await done
  })

  it('for a connection that was removed meanwhile is revoked', async () => {
    const here = await start()
    await connected(here)
    const view = await begin(here)
    here.answer(async (request) => {
      if (request.url.endsWith('/revoke')) return { body: '' }
      await here.domain.connections.remove('books', { revoke: false }, local)
      return tokens(7)
    })
    await here.domain.connections.complete(view.id, answerOf(view), local)
    expect(here.requests.at(-1)?.form.get('token')).toBe('refresh-7')
  })
})

describe('the one-time link', () => {
  it('opens again in the browser that opened it first, in no other, and not after the answer', async () => {
    const here = await start()
    await connected(here)
    const view = await here.domain.connections.authorize('books', {}, local)
    expect(view.url).toBe(`http://127.0.0.1:7117/a/${view.id}`)
    expect(view.authorizationUrl).toBeUndefined()
    const { authorizationUrl } = await here.domain.connections.openLink(view.id, 'browser one')
    await here.domain.connections.openLink(view.id, 'browser one')
    const used = { code: 'authorization_used' }
    await expect(here.domain.connections.openLink(view.id, 'browser two')).rejects.toMatchObject(used)
    const state = new URL(authorizationUrl).searchParams.get('state') ?? ''
    expect(await here.domain.connections.authorizationByState(state)).toEqual({ id: view.id, startedBy: 'browser one' })
    here.answer(() => tokens(7))
    await here.domain.connections.complete(view.id, answerOf({ ...view, authorizationUrl }), local)
    await expect(here.domain.connections.openLink(view.id, 'browser one')).rejects.toMatchObject(used)
  })

  it('is not made for a redirect URI elsewhere', async () => {
    const here = await start()
    await connected(here)
    const redirectUri = 'https://other.example.org/callback'
    await expect(
      here.domain.connections.authorize('books', { back: 'callback', redirectUri }, local),
    ).rejects.toMatchObject({ code: 'redirect_refused' })
  })
})

describe('a pushed authorization request', () => {
  const withPar = () => {
    const definition = service()
    const facts = definition.ways['person']?.authorize
    if (facts !== undefined) facts.par = 'https://auth.example.com/par'
    return definition
  }
  const create = (here: World) =>
    here.domain.connections.create(
      {
        name: 'books',
        provider: 'custom',
        definition: withPar(),
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
      },
      local,
    )

  it('leaves only a reference in the address', async () => {
    const here = await start()
    await create(here)
    here.answer(() => ({ status: 201, body: { request_uri: 'urn:request:1', expires_in: 60 } }))
    const view = await begin(here)
    expect(view.authorizationUrl).toBe(
      'https://auth.example.com/authorize?client_id=client&request_uri=urn%3Arequest%3A1',
    )
    expect(here.requests[0]?.form.get('code_challenge_method')).toBe('S256')
  })

  it('that is refused starts nothing, and says why without repeating a secret', async () => {
    const here = await start()
    await create(here)
    here.answer(() => ({ status: 400, body: { error: 'invalid_request', error_description: 'no, Basic secret' } }))
    await expect(begin(here)).rejects.toMatchObject({
      code: 'authorization_denied',
      message: expect.not.stringContaining('Basic secret'),
    })
  })
})

describe('a device', () => {
  const codes = {
    body: {
      device_code: 'device-1',
      user_code: 'ABCD',
      verification_uri: 'https://auth.example.com/go',
      expires_in: 600,
    },
  }
  const pending = { status: 400, body: { error: 'authorization_pending' } }

  async function device(here: World): Promise<AuthorizationView> {
    const definition: Provider = service()
    const person = definition.ways['person']
    if (person === undefined) throw new Error('the service has a person')
    definition.ways['device'] = {
      label: 'A device',
      grant: 'device_code',
      device: { see: ['docs'], url: 'https://auth.example.com/device', body: { form: { 'scope?': '{scope}' } } },
      token: {
        see: ['docs'],
        url: 'https://auth.example.com/token',
        body: { form: { grant_type: '{grant_type}', device_code: '{device_code}' } },
      },
      renewal: person.renewal,
    }
    await here.domain.connections.create(
      { name: 'books', provider: 'custom', definition, grant: 'device', client: { id: 'client', secret: 'secret' } },
      local,
    )
    return here.domain.connections.authorize('books', {}, local)
  }

  it('is asked for until the person has entered the code', async () => {
    const here = await start()
    here.answer((request, count) => (request.url.endsWith('/device') ? codes : count < 4 ? pending : tokens(1)))
    const view = await device(here)
    expect(view).toMatchObject({ back: 'device', userCode: 'ABCD', verificationUri: 'https://auth.example.com/go' })
    await expect.poll(async () => (await outcome(here, view.id)).kind).toBe('authorized')
    expect(here.requests).toHaveLength(4)
  })

  it('is asked for on though the store was away for a moment', async () => {
    const here = await start()
    here.answer((request) => (request.url.endsWith('/device') ? codes : pending))
    const view = await device(here)
    await expect.poll(() => here.requests.length).toBeGreaterThan(1)
    const { byId } = here.store.connections
    let away = false
    here.store.connections.byId = () => {
      away = true
      return Promise.reject(new EvergrantError('store_unavailable'))
    }
    await expect.poll(() => away).toBe(true)
    here.store.connections.byId = byId
    here.answer(() => tokens(1))
    await expect.poll(async () => (await outcome(here, view.id)).kind).toBe('authorized')
  })

  it('takes no answer that is handed over', async () => {
    const here = await start()
    here.answer((request) => (request.url.endsWith('/device') ? codes : pending))
    const view = await device(here)
    const forged = {
      kind: 'parameters',
      parameters: [
        ['code', 'x'],
        ['state', ''],
      ],
    } as const
    await expect(here.domain.connections.complete(view.id, forged, local)).rejects.toMatchObject({
      code: 'not_supported',
    })
    here.answer(() => tokens(1))
    await expect.poll(async () => (await outcome(here, view.id)).kind).toBe('authorized')
  })

  it('is not asked for any more when the person said no or the codes have run out', async () => {
    const here = await start()
    here.answer((request) =>
      request.url.endsWith('/device') ? codes : { status: 400, body: { error: 'access_denied' } },
    )
    const view = await device(here)
    await expect.poll(() => outcome(here, view.id)).toMatchObject({ kind: 'failed', code: 'access_denied' })
    const asked = here.requests.length
    await pause(60)
    expect(here.requests).toHaveLength(asked)
  })
})
