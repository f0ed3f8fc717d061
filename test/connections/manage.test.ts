import { afterEach, describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { connected, machine, service, tokens, world, type World } from './harness.ts'

const open: World[] = []
async function start(): Promise<World> {
  const here = await world()
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const local = { kind: 'local' } as const
const token = async (here: World, name = 'books') => (await here.domain.connections.read(name)).accessToken.open()
const elsewhere = () =>
  JSON.parse(JSON.stringify(service()).replaceAll('auth.example.com', 'evil.example.com')) as Provider // as it was

describe('a suspended connection', () => {
  it('serves nothing, and goes on where it stood, kept fresh again', async () => {
    const here = await start()
    await connected(here)
    await token(here)
    const { nextRenewalAt } = await here.domain.connections.get('books')
    await here.domain.connections.change('books', { state: 'suspended' }, local)
    await expect(token(here)).rejects.toMatchObject({ code: 'suspended' })
    await here.domain.connections.change('books', { state: 'active' }, local)
    expect(await token(here)).toBe('access-1')
    expect((await here.domain.connections.get('books')).nextRenewalAt).toBe(nextRenewalAt)
  })

  it('whose tokens were revoked still waits for a person', async () => {
    const here = await start()
    await connected(here)
    here.answer(() => ({ body: '' }))
    await here.domain.connections.revoke('books', local)
    await here.domain.connections.change('books', { state: 'active' }, local)
    expect((await here.domain.connections.get('books')).state).toBe('needs_authorization')
    await here.domain.connections.change('books', { state: 'suspended' }, local)
    await here.domain.connections.change('books', { state: 'active' }, local)
    expect((await here.domain.connections.get('books')).state).toBe('needs_authorization')
  })
})

describe('a stored secret', () => {
  it('such as a password is asked for again when its host moves', async () => {
    const here = await start()
    await machine(here, 'erp', 'login')
    const moved = { url: 'https://evil.example.com/token' }
    const overrides = {
      hosts: { token: ['evil.example.com'] },
      ways: { person: { token: moved, renewal: { call: moved } }, machine: { token: moved }, login: { token: moved } },
      revoke: [],
    }
    const client = { secret: 'known' }
    await expect(here.domain.connections.change('erp', { overrides, client }, local)).rejects.toMatchObject({
      code: 'secret_required',
    })
    await here.domain.connections.change('erp', { overrides, client, password: 'known too' }, local)
  })

  it('of another connection is not used for a service on other hosts', async () => {
    const here = await start()
    await connected(here)
    const wanted = { provider: 'custom', grant: 'machine', client: { sameAs: 'books' } }
    await expect(
      here.domain.connections.create({ ...wanted, name: 'thief', definition: elsewhere() }, local),
    ).rejects.toMatchObject({ code: 'secret_required' })
    await here.domain.connections.create({ ...wanted, name: 'batch', definition: service() }, local)
    here.answer(() => tokens(1))
    expect(await token(here, 'batch')).toBe('access-1')
    expect((await here.domain.connections.get('batch')).client?.sharedWith).toBe(1)
  })
})

describe('renaming', () => {
  it('keeps tokens and the reason of a failure', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
    await here.domain.connections.change('books', { name: 'ledger' }, local)
    expect((await here.domain.connections.get('ledger')).failure?.code).toBe('invalid_grant')
    await expect(token(here, 'books')).rejects.toMatchObject({ code: 'unknown_connection' })
  })
})

describe('an import', () => {
  it('of a refresh token alone is renewed at the first read', async () => {
    const here = await start()
    const tokenSet = { refreshToken: 'refresh-1' }
    await here.domain.connections.create(
      {
        name: 'books',
        provider: 'custom',
        definition: service(),
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
        tokens: tokenSet,
      },
      local,
    )
    here.answer(() => tokens(2))
    expect(await token(here)).toBe('access-2')
    expect(here.requests[0]?.form.get('refresh_token')).toBe('refresh-1')
  })
})

describe('a preview', () => {
  it('shows the exact requests without a secret, and sends nothing', async () => {
    const here = await start()
    await connected(here)
    const preview = await here.domain.connections.preview('books')
    expect(preview.authorizationUrl).toContain('https://auth.example.com/authorize?response_type=code&client_id=client')
    expect(preview.token?.headers['authorization']).toBe('Basic [redacted]')
    expect(JSON.stringify(preview)).not.toMatch(/refresh-1|access-1|Y2xpZW50/)
    expect(here.requests).toHaveLength(0)
  })
})

describe('removing', () => {
  it('that was cut short can be repeated, and its name is free', async () => {
    const here = await start()
    await connected(here)
    const { remove } = here.store.connections
    here.store.connections.remove = () => Promise.reject(new EvergrantError('store_unavailable'))
    const removing = () => here.domain.connections.remove('books', { revoke: false }, local)
    await expect(removing()).rejects.toMatchObject({ code: 'store_unavailable' })
    await expect(token(here)).rejects.toMatchObject({ code: 'unknown_connection' })
    expect((await here.domain.connections.list({})).connections).toEqual([])
    here.store.connections.remove = remove
    await removing()
    await connected(here)
    here.store.connections.remove = () => Promise.reject(new EvergrantError('store_unavailable'))
    await expect(removing()).rejects.toMatchObject({ code: 'store_unavailable' })
    here.store.connections.remove = remove
    await connected(here)
    expect(await token(here)).toBe('access-1')
  })
})

describe('a pasted token', () => {
  it('is refused without a value that its API needs, because nothing asks for it later', async () => {
    const here = await start()
    const key = { name: 'mail', provider: 'mailchimp', grant: 'api_key', tokens: { accessToken: 'abc-us6' } }
    await expect(here.domain.connections.create(key, local)).rejects.toMatchObject({
      code: 'missing_value',
      message: 'missing: key_dc',
    })
    await here.domain.connections.create({ ...key, inputs: { key_dc: 'US6' } }, local)
    expect(await token(here, 'mail')).toBe('abc-us6')
  })
})
