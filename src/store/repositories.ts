/** The repositories over a database, whichever it is. */
import type { Clock } from '../deps.ts'
import { attemptStore } from './attempts.ts'
import { auditStore } from './audit.ts'
import { authorizationStore } from './authorizations.ts'
import { clientStore } from './clients.ts'
import { connectionStore } from './connections.ts'
import type { DataKeys } from './data-keys.ts'
import type { Database } from './database.ts'
import { definitionStore } from './definitions.ts'
import { draftStore } from './drafts.ts'
import { eventStore } from './events.ts'
import { proveWritable } from './installation.ts'
import { keyAddressStore } from './key-addresses.ts'
import { keyReadStore } from './key-reads.ts'
import { apiKeyStore } from './keys.ts'
import { renewalStore } from './renewals.ts'
import { revocationStore } from './revocations.ts'
import { sealingStore } from './sealing.ts'
import { sealedTexts } from './sealed-texts.ts'
import { serverStore } from './servers.ts'
import { sessionStore } from './sessions.ts'
import type { Store } from './store.ts'

type Repositories = Omit<Store, 'installation' | 'size' | 'watch' | 'statements' | 'close'>

/** @param shared other nodes work on the database too */
export function repositories(
  database: Database,
  keys: DataKeys,
  clock: Clock,
  holder: string,
  shared = false,
): Repositories {
  return {
    renewals: renewalStore(database, keys, clock, holder),
    connections: connectionStore(database, keys),
    clients: clientStore(database, keys),
    authorizations: authorizationStore(database, keys),
    attempts: attemptStore(database),
    keys: apiKeyStore(database),
    sessions: sessionStore(database),
    definitions: definitionStore(database),
    servers: serverStore(database),
    revocations: revocationStore(database, keys),
    events: eventStore(database),
    audit: auditStore(database, keys.ring, holder),
    keyReads: keyReadStore(database),
    keyAddresses: keyAddressStore(database),
    drafts: draftStore(database, keys),
    sealing: sealingStore(database, keys.ring, shared),
    ...sealedTexts(database, keys),
    healthy: () =>
      proveWritable(database, holder).then(
        () => true,
        () => false,
      ),
  }
}
