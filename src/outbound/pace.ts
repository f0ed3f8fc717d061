/**
 * The pace of each origin: how many requests are under way, how many a second, and when to leave a server alone. A
 * permit is taken before anything else is held, so that nothing waits after a claim. Every origin has its own lane; a
 * stalled one never delays another.
 *
 * A lane's breaker is closed (all may pass), open (nobody until its rest is over) or half-open (one probe is under way,
 * everybody else waits for its outcome). Eight transient failures in a row open it; a probe's failure opens it for twice
 * as long; any answer of a living server closes it. A person who asks is the probe at once, because they may have mended
 * what failed; quiet that the server asked for holds for them too.
 */
import type { Clock } from '../deps.ts'
import { duration } from '../duration.ts'
import { EvergrantError } from '../errors.ts'

export type PaceLimits = {
  /** Requests under way at once. */
  concurrency: number
  perSecond: number
  /** Permits that may be taken at once after a quiet time. */
  burst: number
  /** Transient failures in a row that open the breaker. */
  failures: number
  /** First and longest rest of the breaker, in milliseconds; doubled in between. */
  firstRestMs: number
  longestRestMs: number
  /** A longer Retry-After is cut to this, in milliseconds: the server may be asked again whether it still means it. */
  longestQuietMs: number
  /** A lane untouched for so long is forgotten, in milliseconds. */
  idleMs: number
}

export const defaultLimits: PaceLimits = {
  concurrency: 16,
  perSecond: 20,
  burst: 40,
  failures: 8,
  firstRestMs: 5_000,
  longestRestMs: 300_000,
  longestQuietMs: 3_600_000,
  idleMs: 600_000,
}

/** `ok` and `failed` are answers of a living server (an `invalid_grant` is one); `transient` is a sign of trouble; `unused` says
 * nothing and costs nothing, because nothing was sent. */
export type Outcome = 'ok' | 'failed' | 'transient' | 'unused'

export type Permit = {
  /** The one request that tries whether a failing server works again: it must not be sent twice. */
  readonly probing: boolean
  /** Whether a request may still be sent: not where the server has asked for quiet, or begun to rest, since. */
  stands(): boolean
  /** Gives the permit back: call it however the request ended. Only the first call counts. `retryAfterMs`: the server asked for quiet (RFC 9110 section 10.2.3). */
  done(outcome: Outcome, retryAfterMs?: number): void
}

/** `byPerson`: somebody waits for it who knows what they do. */
export type PermitOptions = { deadlineMs: number; byPerson?: boolean }

export type LaneState = { origin: string; inFlight: number; waiting: number; failures: number; restMs: number }

export type Pace = {
  /** Waits in order of arrival, at most `deadlineMs`; rejects with `provider_failing` at once if that cannot be enough. */
  permit(origin: string, options: PermitOptions): Promise<Permit>
  /** Permits that would be given now without waiting. */
  room(origin: string): number
  /** Another node was asked for quiet until then (epoch milliseconds). */
  learn(origin: string, retryAt: number): void
  /** What each known origin is doing: for metrics. */
  lanes(): LaneState[]
}

export type PaceOptions = {
  clock: Clock
  limits?: Partial<PaceLimits>
  /** Called when an origin is to be left alone until `retryAt` (epoch milliseconds): to be kept for restarts and other nodes. */
  remember?: (origin: string, retryAt: number) => void
  /** What was remembered. */
  initial?: Iterable<readonly [origin: string, retryAt: number]>
  /** Between 0 and 1: jitter, so that nodes do not return in step. */
  random?: () => number
}

type Waiter = { deadline: number; resolve(permit: Permit): void; reject(error: EvergrantError): void }

type Lane = {
  origin: string
  waiting: Waiter[]
  inFlight: number
  probing: boolean
  failures: number
  /** Rests taken since the server last answered. */
  rests: number
  /** Monotonic; nothing is sent before it. */
  restUntil: number
  /** The same as far as the server asked for it, or another process told of it. */
  quietUntil: number
  tokens: number
  tokensAt: number
  touchedAt: number
  alarm?: { at: number; abort: AbortController }
}

export function createPace(options: PaceOptions): Pace {
  const { clock, remember = () => undefined, random = Math.random } = options
  const limits = { ...defaultLimits, ...options.limits }
  const lanes = new Map<string, Lane>()
  let sweptAt = clock.monotonic()

  function laneOf(origin: string): Lane {
    const now = clock.monotonic()
    sweep(now)
    const known = lanes.get(origin)
    if (known !== undefined) {
      known.touchedAt = now
      return known
    }
    const lane: Lane = {
      origin,
      waiting: [],
      inFlight: 0,
      probing: false,
      failures: 0,
      rests: 0,
      restUntil: now,
      quietUntil: now,
      tokens: limits.burst,
      tokensAt: now,
      touchedAt: now,
    }
    lanes.set(origin, lane)
    return lane
  }

  function sweep(now: number): void {
    if (now - sweptAt < limits.idleMs / 10) return
    sweptAt = now
    for (const lane of lanes.values()) {
      const busy = lane.inFlight > 0 || lane.waiting.length > 0 || lane.restUntil > now
      if (!busy && now - lane.touchedAt >= limits.idleMs) lanes.delete(lane.origin)
    }
  }

  const isOpen = (lane: Lane): boolean => lane.failures >= limits.failures

  function refill(lane: Lane, now: number): void {
    if (now <= lane.tokensAt) return
    lane.tokens = Math.min(limits.burst, lane.tokens + ((now - lane.tokensAt) / 1000) * limits.perSecond)
    lane.tokensAt = now
  }

  /** When the next permit can be given: a monotonic time, or undefined if that depends on one being returned. */
  function nextAt(lane: Lane, now: number): number | undefined {
    if (lane.inFlight >= limits.concurrency || lane.probing) return undefined
    refill(lane, now)
    const missing = Math.max(0, 1 - lane.tokens)
    return Math.max(lane.restUntil, lane.tokensAt + Math.ceil((missing / limits.perSecond) * 1000))
  }

  /** Gives out what can be given, turns away who would wait in vain, and sets the alarm for the rest. */
  function serve(lane: Lane): void {
    const now = clock.monotonic()
    turnAway(lane, now)
    let at = nextAt(lane, now)
    while (lane.waiting.length > 0 && at !== undefined && at <= now) {
      lane.waiting.shift()?.resolve(grant(lane))
      at = nextAt(lane, now)
    }
    const deadlines = lane.waiting.map(({ deadline }) => deadline)
    setAlarm(lane, deadlines.length === 0 ? undefined : Math.min(at ?? Infinity, ...deadlines))
  }

  function turnAway(lane: Lane, now: number): void {
    const staying: Waiter[] = []
    for (const waiter of lane.waiting) {
      if (waiter.deadline > now && waiter.deadline > lane.restUntil) staying.push(waiter)
      else waiter.reject(refusal(lane, now))
    }
    lane.waiting = staying
  }

  function refusal(lane: Lane, now: number): EvergrantError {
    const seconds = Math.max(1, Math.ceil((lane.restUntil - now) / 1000))
    const why = lane.quietUntil > now ? 'it failed or asked for it' : 'it failed again and again'
    return new EvergrantError('provider_failing', {
      detail:
        lane.restUntil > now
          ? `${lane.origin} is left alone for another ${duration(seconds)}: ${why}`
          : `${lane.origin} is busy: no request could be started in time`,
      remedy: `try again in ${duration(seconds)}`,
      retryAfterSeconds: seconds,
    })
  }

  /** The breaker's own rest is over for a person, if nobody is trying already. */
  function mayProbe(lane: Lane, now: number): boolean {
    const isQuiet = lane.quietUntil > now
    return isOpen(lane) && lane.restUntil > now && !isQuiet && !lane.probing && lane.inFlight < limits.concurrency
  }

  function grant(lane: Lane, byPerson = false): Permit {
    const probing = isOpen(lane)
    lane.tokens -= 1
    lane.inFlight += 1
    if (probing) lane.probing = true
    let returned = false
    return {
      probing,
      stands: () => (byPerson ? lane.quietUntil : lane.restUntil) <= clock.monotonic(),
      done(outcome, retryAfterMs) {
        if (returned) return
        returned = true
        lane.inFlight -= 1
        lane.touchedAt = clock.monotonic()
        if (probing) lane.probing = false
        settle(lane, outcome, probing, byPerson)
        if (retryAfterMs !== undefined) keepQuiet(lane, Math.min(retryAfterMs, limits.longestQuietMs))
        serve(lane)
      },
    }
  }

  function settle(lane: Lane, outcome: Outcome, probing: boolean, byPerson: boolean): void {
    if (outcome === 'unused') {
      // After a rest the lane starts slowly, whatever was given out before it.
      if (clock.monotonic() >= lane.restUntil) lane.tokens = Math.min(limits.burst, lane.tokens + 1)
      return
    }
    if (outcome !== 'transient') {
      lane.failures = 0
      lane.rests = 0
      if (probing) endRest(lane)
      return
    }
    // Requests that were under way when the breaker opened say nothing new; only the probe does. A person may try often,
    // and the rest does not get longer by it.
    if (isOpen(lane) && (!probing || byPerson)) return
    lane.failures += 1
    if (!isOpen(lane)) return
    const full = Math.min(limits.longestRestMs, limits.firstRestMs * 2 ** lane.rests)
    lane.rests = Math.min(lane.rests + 1, 30)
    restAndRemember(lane, full * (0.8 + 0.2 * random()))
  }

  /** Leaves the origin alone for so long, unless it is left alone for longer already. */
  function rest(lane: Lane, ms: number): boolean {
    const until = clock.monotonic() + ms
    if (until <= lane.restUntil) return false
    lane.restUntil = until
    // Those who waited do not rush in together when the rest is over.
    lane.tokens = 1
    lane.tokensAt = until
    return true
  }

  /** A person found out that it works again: nobody else has to wait for the end. */
  function endRest(lane: Lane): void {
    const now = clock.monotonic()
    lane.restUntil = Math.min(lane.restUntil, Math.max(now, lane.quietUntil))
    lane.tokensAt = Math.min(lane.tokensAt, lane.restUntil)
  }

  function keepQuiet(lane: Lane, ms: number): void {
    lane.quietUntil = Math.max(lane.quietUntil, clock.monotonic() + ms)
    restAndRemember(lane, ms)
  }

  function restAndRemember(lane: Lane, ms: number): void {
    if (rest(lane, ms)) remember(lane.origin, clock.now() + Math.ceil(ms))
  }

  function setAlarm(lane: Lane, at: number | undefined): void {
    if (lane.alarm?.at === at) return
    lane.alarm?.abort.abort()
    delete lane.alarm
    if (at === undefined) return
    const alarm = { at, abort: new AbortController() }
    lane.alarm = alarm
    clock.sleep(Math.max(1, at - clock.monotonic()), alarm.abort.signal).then(
      () => {
        if (lane.alarm !== alarm) return
        delete lane.alarm
        serve(lane)
      },
      () => undefined, // replaced by another alarm
    )
  }

  const pace: Pace = {
    permit(origin, { deadlineMs, byPerson = false }) {
      const lane = laneOf(origin)
      if (byPerson && mayProbe(lane, clock.monotonic())) return Promise.resolve(grant(lane, true))
      const { promise, resolve, reject } = Promise.withResolvers<Permit>()
      lane.waiting.push({ deadline: clock.monotonic() + deadlineMs, resolve, reject })
      serve(lane)
      return promise
    },
    room(origin) {
      const lane = lanes.get(origin)
      if (lane === undefined) return Math.min(limits.concurrency, Math.floor(limits.burst))
      const now = clock.monotonic()
      const at = nextAt(lane, now)
      if (at === undefined || at > now || lane.waiting.length > 0) return 0
      return isOpen(lane) ? 1 : Math.min(limits.concurrency - lane.inFlight, Math.floor(lane.tokens))
    },
    learn(origin, retryAt) {
      const lane = laneOf(origin)
      const ms = Math.min(retryAt - clock.now(), limits.longestQuietMs)
      lane.quietUntil = Math.max(lane.quietUntil, clock.monotonic() + ms)
      if (rest(lane, ms)) serve(lane)
    },
    lanes() {
      const now = clock.monotonic()
      return [...lanes.values()].map(({ origin, inFlight, waiting, failures, restUntil }) => {
        return { origin, inFlight, waiting: waiting.length, failures, restMs: Math.max(0, restUntil - now) }
      })
    },
  }
  for (const [origin, retryAt] of options.initial ?? []) pace.learn(origin, retryAt)
  return pace
}
