/**
 * An authorization server that rotates refresh tokens in one of the five ways that services do. It knows everything;
 * what the nodes know of it is its answers and the words of the provider file.
 */
import type { Renewal } from '../../src/provider/provider.ts'
import type { Simulation } from './simulation.ts'

export type Rotation = {
  name: string
  /** What the provider file says. */
  words: Pick<Renewal, 'rotates' | 'grace' | 'reuse'>
  /** For so many milliseconds after its first use a token is taken again. */
  graceMs: number
  again: 'never_used_up' | 'same' | 'new' | 'refused'
  /** A use after the grace ends everything. */
  kills: boolean
}

const second = 1000
const always = 'always' as const

export const rotations: readonly Rotation[] = [
  { name: 'R0', words: { rotates: 'never' }, graceMs: 0, again: 'never_used_up', kills: false },
  {
    name: 'R1 30 s',
    words: { rotates: always, grace: 30, reuse: 'harmless' },
    graceMs: 30 * second,
    again: 'same',
    kills: false,
  },
  {
    name: 'R1 600 s',
    words: { rotates: always, grace: 600, reuse: 'refused' },
    graceMs: 600 * second,
    again: 'same',
    kills: false,
  },
  {
    name: 'R2 30 s, then kills',
    words: { rotates: always, grace: 30, reuse: 'kills_grant' },
    graceMs: 30 * second,
    again: 'new',
    kills: true,
  },
  {
    name: 'R2 60 s',
    words: { rotates: always, grace: 60, reuse: 'harmless' },
    graceMs: 60 * second,
    again: 'new',
    kills: false,
  },
  {
    name: 'R2 600 s, unknown',
    words: { rotates: always, grace: 600, reuse: 'unknown' },
    graceMs: 600 * second,
    again: 'new',
    kills: true,
  },
  { name: 'R3', words: { rotates: always, grace: 0, reuse: 'refused' }, graceMs: 0, again: 'refused', kills: false },
  { name: 'R4', words: { rotates: always, grace: 0, reuse: 'kills_grant' }, graceMs: 0, again: 'refused', kills: true },
  { name: 'R4 unknown', words: { rotates: 'unknown', reuse: 'unknown' }, graceMs: 0, again: 'refused', kills: true },
]

/** A refresh token as the service knows it. */
export type Token = {
  readonly text: string
  readonly parent: Token | undefined
  readonly children: Token[]
  /** When it was used first, and by which request. */
  usedAt?: number
  usedBy?: number
}

export class Service {
  readonly tokens = new Map<string, Token>()
  /** Why the grant is over: the request that used a token again, or a person at the service. */
  ended: { at: number; by: number | 'person'; token?: Token } | undefined = undefined
  readonly rotation: Rotation
  readonly #lifeSeconds: number
  readonly #simulation: Simulation
  #access = 0

  constructor(simulation: Simulation, rotation: Rotation, lifeSeconds: number) {
    this.#simulation = simulation
    this.rotation = rotation
    this.#lifeSeconds = lifeSeconds
  }

  get lifeSeconds(): number {
    return this.#lifeSeconds
  }

  issue(parent?: Token): Token {
    const token: Token = { text: `refresh-${this.tokens.size + 1}`, parent, children: [] }
    this.tokens.set(token.text, token)
    parent?.children.push(token)
    return token
  }

  /** Whether this token would be taken now. */
  takes(token: Token): boolean {
    if (this.ended !== undefined) return false
    return token.usedAt === undefined || this.#inGrace(token)
  }

  /** Acts on a request; undefined is `invalid_grant`. */
  renew(text: string, request: number): { status: number; body: object } {
    const token = this.tokens.get(text)
    if (token === undefined || this.ended !== undefined) return refused
    const { rotation } = this
    if (rotation.again === 'never_used_up') return this.#answer(undefined)
    if (token.usedAt === undefined) {
      token.usedAt = this.#simulation.now
      token.usedBy = request
      return this.#answer(this.issue(token))
    }
    if (this.#inGrace(token)) {
      return this.#answer(rotation.again === 'same' ? token.children[0] : this.issue(token))
    }
    if (rotation.kills) this.ended = { at: this.#simulation.now, by: request, token }
    return refused
  }

  /** Only the immediate predecessor of what is in use is taken again. */
  #inGrace({ usedAt = 0, children }: Token): boolean {
    const { graceMs } = this.rotation
    const isPredecessor = children.every((child) => child.usedAt === undefined)
    return graceMs > 0 && isPredecessor && this.#simulation.now - usedAt <= graceMs
  }

  #answer(token: Token | undefined): { status: number; body: object } {
    return {
      status: 200,
      body: {
        access_token: `access-${++this.#access}`,
        token_type: 'Bearer',
        expires_in: this.#lifeSeconds,
        ...(token === undefined ? {} : { refresh_token: token.text }),
      },
    }
  }
}

const refused = { status: 400, body: { error: 'invalid_grant' } }
