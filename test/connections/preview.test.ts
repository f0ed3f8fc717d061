import { afterEach, describe, expect, it } from 'vitest'
import type { NewConnection } from '../../src/connections/connections.ts'
import { world, type World } from './harness.ts'

let here: World
afterEach(() => here.close())

async function preview(draft: Omit<NewConnection, 'name'>) {
  here = await world()
  const shown = await here.domain.connections.previewDraft({ name: 'draft', ...draft })
  expect(here.requests).toHaveLength(0)
  return shown
}

describe('what a preview lacks', () => {
  it('is named as a person gives it, not by the place it is needed at', async () => {
    const { missing, token } = await preview({ provider: 'okta', grant: 'custom_service', client: {} })
    expect(token).toBeUndefined()
    expect(missing.toSorted()).toEqual(['domain', 'scopes'])
  })

  it('holds all of it, values of the service and the client’s own', async () => {
    const { missing } = await preview({ provider: 'dayforce', grant: 'user', client: {} })
    expect(missing).toEqual(expect.arrayContaining(['company_id', 'user_name', 'password']))
    expect(missing.filter((name) => name.includes('.'))).toEqual([])
  })

  it('holds the key that signs', async () => {
    const { missing } = await preview({
      provider: 'docusign',
      grant: 'machine',
      client: { id: 'integration' },
      inputs: { user_id: '4799e5e9-0000-4000-8000-cf4713bbcacc' },
    })
    expect(missing).toEqual(['key'])
  })

  it('is not what the service brings', async () => {
    const { missing, token } = await preview({
      provider: 'salesforce',
      grant: 'user',
      client: { id: 'key', secret: 'secret' },
    })
    expect(missing).toEqual([])
    expect(token?.url).toBe('https://login.salesforce.com/services/oauth2/token')
  })
})

describe('a preview of the password grant', () => {
  const note = async (provider: string, grant: string) =>
    (await preview({ provider, grant, client: {} })).advice.at(-1)?.says

  it('names the ways that need no password', async () => {
    expect(await note('reddit', 'script')).toMatch(/Other ways to connect Reddit: user \(A person \(web app\)\), app /)
  })

  it('says where no other is known', async () => {
    expect(await note('dayforce', 'user')).toMatch(/ No other way to connect DayForce is known here\.$/)
  })
})
