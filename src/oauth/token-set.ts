import type { Secret } from '../secret.ts'
import type { Failure } from './failure.ts'

/**
 * An end in time: epoch milliseconds; `never` as the service says so; `unknown` when nothing was said.
 */
export type End = number | 'never' | 'unknown'

/** A call after the token that is to be made (again), and why the last try failed. */
export type StepState = { dueAt: number; failure?: Omit<Failure, 'retryAfterMs'> }

/** What one token response gave, normalised. All times are absolute epoch milliseconds. */
export type TokenSet = {
  accessToken: Secret
  /** As it goes into the Authorization header; `Bearer` in whatever case it came. */
  tokenType: string
  refreshToken?: Secret
  idToken?: Secret
  /** Wall time just before the request was sent: lifetimes count from here (a slow answer must not lengthen them). */
  obtainedAt: number
  expiresAt: End
  /** When the refresh token dies if it is not used, and when it dies whatever happens. */
  idleEnd?: End
  hardEnd?: End
  /** The scopes granted, if the answer named them. */
  scope?: readonly string[]
  /** Values captured from callback, answers and steps, by name; secret ones are tagged. */
  values: Readonly<Record<string, string | Secret>>
  /** Oddities the answer had that a person should hear of, as codes: `expires_in_clamped`, `token_type_missing`, ... */
  warnings: readonly string[]
  /** Steps that failed, repeat or were not made yet, by name. */
  steps?: Readonly<Record<string, StepState>>
}
