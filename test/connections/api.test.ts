import { afterEach, describe, expect, it } from 'vitest'
import type { Api, Provider } from '../../src/provider/provider.ts'
import shopify from '../../src/providers/shopify.ts'
import { service, world, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const api: Api = {
  see: ['docs'],
  base: 'https://{dc}.api.example.com/v2',
  send: {
    authorization: 'Zoho-oauthtoken {token}',
    'x-version': '{version}',
    'x-profile?': '{profile}',
    'x-app-key': '{app_key}',
  },
}
const values: Provider['values'] = {
  dc: { label: 'Data centre', from: ['answer'], shape: 'host_label' },
  version: { label: 'Version', default: '2026-10' },
  profile: { label: 'Profile', optional: true },
  app_key: { label: 'Key of the app', secret: true },
}

async function view(more: Partial<Provider>, inputs: Record<string, string>, brought: Record<string, string> = {}) {
  const here = await world()
  open.push(here)
  const definition: Provider = {
    ...service(),
    hosts: { token: ['*.example.com'], api: ['*.api.example.com', '*.example.com'] },
    ...more,
  }
  const created = await here.domain.connections.create(
    {
      name: 'books',
      provider: 'custom',
      definition,
      grant: 'person',
      client: { id: 'client', secret: 'secret' },
      inputs,
      tokens: { accessToken: 'access-1', refreshToken: 'refresh-1', values: brought },
    },
    { kind: 'local' },
  )
  expect(await here.domain.connections.api('books')).toEqual(created.api)
  return created.api
}

describe('how the API of a connection is used', () => {
  it('is told with the token left in place, other values filled in, and no secret', async () => {
    expect(await view({ api, values }, { app_key: 'very-secret' }, { dc: 'us6' })).toEqual({
      base: 'https://us6.api.example.com/v2',
      headers: { authorization: 'Zoho-oauthtoken {token}', 'x-version': '2026-10' },
      leftOut: ['x-app-key: it holds a secret'],
    })
  })

  it('names what is not known yet', async () => {
    const told = await view({ api, values }, { app_key: 'very-secret', profile: '7' })
    expect(told).toMatchObject({ headers: { 'x-profile': '7' } })
    expect(told).not.toHaveProperty('base')
    expect(told?.leftOut).toContain('base: dc not known yet')
  })

  it('leaves the token in place where it stands in the address', async () => {
    const base = 'https://api.example.com/{token}'
    expect(await view({ api: { see: ['docs'], base, send: {} } }, {})).toEqual({ base, headers: {}, leftOut: [] })
  })

  it('is that of the service: Shopify', async () => {
    const here = await world()
    open.push(here)
    const { api: told } = await here.domain.connections.create(
      {
        name: 'shop',
        provider: 'shopify',
        grant: 'admin_token',
        inputs: { shop: 'one' },
        tokens: { accessToken: 'shpat_1' },
      },
      { kind: 'local' },
    )
    expect(told?.headers).toEqual(
      Object.fromEntries(Object.entries(shopify.api.send).map(([name, value]) => [name.toLowerCase(), value])),
    )
    expect(JSON.stringify(told)).not.toContain('shpat_1')
  })
})
