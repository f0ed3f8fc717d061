/**
 * What the services of Meta share: one Graph API gives tokens to Facebook pages, ad accounts and Instagram accounts
 * behind a page. Sources are named by the keys of `metaSources`; a file takes those it stands on.
 */
import type {
  Call,
  Client,
  ErrorRule,
  RedirectRule,
  Revocation,
  Source,
  Step,
  Value,
  Warning,
  Way,
} from '../../provider/provider.ts'

const graph = 'https://graph.facebook.com/{version}'

const checked = '2026-11-22'
const docs = 'https://developers.facebook.com/docs'

export const metaSources = {
  flow: { url: `${docs}/facebook-login/guides/advanced/manual-flow`, checked },
  long: { url: `${docs}/facebook-login/guides/access-tokens/get-long-lived`, checked },
  tokens: { url: `${docs}/facebook-login/guides/access-tokens`, checked },
  access: {
    url: `${docs}/facebook-login/auth-vs-data`,
    checked,
    note: 'a token may live while reading data has ended',
  },
  pages: { url: `${docs}/pages/access-tokens`, checked },
  system: { url: `${docs}/business-management-apis/system-users/install-apps-and-generate-tokens`, checked },
  business: { url: `${docs}/facebook-login/facebook-login-for-business`, checked },
  versions: { url: `${docs}/graph-api/changelog/versions`, checked },
  marketing: {
    url: 'https://developers.facebook.com/documentation/ads-commerce/marketing-api/marketing-api-changelog/versions',
    checked,
    note: 'for ads versions end about a year after their release',
  },
  debug: { url: `${docs}/graph-api/reference/debug_token`, checked },
  errors: { url: `${docs}/graph-api/guides/error-handling`, checked },
  proof: { url: `${docs}/graph-api/guides/secure-requests`, checked },
  configurations: {
    url: 'https://github.com/laravel/socialite/issues/716',
    checked,
    note: 'an app that was moved to Login for Business asks with config_id; a scope beside it is refused, as clients note that handle both',
  },
  reports: {
    url: 'https://github.com/laravel/socialite/issues/385',
    checked,
    note: 'answers of the token endpoint as users report them; Meta documents none. Wrong secret: facebookarchive/php-graph-sdk issue 538',
  },
} satisfies Record<string, Source>

const app = { client_id: '{client_id}', client_secret: '{client_secret}' }

/** Sent where the app secret is known; apps that require it refuse calls without. */
export const proof = { 'appsecret_proof?': '{appsecret_proof}' }

export const metaValues = {
  version: {
    label: 'Graph API version',
    help: 'a version that has ended is answered by the next living one, which may behave otherwise',
    default: 'v26.0',
    choices: [
      { value: 'v26.0', label: 'v26.0 (2026-07-29)' },
      { value: 'v25.0', label: 'v25.0', until: '2028-07-29' },
      { value: 'v24.0', label: 'v24.0 (for ads: ended 2026-10-06)', until: '2028-02-18' },
      { value: 'v23.0', label: 'v23.0 (for ads: ended 2026-06-09)', until: '2027-10-08' },
      { value: 'v22.0', label: 'v22.0 (for ads: ended 2026-02-19)', until: '2027-05-20' },
      { value: 'v21.0', label: 'v21.0 (for ads: ended 2025-09-09)', until: '2027-01-21' },
    ],
  },
  config_id: {
    label: 'Configuration id (Login for Business, user token)',
    help: 'takes the place of scopes; from Facebook Login for Business, Configurations; its kind of token must be that of a user',
    example: '1234567890',
    shape: 'digits',
  },
  appsecret_proof: {
    label: 'Proof of the app secret',
    from: [{ hmacSha256Hex: { key: '{client_secret}', text: '{token}' } }],
    secret: true,
    optional: true,
  },
  data_access_end: {
    label: 'Reading data fails after',
    help: '90 days after the person last used the app, even while the token lives; never where the service sets no end',
    from: ['answer'],
    shown: true,
    optional: true,
  },
} satisfies Record<string, Value>

const endedForAds = { version: ['v21.0', 'v22.0', 'v23.0', 'v24.0'] }
const newerForAds = 'Choose v26.0 or v25.0.'

/** Ads have a calendar of their own. `asking`: ways whose scopes tell that ads are wanted; `silent`: those without scopes. */
export function adsVersion(asking: string[], silent: string[] = []): Warning[] {
  const asked: Warning = {
    see: ['marketing'],
    at: 'request',
    ways: asking,
    when: { hasScopes: ['ads_read', 'ads_management'], values: endedForAds },
    says: 'For ads this version has ended: calls fail, or a newer version answers them and may behave otherwise.',
    remedy: newerForAds,
  }
  const perhaps: Warning = {
    see: ['marketing'],
    at: 'request',
    ways: silent,
    when: { values: endedForAds },
    says: 'If jobs read or change ads: for ads this version has ended, and their calls fail or are answered by a newer one.',
    remedy: newerForAds,
  }
  return silent.length > 0 ? [asked, perhaps] : [asked]
}

/** The person's pages, to pick from. */
export const pagePick: NonNullable<Value['pick']> = {
  see: ['pages'],
  method: 'GET',
  auth: { header: 'Bearer {token}' },
  url: `${graph}/me/accounts`,
  query: { fields: 'id,name', ...proof },
  list: 'data',
  value: 'id',
  label: 'name',
}

export const metaClient: Client = {
  see: ['flow'],
  because: 'id and secret stand in the query of each call that wants them',
  id: { label: 'App id' },
  secret: { label: 'App secret' },
  auth: ['query', 'client_secret_post'],
}

const tokenCall = (see: string[], query: NonNullable<Call['query']>): Call => ({
  see,
  because: 'documented as GET with everything in the query, grant_type only for exchanges',
  method: 'GET',
  auth: 'none',
  url: `${graph}/oauth/access_token`,
  query,
})

const extend = tokenCall(['long'], { grant_type: 'fb_exchange_token', ...app, fb_exchange_token: '{token}' })

const refresh = tokenCall(['system'], {
  grant_type: 'fb_exchange_token',
  ...app,
  set_token_expires_in_60_days: 'true',
  fb_exchange_token: '{token}',
})

/** Tokens of system users are replaced; the one before lives on to its own end. */
const refreshed: Omit<Way['renewal'], 'see'> = {
  by: 'exchange_access_token',
  rotates: 'always',
  reuse: 'harmless',
  oldAccess: 'lives',
  extends: 'always',
  call: refresh,
}

/** The short token of the code is made long-lived at once; it must never stay. */
export const longLived: Step = { ...extend, name: 'long_lived', run: 'once', gives: 'token' }

/** Asked with the token of the app; 0 means no end. */
export const inspection: Call = {
  see: ['debug'],
  because: 'not RFC 7662: GET with the token of the app in the query; 0 means no end',
  method: 'GET',
  auth: 'none',
  url: `${graph}/debug_token`,
  query: { input_token: '{token}', access_token: '{client_id}|{client_secret}' },
  take: {
    expires: { at: ['data.expires_at'], unit: 'epoch', zero: 'never' },
    data_access_end: { at: ['data.data_access_expires_at'], unit: 'epoch', zero: 'never' },
    scope: 'data.scopes',
  },
}

export const dataAccess: Step = {
  ...inspection,
  see: ['debug', 'access'],
  name: 'data_access',
  run: 'once',
  gives: 'values',
  take: { data_access_end: { at: ['data.data_access_expires_at'], unit: 'epoch', zero: 'never' } },
}

/** Jobs get the token of the page, made from each new token of the person. */
export const pageToken: Step = {
  see: ['pages'],
  name: 'page',
  run: 'each',
  gives: 'token',
  life: 'never',
  method: 'GET',
  auth: { header: 'Bearer {token}' },
  url: `${graph}/{page_id}`,
  query: { fields: 'access_token', ...proof },
}

const dialog = {
  see: ['flow', 'business'],
  because: 'PKCE belongs to a variant that Meta calls in testing',
  url: 'https://www.facebook.com/{version}/dialog/oauth',
  pkce: 'off',
  error: { code: ['error', 'error_code'], text: ['error_description', 'error_message', 'error_reason'] },
} satisfies Partial<Way['authorize']>

const params = {
  client_id: '{client_id}',
  redirect_uri: '{redirect_uri}',
  state: '{state}',
  response_type: 'code',
}

const codeExchange = tokenCall(['flow'], {
  client_id: '{client_id}',
  redirect_uri: '{redirect_uri}',
  client_secret: '{client_secret}',
  code: '{code}',
})

/**
 * A person: the token lives 60 days and is exchanged for a later end that Meta does not promise. What a person once
 * unticked is not asked for again unless the dialog is told to.
 */
export function person(steps: Step[]): Omit<Way, 'label'> {
  return {
    grant: 'authorization_code',
    authorize: { ...dialog, params: { ...params, 'scope?': '{scope}', auth_type: 'rerequest' } },
    token: codeExchange,
    steps,
    access: 5_184_000,
    renewal: {
      see: ['long'],
      confidence: 'medium',
      because: 'there is no refresh token: a living token is exchanged, and Meta does not promise a later end',
      by: 'exchange_access_token',
      rotates: 'sometimes',
      reuse: 'harmless',
      oldAccess: 'lives',
      age: 86_400,
      within: 864_000,
      extends: 'maybe',
      call: extend,
    },
  }
}

/** The same, where the app has Login for Business: such an app is refused the scopes themselves. */
export function personByConfiguration(steps: Step[]): Omit<Way, 'label'> {
  return {
    ...person(steps),
    authorize: {
      ...dialog,
      see: ['flow', 'business', 'configurations'],
      confidence: 'medium',
      because:
        'a configuration takes the place of scopes; that neither scope nor auth_type may stand beside it is reported',
      params: { ...params, config_id: '{config_id}' },
    },
  }
}

/**
 * A business that picks what to share in Login for Business: the code brings the token of a system user. The file has
 * the value `business_config_id`.
 */
export function businessIntegration(): Omit<Way, 'label'> {
  return {
    grant: 'authorization_code',
    authorize: { ...dialog, params: { ...params, config_id: '{business_config_id}' } },
    token: codeExchange,
    access: 'never',
    renewal: {
      see: ['business', 'system'],
      confidence: 'low',
      because:
        'without an end unless the configuration sets 60 days; that such a token is refreshed like that of any other system user is taken from the page of system users',
      ...refreshed,
    },
  }
}

/** A system user's token, made in Business settings without an end. */
export function systemUser(): Omit<Way, 'label'> {
  return {
    grant: 'pasted',
    client: { see: ['system'], auth: ['none'], because: 'the token is all there is; nothing is renewed' },
    access: 'never',
    renewal: { see: ['system'], by: 'none', rotates: 'never' },
  }
}

/** The same with 60 days, the only kind some businesses can make. */
export function systemUserOf60Days(): Omit<Way, 'label'> {
  return {
    grant: 'pasted',
    access: 5_184_000,
    renewal: {
      see: ['system'],
      confidence: 'medium',
      because: 'a new token is made from the living one, by one page of Meta; not done for 60 days it is over',
      ...refreshed,
      // Nobody knows how old a token was when it was pasted: this has it renewed after a third of the time.
      ends: { idle: 5_184_000, from: 'renewal' },
    },
  }
}

export const metaRedirects: RedirectRule[] = [
  {
    see: ['flow'],
    back: ['callback', 'relay', 'paste'],
    host: [],
    scheme: ['https'],
    because: 'strict mode compares to the letter and wants https',
  },
  {
    see: ['flow'],
    back: ['callback', 'loopback', 'paste'],
    host: ['localhost'],
    port: 'registered',
    because: 'http://localhost works only while the app is in development mode',
  },
]

/** Removes the app from the account of the person; all its tokens die. */
export function removal(ways: string[]): Revocation {
  return {
    see: ['tokens'],
    because: 'removes the app from the account of the person; all its tokens die',
    ways,
    method: 'DELETE',
    auth: { header: 'Bearer {token}' },
    url: `${graph}/me/permissions`,
    query: proof,
  }
}

/** Ends one token of a system user. */
export function systemUserRevocation(ways: string[]): Revocation {
  return {
    see: ['system'],
    confidence: 'low',
    because: 'the page shows another token as the one that asks; here the token asks for its own end',
    ways,
    method: 'GET',
    auth: 'none',
    url: `${graph}/oauth/revoke`,
    query: { ...app, revoke_token: '{token}', access_token: '{token}' },
  }
}

const onToken: ErrorRule['on'] = ['token', 'renew', 'api']

/** 200 to 299 stand for single permissions. */
const permissionCodes = Array.from({ length: 100 }, (_, index) => 200 + index)

/** `{"error":{"message","type","code","error_subcode","fbtrace_id"}}`: looked at by code and subcode. */
export const metaErrors: ErrorRule[] = [
  {
    see: ['reports'],
    confidence: 'medium',
    on: ['token', 'renew'],
    match: { 'error.message': ['Error validating client secret.'] },
    means: 'client',
    cause: 'The app secret is wrong; Facebook says it with code 1, which otherwise means a passing fault.',
    remedy: 'Copy the app secret again from App settings, Basic, of this very app.',
  },
  {
    see: ['reports'],
    confidence: 'medium',
    on: ['token', 'renew'],
    match: { 'error.code': [101] },
    means: 'client',
    cause: 'There is no app with this id, or the secret is not that of this app.',
    remedy: 'Copy app id and app secret again from App settings, Basic.',
  },
  {
    see: ['errors'],
    on: onToken,
    match: { 'error.code': [190], 'error.error_subcode': [458] },
    means: 'dead',
    cause: 'The person has removed the app.',
    remedy: 'Authorize again.',
  },
  {
    see: ['errors'],
    on: onToken,
    match: { 'error.code': [190], 'error.error_subcode': [459, 464] },
    means: 'dead',
    cause: 'Facebook wants a check of the account.',
    remedy: 'Have the person sign in at facebook.com and clear the check, then authorize again.',
  },
  {
    see: ['errors'],
    on: onToken,
    match: { 'error.code': [190], 'error.error_subcode': [460] },
    means: 'dead',
    cause: 'The person changed the password, or Facebook ended the session for safety.',
    remedy: 'Authorize again.',
  },
  {
    see: ['errors'],
    on: onToken,
    match: { 'error.code': [190], 'error.error_subcode': [463, 467] },
    means: 'dead',
    cause: 'The token has ended; an ended token cannot be exchanged.',
    remedy: 'Authorize again, or paste a new token where one was pasted.',
  },
  {
    see: ['errors'],
    confidence: 'medium',
    on: onToken,
    match: { 'error.code': [190], 'error.error_subcode': [492] },
    means: 'dead',
    cause: 'The person no longer has a role on the page.',
    remedy: 'Give the person a role on the page again, or let another one authorize.',
  },
  {
    see: ['errors'],
    on: onToken,
    match: { 'error.code': [102, 190] },
    means: 'dead',
    cause: 'The token is no longer valid: ended, revoked or made by another app.',
    remedy: 'Authorize again, or paste a new token where one was pasted.',
  },
  {
    see: ['errors'],
    on: onToken,
    match: { 'error.code': [1, 2, 4, 17, 32, 341, 613] },
    means: 'retry',
    cause: 'Facebook is busy or its limit of requests is reached.',
    remedy: 'Wait; it is tried again.',
  },
  {
    see: ['errors'],
    on: ['api'],
    match: { 'error.code': [368] },
    means: 'retry',
    cause: 'Facebook has blocked this action for a while because of its policies.',
    remedy: 'Wait, and look for a notice in the dashboard of the app.',
  },
  {
    see: ['proof', 'reports'],
    confidence: 'medium',
    on: onToken,
    match: {
      'error.message': [
        'Invalid appsecret_proof provided in the API argument',
        'API calls from the server require an appsecret_proof argument',
      ],
    },
    means: 'configuration',
    cause: 'The app wants appsecret_proof and it is missing or was made with another secret.',
    remedy: 'Give the app secret of this very app, or turn off Require App Secret in its advanced settings.',
  },
  {
    see: ['reports'],
    confidence: 'medium',
    on: ['token'],
    match: { 'error.code': [100], 'error.error_subcode': [36007, 36009] },
    means: 'dead',
    cause: 'The code was used already or has ended.',
    remedy: 'Start the authorization again.',
  },
  {
    see: ['reports'],
    confidence: 'medium',
    on: ['token'],
    match: { 'error.code': [100], 'error.error_subcode': [36008] },
    means: 'configuration',
    cause: 'The redirect URI is not the one the authorization began with.',
    remedy: 'Start the authorization again, and keep the redirect URI as it is registered.',
  },
  {
    see: ['errors'],
    on: ['token', 'api'],
    match: { 'error.code': [3, 10, ...permissionCodes] },
    means: 'denied',
    cause: 'A permission is missing, was unticked by the person, or is not yet approved by App Review.',
    remedy: 'Authorize again with the scopes of the job; for the data of others have them approved first.',
  },
  {
    see: ['flow'],
    on: ['authorize'],
    match: { error_reason: ['user_denied'] },
    means: 'denied',
    cause: 'The person cancelled the dialog.',
    remedy: 'Start the authorization again and confirm it.',
  },
]
