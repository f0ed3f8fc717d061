/** A removal or a revocation that a crash cuts short. */
import { expect, it } from 'vitest'
import { connected, world } from './harness.ts'

const local = { kind: 'local' } as const

/** The service hears of the revocation, and the process dies before the answer. */
async function cutShort(act: 'remove' | 'revoke') {
  const here = await world()
  await connected(here)
  const { promise: arrived, resolve } = Promise.withResolvers<void>()
  here.answer(() => {
    resolve()
    return new Promise<never>(() => undefined)
  })
  const { connections } = here.domain
  void (act === 'remove' ? connections.remove('books', { revoke: true }, local) : connections.revoke('books', local))
  await arrived
  return world(here.abandon())
}

it('is finished at the next start, and its revocation is sent again', async () => {
  const again = await cutShort('remove')
  await again.domain.recover()
  expect(await again.store.connections.count()).toBe(0)
  expect(again.events.map(({ name }) => name)).toContain('connection.removed')
  const [due] = await again.store.revocations.due(again.clock.now() + 60_000)
  expect(due?.call?.open()).toContain('refresh-1')
})

it('drops the tokens before the service is told that they end', async () => {
  const again = await cutShort('revoke')
  await again.domain.recover()
  expect(await again.domain.connections.get('books')).toMatchObject({ state: 'needs_authorization' })
  expect(await again.store.revocations.due(again.clock.now() + 60_000)).toHaveLength(1)
})

it('leaves nothing to be sent where the service has answered', async () => {
  const here = await world()
  await connected(here)
  here.answer(() => ({ body: {} }))
  expect(await here.domain.connections.revoke('books', local)).toEqual({ revocation: 'done' })
  expect(await here.store.revocations.due(here.clock.now() + 600_000)).toEqual([])
})
