import { expect, it } from 'vitest'
import { eventually } from '../harness/definition.ts'
import { measured, scaled } from '../harness/long.ts'
import { revokeAllOverKill } from './revoke-all.ts'

it('revokes a thousand connections over a kill, and none of their grants lives on', async (test) => {
  const count = scaled('connections revoked at once', 1000)
  const { killedMs, restMs, first, second, alive } = await revokeAllOverKill(test, count)
  expect(first.done.length + second.done.length).toBeGreaterThanOrEqual(count - 8)
  await eventually(alive, (living) => living === 0, 120_000)
  measured(
    `evergrant revoke --all over ${count} connections, killed after a third`,
    [killedMs, restMs].map((ms) => `${Math.round(ms / 1000)} s`).join(' and '),
  )
}, 600_000)
