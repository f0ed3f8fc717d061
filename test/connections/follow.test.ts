import { afterEach, describe, expect, it } from 'vitest'
import type { Renewal } from '../../src/provider/provider.ts'
import { service, world, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const exchange = {
  see: ['docs'],
  url: 'https://auth.example.com/exchange',
  body: { form: { token: '{token}' } },
}

async function deaths(renewal: Partial<Renewal>, refreshToken?: string) {
  const here = await world()
  open.push(here)
  const view = await here.domain.connections.create(
    {
      name: 'books',
      provider: 'custom',
      definition: service({ ...renewal, ends: { idle: 3600, hard: 86_400 } }),
      grant: 'person',
      client: { id: 'client', secret: 'secret' },
      tokens: { accessToken: 'access-1', ...(refreshToken === undefined ? {} : { refreshToken }) },
    },
    { kind: 'local' },
  )
  return view.deaths.map(({ what }) => what)
}

describe('the ends that a definition states', () => {
  it('are those of a refresh token', async () => {
    expect(await deaths({}, 'refresh-1')).toEqual(['refresh_token_idle', 'refresh_token'])
  })
  it('say nothing where no refresh token came', async () => {
    expect(await deaths({})).toEqual([])
  })
  it('count for an access token that lives on by itself', async () => {
    expect(await deaths({ by: 'exchange_access_token', call: exchange })).toEqual([
      'refresh_token_idle',
      'refresh_token',
    ])
  })
})
