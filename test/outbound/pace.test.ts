import { describe, expect, test } from 'vitest'
import { createPace, type Permit } from '../../src/outbound/pace.ts'
import { settled, testClock } from './clocks.ts'

const one = 'https://one.example'
const two = 'https://two.example'

/** What a permit came to, without waiting for it. */
function watch(promise: Promise<Permit>): {
  state: 'waiting' | 'given' | 'refused'
  permit?: Permit
  retryAfter?: number
} {
  const seen: ReturnType<typeof watch> = { state: 'waiting' }
  promise.then(
    (permit) => Object.assign(seen, { state: 'given', permit }),
    (error: { facts: { retryAfterSeconds: number } }) =>
      Object.assign(seen, { state: 'refused', retryAfter: error.facts.retryAfterSeconds }),
  )
  return seen
}

async function fail(pace: ReturnType<typeof createPace>, times: number): Promise<void> {
  for (let i = 0; i < times; i += 1) (await pace.permit(one, { deadlineMs: 60_000 })).done('transient')
}

describe('the pace of an origin', () => {
  test('lets sixteen requests be under way and the others follow in order of arrival', async () => {
    const pace = createPace({ clock: testClock() })
    const permits = await Promise.all(Array.from({ length: 16 }, () => pace.permit(one, { deadlineMs: 1000 })))
    const [first, second] = [
      watch(pace.permit(one, { deadlineMs: 1000 })),
      watch(pace.permit(one, { deadlineMs: 1000 })),
    ]
    await settled()
    expect([first.state, second.state, pace.room(one)]).toEqual(['waiting', 'waiting', 0])
    permits[3]?.done('ok')
    permits[3]?.done('ok')
    await settled()
    expect([first.state, second.state]).toEqual(['given', 'waiting'])
  })

  test('gives back the place of a request that was never sent', async () => {
    const pace = createPace({ clock: testClock() })
    for (let unused = 0; unused < 100; unused += 1) (await pace.permit(one, { deadlineMs: 1000 })).done('unused')
    expect(pace.room(one)).toBe(16)
  })

  test('turns away who has waited until the deadline', async () => {
    const clock = testClock()
    const pace = createPace({ clock, limits: { concurrency: 1 } })
    await pace.permit(one, { deadlineMs: 1000 })
    const late = watch(pace.permit(one, { deadlineMs: 1000 }))
    await clock.advance(999)
    expect(late.state).toBe('waiting')
    await clock.advance(1)
    expect(late).toMatchObject({ state: 'refused', retryAfter: 1 })
  })

  test('gives forty at once and then twenty a second', async () => {
    const clock = testClock()
    const pace = createPace({ clock, limits: { concurrency: 1000 } })
    const seen = Array.from({ length: 100 }, () => watch(pace.permit(one, { deadlineMs: 10_000 })))
    const given = (): number => seen.filter(({ state }) => state === 'given').length
    await settled()
    expect(given()).toBe(40)
    await clock.advance(1000)
    expect(given()).toBe(60)
    await clock.advance(2000)
    expect(given()).toBe(100)
  })

  test('keeps quiet as long as the server asked, for every caller, and tells who remembers', async () => {
    const clock = testClock()
    const remembered: [string, number][] = []
    const pace = createPace({ clock, remember: (origin, retryAt) => void remembered.push([origin, retryAt]) })
    const permit = await pace.permit(one, { deadlineMs: 1000 })
    const patient = watch(pace.permit(one, { deadlineMs: 60_000 }))
    await settled()
    permit.done('transient', 30_000)
    expect(remembered).toEqual([[one, clock.now() + 30_000]])
    expect(patient.state).toBe('given')
    const hasty = watch(pace.permit(one, { deadlineMs: 20_000 }))
    const waiting = watch(pace.permit(one, { deadlineMs: 40_000 }))
    await settled()
    expect(hasty).toMatchObject({ state: 'refused', retryAfter: 30 })
    expect(pace.room(one)).toBe(0)
    await clock.advance(29_999)
    expect(waiting.state).toBe('waiting')
    await clock.advance(1)
    expect(waiting.state).toBe('given')
  })

  test('keeps quiet after a restart and on word of another node', async () => {
    const clock = testClock()
    const pace = createPace({ clock, initial: [[one, clock.now() + 5000]] })
    pace.learn(two, clock.now() + 9000)
    const seen = [one, two].map((origin) => watch(pace.permit(origin, { deadlineMs: 1000 })))
    await settled()
    expect(seen).toMatchObject([{ retryAfter: 5 }, { retryAfter: 9 }])
  })

  test('cuts an absurd Retry-After to an hour', async () => {
    const clock = testClock()
    const pace = createPace({ clock })
    ;(await pace.permit(one, { deadlineMs: 1000 })).done('transient', 1e12)
    expect(pace.lanes()[0]?.restMs).toBe(3_600_000)
  })

  test('opens the breaker after eight transient failures in a row, and only then', async () => {
    const pace = createPace({ clock: testClock(), random: () => 1 })
    await fail(pace, 7)
    ;(await pace.permit(one, { deadlineMs: 1000 })).done('failed')
    await fail(pace, 7)
    expect(pace.room(one)).toBeGreaterThan(0)
    await fail(pace, 1)
    const refused = watch(pace.permit(one, { deadlineMs: 4000 }))
    await settled()
    expect(refused).toMatchObject({ state: 'refused', retryAfter: 5 })
  })

  test('lets one probe through when the rest is over; its success lets everybody follow', async () => {
    const clock = testClock()
    const pace = createPace({ clock, random: () => 1 })
    await fail(pace, 8)
    await clock.advance(5000)
    expect(pace.room(one)).toBe(1)
    const probe = await pace.permit(one, { deadlineMs: 1000 })
    const next = watch(pace.permit(one, { deadlineMs: 1000 }))
    await settled()
    expect([probe.probing, next.state, pace.room(one)]).toEqual([true, 'waiting', 0])
    probe.done('ok')
    await clock.advance(50)
    expect(next).toMatchObject({ state: 'given', permit: { probing: false } })
  })

  test('a person is the probe at once; failing prolongs no rest, and success ends it for everybody', async () => {
    const clock = testClock()
    const pace = createPace({ clock, random: () => 1 })
    await fail(pace, 8)
    const byPerson = { deadlineMs: 1000, byPerson: true }
    const first = await pace.permit(one, byPerson)
    expect([first.probing, first.stands()]).toEqual([true, true])
    await expect(pace.permit(one, byPerson)).rejects.toMatchObject({
      message: `${one} is left alone for another 5 seconds: it failed again and again`,
      remedy: 'try again in 5 seconds',
    })
    first.done('transient')
    expect(pace.lanes()[0]?.restMs).toBe(5000)
    const second = await pace.permit(one, byPerson)
    const patient = watch(pace.permit(one, { deadlineMs: 60_000 }))
    await settled()
    expect(patient.state).toBe('waiting')
    second.done('ok')
    await clock.advance(100)
    expect([patient.state, pace.lanes()[0]?.restMs]).toEqual(['given', 0])
  })

  test('a person keeps to the quiet that the server asked for', async () => {
    const clock = testClock()
    const pace = createPace({ clock })
    await fail(pace, 7)
    const last = await pace.permit(one, { deadlineMs: 1000 })
    last.done('transient', 60_000)
    const seen = watch(pace.permit(one, { deadlineMs: 1000, byPerson: true }))
    await settled()
    expect(seen).toMatchObject({ state: 'refused', retryAfter: 60 })
  })

  test('rests twice as long after each failed probe, at most five minutes', async () => {
    const clock = testClock()
    const pace = createPace({ clock, random: () => 1 })
    await fail(pace, 8)
    const rests: number[] = []
    for (let i = 0; i < 9; i += 1) {
      const restMs = pace.lanes()[0]?.restMs ?? 0
      rests.push(restMs)
      await clock.advance(restMs)
      ;(await pace.permit(one, { deadlineMs: 1000 })).done('transient')
    }
    expect(rests).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000])
  })

  test('does not rest longer for failures that were under way when the breaker opened', async () => {
    const pace = createPace({ clock: testClock(), random: () => 0 })
    const permits = await Promise.all(Array.from({ length: 16 }, () => pace.permit(one, { deadlineMs: 1000 })))
    for (const permit of permits) permit.done('transient')
    expect(pace.lanes()).toMatchObject([{ failures: 8, restMs: 4000, inFlight: 0 }])
  })

  test('one stalled origin does not delay another', async () => {
    const pace = createPace({ clock: testClock(), limits: { concurrency: 1 } })
    await pace.permit(one, { deadlineMs: 1000 })
    for (let i = 0; i < 100; i += 1) watch(pace.permit(one, { deadlineMs: 60_000 }))
    await expect(pace.permit(two, { deadlineMs: 1 })).resolves.toMatchObject({ probing: false })
  })

  test('forgets an origin that nobody asked for in ten minutes, but not one that is left alone', async () => {
    const clock = testClock()
    const pace = createPace({ clock })
    ;(await pace.permit(one, { deadlineMs: 1000 })).done('ok')
    ;(await pace.permit(two, { deadlineMs: 1000 })).done('transient', 3_600_000)
    await clock.advance(700_000)
    ;(await pace.permit('https://three.example', { deadlineMs: 1000 })).done('ok')
    expect(pace.lanes().map(({ origin }) => origin)).toEqual([two, 'https://three.example'])
  })
})
