import { describe, expect, it } from 'vitest'
import { withLikely } from '../../src/connections/likely.ts'

describe('what is likely behind a refusal', () => {
  it('is told where no rule of the service tells it, beside the words of the service', () => {
    const told = withLikely({ kind: 'client', code: 'bad_credentials', words: 'no', status: 401 })
    expect(told).toMatchObject({ code: 'bad_credentials', words: 'no', status: 401 })
    expect(told.cause).toBe(withLikely({ code: 'invalid_client' }).cause)
  })

  it('is what the service’s own rule says where there is one', () => {
    const told = { code: 'invalid_grant', words: 'no', cause: 'The company was disconnected.', remedy: 'Connect it.' }
    expect(withLikely(told)).toBe(told)
  })

  it('names our words for a missing answer as ours, but not those of a service with the same code', () => {
    const words = 'https://x.example: the connection broke'
    expect(withLikely({ code: 'reset', words })).not.toHaveProperty('words')
    expect(withLikely({ code: 'reset', words }).cause).toContain(words)
    const answered = { code: 'reset', words: 'reset your password', status: 400 }
    expect(withLikely(answered)).toBe(answered)
  })

  it('is nothing where nothing is known', () => {
    const told = { code: 'constructor', words: 'what?' }
    expect(withLikely(told)).toBe(told)
  })
})
