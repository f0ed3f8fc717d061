import type { Provider, Way } from '../provider/provider.ts'

const tokenUrl = 'https://api.criteo.com/oauth2/token'

const form = { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' }

const refresh: Way['renewal'] = {
  see: ['sdk', 'metadata', 'authentication'],
  confidence: 'medium',
  because:
    'the guides leave the refresh token out; the vendor’s own client takes a new one from every answer and tells to keep it. What a second use does is not written anywhere',
  by: 'refresh_token',
  rotates: 'always',
  reuse: 'unknown',
  oldAccess: 'lives',
  ends: { idle: 'unknown' },
  call: {
    see: ['sdk'],
    url: tokenUrl,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  },
}

const authorizeUrl = 'https://consent.criteo.com/request'
const page = 'the address stands in the metadata of another host of Criteo, and is that of its consent links'
const params = {
  response_type: 'code',
  client_id: '{client_id}',
  redirect_uri: '{redirect_uri}',
  state: '{state}',
}

export default {
  id: 'criteo',
  name: 'Criteo',
  aliases: ['Criteo Marketing Solutions', 'Criteo Retail Media', 'C-Growth', 'C-Max'],
  category: 'marketing',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    authentication: {
      url: 'https://developers.criteo.com/criteo-apis/docs/authentication',
      checked: '2026-11-22',
      note: 'token request and answer, literal; 900 seconds; several tokens at once',
    },
    code: { url: 'https://developers.criteo.com/criteo-apis/docs/oauth-app-authorization-code', checked: '2026-11-22' },
    pkce: {
      url: 'https://developers.criteo.com/criteo-apis/docs/oauth-app-authorization-code-pkce-setup',
      checked: '2026-11-22',
    },
    metadata: {
      url: 'https://mcp.criteo.com/.well-known/oauth-authorization-server',
      checked: '2026-11-22',
      note: 'read in a copy that api-evangelist/criteo made on 2026-08-13: issuer, authorization and token endpoint, grants authorization_code and refresh_token; only this host publishes it',
    },
    sdk: {
      url: 'https://github.com/criteo/criteo-api-python-sdk',
      checked: '2026-11-22',
      note: 'the official client: fields of the token request, shape of its errors, /me of each service, the advice to save each new refresh token',
    },
    consent: {
      url: 'https://developers.criteo.com/criteo-apis/docs/consent-url-generation',
      checked: '2026-11-22',
      note: 'consent links for client credentials',
    },
    versions: {
      url: 'https://developers.criteo.com/criteo-apis/docs/versioning-policy',
      checked: '2026-11-22',
      note: 'January and July, twelve months each, 410 afterwards; the page gives no day, so the first of the month stands for it',
    },
    rights: {
      url: 'https://developers.criteo.com/criteo-apis/docs/create-your-app',
      checked: '2026-11-22',
      note: 'rights belong to the app; the token request takes no scope',
    },
    errors: { url: 'https://developers.criteo.com/criteo-apis/docs/api-error-codes', checked: '2026-11-22' },
    limits: { url: 'https://developers.criteo.com/criteo-apis/docs/rate-limits', checked: '2026-11-22' },
  },
  console: {
    url: 'https://partners.criteo.com/',
    steps: [
      'Criteo Partners Portal, My apps, create an app.',
      'Choose Client Credentials for accounts of your own, or Authorization Code to act for advertisers who consent in the browser. The choice is fixed.',
      'Choose the service: C-Growth for Marketing Solutions, C-Max for Retail Media.',
      'Under Domains choose what the app may read or manage; there are no scopes in the request. Then Activate app.',
      'Authorization Code: enter the redirect URI exactly as Evergrant shows it; https only, up to 30. If PKCE is switched on under App details, take the way with PKCE here.',
      'Client Credentials: press Generate new URL and have an administrator of the advertiser open that consent link; it works once, within 30 days.',
      'Create a key pair of client id and client secret. The secret is shown once.',
    ],
  },
  values: {
    version: {
      label: 'API version',
      help: 'part of every address; a new one comes in January and in July',
      default: '2026-07',
      shown: true,
      choices: [
        { value: '2026-07', label: '2026-07 (stable)', until: '2027-07-01' },
        { value: '2026-01', label: '2026-01', until: '2027-01-01' },
        {
          value: '2027-01',
          label: '2027-01 (release candidate, stable from January 2027)',
          until: '2028-01-01',
          unstable: true,
        },
        { value: 'experimental', label: 'experimental (changes without notice)', unstable: true },
      ],
    },
    service: {
      label: 'Service',
      help: 'the service that the app was created for',
      default: 'marketing-solutions',
      choices: [
        { value: 'marketing-solutions', label: 'Marketing Solutions (C-Growth)' },
        { value: 'retail-media', label: 'Retail Media (C-Max)' },
        { value: 'commerce-grid', label: 'Commerce Grid' },
      ],
    },
  },
  hosts: { token: ['api.criteo.com'], api: ['api.criteo.com'] },
  client: {
    see: ['authentication', 'code'],
    id: { help: 'an app can have up to five pairs of keys' },
    secret: { help: 'shown once, when the pair is created' },
    auth: ['client_secret_post'],
  },
  scopes: {
    see: ['rights'],
    confidence: 'medium',
    because: 'rights are set on the app; the token request takes no scope',
    separator: ' ',
    known: {},
    closed: true,
    preset: [],
  },
  ways: {
    app: {
      label: 'The application itself',
      help: 'For unattended jobs on accounts of your own, or of advertisers who opened your consent link.',
      grant: 'client_credentials',
      token: {
        see: ['authentication', 'consent'],
        url: tokenUrl,
        body: { form: { grant_type: 'client_credentials' } },
      },
      access: 900,
      renewal: {
        see: ['authentication'],
        by: 'reissue',
        rotates: 'never',
        oldAccess: 'lives',
      },
    },
    user: {
      label: 'An advertiser consents',
      help: 'For an app of the type Authorization Code with PKCE switched off.',
      grant: 'authorization_code',
      authorize: {
        see: ['code', 'metadata', 'consent'],
        confidence: 'medium',
        because: `${page}; what the server does with a challenge while PKCE is off is not known, so none is sent`,
        url: authorizeUrl,
        pkce: 'off',
        params,
      },
      token: { see: ['authentication', 'code'], url: tokenUrl, body: { form } },
      access: 900,
      renewal: refresh,
    },
    user_pkce: {
      label: 'An advertiser consents, app with PKCE',
      help: 'For an app with PKCE switched on under App details: it takes no request without.',
      grant: 'authorization_code',
      client: {
        see: ['pkce'],
        confidence: 'medium',
        because:
          'the guide is for clients that cannot keep a secret, yet every app is given one, and whether it is left out is not said: sent unless the method none is chosen',
        id: { help: 'an app can have up to five pairs of keys' },
        secret: { help: 'shown once, when the pair is created' },
        auth: ['client_secret_post', 'none'],
      },
      authorize: {
        see: ['pkce', 'metadata', 'consent'],
        confidence: 'medium',
        because: `${page}; with the switch of the app on, a request without a challenge fails`,
        url: authorizeUrl,
        pkce: 'required',
        params: { ...params, code_challenge: '{code_challenge}', code_challenge_method: '{code_challenge_method}' },
      },
      token: {
        see: ['authentication', 'code', 'pkce'],
        url: tokenUrl,
        body: { form: { ...form, code_verifier: '{code_verifier}' } },
      },
      access: 900,
      renewal: refresh,
    },
  },
  redirects: [
    {
      see: ['code'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      scheme: ['https'],
      because: 'https is required and the address must match a registered one',
    },
  ],
  api: {
    see: ['authentication', 'versions'],
    base: 'https://api.criteo.com/{version}',
    send: { authorization: 'Bearer {token}', accept: 'application/json' },
  },
  probes: [
    {
      see: ['sdk', 'versions'],
      because: 'needs no domain: it tells which app the token is of',
      name: 'app',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.criteo.com/{version}/{service}/me',
      headers: { accept: 'application/json' },
      who: ['data.attributes.name', 'data.attributes.applicationId'],
    },
  ],
  errors: [
    {
      see: ['sdk'],
      confidence: 'medium',
      because: 'the official client reads error and error_description; the codes are those of RFC 6749',
      on: ['token', 'renew'],
      match: { error: ['invalid_client', 'unauthorized_client'] },
      means: 'client',
      cause:
        'Client id and client secret are no pair of this app, the pair was deleted, or the app is of another type.',
      remedy:
        'Copy the pair again from the app in the Partners Portal, and take the way that fits its authentication method.',
    },
    {
      see: ['sdk', 'code', 'pkce'],
      confidence: 'medium',
      because: 'the official client reads error and error_description; the codes are those of RFC 6749',
      on: ['token'],
      match: { error: ['invalid_grant', 'invalid_request'] },
      means: 'configuration',
      cause:
        'The code was used or is too old, the redirect URI is not the registered one, or PKCE is switched on for the app and off here, or the other way round.',
      remedy: 'Look at the PKCE switch under App details and at the redirect URI, then authorize again.',
    },
    {
      see: ['sdk', 'errors'],
      confidence: 'medium',
      because: 'the official client reads error and error_description; the codes are those of RFC 6749',
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The refresh token is over: used already, too old, or the advertiser took the consent back.',
      remedy: 'Have the advertiser consent again.',
    },
    {
      see: ['authentication'],
      confidence: 'medium',
      because: 'the page says so of every 401',
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended: it lives 15 minutes.',
      remedy: 'Let the job ask for a token right before it needs one, and for another in runs that take longer.',
    },
    {
      see: ['errors'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause:
        'The app has no right to this domain or this advertiser, or the consent was taken back at consent.criteo.com.',
      remedy: 'Check the domains of the app, then have the advertiser consent again.',
    },
    {
      see: ['limits'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'More requests came in a minute than the app, or the accounts that consented, may send.',
      remedy: 'Let jobs ask more slowly; x-ratelimit-reset in the answer says when requests are taken again.',
    },
    {
      see: ['versions'],
      on: ['api'],
      status: [410],
      means: 'configuration',
      cause: 'This version of the API is decommissioned for the address called.',
      remedy: 'Choose a newer API version and read its changes.',
    },
  ],
  warnings: [
    {
      see: ['versions'],
      at: 'request',
      when: { values: { version: ['experimental'] } },
      says: 'The experimental version changes without notice and is not for production.',
      remedy: 'Choose a stable version.',
    },
  ],
  traps: [
    'Access tokens live 15 minutes: let jobs ask for one right before they need it.',
    'The PKCE switch of an app can be set back only while the app has no active keys.',
    'An advertiser can consent once per app: for a second connection the first consent must be taken back at consent.criteo.com.',
    'How long a refresh token lives is not published; one outside source says about six months.',
    'The published OpenAPI files name https://api.criteo.com/oauth2 as authorization address; the page is at consent.criteo.com/request.',
    'A consent link with nonce and hmac belongs to client credentials; it brings no code back.',
    'Lists answer 200 with nothing in them where a right is missing.',
    'Requests are limited to 250 a minute for the app itself (40 for reports), and to 10 a minute for each account that consented.',
  ],
} satisfies Provider
