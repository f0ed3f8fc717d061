/** What a walk through a service brings to jobs and people. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadServices } from '../../src/rehearsal/index.ts'
import { rehearsalStage, walk, type RehearsalStage } from '../harness/rehearse.ts'

const services = await loadServices(['quickbooks-online', 'netsuite', 'google-cloud'])
const provider = (id: string) => services.find((one) => one.provider.id === id)!.provider

let stage: RehearsalStage

beforeAll(async () => {
  stage = await rehearsalStage(services)
})
afterAll(() => stage.close())

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
