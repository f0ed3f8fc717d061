/** What jobs get of services whose files say more than a token request, run through the domain. */
import { afterEach, describe, expect, it } from 'vitest'
import { world, type World } from '../connections/harness.ts'

let here: World
afterEach(() => here.close())

const local = { kind: 'local' } as const
const hour = 3_600_000

describe('a DayForce user of web services', () => {
  const region = 'https://usr57-services.dayforcehcm.com/api'

  async function connected() {
    here = await world()
    here.answer(({ url, form }) =>
      url.endsWith('/ClientMetadata')
        ? { body: { ServiceVersion: '57.3.2.35215', ServiceUri: region } }
        : form.get('password') === 'right'
          ? { body: { access_token: `access-${here.requests.length}`, expires_in: 3600, token_type: 'Bearer' } }
          : { status: 400, body: { error: 'invalid_grant', error_description: 'invalid_username_or_password' } },
    )
    const password = 'right'
    const inputs = { company_id: 'Company123', environment: 'test' }
    return here.domain.connections.create(
      { name: 'df', provider: 'dayforce', grant: 'user', inputs, userName: 'svc_jobs', password },
      local,
    )
  }

  it('is served the address of the region with the first token, and again after the password was sent anew', async () => {
    await connected()
    const first = await here.domain.connections.read('df')
    expect(first).toMatchObject({ shown: { service_uri: region, company_id: 'Company123' } })
    expect(here.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST https://dfidtst.np.dayforcehcm.com/connect/token',
      'GET https://test.dayforcehcm.com/api/Company123/V1/ClientMetadata',
    ])
    // The token may follow a redirect within these hosts alone.
    expect(here.requests[1]).toMatchObject({ redirectsInside: expect.arrayContaining(['*.dayforcehcm.com']) })

    here.clock.advance(hour)
    const second = await here.domain.connections.read('df')
    expect(second.accessToken.open()).not.toBe(first.accessToken.open())
    expect(second).toMatchObject({ shown: { service_uri: region } })
  })

  it('stops after one refusal, so that the account is not locked', async () => {
    await connected()
    await here.domain.connections.change('df', { password: 'wrong' }, local)
    await expect(here.domain.connections.read('df')).rejects.toThrow()
    expect(here.requests.at(-1)?.form.get('password')).toBe('wrong')
    const sent = here.requests.length
    await expect(here.domain.connections.read('df')).rejects.toThrow()
    expect(here.requests).toHaveLength(sent)
  })
})

describe('bad input that can be known', () => {
  const refused = async (input: Parameters<World['domain']['connections']['create']>[0]) => {
    here = await world()
    const error: unknown = await here.domain.connections.create(input, local).catch((thrown: unknown) => thrown)
    expect(here.requests).toEqual([])
    return error
  }
  const client = { id: 'id', secret: 'shh' }

  it('is a scope that NetSuite gives to no machine', async () => {
    const inputs = { account: '1234567_SB1', certificate_id: 'abc' }
    const machine = { client: { id: 'id', key: 'generate' }, inputs, scopes: ['mcp'] }
    expect(await refused({ name: 'ns', provider: 'netsuite', grant: 'machine', ...machine })).toMatchObject({
      code: 'invalid_value',
      message: expect.stringContaining('need a person'),
    })
  })
  it('is any scope where Criteo takes none', async () => {
    expect(
      await refused({ name: 'cr', provider: 'criteo', grant: 'app', client, inputs: {}, scopes: ['read'] }),
    ).toMatchObject({ code: 'invalid_value', message: expect.stringContaining('Criteo') })
  })
  it('is a version that Criteo does not have, or an environment that DayForce does not have', async () => {
    const inputs = { version: '2020-10' }
    expect(await refused({ name: 'cr', provider: 'criteo', grant: 'app', client, inputs })).toMatchObject({
      code: 'invalid_value',
    })
    await here.close()
    const person = { inputs: { company_id: 'acme', environment: 'live' }, userName: 'svc', password: 'shh' }
    expect(await refused({ name: 'df', provider: 'dayforce', grant: 'user', ...person })).toMatchObject({
      code: 'invalid_value',
    })
  })
  it('is a company id that would change the address', async () => {
    const person = { inputs: { company_id: 'acme/../x' }, userName: 'svc', password: 'shh' }
    expect(await refused({ name: 'df', provider: 'dayforce', grant: 'user', ...person })).toMatchObject({
      code: 'invalid_value',
    })
  })
})
