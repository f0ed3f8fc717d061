import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPasted } from '../../src/redirect/paste.ts'

const both = [
  ['code', 'a/b c'],
  ['state', 'xyz'],
]

describe('what a person pastes', () => {
  test.each([
    'http://localhost:8080/cb?code=a%2Fb+c&state=xyz',
    'https://app.example.com/oauth/code?code=a%2Fb%20c&state=xyz#_',
    'https://app.example.com/?code=a%2Fb%20c&state=xyz#_=_',
    'localhost:8080/cb?code=a%2Fb+c&state=xyz',
    'myapp://cb?code=a%2Fb+c&state=xyz',
    '?code=a%2Fb+c&state=xyz',
    'code=a%2Fb+c&state=xyz',
    '#code=a%2Fb+c&state=xyz',
    'http://localhost/#code=a%2Fb+c&state=xyz',
    '  "http://localhost/?code=a%2Fb+c&state=xyz"\n',
    '“http://localhost/?code=a%2Fb+c&state=xyz”',
    '<http://localhost/?code=a%2Fb+c&state=xyz>',
    "'`code=a%2Fb+c&state=xyz`'",
    'http://localhost/?code=a%2Fb\r\n   +c&state=xyz',
    'http://localhost/?code=a%2Fb+c&amp;state=xyz',
    'code=a%2Fb+c\nstate=xyz\n',
  ])('%j is read as parameters', (text) => {
    expect(readPasted(text)).toEqual({ kind: 'parameters', parameters: both })
  })

  test('a name that comes twice is handed on twice', () => {
    expect(readPasted('?code=a&code=b')).toEqual({
      kind: 'parameters',
      parameters: [
        ['code', 'a'],
        ['code', 'b'],
      ],
    })
  })

  test('parameters of query and fragment are both read', () => {
    expect(readPasted('https://a.example/?state=x#code=y')).toMatchObject({
      parameters: [
        ['state', 'x'],
        ['code', 'y'],
      ],
    })
  })

  test.each([
    ['4/0AX4XfWh-abc_DEF', '4/0AX4XfWh-abc_DEF'],
    ['  "AQDx.y~z"  ', 'AQDx.y~z'],
    ['AQBabc#_', 'AQBabc'],
    ['half\nandhalf', 'halfandhalf'],
  ])('%j is read as a code', (text, code) => expect(readPasted(text)).toEqual({ kind: 'code', code }))

  test.each([
    '',
    '  ',
    '""',
    'http://localhost:8080/',
    'https://app.example.com/cb?',
    '?code',
    'two words',
    'Das hat nicht geklappt',
    'naïve',
    '{"code":"abc"}',
    '<html><p>',
    'https://a.example/?x',
    'a\u0000b',
    '=',
    'https://a.example/a=b',
    'x'.repeat(20_000),
    'this is code=abc',
  ])('%j is refused', (text) => {
    expect(() => readPasted(text)).toThrow(expect.objectContaining({ code: 'bad_callback' }))
  })

  test('an address comes back as it was made, whatever the values', () => {
    const value = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme-ascii' })
    fc.assert(
      fc.property(value, value, (code, state) => {
        const query = new URLSearchParams({ code, state })
        expect(readPasted(`http://localhost:1234/cb?${query}`)).toEqual({ kind: 'parameters', parameters: [...query] })
      }),
    )
  })

  test('an error never repeats what was pasted', () => {
    for (const text of ['hunter2 is my password', 'https://hunter2.example/']) {
      try {
        readPasted(text)
      } catch (error) {
        expect(JSON.stringify([error, String(error)])).not.toContain('hunter2')
      }
    }
  })
})
