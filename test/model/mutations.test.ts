/** The model must be able to fail: with one rule taken out, a run that keeps its grant loses it. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mutations, type Mutation } from './mutations.ts'
import { Stage } from './run.ts'
import { rotations } from './service.ts'
import type { Storm } from './weather.ts'

let stage: Stage
beforeAll(async () => (stage = await Stage.open()))
afterAll(() => stage.close())

/** Faults of machines and store show most of the rules, lost answers the second request. */
const faults = { trouble: 0.05, faults: 0.15 }
const more = { trouble: 0.05, faults: 0.3 }
const losses = { trouble: 0.4, faults: 0.02 }
const runs: readonly { mutation: Mutation; rotation: string; seed: number; storm: Storm }[] = [
  { mutation: 'no_spool', rotation: 'R4', seed: 5, storm: faults },
  { mutation: 'no_second_request', rotation: 'R1 30 s', seed: 14, storm: losses },
  { mutation: 'no_hold', rotation: 'R4', seed: 5, storm: faults },
  { mutation: 'late_start', rotation: 'R4', seed: 300, storm: more },
  { mutation: 'no_takeover_at_start', rotation: 'R1 30 s', seed: 23, storm: faults },
  { mutation: 'no_late_answers', rotation: 'R3', seed: 5, storm: faults },
]

it.each(runs)(
  'finds an avoidable death with $mutation',
  { timeout: 60_000 },
  async ({ mutation, rotation: name, seed, storm }) => {
    const rotation = rotations.find((one) => one.name === name)
    if (rotation === undefined) throw new Error(`no rotation ${name}`)
    const deaths: unknown[] = []
    // Most changes of the engine move what a seed does: then one of the next shows it.
    for (let next = seed; next < seed + 20 && !deaths.includes('avoidable'); next++) {
      const sound = await stage.run(next, { rotation, storm })
      expect(sound.death).not.toBe('avoidable')
      const broken = await stage.run(next, { rotation, storm, mutations: [mutation] })
      deaths.push(broken.death)
    }
    expect(deaths, mutations[mutation]).toContain('avoidable')
  },
)
