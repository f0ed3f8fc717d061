/** An installation of a GitHub App has its assertion in the Authorization header, its end as a date. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadServices } from '../../src/rehearsal/index.ts'
import { rehearsalStage, walk, type RehearsalStage } from '../harness/rehearse.ts'

const services = await loadServices(['github'])

let stage: RehearsalStage

beforeAll(async () => {
  stage = await rehearsalStage(services)
})
afterAll(() => stage.close())

it('gets tokens of an installation with an assertion as the bearer', async () => {
  const { done, revocation } = await walk(services[0]!.provider, 'installation', stage)
  expect(done).toEqual(expect.arrayContaining(['read', 'renew', 'revoke']))
  expect(revocation).toBe('done')
})
