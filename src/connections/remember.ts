import type { Answers, ServedToken } from './connections.ts'
import type { Context } from './context.ts'
import { mandatoryAt } from './expiry.ts'
import type { Handout } from './handout.ts'
import type { Remembered } from './memory.ts'

/** What is known of a served token without the plan of its connection: as the store keeps it. */
export type Servable = {
  connectionId: string
  name: string
  generation: number
  handout: Handout
  /** When the refresher wants to renew; from there a read starts the renewal too. */
  dueAt?: number | undefined
}

/**
 * Puts into memory what jobs are handed: never a refresh token, never a client secret. `mark` is the memory's, taken
 * before the token was read or asked for: what was revoked, renamed or replaced since then is not kept.
 */
export function remember(
  { memory, answers }: Pick<Context, 'memory' | 'answers'>,
  servable: Servable,
  mark: number,
): Remembered {
  return memory.put(new Entry(servable, answers), mark)
}

class Entry implements Remembered {
  readonly connectionId: string
  readonly name: string
  readonly generation: number
  readonly obtainedAt: number
  readonly endsAt: number | undefined
  readonly pieces: readonly string[]
  readonly mandatoryAt: number
  advisoryAt: number
  used = false
  slot: unknown = undefined
  readonly #answers: Answers
  #served: ServedToken | undefined = undefined

  constructor({ connectionId, name, generation, handout, dueAt }: Servable, answers: Answers) {
    this.connectionId = connectionId
    this.name = name
    this.generation = generation
    this.obtainedAt = handout.obtainedAt
    this.endsAt = handout.endsAt
    this.pieces = handout.pieces
    this.mandatoryAt = mandatoryAt({ obtainedAt: handout.obtainedAt, expiresAt: handout.endsAt ?? 'unknown' })
    this.advisoryAt = dueAt ?? Infinity
    this.#answers = answers
  }

  /** Read from the pieces when somebody asks: most reads only send them on. */
  get served(): ServedToken {
    return (this.#served ??= {
      connection: this.name,
      generation: this.generation,
      ...this.#answers.read(this.pieces),
      ...(this.endsAt === undefined ? {} : { expiresAt: this.endsAt }),
    })
  }
}
