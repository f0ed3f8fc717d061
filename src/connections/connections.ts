/**
 * What can be done with connections, as the server and the command line see it. The rules live in the files beside
 * this one; this is their list.
 */
import type { Secret } from '../secret.ts'
import type { AttemptRecord, AuthorizationOutcome, ConnectionState, FailureRecord } from '../store/store.ts'
import type { Introspection } from '../oauth/answer.ts'
import type { End } from '../oauth/token-set.ts'

/** What a job gets. */
export type ServedToken = {
  connection: string
  accessToken: Secret
  tokenType: string
  /** Epoch milliseconds; absent when unknown or never. */
  expiresAt?: number
  scope?: readonly string[]
  generation: number
  /** `renewal_failed`, `shorter_than_asked`, `fresh_but_rejected`, ... */
  warnings: readonly string[]
  /** Captured values marked `shown`: realmId, instance_url. */
  shown: Readonly<Record<string, string>>
}

export type NewConnection = {
  name: string
  /** Id of a built-in or stored definition, or `custom` with `definition`. */
  provider: string
  definition?: unknown
  /** A way's name, or a grant type; the first way if absent. */
  grant?: string
  client?: ClientInput
  inputs?: Record<string, string>
  scopes?: string[]
  redirectUri?: string
  userName?: string
  password?: string
  /** RFC 7396 merge patch on the definition. */
  overrides?: unknown
  /** An existing token set: import. */
  tokens?: { accessToken?: string; refreshToken?: string; expiresAt?: number; values?: Record<string, string> }
}

export type ClientInput = {
  id?: string
  secret?: string
  method?: string
  /** PKCS 8 PEM, or `generate` to have key and certificate made here. */
  key?: string
  keyAlg?: string
  keyId?: string
  certificate?: string
  secretEndsAt?: number
  /** Use the client of another connection. */
  sameAs?: string
}

export type ConnectionChange = {
  name?: string
  client?: ClientInput
  inputs?: Record<string, string | null>
  scopes?: string[]
  redirectUri?: string
  userName?: string
  password?: string
  overrides?: unknown
  state?: 'suspended' | 'active'
}

/** What people see. No secret in it. */
export type ConnectionView = {
  name: string
  provider: string
  providerName: string
  way: string
  grant: string
  state: ConnectionState
  /** Derived: failing, needs_configuration. */
  condition: 'ok' | 'failing' | 'needs_configuration' | 'needs_authorization' | 'pending' | 'suspended'
  generation: number
  client?: {
    id: string
    method: string
    hasSecret: boolean
    hasKey: boolean
    keyId?: string
    /** PEM; to be registered at the service. */
    certificate?: string
    /** PEM; to be registered at the service where it takes no certificate. */
    publicKey?: string
    state: 'ok' | 'refused'
    secretEndsAt?: number
    certificateEndsAt?: number
    sharedWith: number
  }
  /** Typed and captured values that are no secrets; secret ones appear as `[set]`. */
  inputs: Record<string, string>
  /** Of these, the values that came with an answer. */
  captured: readonly string[]
  scopes: readonly string[]
  scopesGranted?: readonly string[]
  redirectUri?: string
  overrides?: unknown
  createdAt: number
  authorizedAt?: number
  obtainedAt?: number
  expiresAt?: End
  hasRefreshToken: boolean
  renewal: string
  nextRenewalAt?: number
  retryAt?: number
  /** From when on jobs wait for a renewal. */
  callersWaitAt?: number
  /** By when a person must have acted, where that is known. */
  personBy?: number
  /** What makes sense now. */
  actions: readonly ConnectionAction[]
  /** What will die when, soonest first. */
  deaths: readonly {
    what:
      | 'access_token'
      | 'token_behind'
      | 'refresh_token_idle'
      | 'refresh_token'
      | 'client_secret'
      | 'certificate'
      | string
    at: number
  }[]
  who?: string
  failure?: FailureRecord
  warnings: readonly string[]
  /** How its tokens are used; absent where the definition is gone. */
  api?: ApiView
  toChoose: readonly OpenChoice[]
  settingsVersion: number
}

/** What a person can have done; each is a call of `Connections`. */
export type ConnectionAction = 'authorize' | 'issue' | 'renew' | 'test' | 'reveal' | 'revoke'

/** A value that is picked from a list of the service and is not set yet. */
export type OpenChoice = { value: string; label: string; help?: string; optional: boolean }

export type Choices = { choices: { value: string; label: string }[]; current?: string }

/** Where the API is and the headers it wants: `{token}` stands in place, other values are filled in. */
export type ApiView = {
  base?: string
  headers: Record<string, string>
  /** What could not be told, with why: a value that is secret, or not known yet. */
  leftOut: readonly string[]
}

export type MaskedRequest = { method: string; url: string; headers: Record<string, string>; body?: string }
export type MaskedResponse = { status: number; headers: Record<string, string>; body: string }

/** What a service refused, in its words and ours. */
export type Refusal = { kind: string; code: string; words?: string; cause?: string; remedy?: string; status?: number }

/** `refused`: the service did not do it, and what was to end lives on there. */
export type Revoked = { revocation: 'done' | 'queued' | 'refused' | 'not_offered'; failure?: Refusal }

/** The outcome of a button: what was sent, what came, what it was understood as. All masked. */
export type ActionReport = {
  ok: boolean
  request?: MaskedRequest
  response?: MaskedResponse
  failure?: Refusal
  connection: ConnectionView
  /** For `test`: who was connected. */
  who?: string
  /** For `test`, where no test request applies: what the service says of the token. */
  introspection?: Introspection
}

export type Preview = {
  /** The exact authorization URL, with `state` and `code_challenge` as placeholders. */
  authorizationUrl?: string
  authorizationParameters?: { name: string; value: string; says: string }[]
  /** What would be sent, and what is entered at the service for it. */
  redirectUri?: string
  register?: string
  /** Why the service would not take what would be sent. */
  redirectRefused?: string
  token?: MaskedRequest
  renewal?: MaskedRequest
  /** Names of values still missing. */
  missing: readonly string[]
  /** What would go wrong, in sentences that say what to do, each with the setting it is about. */
  advice: readonly { says: string; path?: string }[]
}

export type AuthorizationView = {
  id: string
  connection: string
  back: 'callback' | 'loopback' | 'paste' | 'relay' | 'device'
  /** The one-time link on the redirect URI's own origin (callback), or the authorization URL itself. */
  url?: string
  authorizationUrl?: string
  redirectUri?: string
  userCode?: string
  verificationUri?: string
  verificationUriComplete?: string
  expiresAt: number
  outcome: AuthorizationOutcome
}

/** An answer to an authorization, by whichever way it came back. */
export type AuthorizationAnswer =
  /** The parameters as received; duplicates kept so that they can be refused. */
  | { kind: 'parameters'; parameters: readonly (readonly [string, string])[] }
  /** What a person pasted: address, query string, or bare code. */
  | { kind: 'pasted'; text: string; bareCodeAllowed: boolean }

/** Who is behind a call, for events and for binding an authorization; a key has a name. */
export type Actor = { kind: 'key' | 'session' | 'local' | 'refresher' | 'callback'; id?: string; name?: string }

/** What jobs are sent of a token, as text; the server's. */
export type Answers = {
  /** Pieces of text without line breaks; between them goes what a read fills in. */
  write(token: Handed): string[]
  /** What was written, without its end, which is kept in milliseconds beside it. */
  read(pieces: readonly string[]): Omit<Handed, 'expiresAt'>
}

/** The part of a served token that is the same however its connection is called and often it was renewed. */
export type Handed = Omit<ServedToken, 'connection' | 'generation'>

/** A token in memory, as `Answers` wrote it. `slot` belongs to the server. */
export type HotEntry = {
  readonly name: string
  readonly generation: number
  /** Epoch milliseconds, where an end is known. */
  readonly endsAt: number | undefined
  readonly pieces: readonly string[]
  slot: unknown
}

/** A connection's token, with at least `minValid` seconds left. */
export type Wanted = { name: string; minValid?: number | undefined }

export interface Connections {
  /**
   * The entry of a token that is in memory and still good for `minValid` seconds at `now` (epoch ms); undefined means
   * "ask `read`". Synchronous, no statement. Past the advisory point it also starts the renewal in the background.
   */
  peek(name: string, now: number, minValid?: number): HotEntry | undefined
  /** The same for tokens that are not in memory, by one statement each; undefined means "ask `read`", which says why. */
  fetch(wanted: readonly Wanted[], now: number): Promise<(HotEntry | undefined)[]>
  /** A token with at least `minValid` seconds left, clamped to half its life; without it, up to its mandatory point. */
  read(name: string, options?: { minValid?: number }): Promise<ServedToken>
  /** After a 401: renews only if what was rejected (generation, or the access token) is still the current one. */
  reject(name: string, rejected: number | string): Promise<ServedToken>

  create(input: NewConnection, actor: Actor): Promise<ConnectionView>
  list(filter: {
    search?: string
    after?: string
    limit?: number
  }): Promise<{ connections: ConnectionView[]; next?: string }>
  get(name: string): Promise<ConnectionView>
  /** What a value can be, as the service lists it now. Choosing is a change of inputs. */
  choices(name: string, value: string): Promise<Choices>
  /** How its token is used: for jobs, which may not see the rest. */
  api(name: string): Promise<ApiView>
  change(name: string, change: ConnectionChange, actor: Actor): Promise<ConnectionView>
  remove(name: string, options: { revoke: boolean }, actor: Actor): Promise<Revoked | { revocation: 'not_asked' }>

  /** The exact requests, masked, without sending anything. */
  preview(name: string): Promise<Preview>
  previewDraft(input: NewConnection): Promise<Preview>
  /** A connection as it would be given anew; secrets stand there as `[set]`. */
  settings(name: string): Promise<NewConnection>
  /** Where the secrets of such a connection would go, as a digest. Throws where that cannot be told. */
  leadsTo(input: NewConnection): Promise<string>
  /** Starts an authorization. `redirectUri` replaces the stored one; a loopback listener is opened where needed. */
  authorize(
    name: string,
    options: { back?: AuthorizationView['back']; redirectUri?: string; startedBy?: string; timeoutMs?: number },
    actor: Actor,
  ): Promise<AuthorizationView>
  authorization(id: string): Promise<AuthorizationView>
  /** Opens the one-time link: binds the flow to a browser and gives the authorization URL. */
  openLink(id: string, startedBy: string): Promise<{ authorizationUrl: string }>
  /** Finds the flow of a callback by its `state`; undefined if there is none. */
  authorizationByState(state: string): Promise<{ id: string; startedBy?: string } | undefined>
  complete(id: string, answer: AuthorizationAnswer, actor: Actor): Promise<AuthorizationView>

  /** Call Bearer Token Endpoint: the way's token request now (not for authorization_code, which needs a new code). */
  issue(name: string, actor: Actor): Promise<ActionReport>
  /** Call the Refresh Token Endpoint: renew now, passing a back-off. */
  renew(name: string, actor: Actor): Promise<ActionReport>
  /** The service's test request with the current token. */
  test(name: string, actor: Actor): Promise<ActionReport>
  /** Revokes at the service and drops the tokens; the connection stays. */
  revoke(name: string, actor: Actor): Promise<Revoked>
  attempts(name: string): Promise<AttemptRecord[]>
  /** The access token in clear, for a fresh sign-in. */
  reveal(name: string, actor: Actor): Promise<ServedToken>
}
