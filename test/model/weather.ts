/** What happens to a run: how far things are, what gets lost, and when nodes and store fail. All of it from the dice. */
import type { Node } from './node.ts'
import { Dice, type Simulation } from './simulation.ts'

/** What becomes of one request. */
export type Fate = {
  kind: string
  /** Whether the service acts on it; else it answers 500 or nothing. */
  acts: boolean
  answer: 'whole' | 'none' | 'reset' | 'malformed' | number
  thereMs: number
  backMs: number
  retryAfterSeconds?: number
}

/** Shares from 0 to 1: of requests that meet trouble, of steps on which a fault falls. */
export type Storm = { trouble: number; faults: number }

const fates = [
  'lost on the way there',
  'lost on the way back',
  'silence',
  'slow',
  'stalled',
  '500, not acted upon',
  '502, acted upon',
  '503',
  'cut off',
  'refused',
] as const

export class Weather {
  readonly #simulation: Simulation
  /** Of distances, so that one step more on a way changes moments and nothing else that happens. */
  readonly #distance: Dice
  /** How often a request meets trouble, and how often a fault falls on a step of a renewal. */
  readonly #trouble: number
  readonly #faults: number
  readonly #nodes: () => readonly Node[]
  #isCalm = false

  constructor(simulation: Simulation, nodes: () => readonly Node[], storm?: Storm) {
    this.#simulation = simulation
    this.#nodes = nodes
    this.#distance = new Dice(simulation.dice.between(0, 2 ** 32))
    this.#trouble = storm?.trouble ?? simulation.dice.pick([0, 0.15, 0.4])
    this.#faults = storm?.faults ?? simulation.dice.pick([0.01, 0.04, 0.08])
  }

  storeMs = (): number => this.#distance.between(0.2, 2)
  statementMs = (): number => this.#distance.between(5_000, 10_000)
  diskMs = (): number => this.#distance.between(0.2, 20)
  connectMs = (): number => {
    const dice = this.#distance
    return dice.chance(0.05) ? dice.between(100, 4_000) : dice.between(1, 30)
  }

  fate(): Fate {
    const { dice } = this.#simulation
    const well = { kind: 'ok', acts: true, answer: 'whole' as const, thereMs: dice.between(1, 100) }
    const fate: Fate = { ...well, backMs: dice.between(1, 100) }
    if (this.#isCalm || !dice.chance(this.#trouble)) return fate
    const kind = dice.pick(fates)
    switch (kind) {
      case 'lost on the way there':
        return { ...fate, kind, acts: false, answer: 'reset' }
      case 'lost on the way back':
        return { ...fate, kind, answer: 'reset', backMs: dice.between(1, 5_000) }
      case 'silence':
        return { ...fate, kind, answer: 'none' }
      case 'slow':
        return { ...fate, kind, thereMs: dice.between(100, 9_000), backMs: dice.between(100, 9_000) }
      case 'stalled':
        return { ...fate, kind, thereMs: dice.between(15_000, 30_000) }
      case '500, not acted upon':
        return { ...fate, kind, acts: false, answer: 500 }
      case '502, acted upon':
        return { ...fate, kind, answer: 502 }
      case '503': {
        const asked = dice.chance(0.5) ? { retryAfterSeconds: dice.between(1, 20) } : {}
        return { ...fate, kind, acts: false, answer: 503, ...asked }
      }
      case 'cut off':
        return { ...fate, kind, answer: 'malformed' }
      case 'refused':
        return { ...fate, kind }
    }
  }

  /** A renewal has come to its next step: here a fault hurts most. */
  step(node: Node): void {
    const { dice } = this.#simulation
    if (this.#isCalm || !dice.chance(this.#faults)) return
    this.#simulation.after(dice.pick([0, 1, dice.between(0, 50)]), () => this.#strike(node))
  }

  /** Faults from time to time, whatever is under way. */
  begin(): void {
    const { dice } = this.#simulation
    this.#simulation.after(dice.between(10_000, 200_000), () => {
      if (this.#isCalm) return
      this.#strike(dice.pick(this.#nodes()))
      this.begin()
    })
  }

  calm(): void {
    this.#isCalm = true
    for (const [place, node] of this.#nodes().entries()) {
      node.goOn()
      node.findStore()
      // One after the other: what they do to their disks has no order else.
      this.#simulation.after(place, () => void node.start())
    }
  }

  #strike(node: Node): void {
    if (this.#isCalm) return
    const { dice } = this.#simulation
    const how = dice.pick(['refuses', 'hangs'] as const)
    switch (dice.pick(['kill', 'kill', 'stop', 'store', 'store', 'store of all'] as const)) {
      case 'kill':
        return void node.kill(dice.pick([dice.between(200, 4_000), dice.between(4_000, 200_000)]))
      case 'stop':
        return node.stopFor(dice.pick([dice.between(100, 20_000), dice.between(20_000, 150_000)]))
      case 'store':
        return node.loseStoreFor(dice.pick([dice.between(100, 20_000), dice.between(20_000, 150_000)]), how)
      case 'store of all': {
        const ms = dice.pick([dice.between(100, 20_000), dice.between(20_000, 100_000)])
        for (const one of this.#nodes()) one.loseStoreFor(ms, how)
      }
    }
  }
}
