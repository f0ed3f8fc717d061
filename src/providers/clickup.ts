import type { Provider } from '../provider/provider.ts'

const checked = '2026-11-22'
const docs = 'https://developer.clickup.com/docs'
const api = 'https://api.clickup.com/api/v2'

/** Codes for a workspace that was not ticked at the authorization: OAUTH_023, 026, 027 and 029 to 045. */
const notAuthorized = [
  'OAUTH_023',
  'OAUTH_026',
  'OAUTH_027',
  ...Array.from({ length: 17 }, (_, index) => `OAUTH_0${29 + index}`),
]

export default {
  id: 'clickup',
  name: 'ClickUp',
  category: 'project management',
  checked,
  tried: 'never',
  sources: {
    auth: {
      url: `${docs}/authentication`,
      checked,
      note: 'both kinds of tokens and how they travel, authorization address, tokens that do not end',
    },
    errors: { url: `${docs}/common_errors`, checked },
    reference: { url: 'https://developer.clickup.com/reference/getaccesstoken', checked },
    clients: {
      url: 'https://github.com/n8n-io/n8n/pull/28584',
      checked,
      note: 'no refresh token comes; OAUTH_023 with 401 for a workspace without authorization; clients send the exchange as JSON',
    },
    invalid: {
      url: 'https://raw.githubusercontent.com/api-evangelist/clickup/refs/heads/main/errors/clickup-error-codes.yml',
      checked,
      note: 'err and ECODE in every refusal; 401 with OAUTH_019 for a token that is none',
    },
  },
  console: {
    url: 'https://app.clickup.com/settings/apps',
    steps: [
      'For one’s own data: avatar, Settings, Apps, API Token, Generate. Paste it with the way for personal tokens.',
      'Otherwise an owner or admin of a workspace opens Settings, Apps (or ClickUp API) and chooses Create an App.',
      'Redirect URL: enter the redirect URI exactly as Evergrant shows it.',
      'Copy Client ID and Client Secret.',
      'At the authorization, tick every workspace that jobs shall reach.',
    ],
  },
  hosts: { token: ['api.clickup.com'], api: ['api.clickup.com'] },
  client: { see: ['auth', 'reference'], auth: ['client_secret_post'] },
  scopes: {
    see: ['auth'],
    because: 'there are none: a person ticks workspaces, and the token may there what the person may',
    separator: ' ',
    preset: [],
    known: {},
    closed: true,
  },
  ways: {
    user: {
      label: 'A person ticks workspaces',
      help: 'The token has no end, though ClickUp says that this may change.',
      grant: 'authorization_code',
      authorize: {
        see: ['auth'],
        because: 'no response_type, no scope; PKCE is documented nowhere',
        url: 'https://app.clickup.com/api',
        pkce: 'off',
        params: { client_id: '{client_id}', redirect_uri: '{redirect_uri}', state: '{state}' },
      },
      token: {
        see: ['reference', 'clients'],
        confidence: 'medium',
        because: 'three members and nothing more; the page has shown them in the query, clients send them as JSON',
        url: `${api}/oauth/token`,
        body: { json: { client_id: '{client_id}', client_secret: '{client_secret}', code: '{code}' } },
      },
      access: 'never',
      renewal: { see: ['auth', 'clients'], because: 'tokens do not end', by: 'none', rotates: 'never' },
    },
    personal: {
      label: 'A personal API token, pasted',
      help: 'For scripts of one’s own. It begins with pk_, has no end and reaches all workspaces of its person.',
      grant: 'pasted',
      api: {
        see: ['auth'],
        because: 'the token stands alone, without the word Bearer',
        base: api,
        send: { authorization: '{token}' },
      },
      access: 'never',
      renewal: { see: ['auth'], because: 'it lives until it is made anew', by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['auth', 'errors'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because: 'compared with those of the app; whether http is taken for this machine is not said',
      confidence: 'medium',
    },
  ],
  api: { see: ['auth'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['auth', 'reference'],
      name: 'user',
      ways: ['user'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/user`,
      who: ['user.username', 'user.email', 'user.id'],
    },
    {
      see: ['auth', 'reference'],
      name: 'user_of_token',
      ways: ['personal'],
      method: 'GET',
      auth: { header: '{token}' },
      url: `${api}/user`,
      who: ['user.username', 'user.email', 'user.id'],
    },
  ],
  errors: [
    {
      see: ['errors'],
      on: ['token'],
      match: { ECODE: ['OAUTH_010'] },
      means: 'client',
      cause: 'There is no app with this Client ID, or it was not created completely.',
      remedy: 'Copy Client ID and Client Secret anew from Settings, Apps.',
    },
    {
      see: ['errors'],
      on: ['authorize', 'token'],
      match: { ECODE: ['OAUTH_007', 'OAUTH_017'] },
      means: 'configuration',
      cause: 'The redirect URI is none of those of the app.',
      remedy: 'Enter it in the app exactly as it is here, then authorize again.',
    },
    {
      see: ['clients'],
      confidence: 'low',
      because: 'seen by users of other clients; the page does not list it',
      on: ['token'],
      match: { ECODE: ['OAUTH_014'] },
      means: 'dead',
      cause: 'The code was used before or is too old.',
      remedy: 'Authorize again.',
    },
    {
      see: ['errors', 'invalid'],
      on: ['api'],
      match: { ECODE: ['OAUTH_019', 'OAUTH_021', 'OAUTH_025', 'OAUTH_077'] },
      means: 'dead',
      cause: 'The person took the authorization back, or made the personal token anew.',
      remedy: 'Authorize again, or paste the new token.',
    },
    {
      see: ['errors', 'clients'],
      on: ['api'],
      match: { ECODE: notAuthorized },
      means: 'denied',
      cause: 'The workspace was not ticked at the authorization, or the id in the request is of none.',
      remedy: 'Check the id; if it is right, authorize again and tick the workspace.',
    },
  ],
  traps: [
    'A token never ends by itself: whether it still lives is seen only when it is used.',
    'A personal token is sent without the word Bearer; with it ClickUp refuses the token.',
    'A workspace that nobody ticked is answered with 401, as if the token were dead.',
    'What the API calls team is a workspace.',
    'There is no address to revoke a token: the person removes the app in ClickUp.',
  ],
} satisfies Provider
