import { afterEach, describe, expect, it } from 'vitest'
import { noClaim } from '../../src/connections/grant.ts'
import { EvergrantError } from '../../src/errors.ts'
import { secret } from '../../src/secret.ts'
import type { Store } from '../../src/store/store.ts'
import { connected, machine, tokens, world, type Answer, type World } from './harness.ts'

const open: World[] = []
async function start(): Promise<World> {
  const here = await world()
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const token = async (here: World, name = 'books') => (await here.domain.connections.read(name)).accessToken.open()
const local = { kind: 'local' } as const

describe('reading a token', () => {
  it('sends no statement to the store while a good token is in memory', async () => {
    const here = await start()
    await connected(here)
    expect(await token(here)).toBe('access-1')
    const before = here.store.statements
    for (let n = 0; n < 100; n++) await token(here)
    expect(here.store.statements).toBe(before)
    expect(here.requests).toHaveLength(0)
  })

  it('asks once for five hundred callers of an expired token', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 30))
      return tokens(2)
    })
    const all = await Promise.all(Array.from({ length: 500 }, () => token(here)))
    expect(new Set(all)).toEqual(new Set(['access-2']))
    expect(here.requests).toHaveLength(1)
  })

  it('serves the token that still lives, with a warning, while the early renewal fails', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_400_000)
    here.answer(() => ({ status: 503, body: '' }))
    const served = await here.domain.connections.read('books')
    expect(served.accessToken.open()).toBe('access-1')
    expect(served.warnings).toContain('renewal_failed')
    // The gate of the back-off: further callers cost no request.
    for (let n = 0; n < 20; n++) await here.domain.connections.read('books')
    expect(here.requests).toHaveLength(1)
  })

  it('sends nothing once the server has asked for quiet, though its place there was given before', async () => {
    const first = await start()
    await connected(first)
    await connected(first, {}, 'others')
    const quiet = Promise.withResolvers<void>()
    const { store } = first
    const claim: Store['renewals']['claim'] = async (request) => {
      const claimed = await store.renewals.claim(request)
      if (claimed.kind === 'mine' && claimed.loaded.connection.name === 'others') await quiet.promise
      return claimed
    }
    const slow = Object.assign(Object.create(store) as Store, { renewals: { ...store.renewals, claim } })
    const here = await world({ ...first.abandon(), openStore: () => Promise.resolve(slow) })
    open.push(here)
    here.clock.advance(3_700_000)
    here.answer(() => ({ status: 429, body: '', headers: { 'retry-after': '600' } }))
    const others = token(here, 'others')
    others.catch(() => undefined)
    await expect(token(here)).rejects.toMatchObject({ code: 'provider_failing' })
    quiet.resolve()
    await expect(others).rejects.toMatchObject({ code: 'provider_failing' })
    expect(here.requests).toHaveLength(1)
    expect((await store.connections.byName('others'))?.schedule.holder).toBeUndefined()
  })

  it('uses no refresh token by a claim during which the store went away, and may have come back as an older one', async () => {
    const first = await start()
    await connected(first)
    let claims = 0
    const { store } = first
    const claim: Store['renewals']['claim'] = async (request) => {
      const claimed = await store.renewals.claim(request)
      if (++claims > 1) return claimed
      here.domain.storeWent('lost')
      here.domain.storeWent('back')
      return claimed
    }
    const switching = Object.assign(Object.create(store) as Store, { renewals: { ...store.renewals, claim } })
    const here = await world({ ...first.abandon(), openStore: () => Promise.resolve(switching) })
    open.push(here)
    here.clock.advance(3_700_000)
    let before = 0
    here.answer(() => {
      before = claims
      return tokens(2)
    })
    expect(await token(here)).toBe('access-2')
    expect([here.requests.length, before]).toEqual([1, 2])
  })

  it('answers provider_failing with Retry-After when the token is dead and the server too', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => ({ status: 429, body: '', headers: { 'retry-after': '600' } }))
    await expect(token(here)).rejects.toMatchObject({
      code: 'provider_failing',
      facts: { retryAfterSeconds: expect.any(Number) },
    })
    await expect(token(here)).rejects.toMatchObject({ code: 'provider_failing' })
    expect(here.requests).toHaveLength(1)
  })

  it('keeps the refresh token when none comes along, and replaces it when one does', async () => {
    const here = await start()
    await connected(here)
    here.answer((_, count) => (count === 1 ? { body: { access_token: 'access-2', expires_in: 3600 } } : tokens(3)))
    here.clock.advance(3_700_000)
    expect(await token(here)).toBe('access-2')
    here.clock.advance(3_700_000)
    expect(await token(here)).toBe('access-3')
    expect(here.requests[1]?.form.get('refresh_token')).toBe('refresh-1')
  })

  it('makes one renewal a call: a token that comes back shorter than asked is served with a warning', async () => {
    const here = await start()
    await connected(here)
    here.answer(() => tokens(2, { expires_in: 30 }))
    here.clock.advance(3_700_000)
    here.clock.advance(1)
    const served = await here.domain.connections.read('books', { minValid: 3600 })
    expect(served.accessToken.open()).toBe('access-2')
    expect(here.requests).toHaveLength(1)
  })
})

describe('a rejected token', () => {
  it('is renewed once, however many jobs report it', async () => {
    const here = await start()
    await connected(here)
    const { generation } = await here.domain.connections.read('books')
    here.clock.advance(120_000)
    here.answer(() => tokens(2))
    const all = await Promise.all(Array.from({ length: 50 }, () => here.domain.connections.reject('books', generation)))
    expect(new Set(all.map((one) => one.accessToken.open()))).toEqual(new Set(['access-2']))
    expect(here.requests).toHaveLength(1)
  })

  it('is not renewed when a newer one is there already', async () => {
    const here = await start()
    await connected(here)
    await here.domain.connections.read('books')
    expect((await here.domain.connections.reject('books', 'some-older-token')).accessToken.open()).toBe('access-1')
    expect(here.requests).toHaveLength(0)
  })

  it('is given back with a warning when it was just born: the 401 has another cause', async () => {
    const here = await start()
    await connected(here)
    await here.domain.connections.read('books')
    const again = await here.domain.connections.reject('books', 'access-1')
    expect(again.warnings).toContain('fresh_but_rejected')
    expect(here.requests).toHaveLength(0)
  })
})

describe('a lost answer', () => {
  it('is asked for again at once by the same claim, and a grace window repairs it', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer((_, count) => (count === 1 ? { lost: 'reset' } : tokens(2)))
    expect(await token(here)).toBe('access-2')
    expect(here.requests.map((request) => request.form.get('refresh_token'))).toEqual(['refresh-1', 'refresh-1'])
  })

  it('that no grace repairs is told with its true reason, and nothing is asked any more', async () => {
    const here = await start()
    await connected(here, { reuse: 'kills_grant', grace: 0 })
    here.clock.advance(3_700_000)
    here.answer((_, count) => (count === 1 ? { lost: 'timeout' } : { status: 400, body: { error: 'invalid_grant' } }))
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
    expect((await here.domain.connections.get('books')).failure?.code).toBe('rotation_response_lost')
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
    expect(here.requests).toHaveLength(2)
  })

  it('is not asked for again where nothing is used up', async () => {
    const here = await start()
    await machine(here)
    here.answer(() => ({ lost: 'timeout' }))
    await expect(token(here, 'batch')).rejects.toMatchObject({ code: 'provider_failing' })
    expect(here.requests).toHaveLength(1)
  })
})

describe('a refusal', () => {
  it('of the refresh token is asked about once more where that is harmless, then a person must authorize', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant', error_description: 'expired' } }))
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
    expect(here.requests).toHaveLength(2)
    expect(here.events.some((event) => event.name === 'connection.needs_authorization')).toBe(true)
  })

  it('of a password is tried exactly once', async () => {
    const here = await start()
    await machine(here, 'erp', 'login')
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    for (let n = 0; n < 3; n++) await expect(token(here, 'erp')).rejects.toMatchObject({ code: 'needs_authorization' })
    expect(here.requests).toHaveLength(1)
    here.answer(() => tokens(1, { refresh_token: undefined }))
    await here.domain.connections.change('erp', { password: 'new' }, local)
    expect(await token(here, 'erp')).toBe('access-1')
    expect(here.requests.at(-1)?.form.get('password')).toBe('new')
  })

  it('of a server that failed for long is over when a person asks: they may have mended it', async () => {
    const here = await start()
    await connected(here)
    here.answer(() => ({ lost: 'refused' }))
    here.clock.advance(3_700_000)
    for (let round = 0; round < 12; round++) {
      here.clock.advance(400_000)
      await token(here).catch(() => undefined)
    }
    const tried = here.requests.length
    const byJob = await token(here).catch((error: unknown) => error)
    expect(byJob).toMatchObject({ code: 'provider_failing' })
    expect(here.requests).toHaveLength(tried)
    here.answer(() => tokens(2))
    expect(await here.domain.connections.renew('books', local)).toMatchObject({ ok: true })
    expect(await token(here)).toBe('access-2')
  })

  it('of a client that never worked marks it once for all its connections', async () => {
    const here = await start()
    await machine(here, 'one')
    await machine(here, 'two')
    here.answer(() => ({ status: 401, body: { error: 'invalid_client' } }))
    await expect(token(here, 'one')).rejects.toMatchObject({ code: 'needs_configuration' })
    await expect(token(here, 'two')).rejects.toMatchObject({ code: 'needs_configuration' })
    expect(here.requests).toHaveLength(1)
    // Nobody is told of a next attempt: there is none before a person has acted.
    for (const name of ['one', 'two']) {
      const view = await here.domain.connections.get(name)
      expect(view).toMatchObject({ condition: 'needs_configuration', failure: { code: 'invalid_client' } })
      expect([view.nextRenewalAt, view.retryAt, view.failure?.retryAt]).toEqual([undefined, undefined, undefined])
    }
    here.answer(() => tokens(1))
    await here.domain.connections.change('one', { client: { secret: 'right' } }, local)
    expect(await token(here, 'one')).toBe('access-1')
    expect(await token(here, 'two')).toBe('access-1')
  })

  it('of a client that worked before serves what lives, and stops after a few attempts', async () => {
    const here = await start()
    await machine(here)
    here.answer(() => tokens(1))
    await token(here, 'batch')
    here.answer(() => ({ status: 401, body: { error: 'invalid_client' } }))
    for (let n = 0; n < 30; n++) {
      here.clock.advance(1_000_000)
      await token(here, 'batch').catch(() => undefined)
    }
    expect(here.requests.length - 1).toBeLessThanOrEqual(3)
  })

  it('of a client that a person has tried again with success is forgotten for all its connections', async () => {
    const here = await start()
    await machine(here, 'one')
    await machine(here, 'two')
    here.answer(() => ({ status: 401, body: { error: 'invalid_client' } }))
    await expect(token(here, 'one')).rejects.toMatchObject({ code: 'needs_configuration' })
    here.answer(() => tokens(1))
    expect(await here.domain.connections.renew('one', local)).toMatchObject({
      ok: true,
      connection: { condition: 'ok' },
    })
    expect(await token(here, 'two')).toBe('access-1')
    // It has worked: now a single refusal is not believed, a second one is, and a success takes both back.
    const clientAfter = async (answer: Answer) => {
      here.answer(() => answer)
      return (await here.domain.connections.renew('one', local)).connection.client?.state
    }
    const refusal = { status: 401, body: { error: 'invalid_client' } }
    expect(await clientAfter(refusal)).toBe('ok')
    expect(await clientAfter(refusal)).toBe('refused')
    expect(await clientAfter(tokens(2))).toBe('ok')
    expect(await clientAfter(refusal)).toBe('ok')
  })
})

describe('a crash', () => {
  it('between the spool and the store loses nothing: the answer is applied at the next start, without a request', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => tokens(2))
    const advance = here.store.renewals.advance
    here.store.renewals.advance = () => new Promise(() => undefined) // the process dies before this commits
    const served = await token(here)
    expect(served).toBe('access-2')
    here.store.renewals.advance = advance
    open.splice(open.indexOf(here), 1)
    const again = await world(here.abandon())
    open.push(again)
    again.answer(() => ({ status: 500, body: 'nobody should ask' }))
    await again.domain.recover()
    expect(await token(again)).toBe('access-2')
    expect(again.requests).toHaveLength(0)
    expect((await again.domain.connections.get('books')).generation).toBe(2)
  })
})

describe('removing', () => {
  it('revokes at the service first, and sends the revocation again later if nobody answers', async () => {
    const here = await start()
    await connected(here)
    here.answer(() => ({ status: 503, body: '' }))
    expect(await here.domain.connections.remove('books', { revoke: true }, local)).toEqual({ revocation: 'queued' })
    await expect(token(here)).rejects.toMatchObject({ code: 'unknown_connection' })
    expect(await here.store.revocations.due(here.clock.now() + 120_000)).toHaveLength(1)
  })
})

describe('changing', () => {
  it('of the token host asks for the secret again and drops what the old one obtained', async () => {
    const here = await start()
    await connected(here)
    const moved = { url: 'https://evil.example.com/token' }
    const overrides = {
      hosts: { token: ['evil.example.com'] },
      ways: { person: { token: moved, renewal: { call: moved } }, machine: { token: moved }, login: { token: moved } },
      revoke: [],
    }
    await expect(here.domain.connections.change('books', { overrides }, local)).rejects.toMatchObject({
      code: 'secret_required',
    })
    expect(await token(here)).toBe('access-1')
    await here.domain.connections.change('books', { overrides, client: { secret: 'secret' } }, local)
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
  })

  it('of the host of a test request asks for the secret again too: it could carry it', async () => {
    const here = await start()
    await connected(here)
    const headers = { 'x-secret': '{client_secret}' }
    const overrides = {
      hosts: { api: ['api.example.com', 'evil.example.com'] },
      probes: [{ see: ['docs'], name: 'test', method: 'GET', url: 'https://evil.example.com/', headers }],
    }
    await expect(here.domain.connections.change('books', { overrides }, local)).rejects.toMatchObject({
      code: 'secret_required',
    })
    expect(await token(here)).toBe('access-1')
  })
})

describe('a disk that is full', () => {
  it('costs no answer: what the spool cannot take goes to the store', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => tokens(2))
    here.spool.append = () => Promise.reject(new EvergrantError('storage_full'))
    expect(await token(here)).toBe('access-2')
    expect((await here.domain.connections.get('books')).generation).toBe(2)
  })

  it('keeps the answer in the spool and serves it until the store has room again', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => tokens(2))
    const advance = here.store.renewals.advance
    here.store.renewals.advance = () => Promise.reject(new EvergrantError('storage_full'))
    expect(await token(here)).toBe('access-2')
    here.store.renewals.advance = advance
    await expect.poll(async () => (await here.domain.connections.get('books')).generation).toBe(2)
    expect(here.requests).toHaveLength(1)
  })
})

describe('a person’s grant', () => {
  it('that was received and not stored is there after the next start', async () => {
    const here = await start()
    await connected(here)
    const loaded = await here.store.connections.byName('books')
    const root = {
      accessToken: secret('access-9'),
      refreshToken: secret('refresh-9'),
      tokenType: 'Bearer',
      obtainedAt: here.clock.now(),
      expiresAt: here.clock.now() + 3_600_000,
      values: {},
      warnings: [],
    }
    await here.spool.append({
      connectionId: loaded?.connection.id ?? '',
      holder: 'node/0',
      generation: 1,
      fence: noClaim,
      tokens: root,
    })
    open.splice(open.indexOf(here), 1)
    const again = await world(here.abandon())
    open.push(again)
    await again.domain.recover()
    expect(await token(again)).toBe('access-9')
    expect(again.requests).toHaveLength(0)
  })
})

describe('removing during a renewal', () => {
  it('revokes the token that arrives for nobody', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(async (request) => {
      if (request.url.endsWith('/revoke')) return { body: '' }
      await here.domain.connections.remove('books', { revoke: false }, local)
      return tokens(2)
    })
    // However slow this machine is, the store is not too slow for the caller.
    here.clock.sleep = () => new Promise(() => undefined)
    await expect(token(here)).rejects.toMatchObject({ code: 'unknown_connection' })
    // Callers do not wait for a slow store, and so not for this.
    await expect.poll(() => here.requests.at(-1)?.form.get('token')).toBe('refresh-2')
  })
})
