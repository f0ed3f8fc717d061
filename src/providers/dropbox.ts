import type { Call, Provider, Way } from '../provider/provider.ts'

const url = 'https://api.dropboxapi.com/oauth2/token'
const take = { account_id: 'account_id', team_id: 'team_id' }

const authorize = (pkce: 'optional' | 'required'): NonNullable<Way['authorize']> => ({
  see: ['offline', 'guide'],
  because: 'token_access_type=offline brings the refresh token; no scope means all those of the app',
  url: 'https://www.dropbox.com/oauth2/authorize',
  pkce,
  params: {
    client_id: '{client_id}',
    response_type: 'code',
    token_access_type: 'offline',
    state: '{state}',
    redirect_uri: '{redirect_uri}',
    'scope?': '{scope}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange: Call = {
  see: ['offline', 'guide'],
  url,
  body: {
    form: {
      code: '{code}',
      grant_type: 'authorization_code',
      redirect_uri: '{redirect_uri}',
      'code_verifier?': '{code_verifier}',
    },
  },
  take,
}

const renewal: Way['renewal'] = {
  see: ['offline', 'sdk'],
  because: 'a renewal brings no refresh token: the first one stays, and does not end',
  by: 'refresh_token',
  rotates: 'never',
  reuse: 'harmless',
  oldAccess: 'lives',
  call: {
    see: ['offline', 'answer'],
    url,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  },
}

export default {
  id: 'dropbox',
  name: 'Dropbox',
  aliases: ['Dropbox Business'],
  category: 'files',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    guide: {
      url: 'https://developers.dropbox.com/oauth-guide',
      checked: '2026-11-22',
      note: 'scopes, PKCE, redirect URIs to the letter, localhost included',
    },
    offline: {
      url: 'https://dropbox.tech/developers/using-oauth-2-0-with-offline-access',
      checked: '2026-11-22',
      note: 'requests and answers, literal',
    },
    sdk: {
      url: 'https://github.com/dropbox/dropbox-sdk-python',
      checked: '2026-11-22',
      note: 'the official client: refresh tokens do not end (pull request 544); refusals with their words (issue 420)',
    },
    answer: {
      url: 'https://avyl.ru/1c/OpenIntegrations/src/commit/3411fb2601f4c83c797479396b374815cfd61ed9/docs/en/md/Dropbox/Account-and-authorization/Refresh-token.md?display=source',
      checked: '2026-11-22',
      note: 'the answer to a renewal, literal',
    },
    refused: {
      url: 'https://github.com/nextcloud/integration_dropbox/issues/34',
      checked: '2026-11-22',
      note: 'the answer to a refresh token that is over, literal; expired_access_token: froemken/dropbox issue 23',
    },
    api: {
      url: 'https://www.dropbox.com/developers/documentation/http/documentation',
      checked: '2026-11-22',
      note: 'null as body; Dropbox-API-Select-User; token/revoke',
    },
  },
  console: {
    url: 'https://www.dropbox.com/developers/apps',
    steps: [
      'App Console, Create app, Scoped access, App folder or Full Dropbox.',
      'Permissions: tick the scopes, for a team those under Team Scopes too, and submit; later changes need a new authorization.',
      'Settings, OAuth 2, Redirect URIs: add the redirect URI exactly as Evergrant shows it: https, or http://localhost with its port.',
      'Copy app key and app secret from Settings.',
      'More than 50 people need Apply for production.',
    ],
  },
  values: {
    account_id: { label: 'Account id', from: ['answer'], shown: true, optional: true },
    team_id: { label: 'Team id', from: ['answer'], shown: true, optional: true },
    team_member: {
      label: 'Team member to act as',
      help: 'its id (dbmid:...), for apps with team scopes',
      example: 'dbmid:FDFSVF-DFSDF',
      optional: true,
    },
  },
  hosts: {
    token: ['api.dropboxapi.com'],
    api: ['api.dropboxapi.com', 'content.dropboxapi.com', 'notify.dropboxapi.com'],
  },
  client: {
    see: ['offline', 'guide'],
    because: 'the vendor’s requests carry Basic; id and secret in the body are taken too',
    id: { label: 'App key' },
    secret: { label: 'App secret' },
    auth: ['client_secret_basic', 'client_secret_post'],
  },
  scopes: {
    see: ['guide'],
    because: 'with none asked for, all scopes ticked in the App Console are granted',
    separator: ' ',
    preset: ['account_info.read', 'files.metadata.read', 'files.content.read'],
    known: {
      'account_info.read': 'Who authorized',
      'account_info.write': 'Change the account',
      'files.metadata.read': 'Names and sizes of files and folders',
      'files.metadata.write': 'Change tags and properties of files',
      'files.content.read': 'Content of files',
      'files.content.write': 'Write files',
      'sharing.read': 'Shared links and folders',
      'sharing.write': 'Share files and folders',
      'file_requests.read': 'File requests',
      'contacts.write': 'Change contacts',
      'team_info.read': 'The team',
      'members.read': 'Members of the team',
      'team_data.member': 'Act as members of the team',
      'team_data.team_space': 'The space of the team',
      'events.read': 'Activity of the team',
      'groups.read': 'Groups of the team',
      openid: 'Who authorized, as OpenID Connect',
      email: 'E-mail address, as OpenID Connect',
      profile: 'Name, as OpenID Connect',
    },
  },
  ways: {
    user: {
      label: 'A person, or a team administrator',
      help: 'Lasts until the app is removed. Team scopes need an administrator of the team.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      access: 14_400,
      renewal,
    },
    user_public: {
      label: 'A person, app without a secret (PKCE)',
      grant: 'authorization_code',
      client: {
        see: ['guide'],
        because: 'the code verifier stands in the place of the secret, and renewals take the app key alone',
        id: { label: 'App key' },
        auth: ['none'],
      },
      authorize: authorize('required'),
      token: exchange,
      access: 14_400,
      renewal,
    },
  },
  redirects: [
    {
      see: ['guide'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'compared to the letter with those of the app',
    },
    {
      see: ['guide'],
      confidence: 'medium',
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost', '127.0.0.1'],
      port: 'registered',
      because: 'http is for this machine; that 127.0.0.1 is taken is reported, not written',
    },
  ],
  api: {
    see: ['api'],
    base: 'https://api.dropboxapi.com/2',
    send: { authorization: 'Bearer {token}', 'dropbox-api-select-user?': '{team_member}' },
  },
  probes: [
    {
      see: ['api'],
      because: 'a request without arguments is a POST whose body is null; team tokens name a member',
      name: 'account',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.dropboxapi.com/2/users/get_current_account',
      headers: { 'dropbox-api-select-user?': '{team_member}' },
      body: { json: null },
      onlyScope: 'account_info.read',
      who: ['email', 'name.display_name', 'account_id'],
    },
    {
      see: ['api'],
      name: 'team',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.dropboxapi.com/2/team/get_info',
      body: { json: null },
      onlyScope: 'team_info.read',
      who: ['name', 'team_id'],
    },
  ],
  revoke: [
    {
      see: ['api'],
      because: 'a token ends itself, and with it its refresh token',
      confidence: 'medium',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.dropboxapi.com/2/auth/token/revoke',
      body: { json: null },
    },
  ],
  errors: [
    {
      see: ['refused'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The refresh token is over: the person removed the app, the app was disabled, or it is of another app.',
      remedy: 'Authorize again.',
    },
    {
      see: ['sdk'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or has expired, or redirect URI or code verifier differ.',
      remedy: 'Authorize again.',
    },
    {
      see: ['sdk'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client', 'invalid_client_id or client_secret'] },
      means: 'client',
      cause: 'App key and app secret are no pair.',
      remedy: 'Copy both again from Settings in the App Console.',
    },
    {
      see: ['refused'],
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended after four hours, or the app was removed from the account.',
      remedy: 'Let Evergrant renew the token; if it stays, authorize again.',
    },
    {
      see: ['guide'],
      confidence: 'medium',
      on: ['api'],
      status: [400],
      means: 'denied',
      cause: 'Most often a scope is missing, or a token of a team came without the member to act as.',
      remedy: 'Tick the scope in the App Console and authorize again; for a team, enter the member to act as.',
    },
  ],
  warnings: [
    {
      see: ['guide', 'api'],
      at: 'request',
      when: { hasScopes: ['team_data.member'], lacks: ['team_member'] },
      says: 'A token of a team reads files only as one of its members.',
      remedy: 'Enter the team member to act as, or let jobs send Dropbox-API-Select-User themselves.',
    },
  ],
  traps: [
    'A renewal brings no refresh token: the first one is kept for ever.',
    'Scopes ticked later in the App Console do not reach old authorizations: authorize again.',
    'Requests without arguments are a POST whose body is null; with a type but without a body they fail.',
    'Files are read from content.dropboxapi.com, the rest from api.dropboxapi.com.',
    'An app of the kind App folder sees its own folder alone.',
    'An app in development takes 50 people until production is asked for.',
  ],
} satisfies Provider
