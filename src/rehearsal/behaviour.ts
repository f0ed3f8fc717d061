/** How the rehearsed authorization server behaves: facts about a service, as data. */

/**
 * What happens to a refresh token that was used. R0: it stays good. R1: it is replaced, and for a while a second use
 * gives the same pair again. R2: the same, with a new pair, and only for the immediate predecessor. R3: a second use is
 * refused. R4: a second use is refused and ends every token of the grant.
 */
export type RotationClass = 'R0' | 'R1' | 'R2' | 'R3' | 'R4'

export type AuthenticationMethod =
  'client_secret_basic' | 'client_secret_post' | 'client_secret_jwt' | 'private_key_jwt' | 'query' | 'none'

export type RehearsedClient = {
  id: string
  secret?: string
  /** Any other way of proving itself is refused. */
  methods: readonly AuthenticationMethod[]
  /** SPKI PEM: verifies the assertions of `private_key_jwt`. */
  publicKey?: string
  /** Compared as text; one without a port on a loopback host goes with any port (RFC 8252 section 7.3). */
  redirectUris: readonly string[]
  /** Basic is compared without form-decoding (RFC 6749 section 2.3.1 asks for it; some servers do not). */
  rawBasic?: boolean
}

/** All lifetimes in seconds as the service states them; `speed` makes them pass faster. */
export type Behaviour = {
  clients: readonly RehearsedClient[]
  people: readonly { name: string; password: string }[]
  scopes: readonly string[]
  /** Names of the parameters where the service has its own. */
  names: { clientId: string; clientSecret: string }
  authorize: {
    /** `automatic` answers at once, `page` shows a page with two buttons. */
    consent: 'automatic' | 'page' | 'refused'
    pkce: 'required' | 'optional'
    codeSeconds: number
    mode: 'query' | 'fragment' | 'form_post'
    /** RFC 9207: names itself in the answer. */
    sendsIssuer: boolean
    /** Values the service adds to the answer, such as a company id. */
    adds: Readonly<Record<string, string>>
  }
  access: {
    seconds: number
    /** Whether a renewal ends the access token before it. */
    diesWithRenewal: boolean
  }
  refresh: {
    /** Grants that bring a refresh token. */
    with: readonly ('authorization_code' | 'password')[]
    rotation: RotationClass
    /** R1 and R2: how long a used one may come again. */
    graceSeconds: number
    /** What a second use does once that time is over; refused if absent. */
    afterGrace?: 'R3' | 'R4'
    /** Dies when it is not used for so long. */
    idleSeconds?: number
    /** Dies so long after the authorization, whatever happens. */
    hardSeconds?: number
  }
  /** A GET that gives a longer-lived access token for a living one, not too young and, where said, only in its last seconds. */
  exchange?: { grantType: string; parameter: string; seconds: number; youngestSeconds?: number; lastSeconds?: number }
  /** Issuers of assertions for `jwt-bearer`: name and SPKI PEM. */
  assertionIssuers: readonly { issuer: string; publicKey: string }[]
  /** How much faster than real time lifetimes pass: at 60 a token of an hour lives a minute, and says so. */
  speed: number
}

export const rehearsalClient = {
  id: 'rehearsal',
  secret: 'rehearsal-secret',
  methods: ['client_secret_basic', 'client_secret_post'],
  redirectUris: ['127.0.0.1', 'localhost', '[::1]'].flatMap((host) =>
    ['', '/', '/callback', '/oauth/callback', '/oauth/code'].map((path) => `http://${host}${path}`),
  ),
} as const satisfies RehearsedClient

/** A service that keeps to the RFCs, rotates refresh tokens and repairs a lost answer for a minute. */
export const plainBehaviour: Behaviour = {
  clients: [rehearsalClient],
  people: [{ name: 'ada', password: 'rehearsal-password' }],
  scopes: ['read', 'write'],
  names: { clientId: 'client_id', clientSecret: 'client_secret' },
  authorize: {
    consent: 'automatic',
    pkce: 'required',
    codeSeconds: 60,
    mode: 'query',
    sendsIssuer: true,
    adds: {},
  },
  access: { seconds: 3600, diesWithRenewal: false },
  refresh: { with: ['authorization_code', 'password'], rotation: 'R2', graceSeconds: 60 },
  exchange: { grantType: 'fb_exchange_token', parameter: 'fb_exchange_token', seconds: 5_184_000 },
  assertionIssuers: [],
  speed: 1,
}

/** A change of some facts; blocks are merged one level deep. */
export type BehaviourChange = {
  [Block in keyof Behaviour]?: NonNullable<Behaviour[Block]> extends readonly unknown[] | number
    ? Behaviour[Block]
    : Partial<Behaviour[Block]>
}

export function behaveAs(change: BehaviourChange, base: Behaviour = plainBehaviour): Behaviour {
  return {
    ...base,
    ...change,
    names: { ...base.names, ...change.names },
    authorize: { ...base.authorize, ...change.authorize },
    access: { ...base.access, ...change.access },
    refresh: { ...base.refresh, ...change.refresh },
    exchange: { ...(base.exchange ?? plainBehaviour.exchange!), ...change.exchange },
  }
}
