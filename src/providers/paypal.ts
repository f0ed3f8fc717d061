import type { Provider } from '../provider/provider.ts'

const api = 'https://{api_host}'

export default {
  id: 'paypal',
  name: 'PayPal',
  aliases: ['PayPal REST API', 'PayPal Business'],
  category: 'payments',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    auth: { url: 'https://developer.paypal.com/api/rest/authentication/', checked: '2026-11-22' },
    token: {
      url: 'https://developer.paypal.com/docs/api/reference/get-an-access-token/',
      checked: '2026-11-22',
      note: 'request and answer word for word; and docs/api/get-an-access-token-postman, the page after it',
    },
    answers: { url: 'https://developer.paypal.com/api/rest/responses/', checked: '2026-11-22' },
    identity: { url: 'https://developer.paypal.com/docs/api/identity/v1/', checked: '2026-11-22' },
    refused: {
      url: 'https://github.com/paypal/PayPal-PHP-SDK/issues/916',
      checked: '2026-11-22',
      note: 'Client Authentication failed; Access Token not found in cache: paypal/Checkout-Java-SDK issue 24',
    },
  },
  console: {
    url: 'https://developer.paypal.com/dashboard/applications/live',
    steps: [
      'Sign in at developer.paypal.com with the business account and open Apps & Credentials; there is a switch between Sandbox and Live.',
      'Create App, type Merchant, or open an app.',
      'Copy client id and secret; those of Sandbox and Live are two pairs. There is no redirect URI to enter for one’s own account: leave it out, none registered.',
      'Features: tick what jobs read, such as Transaction search; a feature works in tokens that are issued after it, up to nine hours later.',
    ],
  },
  values: {
    environment: {
      label: 'Environment',
      help: 'each has keys of its own',
      default: 'live',
      choices: [
        { value: 'live', label: 'Live', sets: { api_host: 'api-m.paypal.com' } },
        { value: 'sandbox', label: 'Sandbox', sets: { api_host: 'api-m.sandbox.paypal.com' } },
      ],
    },
    api_host: { label: 'API host', from: ['choice.environment'], shape: 'domain', shown: true },
    app_id: { label: 'App', from: ['answer'], shown: true, optional: true },
  },
  hosts: {
    token: ['api-m.paypal.com', 'api-m.sandbox.paypal.com'],
    api: ['api-m.paypal.com', 'api-m.sandbox.paypal.com'],
  },
  client: {
    see: ['auth', 'token'],
    id: { label: 'Client id' },
    secret: { label: 'Secret' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['auth'],
    because: 'the request names none: the features of the app decide, and the answer lists them',
    separator: ' ',
    preset: [],
    known: {},
    closed: true,
  },
  ways: {
    own_account: {
      label: 'The business account that owns the app',
      help: 'For scheduled jobs: no person, no refresh token, about nine hours each.',
      grant: 'client_credentials',
      token: {
        see: ['token'],
        url: `${api}/v1/oauth2/token`,
        body: { form: { grant_type: 'client_credentials' } },
        take: { app_id: 'app_id' },
      },
      // Nine hours; samples show what was left of them.
      access: 32_400,
      renewal: {
        see: ['token', 'auth'],
        confidence: 'medium',
        because:
          'clients report that a second request brings the same token, with less time left, until it is near its end',
        by: 'reissue',
        rotates: 'never',
        oldAccess: 'lives',
      },
    },
  },
  api: { see: ['auth'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['identity'],
      confidence: 'medium',
      because: 'the page shows it for tokens of people; those of an app carry openid too',
      name: 'account',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/v1/identity/oauth2/userinfo`,
      query: { schema: 'paypalv1.1' },
      onlyScope: 'openid',
      who: ['name', 'payer_id', 'user_id'],
    },
  ],
  errors: [
    {
      see: ['refused'],
      on: ['token'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client id and secret are no pair, were replaced, or are those of the other environment.',
      remedy: 'Check the environment, then copy both anew from Apps & Credentials.',
    },
    {
      see: ['refused', 'answers'],
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended or is one of the other environment.',
      remedy: 'Have a new one issued; if it is refused as well, check the environment.',
    },
    {
      see: ['answers'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The feature is not ticked in the app, or the token is older than the tick.',
      remedy: 'Tick it under Features of the app, then have a new token issued, up to nine hours later.',
    },
    {
      see: ['answers'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'Too many requests came; PayPal names no number.',
      remedy: 'Let jobs wait and ask more slowly.',
    },
  ],
  traps: [
    'A second request brings the token that is there already, with what is left of its nine hours.',
    'A feature that was ticked just now works only in the next token.',
    'Transaction search shows a payment some three hours after it was made.',
    'Accounts of other merchants need approval as a partner, and then a header PayPal-Auth-Assertion that jobs write themselves.',
    'Sandbox and Live have keys, hosts and accounts of their own.',
  ],
} satisfies Provider
