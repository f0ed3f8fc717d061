/** Every grant and every way a client proves itself, against a real authorization server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  person,
  startAuthorizationServer,
  type AuthorizationServer,
  type TestClient,
} from '../harness/authorization-server.ts'
import {
  accepted,
  authorizeInBrowser,
  connect,
  definitionFor,
  expecting,
  pause,
  readToken,
  settled,
  show,
  startAuthorization,
} from '../harness/definition.ts'
import { startEvergrant, type Evergrant, type Json } from '../harness/evergrant.ts'

let service: AuthorizationServer
let evergrant: Evergrant

beforeAll(async () => {
  service = await startAuthorizationServer({ rotation: 'strict', accessSeconds: 2 })
  evergrant = await startEvergrant({ allow: [service.host] })
})
afterAll(async () => {
  await evergrant?.close()
  await service?.close()
})

const make = (name: string, grant: string, client: TestClient, more: Json = {}) =>
  connect(evergrant, { name, definition: definitionFor(service), grant, client, more })

async function works(name: string): Promise<Json> {
  const { json } = { json: expecting(200, await readToken(evergrant, name)) }
  expect(await accepted(service, json.access_token)).toBe(true)
  return json
}

describe('client credentials', () => {
  it.concurrent.each(['basic', 'post', 'secretJwt', 'privateKeyJwt'] as const)(
    'get a token at once, and the next one after it, with %s',
    async (which) => {
      const name = `machine-${which.toLowerCase()}`
      await make(name, 'machine', service.clients[which])
      const first = await works(name)
      await pause(2100)
      const second = await works(name)
      expect(second.generation).toBe(first.generation + 1)
      expect(await show(evergrant, name)).toMatchObject({ state: 'active', has_refresh_token: false })
    },
  )

  it('never send the secret itself with client_secret_jwt, and a fresh id in each assertion', async () => {
    await make('machine-jti', 'machine', service.clients.secretJwt)
    await works('machine-jti')
    await pause(2100)
    await works('machine-jti')
    const assertions = service.log.map((entry) => entry.parameters.client_assertion).filter(Boolean)
    const ids = assertions.map((one) => JSON.parse(Buffer.from(one!.split('.')[1]!, 'base64url').toString()).jti)
    expect(new Set(ids).size).toBe(ids.length)
    for (const entry of service.log) {
      if (entry.parameters.client_assertion) expect(entry.parameters).not.toHaveProperty('client_secret')
    }
  })

  it('refuse a wrong secret once, name the client as the fault, and work again with the right one', async () => {
    await make('machine-wrong', 'machine', { ...service.clients.post, secret: 'not-the-secret' })
    const answer = await readToken(evergrant, 'machine-wrong')
    expect(answer).toMatchObject({ status: 409, json: { code: 'needs_configuration' } })
    expect(answer.text).toContain('invalid_client')
    expect(answer.text).not.toContain('not-the-secret')
    const again = await readToken(evergrant, 'machine-wrong')
    expect(again.json.remedy).toMatch(/^`evergrant connect \S+ --as machine-wrong` with what is wrong/)
    expect(again.json.remedy).not.toContain('SERVICE')
    const requests = service.count({ endpoint: 'token' })
    for (let round = 0; round < 5; round += 1) await readToken(evergrant, 'machine-wrong')
    expect(service.count({ endpoint: 'token' })).toBe(requests)
    expect(await show(evergrant, 'machine-wrong')).toMatchObject({ condition: 'needs_configuration' })

    const { id, secret, method } = service.clients.post
    const change = { method: 'PATCH', body: { client: { id, secret, method } } }
    expecting(200, await evergrant.request('/v1/connections/machine-wrong', change))
    await works('machine-wrong')
  })
})

describe('the password grant', () => {
  it('gets a token and renews it', async () => {
    await make('password', 'password', service.clients.basic, { user_name: person.id, password: person.password })
    const first = await works('password')
    await pause(2100)
    expect((await works('password')).generation).toBe(first.generation + 1)
  })

  it('tries a refused password exactly once', async () => {
    await make('password-wrong', 'password', service.clients.basic, { user_name: person.id, password: 'wrong-pass' })
    const requests = service.count({ grant: 'password' })
    const answer = await readToken(evergrant, 'password-wrong')
    expect(answer.status).toBe(409)
    expect(answer.text).not.toContain('wrong-pass')
    for (let again = 0; again < 5; again += 1) await readToken(evergrant, 'password-wrong')
    expect(service.count({ grant: 'password' })).toBe(requests + 1)
  })
})

describe('the authorization code with every client', () => {
  it.concurrent.each(['post', 'secretJwt', 'privateKeyJwt', 'public'] as const)('works with %s', async (which) => {
    const name = `person-${which.toLowerCase()}`
    await make(name, 'person', service.clients[which])
    const { authorization } = await authorizeInBrowser(evergrant, name)
    expect(authorization.outcome).toMatchObject({ kind: 'authorized' })
    await works(name)
    await pause(2100)
    await works(name)
  })

  it('shows the person the true fault of a wrong client secret', async () => {
    await make('person-wrong', 'person', { ...service.clients.basic, secret: 'not-the-secret' })
    const { page, authorization } = await authorizeInBrowser(evergrant, 'person-wrong')
    expect(authorization.outcome).toMatchObject({ kind: 'failed', code: 'invalid_client' })
    expect(page.body).toContain('invalid_client')
    expect(page.body).not.toContain('not-the-secret')
  })
})

describe.concurrent('the device grant', () => {
  it('shows the code, waits as the server says, and is authorized', async () => {
    await make('device', 'device', service.clients.public)
    const started = await startAuthorization(evergrant, 'device')
    expect(started).toMatchObject({ back: 'device', user_code: expect.any(String) })
    expect(started.verification_uri).toBe(`${service.issuer}/device`)
    await service.answerDevice(started.user_code)
    expect((await settled(evergrant, started.id, 20_000)).outcome).toMatchObject({ kind: 'authorized' })
    await works('device')
    await pause(2100)
    await works('device')
    // RFC 8628 section 3.5: five seconds between polls unless the server names another interval.
    const ofDevice = (parameters: Record<string, string>) => parameters.device_code
    const polls = service.log.filter((entry) => entry.grant?.endsWith('device_code'))
    for (const code of new Set(polls.map((entry) => ofDevice(entry.parameters)))) {
      const times = polls.filter((entry) => ofDevice(entry.parameters) === code).map((entry) => entry.at)
      for (let i = 1; i < times.length; i += 1) expect(times[i]! - times[i - 1]!).toBeGreaterThanOrEqual(4500)
    }
  }, 40_000)

  it('ends when the person says no', async () => {
    await make('device-no', 'device', service.clients.public)
    const started = await startAuthorization(evergrant, 'device-no')
    await service.answerDevice(started.user_code, 'deny')
    expect((await settled(evergrant, started.id, 20_000)).outcome).toMatchObject({
      kind: 'failed',
      code: 'access_denied',
    })
  }, 40_000)
})

it('imports a token set from elsewhere and keeps it alive without anybody', async () => {
  const { id, secret } = service.clients.post
  const body = new URLSearchParams({
    grant_type: 'password',
    username: person.id,
    password: person.password,
    client_id: id,
    client_secret: secret,
  })
  const elsewhere = await fetch(service.tokenUrl, { method: 'POST', body })
  const { refresh_token } = (await elsewhere.json()) as { refresh_token: string }
  await make('imported', 'person', service.clients.post, { refresh_token })
  await works('imported')
  await pause(2100)
  await works('imported')
})
