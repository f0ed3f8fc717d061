import { afterEach, describe, expect, it } from 'vitest'
import type { Client, Provider } from '../../src/provider/provider.ts'
import { service, tokens, world, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
const local = { kind: 'local' } as const

async function connect(auth: Client['auth'], client: { id: string; secret?: string }): Promise<World> {
  const here = await world()
  open.push(here)
  const definition: Provider = { ...service(), client: { see: ['docs'], auth, secret: { optional: true } } }
  here.answer(() => tokens(1))
  await here.domain.connections.create(
    { name: 'batch', provider: 'custom', definition, grant: 'machine', client },
    local,
  )
  return here
}

describe('a client whose secret is optional', () => {
  it('is a public one without it', async () => {
    const here = await connect(['client_secret_basic', 'none'], { id: 'client' })
    await here.domain.connections.read('batch')
    expect(here.requests[0]?.headers['authorization']).toBeUndefined()
    expect(here.requests[0]?.form.get('client_id')).toBe('client')
    expect((await here.domain.connections.get('batch')).client?.method).toBe('none')
  })

  it('proves itself once it gets one', async () => {
    const here = await connect(['client_secret_basic', 'none'], { id: 'client' })
    await here.domain.connections.change('batch', { client: { secret: 'secret' } }, local)
    await here.domain.connections.read('batch')
    expect(here.requests[0]?.headers['authorization']).toMatch(/^Basic /)
  })

  it('has nothing behind the colon of Basic where the service takes no public client', async () => {
    const here = await connect(['client_secret_basic'], { id: 'client' })
    await here.domain.connections.read('batch')
    expect(here.requests[0]?.headers['authorization']).toBe(`Basic ${btoa('client:')}`)
  })

  it('is asked for it where the service takes no public client', async () => {
    await expect(connect(['client_secret_post'], { id: 'client' })).rejects.toMatchObject({
      code: 'missing_value',
      message: expect.stringContaining('the client secret is missing'),
    })
  })
})
