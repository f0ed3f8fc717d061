import type { Call, Client, Provider, Way } from '../provider/provider.ts'

const url = 'https://accounts.spotify.com/api/token'
// Six months, counted as the shortest half of a year, so that nobody is warned too late: 181 days.
const sixMonths = 15_638_400

const authorize: Way['authorize'] = {
  see: ['code', 'pkce'],
  because: 'PKCE is documented for clients without a secret and taken from others too',
  url: 'https://accounts.spotify.com/authorize',
  pkce: 'optional',
  params: {
    client_id: '{client_id}',
    response_type: 'code',
    redirect_uri: '{redirect_uri}',
    state: '{state}',
    scope: '{scope}',
    'code_challenge_method?': '{code_challenge_method}',
    'code_challenge?': '{code_challenge}',
  },
}

const exchange: Call = {
  see: ['code', 'pkce'],
  url,
  body: {
    form: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      'code_verifier?': '{code_verifier}',
    },
  },
}

const ends: Way['renewal']['ends'] = { hard: sixMonths, from: 'authorization' }

const renewCall: Call = {
  see: ['refresh'],
  url,
  body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
}

const withoutSecret: Client = {
  see: ['pkce', 'refresh'],
  because: 'the client id goes into the body, and nothing else proves the client',
  id: { label: 'Client ID' },
  auth: ['none'],
}

export default {
  id: 'spotify',
  name: 'Spotify',
  aliases: ['Spotify Web API', 'Spotify for Developers'],
  category: 'media',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    code: { url: 'https://developer.spotify.com/documentation/web-api/tutorials/code-flow', checked: '2026-11-22' },
    pkce: {
      url: 'https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow',
      checked: '2026-11-22',
      note: 'and public clients (arctic, better-auth), which send a verifier beside a secret',
    },
    app: {
      url: 'https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow',
      checked: '2026-11-22',
    },
    refresh: {
      url: 'https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens',
      checked: '2026-11-22',
      note: 'six months from the authorization; client_id only without a secret',
    },
    ends: { url: 'https://developer.spotify.com/blog/2026-06-18-refresh-token-expiration', checked: '2026-11-22' },
    redirect: {
      url: 'https://developer.spotify.com/documentation/web-api/concepts/redirect_uri',
      checked: '2026-11-22',
      note: 'no localhost; a loopback address by number may be registered without its port',
    },
    scopes: { url: 'https://developer.spotify.com/documentation/web-api/concepts/scopes', checked: '2026-11-22' },
    calls: { url: 'https://developer.spotify.com/documentation/web-api/concepts/api-calls', checked: '2026-11-22' },
    quota: {
      url: 'https://developer.spotify.com/blog/2026-02-06-update-on-developer-access-and-platform-security',
      checked: '2026-11-22',
      note: 'development mode: a Premium account, one client ID, five people, fewer requests, for all apps since 2026-03-09',
    },
    reports: {
      url: 'https://github.com/novatorem/novatorem/issues/81',
      checked: '2026-11-22',
      note: 'Refresh token revoked; Invalid refresh token: spotify/web-api issue 1202; Invalid authorization code: issue 313',
    },
  },
  console: {
    url: 'https://developer.spotify.com/dashboard',
    steps: [
      'Sign in to the Spotify developer dashboard with a Premium account and choose Create app, with Web API among the APIs; development mode has one app for each developer.',
      'Redirect URIs: add the redirect URI exactly as Evergrant shows it: https, or http://127.0.0.1 or http://[::1], but not localhost. A loopback address may stand there without its port.',
      'Settings: copy Client ID and, behind View client secret, the secret.',
      'While the app is in development mode, add the people who authorize under User Management; five fit in.',
    ],
  },
  hosts: { token: ['accounts.spotify.com'], api: ['api.spotify.com'] },
  client: {
    see: ['code', 'refresh'],
    id: { label: 'Client ID' },
    secret: { label: 'Client secret' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['scopes'],
    separator: ' ',
    preset: ['user-read-private', 'user-read-recently-played', 'user-library-read', 'playlist-read-private'],
    known: {
      'user-read-private': 'Country, product and settings of the account',
      'user-read-email': 'E-mail address',
      'user-read-recently-played': 'Recently played tracks',
      'user-top-read': 'Most heard artists and tracks',
      'user-library-read': 'Saved tracks, albums and episodes',
      'user-library-modify': 'Change what is saved',
      'user-follow-read': 'Followed artists and people',
      'user-follow-modify': 'Follow and unfollow',
      'playlist-read-private': 'Private playlists',
      'playlist-read-collaborative': 'Shared playlists',
      'playlist-modify-private': 'Change private playlists',
      'playlist-modify-public': 'Change public playlists',
      'user-read-playback-state': 'What plays on which device',
      'user-read-currently-playing': 'What plays now',
      'user-read-playback-position': 'How far episodes were heard',
      'user-modify-playback-state': 'Control playback',
      'ugc-image-upload': 'Set pictures of playlists',
      'app-remote-control': 'Control the apps of Spotify',
      streaming: 'Play in a web page',
    },
  },
  ways: {
    user: {
      label: 'A person (app with a client secret)',
      help: 'Ends six months after the authorization, however often it is renewed.',
      grant: 'authorization_code',
      authorize,
      token: exchange,
      access: 3600,
      renewal: {
        see: ['refresh', 'ends'],
        confidence: 'medium',
        because: 'an answer may leave the refresh token out, then the old one stays; a new one comes now and then',
        by: 'refresh_token',
        rotates: 'sometimes',
        reuse: 'unknown',
        oldAccess: 'lives',
        ends,
        call: renewCall,
      },
    },
    user_public: {
      label: 'A person (app without a secret)',
      help: 'PKCE in place of the secret. Ends six months after the authorization.',
      grant: 'authorization_code',
      client: withoutSecret,
      authorize: { ...authorize, see: ['pkce'], pkce: 'required', because: 'the verifier stands in for the secret' },
      token: { ...exchange, see: ['pkce'] },
      access: 3600,
      renewal: {
        see: ['refresh', 'ends'],
        confidence: 'medium',
        because: 'clients report a new refresh token each time and that the one before is refused then',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'refused',
        oldAccess: 'lives',
        ends,
        call: renewCall,
      },
    },
    app: {
      label: 'The app itself',
      help: 'The catalogue only: no person, no refresh token.',
      grant: 'client_credentials',
      scopes: {
        see: ['app'],
        because: 'there is no person whose data a scope could open',
        separator: ' ',
        preset: [],
        known: {},
        closed: true,
      },
      token: { see: ['app'], url, body: { form: { grant_type: 'client_credentials' } } },
      access: 3600,
      renewal: { see: ['app'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
  },
  redirects: [
    {
      see: ['redirect'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'compared to the letter',
    },
    {
      see: ['redirect'],
      back: ['loopback', 'callback', 'paste'],
      host: ['127.0.0.1', '[::1]'],
      port: 'any',
      because: 'localhost is refused; a loopback address by number may have any port if it is registered without one',
    },
  ],
  api: { see: ['calls'], base: 'https://api.spotify.com/v1', send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['calls'],
      name: 'person',
      ways: ['user', 'user_public'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.spotify.com/v1/me',
      who: ['display_name', 'id'],
    },
  ],
  errors: [
    {
      see: ['ends', 'reports'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: six months have passed since the authorization, the person removed the app, or a new password ended it.',
      remedy: 'Have the person authorize again, which starts another six months.',
    },
    {
      see: ['reports', 'redirect'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is too old, or the redirect URI is another than the one it was asked with.',
      remedy: 'Authorize again, with the redirect URI registered to the letter.',
    },
    {
      see: ['calls'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client ID and client secret are no pair, or the secret was rotated in the dashboard.',
      remedy: 'Copy both anew from Settings of the app.',
    },
    {
      see: ['code'],
      on: ['authorize'],
      match: { error: ['access_denied'] },
      means: 'denied',
      cause: 'The person did not agree.',
      remedy: 'Authorize again and choose Agree.',
    },
    {
      see: ['calls'],
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended or was taken back.',
      remedy: 'Renew it; if that is refused, authorize again.',
    },
    {
      see: ['quota', 'calls'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The app is in development mode and does not list this person, or a scope is missing.',
      remedy: 'Add the person under User Management of the app, or authorize again with the scopes of the job.',
    },
  ],
  warnings: [
    {
      see: ['ends'],
      at: 'token',
      ways: ['user', 'user_public'],
      when: { endsWithin: 2_592_000 },
      says: 'The six months of this authorization end within a month; renewals do not move that day.',
      remedy: 'Have the person authorize again.',
    },
  ],
  traps: [
    'Since 2026-07-20 each refresh token ends six months after the authorization; older pages call it endless.',
    'No member of an answer says when the refresh token ends, so the day is counted here.',
    'localhost is no redirect URI; write 127.0.0.1 or [::1].',
    'In development mode five people who are listed in the dashboard can use the app, its owner needs Premium, and some requests are closed to it.',
    'Many requests in half a minute are answered with 429 and Retry-After.',
    'There is no address to revoke a token: the person removes the app at spotify.com/account/apps.',
  ],
} satisfies Provider
