/** Thousands of runs of the model of renewal.test.ts; EVERGRANT_MODEL_FROM is the first seed, 1,001 if it says nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { measured, scaled } from '../harness/long.ts'
import { deathsOf, verdictOf } from './report.ts'
import { Stage, type Result } from './run.ts'

const from = Number(process.env.EVERGRANT_MODEL_FROM ?? 1001)
let stage: Stage
beforeAll(async () => (stage = await Stage.open()))
afterAll(() => stage.close())

it('loses no grant that could be kept, in thousands of runs', { timeout: 7_200_000 }, async () => {
  const count = scaled('runs of the renewal model', 5000)
  const results: Result[] = []
  for (let seed = from; seed < from + count; seed++) {
    const result = await stage.run(seed)
    const isQuiet = result.death !== 'avoidable' && result.faults.length === 0
    results.push(isQuiet ? { ...result, trace: [] } : result)
  }
  const sum = (of: (result: Result) => number) => results.reduce((total, result) => total + of(result), 0)
  measured('renewal model', `${count} runs, ${sum((r) => r.renewals)} renewals, ${sum((r) => r.requests)} requests`)
  for (const row of deathsOf(results)) measured('renewal model', row)
  expect(verdictOf(results)).toBe('')
})
