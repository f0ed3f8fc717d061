/** What runs of the model came to, for people. */
import type { Result } from './run.ts'

const isBad = ({ death, faults }: Result): boolean => death === 'avoidable' || faults.length > 0

/** Empty if all is well; else what went wrong, and the whole course of the first run in which it did. */
export function verdictOf(results: readonly Result[]): string {
  const bad = results.filter(isBad)
  const [first] = bad
  if (first === undefined) return ''
  const list = bad.map(({ seed, rotation, death, faults }) => {
    return `seed ${seed} (${rotation}): ${[...(death === 'avoidable' ? ['an avoidable death'] : []), ...faults].join('; ')}`
  })
  return [
    ...list,
    '',
    told(first),
    '',
    `again: EVERGRANT_MODEL_SEED=${first.seed} npx vitest run test/model/renewal.test.ts`,
  ].join('\n')
}

export function told({ seed, rotation, death, faults, trace }: Result): string {
  return [`seed ${seed}, ${rotation}: ${death ?? 'lives'}`, ...trace, ...faults].join('\n')
}

/** How many grants ended why, by rotation. */
export function deathsOf(results: readonly Result[]): string[] {
  const counts = new Map<string, number>()
  for (const { rotation, death = 'lives' } of results) {
    const row = `${rotation}: ${death}`
    counts.set(row, (counts.get(row) ?? 0) + 1)
  }
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([row, count]) => `${row}: ${count}`)
}
