/**
 * `kill -9` at random moments of renewals. With a grace time of 5 seconds, of which the program may be away for 3, no
 * connection may be lost; where a second use ends the grant, none may be lost without being told.
 */
import { expect, it, type TestContext } from 'vitest'
import { stall } from '../../src/rehearsal/index.ts'
import { eventually, expecting, pause, show } from '../harness/definition.ts'
import { measured, scaled } from '../harness/long.ts'
import { columns, type Column } from './kill-matrix.ts'
import { back, importGrant, openStage, renew, type Stage } from './kill-stage.ts'

const names = ['one', 'two', 'three', 'four', 'five']
const awayMs = 3_000

type Kills = { stage: Stage; kills: number; afterKill: (names: readonly string[]) => Promise<void> }

/** Renews all connections at once, kills somewhere in it, starts again; as often as asked. */
async function killAtRandom({ stage, kills, afterKill }: Kills): Promise<void> {
  const { service, evergrant } = stage
  // The service takes a moment to answer, so that some of its deeds have no answer yet.
  service.control.next(stall(0.02), Infinity, { grant: 'refresh_token' })
  const started = performance.now()
  for (const name of names) expecting(200, await renew(stage, name))
  let spanMs = performance.now() - started
  for (let kill = 0; kill < kills; kill += 1) {
    const renewed = performance.now()
    const asked = Promise.allSettled(names.map((name) => renew(stage, name)))
    await Promise.race([asked, pause(Math.random() * spanMs)])
    await evergrant.kill('SIGKILL')
    // A slow machine must not use up the grace time: the service's clock stands still after what was allowed.
    const end = stage.away(awayMs)
    await asked
    await back(evergrant)
    await afterKill(names)
    end()
    spanMs = Math.max(20, Math.min(spanMs, performance.now() - renewed))
  }
}

const inGrace = async (test: TestContext, column: Column, kills: number): Promise<void> => {
  const stage = await openStage(test, column)
  for (const name of names) await importGrant(stage, name, column)
  const lost: string[] = []
  await killAtRandom({
    stage,
    kills,
    async afterKill() {
      for (const name of names) {
        const answer = await renew(stage, name)
        if (answer.status !== 200 || answer.json.ok !== true) lost.push(answer.text)
      }
    },
  })
  measured(`kill -9 at random moments, ${column.rotation}, grace 5 s`, `${kills} kills, ${lost.length} lost (goal 0)`)
  expect(lost).toEqual([])
}

it(
  'loses nothing where the same pair comes again',
  async (test) => inGrace(test, columns.R1, scaled('kill -9 at random moments, R1', 100)),
  3_600_000,
)

it(
  'loses nothing where another pair comes',
  async (test) => inGrace(test, columns.R2, scaled('kill -9 at random moments, R2', 100)),
  3_600_000,
)

it('loses nothing silently where a second use ends the grant', async (test) => {
  const kills = scaled('kill -9 at random moments, R4', 100)
  const stage = await openStage(test, columns.R4)
  for (const name of names) await importGrant(stage, name, columns.R4)
  const counts = { alive: 0, flagged: 0, silent: 0 }
  await killAtRandom({
    stage,
    kills,
    async afterKill() {
      for (const name of names) {
        const answer = await renew(stage, name)
        if (answer.status === 200 && answer.json.ok === true) {
          counts.alive += 1
          continue
        }
        const { state, failure } = await eventually(
          () => show(stage.evergrant, name),
          (connection) => connection.state === 'needs_authorization',
          60_000,
        ).catch(() => ({ state: 'not flagged', failure: undefined }))
        const isTold = state === 'needs_authorization' && failure?.code === 'rotation_response_lost'
        counts[isTold ? 'flagged' : 'silent'] += 1
        expecting(200, await stage.evergrant.request(`/v1/connections/${name}`, { method: 'DELETE' }))
        await importGrant(stage, name, columns.R4)
      }
    },
  })
  const { alive, flagged, silent } = counts
  measured(
    'kill -9 at random moments, R4',
    `${kills} kills, ${alive} renewals alive, ${flagged} flagged, ${silent} lost silently (goal 0)`,
  )
  expect(silent).toBe(0)
}, 3_600_000)
