/**
 * The ports: what the rooms need from the world, as types. `main.ts` gives the real ones, tests give their own.
 * Nothing else belongs here.
 */

/** Time. Wall time is epoch milliseconds; `monotonic` is milliseconds from an arbitrary start and never jumps. */
export type Clock = {
  now(): number
  monotonic(): number
  /** Resolves after `ms` milliseconds, or rejects with the signal's reason. Never keeps the process alive. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Cryptographically strong random bytes. */
export type RandomBytes = (size: number) => Uint8Array

/** One line per event. `fields` never hold a secret in clear: a `Secret` prints as `[redacted]`. */
export type Logger = {
  debug(fields: Record<string, unknown>, message: string): void
  info(fields: Record<string, unknown>, message: string): void
  warn(fields: Record<string, unknown>, message: string): void
  error(fields: Record<string, unknown>, message: string): void
}

/** A request that is ready for the wire. Secrets are opened: never log this value, log the masked `Call` it came from. */
export type WireRequest = {
  method: string
  url: string
  headers: Record<string, string>
  body?: string
  /** Total time for the whole exchange, in milliseconds. */
  deadlineMs: number
  /** Not started later than this point of the monotonic clock (a claim that has run out must not be spent). */
  startBefore?: number
  /** Follow redirects inside these host patterns, keeping Authorization. Without it no redirect is followed. */
  redirectsInside?: readonly string[]
  /** Which certificates to use, by the name of the connection's transport settings; see `outbound/`. */
  transport?: Transport
}

/** Per-provider or per-client settings of the transport. PEM text. */
export type Transport = { ca?: string; certificate?: string; key?: string }

export type WireResponse = {
  status: number
  /** Lower-case names; a repeated header is joined with ", ". */
  headers: Record<string, string>
  /** At most 1 MiB after decompression. */
  body: string
  /** Monotonic and wall time just before the request was sent: lifetimes count from here. */
  sentAt: number
  sentAtMonotonic: number
  durationMs: number
}

/** Why no complete answer came. `sent` is false only where the server cannot have acted on the request. */
export type WireFailure = {
  kind:
    'blocked' | 'dns' | 'refused' | 'tls' | 'connect_timeout' | 'timeout' | 'reset' | 'too_large' | 'malformed' | 'late'
  sent: boolean
  /** For the log and an admin; no secret, no query string. */
  detail: string
}

export class FetchFailed extends Error {
  readonly failure: WireFailure
  constructor(failure: WireFailure, options?: ErrorOptions) {
    super(failure.detail, options)
    this.name = 'FetchFailed'
    this.failure = failure
  }
}

/** The one way out. Throws `FetchFailed` when no complete answer came; every status is an answer. */
export type Fetch = (request: WireRequest) => Promise<WireResponse>
