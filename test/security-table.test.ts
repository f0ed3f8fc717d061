import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/**
 * Holds the tables of docs/security.md to the tests they name. A cell of the last column begins with one of the
 * verdicts below; tests stand in it as code, path under test/ without `.test.ts`, a colon, and the title as it is
 * written in that file.
 */
const verdicts = ['met', 'in part', 'not met', 'decided otherwise', 'does not apply'] as const

/** How many rows each letter has. */
const letters = { A: 22, B: 13, C: 7, D: 22, E: 10, F: 10, G: 4, H: 16, I: 9, J: 7, K: 15, L: 10, M: 8, N: 8 }

type Row = { id: string; verdict: string; reason: string; tests: { path: string; title: string }[] }

const document = readFileSync('docs/security.md', 'utf8')

const rows: Row[] = [...document.matchAll(/^\| ([A-N]\d+) +\|[^|]+\| ([^|]+?) *\|$/gm)].map(
  ([, id = '', cell = '']) => ({
    id,
    verdict: verdicts.find((one) => cell.startsWith(`${one}: `)) ?? cell,
    reason: cell.slice(cell.indexOf(': ') + 2).replaceAll(/`[\w/.-]+: [^`]+`/g, ''),
    tests: [...cell.matchAll(/`([\w/.-]+): ([^`]+)`/g)].map(([, path = '', title = '']) => ({ path, title })),
  }),
)

describe('the table of requirements', () => {
  it('has every row once, in order', () => {
    const ids = Object.entries(letters).flatMap(([letter, count]) =>
      Array.from({ length: count }, (_, index) => `${letter}${index + 1}`),
    )
    const sections = [...document.matchAll(/^## Requirements ([A-N]) to ([A-N])$/gm)]
    const all = ids.filter((id) => sections.some(([, first = '', last = '']) => id >= first && id[0]! <= last))
    expect(rows.map(({ id }) => id)).toEqual(all)
  })

  it.each(rows.map((row) => [row.id, row] as const))('%s is met by tests that are there, or says why not', (_, row) => {
    expect(verdicts).toContain(row.verdict)
    if (row.verdict === 'met' || row.verdict === 'in part') expect(row.tests).not.toEqual([])
    if (row.verdict !== 'met') expect(row.reason.length).toBeGreaterThan(20)
    for (const { path, title } of row.tests) {
      const file = `test/${path}.test.ts`
      expect(existsSync(file), `${file} exists`).toBe(true)
      const text = readFileSync(file, 'utf8')
      const quoted = [`'${title}'`, `"${title}"`, `\`${title}\``]
      expect(
        quoted.some((one) => text.includes(one)),
        `${file} has a test "${title}"`,
      ).toBe(true)
    }
  })
})
