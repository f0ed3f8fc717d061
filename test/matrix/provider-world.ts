/**
 * The domain as it renews, over a real store and spool and at the real pace, with time that passes in steps and a
 * service in the test's hands: what takes half an hour passes in a second.
 */
import type { Context } from '../../src/connections/context.ts'
import type { Clock } from '../../src/deps.ts'
import { createPace, type Pace } from '../../src/outbound/pace.ts'
import type { Renewal } from '../../src/provider/provider.ts'
import { service, world, type World } from '../connections/harness.ts'

export const second = 1000
export const minute = 60 * second

export type SteppedClock = Clock & { advance(ms: number): void; sleepers(): number }

/** Time that stands still until it is advanced; whoever has slept long enough by then wakes. */
export function steppedClock(start = 1_800_000_000_000): SteppedClock {
  let now = start
  let asleep = 0
  const sleepers = new Set<{ at: number; wake: () => void }>()
  return {
    now: () => now,
    monotonic: () => now,
    sleepers: () => asleep,
    advance(ms) {
      now += ms
      for (const sleeper of sleepers) {
        if (sleeper.at > now) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
    sleep(ms, signal) {
      asleep += 1
      return new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve }
        if (signal?.aborted) return reject(signal.reason as Error)
        sleepers.add(sleeper)
        signal?.addEventListener('abort', () => (sleepers.delete(sleeper), reject(signal.reason as Error)), {
          once: true,
        })
      })
    },
  }
}

/** Numbers of [0, 1) that are the same in every run (mulberry32, public domain, Tommy Ettinger 2017). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export type Outside = World & {
  clock: SteppedClock
  pace: Pace
  /** Lets time pass in steps, and what it brings about happen; `each` runs after every step. */
  pass(ms: number, step?: number, each?: () => void): Promise<void>
  /** Moments of the requests, counted from the start. */
  moments(from?: number): number[]
}

export async function outside(options: Parameters<typeof world>[0] & { seed?: number } = {}): Promise<Outside> {
  const { seed = 1, override = {} } = options
  const clock = (options.clock as SteppedClock | undefined) ?? steppedClock()
  const start = clock.now()
  const pace = createPace({ clock, random: seeded(seed) })
  const at: number[] = []
  const parts: Partial<Context> = { pace, dice: seeded(seed + 1), ...override }
  const here = await world({ ...options, clock, override: parts })
  const { requests } = here
  // The sync of the spool is seen by no count of the store.
  let spooling = 0
  const append = here.spool.append
  here.spool.append = async (...entry) => {
    spooling += 1
    try {
      await append(...entry)
    } finally {
      spooling -= 1
    }
  }
  const settle = async (): Promise<void> => {
    const busy = (): number => here.store.statements + requests.length + clock.sleepers()
    const isIdle = (): boolean => spooling === 0 && pace.lanes().every(({ inFlight }) => inFlight === 0)
    for (let still = 0, before = busy(); still < 4; before = busy()) {
      await new Promise((resolve) => (isIdle() ? setImmediate(resolve) : setTimeout(resolve, 1)))
      still = busy() === before && isIdle() ? still + 1 : 0
    }
  }
  return {
    ...here,
    clock,
    pace,
    answer(server) {
      here.answer((request, count) => {
        at[count - 1] = clock.now() - start
        return server(request, count)
      })
    },
    async pass(ms, step = 10 * second, each) {
      for (let left = ms; left > 0; left -= step) {
        clock.advance(Math.min(step, left))
        await settle()
        each?.()
      }
    },
    moments: (from = 0) => at.filter((moment) => moment >= from),
  }
}

const local = { kind: 'local' } as const

/** Connections of one service whose tokens were got at the same moment. */
export async function fleet(
  here: World,
  count: number,
  life: number,
  renewal: Partial<Renewal> = {},
): Promise<string[]> {
  const names = Array.from({ length: count }, (_, n) => `c${n}`)
  const definition = service(renewal)
  const expiresAt = here.clock.now() + life
  await Promise.all(
    names.map((name) =>
      here.domain.connections.create(
        {
          name,
          provider: 'custom',
          definition,
          grant: 'person',
          client: { id: 'client', secret: 'secret' },
          tokens: { accessToken: `access-${name}`, refreshToken: `refresh-${name}`, expiresAt },
        },
        local,
      ),
    ),
  )
  return names
}

/** A service that replaces every refresh token. */
export function rotating(life = 3600) {
  let count = 0
  return () => {
    count += 1
    return {
      body: { access_token: `access-${count}`, refresh_token: `next-${count}`, token_type: 'Bearer', expires_in: life },
    }
  }
}

export type Failed = { name: string; code: string; retryAfter: number | undefined }
export type Gets = { asked: number; served: number; failed: Failed[] }

export const nobody = (): Gets => ({ asked: 0, served: 0, failed: [] })

/** Every connection is read once, as jobs do. Some wait for time to pass: `answered` tells when none does any more. */
export function readAll(here: World, names: readonly string[], into: Gets): void {
  for (const name of names) {
    into.asked += 1
    here.domain.connections.read(name).then(
      () => (into.served += 1),
      (error: { code: string; facts?: { retryAfterSeconds?: number } }) =>
        into.failed.push({ name, code: error.code, retryAfter: error.facts?.retryAfterSeconds }),
    )
  }
}

/** Lets the jobs that still wait have their answers: none waits longer than for its place and two requests. */
export async function answered(here: Outside, gets: Gets): Promise<void> {
  const isOpen = (): boolean => gets.served + gets.failed.length < gets.asked
  for (let waited = 0; isOpen() && waited < minute; waited += second) await here.pass(second, second)
  if (isOpen()) throw new Error('a job was never answered')
}

/** The most requests in any stretch of so many milliseconds. */
export function most(moments: readonly number[], within: number): number {
  let from = 0
  let found = 0
  moments.forEach((moment, index) => {
    while (moments[from]! <= moment - within) from += 1
    found = Math.max(found, index - from + 1)
  })
  return found
}

/**
 * Kolmogorov-Smirnov: how likely samples that are spread as evenly as these would be further from an even spread over
 * [low, high] (asymptotic distribution with Stephens' correction; Numerical Recipes, section 14.3).
 */
export function evenness(samples: readonly number[], low: number, high: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  const n = sorted.length
  const distance = Math.max(
    ...sorted.map((sample, index) => {
      const share = (sample - low) / (high - low)
      return Math.max(Math.abs(share - index / n), Math.abs((index + 1) / n - share))
    }),
  )
  const lambda = (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n)) * distance
  if (lambda < 0.2) return 1
  const terms = Array.from(
    { length: 100 },
    (_, k) => (k % 2 === 0 ? 2 : -2) * Math.exp(-2 * (k + 1) ** 2 * lambda ** 2),
  )
  return Math.min(
    1,
    Math.max(
      0,
      terms.reduce((sum, term) => sum + term, 0),
    ),
  )
}
