/**
 * The fault matrix of `kill -9`: every step of a renewal, a first authorization and a removal, times what a service does
 * with a refresh token that comes twice. What must come of each cell stands here as data.
 */
import type { Point } from '../../src/failpoints/points.ts'
import { drip, stall, type Fault, type RotationClass } from '../../src/rehearsal/index.ts'

/** What the service does with a used refresh token, and whether the program is back before its grace time is over. */
export type Column = {
  says: string
  rotation: RotationClass
  /** The service's grace time is over when the program comes back. */
  late?: true
  /** What the definition says of it. */
  renewal: { rotates: 'never' | 'always'; grace?: number; reuse?: 'harmless' | 'refused' | 'kills_grant' }
}

export const graceSeconds = 5

const inGrace = { rotates: 'always', grace: graceSeconds, reuse: 'harmless' } as const

export const columns = {
  R0: { says: 'no rotation', rotation: 'R0', renewal: { rotates: 'never' } },
  R1: { says: 'the same pair again, back in time', rotation: 'R1', renewal: inGrace },
  R2: { says: 'another pair, back in time', rotation: 'R2', renewal: inGrace },
  R2late: { says: 'another pair, back too late', rotation: 'R2', late: true, renewal: inGrace },
  R3: { says: 'refused', rotation: 'R3', renewal: { rotates: 'always', grace: 0, reuse: 'refused' } },
  R4: { says: 'ends the grant', rotation: 'R4', renewal: { rotates: 'always', grace: 0, reuse: 'kills_grant' } },
} as const satisfies Record<string, Column>

export type ColumnName = keyof typeof columns

/** What is there when the program has come back, and who did it. */
export type End =
  /** The token from before; nothing was sent, and nothing is. */
  | 'as before'
  /** A new token by a renewal that the start makes, without anybody asking. */
  | 'repeated'
  /** A new token from the spool or the store, without a request. */
  | 'kept'
  /** Within a minute `needs_authorization`, for the true reason. */
  | 'flagged'

export type Kill =
  /** Inside the program, by name. */
  | { at: Point }
  /** From outside, while the service holds its answer. */
  | { while: Fault; after?: number }

export type Row = {
  says: string
  /** One after the other: the second one kills the start after the first. */
  kills: readonly Kill[]
  /** Renewals that go well before. */
  before?: number
  /** Absent where nothing rotates: nothing is spooled there. */
  ends: Readonly<Partial<Record<ColumnName, End>>>
}

const all = (end: End) => ({ R0: end, R1: end, R2: end, R2late: end, R3: end, R4: end }) as const
/** The service has acted, and its answer is lost. */
const lost = { ...all('flagged'), R0: 'repeated', R1: 'repeated', R2: 'repeated' } as const
const { R0: _, ...lostRotated } = lost
/** Where nothing rotates, nothing is spooled: the same refresh token is sent again. */
const spooled = { ...all('kept'), R0: 'repeated' } as const

export const rows = {
  K0: { says: 'before the claim', kills: [{ at: 'before_claim' }], ends: all('as before') },
  K1: {
    says: 'claim and intent, which are one write, are durable',
    kills: [{ at: 'after_claim' }],
    ends: all('repeated'),
  },
  K2: { says: 'about to send', kills: [{ at: 'before_request' }], ends: all('repeated') },
  K3: { says: 'sent, and the service has not acted', kills: [{ while: stall(30, false) }], ends: all('repeated') },
  K4: { says: 'the service has acted, no byte is back', kills: [{ while: stall(30) }], ends: lost },
  K5: { says: 'a part of the answer is back', kills: [{ while: drip(20), after: 300 }], ends: lost },
  K6: { says: 'the answer lies in memory whole', kills: [{ at: 'after_response' }], ends: lost },
  K6spool: {
    says: 'the answer is understood and about to be spooled',
    kills: [{ at: 'before_spool' }],
    ends: lostRotated,
  },
  K6room: {
    says: 'the spool was begun anew for an answer that it does not hold yet',
    before: 1,
    kills: [{ at: 'spool_emptied' }],
    ends: lostRotated,
  },
  K7: { says: 'spooled, not stored', kills: [{ at: 'before_advance' }], ends: spooled },
  K8: { says: 'stored, nobody is answered', kills: [{ at: 'after_advance' }], ends: all('kept') },
  K9: {
    says: 'stored, and the start that empties the spool is killed too',
    kills: [{ at: 'after_advance' }, { at: 'spool_rewriting' }],
    ends: all('kept'),
  },
  K9open: {
    says: 'spooled, not stored, and the start that rewrites the spool is killed too',
    kills: [{ at: 'before_advance' }, { at: 'spool_rewriting' }],
    ends: spooled,
  },
} as const satisfies Record<string, Row>

export type RowName = keyof typeof rows

/** The key that seals the store is changed: every row is readable under the old key or the new one. */
export const keyChanges = {
  K10: { says: 'the new key seals, nothing is wrapped by it', at: 'after_key' },
  K10part: { says: 'a part is wrapped by the new key', at: 'after_wrapping' },
} as const satisfies Record<string, { says: string; at: Point }>

/** A first authorization: its code is spent by the exchange. */
export const authorizations = {
  K11: { says: 'the answer of the code exchange lies in memory', at: 'after_response', ends: 'start again' },
  K11spool: { says: 'the grant is spooled, not stored', at: 'before_grant', ends: 'authorized' },
  K11store: { says: 'the grant is stored, nobody is answered', at: 'after_grant', ends: 'authorized' },
} as const satisfies Record<string, { says: string; at: Point; ends: 'start again' | 'authorized' }>

/** `DELETE ?revoke=true`, and revoking alone. */
export const endings = {
  K12: { says: 'a removal was begun', asks: 'remove', at: 'after_removing' },
  K12sent: { says: 'the revocation is about to be sent', asks: 'remove', at: 'before_request' },
  K12revoked: { says: 'the service has revoked', asks: 'remove', at: 'after_response' },
  K12rows: { says: 'revoked, and about to be removed', asks: 'remove', at: 'before_remove' },
  K12drop: { says: 'revoking: the tokens are dropped here', asks: 'revoke', at: 'after_drop' },
  K12alone: { says: 'revoking: the service has revoked', asks: 'revoke', at: 'after_response' },
} as const satisfies Record<string, { says: string; asks: 'remove' | 'revoke'; at: Point }>
