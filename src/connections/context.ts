import type { Clock, Fetch, Logger, RandomBytes } from '../deps.ts'
import type { Pace } from '../outbound/pace.ts'
import type { Catalogue } from '../provider/load.ts'
import type { Store } from '../store/store.ts'
import type { Attempts } from './attempts.ts'
import type { Answers } from './connections.ts'
import type { Emit } from './events.ts'
import type { Memory } from './memory.ts'
import type { Spool } from './spool.ts'

/** What the room works with; `main.ts` gives the real parts. */
export type Context = {
  store: Store
  spool: Spool
  memory: Memory
  attempts: Attempts
  answers: Answers
  catalogue: Catalogue
  fetch: Fetch
  pace: Pace
  clock: Clock
  randomBytes: RandomBytes
  /** Uniform in [0, 1): jitter. */
  dice: () => number
  emit: Emit
  log: Logger
  /** `node/start` of this process, as claims name it. */
  holder: string
  /** Where people and callbacks reach this server, without a trailing slash. */
  publicUrl: string
  /** PEM: an authority that all hosts may have their certificates from, beside the usual ones. */
  ca?: string
  /** Definitions may name plain http: some hosts are listed for it, and the guard decides which. */
  allowHttp: boolean
  /** Life in seconds of a token whose service says nothing, or `unknown`: renewed on a reported 401 only. */
  unknownLife: number | 'unknown'
  /** Opens a loopback listener; the redirect room's, bound to this installation's certificate directory. */
  listen: Listen
}

export type Listen = (options: {
  redirectUri: string
  expects: (state: string) => boolean
  onParameters: (parameters: [string, string][]) => Promise<{ ok: boolean; title: string; lines: string[] }>
  timeoutMs: number
}) => Promise<{ redirectUri: string; port: number; close(): Promise<void> }>
