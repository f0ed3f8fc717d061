import { expect, it } from 'vitest'
import { readTokenAnswer } from '../../src/oauth/answer.ts'
import type { Take } from '../../src/oauth/call-template.ts'

function read(answer: object, take: Record<string, Take>) {
  const body = JSON.stringify({ access_token: 'xoxb-1', ...answer })
  const headers = { 'content-type': 'application/json' }
  const read = readTokenAnswer({ status: 200, headers, body, sentAt: 0, sentAtMonotonic: 0, durationMs: 1 }, { take })
  if (read.kind === 'error') throw new Error(read.code)
  return read.tokens
}

it('a word of the service for its tokens is read as what it means', () => {
  const take = { token_type: { at: ['token_type'], as: { bot: 'Bearer', user: 'Bearer' } } }
  expect(read({ token_type: 'bot' }, take)).toMatchObject({ tokenType: 'Bearer', warnings: [] })
  expect(read({ token_type: 'mac' }, take)).toMatchObject({ tokenType: 'mac', warnings: ['token_type_unknown'] })
})

it('a captured value is translated too, and what has no translation stays', () => {
  const take = { region: { at: ['dc'], as: { '1': 'us', '2': 'eu' } } }
  expect(read({ dc: '2' }, take).values).toEqual({ region: 'eu' })
  expect(read({ dc: '3' }, take).values).toEqual({ region: '3' })
  expect(read({ dc: 'toString' }, take).values).toEqual({ region: 'toString' })
})
