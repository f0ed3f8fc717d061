import type { Audit } from '../../connections/audit.ts'
import type { Connections } from '../../connections/connections.ts'
import type { Emit } from '../../connections/events.ts'
import type { Journal } from '../../connections/journal.ts'
import type { Catalogue } from '../../provider/load.ts'
import type { Clock, Logger, RandomBytes } from '../../deps.ts'
import type { Store } from '../../store/store.ts'
import type { Audited } from '../audited.ts'
import type { Cookies } from '../cookies.ts'
import type { Hosts } from '../hosts.ts'
import type { Keys } from '../keys.ts'
import type { Rotation } from '../rotation.ts'
import type { Metrics } from '../metrics.ts'
import type { Sessions } from '../sessions.ts'
import type { Streams } from '../streams.ts'
import type { Tries } from '../tries.ts'

/** How this process runs, for whoever looks after it. */
export type Installation = {
  home: string
  database: { kind: 'sqlite' | 'postgres'; at: string }
  allowHosts: readonly string[]
  /** Whether one is set by option. */
  adminKey: boolean
  /** Where services are played, if they are. */
  rehearsal?: string
  /** What the options allow and is most likely not meant. */
  warnings: readonly string[]
  /** How many answers of services wait for the store. */
  spooled(): Promise<number>
}

/** What the routes are made from. */
export type RouteParts = {
  connections: Connections
  catalogue: Catalogue
  store: Store
  /** What happened, and what people do here. */
  journal: Journal
  emit: Emit
  audit: Audit
  audited: Audited
  streams: Streams
  keys: Keys
  /** Of the key that seals the store. */
  rotation: Rotation
  sessions: Sessions
  cookies: Cookies
  hosts: Hosts
  /** Refused sign-ins by address. */
  signInTries: Tries
  metrics: Metrics
  clock: Clock
  randomBytes: RandomBytes
  log: Logger
  version: string
  publicUrl: string
  /** Where it listens now. */
  addresses(): readonly string[]
  installation: Installation
  /** Where the built pages are. */
  pagesDirectory: string
}
