/**
 * Time that a test owns: events in the order of their moments, each run to its end before the next one begins. What a
 * process waits for belongs to it: it never comes if the process was killed, and only after the resume if it was stopped
 * (SIGSTOP). The same seed gives the same run.
 */
import type { Clock } from '../../src/deps.ts'

/** Epoch milliseconds at which every simulation begins. */
const beginning = 1_800_000_000_000

/** One life of one program. */
export type Process = { alive: boolean; stopped: boolean; parked: Event[] }
type Event = { at: number; order: number; owner: Process | undefined; run(): void; cancelled: boolean }

export class Simulation {
  now = beginning
  readonly dice: Dice
  readonly trace: string[] = []
  #queue: Event[] = []
  #order = 0
  /** Real work under way: the disk, the database. Time stands still meanwhile. */
  #busy = 0

  constructor(seed: number) {
    this.dice = new Dice(seed)
  }

  /** Milliseconds since the beginning. */
  get elapsed(): number {
    return this.now - beginning
  }

  say(who: string, text: string): void {
    this.trace.push(`${(this.elapsed / 1000).toFixed(3).padStart(9)}  ${who.padEnd(8)} ${text}`)
  }

  /** Runs something after so many milliseconds; gives the way to call it off. */
  after(ms: number, run: () => void, owner?: Process): () => void {
    const event = { at: this.now + Math.max(0, ms), order: this.#order++, owner, run, cancelled: false }
    this.#insert(event)
    return () => void (event.cancelled = true)
  }

  sleep(ms: number, owner?: Process): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve, owner))
  }

  clockOf(owner?: Process): Clock {
    return {
      now: () => this.now,
      monotonic: () => this.elapsed,
      sleep: (ms, signal) =>
        new Promise((resolve, reject) => {
          const cancel = this.after(ms, resolve, owner)
          const abort = () => (cancel(), reject(signal?.reason as Error))
          if (signal?.aborted === true) abort()
          else signal?.addEventListener('abort', abort, { once: true })
        }),
    }
  }

  stop(process: Process): void {
    process.stopped = true
  }

  resume(process: Process): void {
    process.stopped = false
    for (const event of process.parked.splice(0)) this.#insert({ ...event, at: this.now, order: this.#order++ })
  }

  /** Work of the real world: no moment passes until it is done. */
  async real<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++
    try {
      return await work()
    } finally {
      this.#busy--
    }
  }

  /** Inside of real work, something that takes simulated time. */
  async simulated<T>(work: () => Promise<T>): Promise<T> {
    this.#busy--
    try {
      return await work()
    } finally {
      this.#busy++
    }
  }

  /** Until this many milliseconds after the beginning, or until nothing is left to happen. */
  async runUntil(elapsed: number): Promise<void> {
    await this.#settled()
    for (;;) {
      const [event] = this.#queue
      if (event === undefined || event.at > beginning + elapsed) break
      this.#queue.shift()
      const { owner } = event
      if (event.cancelled || owner?.alive === false) continue
      if (owner?.stopped === true) {
        owner.parked.push(event)
        continue
      }
      this.now = event.at
      event.run()
      await this.#settled()
    }
    this.now = beginning + elapsed
  }

  /** What follows from an event has happened once a turn of the loop brings nothing new. */
  async #settled(): Promise<void> {
    do await new Promise((resolve) => setImmediate(resolve))
    while (this.#busy > 0)
  }

  #insert(event: Event): void {
    let place = this.#queue.length
    while (place > 0 && isAfter(this.#queue[place - 1], event)) place--
    this.#queue.splice(place, 0, event)
  }
}

function isAfter(one: Event | undefined, other: Event): boolean {
  return one !== undefined && (one.at > other.at || (one.at === other.at && one.order > other.order))
}

/** Mulberry32: small, and the same everywhere. */
export class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed, 0x9e3779b1) >>> 0
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.next()
  }

  pick<T>(list: readonly T[]): T {
    // An index below the length: a list here is never empty.
    return list[Math.floor(this.next() * list.length)] as T
  }
}
