import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { writtenPages } from '../scripts/docs.ts'

describe('what is written from tables', () => {
  it.each(Object.entries(writtenPages))('%s is what the tables say (else: npm run docs)', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text)
  })
})
