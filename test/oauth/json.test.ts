import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../../src/oauth/json.ts'

describe('JSON of strangers', () => {
  it('is read as JSON.parse reads it', () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
      fc.maxSafeInteger(),
    )
    const values = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        numbers,
        fc.boolean(),
        fc.constant(null),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value'), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
      ),
    })).value
    fc.assert(
      fc.property(values, fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        const parsed = parseJson(text)
        expect(parsed.ok && JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(text)))
      }),
    )
  })

  it('is refused where JSON.parse refuses it', () => {
    const broken = fc
      .tuple(fc.json({ maxDepth: 3 }), fc.nat(), fc.string({ maxLength: 2 }))
      .map(([text, at, patch]) => {
        const index = at % (text.length + 1)
        return text.slice(0, index) + patch + text.slice(index + 1)
      })
    fc.assert(
      fc.property(broken, (text) => {
        let accepted = true
        try {
          JSON.parse(text)
        } catch {
          accepted = false
        }
        const parsed = parseJson(text)
        if (!accepted) expect(parsed.ok).toBe(false)
        else if (!parsed.ok) expect(parsed.fault).toBe('duplicate_key')
      }),
      { numRuns: 500 },
    )
  })

  it('may not name a key twice, nest deeper than 32 or hold more than 256 names', () => {
    expect(parseJson('{"a":1,"a":2}')).toEqual({ ok: false, fault: 'duplicate_key' })
    expect(parseJson('{"a":1,"\\u0061":2}')).toEqual({ ok: false, fault: 'duplicate_key' })
    expect(parseJson('['.repeat(32) + ']'.repeat(32)).ok).toBe(true)
    expect(parseJson('['.repeat(33) + ']'.repeat(33))).toEqual({ ok: false, fault: 'too_deep' })
    const names = (count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i])))
    expect(parseJson(names(256)).ok).toBe(true)
    expect(parseJson(names(257))).toEqual({ ok: false, fault: 'too_many_keys' })
    expect(parseJson(JSON.stringify(Array.from({ length: 1000 }, () => ({ id: 1, name: 'a' })))).ok).toBe(true)
  })

  it('is cut off at once when it is 100,000 arrays deep', () => {
    expect(parseJson('['.repeat(100_000))).toEqual({ ok: false, fault: 'too_deep' })
  })

  it('keeps integers beyond 2^53 as text', () => {
    expect(parseJson('[17841400000000000123, 9007199254740991, -9007199254740993, 1e20]')).toEqual({
      ok: true,
      value: ['17841400000000000123', 9007199254740991, '-9007199254740993', 1e20],
    })
  })

  it('cannot reach a prototype', () => {
    const parsed = parseJson('{"__proto__":{"admin":true},"constructor":1}')
    expect(parsed.ok && Object.keys(parsed.value as object)).toEqual(['__proto__', 'constructor'])
    expect(({} as Record<string, unknown>)['admin']).toBeUndefined()
  })
})
