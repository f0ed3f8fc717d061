import { describe } from 'vitest'
import { manyTogether } from './provider-many.ts'

describe('two hundred connections that end in the same second', () => {
  manyTogether(200, 20_000, () => undefined)
})
