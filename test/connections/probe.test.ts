/** Test requests: what a service says of a token, also where it says so with status 200. */
import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import { service, tokens, world, type World } from './harness.ts'

let here: World
afterEach(() => here.close())
const local = { kind: 'local' } as const

async function tested(body: unknown) {
  here = await world()
  const definition: Provider = {
    ...service(),
    probes: [
      {
        see: ['docs'],
        method: 'GET',
        auth: { header: 'Bearer {token}' },
        url: 'https://api.example.com/me',
        who: ['data.name'],
      },
    ],
    errors: [
      { see: ['docs'], on: ['api'], match: { code: [40105] }, means: 'dead', cause: 'It is over.', remedy: 'New.' },
    ],
  }
  here.answer(({ url }) => (url.endsWith('/me') ? { body } : tokens(1)))
  const client = { id: 'client', secret: 'secret' }
  await here.domain.connections.create(
    { name: 'batch', provider: 'custom', definition, grant: 'machine', client },
    local,
  )
  return here.domain.connections.test('batch', local)
}

describe('a test request that is answered with status 200', () => {
  it('works and names who was connected', async () => {
    expect(await tested({ code: 0, message: 'OK', data: { name: 'Ada' } })).toMatchObject({ ok: true, who: 'Ada' })
  })

  it('has failed where the answer holds an error', async () => {
    const report = await tested({ code: 40105, message: 'Access token is incorrect or has been revoked.', data: {} })
    expect(report).toMatchObject({ ok: false, failure: { code: '40105', cause: 'It is over.' } })
  })
})
