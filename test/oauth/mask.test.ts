import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secret } from '../../src/secret.ts'
import { maskResponse } from '../../src/oauth/mask.ts'
import { answer } from './given.ts'

const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl'

describe('a masked answer', () => {
  it('shows what came, without tokens, secrets and codes', () => {
    const body =
      '{ "access_token": "at-canary", "expires_in": 3600,\n "data": [{"refreshToken":"rt-canary", "client_secret" : "cs\\"canary"}], "code": "4/0AVG7fiQcanary12345", "scope": "a b" }'
    expect(maskResponse(answer(body)).body).toBe(
      '{ "access_token": "[redacted]", "expires_in": 3600,\n "data": [{"refreshToken":"[redacted]", "client_secret" : "[redacted]"}], "code": "[redacted]", "scope": "a b" }',
    )
  })

  it('leaves errors readable', () => {
    const body =
      '{"error":{"code":190,"type":"OAuthException","message":"expired"},"code":"invalid_request_parameter","token_type":"bearer"}'
    expect(maskResponse(answer(body)).body).toBe(body)
  })

  it('masks forms, truncated JSON, JWTs anywhere and names in disguise', () => {
    const bodies = [
      'access_token=at-canary&expires_in=5',
      '{"access_token":"at-canary',
      `<p>${jwt}</p>`,
      '{"\\u0061ccess_token":"at-canary"}',
    ]
    for (const body of bodies) expect(maskResponse(answer(body)).body).not.toMatch(/canary|c2lnbmF0dXJl/)
  })

  it('masks headers that carry credentials, and the query of a redirect', () => {
    const headers = {
      'set-cookie': 'sid=canary',
      location: 'https://b.test/cb?code=canary',
      'content-type': 'text/html',
      authorization: 'Bearer canary',
    }
    expect(maskResponse(answer('', { headers })).headers).toEqual({
      'set-cookie': '[redacted]',
      location: 'https://b.test/cb?[redacted]',
      'content-type': 'text/html',
      authorization: 'Bearer [redacted]',
    })
  })

  it('masks known secrets wherever and however they stand', () => {
    const text = fc.string()
    fc.assert(
      fc.property(
        fc.string({ minLength: 8 }),
        text,
        text,
        fc.constantFrom(encodeURIComponent, String, JSON.stringify),
        (value, before, after, write) => {
          const { body } = maskResponse(answer(before + write(value) + after), [secret(value)])
          expect(body.includes(value) && !'[redacted]'.includes(value) && !(before + after).includes(value)).toBe(false)
        },
      ),
    )
  })

  it('is cut to 4 KiB after masking, so that no half of a secret stays', () => {
    const body = `${'x'.repeat(4090)}{"access_token":"at-canary"}`
    const masked = maskResponse(answer(body), ['at-canary'])
    expect([masked.body.length, masked.truncated, masked.body.includes('at-')]).toEqual([4096, true, false])
  })

  // Quadratic patterns would run into the time limit of the test by far.
  it('takes no longer for hostile text', () => {
    for (const piece of ['"', '\\"', '"a":', 'a=', 'eyJ', '<title>', '"a":"\\'])
      expect(maskResponse(answer(piece.repeat(300_000))).truncated).toBe(true)
  })
})
