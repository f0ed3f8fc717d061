/** Requirement rows J5 and J6: a definition is data of strangers. */
import { describe, expect, it } from 'vitest'
import { applyOverrides } from '../../src/provider/apply.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { shapeProblem } from '../../src/provider/shapes.ts'
import { shapes } from '../../src/provider/words.ts'
import { sample } from '../provider/sample.ts'

const words = ['__proto__', 'constructor', 'prototype']
const payload = { polluted: 'yes', id: 'x', toString: 1 }

/** The sample with a member put at a place, in JSON as it would come over the wire. */
function placed(place: string, key: string): unknown {
  const text = JSON.stringify(sample(), (name, value: unknown) =>
    (place === '' ? name === '' : name === place) && typeof value === 'object'
      ? { ...(value as object), MARK: payload }
      : value,
  )
  return JSON.parse(text.replaceAll('"MARK"', JSON.stringify(key)))
}

describe('J5: a definition', () => {
  const places = ['', 'sources', 'values', 'account', 'hosts', 'client', 'scopes', 'known', 'ways', 'user']
  const deeper = ['authorize', 'params', 'token', 'body', 'form', 'renewal', 'call', 'api', 'send']

  it('with a key that reaches into prototypes is refused wherever the key stands, and nothing is polluted', () => {
    const taken: string[] = []
    for (const place of [...places, ...deeper])
      for (const key of words) {
        const input = placed(place, key)
        if (JSON.stringify(input) === JSON.stringify(sample())) throw new Error(`nothing was put at ${place}`)
        if (parseDefinition(input).ok) taken.push(`${place} ${key}`)
      }
    expect(taken).toEqual([])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('with a member that nobody knows is refused by its place', () => {
    // Tables of names chosen by the definition itself take any name, and look at what stands under it.
    for (const place of ['', 'hosts', 'client', 'scopes', 'user', 'authorize', 'token', 'renewal', 'call', 'api']) {
      const parsed = parseDefinition(placed(place, 'unheard_of'))
      expect([place, !parsed.ok && parsed.faults.some(({ path }) => path.includes('unheard_of'))]).toEqual([
        place,
        true,
      ])
    }
  })

  it('is no way into prototypes by overrides either', () => {
    for (const key of words)
      for (const text of [`{"${key}":{"polluted":"yes"}}`, `{"ways":{"${key}":{"polluted":"yes"}}}`]) {
        expect(() => applyOverrides(sample(), JSON.parse(text), {})).toThrow(/not allowed/)
        expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
      }
  })
})

describe('J6: a value', () => {
  it('of a definition has no expression of its own: it is one of the shapes', () => {
    for (const key of ['pattern', 'regex', 'match', 'format']) {
      const parsed = parseDefinition(placed('account', key))
      expect([key, parsed.ok]).toEqual([key, false])
    }
  })

  it('of any shape is judged in the end, however it is written', () => {
    const many = (text: string) => text.repeat(Math.ceil(100_000 / text.length))
    const texts = [
      many('a'),
      many('a.'),
      many('a-'),
      many('-a_'),
      many('a@'),
      many('@a.'),
      `a@${many('a.')}`,
      `x:${many('/')}`,
      `x:${many('a')} `,
      `${many('0')}!`,
      `https://${many('a.')}`,
      `-----BEGIN A-----\n${many('\n')}`,
      `-----BEGIN ${many('A ')}`,
      `-----BEGIN A-----\n${many('-----END A-----\n')}x`,
      many('{"a":'),
      many('\u0000'),
    ]
    // An expression that goes back and forth would not come to an end within the life of this test.
    const judged = shapes.flatMap((shape) => texts.map((text) => shapeProblem(shape, text)))
    expect(judged).toHaveLength(shapes.length * texts.length)
    expect(judged.filter((problem) => problem !== undefined).length).toBeGreaterThan(100)
  })
})
