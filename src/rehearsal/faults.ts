/**
 * What goes wrong between a client and a token endpoint, as data. A fault says whether the server acts on the request
 * first: a rotated refresh token whose answer is lost is the case that loses connections.
 */
export type Fault = {
  /** One line for the log and for people. */
  says: string
  /** Whether the server acts on the request (rotates, issues, revokes) before the fault shows. */
  acts: boolean
  /** Waits so long before the first byte. */
  waitMs?: number
  status?: number
  headers?: Readonly<Record<string, string>>
  /** Members of the answer that are set, left out, or multiplied. */
  set?: Readonly<Record<string, unknown>>
  omit?: readonly string[]
  scale?: Readonly<Record<string, number>>
  body?: FaultyBody
  /** How much the announced length of the body is off, in bytes. */
  lengthOff?: number
  delivery?: Delivery
}

/** How the body is written, where it is not plain JSON. */
export type FaultyBody =
  | { as: 'text'; text: string; type: string }
  | { as: 'form'; type?: string }
  /** The answer inside objects of these names. */
  | { as: 'nested'; under: readonly string[] }
  /** A member is written twice, the second time with this value. */
  | { as: 'duplicate'; member: string; second: unknown }
  /** Valid JSON, or a valid stream of gzip, up to a number of bytes before its end; the connection ends cleanly. */
  | { as: 'truncated'; missingBytes: number; gzip?: boolean }
  /** The answer, and beside it that many characters of filling. */
  | { as: 'padded'; bytes: number; gzip: boolean }
  /** The answer, and beside it arrays that deep. */
  | { as: 'deep'; levels: number }

/** How the bytes go out, where it is not all at once. */
export type Delivery =
  /** The connection is closed after so many bytes of the body, less than it announced; 0 sends no head either. */
  | { as: 'drop'; afterBytes: number }
  /** The connection is reset without an answer. */
  | { as: 'reset' }
  /** `head`: from the first byte of the status line on; else the head comes at once. */
  | { as: 'drip'; bytesPerSecond: number; head?: boolean }

const gateway = '<html><head><title>502 Bad Gateway</title></head><body><center>nginx</center></body></html>'
const html = '<!doctype html><title>Down for maintenance</title><h1>We will be back soon</h1>'

/** The answer is late; where the server does not act, the connection then closes without one. */
export const stall = (seconds: number, acts = true): Fault => ({
  says: `answers after ${seconds} s`,
  acts,
  waitMs: seconds * 1000,
  ...(!acts && { delivery: { as: 'drop', afterBytes: 0 } as const }),
})

/** Longer than any client waits. */
const forEver = 600

/** Takes the request and never answers; the connection stays open. */
const silence = (acts: boolean): Fault => ({
  says: `never answers${acts ? ', having acted' : ''}`,
  acts,
  waitMs: forEver * 1000,
  delivery: { as: 'drop', afterBytes: 0 },
})

/** Closes the connection after that many bytes of the body. */
export const drop = (afterBytes: number, acts = true): Fault => ({
  says: `closes ${afterBytes === 0 ? 'without an answer' : `after ${afterBytes} bytes`}, having ${acts ? 'acted' : 'done nothing'}`,
  acts,
  delivery: { as: 'drop', afterBytes },
})

export const drip = (bytesPerSecond: number): Fault => ({
  says: `sends ${bytesPerSecond} bytes a second`,
  acts: true,
  delivery: { as: 'drip', bytesPerSecond },
})

/** 429 with seconds, an HTTP date, or nothing in Retry-After. */
export const tooMany = (retryAfter?: string): Fault => ({
  says: `429 ${retryAfter ? `with Retry-After ${retryAfter}` : 'without Retry-After'}`,
  acts: false,
  status: 429,
  headers: retryAfter ? { 'retry-after': retryAfter } : {},
  body: { as: 'text', text: 'slow down', type: 'text/plain' },
})

export const redirectTo = (location: string): Fault => ({
  says: 'redirects to another host',
  acts: false,
  status: 302,
  headers: { location },
  body: { as: 'text', text: '', type: 'text/plain' },
})

/** An OAuth error of the server's own choosing, by default with status 400. */
export const refuse = (error: string, description?: string, status = 400): Fault => ({
  says: `${status} ${error}`,
  acts: false,
  status,
  body: {
    as: 'text',
    text: JSON.stringify({ error, ...(description && { error_description: description }) }),
    type: 'application/json',
  },
})

const bent = (says: string, bend: Omit<Fault, 'says' | 'acts'>): Fault => ({ says, acts: true, ...bend })
const failed = (says: string, status: number, text: string, type: string, acts = false): Fault => ({
  says,
  acts,
  status,
  body: { as: 'text', text, type },
})

/** The named ones; the functions above make further. */
export const faults = {
  reset_before: { says: 'resets before acting', acts: false, delivery: { as: 'reset' } },
  reset_after: { says: 'resets having acted', acts: true, delivery: { as: 'reset' } },
  drop_before: drop(0, false),
  drop_after: drop(0, true),
  drop_in_body: drop(20, true),
  slow: stall(2),
  no_answer: silence(false),
  no_answer_having_acted: silence(true),
  one_byte_a_second: drip(1),
  head_one_byte_a_second: {
    says: 'sends one byte a second, from the status line on',
    acts: true,
    delivery: { as: 'drip', bytesPerSecond: 1, head: true },
  },

  too_many: tooMany(),
  too_many_for_10_minutes: tooMany('600'),
  error_500: failed('500', 500, '{"message":"internal"}', 'application/json'),
  error_500_having_acted: failed('500 having acted', 500, '{"message":"internal"}', 'application/json', true),
  error_502: failed('502', 502, gateway, 'text/html'),
  error_503: failed('503', 503, 'unavailable', 'text/plain'),
  html_200: failed('200 with a page', 200, html, 'text/html'),
  html_200_having_acted: failed('200 with a page, having acted', 200, html, 'text/html', true),
  empty_200: failed('200 with nothing', 200, '', 'application/json'),
  empty_400: failed('400 with nothing', 400, '', 'application/json'),
  error_in_200: failed('200 with an error', 200, '{"error":"invalid_grant"}', 'application/json'),
  redirect_elsewhere: redirectTo('https://elsewhere.example/token'),
  grant_refused: refuse('invalid_grant', 'The refresh token is invalid, expired or revoked'),
  client_refused: refuse('invalid_client', 'The client secret has expired', 401),
  request_refused: refuse('invalid_request'),
  dpop_nonce_wanted: {
    ...refuse('use_dpop_nonce', 'Authorization server requires nonce in DPoP proof'),
    headers: { 'dpop-nonce': 'eyJ7S_zG.eyJH0-Z.HX4w-7v' },
  },
  error_text_in_json_type: failed('400 that is no JSON', 400, 'Bad Request', 'application/json'),

  truncated_json: bent('JSON that ends early', { body: { as: 'truncated', missingBytes: 5 } }),
  truncated_gzip: bent('gzip that ends early', { body: { as: 'truncated', missingBytes: 12, gzip: true } }),
  length_too_small: bent('more bytes than were announced', { lengthOff: -5 }),
  duplicate_members: bent('access_token twice', {
    body: { as: 'duplicate', member: 'access_token', second: 'another-access-token' },
  }),
  form_encoded: bent('an answer in form encoding', { body: { as: 'form' } }),
  nested: bent('the answer inside data.token', { body: { as: 'nested', under: ['data', 'token'] } }),
  body_of_100_mb: bent('100 MB', { body: { as: 'padded', bytes: 100_000_000, gzip: false } }),
  gzip_bomb: bent('100 MB in 100 KB', { body: { as: 'padded', bytes: 100_000_000, gzip: true } }),
  deep_json: bent('100,000 arrays in each other', { body: { as: 'deep', levels: 100_000 } }),

  expires_in_absent: bent('no expires_in', { omit: ['expires_in'] }),
  expires_in_zero: bent('expires_in 0', { set: { expires_in: 0 } }),
  expires_in_negative: bent('expires_in -1', { set: { expires_in: -1 } }),
  expires_in_text: bent('expires_in as text', { set: { expires_in: '3599' } }),
  expires_in_huge: bent('expires_in 1e99', { set: { expires_in: 1e99 } }),
  expires_in_milliseconds: bent('expires_in in milliseconds', { scale: { expires_in: 1000 } }),

  no_access_token: bent('no access_token', { omit: ['access_token'] }),
  access_token_of_1_mb: bent('an access_token of 1 MB', { set: { access_token: 'a'.repeat(1_000_000) } }),
  access_token_number: bent('access_token as a number', { set: { access_token: 12345 } }),
  access_token_with_line_end: bent('access_token with CR LF', { set: { access_token: 'abc\r\nx-injected: 1' } }),
  no_refresh_token: bent('no refresh_token', { omit: ['refresh_token'] }),
  null_refresh_token: bent('refresh_token null', { set: { refresh_token: null } }),
  empty_refresh_token: bent('refresh_token empty', { set: { refresh_token: '' } }),
  token_type_lower: bent('token_type bearer', { set: { token_type: 'bearer' } }),
  token_type_upper: bent('token_type BEARER', { set: { token_type: 'BEARER' } }),
  token_type_absent: bent('no token_type', { omit: ['token_type'] }),
  token_type_other: bent('token_type mac', { set: { token_type: 'mac' } }),
  status_201: bent('201 instead of 200', { status: 201 }),
  scope_list: bent('scope as a list', { set: { scope: ['read'] } }),
  scope_narrower: bent('a narrower scope', { set: { scope: 'read' } }),
} as const satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

export const faultNames = Object.keys(faults) as FaultName[] // the keys of what stands above
