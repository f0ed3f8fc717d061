import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import { service, tokens, world, type Answer, type World } from './harness.ts'

const open: World[] = []
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})
const local = { kind: 'local' } as const

async function revoke(answer: Answer, more: Partial<Provider> = {}) {
  const here = await world()
  open.push(here)
  await here.domain.connections.create(
    {
      name: 'books',
      provider: 'custom',
      definition: { ...service(), ...more },
      grant: 'person',
      client: { id: 'client', secret: 'secret' },
      tokens: { accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt: here.clock.now() + 3_600_000 },
    },
    local,
  )
  here.answer((request) => (request.url.endsWith('/revoke') ? answer : tokens(2)))
  return { here, revoked: await here.domain.connections.revoke('books', local) }
}

describe('a revocation', () => {
  it.each([
    ['200', { body: '' }],
    ['a token that the service does not know', { status: 400, body: { error: 'invalid_token' } }],
    ['a token that is dead already', { status: 400, body: { error: 'invalid_grant' } }],
  ])('is done by %s', async (_, answer) => {
    expect((await revoke(answer)).revoked).toEqual({ revocation: 'done' })
  })

  it.each([
    [401, 'invalid_client'],
    [403, 'not_allowed'],
    [400, 'unsupported_token_type'],
  ])('that is refused by %i is told with the words of the service and what to do', async (status, error) => {
    const { here, revoked } = await revoke({ status, body: { error, error_description: 'No, by refresh-1.' } })
    expect(revoked).toMatchObject({
      revocation: 'refused',
      failure: {
        code: error,
        status,
        words: 'No, by [redacted].',
        remedy: 'End the access in the settings of Example itself.',
      },
    })
    expect(here.events.find(({ name }) => name === 'token.not_revoked')?.fields).toMatchObject({ code: error })
    expect((await here.domain.connections.get('books')).state).toBe('needs_authorization')
  })

  it('that is refused is explained by a rule of the definition', async () => {
    const rule = {
      see: ['docs'],
      on: ['revoke' as const],
      status: [403],
      means: 'denied' as const,
      cause: 'Only an owner may revoke.',
      remedy: 'Ask the owner of the app to remove it.',
    }
    const { revoked } = await revoke({ status: 403, body: {} }, { errors: [rule] })
    expect(revoked.failure).toMatchObject({ cause: rule.cause, remedy: rule.remedy })
  })

  it('that nobody answers is sent again later', async () => {
    expect((await revoke({ status: 503, body: '' })).revoked).toEqual({ revocation: 'queued' })
  })

  it('is not sent to a server that asked for quiet: its tokens are dropped, and it is asked later', async () => {
    const { here, revoked } = await revoke({ status: 429, headers: { 'retry-after': '60' }, body: '' })
    expect(revoked).toEqual({ revocation: 'queued' })
    const asked = () => here.requests.filter(({ url }) => url.endsWith('/revoke')).length
    const before = asked()
    await here.domain.connections.create(
      {
        name: 'shop',
        provider: 'custom',
        definition: service(),
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
        tokens: { accessToken: 'access-2', refreshToken: 'refresh-2', expiresAt: here.clock.now() + 3_600_000 },
      },
      local,
    )
    expect(await here.domain.connections.revoke('shop', local)).toEqual({ revocation: 'queued' })
    expect(asked()).toBe(before)
    expect((await here.domain.connections.get('shop')).state).toBe('needs_authorization')
    expect(await here.store.revocations.due(here.clock.now() + 3_600_000)).toHaveLength(2)
  })
})
