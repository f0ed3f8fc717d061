/**
 * Renewal by the real code of three nodes, under simulated time and a network and machines that fail. One run alone:
 *
 *     EVERGRANT_MODEL_SEED=17 npx vitest run test/model/renewal.test.ts
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { told, verdictOf } from './report.ts'
import { Stage, type Result } from './run.ts'

const chosen = process.env.EVERGRANT_MODEL_SEED
const seeds = chosen === undefined ? Array.from({ length: 60 }, (_, place) => place + 1) : [Number(chosen)]
let stage: Stage
beforeAll(async () => (stage = await Stage.open()))
afterAll(() => stage.close())

it('loses no grant that could be kept, whatever fails when', { timeout: 300_000 }, async () => {
  const results: Result[] = []
  for (const seed of seeds) results.push(await stage.run(seed))
  if (chosen !== undefined) console.log(results.map(told).join('\n'))
  expect(verdictOf(results)).toBe('')
})

describe('a run', () => {
  it('is the same each time', async () => {
    const [one, other] = [await stage.run(7), await stage.run(7)]
    expect(other.trace).toEqual(one.trace)
    expect(one.trace.length).toBeGreaterThan(20)
  })
})
