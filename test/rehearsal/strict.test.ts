/** The rehearsal refuses what the vendors refuse, and says what was wrong. */
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { examples } from '../../src/providers/linkedin.examples.ts'
import linkedin from '../../src/providers/linkedin.ts'
import { loadServices, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'

let rehearsal: Rehearsal
let time = Date.parse('2026-11-22T12:00:00Z')

beforeAll(async () => {
  const services = [
    ...(await loadServices(['quickbooks-online', 'microsoft', 'netsuite', 'google-cloud', 'facebook'])),
    { provider: linkedin, examples },
  ]
  rehearsal = await startRehearsal({
    services,
    clock: { now: () => time, monotonic: () => time, sleep: async () => undefined },
  })
})
afterEach(() => {
  for (const id of ['quickbooks-online', 'microsoft', 'netsuite', 'google-cloud', 'facebook'])
    rehearsal.service(id).control.heal()
})
afterAll(() => rehearsal.close())

type Form = Record<string, string>
// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked into, not trusted
type Said = { status: number; body: any; text: string }

async function send(path: string, init: RequestInit = {}): Promise<Said> {
  const answer = await fetch(`${rehearsal.origin}/${path}`, { redirect: 'manual', ...init })
  const text = await answer.text()
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : undefined, text }
}

const post = (path: string, form: Form, headers: Form = {}) =>
  send(path, { method: 'POST', body: new URLSearchParams(form), headers })

async function page(path: string, query: Form): Promise<{ shown: string; answer: URLSearchParams }> {
  const answer = await fetch(`${rehearsal.origin}/${path}?${new URLSearchParams(query)}`, { redirect: 'manual' })
  const location = answer.headers.get('location')
  return { shown: await answer.text(), answer: location ? new URL(location).searchParams : new URLSearchParams() }
}

const basic = (id = 'rehearsal', secret = 'rehearsal-secret') =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
const redirect = 'https://example.com/oauth/callback'
const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-section-4'
const challenge = createHash('sha256').update(verifier).digest('base64url')

describe('QuickBooks Online', () => {
  const address = 'quickbooks-online/oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
  const consent = 'quickbooks-online/appcenter.intuit.com/connect/oauth2'
  const asked = {
    client_id: 'rehearsal',
    response_type: 'code',
    scope: 'com.intuit.quickbooks.accounting',
    redirect_uri: redirect,
    state: 's',
  }
  const headers = {
    authorization: basic(),
    accept: 'application/json',
    'x-include-refresh-token-hard-expires-in': 'true',
  }
  const code = async () => (await page(consent, asked)).answer.get('code') ?? ''
  const exchange = async (form: Form = {}, more: Form = {}) =>
    post(
      address,
      { grant_type: 'authorization_code', code: await code(), redirect_uri: redirect, ...form },
      { ...headers, ...more },
    )

  it('gives the company with the code, and the literal answer of the vendor with tokens of its own', async () => {
    const { answer } = await page(consent, asked)
    expect([answer.get('state'), answer.get('realmId')]).toEqual(['s', expect.stringMatching(/^\d+$/)])
    const { status, body } = await exchange()
    expect(status).toBe(200)
    expect(body).toMatchObject({
      token_type: 'bearer',
      access_token: expect.stringMatching(/^at_/),
      refresh_token: expect.stringMatching(/^rt_/),
      x_refresh_token_expires_in: expect.anything(),
    })
  })

  it('refuses a client that proves itself otherwise, twice, or wrongly', async () => {
    const { authorization: _, ...bare } = headers
    const form = { grant_type: 'authorization_code', code: await code(), redirect_uri: redirect }
    const inBody = { ...form, client_id: 'rehearsal', client_secret: 'rehearsal-secret' }
    expect(await post(address, inBody, bare)).toMatchObject({
      status: 401,
      body: { error: 'invalid_client', error_description: expect.stringContaining('client_secret_post is not taken') },
    })
    expect(await post(address, inBody, headers)).toMatchObject({
      status: 400,
      body: { error_description: expect.stringContaining('more than one client authentication') },
    })
    expect(await post(address, form, bare)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(await exchange({}, { authorization: basic('rehearsal', 'other') })).toMatchObject({
      body: { error: 'invalid_client' },
    })
  })

  it('refuses another encoding, another field, a missing header, and a used or foreign code', async () => {
    const json = JSON.stringify({ grant_type: 'authorization_code', code: await code(), redirect_uri: redirect })
    const asJson = await send(address, {
      method: 'POST',
      body: json,
      headers: { ...headers, 'content-type': 'application/json' },
    })
    expect(asJson.body.error_description).toContain('the body is to be a form, and is JSON')
    expect((await exchange({ code_verifier: verifier })).body.error_description).toContain('code_verifier is not known')
    expect(
      (await exchange({}, { 'x-include-refresh-token-hard-expires-in': 'false' })).body.error_description,
    ).toContain('x-include-refresh-token')
    expect((await exchange({ redirect_uri: 'https://example.com/other' })).body.error).toBe('invalid_grant')
    const once = await code()
    expect((await exchange({ code: once })).status).toBe(200)
    expect((await exchange({ code: once })).body.error).toBe('invalid_grant')
  })

  it('takes JSON to revoke, and no form', async () => {
    const { body } = await exchange()
    const revoke = 'quickbooks-online/developer.api.intuit.com/v2/oauth2/tokens/revoke'
    expect((await post(revoke, { token: body.refresh_token }, headers)).status).toBe(400)
    const asJson = {
      method: 'POST',
      body: JSON.stringify({ token: body.refresh_token }),
      headers: { ...headers, 'content-type': 'application/json' },
    }
    expect((await send(revoke, asJson)).status).toBe(200)
    expect(rehearsal.service('quickbooks-online').whose(body.access_token)).toBeUndefined()
  })

  it('shows a page where the parameters of the page are wrong, and sends nothing to a redirect URI that is', async () => {
    expect((await page(consent, { ...asked, client_id: 'somebody' })).shown).toContain('No client of this id')
    expect((await page(consent, { ...asked, redirect_uri: 'http://example.com/x' })).shown).toContain('not encrypted')
    const words = async (query: Form) => (await page(consent, query)).answer.get('error_description')
    expect(await words({ ...asked, code_challenge: challenge, code_challenge_method: 'S256' })).toContain(
      'code_challenge is not known',
    )
    expect(await words({ ...asked, response_type: 'token' })).toContain('response_type')
    expect(await words({ ...asked, scope: 'com.intuit.quickbooks.accounting,openid' })).toContain(
      'scope is not separated',
    )
    const { state: _, ...stateless } = asked
    expect(await words(stateless)).toContain('state is missing')
  })

  it('writes the words of the vendor where a refresh token is over', async () => {
    const { body } = await exchange()
    rehearsal.service('quickbooks-online').control.killRefresh()
    const renewed = await post(address, { grant_type: 'refresh_token', refresh_token: body.refresh_token }, headers)
    expect(renewed).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(renewed.body.error_description).not.toContain('ended')
  })

  it('keeps what it saw, without any secret', async () => {
    await exchange()
    const seen = JSON.stringify(rehearsal.service('quickbooks-online').requests())
    expect(seen).toContain('grant_type&code&redirect_uri')
    for (const secret of ['rehearsal-secret', basic().slice(6)]) expect(seen.includes(secret)).toBe(false)
    expect(/\b(at|rt|code)_[A-Za-z0-9_-]{20}/.test(seen)).toBe(false)
  })
})

describe('Microsoft', () => {
  const address = 'microsoft/login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token'
  const form = {
    grant_type: 'client_credentials',
    scope: 'https://graph.microsoft.com/.default',
    client_id: 'rehearsal',
  }
  const rsa = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits })
  const pair = rsa(2048)

  it('wants the thumbprint of a certificate', async () => {
    rehearsal
      .service('microsoft')
      .control.register({ publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() })
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'PS256' })
      .setIssuer('rehearsal')
      .setSubject('rehearsal')
      .setAudience('https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token')
      .setIssuedAt(time / 1000)
      .setExpirationTime(time / 1000 + 300)
      .sign(pair.privateKey)
    const { body } = await post(address, {
      ...form,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
    expect(JSON.stringify(body)).toMatch(/certificate|invalid_client/)
    expect(rehearsal.service('microsoft').requests().at(-1)?.refused).toContain('a certificate must be registered')
  })

  it('answers a wrong secret as the vendor does, by number', async () => {
    const { body, status } = await post(address, { ...form, client_secret: 'the-id-of-the-secret' })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(body.error_codes).toEqual([expect.any(Number)])
    expect((await post(address, { ...form, client_secret: 'rehearsal-secret' })).status).toBe(200)
  })

  it('compares the tenant in the form in which the vendor writes it', async () => {
    const upper = address.replace('contoso', 'CONTOSO')
    expect((await post(upper, { ...form, client_secret: 'rehearsal-secret' })).body.error_description).toContain(
      'tenant',
    )
  })
})

describe('NetSuite', () => {
  const address = 'netsuite/1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token'
  const audience = 'https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token'
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })

  async function trade(
    change: { claims?: object; audience?: string; life?: number; alg?: string; key?: typeof pair.privateKey } = {},
  ) {
    const { key = pair.privateKey, alg = 'ES256', life = 300 } = change
    const assertion = await new SignJWT({ scope: ['rest_webservices'], jti: randomUUID(), ...change.claims })
      .setProtectedHeader({ alg, typ: 'JWT', kid: 'abc' })
      .setIssuer('rehearsal')
      .setAudience(change.audience ?? audience)
      .setIssuedAt(time / 1000)
      .setExpirationTime(time / 1000 + life)
      .sign(key)
    const said = await post(address, {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    })
    return { ...said, why: rehearsal.service('netsuite').requests().at(-1)?.refused }
  }

  it('holds an assertion against key, algorithm, audience, life and claims', async () => {
    const { control } = rehearsal.service('netsuite')
    expect((await trade()).why).toContain('no certificate')
    control.register({ publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() })
    expect(await trade()).toMatchObject({ status: 200, body: { expires_in: '3600' } })
    expect((await trade({ audience: audience.replace('-sb1', '') })).why).toContain('something else than the request')
    expect((await trade({ life: 86_400 })).why).toContain('lives longer')
    expect((await trade({ claims: { scope: undefined } })).why).toContain('claims.scope is missing')
    expect((await trade({ claims: { more: 1 } })).why).toContain('claims.more is not known')
    const old = generateKeyPairSync('rsa', { modulusLength: 2048 })
    expect((await trade({ alg: 'RS256', key: old.privateKey })).status).toBe(400)
    control.register({ publicKey: old.publicKey.export({ type: 'spki', format: 'pem' }).toString() })
    expect((await trade({ alg: 'PS256', key: old.privateKey })).why).toContain('2048 bits are not taken')
  })
})

describe('Facebook', () => {
  const graph = 'facebook/graph.facebook.com/v26.0'

  it('takes commas between scopes, GET for tokens, and the proof of the app secret', async () => {
    const dialog = 'facebook/www.facebook.com/v26.0/dialog/oauth'
    const way = (await loadServices(['facebook']))[0]!.provider.ways['user']!
    const fixed = Object.fromEntries(
      Object.entries(way.authorize!.params).filter(([name, value]) => !name.endsWith('?') && !value.includes('{')),
    )
    const asked = { client_id: 'rehearsal', redirect_uri: redirect, state: 's', response_type: 'code', ...fixed }
    rehearsal.service('facebook').control.play('user')
    expect((await page(dialog, { ...asked, scope: 'public_profile email' })).answer.toString()).toContain(
      'not+separated',
    )
    const { answer } = await page(dialog, { ...asked, scope: 'public_profile,email' })
    const query = {
      client_id: 'rehearsal',
      redirect_uri: redirect,
      client_secret: 'rehearsal-secret',
      code: answer.get('code') ?? '',
    }
    expect((await post(`${graph}/oauth/access_token`, query)).body.error_description).toContain('takes GET')
    const { body } = await send(`${graph}/oauth/access_token?${new URLSearchParams(query)}`)
    const me = (more: Form) =>
      send(`${graph}/me?${new URLSearchParams({ fields: 'id,name', ...more })}`, {
        headers: { authorization: `Bearer ${body.access_token}` },
      })
    expect((await me({})).status).toBe(200)
    expect((await me({ appsecret_proof: 'wrong' })).status).toBe(400)
  })

  it('answers a dead token as the vendor does', async () => {
    const { control } = rehearsal.service('facebook')
    const { accessToken } = control.token('system_user')
    control.expireAccess()
    const { status, body } = await send(`${graph}/me?fields=id,name`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(body.error.code).toBe(190)
  })
})

it('refuses a verifier at LinkedIn, whose documents know no PKCE for web apps', async () => {
  const asked = {
    client_id: 'rehearsal',
    response_type: 'code',
    redirect_uri: redirect,
    state: 's',
    scope: 'openid profile email',
  }
  rehearsal.service('linkedin').control.play('member')
  const path = 'linkedin/www.linkedin.com/oauth/v2/authorization'
  const code = (await page(path, asked)).answer.get('code') ?? ''
  const form = {
    grant_type: 'authorization_code',
    code,
    client_id: 'rehearsal',
    client_secret: 'rehearsal-secret',
    redirect_uri: redirect,
  }
  const address = 'linkedin/www.linkedin.com/oauth/v2/accessToken'
  expect((await post(address, { ...form, code_verifier: verifier })).status).toBe(400)
  expect((await post(address, form)).status).toBe(200)
})

it('wants PKCE of a desktop client at Google, and the verifier that belongs to it', async () => {
  rehearsal.service('google-cloud').control.play('desktop')
  const path = 'google-cloud/accounts.google.com/o/oauth2/v2/auth'
  const asked = {
    client_id: 'rehearsal',
    redirect_uri: 'http://127.0.0.1:4567',
    response_type: 'code',
    scope: 'openid',
    access_type: 'offline',
    prompt: 'consent',
    state: 's',
  }
  const { answer } = await page(path, { ...asked, code_challenge: challenge, code_challenge_method: 'S256' })
  const form = {
    grant_type: 'authorization_code',
    redirect_uri: asked.redirect_uri,
    client_id: 'rehearsal',
    client_secret: 'rehearsal-secret',
  }
  const address = 'google-cloud/oauth2.googleapis.com/token'
  expect((await post(address, { ...form, code: answer.get('code') ?? '' })).body.error).toBe('invalid_grant')
  expect(
    (await page(path, { ...asked, code_challenge: challenge, code_challenge_method: 'plain' })).answer.get(
      'error_description',
    ),
  ).toContain('S256')
  const again =
    (await page(path, { ...asked, code_challenge: challenge, code_challenge_method: 'S256' })).answer.get('code') ?? ''
  expect((await post(address, { ...form, code: again, code_verifier: verifier })).status).toBe(200)
  rehearsal.service('google-cloud').control.play(undefined)
})

it('leaves the empty fragment of Facebook behind its answer', async () => {
  const { provider } = rehearsal.service('facebook')
  const { params } = provider.ways['user']!.authorize!
  const fixed = Object.entries(params).filter(([name, value]) => !name.endsWith('?') && !value.includes('{'))
  const asked = { client_id: 'rehearsal', redirect_uri: redirect, state: 's', response_type: 'code', scope: 'email' }
  rehearsal.service('facebook').control.play('user')
  const query = new URLSearchParams({ ...asked, ...Object.fromEntries(fixed) })
  const address = `${rehearsal.origin}/facebook/www.facebook.com/v26.0/dialog/oauth?${query}`
  const location = (await fetch(address, { redirect: 'manual' })).headers.get('location') ?? ''
  expect(location).toMatch(/#_[=_]*$/)
  expect(new URL(location).searchParams.get('code')).toMatch(/^code_/)
})

it('says the shorter lives of a faster rehearsal', async () => {
  const services = await loadServices(['google-cloud'])
  const fast = await startRehearsal({ services, speed: 60 })
  const { accessToken } = fast.service('google-cloud').control.token('user', ['openid'])
  const answer = await fetch(`${fast.origin}/google-cloud/openidconnect.googleapis.com/v1/userinfo`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  expect(answer.status).toBe(200)
  const asked = { client_id: 'rehearsal', redirect_uri: redirect, response_type: 'code', scope: 'openid', state: 's' }
  const page = `${fast.origin}/google-cloud/accounts.google.com/o/oauth2/v2/auth`
  const { params } = services[0]!.provider.ways['user']!.authorize!
  const fixed = Object.entries(params).filter(([name, value]) => !name.endsWith('?') && !value.includes('{'))
  const query = new URLSearchParams({ ...asked, ...Object.fromEntries(fixed) })
  const location = (await fetch(`${page}?${query}`, { redirect: 'manual' })).headers.get('location') ?? ''
  const form = {
    grant_type: 'authorization_code',
    code: new URL(location).searchParams.get('code') ?? '',
    redirect_uri: redirect,
    client_id: 'rehearsal',
    client_secret: 'rehearsal-secret',
  }
  const token = await fetch(`${fast.origin}/google-cloud/oauth2.googleapis.com/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  const { expires_in: expiresIn } = (await token.json()) as { expires_in: number }
  expect(expiresIn).toBeGreaterThan(30)
  expect(expiresIn).toBeLessThanOrEqual(66)
  await fast.close()
})
