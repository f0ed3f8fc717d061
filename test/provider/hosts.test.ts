import { describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { assertHost, hostMatches, patternProblem } from '../../src/provider/hosts.ts'

describe('a host pattern', () => {
  it.each([
    ['https://a.example.com/x', 'a.example.com', true],
    ['https://A.EXAMPLE.com/x', 'a.example.com', true],
    ['https://a.b.example.com/', '*.example.com', true],
    ['https://example.com/', '*.example.com', false],
    ['https://evil-example.com/', '*.example.com', false],
    ['https://a.example.com.evil.test/', 'a.example.com', false],
    ['https://a.example.com@evil.test/', 'a.example.com', false],
    ['https://evil.test/?x=a.example.com', 'a.example.com', false],
    ['https://evil.test#a.example.com', 'a.example.com', false],
    ['https://a.example.com:8443/', 'a.example.com', false],
    ['https://a.example.com:443/', 'a.example.com', true],
    ['https://a.example.com:8443/', 'a.example.com:8443', true],
    ['http://[::1]:81/', '[::1]:81', true],
    ['ftp://a.example.com/', 'a.example.com', false],
    ['a.example.com', 'a.example.com', false],
  ])('%s against %s: %s', (url, pattern, fits) => {
    expect(hostMatches(url, [pattern])).toBe(fits)
  })

  it.each(['*.com', '*', 'A.example.com', 'a..b', 'a.b:0', 'a.b/c', '', '*.*.com', 'a.*.com'])(
    'written as "%s" is refused',
    (pattern) => {
      expect(patternProblem(pattern)).toBeTypeOf('string')
    },
  )

  it('is enforced with an error that names the host and nothing of the query', () => {
    const call = () => assertHost('https://evil.test/token?secret=canary', ['a.example.com'])
    expect(call).toThrow(EvergrantError)
    expect(call).toThrow('the request would go to evil.test, which is none of a.example.com')
  })
})
