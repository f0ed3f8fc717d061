/**
 * What the rest of the product asks of a store. SQLite and Postgres keep the same duties, and `conformance.ts` holds
 * them to it:
 *
 * - A write has reached the disk before its promise settles.
 * - Times are epoch milliseconds by the *store's* clock where a lease is judged, by the caller's where they are facts.
 * - Every secret (`Secret`) is sealed before it is written and opened after it is read; additional data binds it to
 *   table, row, column and the generation in the schedule row. A blob that does not open is an `integrity_error`
 *   EvergrantError of that row alone.
 * - All operations are safe under parallel calls. An unknown id gives `undefined`, never an exception.
 * - A store that cannot be reached or written throws EvergrantError `store_unavailable` (or `storage_full`).
 */
import type { Secret } from '../secret.ts'
import type { TokenSet } from '../oauth/token-set.ts'

export type ConnectionState = 'pending' | 'active' | 'needs_authorization' | 'suspended'

/** What went wrong last, and how often in a row. */
export type FailureRecord = {
  /** Class of failure as `oauth/failure.ts` names it. */
  kind: string
  /** The provider's error code, or ours where no answer came. */
  code: string
  /** The provider's words, cleaned and cut, or ours. */
  words?: string
  cause?: string
  remedy?: string
  status?: number
  count: number
  firstAt: number
  lastAt: number
  retryAt?: number
  /** Attempts in a row that left open whether a refresh token was used up, or whether a refusal was meant. */
  unclear?: number
  /** Fence of the late answer that those attempts asked with; absent if it was the stored refresh token. */
  unclearOf?: number
  /** The service refused, and whether it meant that is not known yet. */
  refused?: true
}

export type ClientRecord = {
  id: string
  provider: string
  clientId: string
  authMethod: string
  /** One up with each change; failure writes are refused if it moved meanwhile. */
  settingsVersion: number
  /** `refused`: the server confirmed `invalid_client`; every connection of this client derives `needs_configuration`. */
  state: 'ok' | 'refused'
  failure?: FailureRecord
  /** It has brought a token at least once with these settings. */
  worked: boolean
  secretEndsAt?: number
  certificateEndsAt?: number
  secret?: Secret
  /** PKCS 8 PEM. */
  key?: Secret
  keyAlg?: string
  keyId?: string
  /** PEM, public. */
  certificate?: string
  createdAt: number
}

export type ConnectionRecord = {
  id: string
  name: string
  provider: string
  /** Body of a user's own definition, JSON of the provider schema; absent for a built-in one. */
  definition?: unknown
  way: string
  clientRef?: string
  values: Record<string, string>
  secretValues: Record<string, Secret>
  scopes: string[]
  redirectUri?: string
  /** RFC 7396 merge patch on the provider definition. */
  overrides?: unknown
  /** Digest of token hosts, client and way: what obtained the stored tokens. */
  boundTo: string
  settingsVersion: number
  createdAt: number
  authorizedAt?: number
  /** Generation of the last authorization: late answers of an older grant are never applied. */
  authorizedGeneration?: number
  /** Who was connected, as a probe told. */
  who?: string
  failure?: FailureRecord
  /** Deletion has begun; nothing is served any more. */
  removing: boolean
}

/** The narrow row that everything about time and exclusion stands on. */
export type ScheduleRecord = {
  state: ConnectionState
  generation: number
  fence: number
  dueAt?: number
  retryAt?: number
  holder?: string
  heldUntil?: number
}

export type TokenRecord = {
  generation: number
  root: TokenSet
  /** Absent where jobs are served the root itself. */
  served?: TokenSet
}

/** What jobs are handed of a token set, as text that the store knows nothing of. */
export type ReadyToken = { connectionId: string; generation: number; dueAt?: number; text: Secret }

export type Loaded = {
  connection: ConnectionRecord
  client?: ClientRecord
  schedule: ScheduleRecord
  tokens?: TokenRecord
}

/** The right to renew, and the record that it was begun. */
export type Claim = {
  connectionId: string
  /** The generation the renewal starts from. */
  generation: number
  fence: number
  holder: string
  /** Monotonic milliseconds: no request of this claim may start later. */
  sendBy: number
  settingsVersion: number
  clientSettingsVersion?: number
}

export type ClaimRequest = {
  connectionId: string
  /** The generation last seen; a newer one ends the attempt. */
  seen: number
  /** This process: `node id/start id`. A claim of an earlier start of the same node is taken over at once. */
  holder: string
  leaseMs: number
  /** Where a second use may kill the grant: how long an expired claim of another node must have been seen open. */
  holdMs: number
  /** A person's button may pass a back-off, a job never. */
  passBackOff: boolean
}

export type ClaimResult =
  | { kind: 'mine'; claim: Claim; leftOpen: boolean; loaded: Loaded }
  | { kind: 'moved'; generation: number }
  | { kind: 'held'; until: number }
  | { kind: 'backing_off'; retryAt: number; failure?: FailureRecord }
  | { kind: 'blocked'; state: ConnectionState | 'removing' }
  | { kind: 'gone' }

/** A connection that is to be renewed; `origin` is its authorization server's. */
export type Due = { connectionId: string; generation: number; dueAt: number; origin?: string }

export type Advance = {
  root: TokenSet
  served?: TokenSet
  /** What jobs are handed of it; absent while what they are served is still to be derived from the root. */
  ready?: Secret
  /** When the refresher should look again; absent = nothing to do by itself. */
  dueAt?: number
  /** Changes of captured values that belong to the connection. */
  values?: Record<string, string>
  /** The access token before this one has ended with it: other nodes must not serve that from their memory. */
  endsOthers?: boolean
}

/**
 * What another node did: nothing that is in memory about this connection or API key may be used any more, this
 * authorization server (by its origin) asked for quiet, or this key seals from now on. `store` is about this node's way to
 * the store: `lost`, or `back`, perhaps at one that never got the last moments.
 */
export type Change = { kind: 'connection' | 'key' | 'server' | 'seal' | 'store'; id: string }

/** `fence` is of the claim that it came too late for. */
/** `keptAt`: epoch ms by the store's clock. */
export type LateAnswer = { fence: number; keptAt: number; tokens: TokenSet }

/** The seven duties of renewal; everything else is plain storage by noun. */
export interface RenewalStore {
  /** One conditional write. It never waits. */
  claim(request: ClaimRequest): Promise<ClaimResult>
  /** Gives a claim back without an outcome (nothing was sent, or nothing changed). */
  close(claim: Claim): Promise<void>
  /** Generation + 1, claim closed, failure cleared, due set: only if fence and generation still match. */
  advance(claim: Claim, next: Advance): Promise<{ saved: true; generation: number } | { saved: false }>
  /**
   * Records a failure and closes the claim; refused (false) if fence or settings moved. With a death comes the fence of the
   * late answer that was tried. If a newer one is there (`late`), the grant is not dead but due at once.
   */
  fail(
    claim: Claim,
    failure: FailureRecord,
    next: { state?: ConnectionState; dueAt?: number; tried?: number },
  ): Promise<boolean | 'late'>
  /**
   * Keeps an answer that came too late for its claim, sealed, 24 hours. A grant that was declared dead meanwhile, and not
   * revoked, is active and due again: this answer may continue it.
   */
  keepLate(claim: Pick<Claim, 'connectionId' | 'generation' | 'fence' | 'holder'>, answer: TokenSet): Promise<void>
  /** The newest late answer that continues this generation, if any and not older than the last authorization. */
  late(connectionId: string, generation: number): Promise<LateAnswer | undefined>
  /** State of some claims at once, for all who wait in this process. */
  look(
    connectionIds: readonly string[],
  ): Promise<Map<string, { generation: number; open: boolean; heldUntil?: number }>>
  /** Writes what `each` steps derived from this generation; refused if the generation moved. */
  serve(connectionId: string, generation: number, served: TokenSet, ready: Secret, dueAt?: number): Promise<boolean>
  /**
   * A new authorization: generation + 1, fence + 1, state active, any open claim ended. Does not wait for anybody.
   * `patch` goes to the connection row in the same write.
   */
  replace(connectionId: string, next: Advance, patch: Partial<ConnectionRecord>): Promise<number>
  /** Sets the state, raises the fence, drops the due moment; `dropTokens` wipes the token row. */
  setState(
    connectionId: string,
    state: ConnectionState,
    options?: { dropTokens?: boolean; failure?: FailureRecord; revocations?: readonly NewRevocation[] },
  ): Promise<void>
  /** Connections due at or before `before`, claimable ones only, oldest first. */
  due(before: number, limit: number): Promise<Due[]>
  /** The smallest due moment, or undefined. */
  nextDue(): Promise<number | undefined>
  /** Ends a back-off and forgets its failure: what caused it was changed. A claim under way goes on. */
  forgive(connectionId: string): Promise<void>
  /** Moves the due moment (nudge); with `seen` only while that is the generation. */
  setDue(connectionId: string, dueAt: number | undefined, seen?: number): Promise<void>
  /** Open claims of this node's earlier starts, to be taken over now. */
  leftOpen(holder: string): Promise<string[]>
}

export interface ConnectionStore {
  /** Throws `connection_exists`. `tokens` makes it active at once (import). */
  insert(
    connection: ConnectionRecord,
    client: ClientRecord | undefined,
    origin: string | undefined,
    tokens?: Advance,
  ): Promise<void>
  byName(name: string): Promise<Loaded | undefined>
  /**
   * What jobs are served of active connections, in the order of the names, by one cheap statement each. Undefined
   * whenever there is more to say than the token, a damaged row included: `byName` tells it.
   */
  tokens(names: readonly string[]): Promise<(ReadyToken | undefined)[]>
  byId(id: string): Promise<Loaded | undefined>
  list(filter: { search?: string; after?: string; limit: number }): Promise<Loaded[]>
  count(): Promise<number>
  /** Settings version + 1; refused (false) if `expected` is not the stored one. */
  replace(connection: ConnectionRecord, expected: number, origin?: string): Promise<boolean>
  /** Who was connected, that a removal has begun, and what is to be revoked by it: no settings change, no version. */
  touch(id: string, patch: { who?: string; removing?: boolean; revocations?: readonly NewRevocation[] }): Promise<void>
  /** Removals that were begun, by whatever process. */
  removing(): Promise<{ id: string; name: string }[]>
  /** Destroys the data key and every row; the client too if nobody uses it any more. */
  remove(id: string): Promise<void>
}

export interface ClientStore {
  byId(id: string): Promise<ClientRecord | undefined>
  /** Clients of one registration, for sharing. */
  find(provider: string, clientId: string): Promise<ClientRecord[]>
  replace(client: ClientRecord, expected: number): Promise<boolean>
  /** Marks or clears; refused if the settings version moved. */
  mark(id: string, settingsVersion: number, state: ClientRecord['state'], failure?: FailureRecord): Promise<boolean>
  /** What the service has just accepted: no earlier refusal counts against it any more. */
  worked(id: string): Promise<void>
  connectionsOf(id: string): Promise<{ id: string; name: string }[]>
}

export type AuthorizationOutcome =
  | { kind: 'waiting' }
  | { kind: 'code_received' }
  | { kind: 'authorized'; generation: number; who?: string }
  | { kind: 'failed'; code: string; words?: string; cause?: string; remedy?: string }
  | { kind: 'expired' }

/** A pending authorization. The sealed part holds verifier, nonce, redirect URI, code, device code. */
export type AuthorizationRecord = {
  id: string
  /** SHA-256 of `state`, hex. */
  stateDigest: string
  connectionId: string
  /** Digest of the session, process or flow cookie that started it. */
  startedBy?: string
  back: 'callback' | 'loopback' | 'paste' | 'relay' | 'device'
  sealed: Record<string, string | Secret>
  createdAt: number
  expiresAt: number
  takenAt?: number
  outcome: AuthorizationOutcome
}

export interface AuthorizationStore {
  insert(record: AuthorizationRecord): Promise<void>
  byId(id: string): Promise<AuthorizationRecord | undefined>
  byState(stateDigest: string): Promise<AuthorizationRecord | undefined>
  /** First wins: true for exactly one caller. */
  take(id: string, at: number): Promise<boolean>
  /** Binds the flow to the browser that opened its link; false if another one opened it before. */
  bind(id: string, startedBy: string): Promise<boolean>
  finish(id: string, outcome: AuthorizationOutcome, sealed?: Record<string, string | Secret>): Promise<void>
  pendingOf(connectionId: string): Promise<AuthorizationRecord[]>
  prune(before: number): Promise<void>
}

export type AttemptRecord = {
  connectionId: string
  at: number
  /** caller | refresher | person | reported_401 | authorization | start */
  trigger: string
  /** token | renew | probe | revoke | introspect | the step's name */
  step: string
  generation: number
  outcome: string
  status?: number
  code?: string
  durationMs: number
  /** Masked: no secret stands in them. */
  request: unknown
  response: unknown
}

export interface AttemptStore {
  /** Keeps the last 20 of a connection. Need not be durable before it returns. */
  append(attempt: AttemptRecord): Promise<void>
  list(connectionId: string): Promise<AttemptRecord[]>
}

export type Verb = 'token' | 'proxy' | 'read' | 'admin'

export type ApiKeyRecord = {
  id: string
  /** First characters of the key, shown in lists. */
  prefix: string
  /** SHA-256 of the key, hex. */
  digest: string
  name: string
  verbs: Verb[]
  /** Names, or `*`. */
  connections: string[]
  createdAt: number
  expiresAt?: number
  revokedAt?: number
  lastUsedAt?: number
  /** CIDR ranges the caller must come from; empty = any. */
  addresses: string[]
}

export interface ApiKeyStore {
  insert(key: ApiKeyRecord): Promise<void>
  byDigest(digest: string): Promise<ApiKeyRecord | undefined>
  list(): Promise<ApiKeyRecord[]>
  revoke(id: string, at: number): Promise<boolean>
  used(id: string, at: number): Promise<void>
}

export interface SessionStore {
  /** kind `link` is a one-time sign-in link, `session` a browser session, `flow` a flow cookie. */
  insert(session: { digest: string; kind: 'link' | 'session'; createdAt: number; expiresAt: number }): Promise<void>
  byDigest(digest: string): Promise<{ kind: 'link' | 'session'; createdAt: number; expiresAt: number } | undefined>
  /** True for exactly one caller. */
  take(digest: string): Promise<boolean>
  touch(digest: string, expiresAt: number): Promise<void>
  remove(digest: string): Promise<void>
}

export interface DefinitionStore {
  put(id: string, body: unknown): Promise<void>
  /** The same object as the last time while nothing changed. */
  get(id: string): Promise<unknown>
  list(): Promise<{ id: string; body: unknown }[]>
  remove(id: string): Promise<void>
}

export interface ServerStore {
  /** Authorization servers that asked for quiet: origin -> until, by this machine's clock. */
  list(): Promise<{ origin: string; retryAt: number }[]>
  /** The later of this and what is stored holds, and the other nodes hear of it. */
  put(origin: string, retryAt: number): Promise<void>
}

/** Revocations that outlive their connection. `call` is a sealed wire request as JSON. */
/** A revocation that is written down together with what ends here, before it is sent. */
export type NewRevocation = { id: string; call: Secret; retryAt: number }

export interface RevocationStore {
  insert(call: Secret, retryAt: number, id?: string): Promise<string>
  /** Without a call where what is stored cannot be opened. */
  due(before: number): Promise<{ id: string; call?: Secret; tries: number }[]>
  retry(id: string, retryAt: number): Promise<void>
  remove(id: string): Promise<void>
}

/** Something that happened. Its fields are facts without secrets. */
export type EventRecord = {
  /** Grows with time, across restarts too. */
  id: number
  at: number
  name: string
  /** The name it had then: events outlive their connection. */
  connection?: string
  fields: Record<string, unknown>
}

export interface EventStore {
  /**
   * Written together; then the newest 10,000 are kept, and of one name 5,000, so that what happens every minute does
   * not push out what a person did. An id that is there already is not written twice.
   */
  append(events: readonly EventRecord[]): Promise<void>
  /** Newest first, older than `before`. */
  list(filter: { connection?: string; before?: number; limit: number }): Promise<EventRecord[]>
}

/** Who did something: a person in a browser, an API key, the socket, the answer of a service, or the server by itself. */
export type AuditActor = {
  kind: 'session' | 'key' | 'local' | 'callback' | 'server' | 'unknown'
  id?: string
  name?: string
}

/** One thing that was done or refused, or several of the same. Its facts hold no secret. */
export type AuditEntry = {
  at: number
  /** The last of several. */
  until?: number
  count: number
  actor: AuditActor
  /** Where the request came from; absent for the socket. */
  address?: string
  /** A route of the contract, or an event. */
  action: string
  /** The name it had then. */
  connection?: string
  /** `begun`, `ok`, or the code of the error. */
  outcome: string
  requestId?: string
  facts: Record<string, unknown>
}

export type AuditRecord = AuditEntry & {
  /** Whose chain it is in, and where. */
  node: string
  seq: number
  /** What was hashed: the entry as JSON, and the hash of the entry before it. */
  text: string
  prev: string
  hash: string
}

export type AuditFilter = {
  connection?: string
  /** A kind, an id or a name. */
  actor?: string
  action?: string
  since?: number
  order: 'newest' | 'oldest'
  /** Goes on behind this entry. */
  after?: { at: number; node: string; seq: number }
  limit: number
}

/** Where a chain ended when it was looked at: kept outside of the store, it shows whether the store was put back. */
export type AuditCheckpoint = { node: string; seq: number; hash: string }

export type AuditFault = { node: string; seq: number; problem: string }

export type AuditVerdict = {
  entries: number
  /** The first 1,000. */
  faults: AuditFault[]
  faultCount: number
  checkpoint: AuditCheckpoint[]
}

/** Up to where a file of what was not stored yet has been taken over: its lines of counts, and the single ones. */
export type AuditTaken = { start: string; line: number; single: number }

export interface AuditStore {
  /** The chain of this node. */
  readonly node: string
  /** At the end of this node's chain, all or none. `taken` is remembered with them. */
  append(entries: readonly AuditEntry[], taken?: AuditTaken): Promise<void>
  /** What was remembered last. */
  taken(): Promise<AuditTaken>
  list(filter: AuditFilter): Promise<AuditRecord[]>
  /** Of every node. Throws only where the store cannot be read. */
  verify(checkpoint?: readonly AuditCheckpoint[]): Promise<AuditVerdict>
  /** Removes entries of every node from before this moment, oldest first, and remembers where each chain begins now. */
  prune(before: number): Promise<number>
}

/** How often a key was handed a connection's token, and when last. */
export type KeyRead = { keyId: string; connection: string; reads: number; lastAt: number }

export interface KeyReadStore {
  /** Adds to what is counted; a connection that is gone meanwhile is passed over. Goes and is renamed with it. */
  add(reads: readonly KeyRead[]): Promise<void>
  /** Of one connection, the last reader first. */
  of(connection: string): Promise<KeyRead[]>
}

export interface KeyAddressStore {
  /**
   * Remembers that a key was used from these places. `fresh` are those it was not used from before, each told once over
   * all nodes; `known` is how many it had.
   */
  add(keyId: string, places: readonly string[], at: number): Promise<{ fresh: string[]; known: number }>
}

/** A connection that somebody has begun to describe: `content` is JSON and may hold secrets, so all of it is sealed. */
export type DraftRecord = {
  id: string
  /** One up with each change. */
  version: number
  content: Secret
  createdAt: number
  changedAt: number
  expiresAt: number
}

export interface DraftStore {
  /** Removes what has expired; if more than `limit` would be kept, those go that were not changed for longest. */
  insert(draft: DraftRecord, limit: number): Promise<void>
  /** Undefined for an expired one too. */
  byId(id: string): Promise<DraftRecord | undefined>
  /** Changed last first; a damaged one is left out. */
  list(): Promise<DraftRecord[]>
  /** Version + 1; refused (false) if `expected` is not the stored one, or the draft is gone. */
  replace(draft: Pick<DraftRecord, 'id' | 'content' | 'changedAt' | 'expiresAt'>, expected: number): Promise<boolean>
  remove(id: string): Promise<boolean>
}

/** The keys of the installation, by their ids. */
export type SealingState = {
  /** Where they come from, for people. */
  from: string
  /** Whether a new one can be made there. */
  writable: boolean
  /** The one that seals. */
  sealing: string
  /** Nothing was left under older keys when it was last looked. */
  settled: boolean
  /** Other nodes work on the database too, each with a key file of its own. */
  shared: boolean
  /** The newest first. `since` when it has sealed, how many values it still opens, and whether this node has it. */
  keys: { id: string; since?: number; uses: number; here: boolean }[]
}

export interface SealingStore {
  /** Whether the last change of the key is finished: cheap, where `state` counts. */
  settled(): Promise<boolean>
  state(): Promise<SealingState>
  /** A new key that only opens, for other nodes to get to know it first. Gives its id; the same one when asked again. */
  stage(): Promise<string>
  /**
   * Begins to seal with a new key, or with the one that is staged; goes on with a change that is not finished. Throws
   * `invalid_request` where the key is not ours to change, or other nodes could not follow.
   */
  begin(): Promise<string>
  /**
   * Wraps what older keys sealed, a batch a step, until nothing is left that can be opened. Safe to be broken off.
   * `first`: another walk through everything begins.
   */
  rewrap(): AsyncGenerator<{ wrapped: number; unopened: number; first: boolean }>
  /** Takes keys that seal nothing any more out of the key file. Gives their ids. */
  retire(): Promise<string[]>
}

export interface Store {
  renewals: RenewalStore
  connections: ConnectionStore
  clients: ClientStore
  authorizations: AuthorizationStore
  attempts: AttemptStore
  keys: ApiKeyStore
  sessions: SessionStore
  definitions: DefinitionStore
  servers: ServerStore
  revocations: RevocationStore
  events: EventStore
  audit: AuditStore
  keyReads: KeyReadStore
  keyAddresses: KeyAddressStore
  drafts: DraftStore
  sealing: SealingStore
  /** Seals text for the spool under the connection's data key, so that deleting the connection destroys it too. */
  sealFor(connectionId: string, purpose: string, text: string): Promise<Uint8Array | undefined>
  openFor(connectionId: string, purpose: string, blob: Uint8Array): Promise<string | undefined>
  /** This installation, made with the store. */
  readonly installation: { id: string; epoch: number }
  /** Bytes that the data takes up now. */
  size(): Promise<number>
  /** Calls for every change that another node made from now on, within a second. Where there is one node: never. */
  watch(told: (change: Change) => unknown): void
  /** Answers whether the store can be read and written now. */
  healthy(): Promise<boolean>
  /** Statements sent to the database so far; benches and tests read it. */
  readonly statements: number
  close(): Promise<void>
}
