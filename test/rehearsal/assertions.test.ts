import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rehearsalClient, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
const sharedSecret = 'a-shared-secret-of-more-than-32-bytes'

let service: Rehearsal

beforeAll(async () => {
  const { redirectUris } = rehearsalClient
  service = await startRehearsal({
    behaviour: {
      clients: [
        { id: 'by-key', methods: ['private_key_jwt'], publicKey: publicPem, redirectUris },
        { id: 'by-secret', methods: ['client_secret_jwt'], secret: sharedSecret, redirectUris },
      ],
      assertionIssuers: [{ issuer: 'robot', publicKey: publicPem }],
    },
  })
})
afterAll(() => service.close())

type Claims = { issuer: string; audience?: string; id?: string; life?: string }

function signed({ issuer, audience = service.url, id = randomUUID(), life = '1m' }: Claims): SignJWT {
  return new SignJWT()
    .setIssuer(issuer)
    .setSubject(issuer)
    .setAudience(audience)
    .setJti(id)
    .setIssuedAt()
    .setExpirationTime(life)
}

const byKey = (claims: Claims) => signed(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
const bySecret = (claims: Claims) =>
  signed(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(sharedSecret))

async function ask(parameters: Record<string, string>): Promise<[number, string | undefined]> {
  const answer = await fetch(service.url, { method: 'POST', body: new URLSearchParams(parameters) })
  return [answer.status, ((await answer.json()) as { error?: string }).error]
}

const asClient = (assertion: string) =>
  ask({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  })

const asGrant = (assertion: string) => ask({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion })

describe('a client that proves itself by assertion', () => {
  it('is known by its key or by its shared secret, to the token URL or to the origin', async () => {
    expect(await asClient(await byKey({ issuer: 'by-key' }))).toEqual([200, undefined])
    expect(await asClient(await byKey({ issuer: 'by-key', audience: service.origin }))).toEqual([200, undefined])
    expect(await asClient(await bySecret({ issuer: 'by-secret' }))).toEqual([200, undefined])
  })

  it('is refused with the other method, another audience, a long life, or an id that was seen', async () => {
    const refused = [401, 'invalid_client']
    expect(await asClient(await bySecret({ issuer: 'by-key' }))).toEqual(refused)
    expect(await asClient(await byKey({ issuer: 'by-secret' }))).toEqual(refused)
    expect(await asClient(await byKey({ issuer: 'by-key', audience: 'https://other.example/token' }))).toEqual(refused)
    expect(await asClient(await byKey({ issuer: 'by-key', life: '2h' }))).toEqual(refused)
    const once = await byKey({ issuer: 'by-key' })
    expect(await asClient(once)).toEqual([200, undefined])
    expect(await asClient(once)).toEqual(refused)
  })
})

it('takes a signed grant from a known issuer, once', async () => {
  const assertion = await byKey({ issuer: 'robot' })
  expect(await asGrant(assertion)).toEqual([200, undefined])
  expect(await asGrant(assertion)).toEqual([400, 'invalid_grant'])
  expect(await asGrant(await byKey({ issuer: 'nobody' }))).toEqual([400, 'invalid_grant'])
  expect(await asGrant('no.jwt')).toEqual([400, 'invalid_grant'])
})

it('shows a consent page whose buttons answer once', async () => {
  service.control.behave({ authorize: { consent: 'page', pkce: 'optional' } })
  const query = new URLSearchParams({
    client_id: 'by-key',
    response_type: 'code',
    redirect_uri: 'http://localhost:5000/callback',
    state: '<script>',
  })
  const page = await (await fetch(`${service.authorizationUrl}?${query}`)).text()
  const request = /name="request" value="([^"]+)"/.exec(page)?.[1] ?? ''
  const press = async () => {
    const body = new URLSearchParams({ request, answer: 'refuse' })
    return fetch(service.authorizationUrl, { method: 'POST', body, redirect: 'manual' })
  }
  const location = new URL((await press()).headers.get('location') ?? '')
  expect(location.searchParams.get('error')).toBe('access_denied')
  expect(location.searchParams.get('state')).toBe('<script>')
  expect((await press()).status).toBe(400)
})
