import { expect, it } from 'vitest'
import { momentOf, relative } from '../../src/cli/times.ts'
import { duration } from '../../src/duration.ts'

const [minute, hour, day] = [60, 3_600, 86_400]

it.each([
  [0, '0 seconds'],
  [1.2, '1 second'],
  [10.6, '11 seconds'],
  [119, '119 seconds'],
  [2 * minute, '2 minutes'],
  [hour - 1, '60 minutes'],
  [2 * hour - 1, '2 hours'],
  [36 * hour, '36 hours'],
  [2 * day - 1, '2 days'],
  [90 * day - 1, '90 days'],
  [729 * day, '729 days'],
  [730 * day, '2 years'],
])('%d seconds are said as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

it('a moment that was just promised is not one unit nearer', () => {
  expect(relative(1_000 + 90 * day, 1_000.4)).toBe('in 90 days')
})

it.each([
  ['90d', 'ahead', 1_000_000 + 90 * day],
  ['24h', 'back', 1_000_000 - day],
  ['2w', 'back', 1_000_000 - 14 * day],
  ['2026-11-22', 'back', Date.UTC(2026, 10, 22) / 1000],
  ['2026-11-22T12:00:00.900Z', 'ahead', Date.UTC(2026, 10, 22, 12) / 1000],
  ['7', 'back', undefined],
  ['2026-13-01', 'ahead', undefined],
  ['90 days', 'ahead', undefined],
  ['yesterday', 'back', undefined],
] as const)('%s %s is a moment or none', (text, direction, at) => {
  expect(momentOf(text, 1_000_000, direction)).toBe(at)
})
