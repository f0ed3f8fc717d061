import type { IRawProperty } from 'fast-check'

/** What is tried with inputs that nobody thought of, and what must hold of it. */
export type Subject = {
  name: string
  property: IRawProperty<unknown>
  /** How many inputs each `npm test` tries; a few seconds of all. */
  slice: number
  close?(): Promise<void>
}
