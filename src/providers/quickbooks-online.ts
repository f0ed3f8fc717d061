import type { Call, Provider } from '../provider/provider.ts'

const url = 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
const ends: Call['take'] = { idle_end: 'x_refresh_token_expires_in', hard_end: 'x_refresh_token_hard_expires_in' }
/** Without this header the answer keeps silent about the day the grant ends for good. */
const headers = { accept: 'application/json', 'x-include-refresh-token-hard-expires-in': 'true' }

export default {
  id: 'quickbooks-online',
  name: 'QuickBooks Online',
  aliases: ['QuickBooks', 'QBO', 'Intuit'],
  category: 'accounting',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0',
      checked: '2026-11-22',
    },
    sdk: {
      url: 'https://github.com/intuit/oauth-jsclient',
      checked: '2026-11-22',
      note: 'the official client: src/OAuthClient.js for addresses, headers and bodies; CHANGELOG 4.2.4 and 4.2.5',
    },
    redirects: {
      url: 'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/set-redirect-uri',
      checked: '2026-11-22',
    },
    faq: {
      url: 'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/faq',
      checked: '2026-11-22',
    },
    policy: {
      url: 'https://blogs.intuit.com/',
      checked: '2026-11-22',
      note: 'post of 2025-11-12 on the five-year end of refresh tokens',
    },
  },
  console: {
    url: 'https://developer.intuit.com/app/developer/dashboard',
    steps: [
      'Sign in at developer.intuit.com and create an app with the QuickBooks Online Accounting scope.',
      'Under Keys & credentials choose Development (sandbox companies) or Production; production keys need the app assessment questionnaire first.',
      'Add the redirect URI exactly as Evergrant shows it, scheme, port and path included. Production takes public https only; Development also takes http://localhost.',
      'Fill in the Reconnect URL, which apps must have since January 2026; the address of this server is fine.',
      'Copy client id and client secret of that same section.',
    ],
  },
  values: {
    environment: {
      label: 'Keys',
      help: 'development keys work with sandbox companies only, production keys with real ones only',
      default: 'production',
      choices: [
        {
          value: 'production',
          label: 'Production keys, real companies',
          sets: { api_host: 'quickbooks.api.intuit.com', id_host: 'accounts.platform.intuit.com' },
        },
        {
          value: 'sandbox',
          label: 'Development keys, sandbox companies',
          sets: { api_host: 'sandbox-quickbooks.api.intuit.com', id_host: 'sandbox-accounts.platform.intuit.com' },
        },
      ],
    },
    api_host: { label: 'API host', from: ['choice.environment'], shape: 'domain', shown: true },
    id_host: { label: 'Identity host', from: ['choice.environment'], shape: 'domain' },
    realmId: {
      label: 'Company id (realmId)',
      help: 'comes with the authorization; type it only with a refresh token from elsewhere',
      example: '4620816365002345678',
      from: ['callback.realmId', 'person'],
      shape: 'digits',
      shown: true,
      optional: true,
    },
  },
  hosts: {
    token: ['oauth.platform.intuit.com', 'developer.api.intuit.com'],
    api: [
      'quickbooks.api.intuit.com',
      'sandbox-quickbooks.api.intuit.com',
      'accounts.platform.intuit.com',
      'sandbox-accounts.platform.intuit.com',
    ],
  },
  client: { see: ['oauth', 'sdk'], auth: ['client_secret_basic'] },
  scopes: {
    see: ['oauth', 'sdk'],
    separator: ' ',
    preset: ['com.intuit.quickbooks.accounting'],
    known: {
      'com.intuit.quickbooks.accounting': 'Read and write the books of the company',
      'com.intuit.quickbooks.payment': 'Payments; the authorization fails for companies without QuickBooks Payments',
      openid: 'Who authorized; alone it brings no company id',
      profile: 'Name of the person',
      email: 'E-mail address of the person',
      phone: 'Phone number of the person',
      address: 'Postal address of the person',
    },
  },
  ways: {
    user: {
      label: 'A person connects one company',
      help: 'One authorization is one company; connect again for the next one.',
      grant: 'authorization_code',
      authorize: {
        see: ['oauth', 'sdk'],
        url: 'https://appcenter.intuit.com/connect/oauth2',
        pkce: 'off',
        because: 'the vendor documents no PKCE and its own client sends none',
        params: {
          client_id: '{client_id}',
          response_type: 'code',
          scope: '{scope}',
          redirect_uri: '{redirect_uri}',
          state: '{state}',
        },
      },
      token: {
        see: ['oauth', 'sdk'],
        because: 'the ends of the refresh token come under names of their own',
        url,
        headers,
        body: { form: { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' } },
        take: ends,
      },
      access: 3600,
      renewal: {
        see: ['sdk', 'faq', 'policy'],
        because: 'the value changes about once a day and the one before it works for up to 24 hours more',
        by: 'refresh_token',
        rotates: 'sometimes',
        grace: 86_400,
        reuse: 'harmless',
        oldAccess: 'lives',
        // 100 days without use; five years whatever happens.
        ends: { idle: 8_640_000, hard: 157_680_000, from: 'authorization' },
        call: {
          see: ['sdk'],
          because: 'the ends of the refresh token come under names of their own',
          url,
          headers,
          body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
          take: ends,
        },
      },
    },
  },
  redirects: [
    {
      see: ['redirects', 'faq'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'production keys take public https addresses only',
    },
    {
      see: ['redirects'],
      back: ['callback', 'loopback', 'paste'],
      host: ['localhost'],
      port: 'registered',
      onlyWith: { environment: 'sandbox' },
      because: 'development keys also take http://localhost',
    },
  ],
  api: {
    see: ['oauth', 'sdk'],
    base: 'https://{api_host}',
    send: { authorization: 'Bearer {token}', accept: 'application/json' },
  },
  probes: [
    {
      see: ['sdk'],
      name: 'company',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://{api_host}/v3/company/{realmId}/companyinfo/{realmId}',
      headers: { accept: 'application/json' },
      onlyWith: 'realmId',
      who: ['CompanyInfo.CompanyName'],
    },
    {
      see: ['sdk'],
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://{id_host}/v1/openid_connect/userinfo',
      headers: { accept: 'application/json' },
      onlyScope: 'openid',
      who: ['email', 'sub'],
    },
  ],
  revoke: [
    {
      see: ['sdk'],
      because: 'the vendor takes JSON here, not a form',
      url: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
      headers: { accept: 'application/json' },
      body: { json: { token: '{refresh_token}' } },
    },
  ],
  errors: [
    {
      see: ['sdk', 'faq'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: 100 days without use, five years old, disconnected by the company, or an old one was kept.',
      remedy: 'Authorize the company again.',
    },
    {
      see: ['faq'],
      on: ['api'],
      status: [403],
      match: { 'fault.error.0.code': ['3100'] },
      means: 'configuration',
      cause: 'Development keys meet a real company, or production keys a sandbox company.',
      remedy: 'Use the keys that belong to the company and choose them under Keys.',
    },
  ],
  traps: [
    'There are two pairs of keys; the wrong pair authorizes without complaint and fails at the first request.',
    'A refresh token that was replaced still works for a day: a copy kept elsewhere seems fine and then dies.',
    'Two programs that renew the same company are the commonest cause of invalid_grant: let Evergrant be the only one.',
    'Authorizations made since October 2023 end for good after five years, the first of them in October 2028.',
    'Without an accounting or payment scope the callback brings no company id.',
  ],
} satisfies Provider
