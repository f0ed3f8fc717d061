/** Every cell of the fault matrix of `kill -9` (`kill-matrix.ts`). */
import { describe, it } from 'vitest'
import {
  authorizations,
  columns,
  endings,
  keyChanges,
  rows,
  type Column,
  type ColumnName,
  type End,
  type Row,
} from './kill-matrix.ts'
import { playAuthorization, playCell, playEnding, playKeyChange } from './kill-stage.ts'

/** Those that do not differ by what is done while the program is away. */
const classes = Object.entries<Column>(columns).filter(([, { late }]) => late !== true)

describe.each(Object.entries<Row>(rows))('%s', (_name, { says, ...row }) => {
  for (const [column, end] of Object.entries(row.ends) as [ColumnName, End][])
    it(`${says}; ${columns[column].says}: ${end}`, (test) => playCell(test, columns[column], row, end))
})

describe.each(classes)('%s', (_name, column) => {
  for (const [name, { says, at }] of Object.entries(keyChanges))
    it(`${name}: ${says}`, (test) => playKeyChange(test, column, at))
  for (const [name, row] of Object.entries(authorizations))
    it(`${name}: ${row.says}: ${row.ends}`, (test) => playAuthorization(test, column, row))
})

// They wait for the revocation to be sent again.
describe.concurrent.each(classes)('%s', (_name, column) => {
  for (const [name, row] of Object.entries(endings)) it(`${name}: ${row.says}`, (test) => playEnding(test, column, row))
})
