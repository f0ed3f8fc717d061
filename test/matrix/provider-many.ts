/**
 * Many connections of one authorization server: they share its budget, and nobody waits for what others do. Two hundred in
 * every run of the tests, a thousand in the long run.
 */
import { afterEach, expect, it } from 'vitest'
import { defaultLimits } from '../../src/outbound/pace.ts'
import {
  answered,
  evenness,
  fleet,
  minute,
  most,
  nobody,
  outside,
  readAll,
  rotating,
  second,
  type Outside,
} from './provider-world.ts'

const open: Outside[] = []
async function start(): Promise<Outside> {
  const here = await outside()
  open.push(here)
  return here
}

const { perSecond, burst } = defaultLimits

/** Renewed exactly once each, by one request each. */
async function renewedOnce(here: Outside, names: readonly string[]): Promise<void> {
  expect(here.requests).toHaveLength(names.length)
  const { connections } = here.domain
  for (const name of names) expect((await connections.get(name)).generation).toBe(2)
}

/** The same for any number of them. `say` is told what was measured. */
export function manyTogether(count: number, timeout: number, say: (what: string, value: string) => void): void {
  afterEach(async () => {
    for (const here of open.splice(0)) await here.close()
  })

  it(
    'are renewed once each, evenly over a fifth of their life, and every get is served',
    async () => {
      const here = await start()
      const names = await fleet(here, count, 60 * minute)
      here.answer(rotating())
      here.domain.refresher.start()
      const gets = nobody()
      await here.pass(35 * minute, 5 * minute)
      await here.pass(14 * minute, 4 * second, () => readAll(here, names.slice(0, 100), gets))
      await answered(here, gets)
      expect(gets.failed).toEqual([])
      await renewedOnce(here, names)
      const even = evenness(here.moments(), 36 * minute, 48 * minute)
      expect(even).toBeGreaterThan(0.01)
      say(`renewals of ${count} that end together, against an even spread`, `p = ${even.toFixed(2)}, goal above 0.01`)
      expect(most(here.moments(), second)).toBeLessThanOrEqual(burst + perSecond)
    },
    timeout,
  )

  it(
    'are renewed within the budget where all of them are late, and every get is served',
    async () => {
      const here = await start()
      // Too short to be renewed ahead at different times: half of the life is left.
      const names = await fleet(here, count, 2 * minute)
      here.answer(rotating())
      here.domain.refresher.start()
      const gets = nobody()
      await here.pass(2 * minute, second, () => readAll(here, names, gets))
      await answered(here, gets)
      expect(gets.failed).toEqual([])
      await renewedOnce(here, names)
      for (const seconds of [1, 5, 20]) {
        expect(most(here.moments(), seconds * second)).toBeLessThanOrEqual(burst + perSecond * seconds)
      }
    },
    timeout,
  )

  it(
    'come back after an outage evenly, at the pace of the server',
    async () => {
      const here = await start()
      const names = await fleet(here, count, 60 * minute)
      here.domain.refresher.start()
      here.answer(() => ({ status: 503, body: '' }))
      // The first are due after 36 minutes.
      const away = 66 * minute
      await here.pass(away, 15 * second)
      const during = here.requests.length
      // Those under way when the breaker opened, and one probe a rest.
      expect(during).toBeLessThanOrEqual(defaultLimits.failures + defaultLimits.concurrency + 12)

      here.answer(rotating())
      const healed = here.moments().length
      while (here.requests.length === during) await here.pass(second, second)
      await here.pass(minute, second)
      const back = here.moments().slice(healed)
      const [first = 0] = back
      expect(first - away).toBeLessThanOrEqual(defaultLimits.longestRestMs)
      expect(back.length).toBeGreaterThan(0.9 * (count - during))
      expect(most(back, second)).toBeLessThanOrEqual(perSecond + 1)
      const even = evenness(back, first, back.at(-1) ?? 0)
      expect(even).toBeGreaterThan(0.01)
      say('requests while a service was away for half an hour', `${during} for ${count} connections`)
      say('its return, against an even spread (Kolmogorov-Smirnov)', `p = ${even.toFixed(2)}, goal above 0.01`)
      say('the most requests in a second of its return', `${most(back, second)}, budget ${perSecond}`)
      // Those that had failed come when their own time has come.
      await here.pass(6 * minute, 10 * second)
      for (const name of names) expect((await here.domain.connections.get(name)).generation).toBe(2)
    },
    timeout,
  )
}
