/** One cell of each kind of the fault matrix of `kill -9`; `npm run test:long` plays all of them. */
import { describe, it } from 'vitest'
import { authorizations, columns, rows } from './kill-matrix.ts'
import { playAuthorization, playCell } from './kill-stage.ts'

const slice = [
  ['K2', 'R0'],
  ['K5', 'R1'],
  ['K6', 'R2late'],
  ['K7', 'R3'],
  ['K9open', 'R4'],
] as const

describe.concurrent('killed', () => {
  for (const [row, column] of slice)
    it(`${row}, ${rows[row].says}; ${columns[column].says}: ${rows[row].ends[column]}`, { timeout: 120_000 }, (test) =>
      playCell(test, columns[column], rows[row], rows[row].ends[column]),
    )

  const { K11 } = authorizations
  it(`K11, ${K11.says}: ${K11.ends}`, { timeout: 120_000 }, (test) => playAuthorization(test, columns.R4, K11))
})
