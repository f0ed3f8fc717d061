/** What can be asked of a service while it plays, and the troubles that wait for the next request. */
import type { ErrorRule, Provider } from '../../provider/provider.ts'
import type { Fault } from '../faults.ts'
import { createWaitingFaults } from '../troubles.ts'
import type { Consent } from './authorize.ts'
import type { Registration } from './keys.ts'
import type { On } from './refusals.ts'

/** Which requests a fault meets; of every way and call that gives tokens if absent. */
export type ServiceWhere = { way?: string; call?: string }

export type ServiceControl = {
  /** The next `times` requests there meet the fault. */
  next(fault: Fault, times?: number, where?: ServiceWhere): void
  /** Takes all faults and refusals back. */
  heal(): void
  /** What is still to come, in words. */
  waiting(): readonly string[]
  /** How much faster lifetimes pass, for what is given out from now on. */
  speed(times: number): void
  /** What happens at the page for consent. */
  consent(how: Consent): void
  /** Requests that several ways would send are taken for this one. */
  play(wayName: string | undefined): void
  /** Access tokens die now. */
  expireAccess(): void
  /** Refresh tokens are dead. */
  killRefresh(): void
  /** Whether the exchange of a living token moves its end; it does until told otherwise. */
  extend(moves: boolean): void
  /** The people disconnect: everything given ends. */
  revokeAll(): void
  /** The next request of the rule's kind gets an answer that `errors[index]` matches. */
  refuse(ruleIndex: number): void
  /** The address to come back to, where the service keeps it under a name and requests do not say it. */
  sendBackTo(address: string): void
  /** Registers what verifies assertions. */
  register(given: Registration): void
  /** A key file whose public half is held here; JSON. */
  keyFile(): string
  /** A private key (PKCS 8 PEM) whose public half is held here, where a service has people type one. */
  privateKey(): string
  /** A token as people make one in the service's console, to be pasted. */
  token(wayName: string, scope?: readonly string[]): { accessToken: string; refreshToken?: string }
}

/** Names of the calls that a fault meets where nothing is said. */
export const tokenCalls: readonly string[] = ['token', 'renewal']

export type Troubles = Pick<ServiceControl, 'next' | 'heal' | 'waiting' | 'refuse'> & {
  /** The fault that this request meets. */
  fault(way: string, call: string): Fault | undefined
  /** The error rule that its answer is to match. */
  rule(on: On): ErrorRule | undefined
}

export function createTroubles({ name, errors = [] }: Provider): Troubles {
  const faults = createWaitingFaults<ServiceWhere>()
  const rules: ErrorRule[] = []
  return {
    next: (fault, times = 1, where = {}) => faults.add(fault, times, where),
    heal() {
      faults.clear()
      rules.splice(0)
    },
    waiting: () => [...faults.says(), ...rules.map(({ cause }) => cause)],
    refuse(ruleIndex) {
      const rule = errors[ruleIndex]
      if (!rule) throw new Error(`${name} has no error rule ${ruleIndex}`)
      rules.push(rule)
    },
    fault: (way, call) =>
      faults.take(
        (where) =>
          (where.way === undefined || where.way === way) &&
          (where.call === undefined ? tokenCalls.includes(call) : where.call === call),
      ),
    rule(on) {
      const index = rules.findIndex((rule) => rule.on.includes(on))
      return index < 0 ? undefined : rules.splice(index, 1)[0]
    },
  }
}
