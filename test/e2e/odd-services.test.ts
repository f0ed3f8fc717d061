/** What services do that no RFC says: company ids in the callback, form_post, GET exchanges, signed grants. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rehearsalClient, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { makeKeyPair } from '../harness/authorization-server.ts'
import { createBrowser, type Page } from '../harness/browser.ts'
import {
  accepted,
  authorizeInBrowser,
  connect,
  definitionFor,
  expecting,
  pause,
  readToken,
  serviceOf,
  settled,
  show,
  startAuthorization,
} from '../harness/definition.ts'
import { startEvergrant, type Evergrant, type Json } from '../harness/evergrant.ts'

const signer = makeKeyPair()
const client = { ...rehearsalClient, method: 'client_secret_post' }

let service: Rehearsal
let evergrant: Evergrant

beforeAll(async () => {
  service = await startRehearsal({
    behaviour: {
      clients: [{ ...rehearsalClient, methods: ['client_secret_post', 'query'] }],
      scopes: ['api.read', 'api.write'],
      access: { seconds: 2 },
      exchange: { seconds: 4 },
      assertionIssuers: [{ issuer: 'robot@example.test', publicKey: signer.publicPem }],
    },
  })
  evergrant = await startEvergrant({ allow: [service.host] })
})
afterAll(async () => {
  await evergrant?.close()
  await service?.close()
})

function definition(change: (definition: Json) => void): Json {
  const one = definitionFor(serviceOf(service))
  change(one)
  return one
}

async function works(name: string): Promise<Json> {
  const token = expecting(200, await readToken(evergrant, name))
  expect(await accepted(serviceOf(service), token.access_token)).toBe(true)
  return token
}

it('gives jobs the company id that came with the callback, and keeps it through renewals', async () => {
  service.control.behave({ authorize: { adds: { realmId: '4620816365' } } })
  const withRealm = definition((one) => {
    one.values = { realm: { label: 'Company', from: ['callback.realmId'], shown: true, shape: 'digits' } }
    one.api.base = `http://${service.host}/api/{realm}`
  })
  await connect(evergrant, { name: 'company', definition: withRealm, grant: 'person', client })
  const { authorization } = await authorizeInBrowser(evergrant, 'company')
  expect(authorization.outcome).toMatchObject({ kind: 'authorized' })
  expect((await works('company')).values).toEqual({ realm: '4620816365' })
  await pause(2100)
  const second = await works('company')
  expect(second).toMatchObject({ generation: 2, values: { realm: '4620816365' } })
  service.control.behave({ authorize: { adds: {} } })
})

describe('an answer that comes as a form', () => {
  /** A browser posts it from the service's site: without the Lax cookie, with a foreign Origin. */
  const postedBy = (page: Page): { action: string; fields: Record<string, string> } => {
    const text = (html: string) => html.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    const action = text(/action="([^"]+)"/.exec(page.body)?.[1] ?? '')
    const inputs = page.body.matchAll(/name="([^"]+)" value="([^"]*)"/g)
    return { action, fields: Object.fromEntries([...inputs].map(([, name, value]) => [name!, text(value!)])) }
  }

  it('is parked and finished by the browser that started it', async () => {
    service.control.behave({ authorize: { mode: 'form_post' } })
    await connect(evergrant, { name: 'posted', definition: definitionFor(serviceOf(service)), grant: 'person', client })
    const started = await startAuthorization(evergrant, 'posted')
    const browser = createBrowser()
    const { action, fields } = postedBy(await browser.open(started.url))
    expect(action).toBe(`${evergrant.url}/oauth/callback`)

    const stranger = await createBrowser().post(action, fields, { origin: service.origin })
    expect(stranger.status).toBeGreaterThanOrEqual(400)
    const page = await browser.post(action, fields, { origin: service.origin })
    expect(page.status).toBe(200)
    expect((await settled(evergrant, started.id)).outcome).toMatchObject({ kind: 'authorized' })
    await works('posted')
    service.control.behave({ authorize: { mode: 'query' } })
  })

  it('is taken by a loopback listener too', async () => {
    service.control.behave({ authorize: { mode: 'form_post' } })
    const more = { redirect_uri: 'http://127.0.0.1' }
    await connect(evergrant, {
      name: 'posted-loop',
      definition: definitionFor(serviceOf(service)),
      grant: 'person',
      client,
      more,
    })
    const started = await startAuthorization(evergrant, 'posted-loop', { back: 'loopback' })
    const browser = createBrowser()
    const { action, fields } = postedBy(await browser.open(started.url))
    expect((await browser.post(action, fields, { origin: service.origin })).status).toBe(200)
    expect((await settled(evergrant, started.id)).outcome).toMatchObject({ kind: 'authorized' })
    service.control.behave({ authorize: { mode: 'query' } })
  })
})

it('takes an answer from the fragment when the whole address is pasted', async () => {
  service.control.behave({ authorize: { mode: 'fragment' } })
  const more = { redirect_uri: 'http://localhost/callback' }
  await connect(evergrant, {
    name: 'fragment',
    definition: definitionFor(serviceOf(service)),
    grant: 'person',
    client,
    more,
  })
  const started = await startAuthorization(evergrant, 'fragment', { back: 'paste' })
  const ended = await createBrowser().openUntil(started.authorization_url, (url) => url.startsWith('http://localhost/'))
  expect(ended).toContain('#code=')
  const body = { pasted: ended }
  const answer = await evergrant.request(`/v1/authorizations/${started.id}/complete`, { body })
  expect(expecting(200, answer).outcome).toMatchObject({ kind: 'authorized' })
  service.control.behave({ authorize: { mode: 'query' } })
})

it('renews by exchanging the access token for the next one, by GET, where there is no refresh token', async () => {
  const exchanging = definition((one) => {
    const see = ['test']
    one.ways.person.renewal = {
      see,
      by: 'exchange_access_token',
      rotates: 'never',
      call: {
        see,
        method: 'GET',
        url: service.url,
        auth: 'query',
        query: { grant_type: 'fb_exchange_token', fb_exchange_token: '{token}' },
      },
    }
  })
  service.control.behave({ refresh: { with: [] }, access: { seconds: 6 }, exchange: { seconds: 8 } })
  await connect(evergrant, { name: 'exchanged', definition: exchanging, grant: 'person', client })
  await authorizeInBrowser(evergrant, 'exchanged')
  const first = await works('exchanged')
  expect(await show(evergrant, 'exchanged')).toMatchObject({ has_refresh_token: false })
  await pause(3200)
  const second = await works('exchanged')
  expect(second.access_token).not.toBe(first.access_token)
  expect(service.requests({ grant: 'fb_exchange_token' })).toMatchObject([{ method: 'GET', status: 200 }])
  service.control.behave({ refresh: { with: ['authorization_code', 'password'] }, access: { seconds: 2 } })
})

it('says what it means when no refresh token came, and asks for a person when the token is over', async () => {
  service.control.behave({ refresh: { with: [] } })
  await connect(evergrant, { name: 'short', definition: definitionFor(serviceOf(service)), grant: 'person', client })
  await authorizeInBrowser(evergrant, 'short')
  await works('short')
  expect((await show(evergrant, 'short')).has_refresh_token).toBe(false)
  await pause(2100)
  expect(await readToken(evergrant, 'short')).toMatchObject({ status: 409, json: { code: 'needs_authorization' } })
  service.control.behave({ refresh: { with: ['authorization_code', 'password'] } })
})

it('signs a new assertion for each token of a service account', async () => {
  const signed = definition((one) => {
    const see = ['test']
    one.values = {
      account: { label: 'Account', shape: 'email' },
      account_key: { label: 'Private key', secret: true, shape: 'pem' },
    }
    one.ways = {
      robot: {
        label: 'A service account',
        grant: 'jwt_bearer',
        assertion: {
          see,
          alg: ['RS256'],
          key: '{account_key}',
          claims: { iss: '{account}', sub: '{account}', aud: service.url, scope: '{scope}' },
          life: 300,
        },
        token: {
          see,
          url: service.url,
          auth: 'none',
          body: { form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: '{assertion}' } },
        },
        renewal: { see, by: 'reissue', rotates: 'never' },
      },
    }
  })
  await connect(evergrant, {
    name: 'robot',
    definition: signed,
    grant: 'robot',
    more: { inputs: { account: 'robot@example.test', account_key: signer.pem } },
  })
  const first = await works('robot')
  await pause(2100)
  expect((await works('robot')).generation).toBe(first.generation + 1)
  const shown = JSON.stringify(await show(evergrant, 'robot'))
  expect(shown).not.toContain(signer.pem.split('\n')[2])
})
