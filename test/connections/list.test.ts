import { afterEach, expect, it, vi } from 'vitest'
import { world, type World } from './harness.ts'

let here: World
afterEach(() => here.close())

it('a list asks once who shares a client, however many connections it has', async () => {
  here = await world()
  for (const name of ['one', 'two', 'three'])
    // oxlint-disable-next-line no-await-in-loop -- the second finds the client of the first
    await here.domain.connections.create(
      { name, provider: 'criteo', grant: 'app', client: { id: 'shared', secret: 'secret' } },
      { kind: 'local' },
    )
  const asked = vi.spyOn(here.store.clients, 'connectionsOf')
  const { connections } = await here.domain.connections.list({})
  expect(connections.map(({ name, client }) => [name, client?.sharedWith])).toEqual([
    ['one', 2],
    ['three', 2],
    ['two', 2],
  ])
  expect(asked).toHaveBeenCalledTimes(1)
})
