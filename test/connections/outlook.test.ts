import { afterEach, describe, expect, it } from 'vitest'
import type { Renewal } from '../../src/provider/provider.ts'
import { connected, machine, service, tokens, world, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const hour = 3_600_000
const day = 24 * hour

async function start(renewal: Partial<Renewal> = {}): Promise<World> {
  const here = await world()
  open.push(here)
  await connected(here, renewal)
  return here
}

describe('by when a person must have acted', () => {
  it('is not known where everything renews itself', async () => {
    const here = await start()
    const { personBy, deaths } = await here.domain.connections.get('books')
    expect(deaths.map(({ what }) => what)).toEqual(['access_token'])
    expect(personBy).toBeUndefined()
  })

  it('is the end of the access token where no refresh token came', async () => {
    const here = await world()
    open.push(here)
    const expiresAt = here.clock.now() + hour
    const client = { id: 'client', secret: 'secret' }
    const tokens = { accessToken: 'access-1', expiresAt }
    const made = { name: 'once', provider: 'custom', definition: service(), grant: 'person', client, tokens }
    expect((await here.domain.connections.create(made, { kind: 'local' })).personBy).toBe(expiresAt)
  })

  it('is the end that no use moves, and not the one that use does', async () => {
    const here = await start({ ends: { idle: 86_400, hard: 30 * 86_400 } })
    expect((await here.domain.connections.get('books')).personBy).toBe(here.clock.now() + 30 * day)
  })

  it('is the end of an unused grant while nothing uses it', async () => {
    const here = await start({ ends: { idle: 86_400, hard: 30 * 86_400 } })
    const end = here.clock.now() + day
    await here.domain.connections.change('books', { state: 'suspended' }, { kind: 'local' })
    expect((await here.domain.connections.get('books')).personBy).toBe(end)
  })

  it('is the end of the client secret for what needs nobody else', async () => {
    const here = await start()
    await machine(here)
    const end = here.clock.now() + 7 * day
    await here.domain.connections.change('batch', { client: { secretEndsAt: end } }, { kind: 'local' })
    expect((await here.domain.connections.get('batch')).personBy).toBe(end)
  })
})

describe('what a person can have done', () => {
  it('is what the way can, with what is there', async () => {
    const here = await start()
    expect((await here.domain.connections.get('books')).actions).toEqual(['authorize', 'renew', 'reveal', 'revoke'])
    await machine(here)
    expect((await here.domain.connections.get('batch')).actions).toEqual(['issue'])
    here.answer(() => tokens(1, { refresh_token: undefined }))
    await here.domain.connections.issue('batch', { kind: 'local' })
    expect((await here.domain.connections.get('batch')).actions).toEqual(['issue', 'renew', 'reveal', 'revoke'])
  })

  it('is no renewal of a grant that is dead', async () => {
    const here = await start({ ends: { idle: 86_400, hard: 30 * 86_400 } })
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await here.domain.connections.renew('books', { kind: 'local' })
    const { state, actions, renewal, deaths } = await here.domain.connections.get('books')
    expect(state).toBe('needs_authorization')
    expect(actions).toEqual(['authorize', 'reveal', 'revoke'])
    expect(renewal).toBe('none')
    expect(deaths.map(({ what }) => what)).toEqual(['access_token'])
  })

  it('is a test where the service has a request for one', async () => {
    const here = await start()
    const probes = [{ see: ['docs'], name: 'me', method: 'GET' as const, url: 'https://api.example.com/me' }]
    const definition = { ...service(), probes }
    const client = { id: 'client', secret: 'secret' }
    const made = { name: 'tested', provider: 'custom', definition, grant: 'machine', client }
    expect((await here.domain.connections.create(made, { kind: 'local' })).actions).toEqual(['issue', 'test'])
  })

  it('is nothing that asks the service while it rests, but the way back is there', async () => {
    const here = await start()
    await here.domain.connections.change('books', { state: 'suspended' }, { kind: 'local' })
    expect((await here.domain.connections.get('books')).actions).toEqual(['authorize', 'revoke'])
  })
})

describe('a token in the page', () => {
  it('says from when on jobs wait: five minutes before the end of an hour', async () => {
    const here = await start()
    expect((await here.domain.connections.get('books')).callersWaitAt).toBe(here.clock.now() + hour - 300_000)
  })

  it('says nothing of that without a known end', async () => {
    const here = await start()
    await machine(here)
    expect((await here.domain.connections.get('batch')).callersWaitAt).toBeUndefined()
  })
})

describe('captured values', () => {
  it('are told apart from typed ones', async () => {
    const here = await start()
    const values = { realm: { label: 'Realm', from: ['callback.realmId' as const] }, site: { label: 'Site' } }
    const definition = {
      ...service(),
      values,
      api: { ...service().api, base: 'https://api.example.com/{site}/{realm}' },
    }
    const made = await here.domain.connections.create(
      {
        name: 'realm',
        provider: 'custom',
        definition,
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
        inputs: { site: 'eu' },
        tokens: { accessToken: 'access', refreshToken: 'refresh', values: { realm: '4711' } },
      },
      { kind: 'local' },
    )
    expect(made.inputs).toEqual({ site: 'eu', realm: '4711' })
    expect(made.captured).toEqual(['realm'])
  })
})
