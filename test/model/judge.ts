/**
 * Sees everything: what the service did, what each node received, what is durable where, and when a node could act. From
 * that it tells whether a lost grant was lost by our fault, and whether a rule was broken on the way.
 */
import type { End } from '../../src/oauth/token-set.ts'
import type { Holding } from './node.ts'
import type { Service, Token } from './service.ts'
import type { Process, Simulation } from './simulation.ts'

export type Sent = {
  id: number
  node: string
  process: Process
  token: Token
  at: number
  holding: Holding | undefined
  servedAt?: number
  brought?: Token
  dead?: boolean
  receivedAt?: number
  /** When the node knew how it ended. */
  endedAt?: number
  /** It ended without an answer, or with one that says nothing. */
  lost?: boolean
}

/** Why a grant is over; only `avoidable` is our fault. */
export type Death =
  | 'avoidable'
  /** No answer ever reached a node, and the service would not repeat it. */
  | 'answer lost'
  /** The service would have repeated it: it was asked again, and that was lost too. */
  | 'answer lost twice'
  /** The service would have repeated it, but no node could ask in time. */
  | 'nobody there in the grace time'
  /** The only place with the answer was stopped, down or without store for longer than lease and hold. */
  | 'holder away'
  /** Killed in the moment between arrival and sync. */
  | 'killed before the spool'
  /** The service acted on a request after it had acted on its repetition. */
  | 'overtaken at the service'
  | 'ended at the service'

/** From arrival to sync: the disk, and what little work is before it. */
const spoolMs = 100
/** A node with something unsaved tries each second. */
const ableEnoughMs = 3_000
const second = 1000

export class Judge {
  readonly requests: Sent[] = []
  readonly faults: string[] = []
  /** The first time it was declared dead, and the last word on it. */
  flag: { at: number; code: string } | undefined = undefined
  served: { expiresAt: number } | undefined = undefined
  readonly #simulation: Simulation
  readonly #service: Service
  readonly #kept = new Map<Token, { at: number; node: string; where: 'spool' | 'late' | 'store' }[]>()
  readonly #ability = new Map<string, { at: number; running: boolean; able: boolean }[]>()
  readonly #kills = new Map<string, number[]>()
  readonly #refusals: { token: Token; at: number }[] = []
  #leftOpen = false
  /** When a node first heard that the grant is dead, and it was. */
  #heard: { at: number; node: string } | undefined = undefined

  constructor(simulation: Simulation, service: Service) {
    this.#simulation = simulation
    this.#service = service
  }

  /** From now on; `able` is running with a store that can be reached. */
  notes(node: string, running: boolean, able: boolean): void {
    const log = this.#ability.get(node) ?? []
    this.#ability.set(node, log)
    log.push({ at: this.#simulation.now, running, able })
  }

  killed(node: string): void {
    this.#kills.set(node, [...(this.#kills.get(node) ?? []), this.#simulation.now])
  }

  sends(node: string, process: Process, text: string, holding: Holding | undefined): Sent {
    const token = this.#service.tokens.get(text)
    if (token === undefined) throw new Error(`a refresh token that was never issued: ${text}`)
    const sent: Sent = { id: this.requests.length + 1, node, process, token, at: this.#simulation.now, holding }
    this.#checkOrder(sent)
    this.#checkAlone(sent)
    this.requests.push(sent)
    return sent
  }

  /** A request that the service's machine did not take. */
  refuses(text: string): void {
    const token = this.#service.tokens.get(text)
    if (token !== undefined) this.#refusals.push({ token, at: this.#simulation.now })
  }

  serves(sent: Sent): { status: number; body: object } {
    sent.servedAt = this.#simulation.now
    const answer = this.#service.renew(sent.token.text, sent.id)
    const text = (answer.body as { refresh_token?: string }).refresh_token
    const brought = text === undefined ? undefined : this.#service.tokens.get(text)
    if (brought !== undefined) sent.brought = brought
    sent.dead = answer.status === 400
    this.#simulation.say('service', `request ${sent.id}: ${sent.dead ? 'invalid_grant' : (text ?? 'the same again')}`)
    return answer
  }

  receives(sent: Sent): void {
    sent.receivedAt = this.#simulation.now
    if (sent.dead === true && this.#living() === undefined) this.#hear(sent)
  }

  /** Where a refusal is asked about once more, an answer that says nothing takes back what was heard. */
  #hear({ node, receivedAt = 0 }: Sent): void {
    const { at = 0 } = this.#heard ?? {}
    const isUnsure = this.requests.some((sent) => sent.receivedAt === undefined && (sent.endedAt ?? 0) > at)
    if (this.#heard === undefined || isUnsure) this.#heard = { at: receivedAt, node }
  }

  kept(where: 'spool' | 'late' | 'store', node: string, text: string | undefined): void {
    const token = this.#service.tokens.get(text ?? '')
    if (token === undefined) return
    const places = this.#kept.get(token) ?? []
    this.#kept.set(token, places)
    places.push({ at: this.#simulation.now, node, where })
  }

  stored(node: string, text: string | undefined, now: number, expiresAt: End): void {
    this.kept('store', node, text)
    this.served = typeof expiresAt === 'number' ? { expiresAt } : undefined
    this.flag = undefined
    if (this.#service.ended === undefined) this.#heard = undefined
    if (this.served !== undefined && this.served.expiresAt <= now) this.served = undefined
  }

  tookOver(): void {
    this.#leftOpen = true
  }

  flagged(code: string): void {
    this.flag = { at: this.#simulation.now, code }
  }

  fault(text: string): void {
    this.faults.push(text)
    this.#simulation.say('judge', text)
  }

  /** No older refresh token goes out once a newer one is stored. */
  #checkOrder(sent: Sent): void {
    const newer = descendants(sent.token).find((token) => this.#isKept(token, 'store'))
    if (newer !== undefined) this.fault(`request ${sent.id} sends ${sent.token.text}, and ${newer.text} is stored`)
  }

  /** Never two requests with one refresh token at the same time from two claims that have not run out. */
  #checkAlone(sent: Sent): void {
    const other = this.requests.find(
      (one) =>
        one.token === sent.token &&
        one.endedAt === undefined &&
        one.process.alive &&
        !one.process.stopped &&
        this.#simulation.now - (one.holding?.at ?? 0) < (one.holding?.leaseMs ?? 0) &&
        one.holding?.claim.fence !== sent.holding?.claim.fence,
    )
    if (other !== undefined) this.fault(`requests ${other.id} and ${sent.id} send ${sent.token.text} at the same time`)
  }

  #isKept(token: Token, where?: 'spool' | 'late' | 'store'): boolean {
    return (this.#kept.get(token) ?? []).some((one) => where === undefined || one.where === where)
  }

  /** A token with which the grant could go on and which some node has: not only the service. */
  #living(): Token | undefined {
    return [...this.#service.tokens.values()].find(
      (token) => this.#service.takes(token) && (this.#isKept(token) || this.#isReceived(token)),
    )
  }

  #isReceived(token: Token): boolean {
    return this.requests.some((sent) => sent.brought === token && sent.receivedAt !== undefined)
  }

  /** Called when all faults are over and everybody had time: is the grant lost, and why? */
  verdict(state: string, stored: string | undefined): Death | undefined {
    const token = this.#service.tokens.get(stored ?? '')
    if (state === 'active' && token !== undefined && this.#service.takes(token)) return undefined
    const { ended } = this.#service
    if (ended?.by === 'person') return 'ended at the service'
    if (ended?.token !== undefined) return this.#whyKilled(ended.token, this.#request(ended.by))
    const lost = [...this.#service.tokens.values()].find((one) => this.#service.takes(one) && this.#isReceived(one))
    if (lost !== undefined) return this.#isKept(lost) ? 'avoidable' : this.#whyUnkept(lost)
    return token === undefined ? 'avoidable' : this.#whyUnanswered(token)
  }

  /** The service ended everything because a token came again. */
  #whyKilled(token: Token, killer: Sent): Death {
    const received = this.requests.filter(
      (sent) => sent.token === token && sent.receivedAt !== undefined && sent.brought,
    )
    if (received.length === 0) return this.#whyUnanswered(token)
    for (const sent of received) {
      const receivedAt = sent.receivedAt ?? 0
      if (killer.at < receivedAt || killer.id < sent.id) {
        if (killer.holding?.claim.fence === sent.holding?.claim.fence) return 'overtaken at the service'
        return 'avoidable'
      }
      if (!this.#isKept(sent.brought as Token)) {
        const why = this.#whyUnkept(sent.brought as Token)
        if (why !== 'avoidable') return why
      }
      const claimedAt = killer.holding?.at ?? killer.at
      const due = (sent.holding?.leaseMs ?? 0) + (sent.holding?.holdMs ?? 0)
      const wasAble = this.#ableFor(sent.node, receivedAt, claimedAt, ableEnoughMs)
      if (wasAble || claimedAt - (sent.holding?.at ?? 0) < due) return 'avoidable'
    }
    return 'holder away'
  }

  /** An answer arrived, and it is neither in a spool nor in the store. */
  #whyUnkept(token: Token): Death {
    const arrivals = this.requests.filter((sent) => sent.brought === token && sent.receivedAt !== undefined)
    const explained = arrivals.every(({ node, receivedAt = 0 }) => {
      const killedAt = (this.#kills.get(node) ?? []).find((at) => at >= receivedAt)
      if (killedAt === undefined) return false
      return sum(this.#stretches(node, receivedAt, killedAt, 'running')) <= spoolMs
    })
    return explained ? 'killed before the spool' : 'avoidable'
  }

  /** No answer to this token ever arrived. Would the service have given it again, and did we ask as promised? */
  #whyUnanswered(token: Token): Death {
    const { graceMs } = this.#service.rotation
    const { usedAt, usedBy } = token
    if (usedAt === undefined || usedBy === undefined) return 'avoidable'
    if (graceMs === 0) return 'answer lost'
    const graceEnd = usedAt + graceMs
    const first = this.#request(usedBy)
    // The promise is two requests: the first may have been lost before the service acted on the second.
    const fence = first.holding?.claim.fence
    const isAgain = (one: Sent) =>
      one.token === token &&
      one !== first &&
      one.at <= graceEnd &&
      (one.at >= first.at || one.holding?.claim.fence === fence)
    const isRefused = this.#refusals.some((one) => one.token === token && one.at >= first.at && one.at <= graceEnd)
    if (isRefused || this.requests.some(isAgain)) return 'answer lost twice'
    const knownAt = first.endedAt
    const isProbe = first.holding?.probing === true
    if (knownAt !== undefined && !isProbe && first.lost === true && knownAt < graceEnd - 5 * second) return 'avoidable'
    // Its process is gone or stopped. The node takes its own claim over at once, another one after lease and hold.
    if (this.#ableFor(first.node, Math.max(usedAt, first.at), graceEnd - second, ableEnoughMs) && knownAt === undefined)
      return 'avoidable'
    const free = (first.holding?.at ?? first.at) + (first.holding?.leaseMs ?? 0) + (first.holding?.holdMs ?? 0)
    const isMissed = [...this.#ability.keys()].some((node) => this.#ableFor(node, free, graceEnd, 95 * second))
    return isMissed ? 'avoidable' : 'nobody there in the grace time'
  }

  /** Declared dead within a minute in which the node that heard of it could act, and with the true reason. */
  checkFlag(death: Death | undefined): void {
    const { flag } = this
    if (death === undefined) return
    if (flag === undefined) return this.fault(`the grant is lost (${death}) and not declared dead`)
    if (this.#heard !== undefined) {
      const { at, node } = this.#heard
      const waited = this.#ableTime(node, at, flag.at)
      if (waited > 60 * second) this.fault(`declared dead ${Math.round(waited / second)} s after ${node} heard of it`)
    }
    // Nobody can know that a request overtook the one before it.
    if (death === 'overtaken at the service') return
    // What a person ended may have lost an answer as well, or a claim of which nobody knows whether it sent anything.
    const mayBeLost = this.#leftOpen || this.requests.some((sent) => sent.receivedAt === undefined)
    if (death === 'ended at the service' && mayBeLost) return
    const reason = death === 'ended at the service' ? 'invalid_grant' : 'rotation_response_lost'
    if (flag.code !== reason) this.fault(`declared dead with ${flag.code} in place of ${reason}`)
  }

  #request(id: number | 'person'): Sent {
    const found = this.requests.find((sent) => sent.id === id)
    if (found === undefined) throw new Error(`no request ${id}`)
    return found
  }

  #stretches(node: string, from: number, to: number, what: 'running' | 'able' = 'able'): number[] {
    const log = this.#ability.get(node) ?? []
    return log.flatMap((state, place) => {
      const end = Math.min(log[place + 1]?.at ?? Infinity, to)
      const begin = Math.max(state.at, from)
      return state[what] && end > begin ? [end - begin] : []
    })
  }

  /** Whether the node could act for so long in one piece. */
  #ableFor(node: string, from: number, to: number, ms: number): boolean {
    return this.#stretches(node, from, to).some((stretch) => stretch >= ms)
  }

  #ableTime(node: string, from: number, to: number): number {
    return sum(this.#stretches(node, from, to))
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function descendants(token: Token): Token[] {
  return token.children.flatMap((child) => [child, ...descendants(child)])
}
