/** Between database rows and records: absent members, JSON text. */
import { SealBroken } from './seal.ts'
import type { FailureRecord } from './store.ts'

/** Members whose type admits null become optional and lose it. */
type Present<Row> = { [Key in keyof Row as null extends Row[Key] ? never : Key]: Row[Key] } & {
  [Key in keyof Row as null extends Row[Key] ? Key : never]?: NonNullable<Row[Key]>
}

/** An empty column is an absent member. */
export function present<Row extends object>(row: Row): Present<Row> {
  const kept: Record<string, unknown> = {}
  // `for in` because this runs some times in every read; the objects are literals.
  for (const name in row) if (row[name] !== null) kept[name] = row[name]
  // What was left out is exactly what Present makes optional.
  return kept as Present<Row>
}

export function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}

/** JSON that this store wrote. Throws `SealBroken` where it was damaged since, as sealed content does. */
export function parsed(text: string | null): unknown {
  if (text === null) return null
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SealBroken('a text of it was damaged', { cause })
  }
}

export function failureOf(text: string | null): FailureRecord | null {
  return parsed(text) as FailureRecord | null
}
