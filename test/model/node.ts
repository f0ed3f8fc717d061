/**
 * One node: the real domain with its real spool over the real statements of the store. Between them and the world lie
 * distances in simulated time, on which a fault can happen: kill, stop, a store that is away, lost requests and answers.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from '../../src/connections/context.ts'
import { createConnections, type Domain } from '../../src/connections/index.ts'
import { createAttempts } from '../../src/connections/attempts.ts'
import { createMemory } from '../../src/connections/memory.ts'
import { openSpool, type Spool } from '../../src/connections/spool.ts'
import { FetchFailed, type Clock, type WireRequest, type WireResponse } from '../../src/deps.ts'
import { EvergrantError } from '../../src/errors.ts'
import { createPace, type Pace } from '../../src/outbound/pace.ts'
import { createCatalogue } from '../../src/provider/load.ts'
import { answers } from '../../src/server/answers.ts'
import { DataKeys } from '../../src/store/data-keys.ts'
import type { Database, Session } from '../../src/store/database.ts'
import { repositories } from '../../src/store/repositories.ts'
import type { KeyRing } from '../../src/store/seal.ts'
import type { Claim, ClaimResult, RenewalStore, Store } from '../../src/store/store.ts'
import type { Judge } from './judge.ts'
import type { Mutation } from './mutations.ts'
import type { Process, Simulation } from './simulation.ts'
import type { Weather } from './weather.ts'

export type Shared = {
  simulation: Simulation
  database: Database
  keys: KeyRing
  judge: Judge
  weather: Weather
  mutations: ReadonlySet<Mutation>
}

/** What a node held when it sent a request. */
export type Holding = { claim: Claim; at: number; leaseMs: number; holdMs: number; probing: boolean }

const catalogue = createCatalogue({})
const quiet = { debug() {}, info() {}, warn() {}, error() {} }
export const requestDeadlineMs = 20_000

export class Node {
  readonly name: string
  domain: Domain | undefined = undefined
  store: Store | undefined = undefined
  process: Process | undefined = undefined
  /** How the store cannot be reached from here. */
  storeAway: 'refuses' | 'hangs' | undefined = undefined
  /** How often it was stopped. */
  stops = 0
  /** The last claim of this process. */
  holding: Holding | undefined = undefined
  readonly #shared: Shared
  readonly #directory: string
  #spool: Spool | undefined = undefined
  #starts = 0
  #isProbing = false
  /** Statements of this process that were under way when the store hung: they take their time, also once it is back. */
  #hanging = 0
  /** What the write that is asked for next would mean, once it is committed. */
  #meaning: ((value: unknown) => void) | undefined = undefined

  constructor(name: string, directory: string, shared: Shared) {
    this.name = name
    this.#directory = join(directory, name)
    this.#shared = shared
    mkdirSync(this.#directory)
  }

  /** Running, not stopped, and the store can be reached. */
  get isAble(): boolean {
    return this.isRunning && this.storeAway === undefined && this.#hanging === 0
  }

  get isRunning(): boolean {
    return this.domain !== undefined && this.process?.stopped === false
  }

  say(text: string): void {
    this.#shared.simulation.say(this.name, text)
  }

  /** What `main.ts` does at a start; a store that is away ends it, and it is started again. */
  async start(): Promise<void> {
    if (this.process !== undefined) return
    const { simulation, mutations } = this.#shared
    const process: Process = { alive: true, stopped: false, parked: [] }
    this.process = process
    this.say('starts')
    const node = mutations.has('no_takeover_at_start') ? `${this.name}-${++this.#starts}` : this.name
    const holder = `${node}/${++this.#starts}`
    const clock = simulation.clockOf(process)
    const store = this.#storeOf(process, clock, holder)
    this.store = store
    const spool = await simulation.real(() =>
      openSpool({
        directory: this.#directory,
        seal: (...input) => simulation.simulated(() => store.sealFor(...input)),
        open: store.openFor,
      }),
    )
    this.#spool = spool
    const domain = createConnections(this.#contextOf(process, clock, holder, store, spool))
    try {
      await domain.recover()
    } catch (error) {
      if (!(error instanceof EvergrantError)) throw error
      this.say(`cannot start: ${error.code}`)
      await this.kill(2_000)
      return
    }
    this.domain = domain
    domain.refresher.start()
    this.#noteAble()
  }

  /** SIGKILL; whoever looks after it starts it again after `downMs`. */
  async kill(downMs: number): Promise<void> {
    const { process } = this
    if (process?.alive !== true) return
    const { simulation, judge } = this.#shared
    this.say(`is killed, and started after ${Math.round(downMs)} ms`)
    process.alive = false
    this.process = undefined
    this.domain = undefined
    this.holding = undefined
    this.#hanging = 0
    judge.killed(this.name)
    this.#noteAble()
    simulation.after(downMs, () => void this.start())
    await simulation.real(async () => this.#spool?.close())
  }

  stopFor(ms: number): void {
    const { process } = this
    if (process?.alive !== true || process.stopped) return
    const { simulation } = this.#shared
    this.stops++
    this.say(`is stopped for ${Math.round(ms)} ms`)
    simulation.stop(process)
    this.#noteAble()
    simulation.after(ms, () => this.goOn(process))
  }

  goOn(process = this.process): void {
    if (process?.alive !== true || !process.stopped) return
    this.say('goes on')
    this.#shared.simulation.resume(process)
    this.#noteAble()
  }

  loseStoreFor(ms: number, how: 'refuses' | 'hangs'): void {
    if (this.storeAway !== undefined) return
    this.say(`the store ${how} for ${Math.round(ms)} ms`)
    this.storeAway = how
    this.#noteAble()
    this.#shared.simulation.after(ms, () => this.findStore())
  }

  findStore(): void {
    if (this.storeAway === undefined) return
    this.say('the store is back')
    this.storeAway = undefined
    this.#noteAble()
  }

  #noteAble(): void {
    this.#shared.judge.notes(this.name, this.isRunning, this.isAble)
  }

  #contextOf(process: Process, clock: Clock, holder: string, store: Store, spool: Spool): Context {
    const { simulation } = this.#shared
    const dice = () => simulation.dice.next()
    return {
      store,
      spool: this.#spoolOf(process, spool),
      memory: createMemory(),
      attempts: createAttempts(store, quiet),
      answers,
      catalogue,
      fetch: (request) => this.#fetch(process, clock, request),
      pace: this.#paceOf(createPace({ clock, random: dice })),
      clock,
      randomBytes: (size) => Uint8Array.from({ length: size }, () => Math.floor(simulation.dice.next() * 256)),
      dice,
      emit: (name, fields) => this.say(`event ${name} ${textOf(fields)}`),
      log: quiet,
      holder,
      publicUrl: 'http://127.0.0.1:7117',
      allowHttp: false,
      unknownLife: 'unknown',
      listen: () => Promise.reject(new Error('no listener here')),
    }
  }

  /** Remembers whether a request is a probe: that one must not be sent twice. */
  #paceOf(pace: Pace): Pace {
    const { mutations } = this.#shared
    return {
      ...pace,
      permit: async (origin, options) => {
        const permit = await pace.permit(origin, options)
        this.#isProbing = permit.probing
        return mutations.has('no_second_request') ? { ...permit, probing: true } : permit
      },
    }
  }

  #spoolOf(process: Process, spool: Spool): Spool {
    const { simulation, weather, judge, mutations } = this.#shared
    return replacing(spool, {
      pending: () => (mutations.has('no_spool') ? Promise.resolve([]) : spool.pending()),
      append: async (entry) => {
        if (mutations.has('no_spool')) return
        weather.step(this)
        await simulation.sleep(weather.diskMs(), process)
        await simulation.real(() => spool.append(entry))
        this.say(`spooled ${entry.tokens.refreshToken?.open() ?? 'nothing'}`)
        judge.kept('spool', this.name, entry.tokens.refreshToken?.open())
        weather.step(this)
      },
    })
  }

  #storeOf(process: Process, clock: Clock, holder: string): Store {
    const { database, keys } = this.#shared
    const reached: Database = {
      read: this.#readsOf(process),
      write: (work, about) => {
        const meaning = this.#meaning
        this.#meaning = undefined
        return this.#visit(process, () => database.write(work, about), meaning ?? (() => undefined))
      },
      scrub: () => Promise.resolve(),
      here: (moment) => moment,
      statements: 0,
    }
    const store = repositories(reached, new DataKeys(keys), clock, holder)
    return {
      ...store,
      renewals: this.#renewalsOf(store.renewals, clock),
      installation: { id: 'model', epoch: 1 },
      size: () => Promise.resolve(0),
      watch() {},
      statements: 0,
      close: () => Promise.resolve(),
    }
  }

  #readsOf(process: Process): Session {
    const { read } = this.#shared.database
    return {
      all: (statement, input) => this.#visit(process, () => read.all(statement, input)),
      first: (statement, input) => this.#visit(process, () => read.first(statement, input)),
      each: (statement, inputs) => this.#visit(process, () => read.each(statement, inputs)),
      run: (statement, input) => this.#visit(process, () => read.run(statement, input)),
      now: () => read.now(),
      tell: (change) => read.tell(change),
    }
  }

  /** There and back. What is on its way there arrives, whatever becomes of the process. */
  async #visit<T>(process: Process, work: () => Promise<T>, committed?: (value: T) => void): Promise<T> {
    const { simulation, weather } = this.#shared
    await simulation.sleep(weather.storeMs())
    await this.#reach(process)
    const value = await simulation.real(work)
    committed?.(value)
    await simulation.sleep(weather.storeMs(), process)
    // The commit happened; its answer is lost.
    if (committed !== undefined) await this.#reach(process)
    return value
  }

  async #reach(process: Process): Promise<void> {
    const { simulation } = this.#shared
    if (this.storeAway === undefined) return
    if (this.storeAway === 'hangs') await this.#hang(process)
    else await simulation.sleep(2, process)
    throw new EvergrantError('store_unavailable', { detail: 'the store is away' })
  }

  async #hang(process: Process): Promise<void> {
    const { simulation, weather } = this.#shared
    const mine = () => this.process === process
    if (mine()) this.#hanging++
    await simulation.sleep(weather.statementMs(), process)
    if (!mine()) return
    this.#hanging--
    this.#noteAble()
  }

  /** Tells the judge what is committed, and lets a mutation change a rule. */
  #renewalsOf(renewals: RenewalStore, clock: Clock): RenewalStore {
    const { judge, weather, mutations, simulation } = this.#shared
    const means = (told: (value: never) => void): void => {
      this.#meaning = told as (value: unknown) => void
    }
    return {
      ...renewals,
      claim: async (request) => {
        weather.step(this)
        const asked = mutations.has('no_hold') ? { ...request, holdMs: 0 } : request
        means((result: ClaimResult) => {
          if (result.kind !== 'mine') return
          const { claim, leftOpen } = result
          this.say(`claims generation ${claim.generation}, fence ${claim.fence}${leftOpen ? ', left open' : ''}`)
          judge.claims(claim, leftOpen)
        })
        const at = simulation.now
        const result = await renewals.claim(asked)
        if (result.kind !== 'mine') return result
        const claim = mutations.has('late_start') ? { ...result.claim, sendBy: Infinity } : result.claim
        this.holding = { claim, at, leaseMs: request.leaseMs, holdMs: request.holdMs, probing: this.#isProbing }
        weather.step(this)
        return { ...result, claim }
      },
      advance: async (claim, next) => {
        weather.step(this)
        const text = next.root.refreshToken?.open()
        means((result: { saved: boolean }) => {
          this.say(`${result.saved ? 'stores' : 'may not store'} ${text ?? 'nothing'}`)
          if (result.saved) judge.stored(this.name, text, clock.now(), next.root.expiresAt)
        })
        const advanced = await renewals.advance(claim, next)
        weather.step(this)
        return advanced
      },
      keepLate: async (claim, answer) => {
        if (mutations.has('no_late_answers')) return
        means(() => {
          this.say(`keeps ${answer.refreshToken?.open() ?? 'nothing'} as late`)
          judge.kept('late', this.name, answer.refreshToken?.open())
        })
        await renewals.keepLate(claim, answer)
      },
      fail: async (claim, failure, next) => {
        weather.step(this)
        means((written: boolean | 'late') => {
          const isDead = next.state !== undefined && written !== 'late'
          this.say(`${written ? 'writes' : 'may not write'} ${failure.code}${isDead ? ', dead' : ''}`)
          if (written && isDead) judge.flagged(failure.code)
          if (written && failure.retryAt !== undefined) judge.backsOff(this.name, failure.retryAt)
        })
        return renewals.fail(claim, failure, next)
      },
    }
  }

  async #fetch(process: Process, clock: Clock, request: WireRequest): Promise<WireResponse> {
    const { simulation, weather, judge } = this.#shared
    const { holding } = this
    await simulation.sleep(weather.connectMs(), process)
    const sentAt = clock.now()
    if (request.startBefore !== undefined && clock.monotonic() >= request.startBefore)
      throw new FetchFailed({ kind: 'late', sent: false, detail: 'too late to start' })
    const fate = weather.fate()
    const text = new URLSearchParams(request.body ?? '').get('refresh_token') ?? ''
    if (fate.kind === 'refused') {
      judge.refuses(text)
      throw new FetchFailed({ kind: 'refused', sent: false, detail: 'refused' })
    }
    const sent = judge.sends(this.name, process, text, holding)
    this.say(`sends ${text} as request ${sent.id}: ${fate.kind}`)
    weather.step(this)
    return new Promise((resolve, reject) => {
      const end = (how: () => void) => {
        if (sent.endedAt !== undefined) return
        sent.endedAt = simulation.now
        how()
        weather.step(this)
      }
      const fail = (kind: 'timeout' | 'reset' | 'malformed') => () =>
        end(() => {
          this.say(`request ${sent.id} ends in ${kind}`)
          sent.lost = true
          reject(new FetchFailed({ kind, sent: true, detail: kind }))
        })
      simulation.after(request.deadlineMs, fail('timeout'), process)
      simulation.after(fate.thereMs, () => {
        const answer = fate.acts ? judge.serves(sent) : { status: 500, body: {} }
        if (fate.answer === 'none') return
        const arrived =
          fate.answer === 'whole'
            ? () =>
                end(() => {
                  this.say(`request ${sent.id} is answered ${answer.status}`)
                  judge.receives(sent)
                  resolve(responseOf(answer, sentAt, clock))
                })
            : typeof fate.answer === 'number'
              ? () =>
                  end(() => {
                    this.say(`request ${sent.id} is answered ${String(fate.answer)}`)
                    sent.lost = fate.answer !== 503
                    if (fate.retryAfterSeconds !== undefined) judge.wantsQuiet(Math.ceil(fate.retryAfterSeconds) * 1000)
                    resolve(
                      responseOf({ status: fate.answer as number, body: {} }, sentAt, clock, fate.retryAfterSeconds),
                    )
                  })
              : fail(fate.answer)
        simulation.after(fate.backMs, arrived, process)
      })
    })
  }
}

function responseOf(
  answer: { status: number; body: object },
  sentAt: number,
  clock: Clock,
  retryAfterSeconds?: number,
): WireResponse {
  const quietFor = retryAfterSeconds === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterSeconds)) }
  return {
    status: answer.status,
    headers: { 'content-type': 'application/json', ...quietFor },
    body: JSON.stringify(answer.body),
    sentAt,
    sentAtMonotonic: sentAt,
    durationMs: clock.now() - sentAt,
  }
}

/** The same object but for some of its methods. */
function replacing<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name)
      return typeof own === 'function' ? own.bind(target) : own
    },
  })
}

function textOf(fields: Record<string, unknown>): string {
  const told = Object.entries(fields).filter(([name, value]) => name !== 'connection' && value !== undefined)
  return told.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')
}
