import type { CallTemplate, ClientAuthMethod, Fields, Json, Template } from '../oauth/call-template.ts'

/**
 * A provider file: the facts of one service, as data. Each fact can be traced: `sources` once, and every block names
 * those it stands on (`see`), how sure it is, and why it leaves the RFC (`because`). There are no hooks; if one seems
 * needed, this vocabulary is short of a word.
 */
export type Provider = {
  /** File name, address and API value: `[a-z0-9-]+`. */
  id: string
  /** As people know it: "QuickBooks Online". */
  name: string
  aliases?: string[]
  category: string
  /** Id of the definition this one was copied from, so that the difference can be shown. */
  copyOf?: string
  /** The day (YYYY-MM-DD) the vendor's pages were read. */
  checked: string
  /** The day it was used against the live service, or `never`. */
  tried: string
  sources: Record<string, Source>
  console?: { url?: Template; steps: string[] }
  values?: Record<string, Value>
  /**
   * `a.b.c` or `*.b.c` (one or more labels), optionally `:port`. An expanded URL with a secret that fits none is refused.
   * Where the customer runs the service, a pattern names values that a person gives: `{host}`, `{host}:{port}`, or a
   * value of the shape `url` alone. What a callback or an answer brings never opens a host.
   */
  hosts: {
    token: string[]
    api: string[]
    /** PEM of an authority of one's own that these hosts' certificates come from, beside the usual ones. */
    ca?: string
  }
  client: Client
  scopes?: Scopes
  /** The first is what a data job picks. */
  ways: Record<string, Way>
  redirects?: RedirectRule[]
  api: Api
  /** Test requests; the first that applies is run. */
  probes?: Probe[]
  revoke?: Revocation[]
  introspect?: Call
  errors?: ErrorRule[]
  /** Told at the moment they matter, where that can be known. */
  warnings?: Warning[]
  /** Things to know before they bite, one sentence each. */
  traps?: string[]
}

export type Source = { url: string; checked: string; note?: string }

/** How a block is known. `see` names keys of `sources`; no confidence means high. */
export type Fact = { see: string[]; confidence?: 'high' | 'medium' | 'low'; because?: string }

export type Call = Fact & CallTemplate

/** A lifetime in seconds, or set by the customer at the service: the value that holds it, and its unit. */
export type Life = number | 'never' | 'unknown' | { input: string; unit: 's' | 'h' | 'd' }

/** Anything a template may name beyond the protocol's own variables: one flat namespace. */
export type Value = {
  label: string
  help?: string
  example?: string
  default?: string
  /** Tried in order; `['person']` if absent. */
  from?: ValueSource[]
  shape?: Shape
  /** Applied to typed and to captured values alike. */
  make?: ('lower' | 'underscore_to_dash')[]
  choices?: Choice[]
  /** Choices fetched once a token exists. `list` is empty where the answer is the list itself. */
  pick?: Call & { list: string; value: string; label: string }
  secret?: boolean
  /** Goes to jobs with the token (`realmId`). */
  shown?: boolean
  optional?: boolean
}

export type ValueSource =
  | 'person'
  | 'answer'
  | `callback.${string}`
  | `file.${string}`
  | `choice.${string}`
  | { hmacSha256Hex: { key: Template; text: Template } }

export type Choice = {
  value: string
  label: string
  sets?: Record<string, string>
  /** The day it ends. */
  until?: string
  /** May change without notice: never what is advised first. */
  unstable?: true
}

/** A closed list instead of regular expressions: user definitions would run them. */
export type Shape =
  'host_label' | 'domain' | 'host' | 'uri' | 'guid' | 'digits' | 'slug' | 'email' | 'url' | 'pem' | 'json_file' | 'text'

export type Client = Fact & {
  id?: { label?: string; param?: string; fixed?: string; help?: string }
  secret?: {
    label?: string
    param?: string
    life?: Life
    help?: string
    /** A client without one is public, where `auth` lists `none` too; else Basic has nothing behind the colon. */
    optional?: boolean
    /** What is pasted in its place, told by a shape that no secret has. */
    mistaken?: { shape: Shape; for: string }
  }
  /** In order of preference; the first is the default. */
  auth: ClientAuthMethod[]
  /** The key or certificate that signs client assertions, made and held by us or uploaded. */
  key?: { algs: string[]; bits?: number[]; curves?: string[]; certificate?: { maxDays: number } }
  /** The audience of the client assertion, where it is not the token URL. */
  assertionAudience?: Template
  /** Adds the certificate's thumbprint to the assertion header (`x5t#S256`). */
  thumbprint?: boolean
  /** Basic without form-encoding id and secret, for servers that compare the raw text. */
  rawBasic?: boolean
}

export type Scopes = Fact & {
  separator: ' ' | ',' | ';'
  /** Separator in answers, where it differs. */
  answer?: ' ' | ',' | ';'
  known: Record<string, string>
  /** `known` is all there is: any other scope is refused before anything is sent. */
  closed?: true
  preset: string[]
  /** The scope that brings a refresh token. */
  refresh?: string
}

export type GrantName =
  | 'authorization_code'
  | 'client_credentials'
  | 'password'
  | 'jwt_bearer'
  | 'device_code'
  | 'token_exchange'
  | 'pasted'
  | 'literal'

/** One grant as this service offers it, named by us. Several may share a grant type. */
export type Way = {
  label: string
  help?: string
  grant: GrantName
  client?: Client
  redirects?: RedirectRule[]
  /** Scopes of this way where they differ from the provider's. */
  scopes?: Scopes
  authorize?: Fact & {
    url: Template
    params: Fields
    pkce: 'required' | 'optional' | 'off'
    /** Seconds. */
    codeLife?: number
    /** Name of the code parameter in the answer; `code` if absent. */
    code?: string
    error?: { code?: string[]; text?: string[] }
    /** RFC 9126: where the parameters are pushed first; the browser then carries only a reference. */
    par?: Template
    /** RFC 9207: the issuer the answer must name. */
    issuer?: Template
  }
  /** Device grant: where the codes come from (RFC 8628 section 3.1). */
  device?: Call
  assertion?: Assertion
  token?: Call
  /** Grant `literal`: the token itself. */
  literal?: Template
  steps?: Step[]
  /** The API of this way, where it is another one. */
  api?: Api
  /** Life of the access token where the answer says nothing. */
  access?: Life
  renewal: Renewal
}

export type Assertion = Fact & {
  alg: string[]
  /** The PEM that signs, where it is a value (a key file's) and not the client's key. */
  key?: Template
  header?: Fields
  claims: Record<string, Json>
  /** Seconds. */
  life: number
  scopeSeparator?: string
}

/**
 * A call after the token. `once` follows an authorization, or a token that was pasted or imported, and moves the root
 * token set; `each` derives from every new root what jobs are served; `{ every }` repeats after that many seconds and
 * only refreshes values. One that fails is tried again; the token it follows is kept.
 */
export type Step = Call & {
  name: string
  run: 'once' | 'each' | { every: number }
  gives: 'token' | 'values'
  /** Life of the token it gives where its answer says nothing; that of the way (`access`) if absent. */
  life?: Life
  onlyWith?: string
}

export type Renewal = Fact & {
  by: 'refresh_token' | 'exchange_access_token' | 'reissue' | 'none'
  /** `reissue` repeats the way's token call and needs none. */
  call?: Call
  /** What happens to the credential. `unknown` is planned for as the worst. */
  rotates: 'never' | 'sometimes' | 'always' | 'unknown'
  /** Seconds the previous credential still works. */
  grace?: number
  /** What a second use does. */
  reuse?: 'harmless' | 'refused' | 'kills_grant' | 'unknown'
  /** `dies`: no early renewal, other nodes are told at once. */
  oldAccess?: 'lives' | 'dies' | 'unknown'
  /** Not younger than; only in the last n seconds. */
  age?: number
  within?: number
  /** `maybe`: an end that did not move is a warning, not a success. */
  extends?: 'always' | 'maybe'
  ends?: { idle?: Life; hard?: Life; from?: 'authorization' | 'renewal' }
}

export type RedirectRule = Fact & {
  back: ('callback' | 'loopback' | 'paste' | 'relay')[]
  /** Spellings of this machine that are taken; any if absent, none if empty. */
  host?: ('localhost' | '127.0.0.1' | '[::1]')[]
  /** `any`: the port of a loopback address need not be registered. */
  port?: 'any' | 'registered'
  /** Schemes that are taken; both if absent. Plain http is for loopback addresses in any case. */
  scheme?: ('https' | 'http')[]
  /** Applies only when these values are chosen. */
  onlyWith?: Record<string, string>
}

/** How the token travels to the API, with version headers and the like. */
export type Api = Fact & { base: Template; send: Fields }

/** `ways`: names of the ways it is for; all if absent. */
export type Probe = Call & { name?: string; ways?: string[]; onlyScope?: string; onlyWith?: string; who?: string[] }

export type Revocation = Call & { ways?: string[] }

export type Means = 'retry' | 'dead' | 'client' | 'configuration' | 'denied' | 'too_young'

export type ErrorRule = Fact & {
  on: ('authorize' | 'token' | 'renew' | 'api' | 'revoke')[]
  status?: number[]
  /** Dotted path in the answer to the values that match. */
  match?: Record<string, (string | number)[]>
  means: Means
  cause: string
  remedy: string
}

/** A trap that Evergrant can see, told when it is seen. */
export type Warning = Fact & {
  /** `request`: before anything is sent. `token`: by what came with a token, for as long as that token set lives. */
  at: 'request' | 'token'
  /** Names of the ways it is about; all if absent. */
  ways?: string[]
  when: Condition
  says: string
  remedy: string
  /** At `request`: nothing is sent, the sentence is the error. */
  refuses?: true
}

/** All that is named must hold. */
export type Condition = {
  /** None of these scopes is asked for (`request`), or granted (`token`; asked for where the answer names none). */
  lacksScopes?: string[]
  /** At least one of these is. */
  hasScopes?: string[]
  /** Each of these values is one of those listed. */
  values?: Record<string, string[]>
  /** At `token`, none of these came: `refresh_token`, or values. At `request`: values that are not given. */
  lacks?: string[]
  /** At `token`: the grant ends, unused or whatever happens, within so many seconds of the answer. */
  endsWithin?: number
}

/** A line of the catalogue, without the facts. */
export type SummaryOfWay = {
  name: string
  label: string
  grant: GrantName
  /** What a person must have at hand, by its labels. */
  needs: string[]
  /** How it is renewed, as short as a cell of a table. */
  renews: string
}

export type ProviderSummary = {
  id: string
  name: string
  aliases?: string[]
  category: string
  ways: SummaryOfWay[]
  checked: string
  tried: string
  /** Of its least sure fact. */
  confidence: NonNullable<Fact['confidence']>
  /** A user's definition. */
  own?: true
}
