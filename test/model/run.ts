/** One seed: three nodes on one store, one connection, callers on each node, eight minutes of trouble. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '../../src/deps.ts'
import { EvergrantError } from '../../src/errors.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import { SqliteDatabase } from '../../src/store/sqlite-database.ts'
import { service as definition } from '../connections/harness.ts'
import { Judge, type Death } from './judge.ts'
import type { Mutation } from './mutations.ts'
import { Node } from './node.ts'
import { rotations, Service, type Rotation } from './service.ts'
import { Simulation } from './simulation.ts'
import { Weather, type Storm } from './weather.ts'

export type Result = {
  seed: number
  rotation: string
  renewals: number
  requests: number
  death: Death | undefined
  /** Rules that were broken. */
  faults: readonly string[]
  trace: readonly string[]
}

const second = 1000
/** Until then there are faults; then everything is there again, and who waits has time to find out. */
const troubleMs = 480 * second
const calmMs = 150 * second
const lastMs = 30 * second
/** Files that never reach a disk: what a sync costs is not what this is about. */
const inMemory = '/dev/shm'
const local = { kind: 'local' } as const

/** Where seeds are run: one database for all, of which each uses a connection of its own. */
export class Stage {
  readonly #directory: string
  readonly #keys = new KeyRing([randomBytes(32)])
  readonly #database: SqliteDatabase
  #simulation: Simulation | undefined = undefined

  private constructor(directory: string, keys: KeyRing) {
    this.#directory = directory
    this.#keys = keys
    this.#database = new SqliteDatabase(join(directory, 'evergrant.db'), this.#clock())
  }

  static async open(): Promise<Stage> {
    const directory = mkdtempSync(join(existsSync(inMemory) ? inMemory : tmpdir(), 'evergrant-model-'))
    const keys = new KeyRing([randomBytes(32)])
    const file = join(directory, 'evergrant.db')
    const store = await openSqliteStore({ file, keys, clock: new Simulation(0).clockOf(), holder: 'model/1' })
    await store.close()
    return new Stage(directory, keys)
  }

  /** The database's clock is the simulation's. */
  #clock(): Clock {
    const now = () => this.#simulation?.now ?? 0
    return { now, monotonic: now, sleep: () => Promise.reject(new Error('the database does not wait')) }
  }

  async run(
    seed: number,
    options: { rotation?: Rotation; mutations?: readonly Mutation[]; storm?: Storm } = {},
  ): Promise<Result> {
    const simulation = new Simulation(seed)
    this.#simulation = simulation
    const { dice } = simulation
    const rotation = options.rotation ?? dice.pick(rotations)
    const service = new Service(simulation, rotation, Math.round(dice.between(130, 400)))
    const judge = new Judge(simulation, service)
    const directory = join(this.#directory, `seed-${seed}`)
    mkdirSync(directory)
    const nodes: Node[] = []
    const weather = new Weather(simulation, () => nodes, options.storm)
    const mutations = new Set(options.mutations)
    const shared = { simulation, database: this.#database, keys: this.#keys, judge, weather, mutations }
    for (const name of ['a', 'b', 'c']) nodes.push(new Node(name, directory, shared))

    // Nothing goes wrong before there is a connection.
    for (const [place, node] of nodes.entries()) simulation.after(place, () => void node.start())
    await simulation.runUntil(1 * second)
    const first = service.issue()
    judge.kept('store', 'a', first.text)
    await this.#connect(nodes, service, rotation, first.text)
    await simulation.runUntil(2 * second)

    weather.begin()
    for (const node of nodes) callNow(node, simulation, judge)
    if (dice.chance(0.1))
      simulation.after(dice.between(0, troubleMs), () => {
        if (judge.flag !== undefined || service.ended !== undefined) return
        service.ended = { at: simulation.now, by: 'person' }
        simulation.say('service', 'a person ends the grant')
      })
    await simulation.runUntil(troubleMs)
    weather.calm()
    simulation.say('model', 'no more faults')
    await simulation.runUntil(troubleMs + calmMs)
    // What a back-off still hides comes to light.
    void nodes[0]?.domain?.connections.renew('books', local).catch(() => undefined)
    await simulation.runUntil(troubleMs + calmMs + lastMs)

    const { state, stored, generation } = await this.#end(nodes, simulation)
    const death = judge.verdict(state, stored)
    judge.checkFlag(death, state)
    rmSync(directory, { recursive: true })
    const requests = judge.requests.length
    const faults = judge.faults
    return { seed, rotation: rotation.name, renewals: generation - 1, requests, death, faults, trace: simulation.trace }
  }

  async #connect(nodes: readonly Node[], service: Service, rotation: Rotation, refreshToken: string): Promise<void> {
    const { domain } = nodes[0] ?? {}
    if (domain === undefined) throw new Error('the first node did not start')
    const expiresAt = (this.#simulation?.now ?? 0) + service.lifeSeconds * second
    const created = domain.connections.create(
      {
        name: 'books',
        provider: 'custom',
        definition: definitionOf(rotation),
        grant: 'person',
        client: { id: 'client', secret: 'secret' },
        tokens: { accessToken: 'access-0', refreshToken, expiresAt },
      },
      local,
    )
    let isDone = false
    void created.then(() => (isDone = true))
    await this.#simulation?.runUntil(1.5 * second)
    if (!isDone) throw new Error('the connection was not made')
  }

  /** What is stored in the end; then the connection goes, and the database is as before. */
  async #end(nodes: readonly Node[], simulation: Simulation) {
    const end: { state: string; stored: string | undefined; generation: number } = {
      state: 'gone',
      stored: undefined,
      generation: 1,
    }
    const { store } = nodes[0] ?? {}
    if (store === undefined) throw new Error('the first node is not there')
    void (async () => {
      const loaded = await store.connections.byName('books')
      if (loaded === undefined) throw new Error('the connection is gone')
      end.state = loaded.schedule.state
      end.stored = loaded.tokens?.root.refreshToken?.open()
      end.generation = loaded.schedule.generation
      await store.connections.remove(loaded.connection.id)
    })()
    await simulation.runUntil(simulation.elapsed + second)
    for (const node of nodes) await node.kill(Infinity)
    return end
  }

  async close(): Promise<void> {
    await this.#database.close()
    rmSync(this.#directory, { recursive: true })
  }
}

function definitionOf(rotation: Rotation) {
  const made = definition()
  const way = made.ways.person
  if (way === undefined) throw new Error('the definition has no way for a person')
  const { rotates: _rotates, grace: _grace, reuse: _reuse, ...renewal } = way.renewal
  return { ...made, ways: { person: { ...way, renewal: { ...renewal, ...rotation.words } } } }
}

/** Jobs on a node: they ask now and then, and get a token as long as the stored one lives. */
function callNow(node: Node, simulation: Simulation, judge: Judge): void {
  const { dice } = simulation
  simulation.after(dice.between(1_000, 60_000), () => {
    // One that waits must have its answer before the end.
    if (simulation.elapsed > troubleMs) return
    callNow(node, simulation, judge)
    const { domain } = node
    if (domain === undefined || node.process?.stopped !== false) return
    const minValid = dice.chance(0.2) ? { minValid: Math.round(dice.between(10, 300)) } : {}
    const { stops } = node
    domain.connections.read('books', minValid).catch((error: unknown) => {
      if (!(error instanceof EvergrantError)) judge.fault(`a read on ${node.name} fails: ${String(error)}`)
      // Without the store a node knows only what it remembers; after a stop it says what was so before.
      else if (
        node.storeAway === undefined &&
        node.stops === stops &&
        error.code !== 'store_unavailable' &&
        (judge.served?.expiresAt ?? 0) > simulation.now
      )
        judge.fault(`a read on ${node.name} fails with ${error.code}, and the token lives`)
    })
  })
}
