import type { Provider } from '../provider/provider.ts'

const checked = '2026-11-22'
const readme = 'https://pipedrive.readme.io/docs'
const oauth = 'https://oauth.pipedrive.com/oauth'
// 60 days.
const idle = 5_184_000

export default {
  id: 'pipedrive',
  name: 'Pipedrive',
  category: 'crm',
  checked,
  tried: 'never',
  sources: {
    guide: {
      url: `${readme}/marketplace-oauth-authorization`,
      checked,
      note: 'parameters, one callback per app; its later steps (api_domain, 60 days, what revoking does) from public notes on them and from clients',
    },
    reference: { url: 'https://developers.pipedrive.com/docs/api/v1/Oauth', checked },
    client: {
      url: 'https://github.com/pipedrive/client-nodejs',
      checked,
      note: 'the official client: scopes and their meanings, access_denied at the callback, http://localhost:1800/callback',
    },
    keys: { url: `${readme}/core-api-concepts-authentication`, checked, note: 'x-api-token with an example' },
    refused: {
      url: 'https://github.com/pipedrive/client-php/issues/67',
      checked,
      note: 'the words for a client that was not accepted',
    },
  },
  console: {
    url: 'https://app.pipedrive.com/developer-hub',
    steps: [
      'Get a developer sandbox account, then Settings, Developer Hub, Create an app; a private app serves one’s own company.',
      'Callback URL: enter the redirect URI exactly as Evergrant shows it. An app has a single one.',
      'OAuth & access scopes: tick what the job needs. The request names no scopes, and a change asks for a new authorization.',
      'Copy client ID and client secret from the same page.',
      'For one’s own data only: avatar, Personal preferences, API shows a token for the way with a pasted token.',
    ],
  },
  values: {
    api_domain: {
      label: 'Address of the company',
      help: 'comes with the token',
      example: 'https://companydomain.pipedrive.com',
      from: ['answer'],
      shape: 'url',
      shown: true,
    },
    company_domain: {
      label: 'Company domain',
      help: 'what stands in front of .pipedrive.com in the browser',
      example: 'companydomain',
      make: ['lower'],
      shape: 'host_label',
      shown: true,
    },
  },
  hosts: { token: ['oauth.pipedrive.com'], api: ['*.pipedrive.com'] },
  client: { see: ['guide', 'reference'], auth: ['client_secret_basic'] },
  scopes: {
    see: ['guide', 'client'],
    because: 'fixed at the app and no part of the request; the answer joins them with commas',
    separator: ' ',
    answer: ',',
    preset: [],
    known: {},
    closed: true,
  },
  ways: {
    user: {
      label: 'A person installs the app in a company',
      help: 'Lasts as long as it is renewed within 60 days, which Evergrant does.',
      grant: 'authorization_code',
      authorize: {
        see: ['guide'],
        because: 'neither response_type nor scope; PKCE is documented nowhere',
        url: `${oauth}/authorize`,
        pkce: 'off',
        params: { client_id: '{client_id}', state: '{state}', redirect_uri: '{redirect_uri}' },
      },
      token: {
        see: ['reference', 'guide'],
        because: 'the answer names the host of the company’s API as api_domain',
        url: `${oauth}/token`,
        body: { form: { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' } },
        take: { api_domain: 'api_domain' },
      },
      access: 3600,
      renewal: {
        see: ['reference', 'guide'],
        confidence: 'medium',
        because:
          'the answer carries a refresh token, whether a new one is not said; 60 days without use end it as others report',
        by: 'refresh_token',
        rotates: 'unknown',
        reuse: 'unknown',
        oldAccess: 'unknown',
        ends: { idle, from: 'renewal' },
        call: {
          see: ['reference'],
          url: `${oauth}/token`,
          body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
          take: { api_domain: 'api_domain' },
        },
      },
    },
    api_token: {
      label: 'A personal API token, pasted',
      help: 'For one’s own company. It has no end and may do all that its person may.',
      grant: 'pasted',
      api: {
        see: ['keys', 'client'],
        because: 'a header of its own, not Authorization',
        base: 'https://{company_domain}.pipedrive.com/api/v1',
        send: { 'x-api-token': '{token}' },
      },
      access: 'never',
      renewal: { see: ['keys'], because: 'it lives until it is made anew', by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['guide'],
      back: ['callback', 'relay', 'paste'],
      scheme: ['https'],
      host: [],
      because: 'compared with the one of the app',
    },
    {
      see: ['client'],
      confidence: 'medium',
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost'],
      port: 'registered',
      because: 'the official client shows http://localhost with its port',
    },
  ],
  api: { see: ['guide'], base: '{api_domain}/api/v1', send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['client', 'guide'],
      name: 'me',
      ways: ['user'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: '{api_domain}/api/v1/users/me',
      onlyWith: 'api_domain',
      who: ['data.company_name', 'data.email', 'data.id'],
    },
    {
      see: ['client', 'keys'],
      name: 'me_by_key',
      ways: ['api_token'],
      method: 'GET',
      auth: 'none',
      url: 'https://{company_domain}.pipedrive.com/api/v1/users/me',
      headers: { 'x-api-token': '{token}' },
      who: ['data.company_name', 'data.email', 'data.id'],
    },
  ],
  revoke: [
    {
      see: ['guide'],
      confidence: 'medium',
      because: 'the refresh token ends all tokens and takes the app out of the account; the access token ends alone',
      ways: ['user'],
      url: `${oauth}/revoke`,
      body: { form: { token: '{refresh_token}', token_type_hint: 'refresh_token' } },
    },
  ],
  errors: [
    {
      see: ['guide', 'reference'],
      confidence: 'medium',
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: 60 days without renewal, the app was taken out of the account, or the person left.',
      remedy: 'Have the app installed and authorized again.',
    },
    {
      see: ['guide', 'reference'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is too old, or the redirect URI is another than the one of the app.',
      remedy: 'Compare the callback URL in the Developer Hub, then authorize again.',
    },
    {
      see: ['refused', 'reference'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client ID and client secret are no pair.',
      remedy: 'Copy both anew from OAuth & access scopes in the Developer Hub.',
    },
    {
      see: ['client'],
      on: ['authorize'],
      match: { error: ['access_denied', 'user_denied'] },
      means: 'denied',
      cause: 'The person chose Cancel, or may not install apps in this company.',
      remedy: 'Authorize as a person who may install apps.',
    },
    {
      see: ['client'],
      confidence: 'medium',
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'A scope is not ticked at the app, or the person lacks the right.',
      remedy: 'Tick the scope in the Developer Hub and authorize again.',
    },
  ],
  warnings: [
    {
      see: ['guide'],
      at: 'token',
      ways: ['user'],
      when: { lacks: ['api_domain'] },
      says: 'Pipedrive did not name the address of the company, so no request of a job can find its host.',
      remedy: 'Authorize again.',
    },
  ],
  traps: [
    'Each company has a host of its own, which comes with the token; api.pipedrive.com is for API tokens alone.',
    'Scopes belong to the app: a change there asks for a new authorization.',
    'A connection that nobody renews for 60 days is lost.',
    'Revoking takes the app out of the account.',
    'An app that is not approved can be installed only in the company and the sandbox that made it.',
  ],
} satisfies Provider
