/** A definition as text: what is written reads back, and every fault is found where it stands. */
import { describe, expect, it } from 'vitest'
import { pathText } from '../../src/provider/guard.ts'
import { lineAt, offsetOf, readText, writeText } from '../../web/src/screens/service/text.ts'

const definition = {
  id: 'ledger',
  ways: { user: { 'x.y': 1, steps: [{ name: 'a' }, { name: 'b', url: 'https://{host}/x' }] } },
  note: 'it: "is" #odd',
}

describe.each(['yaml', 'json'] as const)('as %s', (format) => {
  const text = writeText(definition, format)

  it('reads back what was written', () => {
    expect(readText(text)).toEqual({ value: definition })
  })

  it('finds the line of a path', () => {
    const lineOf = (...path: (string | number)[]) => text.split('\n')[lineAt(text, offsetOf(text, pathText(path))) - 1]
    expect(lineOf('ways', 'user', 'steps', 1, 'url')).toContain('https://{host}/x')
    expect(lineOf('ways', 'user', 'x.y')).toContain('x.y')
    expect(lineOf('note')).toContain('odd')
  })

  it('finds the nearest line that is there of a path that is not', () => {
    expect(text.slice(offsetOf(text, 'ways.user.token.url'))).toMatch(/^"?user/)
  })
})

it('names what keeps a text from being read, by line', () => {
  const text = 'id: ledger\nways: [\nname: x\n'
  const read = readText(text)
  expect(read).toHaveProperty('faults')
  const [fault] = 'faults' in read ? read.faults : []
  expect(fault?.path).toMatch(/^line \d$/)
  expect(lineAt(text, offsetOf(text, 'line 2'))).toBe(2)
})

it('refuses aliases that unfold into more than memory holds', () => {
  const level = (name: string, of: string) => `${name}: &${name} [${`*${of},`.repeat(30)}]`
  const text = ['a: &a [x,x,x]', level('b', 'a'), level('c', 'b'), level('d', 'c')].join('\n')
  expect(readText(text)).toHaveProperty('faults')
})
