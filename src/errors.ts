/**
 * Every error a user can meet, in one table: code -> HTTP status, exit code, title, remedy. The API's problem documents
 * (RFC 9457), the command line's hints and `docs/reference/errors.md` are made from it. A code is never reused for another meaning.
 *
 * `{connection}` in a remedy is replaced by the connection's name.
 */
export type ErrorRow = {
  status: number
  /** Exit code of the command line, see docs/command-line.md. */
  exit: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 130
  title: string
  remedy: string
  /** Whether asking again later, unchanged, makes sense. */
  retryable?: true
}

export const errorTable = {
  // what was asked
  invalid_request: {
    status: 400,
    exit: 2,
    title: 'the request is not valid',
    remedy: 'correct the fields named in the message',
  },
  invalid_option: {
    status: 400,
    exit: 9,
    title: 'the configuration is not valid',
    remedy: 'correct the options named in the message',
  },
  invalid_definition: {
    status: 400,
    exit: 2,
    title: 'the provider definition is not valid',
    remedy: 'correct the places named in the message; `evergrant service check FILE` lists them all',
  },
  invalid_template: {
    status: 400,
    exit: 2,
    title: 'a template cannot be used',
    remedy: 'use one of the variables listed in the message',
  },
  missing_value: { status: 400, exit: 2, title: 'a value is missing', remedy: 'give the value named in the message' },
  invalid_value: {
    status: 400,
    exit: 2,
    title: 'a value does not fit',
    remedy: 'correct the value named in the message',
  },
  unknown_provider: {
    status: 404,
    exit: 2,
    title: 'no such service',
    remedy: '`evergrant services` lists them; `custom` takes any other',
  },
  provider_exists: {
    status: 409,
    exit: 2,
    title: 'a service of this id exists',
    remedy: 'choose another id, or replace the one that is stored',
  },
  provider_in_use: {
    status: 409,
    exit: 2,
    title: 'connections use this service',
    remedy: 'remove the connections named in the message first',
  },
  unknown_way: {
    status: 400,
    exit: 2,
    title: 'the service offers no such way to authorize',
    remedy: '`evergrant service show NAME` lists the ways',
  },
  unknown_connection: {
    status: 404,
    exit: 3,
    title: 'no such connection',
    remedy: '`evergrant list` shows the connections; `evergrant connect` makes one',
  },
  connection_exists: {
    status: 409,
    exit: 2,
    title: 'a connection of this name exists',
    remedy: 'choose another name, or `evergrant authorize {connection}` to authorize it again',
  },
  unknown_authorization: {
    status: 404,
    exit: 2,
    title: 'no such authorization',
    remedy: 'start again: `evergrant authorize {connection}`',
  },
  unknown_key: { status: 404, exit: 2, title: 'no such API key', remedy: '`evergrant key list` shows the keys' },
  unknown_draft: {
    status: 404,
    exit: 2,
    title: 'no such draft',
    remedy: 'begin again: a draft is kept for 7 days after its last change',
  },
  not_found: { status: 404, exit: 2, title: 'nothing here', remedy: 'see /openapi.json for the paths' },
  not_supported: {
    status: 409,
    exit: 2,
    title: 'the service does not offer this',
    remedy: '`evergrant service show NAME` says what it offers',
  },
  secret_required: {
    status: 409,
    exit: 2,
    title: 'the secret must be given again',
    remedy: 'send the client secret together with the change of hosts, client or way',
  },

  // a person or an admin must act
  needs_authorization: {
    status: 409,
    exit: 4,
    title: 'a person must authorize the connection',
    remedy: '`evergrant authorize {connection}`',
  },
  needs_configuration: {
    status: 409,
    exit: 9,
    title: 'the client or the settings are wrong',
    remedy:
      '`evergrant connect SERVICE --as {connection}` with what is wrong, such as --client-secret-file FILE, corrects it',
  },
  suspended: {
    status: 409,
    exit: 4,
    title: 'the connection is suspended',
    remedy: '`evergrant authorize {connection}` to use it again',
  },
  integrity_error: {
    status: 409,
    exit: 9,
    title: 'what is stored for this connection cannot be opened',
    remedy: 'the row was damaged, moved or rolled back: restore a backup, or `evergrant authorize {connection}`',
  },

  // authorization
  authorization_denied: {
    status: 409,
    exit: 4,
    title: 'the authorization server refused',
    remedy: 'read its words in the message, correct the client or the scopes, and start again',
  },
  authorization_expired: {
    status: 410,
    exit: 8,
    title: 'the authorization has expired',
    remedy: 'start again: `evergrant authorize {connection}`',
  },
  authorization_used: {
    status: 409,
    exit: 2,
    title: 'this authorization is already finished',
    remedy: 'start again: `evergrant authorize {connection}`',
  },
  state_mismatch: {
    status: 400,
    exit: 2,
    title: 'the answer belongs to another authorization',
    remedy: 'paste the address of the authorization just started, or start again',
  },
  issuer_mismatch: {
    status: 400,
    exit: 6,
    title: 'the answer names another authorization server',
    remedy: 'start again; if it happens again, somebody may be mixing up servers',
  },
  bad_callback: {
    status: 400,
    exit: 2,
    title: 'the answer cannot be read',
    remedy: 'paste the whole address the browser ended on',
  },
  bare_code: {
    status: 400,
    exit: 2,
    title: 'a bare code is only taken where the flow was started',
    remedy: 'paste the whole address the browser ended on',
  },
  redirect_refused: {
    status: 400,
    exit: 2,
    title: 'this redirect URI cannot be used',
    remedy: 'use one of the ways back that the message names',
  },
  port_taken: {
    status: 409,
    exit: 2,
    title: 'the port of the redirect URI is not free',
    remedy: 'stop the program that holds it, or use a redirect URI with another port',
  },
  port_forbidden: {
    status: 409,
    exit: 2,
    title: 'the port of the redirect URI may not be opened',
    remedy: 'use a port above 1023, or give the process the right to open it',
  },

  // the provider
  provider_failing: {
    status: 503,
    exit: 5,
    title: 'the authorization server fails',
    remedy: 'try again later',
    retryable: true,
  },
  provider_refused: {
    status: 409,
    exit: 5,
    title: 'the authorization server refused the request',
    remedy: 'read its words in the message',
  },
  unreadable_answer: {
    status: 503,
    exit: 5,
    title: 'the authorization server gave an answer that is no token',
    remedy: 'try again later; check the token URL if it stays so',
    retryable: true,
  },
  host_blocked: {
    status: 409,
    exit: 6,
    title: 'this address may not be called',
    remedy: 'an admin can open a host with EVERGRANT_ALLOW_HOSTS',
  },
  host_not_listed: {
    status: 409,
    exit: 6,
    title: 'the expanded address is outside the hosts of the service',
    remedy: 'check the value that became part of the host',
  },
  test_failed: {
    status: 409,
    exit: 5,
    title: 'the test request was refused',
    remedy: 'read the answer in the message',
  },

  // who asks
  unauthenticated: {
    status: 401,
    exit: 6,
    title: 'no valid key or session',
    remedy: 'send an API key (`evergrant key create`) or sign in (`evergrant signin`)',
  },
  forbidden: {
    status: 403,
    exit: 6,
    title: 'this key may not do that',
    remedy: 'use a key with the right verb and connection',
  },
  bad_origin: {
    status: 403,
    exit: 6,
    title: 'the request comes from another site',
    remedy: 'open the page at the address in EVERGRANT_PUBLIC_URL',
  },
  bad_host: {
    status: 421,
    exit: 6,
    title: 'this server does not answer under that name',
    remedy: 'use the address in EVERGRANT_PUBLIC_URL',
  },
  too_many_requests: { status: 429, exit: 5, title: 'too many requests', remedy: 'wait a moment', retryable: true },

  // this program
  server_not_reachable: {
    status: 503,
    exit: 7,
    title: 'the server does not answer',
    remedy: 'start it (`evergrant serve`), or check EVERGRANT_SERVER',
    retryable: true,
  },
  home_locked: {
    status: 503,
    exit: 7,
    title: 'another process holds the data directory and does not answer',
    remedy: 'wait for it to end, or stop it',
    retryable: true,
  },
  store_unavailable: {
    status: 503,
    exit: 7,
    title: 'the store cannot be reached',
    remedy: 'check the database; tokens in memory are served meanwhile',
    retryable: true,
  },
  timed_out: {
    status: 504,
    exit: 8,
    title: 'nobody finished the authorization in time',
    remedy: '`evergrant authorize {connection}` starts again',
  },
  insecure_home: {
    status: 500,
    exit: 9,
    title: 'others can read the data directory',
    remedy: 'chmod 700 the directory and 600 its files',
  },
  key_missing: {
    status: 500,
    exit: 9,
    title: 'the key file is missing though a store exists',
    remedy: 'put the key back, or restore it from the backup; a new key cannot open the store',
  },
  key_wrong: {
    status: 500,
    exit: 9,
    title: 'this key does not open the store',
    remedy: 'use the key the store was made with',
  },
  not_adopted: {
    status: 409,
    exit: 9,
    title: 'the database was restored or cloned and is not adopted here',
    remedy: '`evergrant adopt` if this is the only copy in use',
  },
  backup_unusable: {
    status: 409,
    exit: 9,
    title: 'the backup cannot be used',
    remedy: 'use another copy of it, or an older backup',
  },
  storage_full: {
    status: 503,
    exit: 9,
    title: 'there is no room to write',
    remedy: 'free some space; nothing that was received is lost',
    retryable: true,
  },
  cancelled: { status: 499, exit: 130, title: 'cancelled', remedy: 'nothing was changed' },
  internal: { status: 500, exit: 1, title: 'an unexpected fault', remedy: 'the log has more under the request id' },
} as const satisfies Record<string, ErrorRow>

export type ErrorCode = keyof typeof errorTable

export type ErrorFacts = {
  /** What happened, to what, why: for the caller's eyes. Lower case, no final period, no secret, no response body. */
  detail?: string
  connection?: string
  /** Overrides the table's remedy where more is known. */
  remedy?: string
  /** Where a person authorizes. */
  authorizeUrl?: string
  retryAfterSeconds?: number
  /** Single faults, each with its place, when several are reported at once. */
  faults?: readonly Fault[]
  /** What only an admin may see: the provider's masked answer and the like. */
  adminDetail?: string
  cause?: unknown
}

/** One fault of an input: where it stands, what is wrong, what to do. */
export type Fault = { path: string; problem: string; remedy?: string }

/** The one error class of the product; everything else is a defect. */
export class EvergrantError extends Error {
  readonly code: ErrorCode
  readonly facts: ErrorFacts

  constructor(code: ErrorCode, facts: ErrorFacts = {}) {
    super(facts.detail ?? errorTable[code].title, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.name = 'EvergrantError'
    this.code = code
    this.facts = facts
  }

  get row(): ErrorRow {
    return errorTable[this.code]
  }

  get remedy(): string {
    return (this.facts.remedy ?? this.row.remedy).replaceAll('{connection}', this.facts.connection ?? 'NAME')
  }
}
