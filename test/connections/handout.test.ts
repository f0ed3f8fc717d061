import { describe, expect, it } from 'vitest'
import type { Handed } from '../../src/connections/connections.ts'
import { handoutFromText, handoutToText } from '../../src/connections/handout.ts'
import { secret } from '../../src/secret.ts'
import { answers } from '../../src/server/answers.ts'

const plain = { accessToken: secret('a"\\ü\n'), tokenType: 'Bearer', warnings: ['scope_narrower'], shown: {} }
const tokens: Handed[] = [
  { ...plain, expiresAt: 1_700_003_600_999, scope: ['read', 'write'], shown: { realm: 'Müller "& Söhne"' } },
  { ...plain, expiresAt: 0, scope: [] },
  // Looks like the places where a read fills in.
  { ...plain, accessToken: secret('"expires_in":0,"connection":"","generation":0') },
]

describe('what jobs are handed', () => {
  it('is the same after it was kept', () => {
    for (const token of tokens) {
      const handout = { obtainedAt: 1, endsAt: token.expiresAt, pieces: answers.write(token) }
      const kept = handoutFromText(handoutToText(handout))
      expect(kept).toEqual(handout)
      const { expiresAt: _, accessToken, ...rest } = token
      const { accessToken: read, ...others } = answers.read(kept?.pieces ?? [])
      expect(others).toEqual(rest)
      expect(read.open()).toBe(accessToken.open())
    }
  })

  it('is kept in this form: whoever changes it raises its number', () => {
    const token = { ...plain, accessToken: secret('t'), expiresAt: 2000, scope: ['read'], shown: { realm: '1' } }
    const text = handoutToText({ obtainedAt: 1000, endsAt: 2000, pieces: answers.write(token) }).open()
    expect(text.split('\n')).toEqual([
      '1',
      '1000',
      '2000',
      '{"access_token":"t","token_type":"Bearer","expires_in":',
      ',"expires_at":2,"scope":"read","connection":',
      ',"warnings":["scope_narrower"],"values":{"realm":"1"}}',
    ])
  })

  it('is made anew where it is kept in another form', () => {
    expect(handoutFromText(secret('0\n1000\n2000\n{}'))).toBeUndefined()
  })
})
