/**
 * Sees everything: what the service did, what each node received, what is durable where, and when a node could act. From
 * that it tells whether a lost grant was lost by our fault, and whether a rule was broken on the way.
 */
import type { End } from '../../src/oauth/token-set.ts'
import type { Claim } from '../../src/store/store.ts'
import { requestDeadlineMs } from '../../src/connections/renewal-policy.ts'
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

/** A failed attempt: when it was written, until when nobody asks, and when it ends at the latest if that is soon. */
type BackOff = { node: string; at: number; until: number; soonBy: number }

/** From arrival to sync: the disk, and what little work is before it. */
const spoolMs = 100
/** From a lost answer to the second request: a slow way there, and little else. */
const againMs = 5_000
/** A node with something unsaved tries each second. */
const ableEnoughMs = 3_000
const second = 1000
const lost = 'rotation_response_lost'
/** A claim that a process left open, its hold, and the longest sleep of who looks after it. */
const droppedMs = 130 * second
/** The first wait of the back-off, at most. */
const soonMs = 12 * second
/** What is added to a quiet that the service asked for. */
const quietDiceMs = 5 * second
/** From the end of a back-off to a claim: the refresher looks, and takes its turn. */
const soonEnoughMs = 5 * second
/** The longest sleep of the refresher of a node that did not see the failure, and its turn. */
const othersMs = 35 * second
/** Its outcome is written, its back-off ends, and somebody asks. */
const nextAttemptMs = ableEnoughMs + soonMs + soonEnoughMs
/** What a claim keeps to write its outcome. */
const writeMs = 5 * second
/** Two seconds, and the way there. */
const confirmMs = 7 * second

export class Judge {
  readonly requests: Sent[] = []
  readonly faults: string[] = []
  /** The last word on it, until a token turns up that nobody has tried. */
  flag: { at: number; code: string } | undefined = undefined
  served: { expiresAt: number } | undefined = undefined
  readonly #simulation: Simulation
  readonly #service: Service
  readonly #kept = new Map<Token, { at: number; node: string; where: 'spool' | 'late' | 'store' }[]>()
  readonly #ability = new Map<string, { at: number; running: boolean; able: boolean }[]>()
  readonly #kills = new Map<string, number[]>()
  readonly #refusals: { token: Token; at: number }[] = []
  /** Until when nobody may ask. */
  readonly #backOffs: BackOff[] = []
  /** When somebody claimed, whether or not anything was sent then. */
  readonly #claims: { at: number; fence: number }[] = []
  /** What is stored. */
  #current: Token | undefined = undefined
  /** Until when the service wants to hear nothing. */
  #quietUntil = 0
  /** Since the stored token was stored: when, and whether a claim on it was left open. */
  #storedAt = 0
  #leftOpen = false
  /** What first told a node that the grant is dead, and it was; until it is declared so. */
  #heard: Sent | undefined = undefined

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

  /** A refusal is asked about once more, at once or by the next claim. Where that one hears nothing it is not sure. */
  #hear(sent: Sent): void {
    if (this.flag !== undefined) return
    const before = this.#heard
    const isUnsure =
      before !== undefined &&
      (this.#refusals.some((one) => one.at > (before.endedAt ?? 0) + confirmMs) ||
        // It was asked about at once, and that heard nothing.
        this.requests.some((one) => one.id > before.id && isOfOneClaim(one, before) && one.lost === true) ||
        // Or who had the claim asked nothing.
        this.#claims.some(({ at, fence }) => at > (before.endedAt ?? 0) + confirmMs && !this.#hasAsked(fence)) ||
        this.requests.some((one) => one.id > before.id && !isOfOneClaim(one, before) && one.receivedAt === undefined))
    if (before === undefined || isUnsure) this.#heard = sent
  }

  #hasAsked(fence: number): boolean {
    return this.requests.some(({ holding }) => holding?.claim.fence === fence)
  }

  /** Declared dead within a minute in which the node that heard of it could act. */
  #checkHeard(): void {
    if (this.#heard === undefined) return
    const { node, receivedAt = 0 } = this.#heard
    this.#heard = undefined
    const waited = this.#ableTime(node, receivedAt, this.#simulation.now)
    if (waited > 60 * second) this.fault(`${Math.round(waited / second)} s after ${node} heard that the grant is dead`)
  }

  kept(where: 'spool' | 'late' | 'store', node: string, text: string | undefined): void {
    const token = this.#service.tokens.get(text ?? '')
    if (token === undefined) return
    const places = this.#kept.get(token) ?? []
    this.#kept.set(token, places)
    places.push({ at: this.#simulation.now, node, where })
    if (where === 'store') this.#current = token
    // What does not continue the stored token says nothing new.
    if (where !== 'late' || this.#current === undefined || !descendants(this.#current).includes(token)) return
    // It is tried, also where the grant was declared dead: the service may take it.
    this.#checkHeard()
    this.flag = undefined
  }

  stored(node: string, text: string | undefined, now: number, expiresAt: End): void {
    this.kept('store', node, text)
    this.#checkHeard()
    this.#storedAt = this.#simulation.now
    this.#leftOpen = false
    this.served = typeof expiresAt === 'number' ? { expiresAt } : undefined
    this.flag = undefined
    if (this.served !== undefined && this.served.expiresAt <= now) this.served = undefined
  }

  claims({ fence }: Claim, leftOpen: boolean): void {
    this.#claims.push({ at: this.#simulation.now, fence })
    this.#leftOpen ||= leftOpen
  }

  /** `Retry-After`: nobody asks before. */
  wantsQuiet(ms: number): void {
    this.#quietUntil = Math.max(this.#quietUntil, this.#simulation.now + ms)
  }

  backsOff(node: string, until: number): void {
    const { now } = this.#simulation
    this.#backOffs.push({ node, at: now, until, soonBy: Math.max(now + soonMs, this.#quietUntil + quietDiceMs) })
  }

  flagged(code: string): void {
    this.#checkHeard()
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
    const living = [...this.#service.tokens.values()].find((one) => this.#service.takes(one) && this.#isReceived(one))
    if (living !== undefined) return this.#isKept(living) ? 'avoidable' : this.#whyUnkept(living)
    return token === undefined ? 'avoidable' : this.#whyUnanswered(this.#lastReceived(token))
  }

  /** An answer that came too late for its claim continues the stored token, and is what was asked with since. */
  #lastReceived(stored: Token): Token {
    const used = descendants(stored).filter((token) => token.usedAt !== undefined && this.#isReceived(token))
    return used.toSorted((one, other) => (one.usedAt ?? 0) - (other.usedAt ?? 0)).at(-1) ?? stored
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
        // The request of a process that was killed may be on its way still when its node has started again.
        const isOfBefore = killer.node === sent.node && !killer.process.alive
        if (isOfOneClaim(killer, sent) || isOfBefore) return 'overtaken at the service'
      }
      if (!this.#isKept(sent.brought as Token)) {
        const why = this.#whyUnkept(sent.brought as Token)
        if (why !== 'avoidable') return why
      }
      const claimedAt = killer.holding?.at ?? killer.at
      const due = (sent.holding?.leaseMs ?? 0) + (sent.holding?.holdMs ?? 0)
      // Stopped with the request out, it took the answer in when it went on.
      const wasAble =
        this.#ableFor(sent.node, receivedAt, claimedAt, ableEnoughMs) ||
        this.#ableFor(sent.node, sent.at, claimedAt, requestDeadlineMs + ableEnoughMs)
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
    if (isRefused || this.requests.some(isAgain))
      return this.#isDropped(token, graceEnd) ? 'avoidable' : 'answer lost twice'
    const isProbe = first.holding?.probing === true
    const goneAt = this.#goneAt(first)
    // At once, as long as its claim has room; else as the next attempt.
    const { endedAt = graceEnd } = first
    const again = this.#stretches(first.node, endedAt, Math.min(graceEnd, this.#lastStart(first)), 'running')
    if (goneAt === undefined && !isProbe && again.some((ms) => ms >= againMs)) return 'avoidable'
    if (goneAt === undefined && this.#ableFor(first.node, endedAt, graceEnd, nextAttemptMs)) return 'avoidable'
    // Its process is gone. The node takes its own claim over at once, another one after lease and hold.
    if (goneAt !== undefined && this.#ableFor(first.node, Math.max(usedAt, goneAt), graceEnd - second, ableEnoughMs))
      return 'avoidable'
    const free = (first.holding?.at ?? first.at) + (first.holding?.leaseMs ?? 0) + (first.holding?.holdMs ?? 0)
    return this.#isAble(free, graceEnd, 95 * second) ? 'avoidable' : 'nobody there in the grace time'
  }

  /** A request that may hurt another one ends before its claim does. */
  #lastStart({ at, holding }: Sent): number {
    const endMs = this.#service.rotation.words.reuse === 'harmless' ? 0 : requestDeadlineMs + writeMs
    return (holding?.at ?? at) + (holding?.leaseMs ?? 0) - endMs
  }

  /** An attempt that was promised inside the grace time was not made, and a node could have made it. */
  #isDropped(token: Token, graceEnd: number): boolean {
    const ends = this.#backOffs.map(({ until }) => until).filter((until) => until <= graceEnd)
    const from = Math.max(...ends, token.usedAt ?? graceEnd)
    const isAsked = [...this.requests, ...this.#refusals].some((one) => one.token === token && one.at >= from)
    if (!isAsked && this.#isAble(from, graceEnd, droppedMs)) return true
    // After the first two attempts that lost an answer the next one comes soon.
    const lostAt = this.requests.find((one) => one.token === token && one.lost === true)?.endedAt ?? Infinity
    const soon = this.#backOffs.filter(({ at }) => at >= lostAt).slice(0, 2)
    return soon.some(({ node, at, until, soonBy }) => {
      if (until > soonBy) return soonBy < graceEnd
      const isClaimed = this.#claims.some((one) => one.at > at && one.at <= graceEnd)
      const from = Math.max(until, soonBy)
      const wasAble = this.#ableFor(node, from, graceEnd, soonEnoughMs) || this.#isAble(from, graceEnd, othersMs)
      return !isClaimed && wasAble
    })
  }

  #isAble(from: number, to: number, ms: number): boolean {
    return [...this.#ability.keys()].some((node) => this.#ableFor(node, from, to, ms))
  }

  /** When its process was killed, if that kept it from sending the request again. */
  #goneAt({ node, at, endedAt = Infinity }: Sent): number | undefined {
    const killedAt = (this.#kills.get(node) ?? []).find((moment) => moment >= at)
    if (killedAt === undefined) return undefined
    return endedAt === Infinity || sum(this.#stretches(node, endedAt, killedAt, 'running')) < againMs
      ? killedAt
      : undefined
  }

  /** In the end a lost grant stands there as one, with the true reason. */
  checkFlag(death: Death | undefined, state: string): void {
    const { flag } = this
    if (death === undefined) return
    this.#checkHeard()
    if (flag === undefined || state !== 'needs_authorization')
      return this.fault(`the grant is lost (${death}) and not declared dead`)
    const truths = this.#truths(death)
    if (!truths.includes(flag.code)) this.fault(`declared dead with ${flag.code} in place of ${truths.join(' or ')}`)
  }

  #truths(death: Death): string[] {
    // The service took a request for a second use after its repetition had brought a token: no node can see that.
    if (death === 'overtaken at the service') return ['invalid_grant', lost]
    if (death !== 'ended at the service') return [lost]
    // A person ended it while an answer to the stored token was out, or a claim on it left open: it may have been that.
    const isOut = this.requests.some((sent) => sent.receivedAt === undefined && sent.at >= this.#storedAt)
    const mayBeLost = this.#service.rotation.words.rotates !== 'never' && (this.#leftOpen || isOut)
    return mayBeLost ? ['invalid_grant', lost] : ['invalid_grant']
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

function isOfOneClaim(one: Sent, other: Sent): boolean {
  return one.holding?.claim.fence === other.holding?.claim.fence
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

function descendants(token: Token): Token[] {
  return token.children.flatMap((child) => [child, ...descendants(child)])
}
