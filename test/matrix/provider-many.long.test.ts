import { describe } from 'vitest'
import { measured, scaled } from '../harness/long.ts'
import { manyTogether } from './provider-many.ts'

describe('a thousand connections that end in the same second', () => {
  manyTogether(scaled('connections that end together', 1000), 300_000, measured)
})
