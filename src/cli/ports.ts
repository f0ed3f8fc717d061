/**
 * What the command line needs from the rest of the product. `main.ts` is the only file that knows who fulfils it, so
 * that this room speaks the contract of `api/` and nothing else, with or without a running server.
 */
import type { Environment } from '../config/home.ts'
import type { OptionFlags, Options } from '../config/options.ts'
import type { Secret } from '../secret.ts'

/** A request of the contract, before it is known how it travels. The path carries the query. */
export type Ask = { method: string; path: string; headers: Record<string, string>; body?: string }

export type Reply = {
  status: number
  headers: Readonly<Record<string, string | string[] | number | undefined>>
  body: string
}

/** The whole server inside this process, without a listener: it holds the lock of the home until it is closed. */
export type InProcess = { inject(ask: Ask): Promise<Reply>; close(): Promise<void> }

/** What a person says about a service of their own. */
export type CustomSettings = CustomAddresses & {
  grant: 'authorization_code' | 'client_credentials' | 'password' | 'jwt_bearer' | 'device_code'
  tokenUrl: string
  clientAuth?: readonly ClientAuth[]
  scopes?: readonly string[]
  /** The day it is made, YYYY-MM-DD. */
  day: string
  /** Whether an address may be plain http is for the server to say, which checks the definition again. */
  allowHttp: true
}

/** Addresses beside the token URL. */
export type CustomAddresses = {
  authorizationUrl?: string
  deviceUrl?: string
  revocationUrl?: string
  introspectionUrl?: string
  apiUrl?: string
  testUrl?: string
}

/** What a pasted curl command says: the secrets stay in this process. */
export type CurlDraft = {
  definition: object
  values: Readonly<Record<string, string>>
  secrets: Readonly<Record<string, Secret>>
  warnings: readonly string[]
}

/** Client authentication methods, by their IANA names. */
export type ClientAuth =
  'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'query' | 'none'

/** How a rehearsal is to be played, and who is told of each request. */
export type RehearseSettings = {
  /** Id of a service of the catalogue; all of them if absent. */
  service?: string
  port: number
  /** How much faster lifetimes pass. */
  speed: number
  /** Troubles by name, each for so many token requests. */
  faults: readonly { name: string; times: number }[]
  watch(seen: RehearsedRequest): void
}

/** A request in words, without secrets. */
export type RehearsedRequest = {
  service?: string
  method: string
  path: string
  /** What it was taken for. */
  as: string
  status?: number
  /** Why it was refused, or the trouble that it met. */
  why?: string
}

export type RunningRehearsal = {
  origin: string
  /** For EVERGRANT_ALLOW_HOSTS. */
  host: string
  ids: readonly string[]
  /** The one that was asked for. */
  service?: {
    id: string
    name: string
    console: string
    definitionUrl: string
    definition: object
    clientId: string
    clientSecret: string
    /** For each way, the command that connects it with the definition in this file. */
    commands(file: string): readonly { way: string; label: string; command: string; first: readonly string[] }[]
  }
  close(): Promise<void>
}

export type BackupMade = { bytes: number; connections: number; files: string[]; sealedBy: string; withKey: boolean }

/** `madeAt` in epoch milliseconds. */
export type BackupRestored = { madeAt: number; connections: number; files: string[]; wroteKey: boolean }

export type Ports = {
  /** The version of the product, for `--version`. */
  version: string
  /** Throws `invalid_option` with all faults at once. Flags win over the environment. */
  loadOptions(env: Environment, flags: OptionFlags): Options
  /** `locked`: another process holds the home. */
  openInProcess(options: Options): Promise<InProcess | 'locked'>
  /** A definition with the RFC's own requests, for a service that is in no catalogue. */
  customDefinition(settings: CustomSettings): Promise<unknown>
  /** A definition from a curl command of a token request. Throws with every fault of the command. */
  draftFromCurl(
    curl: string,
    settings: CustomAddresses & { id?: string; name?: string; scopes?: readonly string[]; day: string },
  ): Promise<CurlDraft>
  /**
   * Takes over the database of the home if it was restored, copied or moved. `own`: it was none of these. `locked`:
   * another process holds the home. Throws what opening the store throws, and where the audit takes no entry of it.
   * `user` is who does it, for the audit.
   */
  adopt(options: Options, user: string): Promise<'adopted' | 'own' | 'locked'>
  /**
   * Writes a backup of the store in the data directory, read back and whole, over the head of a running server. Throws
   * `invalid_request` where the store is in Postgres. `before` is called when it is whole, before it has its name.
   */
  backup(
    options: Options,
    wanted: {
      target: string
      passphrase?: Secret
      withKey: boolean
      before(made: BackupMade): Promise<void>
    },
  ): Promise<BackupMade>
  /** Puts a backup into an empty data directory. `locked`: another process holds it. Throws `backup_unusable`. */
  restore(options: Options, wanted: { file: string; passphrase?: Secret }): Promise<BackupRestored | 'locked'>
  /** A text behind a passphrase, as a text. */
  sealText(text: string, passphrase: Secret): Promise<string>
  isSealedText(text: string): Promise<boolean>
  /** Throws `invalid_value`. */
  openText(sealed: string, passphrase: Secret): Promise<string>
  /** Plays services on this machine until it is closed. Throws `unknown_provider`, `invalid_value`, `port_taken`. */
  rehearse(settings: RehearseSettings): Promise<RunningRehearsal>
  /** Runs the server until it is told to stop; gives the exit code. */
  serve(options: Options): Promise<number>
}
