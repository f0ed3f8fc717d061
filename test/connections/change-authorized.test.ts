/** Settings of a connection that a person has authorized, whose values came from choices, the callback and answers. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadServices } from '../../src/rehearsal/index.ts'
import { rehearsalStage, walk, type RehearsalStage } from '../harness/rehearse.ts'
import { world } from './harness.ts'

const person = { kind: 'local' } as const
const services = await loadServices(['quickbooks-online', 'microsoft', 'netsuite', 'mailchimp'])
let stage: RehearsalStage

beforeAll(async () => {
  stage = await rehearsalStage(services)
})
afterAll(() => stage.close())

const authorized = async (id: string, way: string) => {
  const { provider } = services.find((one) => one.provider.id === id)!
  const without = ['test', 'renew', 'lose', 'refuse', 'revoke'] as const
  return (await walk(provider, way, stage, { without: [...without] })).name
}

it.each([
  ['quickbooks-online', 'user'],
  ['microsoft', 'user'],
  ['netsuite', 'user'],
  ['mailchimp', 'user'],
])('takes another client secret: %s', async (id, way) => {
  const name = await authorized(id, way)
  const changed = await stage.connections.change(name, { client: { secret: 'another-secret' } }, person)
  expect(changed).toMatchObject({ state: 'active', settingsVersion: 2 })
})

it('refuses to be told what comes by itself', async () => {
  const name = await authorized('quickbooks-online', 'user')
  const refusal = await stage.connections
    .change(name, { inputs: { api_host: 'example.com' } }, person)
    .catch((error: unknown) => error)
  expect(refusal).toMatchObject({
    code: 'invalid_request',
    facts: { faults: [{ path: 'inputs.api_host', problem: 'comes by itself' }] },
  })
})

it('asks for the secret again where another choice leads to another host', async () => {
  const here = await world()
  const { provider } = services.find((one) => one.provider.id === 'microsoft')!
  await here.domain.connections.create(
    { name: 'graph', provider: 'custom', definition: provider, grant: 'user', client: { id: 'id', secret: 'secret' } },
    person,
  )
  const change = (secret: object) =>
    here.domain.connections.change('graph', { inputs: { cloud: 'china' }, ...secret }, person)
  await expect(change({})).rejects.toMatchObject({ code: 'secret_required' })
  await expect(change({ client: { secret: 'again' } })).resolves.toMatchObject({ inputs: { cloud: 'china' } })
  await here.close()
})
