/** Pages that know the client or the address to come back to by names of their own. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadServices } from '../../src/rehearsal/index.ts'
import { rehearsalStage, walk, type RehearsalStage } from '../harness/rehearse.ts'

const services = await loadServices(['ebay', 'amazon-sp-api'])
const provider = (id: string) => services.find((one) => one.provider.id === id)!.provider

let stage: RehearsalStage
beforeAll(async () => {
  stage = await rehearsalStage(services)
})
afterAll(() => stage.close())

it('eBay asks for the address behind the RuName, then sends people there', async () => {
  const query = new URLSearchParams({
    client_id: 'rehearsal',
    redirect_uri: 'Example-ExampleA-jobs-abcdefgh',
    response_type: 'code',
    state: 's',
    scope: 'https://api.ebay.com/oauth/api_scope/sell.fulfillment.readonly',
  })
  const page = `${stage.rehearsal.origin}/ebay/auth.ebay.com/oauth2/authorize?${query}`
  const asks = await fetch(page)
  expect(await asks.text()).toContain('name="rehearsal_address"')
  const told = await fetch(`${page}&rehearsal_address=https%3A%2F%2Fexample.com%2Faccepted`, { redirect: 'manual' })
  expect(told.headers.get('location')).toMatch(/^https:\/\/example\.com\/accepted\?code=/)

  const walked = await walk(provider('ebay'), 'user', stage)
  expect(walked.done).toEqual(expect.arrayContaining(['authorize', 'test', 'renew', 'refuse']))
})

it.each(['seller', 'vendor'])('Amazon knows the app by another id at its page for a %s', async (way) => {
  const { shown } = await walk(provider('amazon-sp-api'), way, stage)
  expect(shown).toMatchObject({ selling_partner_id: expect.any(String), marketplace: 'US' })
})
