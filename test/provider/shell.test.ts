import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { readCommands } from '../../src/provider/shell.ts'

const words = (text: string): string[][] => readCommands(text).map((command) => command.words)

/** Text that may stand in a word; a shell has no NUL. */
const word = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll(/[\0\r]/g, ''))

const single = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`
const double = (text: string) => `"${text.replaceAll(/["\\$`]/g, '\\$&')}"`
const ansi = (text: string) =>
  `$'${text.replaceAll(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\x09')}'`
const bare = (text: string) => text.replaceAll(/[^A-Za-z0-9_]/gu, (sign) => (sign === '\n' ? "$'\\n'" : `\\${sign}`))
const quotings = [single, double, ansi]

describe('the shell reader', () => {
  it('reads back what was quoted, however it was quoted', () => {
    const quoted = fc.tuple(word, fc.constantFrom(...quotings))
    fc.assert(
      fc.property(fc.array(quoted, { minLength: 1, maxLength: 6 }), (all) => {
        const text = `curl ${all.map(([plain, quote]) => quote(plain)).join(' \\\n  ')}`
        expect(words(text)).toEqual([['curl', ...all.map(([plain]) => plain)]])
      }),
    )
  })
  it('reads back bare words with a backslash before each sign', () => {
    fc.assert(
      fc.property(
        word.filter((text) => text !== ''),
        (plain) => {
          expect(words(`curl ${bare(plain)} end`)).toEqual([['curl', plain, 'end']])
        },
      ),
    )
  })
  it('joins pieces that stand together', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.constantFrom(...quotings)), { minLength: 1 }), (pieces) => {
        const text = pieces.map(([plain, quote]) => quote(plain)).join('')
        expect(words(`curl ${text}`)).toEqual([['curl', pieces.map(([plain]) => plain).join('')]])
      }),
    )
  })
  it('gives words or one clear error for any text, and never its own text in the error', () => {
    const signs = fc.constantFrom('curl', ' ', "'", '"', '\\', '\n', '`', '$', '$(', '^', '|', '&', '#', '(', 'canary')
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 25 }), (pieces) => {
        try {
          for (const command of readCommands(pieces.join(''))) expect(command.words.length).toBeGreaterThan(0)
        } catch (error) {
          expect(error).toBeInstanceOf(EvergrantError)
          expect((error as EvergrantError).message).not.toContain('canary')
        }
      }),
    )
  })
  it.each([
    ['$(cat secret)', 'a command in a command'],
    ['"`id`"', 'a command in a command'],
    ['"$(id)"', 'a command in a command'],
    ["'open", 'does not end'],
    ['https://a.example/?x=1&y=2', 'unquoted &'],
  ])('refuses %s and runs nothing', (text, why) => {
    expect(() => readCommands(`curl ${text}`)).toThrow(why)
  })
  it('leaves variables as they stand, and ends a command where a shell would', () => {
    expect(readCommands('curl $ID "$SECRET" 2>/dev/null > out.json | jq -r .access_token')).toEqual([
      { words: ['curl', '$ID', '$SECRET'], end: '|' },
      { words: ['jq', '-r', '.access_token'] },
    ])
    expect(words('# get it\ncurl a; curl b && curl c\ncurl d # done')).toEqual([
      ['curl', 'a'],
      ['curl', 'b'],
      ['curl', 'c'],
      ['curl', 'd'],
    ])
  })
  it('goes on behind a line end with blanks after the backslash, and with Windows line ends', () => {
    expect(words('curl a \\  \r\n  b')).toEqual([['curl', 'a', 'b']])
  })
  it('reads what browsers copy for cmd, and what people write for it', () => {
    const copied = 'curl ^"https://a.example/token^" ^\r\n  -H ^"x: ^\\^"q^\\^"^" ^\r\n  --data-raw ^"a=1^&b=%^20c^"'
    expect(words(copied)).toEqual([['curl', 'https://a.example/token', '-H', 'x: "q"', '--data-raw', 'a=1&b=%20c']])
    expect(words('curl "https://a.example/t?a=1&b=2" ^\n -d "{\\"a\\":\\"b\\"}"')).toEqual([
      ['curl', 'https://a.example/t?a=1&b=2', '-d', '{"a":"b"}'],
    ])
  })
  it('reads PowerShell: backtick line ends, doubled and escaped quotes', () => {
    expect(words('curl.exe `\n  -d \'it\'\'s $x\' `\n  -H "a: ""b`t`"c"')).toEqual([
      ['curl.exe', '-d', "it's $x", '-H', 'a: "b\t"c'],
    ])
  })
})
