import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { referencePages } from '../scripts/docs.ts'

describe('the reference', () => {
  it.each(Object.entries(referencePages))('%s is what the tables say (else: npm run docs)', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})
