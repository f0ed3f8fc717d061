import { createHash } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/deps.ts'
import {
  faults,
  rehearsalClient,
  startRehearsal,
  type BehaviourChange,
  type Rehearsal,
} from '../../src/rehearsal/index.ts'

let service: Rehearsal
let time = 0

afterEach(() => service.close())

const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-section-4'
const redirectUri = 'http://127.0.0.1:4567/callback'
const clock: Clock = { now: () => time, monotonic: () => time, sleep: async () => undefined }

type Answer = { status: number; access_token: string; refresh_token: string; expires_in: number; error?: string }

async function start(behaviour: BehaviourChange): Promise<void> {
  time = Date.now()
  service = await startRehearsal({ behaviour, clock })
}

async function token(parameters: Record<string, string>): Promise<Answer> {
  const { id, secret } = rehearsalClient
  const response = await fetch(service.url, {
    method: 'POST',
    body: new URLSearchParams({ client_id: id, client_secret: secret, ...parameters }),
  })
  return { status: response.status, ...((await response.json()) as object) } as Answer
}

async function authorize(more: Record<string, string> = {}): Promise<URL> {
  const query = new URLSearchParams({
    client_id: rehearsalClient.id,
    response_type: 'code',
    redirect_uri: redirectUri,
    state: 'state-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...more,
  })
  const response = await fetch(`${service.authorizationUrl}?${query}`, { redirect: 'manual' })
  return new URL(response.headers.get('location') ?? 'http://no.location/')
}

const redeem = (code: string, more: Record<string, string> = {}) =>
  token({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier, ...more })

async function authorized(): Promise<Answer> {
  return redeem((await authorize()).searchParams.get('code') ?? '')
}

const refresh = (value: string) => token({ grant_type: 'refresh_token', refresh_token: value })
const whoami = async (value: string) =>
  (await fetch(service.whoamiUrl, { headers: { authorization: `Bearer ${value}` } })).status

describe('a refresh token that is used twice', () => {
  it('stays good where nothing rotates (R0)', async () => {
    await start({ refresh: { rotation: 'R0' } })
    const first = await authorized()
    const second = await refresh(first.refresh_token)
    expect(second).toMatchObject({ status: 200 })
    expect(second.refresh_token).toBeUndefined()
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 200 })
  })

  it('gives the same pair again inside the grace time of R1, and is refused after it', async () => {
    await start({ refresh: { rotation: 'R1', graceSeconds: 10 } })
    const first = await authorized()
    const second = await refresh(first.refresh_token)
    expect(await refresh(first.refresh_token)).toEqual(second)
    time += 11_000
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await refresh(second.refresh_token)).toMatchObject({ status: 200 })
  })

  it('gives a new pair inside the grace time of R2, but only while its successor is unused', async () => {
    await start({ refresh: { rotation: 'R2', graceSeconds: 10 } })
    const first = await authorized()
    const second = await refresh(first.refresh_token)
    const third = await refresh(first.refresh_token)
    expect(third.status).toBe(200)
    expect(third.refresh_token).not.toBe(second.refresh_token)
    expect(await refresh(second.refresh_token)).toMatchObject({ status: 200 })
    expect(await refresh(first.refresh_token)).toMatchObject({ error: 'invalid_grant' })
  })

  it('is refused in R3 and leaves its successor alone', async () => {
    await start({ refresh: { rotation: 'R3' } })
    const first = await authorized()
    const second = await refresh(first.refresh_token)
    expect(await refresh(first.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    expect(await refresh(second.refresh_token)).toMatchObject({ status: 200 })
  })

  it('takes its whole family along in R4', async () => {
    await start({ refresh: { rotation: 'R4' } })
    const first = await authorized()
    const second = await refresh(first.refresh_token)
    expect(await refresh(first.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    expect(await refresh(second.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    expect(await whoami(second.access_token)).toBe(401)
  })
})

describe('lifetimes', () => {
  it('pass faster by the speed, and the answer says so', async () => {
    await start({ speed: 60 })
    const { access_token, expires_in } = await authorized()
    expect(expires_in).toBe(60)
    expect(await whoami(access_token)).toBe(200)
    time += 61_000
    expect(await whoami(access_token)).toBe(401)
  })

  it('end an unused refresh token after its idle time and any after its hard time', async () => {
    await start({ refresh: { rotation: 'R0', idleSeconds: 100, hardSeconds: 150 } })
    const { refresh_token } = await authorized()
    time += 90_000
    expect(await refresh(refresh_token)).toMatchObject({ status: 200 })
    time += 55_000
    expect(await refresh(refresh_token)).toMatchObject({ status: 200 })
    time += 10_000
    expect(await refresh(refresh_token)).toMatchObject({ error: 'invalid_grant' })
  })

  it('end the access token with its renewal where the service does so', async () => {
    await start({ access: { diesWithRenewal: true } })
    const first = await authorized()
    await refresh(first.refresh_token)
    expect(await whoami(first.access_token)).toBe(401)
  })
})

describe('strictness', () => {
  it('takes a code once, and a second use ends what the first one gave', async () => {
    await start({})
    const code = (await authorize()).searchParams.get('code') ?? ''
    const first = await redeem(code)
    expect(await redeem(code)).toMatchObject({ status: 400, error: 'invalid_grant' })
    expect(await whoami(first.access_token)).toBe(401)
  })

  it('wants the verifier, the redirect URI and the challenge', async () => {
    await start({})
    const code = async () => (await authorize()).searchParams.get('code') ?? ''
    expect(await redeem(await code(), { code_verifier: 'another' })).toMatchObject({ error: 'invalid_grant' })
    expect(await redeem(await code(), { redirect_uri: 'http://127.0.0.1:1/' })).toMatchObject({
      error: 'invalid_grant',
    })
    const plain = await authorize({ code_challenge_method: 'plain' })
    expect(plain.searchParams.get('error')).toBe('invalid_request')
    expect(plain.searchParams.get('state')).toBe('state-1')
  })

  it('never redirects to an address that is not registered', async () => {
    await start({})
    const location = await authorize({ redirect_uri: 'http://127.0.0.1.evil.example/callback' })
    expect(location.hostname).toBe('no.location')
  })

  it('refuses a wrong secret, a method the client may not use, and two methods at once', async () => {
    await start({ clients: [{ ...rehearsalClient, methods: ['client_secret_post'] }] })
    const grant = { grant_type: 'client_credentials' }
    expect(await token(grant)).toMatchObject({ status: 200 })
    expect(await token({ ...grant, client_secret: 'wrong' })).toMatchObject({ status: 401, error: 'invalid_client' })
    const basic = `Basic ${Buffer.from(`${rehearsalClient.id}:${rehearsalClient.secret}`).toString('base64')}`
    const ask = async (body: URLSearchParams) =>
      (await fetch(service.url, { method: 'POST', body, headers: { authorization: basic } })).status
    expect(await ask(new URLSearchParams(grant))).toBe(401)
    expect(
      await ask(
        new URLSearchParams({ ...grant, client_id: rehearsalClient.id, client_secret: rehearsalClient.secret }),
      ),
    ).toBe(400)
  })
})

it('exchanges a living access token for a longer one by GET, when it is old enough', async () => {
  await start({
    clients: [{ ...rehearsalClient, methods: ['query', 'client_secret_post'] }],
    exchange: { youngestSeconds: 60, seconds: 7200 },
  })
  const { access_token } = await authorized()
  const query = new URLSearchParams({
    grant_type: 'fb_exchange_token',
    client_id: rehearsalClient.id,
    client_secret: rehearsalClient.secret,
    fb_exchange_token: access_token,
  })
  const exchange = async () => (await fetch(`${service.url}?${query}`)).json()
  expect(await exchange()).toMatchObject({ error: 'invalid_grant' })
  time += 61_000
  expect(await exchange()).toMatchObject({ expires_in: 7200 })
})

it('rotates behind an answer that is lost', async () => {
  await start({ refresh: { rotation: 'R3' } })
  const first = await authorized()
  service.control.next(faults.drop_after, 1, { grant: 'refresh_token' })
  await expect(refresh(first.refresh_token)).rejects.toThrow()
  expect(await refresh(first.refresh_token)).toMatchObject({ error: 'invalid_grant' })
  expect(service.requests({ grant: 'refresh_token' })).toMatchObject([{ acted: true, status: 200 }, { status: 400 }])
})
