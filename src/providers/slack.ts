import type { Call, Client, Provider, Way } from '../provider/provider.ts'

const url = 'https://slack.com/api/oauth.v2.access'
const bearer = { header: 'Bearer {token}' }
/** `bot` and `user` are bearer tokens all the same. */
const kinds = { bot: 'Bearer', user: 'Bearer' }
const team = { team_id: 'team.id', team_name: 'team.name' }
const ofBot = { token_type: { at: ['token_type'], as: kinds }, ...team }

/** A person’s token stands one level down, beside that of the bot, and a renewed one at the top. */
const ofPerson = {
  access_token: 'authed_user.access_token',
  refresh_token: 'authed_user.refresh_token',
  token_type: { at: ['authed_user.token_type'], as: kinds },
  scope: 'authed_user.scope',
  expires: { at: ['authed_user.expires_in', 'expires_in'] },
  ...team,
}

const authorize = (asked: 'scope' | 'user_scope', pkce: 'off' | 'required'): NonNullable<Way['authorize']> => ({
  see: ['oauth', 'pkce'],
  because:
    asked === 'scope'
      ? 'scope is for the bot; PKCE would make the app a public client for ever'
      : 'scopes of a person have a parameter of their own; PKCE makes the app a public client for ever',
  url: 'https://slack.com/oauth/v2/authorize',
  pkce,
  codeLife: 600,
  params: {
    client_id: '{client_id}',
    [asked]: '{scope}',
    redirect_uri: '{redirect_uri}',
    state: '{state}',
    'team?': '{team}',
    ...(pkce === 'required' && {
      code_challenge: '{code_challenge}',
      code_challenge_method: '{code_challenge_method}',
    }),
  },
})

const exchange = (take: Call['take'], pkce: 'off' | 'required'): Call => ({
  see: ['access', 'oauth'],
  because:
    'expires_in comes only where tokens rotate; the types bot and user mean Bearer; an answer with ok false has status 200',
  url,
  body: {
    form: {
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      ...(pkce === 'required' && { code_verifier: '{code_verifier}' }),
    },
  },
  ...(take && { take }),
})

const renewal: Way['renewal'] = {
  see: ['rotation'],
  because:
    'only where token rotation is switched on, else the token has no end. The refresh token is revoked by its use; what becomes of the access token before is not said',
  by: 'refresh_token',
  rotates: 'always',
  reuse: 'refused',
  oldAccess: 'unknown',
  call: {
    see: ['rotation', 'access'],
    url,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
    take: ofBot,
  },
}

const publicClient: Client = {
  see: ['pkce'],
  because: 'an app with PKCE renews without a secret what it got on localhost',
  auth: ['none'],
}

export default {
  id: 'slack',
  name: 'Slack',
  aliases: ['Slack API'],
  category: 'communication',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: { url: 'https://docs.slack.dev/authentication/installing-with-oauth', checked: '2026-11-22' },
    access: {
      url: 'https://docs.slack.dev/reference/methods/oauth.v2.access',
      checked: '2026-11-22',
      note: 'Basic is preferred to parameters; its errors',
    },
    answer: {
      url: 'https://apidog.com/apidoc/docs-site/347399/api-3545308',
      checked: '2026-11-22',
      note: 'the answer with two tokens, literal, from the vendor’s own description of the API',
    },
    rotation: {
      url: 'https://docs.slack.dev/authentication/using-token-rotation',
      checked: '2026-11-22',
      note: '12 hours; cannot be switched off again',
    },
    library: {
      url: 'https://github.com/slackapi/node-slack-sdk',
      checked: '2026-11-22',
      note: 'shapes of the answers: OAuthV2Response, OAuthV2TokenRefreshResponse',
    },
    pkce: {
      url: 'https://docs.slack.dev/authentication/using-pkce',
      checked: '2026-11-22',
      note: 'generally available since 2026-03-30: refresh tokens of 30 days, localhost without bot scopes',
    },
    https: {
      url: 'https://github.com/denoland/deno_kv_oauth/pull/63',
      checked: '2026-11-22',
      note: 'quotes the vendor’s page: redirect URIs must use https',
    },
  },
  console: {
    url: 'https://api.slack.com/apps',
    steps: [
      'Create New App, From scratch, in the workspace whose data the jobs read.',
      'OAuth & Permissions, Redirect URLs: add the redirect URI exactly as Evergrant shows it, and save.',
      'The same page: add Bot Token Scopes, or User Token Scopes for a person.',
      'Optional: switch on token rotation (it cannot be switched off again).',
      'Basic Information: copy client id and client secret.',
      'For one’s own workspace alone it is shorter: Install to Workspace, and paste the token shown (xoxb- or xoxp-).',
    ],
  },
  values: {
    team: {
      label: 'Workspace to ask for',
      help: 'its id, for people who are signed in to several',
      example: 'T9TK3CUKW',
      shape: 'slug',
      optional: true,
    },
    team_id: { label: 'Workspace id', from: ['answer'], shape: 'slug', shown: true, optional: true },
    team_name: { label: 'Workspace', from: ['answer'], shown: true, optional: true },
  },
  hosts: { token: ['slack.com'], api: ['slack.com', 'files.slack.com'] },
  client: {
    see: ['access'],
    because: 'Basic is preferred to id and secret as parameters',
    auth: ['client_secret_basic', 'client_secret_post'],
  },
  scopes: {
    see: ['oauth', 'answer'],
    because: 'asked for and answered with commas',
    separator: ',',
    preset: ['channels:read', 'channels:history', 'users:read'],
    known: {
      'channels:read': 'Public channels',
      'channels:history': 'Messages of public channels (a bot: those it is in)',
      'channels:join': 'Join public channels (bot)',
      'groups:read': 'Private channels',
      'groups:history': 'Messages of private channels',
      'im:read': 'Direct messages, without their text',
      'im:history': 'Text of direct messages',
      'mpim:history': 'Text of group messages',
      'users:read': 'People of the workspace',
      'users:read.email': 'Their e-mail addresses',
      'usergroups:read': 'User groups',
      'team:read': 'The workspace',
      'files:read': 'Files',
      'files:write': 'Upload files',
      'reactions:read': 'Reactions',
      'chat:write': 'Write messages',
      'search:read': 'Search (person only)',
      'incoming-webhook': 'Post to one channel',
      commands: 'Slash commands',
    },
  },
  ways: {
    bot: {
      label: 'A bot in a workspace',
      help: 'Acts as the app. Has no end, or is renewed every 12 hours where token rotation is on.',
      grant: 'authorization_code',
      authorize: authorize('scope', 'off'),
      token: exchange(ofBot, 'off'),
      access: 'never',
      renewal,
    },
    user: {
      label: 'A person',
      help: 'Acts as the person who authorizes. Has no end, or is renewed every 12 hours where token rotation is on.',
      grant: 'authorization_code',
      authorize: authorize('user_scope', 'off'),
      token: exchange(ofPerson, 'off'),
      access: 'never',
      renewal,
    },
    user_public: {
      label: 'A person, app without a secret (PKCE)',
      help: 'For apps that opted into PKCE, back to localhost. Renewed within 30 days, which Evergrant does.',
      grant: 'authorization_code',
      client: publicClient,
      redirects: [
        {
          see: ['pkce'],
          back: ['loopback', 'callback', 'paste'],
          host: ['localhost'],
          port: 'registered',
          because: 'only redirects to this machine count as a desktop app, which needs no secret',
        },
      ],
      authorize: authorize('user_scope', 'required'),
      token: exchange(ofPerson, 'required'),
      access: 'never',
      renewal: { ...renewal, see: ['rotation', 'pkce'], ends: { idle: 2_592_000, from: 'renewal' } },
    },
    installed: {
      label: 'The token of an installed app, pasted',
      help: 'xoxb- of the bot or xoxp- of a person, for apps without token rotation.',
      grant: 'pasted',
      access: 'never',
      renewal: { see: ['rotation'], because: 'without rotation a token has no end', by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['oauth', 'https'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'compared with the redirect URLs of the app; they use https',
    },
    {
      see: ['pkce'],
      confidence: 'medium',
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost'],
      port: 'registered',
      because: 'http://localhost is treated like a server where the app never opted into PKCE',
    },
  ],
  api: { see: ['oauth'], base: 'https://slack.com/api', send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['library'],
      name: 'identity',
      auth: bearer,
      url: 'https://slack.com/api/auth.test',
      who: ['team', 'user'],
    },
  ],
  revoke: [
    {
      see: ['library'],
      because: 'ends the token; an app that no token is left of is uninstalled',
      auth: bearer,
      url: 'https://slack.com/api/auth.revoke',
    },
  ],
  errors: [
    {
      see: ['access'],
      on: ['renew'],
      match: { error: ['invalid_refresh_token', 'token_revoked', 'authorization_not_found'] },
      means: 'dead',
      cause:
        'The refresh token is over: it was used before, 30 days passed (apps with PKCE), or the app was removed from the workspace.',
      remedy: 'Authorize again, and let nothing but Evergrant renew it.',
    },
    {
      see: ['access'],
      on: ['token'],
      match: { error: ['invalid_code', 'code_already_used'] },
      means: 'dead',
      cause: 'The code was used before or is older than ten minutes.',
      remedy: 'Authorize again.',
    },
    {
      see: ['access'],
      on: ['token', 'renew'],
      match: { error: ['bad_client_secret', 'invalid_client_id', 'missing_client_secret'] },
      means: 'client',
      cause: 'Client id and client secret are no pair, or the app without a secret is none with PKCE.',
      remedy: 'Copy both again from Basic Information.',
    },
    {
      see: ['access'],
      on: ['token'],
      match: { error: ['bad_redirect_uri'] },
      means: 'configuration',
      cause: 'The redirect URI is another than the one the code was asked with.',
      remedy: 'Compare it with OAuth & Permissions, Redirect URLs, then authorize again.',
    },
    {
      see: ['access', 'oauth'],
      on: ['authorize', 'token'],
      match: { error: ['invalid_scope', 'no_scopes', 'no_user_scopes'] },
      means: 'configuration',
      cause: 'A scope was asked for that a bot, or a person, cannot have, or none at all.',
      remedy: 'Ask for bot scopes with the way of the bot and for user scopes with the way of a person.',
    },
    {
      see: ['library'],
      on: ['api'],
      match: { error: ['invalid_auth', 'token_revoked', 'token_expired', 'account_inactive', 'not_authed'] },
      means: 'dead',
      cause: 'The token was revoked or has ended, the app was removed, or the person left the workspace.',
      remedy: 'Let Evergrant renew the token; if it stays, authorize again.',
    },
    {
      see: ['library'],
      on: ['api'],
      match: { error: ['missing_scope', 'not_allowed_token_type', 'not_in_channel'] },
      means: 'denied',
      cause: 'The token lacks a scope, is of the wrong kind (bot or person), or the bot is not in the channel.',
      remedy: 'Add the scope and authorize again, or invite the bot into the channel.',
    },
    {
      see: ['library'],
      on: ['token', 'renew', 'api'],
      match: { error: ['ratelimited', 'internal_error', 'fatal_error', 'service_unavailable'] },
      means: 'retry',
      cause: 'Slack asks to wait, or had a fault of its own.',
      remedy: 'Let jobs wait as long as Retry-After says.',
    },
  ],
  warnings: [
    {
      see: ['pkce'],
      at: 'request',
      ways: ['user_public'],
      when: { hasScopes: ['incoming-webhook', 'commands', 'channels:join'] },
      says: 'An app without a secret cannot ask for scopes of a bot.',
      remedy: 'Remove them, or choose the way of the bot.',
      refuses: true,
    },
  ],
  traps: [
    'Refusals come with status 200 and ok false.',
    'A bot sees the channels it is in; reading others needs channels:join or an invitation.',
    'An answer may hold two tokens, of the bot and of the person: connect twice where jobs need both.',
    'Token rotation cannot be switched off again, and PKCE makes the app a public client for ever.',
    'A token without an end lives until the app is removed: whether it still lives is seen only when it is used.',
    'Organizations on Enterprise Grid must allow the app, and its token may be of the organization instead of a workspace.',
  ],
} satisfies Provider
