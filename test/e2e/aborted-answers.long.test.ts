/** Answers of renewals that are cut off on the way, while the program lives, with a grace time of 5 seconds. */
import { expect, it } from 'vitest'
import { drop, faults, type Fault } from '../../src/rehearsal/index.ts'
import { expecting, show } from '../harness/definition.ts'
import { measured, scaled } from '../harness/long.ts'
import { columns } from './kill-matrix.ts'
import { importGrant, openStage, renew } from './kill-stage.ts'

const aborts: (() => Fault)[] = [
  () => faults.reset_before,
  () => faults.reset_after,
  () => faults.drop_before,
  () => faults.truncated_json,
  () => drop(Math.floor(Math.random() * 100)),
]

const renewals = 250

for (const rotation of ['R1', 'R2'] as const)
  it(`loses no connection (${rotation})`, async (test) => {
    const stage = await openStage(test, columns[rotation])
    await importGrant(stage, 'books', columns[rotation])
    const aborted = scaled(`aborted answers, ${rotation}`, renewals)
    let [atOnce, later] = [0, 0]
    for (let round = 0; round < aborted; round += 1) {
      // One in ten loses the second answer too; whoever asks next repairs it.
      const times = round % 10 === 9 ? 2 : 1
      for (let time = 0; time < times; time += 1)
        stage.service.control.next(aborts[(round + time) % aborts.length]!(), 1, { grant: 'refresh_token' })
      const answer = await renew(stage, 'books')
      if (answer.json.ok === true) atOnce += 1
      else {
        stage.service.control.heal()
        expect(expecting(200, await renew(stage, 'books'))).toMatchObject({ ok: true })
        later += 1
      }
      stage.service.control.heal()
    }
    measured(
      `aborted answers, ${rotation}, grace 5 s`,
      `${aborted} renewals: ${atOnce} repaired at once, ${later} by the next one, 0 lost (goal 0)`,
    )
    expect(await show(stage.evergrant, 'books')).toMatchObject({ state: 'active' })
  }, 1_800_000)
