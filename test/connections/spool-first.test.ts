import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { connected, tokens, world } from './harness.ts'

it('puts an answer into the spool before anything else is written', async () => {
  const here = await world()
  await connected(here)
  here.answer(() => tokens(2))
  const order: string[] = []
  const append = here.spool.append.bind(here.spool)
  here.spool.append = async (entry) => {
    await append(entry)
    order.push('spooled')
  }
  const record = here.store.attempts.append
  here.store.attempts.append = (attempt) => {
    order.push('recorded')
    return record(attempt)
  }
  await here.domain.connections.renew('books', { kind: 'local' })
  expect(order).toEqual(['spooled', 'recorded'])
  expect(await here.domain.connections.attempts('books')).toMatchObject([{ step: 'renew', status: 200 }])
  await here.close()
})

it('shows an attempt to whoever was told of its outcome, also where the store writes slowly', async () => {
  const here = await world()
  await connected(here)
  here.answer(() => ({ status: 503, body: 'closed' }))
  const record = here.store.attempts.append
  here.store.attempts.append = async (attempt) => {
    await pause(30)
    await record(attempt)
  }
  await here.domain.connections.renew('books', { kind: 'local' })
  expect(await here.domain.connections.attempts('books')).toMatchObject([{ step: 'renew', status: 503 }])
  await here.close()
})
