import type { Call, Client, Provider, Scopes, Way } from '../provider/provider.ts'

const url = 'https://www.reddit.com/api/v1/access_token'
/** Without a telling name Reddit answers 429 to everybody. */
const headers = { 'user-agent': '{user_agent}' }

/** Reddit gives installed apps no secret and wants Basic all the same. */
const installed: Client = {
  see: ['oauth', 'app_only'],
  because: 'HTTP Basic with the client id and nothing behind the colon',
  id: { label: 'Client id', help: 'the text under the name of the app' },
  secret: { optional: true, help: 'leave it empty: an installed app has none' },
  auth: ['client_secret_basic'],
}

const authorize: Way['authorize'] = {
  see: ['oauth'],
  because: 'only duration=permanent brings a refresh token; PKCE is documented nowhere',
  url: 'https://www.reddit.com/api/v1/authorize',
  pkce: 'off',
  params: {
    client_id: '{client_id}',
    response_type: 'code',
    state: '{state}',
    redirect_uri: '{redirect_uri}',
    duration: 'permanent',
    scope: '{scope}',
  },
}

const exchange: Call = {
  see: ['oauth'],
  url,
  headers,
  body: { form: { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' } },
}

const renewal: Way['renewal'] = {
  see: ['oauth', 'rotation'],
  confidence: 'medium',
  because:
    'the page promises a refresh token without end; single use was announced in 2021 and taken back, yet an answer may bring another one',
  by: 'refresh_token',
  rotates: 'sometimes',
  reuse: 'harmless',
  oldAccess: 'lives',
  call: {
    see: ['oauth'],
    url,
    headers,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  },
}

/** Apart from people nothing is asked for; the answer says `*`. */
const everything: Scopes = {
  see: ['script', 'app_only'],
  because: 'the request names none and is given all that this kind of token can do',
  separator: ' ',
  preset: [],
  known: {},
  closed: true,
}

const reissue: Way['renewal'] = { see: ['app_only'], by: 'reissue', rotates: 'never', oldAccess: 'lives' }

export default {
  id: 'reddit',
  name: 'Reddit',
  aliases: ['Reddit Data API'],
  category: 'social media',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://github.com/reddit-archive/reddit/wiki/OAuth2',
      checked: '2026-11-22',
      note: 'all grants, revocation; archived, still what Reddit links to',
    },
    app_only: {
      url: 'https://github.com/reddit-archive/reddit/wiki/OAuth2#application-only-oauth',
      checked: '2026-11-22',
      note: 'client credentials and installed_client, whose password is empty in every client read',
    },
    script: {
      url: 'https://github.com/reddit-archive/reddit/wiki/OAuth2-Quick-Start-Example',
      checked: '2026-11-22',
    },
    api: {
      url: 'https://support.reddithelp.com/hc/en-us/articles/16160319875092-Reddit-Data-API-Wiki',
      checked: '2026-11-22',
      note: '100 requests a minute for each client id; the User-Agent',
    },
    approval: {
      url: 'https://support.reddithelp.com/hc/en-us/articles/42728983564564-Responsible-Builder-Policy',
      checked: '2026-11-22',
      note: 'since November 2025 access is given after a request',
    },
    rotation: {
      url: 'https://github.com/praw-dev/praw/issues/1630',
      checked: '2026-11-22',
      note: 'single use of refresh tokens announced; taken back: pull request 1767; answers with another one: prawcore pull request 115',
    },
    refused: {
      url: 'https://github.com/andrewbanchich/shreddit/issues/163',
      checked: '2026-11-22',
      note: '{"error":401,"message":"Unauthorized"}; {"error":"invalid_grant"}: issue 50',
    },
  },
  console: {
    url: 'https://www.reddit.com/prefs/apps',
    steps: [
      'Ask Reddit for access first (Responsible Builder Policy): since November 2025 new apps work only after approval.',
      'Sign in and open reddit.com/prefs/apps, create another app: web app for people, script for one’s own account, installed app for a program that can keep no secret.',
      'redirect uri: enter the redirect URI exactly as Evergrant shows it; a script needs one too, though it is never used.',
      'Copy the client id, the text under the name of the app, and the secret.',
    ],
  },
  values: {
    user_agent: {
      label: 'User-Agent',
      help: 'platform, name, version and who runs it; jobs send the same',
      example: 'linux:com.example.jobs:v1.0.0 (by /u/example)',
      shape: 'text',
      shown: true,
    },
    device_id: {
      label: 'Device id',
      help: '20 to 30 characters of one’s own, or the words that ask not to be counted',
      default: 'DO_NOT_TRACK_THIS_DEVICE',
      shape: 'slug',
    },
  },
  hosts: { token: ['www.reddit.com'], api: ['oauth.reddit.com'] },
  client: {
    see: ['oauth'],
    id: { label: 'Client id', help: 'the text under the name of the app' },
    secret: { label: 'Secret' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['oauth'],
    separator: ' ',
    preset: ['identity', 'read', 'history', 'mysubreddits'],
    known: {
      identity: 'Who authorized',
      read: 'Posts and comments',
      history: 'Votes, saved and hidden posts of the person',
      mysubreddits: 'Subreddits of the person',
      account: 'Settings of the account',
      save: 'Save posts',
      submit: 'Post and comment',
      edit: 'Edit own posts',
      vote: 'Vote',
      report: 'Report posts',
      subscribe: 'Subscribe',
      privatemessages: 'Read and send messages',
      flair: 'Choose flair',
      wikiread: 'Read wiki pages',
      wikiedit: 'Edit wiki pages',
      modconfig: 'Settings of moderated subreddits',
      modlog: 'The log of moderated subreddits',
      modposts: 'Moderate posts',
      modmail: 'Messages of moderated subreddits',
      modflair: 'Flair of moderated subreddits',
    },
  },
  ways: {
    user: {
      label: 'A person (web app)',
      grant: 'authorization_code',
      authorize,
      token: exchange,
      access: 3600,
      renewal,
    },
    script: {
      label: 'One’s own account (script)',
      help: 'With the password of the account that owns the app; not with two-factor authentication.',
      grant: 'password',
      scopes: everything,
      token: {
        see: ['script'],
        url,
        headers,
        body: { form: { grant_type: 'password', username: '{user_name}', password: '{password}' } },
      },
      access: 3600,
      renewal: { ...reissue, see: ['script'] },
    },
    app: {
      label: 'The app itself',
      help: 'Public data only: no person, no refresh token.',
      grant: 'client_credentials',
      scopes: everything,
      token: { see: ['app_only'], url, headers, body: { form: { grant_type: 'client_credentials' } } },
      access: 3600,
      renewal: reissue,
    },
    user_installed: {
      label: 'A person (installed app, without a secret)',
      grant: 'authorization_code',
      client: installed,
      authorize,
      token: exchange,
      access: 3600,
      renewal,
    },
    installed: {
      label: 'An installed app itself, without a secret',
      help: 'Public data only: no person, no refresh token.',
      grant: 'client_credentials',
      scopes: everything,
      client: installed,
      token: {
        see: ['app_only'],
        because: 'a grant of Reddit’s own, with a device id',
        url,
        headers,
        body: { form: { grant_type: 'https://oauth.reddit.com/grants/installed_client', device_id: '{device_id}' } },
      },
      access: 3600,
      renewal: reissue,
    },
  },
  redirects: [
    {
      see: ['oauth'],
      confidence: 'medium',
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because: 'compared to the letter with the one of the app; samples use http://localhost:8080',
    },
  ],
  api: {
    see: ['api', 'oauth'],
    base: 'https://oauth.reddit.com',
    send: { authorization: 'Bearer {token}', ...headers },
  },
  probes: [
    {
      see: ['script', 'api'],
      name: 'person',
      ways: ['user', 'user_installed', 'script'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      headers,
      url: 'https://oauth.reddit.com/api/v1/me',
      who: ['name', 'id'],
    },
    {
      see: ['api'],
      because: 'an app has no account of its own',
      name: 'public_data',
      ways: ['app', 'installed'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      headers,
      url: 'https://oauth.reddit.com/r/redditdev/about',
    },
  ],
  revoke: [
    {
      see: ['oauth'],
      because: 'the refresh token takes its access tokens along',
      ways: ['user', 'user_installed'],
      url: 'https://www.reddit.com/api/v1/revoke_token',
      auth: 'client',
      headers,
      body: { form: { token: '{refresh_token}', token_type_hint: 'refresh_token' } },
    },
    {
      see: ['oauth'],
      ways: ['script', 'app', 'installed'],
      url: 'https://www.reddit.com/api/v1/revoke_token',
      auth: 'client',
      headers,
      body: { form: { token: '{token}', token_type_hint: 'access_token' } },
    },
  ],
  errors: [
    {
      see: ['refused', 'oauth'],
      on: ['token', 'renew'],
      status: [401],
      match: { error: [401] },
      means: 'client',
      cause: 'Client id and secret are no pair, or those of another type of app.',
      remedy: 'Copy both anew from reddit.com/prefs/apps; for an installed app leave the secret out.',
    },
    {
      see: ['refused'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The code was used before or is too old; for a script, name or password is wrong or asks for a second factor.',
      remedy: 'Authorize again; for a script correct the password or switch two-factor authentication off.',
    },
    {
      see: ['oauth'],
      confidence: 'medium',
      because: 'the page shows no answer; clients meet 400 without a name for the error',
      on: ['renew'],
      status: [400],
      means: 'dead',
      cause: 'The refresh token was taken back by the person, or belongs to another client.',
      remedy: 'Authorize again.',
    },
    {
      see: ['api', 'approval'],
      on: ['token', 'renew', 'api'],
      status: [403],
      means: 'denied',
      cause: 'The app is not approved, a scope is missing, or the User-Agent is one that Reddit refuses.',
      remedy: 'See whether the app was approved, then the scopes and the User-Agent.',
    },
    {
      see: ['api'],
      on: ['token', 'renew', 'api'],
      status: [429],
      means: 'retry',
      cause: 'More than 100 requests a minute came for this client, or the User-Agent is a common one.',
      remedy: 'Let jobs wait, ask more slowly, and give a User-Agent that names them.',
    },
    {
      see: ['oauth'],
      on: ['authorize'],
      match: { error: ['access_denied'] },
      means: 'denied',
      cause: 'The person declined.',
      remedy: 'Authorize again and choose Allow.',
    },
  ],
  traps: [
    'New apps need Reddit’s approval since November 2025, and an account may have one app only.',
    'Every request names its User-Agent; a common one is answered with 429.',
    'Requests go to oauth.reddit.com; www.reddit.com does not know the token.',
    'A token of an app alone says scope * and sees public data only.',
    'Access tokens are documented with an hour and reported with a day; the answer decides.',
    'A script signs in with a password, which a second factor makes useless.',
    'Reddit Ads has an API, scopes and registration of its own.',
  ],
} satisfies Provider
