/**
 * The domain as it renews, over a real store and spool and at the real pace, with time that passes in steps and a
 * service in the test's hands: what takes half an hour passes in a second.
 */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Context } from '../../src/connections/context.ts'
import type { Clock } from '../../src/deps.ts'
import { createOutbound } from '../../src/outbound/index.ts'
import { createPace, type Pace } from '../../src/outbound/pace.ts'
import type { Provider, Renewal } from '../../src/provider/provider.ts'
import type { BehaviourChange } from '../../src/rehearsal/behaviour.ts'
import { rehearsalClient, startRehearsal, type Rehearsal } from '../../src/rehearsal/index.ts'
import { service, world, type World } from '../connections/harness.ts'
import { definitionFor } from '../harness/definition.ts'

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
    // A request may be under way whose renewal sleeps: what stands still for long waits for time.
    for (let still = 0, before = busy(); still < (isIdle() ? 4 : 50); before = busy()) {
      await new Promise((resolve) => (isIdle() ? setImmediate(resolve) : setTimeout(resolve, 1)))
      still = busy() === before ? still + 1 : 0
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

export type Wired = Outside & {
  rehearsal: Rehearsal
  /** Bytes that came back from the service. */
  received(): number
  /** A connection whose tokens the service has given, for an hour. */
  join(name: string, renewal?: Partial<Renewal>): Promise<void>
  /** Requests with a refresh token. */
  renewals(): number
}

/** The domain with the real client over real sockets; the rehearsal answers, and lifetimes pass by the stepped clock. */
export async function overWire(behaviour: BehaviourChange = {}, errors?: Provider['errors']): Promise<Wired> {
  const clock = steppedClock()
  const rehearsal = await startRehearsal({ clock, behaviour: { scopes: ['api.read', 'api.write'], ...behaviour } })
  const relay = await countingRelay(Number(new URL(rehearsal.origin).port))
  const outbound = createOutbound({ allowHosts: [relay.host], clock })
  const here = await outside({ clock, override: { fetch: outbound.fetch, allowHttp: true } })
  const renewals = () => rehearsal.requests({ grant: 'refresh_token' }).length
  return {
    ...here,
    clock,
    rehearsal,
    received: relay.received,
    renewals,
    async join(name, renewal = {}) {
      const tokens = await given(rehearsal)
      const definition = definitionFor(
        {
          host: relay.host,
          tokenUrl: `http://${relay.host}/token`,
          authorizationUrl: `http://${relay.host}/authorize`,
          revocationUrl: `http://${relay.host}/revoke`,
          introspectionUrl: `http://${relay.host}/introspect`,
          meUrl: `http://${relay.host}/api/me`,
        },
        { renewal },
      )
      await here.domain.connections.create(
        {
          name,
          provider: 'custom',
          definition: errors === undefined ? definition : { ...definition, errors },
          grant: 'person',
          client: { id: rehearsalClient.id, secret: rehearsalClient.secret, method: 'client_secret_post' },
          scopes: ['api.read', 'api.write'],
          tokens: { ...tokens, expiresAt: clock.now() + 60 * minute },
        },
        local,
      )
    },
    async close() {
      await here.close()
      await outbound.close()
      await relay.close()
      await rehearsal.close()
    },
  }
}

async function given(rehearsal: Rehearsal): Promise<{ accessToken: string; refreshToken: string }> {
  const answer = await fetch(rehearsal.url, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'password',
      username: 'ada',
      password: 'rehearsal-password',
      client_id: rehearsalClient.id,
      client_secret: rehearsalClient.secret,
      scope: 'api.read api.write',
    }),
  })
  const body = (await answer.json()) as { access_token: string; refresh_token: string } // as the rehearsal answers
  return { accessToken: body.access_token, refreshToken: body.refresh_token }
}

/** A pipe before the service that counts what comes back. */
async function countingRelay(port: number) {
  let received = 0
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    const behind = connect(port, '127.0.0.1')
    for (const one of [socket, behind]) {
      open.add(one)
      one.on('error', () => undefined)
      one.on('close', () => open.delete(one))
    }
    behind.on('data', (chunk: Buffer) => (received += chunk.length))
    socket.on('close', () => behind.destroy())
    behind.on('close', (failed) => (failed ? socket.resetAndDestroy() : socket.destroySoon()))
    socket.pipe(behind)
    behind.pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
