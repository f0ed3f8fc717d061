import type { Provider } from '../provider/provider.ts'

const checked = '2026-11-22'
const guides = 'https://developer.sage.com/accounting/guides'
const oauth = 'https://oauth.accounting.sage.com'
const api = 'https://api.accounting.sage.com/v3.1'

export default {
  id: 'sage-accounting',
  name: 'Sage Accounting',
  aliases: ['Sage Business Cloud Accounting', 'Sage One'],
  category: 'accounting',
  checked,
  tried: 'never',
  sources: {
    auth: {
      url: `${guides}/authenticating/authentication/`,
      checked,
      note: 'requests and answers of authorization, exchange, renewal and revocation; codes of 60 seconds; scopes; X-Business',
    },
    registration: {
      url: `${guides}/getting-started/client_app_registration/`,
      checked,
      note: 'up to 100 callback URLs; https, and http for this machine',
    },
    rotation: {
      url: 'https://www.maesn.com/blogs/sage-accounting-api-integration',
      checked,
      note: 'each renewal ends the refresh token before it; one host for all countries; X-Business on every request',
    },
    samples: {
      url: 'https://github.com/Sage',
      checked,
      note: 'sample apps of the vendor and others with http://localhost:8080 and http://127.0.0.1:8080 as callback; businesses as $items with displayed_as',
    },
  },
  console: {
    url: 'https://developerselfservice.sageone.com',
    steps: [
      'Sign in to the developer self service (developerselfservice.sageone.com) and create an app.',
      'Callback URLs: enter the redirect URI exactly as Evergrant shows it, on a line of its own.',
      'Copy Client ID and Client Secret from the app details.',
      'Authorize as a user of the business, from the country of that business.',
    ],
  },
  values: {
    country: {
      label: 'Country of the business',
      help: 'skips the page that asks for it; another country than that of the business fails',
      optional: true,
      choices: [
        { value: 'gb', label: 'United Kingdom' },
        { value: 'ie', label: 'Ireland' },
        { value: 'ca', label: 'Canada' },
        { value: 'us', label: 'United States' },
        { value: 'de', label: 'Germany' },
        { value: 'es', label: 'Spain' },
        { value: 'fr', label: 'France' },
      ],
    },
    business: {
      label: 'Business (X-Business)',
      help: 'without it Sage answers for the lead business of the person, which can change',
      shape: 'slug',
      shown: true,
      optional: true,
      pick: {
        see: ['auth', 'samples'],
        method: 'GET',
        auth: { header: 'Bearer {token}' },
        url: `${api}/businesses`,
        list: '$items',
        value: 'id',
        label: 'displayed_as',
      },
    },
  },
  hosts: { token: ['oauth.accounting.sage.com'], api: ['api.accounting.sage.com'] },
  client: { see: ['auth'], auth: ['client_secret_post'] },
  scopes: {
    see: ['auth'],
    because: 'one of two',
    separator: ' ',
    preset: ['readonly'],
    known: { readonly: 'Read everything the person may', full_access: 'Read and change everything the person may' },
    closed: true,
  },
  ways: {
    user: {
      label: 'A person',
      help: 'Five minutes at a time. Lasts as long as it is renewed within 31 days, which Evergrant does.',
      grant: 'authorization_code',
      authorize: {
        see: ['auth'],
        because:
          'filter leaves out countries that the API does not serve; a country makes it void. No page that was read names PKCE',
        url: 'https://www.sageone.com/oauth2/auth/central',
        pkce: 'off',
        codeLife: 60,
        params: {
          filter: 'apiv3.1',
          response_type: 'code',
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          scope: '{scope}',
          state: '{state}',
          'country?': '{country}',
        },
      },
      token: {
        see: ['auth'],
        url: `${oauth}/token`,
        headers: { accept: 'application/json' },
        body: {
          form: {
            client_id: '{client_id}',
            client_secret: '{client_secret}',
            code: '{code}',
            grant_type: 'authorization_code',
            redirect_uri: '{redirect_uri}',
          },
        },
      },
      access: 300,
      renewal: {
        see: ['auth', 'rotation'],
        because:
          'each renewal brings a new refresh token of 31 days; access tokens cannot be revoked and live to their end',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'refused',
        oldAccess: 'lives',
        ends: { idle: 2_678_400, from: 'renewal' },
        call: {
          see: ['auth'],
          url: `${oauth}/token`,
          headers: { accept: 'application/json' },
          body: {
            form: {
              client_id: '{client_id}',
              client_secret: '{client_secret}',
              grant_type: 'refresh_token',
              refresh_token: '{refresh_token}',
            },
          },
        },
      },
    },
  },
  redirects: [
    {
      see: ['registration', 'auth', 'samples'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because:
        'compared with those of the app; https, and http for this machine: samples register localhost with its port',
    },
  ],
  api: {
    see: ['auth', 'rotation'],
    base: api,
    send: { authorization: 'Bearer {token}', 'x-business?': '{business}' },
  },
  probes: [
    {
      see: ['auth', 'samples'],
      name: 'businesses',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/businesses`,
      who: ['$items.0.displayed_as', '$items.0.id'],
    },
  ],
  revoke: [
    {
      see: ['auth'],
      because: 'refresh tokens alone',
      url: `${oauth}/revoke`,
      body: { form: { client_id: '{client_id}', client_secret: '{client_secret}', token: '{refresh_token}' } },
    },
  ],
  errors: [
    {
      see: ['auth', 'rotation'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The refresh token was used before, was not used for 31 days, or was revoked.',
      remedy: 'Authorize again, and let nothing else renew with the same refresh token.',
    },
    {
      see: ['auth'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code is older than 60 seconds or was used before.',
      remedy: 'Authorize again, and come back within a minute.',
    },
    {
      see: ['auth'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client ID and Client Secret are no pair.',
      remedy: 'Copy both anew from the app details.',
    },
    {
      see: ['auth'],
      on: ['authorize', 'token', 'renew'],
      match: { error: ['unauthorized_client'] },
      means: 'configuration',
      cause: 'The Client ID is none that may do this.',
      remedy: 'Compare the Client ID with the app details.',
    },
    {
      see: ['auth'],
      on: ['authorize'],
      match: { error: ['access_denied'] },
      means: 'denied',
      cause: 'The person did not allow it, or the country is not that of the business.',
      remedy: 'Authorize again, in the country of the business.',
    },
    {
      see: ['auth'],
      on: ['authorize'],
      match: { error: ['temporarily_unavailable'] },
      means: 'retry',
      cause: 'The authorization server is not available.',
      remedy: 'Wait ten minutes, as Sage advises, and authorize again.',
    },
    {
      see: ['auth'],
      confidence: 'medium',
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended, which it does after five minutes.',
      remedy: 'Let jobs read the token anew before each request; if that does not help, authorize again.',
    },
  ],
  traps: [
    'A token lives five minutes: a job must read it anew while it runs.',
    'A renewal ends the refresh token before it: two renewals with the same one lose the connection.',
    'A connection that nobody renews for 31 days is lost.',
    'Without X-Business Sage answers for the lead business of the person, which can change.',
    'A code lives 60 seconds, which leaves little time to paste an address.',
    'Tokens take up to 2048 bytes.',
  ],
} satisfies Provider
