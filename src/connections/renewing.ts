import type { Permit } from '../outbound/pace.ts'
import type { Claim, FailureRecord, Loaded } from '../store/store.ts'
import type { MaskedRequest, MaskedResponse } from './connections.ts'
import type { Plan } from './plan.ts'
import type { Strategy } from './renewal-policy.ts'

export type Trigger = 'caller' | 'refresher' | 'person' | 'reported_401' | 'start'

/** One renewal under way: the claim is ours. */
export type Renewing = {
  plan: Plan
  claim: Claim
  /** What the claim found stored. */
  loaded: Loaded
  strategy: Strategy
  trigger: Trigger
  permit: Permit | undefined
  /** The claim was left open by a process that died: its answer may be lost. */
  leftOpen: boolean
  /** Memory's state before the store was read: what was dropped since is not remembered. */
  mark: number
  /** Monotonic milliseconds. */
  started: number
  /** Records of what was tried: a write to the store, which waits until the answer is in the spool. */
  records: (() => void)[]
}

export function writeRecords(renewing: Pick<Renewing, 'records'>): void {
  for (const record of renewing.records.splice(0)) record()
}

export type Outcome = { report?: { request: MaskedRequest; response?: MaskedResponse } } &
  /** `repeated`: only steps were made again, on the token that was there. */
  (
    | { kind: 'renewed'; generation: number; repeated?: true }
    /** A token was received and neither disk nor store takes it; `later` is when one of them has. */
    | { kind: 'not_durable'; later: Promise<unknown> }
    /** Somebody else got there first. */
    | { kind: 'moved' }
    | { kind: 'failed'; failure: FailureRecord; state: 'active' | 'needs_authorization' }
    | { kind: 'backing_off'; retryAt: number; failure?: FailureRecord }
    /** A person or an admin must act, or nothing can be renewed here. */
    | {
        kind: 'blocked'
        why: 'needs_authorization' | 'needs_configuration' | 'secret_required' | 'suspended' | 'not_renewable'
      }
    | { kind: 'gone' }
  )
