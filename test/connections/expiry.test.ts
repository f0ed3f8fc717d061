import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dueAt, good, mandatoryAt } from '../../src/connections/expiry.ts'
import type { Renewal } from '../../src/provider/provider.ts'
import { secret } from '../../src/secret.ts'

const refresh: Renewal = { see: [], by: 'refresh_token', rotates: 'always' }
const born = 1_000_000_000

function tokens(lifeSeconds: number | 'never' | 'unknown', more: object = {}) {
  const expiresAt = typeof lifeSeconds === 'number' ? born + lifeSeconds * 1000 : lifeSeconds
  return {
    accessToken: secret('a'),
    tokenType: 'Bearer',
    obtainedAt: born,
    expiresAt,
    values: {},
    warnings: [],
    ...more,
  }
}

describe('the mandatory point', () => {
  it.each([
    [3600, 300],
    [900, 90],
    [60, 30],
    [60 * 86_400, 300],
    [1200, 120],
  ])('lies, for a life of %i s, %i s before the end', (life, margin) => {
    expect(mandatoryAt(tokens(life))).toBe(born + (life - margin) * 1000)
  })

  it('never lies before half the life, whatever a caller asks for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000_000 }), fc.integer({ min: 0, max: 100_000_000 }), (life, wish) => {
        expect(mandatoryAt(tokens(life), wish)).toBeGreaterThanOrEqual(born + life * 500)
        expect(mandatoryAt(tokens(life))).toBeGreaterThanOrEqual(born + life * 500)
        expect(mandatoryAt(tokens(life), wish)).toBeLessThanOrEqual(born + life * 1000)
      }),
    )
  })

  it('does not exist for a token without a known end', () => {
    expect(good(tokens('never'), born + 1e12)).toBe(true)
    expect(good(tokens('unknown'), born + 1e12, 3600)).toBe(true)
  })
})

describe('the advisory point', () => {
  it('lies at random in 60 to 80 % of the life, never after the mandatory point', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 120, max: 10_000_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (life, dice) => {
          const due = dueAt(tokens(life), refresh, true, dice) ?? 0
          expect(due).toBeLessThanOrEqual(mandatoryAt(tokens(life)))
          if (life > 1000) expect(due - born).toBeGreaterThanOrEqual(Math.floor(life * 600))
        },
      ),
    )
  })

  it('does not exist for tokens that live less than two minutes: they are renewed when somebody asks', () => {
    expect(dueAt(tokens(100), refresh, true, 0.5)).toBeUndefined()
  })

  it('is the mandatory point where a renewal ends the previous access token', () => {
    expect(dueAt(tokens(3600), { ...refresh, oldAccess: 'dies' }, true, 0)).toBe(born + 3300_000)
  })

  it('waits until the service takes the renewal: Facebook in the last ten days, Instagram after a day', () => {
    const within = { ...refresh, by: 'exchange_access_token' as const, within: 864_000 }
    expect(dueAt(tokens(5_184_000), within, true, 0)).toBe(born + (5_184_000 - 864_000) * 1000)
    expect(dueAt(tokens(7200, { idleEnd: born + 30_000_000 }), { ...refresh, age: 86_400 }, true, 0)).toBe(
      born + 86_400_000,
    )
  })

  it('keeps a grant alive that dies when it is not used', () => {
    const idle = tokens('never', { idleEnd: born + 90 * 86_400_000 })
    const due = dueAt(idle, refresh, true, 0.5) ?? 0
    expect(due - born).toBeLessThanOrEqual(30 * 86_400_000)
    expect(due - born).toBeGreaterThan(20 * 86_400_000)
  })

  it('does not exist where nothing can be renewed', () => {
    expect(dueAt(tokens(3600), refresh, false, 0.5)).toBeUndefined()
  })
})
