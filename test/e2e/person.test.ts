/** A person authorizes once; from then on the job gets a token that works. The real program, real redirects. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { createBrowser } from '../harness/browser.ts'
import {
  accepted,
  authorizeInBrowser,
  connect,
  definitionFor,
  eventually,
  expecting,
  pause,
  readToken,
  settled,
  show,
  startAuthorization,
} from '../harness/definition.ts'
import { startEvergrant, type Evergrant } from '../harness/evergrant.ts'

let service: AuthorizationServer
let evergrant: Evergrant

beforeAll(async () => {
  service = await startAuthorizationServer({ rotation: 'strict', accessSeconds: 3 })
  evergrant = await startEvergrant({ allow: [service.host] })
})
afterAll(async () => {
  await evergrant?.close()
  await service?.close()
})

const make = (name: string, more = {}) =>
  connect(evergrant, {
    name,
    definition: definitionFor(service, { issuer: service.issuer }),
    grant: 'person',
    client: service.clients.basic,
    more,
  })

describe('authorizing through the server’s own callback', () => {
  it('goes from pending to a token that the service takes, and on to the next token when it has expired', async () => {
    expect(await make('callback')).toMatchObject({ state: 'pending', generation: 0 })
    expect(await readToken(evergrant, 'callback')).toMatchObject({
      status: 409,
      json: { code: 'needs_authorization', connection: 'callback', retryable: false },
    })

    const { page, authorization } = await authorizeInBrowser(evergrant, 'callback')
    expect(page.status).toBe(200)
    expect(authorization.outcome).toMatchObject({ kind: 'authorized' })
    expect(await show(evergrant, 'callback')).toMatchObject({
      state: 'active',
      condition: 'ok',
      has_refresh_token: true,
    })

    const first = await readToken(evergrant, 'callback')
    expect(first.headers['cache-control']).toContain('no-store')
    expect(first.json).toMatchObject({ token_type: 'Bearer', connection: 'callback', generation: 1 })
    expect(first.json.expires_at).toBeTypeOf('number')
    expect(await accepted(service, first.json.access_token)).toBe(true)

    await pause(3100)
    expect(await accepted(service, first.json.access_token)).toBe(false)
    const second = await readToken(evergrant, 'callback')
    expect(second.json).toMatchObject({ generation: 2 })
    expect(await accepted(service, second.json.access_token)).toBe(true)
  })

  it('sends PKCE, state and the exact redirect URI, and Basic with form-encoded id and secret', async () => {
    await make('wire')
    await authorizeInBrowser(evergrant, 'wire')
    const asked = service.matching({ endpoint: 'authorize' }).findLast((entry) => entry.parameters.code_challenge)
    expect(asked?.parameters).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${evergrant.url}/oauth/callback`,
      scope: 'api.read',
    })
    expect(asked?.parameters.state?.length).toBeGreaterThanOrEqual(22)
    const exchanged = service.matching({ endpoint: 'token', grant: 'authorization_code' }).at(-1)
    expect(exchanged?.parameters.code_verifier?.length).toBeGreaterThanOrEqual(43)
    expect(exchanged?.authorization).toMatch(/^Basic /)
    expect(exchanged?.parameters).not.toHaveProperty('client_secret')
  })

  it('authorizes again and keeps everything else', async () => {
    await make('again')
    await authorizeInBrowser(evergrant, 'again')
    const before = (await readToken(evergrant, 'again')).json
    const { authorization } = await authorizeInBrowser(evergrant, 'again')
    expect(authorization.outcome.kind).toBe('authorized')
    const after = (await readToken(evergrant, 'again')).json
    expect(after.generation).toBeGreaterThan(before.generation)
    expect(after.access_token).not.toBe(before.access_token)
  })

  it('tests the connection and says who was connected', async () => {
    await make('tested')
    await authorizeInBrowser(evergrant, 'tested')
    const report = expecting(200, await evergrant.request('/v1/connections/tested/test', { method: 'POST' }))
    expect(report).toMatchObject({ ok: true, who: 'ada' })
    expect(report.request.headers).not.toHaveProperty('authorization', expect.stringContaining('canary'))
  })

  it('renews at the push of the button and shows the masked exchange', async () => {
    await make('button')
    await authorizeInBrowser(evergrant, 'button')
    const before = (await readToken(evergrant, 'button')).json
    const report = expecting(200, await evergrant.request('/v1/connections/button/renew', { method: 'POST' }))
    expect(report).toMatchObject({ ok: true, request: { method: 'POST' }, response: { status: 200 } })
    expect(report.connection.generation).toBe(before.generation + 1)
    const shown = JSON.stringify(report)
    for (const entry of service.log) {
      if (entry.parameters.refresh_token) expect(shown).not.toContain(entry.parameters.refresh_token)
    }
  })

  it('renews after a 401 only while the rejected token is the current one', async () => {
    await make('rejected')
    await authorizeInBrowser(evergrant, 'rejected')
    const first = (await readToken(evergrant, 'rejected')).json
    const reject = async (rejected: unknown) =>
      expecting(200, await evergrant.request('/v1/connections/rejected/token', { body: { rejected } }))
    // Within 60 s of its birth a rejected token is not renewed in a loop: it comes back with a warning.
    expect(await reject(first.generation)).toMatchObject({
      generation: first.generation,
      warnings: [expect.any(String)],
    })
    await evergrant.request('/v1/connections/rejected/renew', { method: 'POST' })
    const current = (await readToken(evergrant, 'rejected')).json
    const requests = service.count({ grant: 'refresh_token' })
    expect(await reject(first.generation)).toMatchObject({ generation: current.generation })
    expect(await reject(first.access_token)).toMatchObject({ generation: current.generation })
    expect(service.count({ grant: 'refresh_token' })).toBe(requests)
  })

  it('revokes at the service and needs a person afterwards', async () => {
    await make('revoked')
    await authorizeInBrowser(evergrant, 'revoked')
    const { json } = await readToken(evergrant, 'revoked')
    expect(expecting(200, await evergrant.request('/v1/connections/revoked/revoke', { method: 'POST' }))).toEqual({
      revocation: 'done',
    })
    expect(await accepted(service, json.access_token)).toBe(false)
    expect(await readToken(evergrant, 'revoked')).toMatchObject({ status: 409, json: { code: 'needs_authorization' } })
  })
})

describe('other ways back', () => {
  it('opens a listener on a random free port for http://127.0.0.1 and sends that port', async () => {
    await make('loopback', { redirect_uri: 'http://127.0.0.1' })
    const { authorization, page } = await authorizeInBrowser(evergrant, 'loopback', { back: 'loopback' })
    expect(authorization.outcome).toMatchObject({ kind: 'authorized' })
    expect(authorization.redirect_uri).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(page.status).toBe(200)
    await expect(fetch(authorization.redirect_uri)).rejects.toThrow()
    expect((await readToken(evergrant, 'loopback')).status).toBe(200)
  })

  it('says which port is taken, and opens no other one', async () => {
    await make('taken', { redirect_uri: `http://127.0.0.1:${evergrant.port}/callback` })
    const answer = await evergrant.request('/v1/connections/taken/authorize', { body: { back: 'loopback' } })
    expect(answer).toMatchObject({ status: 409, json: { code: 'port_taken' } })
    expect(answer.text).toContain(String(evergrant.port))
  })

  it('takes the whole pasted address, once', async () => {
    await make('paste', { redirect_uri: 'http://localhost/callback' })
    const started = await startAuthorization(evergrant, 'paste', { back: 'paste' })
    const ended = await service.consent(started.authorization_url)
    const complete = () => evergrant.request(`/v1/authorizations/${started.id}/complete`, { body: { pasted: ended } })
    expect(expecting(200, await complete()).outcome).toMatchObject({ kind: 'authorized' })
    expect(await complete()).toMatchObject({ status: 409, json: { code: 'authorization_used' } })
    expect((await readToken(evergrant, 'paste')).status).toBe(200)
  })

  it('refuses a pasted address of another connection and leaves both as they were', async () => {
    await make('paste-a', { redirect_uri: 'http://localhost/callback' })
    await make('paste-b', { redirect_uri: 'http://localhost/callback' })
    const a = await startAuthorization(evergrant, 'paste-a', { back: 'paste' })
    const b = await startAuthorization(evergrant, 'paste-b', { back: 'paste' })
    const endedA = await service.consent(a.authorization_url)
    const requests = service.count({ endpoint: 'token' })
    const crossed = await evergrant.request(`/v1/authorizations/${b.id}/complete`, { body: { pasted: endedA } })
    expect(crossed).toMatchObject({ status: 400, json: { code: 'state_mismatch' } })
    expect(service.count({ endpoint: 'token' })).toBe(requests)
    expect(await show(evergrant, 'paste-b')).toMatchObject({ state: 'pending' })
    const right = await evergrant.request(`/v1/authorizations/${a.id}/complete`, { body: { pasted: endedA } })
    expect(expecting(200, right).outcome.kind).toBe('authorized')
  })

  it('takes a bare code only from the program that started the flow', async () => {
    await make('bare', { redirect_uri: 'http://localhost/callback' })
    const starter = 'a-random-word-of-the-program-0123456789'
    const started = await startAuthorization(evergrant, 'bare', { back: 'paste', starter })
    const code = new URL(await service.consent(started.authorization_url)).searchParams.get('code')
    const complete = (body: object) => evergrant.request(`/v1/authorizations/${started.id}/complete`, { body })
    expect(await complete({ pasted: code })).toMatchObject({ status: 400, json: { code: 'bare_code' } })
    expect(expecting(200, await complete({ pasted: code, starter })).outcome.kind).toBe('authorized')
  })
})

describe('an answer that does not belong', () => {
  it('is refused at the callback when its state is unknown, missing or comes twice', async () => {
    const requests = service.count({ endpoint: 'token' })
    const browser = createBrowser()
    const open = (query: string) => browser.open(`${evergrant.url}/oauth/callback?${query}`)
    for (const query of ['code=abc&state=unknown-state-0123456789', 'code=abc', 'code=a&code=b&state=x']) {
      const page = await open(query)
      expect(page.status).toBeGreaterThanOrEqual(400)
      expect(page.status).toBeLessThan(500)
      expect(page.body).not.toContain('abc')
    }
    expect(service.count({ endpoint: 'token' })).toBe(requests)
  })

  it('is refused when another browser brings it', async () => {
    await make('other-browser')
    const started = await startAuthorization(evergrant, 'other-browser')
    const mine = createBrowser()
    const callback = await mine.openUntil(started.url, (url) => url.includes('/oauth/callback?'))
    const requests = service.count({ endpoint: 'token' })
    expect((await createBrowser().open(callback)).status).toBeGreaterThanOrEqual(400)
    expect(service.count({ endpoint: 'token' })).toBe(requests)
    expect((await mine.open(callback)).status).toBe(200)
    expect((await settled(evergrant, started.id)).outcome.kind).toBe('authorized')
  })

  it('changes nothing when the callback is opened a second time', async () => {
    await make('twice')
    const started = await startAuthorization(evergrant, 'twice')
    const browser = createBrowser()
    const callback = await browser.openUntil(started.url, (url) => url.includes('/oauth/callback?'))
    expect((await browser.open(callback)).status).toBe(200)
    const before = await show(evergrant, 'twice')
    const requests = service.count({ grant: 'authorization_code' })
    await browser.open(callback)
    expect(service.count({ grant: 'authorization_code' })).toBe(requests)
    expect(await show(evergrant, 'twice')).toMatchObject({ state: 'active', generation: before.generation })
    expect((await readToken(evergrant, 'twice')).status).toBe(200)
  })

  it('is refused when it names another issuer', async () => {
    await make('mix-up', { redirect_uri: 'http://localhost/callback' })
    const started = await startAuthorization(evergrant, 'mix-up', { back: 'paste' })
    const ended = new URL(await service.consent(started.authorization_url))
    ended.searchParams.set('iss', 'https://attacker.example')
    const requests = service.count({ endpoint: 'token' })
    const answer = await evergrant.request(`/v1/authorizations/${started.id}/complete`, {
      body: { pasted: ended.href },
    })
    expect(answer).toMatchObject({ status: 400, json: { code: 'issuer_mismatch' } })
    expect(service.count({ endpoint: 'token' })).toBe(requests)
  })

  it('tells the person when the service said no, and keeps the token that was there', async () => {
    await make('denied')
    await authorizeInBrowser(evergrant, 'denied')
    const started = await startAuthorization(evergrant, 'denied')
    const browser = createBrowser()
    const callback = await browser.openUntil(started.url, (url) => url.includes('/oauth/callback?'))
    const state = new URL(callback).searchParams.get('state') ?? ''
    const iss = encodeURIComponent(service.issuer)
    const page = await browser.open(
      `${evergrant.url}/oauth/callback?error=access_denied&error_description=no%20thanks&state=${state}&iss=${iss}`,
    )
    expect(page.body).toContain('access_denied')
    expect((await settled(evergrant, started.id)).outcome).toMatchObject({ kind: 'failed', code: 'access_denied' })
    expect((await readToken(evergrant, 'denied')).status).toBe(200)
  })
})

it('keeps the connections over a restart and serves them without asking the service', async () => {
  const slow = await startAuthorizationServer({ rotation: 'strict', accessSeconds: 300 })
  const own = await startEvergrant({ allow: [slow.host] })
  try {
    await connect(own, { name: 'kept', definition: definitionFor(slow), grant: 'person', client: slow.clients.post })
    await authorizeInBrowser(own, 'kept')
    const before = (await readToken(own, 'kept')).json
    await own.restart('SIGTERM')
    const after = (await readToken(own, 'kept')).json
    expect([after.access_token, after.generation]).toEqual([before.access_token, before.generation])
    await own.restart('SIGKILL')
    expect((await readToken(own, 'kept')).json.access_token).toBe(before.access_token)
    expect(slow.count({ endpoint: 'token' })).toBe(1)
  } finally {
    await own.close()
    await slow.close()
  }
})

it('notices that the person withdrew at the service, says so, and stops asking', async () => {
  const own = await startAuthorizationServer({ rotation: 'strict', accessSeconds: 2 })
  const home = await startEvergrant({ allow: [own.host] })
  try {
    await connect(home, { name: 'gone', definition: definitionFor(own), grant: 'person', client: own.clients.basic })
    await authorizeInBrowser(home, 'gone')
    own.revokeGrants()
    await pause(2100)
    expect(await readToken(home, 'gone')).toMatchObject({ status: 409, json: { code: 'needs_authorization' } })
    const connection = await show(home, 'gone')
    expect(connection).toMatchObject({ state: 'needs_authorization', failure: { code: 'invalid_grant' } })
    const requests = own.count({ grant: 'refresh_token' })
    for (let again = 0; again < 5; again += 1) await readToken(home, 'gone')
    expect(own.count({ grant: 'refresh_token' })).toBe(requests)

    const { authorization } = await authorizeInBrowser(home, 'gone')
    expect(authorization.outcome.kind).toBe('authorized')
    await eventually(
      () => show(home, 'gone'),
      (one) => one.state === 'active' && one.failure === undefined,
    )
  } finally {
    await home.close()
    await own.close()
  }
})
