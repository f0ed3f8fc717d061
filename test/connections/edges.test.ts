import { afterEach, describe, expect, it } from 'vitest'
import { connected, machine, service, tokens, world, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
async function start(options: Parameters<typeof world>[0] = {}): Promise<World> {
  const here = await world(options)
  open.push(here)
  return here
}
const local = { kind: 'local' } as const

describe('a connection whose definition is gone', () => {
  it('is shown with that fault, hides no other, and can be removed', async () => {
    const here = await start()
    await connected(here)
    await connected(here, {}, 'other')
    const loaded = await here.store.connections.byName('books')
    if (loaded === undefined) throw new Error('no connection')
    const { definition: _gone, ...connection } = loaded.connection
    await here.store.connections.replace({ ...connection, provider: 'vanished', settingsVersion: 2 }, 1)
    const { connections } = await here.domain.connections.list({})
    expect(connections.map(({ name, condition }) => [name, condition])).toEqual([
      ['books', 'needs_configuration'],
      ['other', 'ok'],
    ])
    expect((await here.domain.connections.get('books')).failure?.code).toBe('unknown_provider')
    expect(await here.domain.connections.remove('books', { revoke: true }, local)).toEqual({
      revocation: 'not_offered',
    })
  })
})

describe('another client id', () => {
  it('parts a connection from those that share its client', async () => {
    const here = await start()
    await machine(here, 'one')
    await machine(here, 'two')
    await here.domain.connections.change('one', { client: { id: 'new', secret: 'new-secret' } }, local)
    const id = async (name: string) => (await here.domain.connections.get(name)).client
    expect(await id('one')).toMatchObject({ id: 'new', sharedWith: 0 })
    expect(await id('two')).toMatchObject({ id: 'client', sharedWith: 0 })
  })
})

describe('a reported 401', () => {
  it('of a grant that turns out dead is an error, not the same token again', async () => {
    const here = await start()
    await connected(here)
    const { generation } = await here.domain.connections.read('books')
    here.clock.advance(120_000)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await expect(here.domain.connections.reject('books', generation)).rejects.toMatchObject({
      code: 'needs_authorization',
    })
  })
})

describe('the settings of the transport', () => {
  it('reach the request: an authority of one’s own, and the client’s certificate', async () => {
    const here = await start()
    const definition = service()
    definition.hosts.ca = '-----BEGIN CERTIFICATE-----\nauthority\n-----END CERTIFICATE-----'
    definition.client.auth = ['tls_client_auth']
    definition.client.key = { algs: ['RS256'], bits: [2048], certificate: { maxDays: 30 } }
    await here.domain.connections.create(
      { name: 'mutual', provider: 'custom', definition, grant: 'machine', client: { id: 'client', key: 'generate' } },
      local,
    )
    here.answer(() => tokens(1))
    await here.domain.connections.read('mutual')
    const { transport } = here.requests[0] ?? {}
    expect(transport?.ca).toContain('authority')
    expect(transport?.certificate).toContain('BEGIN CERTIFICATE')
    expect(transport?.key).toContain('BEGIN PRIVATE KEY')
  })
})
