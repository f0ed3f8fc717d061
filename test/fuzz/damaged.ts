/** Texts of strangers: what is right, and the same with something cut, doubled, exchanged or put in. */
import fc from 'fast-check'

const wildParts = [
  '"',
  '\\',
  '\\u0000',
  '{',
  '}',
  '[',
  ']',
  '&',
  '=',
  '?',
  '#',
  '%',
  '%00',
  '%zz',
  '+',
  '\r\n',
  '\0',
  '\u2028',
  '\ud800',
  '\ufeff',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '1e999',
  '-0',
  '9007199254740993',
  '../',
  '..%2f',
  '@',
  '//evil.example',
  '{client_secret}',
  '<title>',
  ' ',
] as const

export const wildPart = fc.constantFrom(...wildParts)

export const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  fc.array(fc.oneof(wildPart, fc.string({ maxLength: 5 })), { maxLength: 8 }).map((parts) => parts.join('')),
)

type Harm = { at: number; length: number; part: string; isDoubled: boolean }
const harm: fc.Arbitrary<Harm> = fc.record({
  at: fc.nat(1000),
  length: fc.nat(6),
  part: fc.oneof(fc.constant(''), wildPart, fc.string({ unit: 'binary', maxLength: 3 })),
  isDoubled: fc.boolean(),
})

/** A text of these with some harm done to it. */
export function damaged(texts: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(texts, fc.array(harm, { maxLength: 3 })).map(([text, harms]) => harms.reduce(damage, text))
}

function damage(text: string, { at, length, part, isDoubled }: Harm): string {
  const from = at % (text.length + 1)
  const piece = text.slice(from, from + length)
  return text.slice(0, from) + (isDoubled ? piece + piece : part) + text.slice(from + length)
}
