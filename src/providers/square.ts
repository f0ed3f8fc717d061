import type { Call, Client, Provider, Way } from '../provider/provider.ts'

const url = 'https://{host}/oauth2/token'

const authorize: Way['authorize'] = {
  see: ['urls', 'authorize'],
  because: 'either the secret or PKCE, never both; session=false asks for a login, and the sandbox knows no such thing',
  url: 'https://{host}/oauth2/authorize',
  pkce: 'off',
  codeLife: 300,
  params: {
    client_id: '{client_id}',
    scope: '{scope}',
    'session?': '{session}',
    redirect_uri: '{redirect_uri}',
    state: '{state}',
  },
}

/** Lifetimes come as dates. */
const take: Call['take'] = {
  expires: { at: ['expires_at'], unit: 'date' },
  idle_end: { at: ['refresh_token_expires_at'], unit: 'date' },
  merchant_id: 'merchant_id',
}

const exchange: Call = {
  see: ['obtain', 'tokens'],
  because: 'a JSON body',
  url,
  body: { json: { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' } },
  take,
}

const renewCall: Call = {
  see: ['obtain', 'refresh'],
  because: 'a JSON body; without scopes, which would only narrow the token',
  url,
  body: { json: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  take,
}

const withoutSecret: Client = {
  see: ['overview', 'obtain'],
  because: 'the verifier stands in for the secret',
  id: { label: 'Application ID' },
  auth: ['none'],
}

export default {
  id: 'square',
  name: 'Square',
  aliases: ['Square OAuth API', 'Square Payments'],
  category: 'payments',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    overview: { url: 'https://developer.squareup.com/docs/oauth-api/overview', checked: '2026-11-22' },
    urls: {
      url: 'https://developer.squareup.com/docs/oauth-api/create-urls-for-square-authorization',
      checked: '2026-11-22',
      note: 'redirect URL exact and https; versions of the page disagree whether the sandbox takes http',
    },
    authorize: { url: 'https://developer.squareup.com/reference/square/o-auth-api/authorize', checked: '2026-11-22' },
    obtain: { url: 'https://developer.squareup.com/reference/square/o-auth-api/obtain-token', checked: '2026-11-22' },
    tokens: {
      url: 'https://developer.squareup.com/docs/oauth-api/receive-and-manage-tokens',
      checked: '2026-11-22',
      note: 'answers, single use and 90 days with PKCE, error codes',
    },
    refresh: {
      url: 'https://developer.squareup.com/docs/oauth-api/refresh-revoke-limit-scope',
      checked: '2026-11-22',
      note: '30 days; renew every seven; revocation',
    },
    sdk: {
      url: 'https://github.com/square/square-nodejs-sdk',
      checked: '2026-11-22',
      note: 'tests/wire/oAuth.test.ts: bodies and answers of token, revoke and token/status',
    },
    personal: { url: 'https://developer.squareup.com/docs/build-basics/access-tokens', checked: '2026-11-22' },
    errors: { url: 'https://developer.squareup.com/docs/build-basics/handling-errors', checked: '2026-11-22' },
  },
  console: {
    url: 'https://developer.squareup.com/apps',
    steps: [
      'Sign in to the Square Developer Console and open an application, or create one; choose Sandbox or Production at the top.',
      'OAuth: as Redirect URL enter the redirect URI exactly as Evergrant shows it; there is one for each environment.',
      'Copy Application ID and Application secret from the same page.',
      'For one’s own account: Credentials, Access token, instead of all this.',
    ],
  },
  values: {
    environment: {
      label: 'Environment',
      help: 'each has ids, secrets and sellers of its own',
      default: 'production',
      choices: [
        { value: 'production', label: 'Production', sets: { host: 'connect.squareup.com', session: 'false' } },
        { value: 'sandbox', label: 'Sandbox', sets: { host: 'connect.squareupsandbox.com' } },
      ],
    },
    host: { label: 'Host', from: ['choice.environment'], shape: 'domain', shown: true },
    session: { label: 'Session', from: ['choice.environment'], optional: true },
    version: {
      label: 'API version (Square-Version)',
      help: 'a day; left out, the version of the application decides',
      example: '2026-01-22',
      shape: 'slug',
      shown: true,
      optional: true,
    },
    merchant_id: { label: 'Seller', from: ['answer'], shown: true, optional: true },
  },
  hosts: {
    token: ['connect.squareup.com', 'connect.squareupsandbox.com'],
    api: ['connect.squareup.com', 'connect.squareupsandbox.com'],
  },
  client: {
    see: ['obtain'],
    id: { label: 'Application ID' },
    secret: { label: 'Application secret' },
    auth: ['client_secret_post'],
  },
  scopes: {
    see: ['authorize'],
    separator: ' ',
    preset: ['MERCHANT_PROFILE_READ', 'PAYMENTS_READ', 'ORDERS_READ', 'ITEMS_READ', 'CUSTOMERS_READ'],
    known: {
      MERCHANT_PROFILE_READ: 'The business and its locations',
      PAYMENTS_READ: 'Payments and refunds',
      PAYMENTS_WRITE: 'Take payments',
      ORDERS_READ: 'Orders',
      ORDERS_WRITE: 'Create and change orders',
      ITEMS_READ: 'The catalog',
      ITEMS_WRITE: 'Change the catalog',
      INVENTORY_READ: 'Inventory',
      INVENTORY_WRITE: 'Change inventory',
      CUSTOMERS_READ: 'Customers',
      CUSTOMERS_WRITE: 'Change customers',
      PAYOUTS_READ: 'Payouts',
      BANK_ACCOUNTS_READ: 'Bank accounts',
      INVOICES_READ: 'Invoices',
      DISPUTES_READ: 'Disputes',
      EMPLOYEES_READ: 'Team members',
      TIMECARDS_READ: 'Hours worked',
      LOYALTY_READ: 'Loyalty accounts',
      GIFTCARDS_READ: 'Gift cards',
      SUBSCRIPTIONS_READ: 'Subscriptions',
      CASH_DRAWER_READ: 'Cash drawers',
    },
  },
  ways: {
    seller: {
      label: 'A seller (application with its secret)',
      grant: 'authorization_code',
      authorize,
      token: exchange,
      access: 2_592_000,
      renewal: {
        see: ['refresh', 'overview'],
        because: 'the refresh token does not end and stays the same',
        by: 'refresh_token',
        rotates: 'never',
        reuse: 'harmless',
        oldAccess: 'unknown',
        call: renewCall,
      },
    },
    seller_pkce: {
      label: 'A seller (PKCE, without the secret)',
      help: 'The refresh token works once and ends after 90 days without use.',
      grant: 'authorization_code',
      client: withoutSecret,
      authorize: {
        ...authorize,
        confidence: 'medium',
        because: 'the pages name code_challenge alone; its method is sent as RFC 7636 says',
        pkce: 'required',
        params: {
          ...authorize.params,
          code_challenge: '{code_challenge}',
          code_challenge_method: '{code_challenge_method}',
        },
      },
      token: {
        ...exchange,
        body: {
          json: {
            grant_type: 'authorization_code',
            code: '{code}',
            redirect_uri: '{redirect_uri}',
            code_verifier: '{code_verifier}',
          },
        },
      },
      access: 2_592_000,
      renewal: {
        see: ['tokens', 'refresh'],
        because: 'each renewal brings another refresh token of 90 days, and the one before is used up',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'refused',
        oldAccess: 'unknown',
        ends: { idle: 7_776_000, from: 'renewal' },
        call: renewCall,
      },
    },
    personal: {
      label: 'One’s own account, access token pasted',
      help: 'The one of the Developer Console: without end, and it may do everything.',
      grant: 'pasted',
      client: { see: ['personal'], auth: ['none'], because: 'the token is used as it is' },
      access: 'never',
      renewal: { see: ['personal'], because: 'it lives until it is replaced there', by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['urls'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'one address, compared to the letter',
    },
    {
      see: ['urls', 'overview'],
      confidence: 'medium',
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost'],
      port: 'registered',
      because: 'plain http on this machine is for the sandbox; the newest page asks for https there too',
      onlyWith: { environment: 'sandbox' },
    },
  ],
  api: {
    see: ['overview'],
    base: 'https://{host}/v2',
    send: { authorization: 'Bearer {token}', 'square-version?': '{version}' },
  },
  probes: [
    {
      see: ['overview', 'personal'],
      confidence: 'medium',
      because: 'the vendor advises ListLocations, which names no seller; a pasted token has every permission',
      name: 'merchant',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      headers: { 'square-version?': '{version}' },
      url: 'https://{host}/v2/merchants/me',
      onlyScope: 'MERCHANT_PROFILE_READ',
      who: ['merchant.business_name', 'merchant.id'],
    },
  ],
  revoke: [
    {
      see: ['refresh', 'sdk'],
      because: 'a scheme of its own, with the secret; it ends all tokens of this seller',
      ways: ['seller'],
      url: 'https://{host}/oauth2/revoke',
      auth: { header: 'Client {client_secret}' },
      body: { json: { client_id: '{client_id}', access_token: '{token}' } },
    },
  ],
  introspect: {
    see: ['sdk'],
    because: 'the token itself asks',
    url: 'https://{host}/oauth2/token/status',
    auth: { header: 'Bearer {token}' },
    take: { expires: { at: ['expires_at'], unit: 'date' }, scope: 'scopes', merchant_id: 'merchant_id' },
  },
  errors: [
    {
      see: ['authorize', 'tokens'],
      on: ['authorize'],
      match: { error: ['access_denied'] },
      means: 'denied',
      cause: 'The seller denied it.',
      remedy: 'Authorize again and choose Allow.',
    },
    {
      see: ['obtain', 'tokens'],
      confidence: 'low',
      because:
        'no answers are documented for this address: one status for a wrong secret and for a code or token that is over',
      on: ['token', 'renew'],
      status: [401],
      means: 'configuration',
      cause: 'Application ID and secret are no pair or of the other environment, or the code or refresh token is over.',
      remedy: 'Check the environment and copy id and secret anew; if they are right, authorize again.',
    },
    {
      see: ['tokens', 'errors'],
      on: ['api'],
      status: [401],
      match: { 'errors.0.code': ['ACCESS_TOKEN_EXPIRED', 'ACCESS_TOKEN_REVOKED', 'UNAUTHORIZED'] },
      means: 'dead',
      cause: 'The token has ended after 30 days, the seller took it back, or it is of the other environment.',
      remedy: 'Check the environment; if it is the right one, authorize again.',
    },
    {
      see: ['tokens', 'errors'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The seller did not allow this permission, or the location is not among theirs.',
      remedy: 'Authorize again with the permissions of the job.',
    },
    {
      see: ['errors'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'Too many requests came; Square names no number.',
      remedy: 'Let jobs wait and ask more slowly.',
    },
  ],
  traps: [
    'Secret and PKCE are two ways that do not mix: a request with both is refused.',
    'Square asks to renew every seven days, though a token lives thirty.',
    'An application has one redirect URL in each environment.',
    'Sandbox and production have ids, secrets and sellers of their own.',
    'The sandbox shows its page only while a test account is open in the Developer Console.',
    'To revoke one token ends all of this seller and application.',
  ],
} satisfies Provider
