import { expect, it } from 'vitest'
import { revokeAllOverKill } from './revoke-all.ts'

it('revokes everything at once; after a kill in the middle the same command does what is left', async (test) => {
  const { first, second } = await revokeAllOverKill(test, 24)
  expect(first.done.length + first.left).toBe(24)
  expect(first.done.length).toBeGreaterThan(0)
  expect(second).toMatchObject({ left: 0, refused: [], failed: [], queued: [] })
  // Those under way at the kill are dropped already, or not yet.
  expect(second.done.length).toBeLessThanOrEqual(first.left)
  expect(second.done.filter((name: string) => first.done.includes(name))).toEqual([])
}, 60_000)
