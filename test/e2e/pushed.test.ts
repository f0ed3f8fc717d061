/** Pushed authorization requests (RFC 9126), with a server that takes no others. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startAuthorizationServer, type AuthorizationServer } from '../harness/authorization-server.ts'
import { accepted, authorizeInBrowser, connect, definitionFor, expecting, readToken } from '../harness/definition.ts'
import { startEvergrant, type Evergrant, type Json } from '../harness/evergrant.ts'

let service: AuthorizationServer
let evergrant: Evergrant

beforeAll(async () => {
  service = await startAuthorizationServer({ requiresPushed: true })
  evergrant = await startEvergrant({ allow: [service.host] })
})
afterAll(async () => {
  await evergrant?.close()
  await service?.close()
})

/** The definition, with the address that requests are pushed to if it has one. */
function pushing(par?: string): Json {
  const definition = definitionFor(service)
  Object.assign(definition.ways.person.authorize, par === undefined ? {} : { par })
  return definition
}
const make = (name: string, definition: Json) =>
  connect(evergrant, { name, definition, grant: 'person', client: service.clients.basic })

it('the parameters go ahead by the back channel, and the browser carries a reference to them', async () => {
  await make('pushed', pushing(service.pushedUrl))
  const { authorization } = await authorizeInBrowser(evergrant, 'pushed')
  expect(authorization.outcome).toMatchObject({ kind: 'authorized' })
  const { access_token } = expecting(200, await readToken(evergrant, 'pushed'))
  expect(await accepted(service, access_token)).toBe(true)

  const [request] = service.matching({ endpoint: 'pushed' })
  expect(request?.authorization).toMatch(/^Basic /)
  expect(request?.parameters).toMatchObject({
    response_type: 'code',
    redirect_uri: `${evergrant.url}/oauth/callback`,
    code_challenge_method: 'S256',
  })
  const opened = service.matching({ endpoint: 'authorize' }).find(({ parameters }) => parameters.request_uri)
  expect(Object.keys(opened?.parameters ?? {}).toSorted()).toEqual(['client_id', 'request_uri'])
})

it('a server that insists on it refuses an authorization that was not pushed', async () => {
  await make('open', pushing())
  const { authorization } = await authorizeInBrowser(evergrant, 'open')
  expect(authorization.outcome).toMatchObject({ kind: 'failed', code: 'invalid_request' })
})

it('a refused push is told with the words of the server, and no page is opened', async () => {
  await connect(evergrant, {
    name: 'refused',
    definition: pushing(service.pushedUrl),
    grant: 'person',
    client: { ...service.clients.basic, secret: 'canary-wrong-secret' },
  })
  const answer = await evergrant.request('/v1/connections/refused/authorize', { method: 'POST', body: {} })
  expect(answer).toMatchObject({ status: 409, json: { code: 'authorization_denied' } })
  expect(answer.json.detail).toContain('the authorization server took no pushed request')
  expect(answer.text).not.toContain('canary')
})
