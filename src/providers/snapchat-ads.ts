import type { Provider } from '../provider/provider.ts'

const url = 'https://accounts.snapchat.com/login/oauth2/access_token'
const api = 'https://adsapi.snapchat.com/v1'

export default {
  id: 'snapchat-ads',
  name: 'Snapchat Ads',
  aliases: ['Snapchat Marketing API', 'Snap Ads'],
  category: 'marketing',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    auth: {
      url: 'https://developers.snap.com/api/marketing-api/Ads-API/authentication',
      checked: '2026-11-22',
      note: 'registration, parameters, scopes; the page sends client id and secret in the body, clients that send Basic are seen too',
    },
    user: { url: 'https://developers.snap.com/api/marketing-api/Ads-API/user', checked: '2026-11-22' },
    errors: { url: 'https://developers.snap.com/api/marketing-api/Ads-API/errors', checked: '2026-11-22' },
    nango: {
      url: 'https://github.com/NangoHQ/nango',
      checked: '2026-11-22',
      note: 'providers.yaml: addresses, PKCE off; lifetimes in its documentation',
    },
  },
  console: {
    url: 'https://business.snapchat.com/',
    steps: [
      'Sign in to Snapchat Business Manager as an organization admin and open Business Details.',
      'OAuth Apps, + OAuth App: accept the terms, give a name, and as Snap redirect URI enter the redirect URI exactly as Evergrant shows it; it must be https.',
      'Copy client id and client secret at once: the secret is shown a single time.',
      'The person who authorizes needs a role in each ad account that jobs read.',
    ],
  },
  hosts: { token: ['accounts.snapchat.com'], api: ['adsapi.snapchat.com'] },
  client: {
    see: ['auth', 'nango'],
    id: { label: 'Client id' },
    secret: { label: 'Client secret', help: 'shown a single time, when the app is made' },
    auth: ['client_secret_post'],
  },
  scopes: {
    see: ['auth'],
    separator: ' ',
    preset: ['snapchat-marketing-api'],
    known: {
      'snapchat-marketing-api': 'Ad accounts, campaigns and their statistics',
      'snapchat-offline-conversions-api': 'Send offline conversions',
      'snapchat-profile-api': 'Public profiles',
    },
  },
  ways: {
    member: {
      label: 'A member of the organization',
      help: 'Sees what this person may see in Ads Manager.',
      grant: 'authorization_code',
      authorize: {
        see: ['auth', 'nango'],
        because: 'PKCE is documented nowhere',
        url: 'https://accounts.snapchat.com/login/oauth2/authorize',
        pkce: 'off',
        params: {
          response_type: 'code',
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          scope: '{scope}',
          state: '{state}',
        },
      },
      token: {
        see: ['auth'],
        url,
        body: { form: { code: '{code}', grant_type: 'authorization_code', redirect_uri: '{redirect_uri}' } },
      },
      // Half an hour; clients report an hour too, and the answer decides.
      access: 1800,
      renewal: {
        see: ['auth', 'nango'],
        confidence: 'low',
        because:
          'the page says that a refresh token brings a new access token; whether it is replaced, and whether it ever ends, is not said',
        by: 'refresh_token',
        rotates: 'unknown',
        reuse: 'unknown',
        oldAccess: 'unknown',
        ends: { idle: 'unknown', hard: 'unknown' },
        call: {
          see: ['auth'],
          url,
          body: { form: { refresh_token: '{refresh_token}', grant_type: 'refresh_token' } },
        },
      },
    },
  },
  redirects: [
    {
      see: ['auth', 'nango'],
      confidence: 'medium',
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'compared with the one of the app; plain http is reported as refused',
    },
  ],
  api: { see: ['auth'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['user'],
      name: 'me',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/me`,
      onlyScope: 'snapchat-marketing-api',
      who: ['me.display_name', 'me.email', 'me.id'],
    },
  ],
  errors: [
    {
      see: ['auth'],
      confidence: 'low',
      because: 'no answers are documented; the code is the RFC’s',
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The refresh token was taken back, or the person left the organization.',
      remedy: 'Authorize again, as a member with a role in the ad accounts.',
    },
    {
      see: ['errors', 'user'],
      confidence: 'low',
      because: 'the page lists codes by number of HTTP alone',
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended after half an hour, or was taken back.',
      remedy: 'Renew it; if that is refused, authorize again.',
    },
    {
      see: ['errors'],
      confidence: 'medium',
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The person who authorized has no role in this ad account or organization.',
      remedy: 'Have an organization admin give the role; the token need not change.',
    },
    {
      see: ['errors'],
      on: ['api'],
      status: [429],
      means: 'retry',
      cause: 'Too many requests came for this app.',
      remedy: 'Let jobs wait and ask more slowly.',
    },
  ],
  traps: [
    'The secret is shown a single time, when the app is made.',
    'Access tokens live half an hour only.',
    'What a token sees is what its person sees: a person who leaves takes the access along.',
    'How long a refresh token lives is not documented.',
    'The Conversions API takes a long-lived token of its own, made in Business Manager.',
    'There is no address to revoke a token.',
  ],
} satisfies Provider
