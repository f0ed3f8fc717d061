/** Connect, authorize, read, test, renew, lose an answer, be refused, revoke: every way of five services. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadServices } from '../../src/rehearsal/index.ts'
import { rehearsalStage, walk, type RehearsalStage } from '../harness/rehearse.ts'

const services = await loadServices(['quickbooks-online', 'microsoft', 'netsuite', 'google-cloud', 'facebook'])
const provider = (id: string) => services.find((one) => one.provider.id === id)!.provider

let stage: RehearsalStage

beforeAll(async () => {
  stage = await rehearsalStage(services)
})
afterAll(() => stage.close())

describe.each(services.map((one) => [one.provider.name, one.provider] as const))('%s', (_, service) => {
  it.each(Object.keys(service.ways))('goes the whole way: %s', async (way) => {
    const { done } = await walk(service, way, stage)
    expect(done).toContain('read')
    if (service.ways[way]!.renewal.by !== 'none') expect(done).toContain('renew')
  })
})

it('gives jobs what the callback and the answers of the vendor bring', async () => {
  const books = await walk(provider('quickbooks-online'), 'user', stage)
  expect(books.shown).toMatchObject({ realmId: expect.stringMatching(/^\d+$/) })
  const erp = await walk(provider('netsuite'), 'user', stage)
  expect(erp.shown).toMatchObject({ account: expect.stringMatching(/^[a-z0-9-]+$/) })
})

it('names the person or company where a test request says so', async () => {
  const { who } = await walk(provider('google-cloud'), 'user', stage)
  expect(who).toBeTruthy()
})
