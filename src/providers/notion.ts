import type { Call, ErrorRule, Provider } from '../provider/provider.ts'

const api = 'https://api.notion.com/v1'
const version = { 'notion-version': '{version}' }

const call = (path: string, json: Record<string, string>): Call => ({
  see: ['authorization', 'create'],
  because: 'Basic with a JSON body, and the version of the API is wanted here too',
  url: `${api}/oauth/${path}`,
  headers: version,
  body: { json },
})

/** The page of errors shows the name in `code`, the standard has it in `error`; both are met. */
const refused = (rule: Omit<ErrorRule, 'match' | 'see'>, names: string[]): ErrorRule[] => [
  { see: ['codes', 'authorization'], ...rule, match: { code: names } },
  { see: ['codes', 'authorization'], ...rule, match: { error: names } },
]

export default {
  id: 'notion',
  name: 'Notion',
  category: 'documents',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    authorization: {
      url: 'https://developers.notion.com/guides/get-started/authorization',
      checked: '2026-11-22',
      note: 'public and internal connections; requests of authorization, exchange and renewal',
    },
    create: {
      url: 'https://developers.notion.com/reference/create-a-token',
      checked: '2026-11-22',
      note: 'Notion-Version is required; members of the answer; refresh-a-token, revoke-token and introspect-token beside it',
    },
    codes: { url: 'https://developers.notion.com/reference/status-codes', checked: '2026-11-22' },
    versions: {
      url: 'https://developers.notion.com/reference/changes-by-version',
      checked: '2026-11-22',
      note: 'no version has an announced end',
    },
    changes: {
      url: 'https://developers.notion.com/page/changelog',
      checked: '2026-11-22',
      note: 'from 2026-06-08 each authorization of a new connection brings tokens of its own',
    },
    refused: {
      url: 'https://nango.dev/blog/notion-oauth-refresh-token-invalid-grant',
      checked: '2026-11-22',
      note: 'a renewal ends the refresh token before it',
    },
  },
  console: {
    url: 'https://app.notion.com/developers/connections',
    steps: [
      'Open the Developer portal of Notion (app.notion.com/developers/connections) and create a public connection; the workspaces it may be installed in cannot be changed later.',
      'Redirect URIs: add the redirect URI exactly as Evergrant shows it.',
      'Choose its capabilities: read, update and insert content, comments, and what it may see of people.',
      'Configuration: copy OAuth client id and OAuth client secret.',
      'For one workspace alone an internal connection is simpler: copy its installation access token, and add the connection to each page under the page’s menu.',
    ],
  },
  values: {
    version: {
      label: 'API version (Notion-Version)',
      help: 'wanted by every request; a newer one changes the form of answers',
      default: '2026-03-11',
      shown: true,
      choices: [
        { value: '2026-03-11', label: '2026-03-11' },
        { value: '2025-09-03', label: '2025-09-03 (data sources)' },
        { value: '2022-06-28', label: '2022-06-28 (databases of one source)' },
      ],
    },
    workspace_id: { label: 'Workspace id', from: ['answer'], shown: true, optional: true },
    workspace_name: { label: 'Workspace', from: ['answer'], shown: true, optional: true },
    bot_id: { label: 'Id of this authorization (bot_id)', from: ['answer'], shown: true, optional: true },
  },
  hosts: { token: ['api.notion.com'], api: ['api.notion.com'] },
  client: {
    see: ['authorization'],
    id: { label: 'OAuth client id' },
    secret: { label: 'OAuth client secret' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['authorization'],
    because: 'there are none: capabilities of the connection and the pages that the person picks decide',
    separator: ' ',
    preset: [],
    known: {},
    closed: true,
  },
  ways: {
    user: {
      label: 'A person picks pages',
      help: 'A public connection: it sees the pages and databases picked at the consent, and those below them.',
      grant: 'authorization_code',
      authorize: {
        see: ['authorization'],
        because: 'owner is wanted; no scope, and PKCE is documented nowhere',
        url: `${api}/oauth/authorize`,
        pkce: 'off',
        params: {
          owner: 'user',
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          response_type: 'code',
          state: '{state}',
        },
      },
      token: {
        ...call('token', { grant_type: 'authorization_code', code: '{code}', redirect_uri: '{redirect_uri}' }),
        take: { workspace_id: 'workspace_id', workspace_name: 'workspace_name', bot_id: 'bot_id' },
      },
      access: 'unknown',
      renewal: {
        see: ['authorization', 'refused', 'changes'],
        confidence: 'medium',
        because:
          'a renewal brings a new pair; no page says when a token ends, nor what becomes of the pair before, and the worst is planned for',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'unknown',
        oldAccess: 'unknown',
        call: call('token', { grant_type: 'refresh_token', refresh_token: '{refresh_token}' }),
      },
    },
    token: {
      label: 'A token of an internal connection, or a personal one, pasted',
      help: 'For one workspace. That of an internal connection has no end; a personal one lives a year at most.',
      grant: 'pasted',
      access: 'unknown',
      renewal: { see: ['authorization'], because: 'a person makes a new one', by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['authorization', 'create'],
      back: ['callback', 'relay', 'paste'],
      scheme: ['https'],
      host: [],
      because: 'compared with those of the connection',
    },
    {
      see: ['create'],
      confidence: 'low',
      because: 'that http://localhost is taken is what public clients do; no page says it',
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost'],
      port: 'registered',
    },
  ],
  api: {
    see: ['versions', 'codes'],
    because: 'a request without a version is refused',
    base: api,
    send: { authorization: 'Bearer {token}', ...version },
  },
  probes: [
    {
      see: ['codes', 'versions'],
      name: 'bot',
      because: 'works with every capability',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/users/me`,
      headers: version,
      who: ['bot.workspace_name', 'name', 'id'],
    },
  ],
  revoke: [{ ...call('revoke', { token: '{token}' }), ways: ['user'] }],
  introspect: {
    ...call('introspect', { token: '{token}' }),
    because: 'says active, scope and iat, but no end',
  },
  errors: [
    ...refused(
      {
        on: ['renew'],
        means: 'dead',
        cause:
          'The refresh token is over: used before, or the person or the owner of the workspace removed the connection.',
        remedy: 'Authorize again and pick the pages anew, and let nothing else renew with the same refresh token.',
      },
      ['invalid_grant'],
    ),
    ...refused(
      {
        on: ['token'],
        means: 'dead',
        cause: 'The code was used before, is too old, or was asked for with another redirect URI.',
        remedy: 'Authorize again.',
      },
      ['invalid_grant'],
    ),
    ...refused(
      {
        on: ['token', 'renew'],
        means: 'client',
        cause: 'OAuth client id and secret are no pair, or the secret was replaced.',
        remedy: 'Copy both anew from Configuration of the connection.',
      },
      ['invalid_client', 'unauthorized_client'],
    ),
    {
      see: ['codes'],
      on: ['token', 'renew', 'api'],
      match: { code: ['missing_version'] },
      means: 'configuration',
      cause: 'The request came without Notion-Version.',
      remedy: 'Send the header of the API version along, as the proxy of Evergrant does.',
    },
    {
      see: ['codes'],
      on: ['api'],
      status: [401],
      match: { code: ['unauthorized'] },
      means: 'dead',
      cause: 'The token is none any more: it was renewed elsewhere, or the connection was removed.',
      remedy: 'Let jobs read the token anew for every run; if that does not help, authorize again.',
    },
    {
      see: ['codes'],
      on: ['api'],
      status: [403],
      match: { code: ['restricted_resource'] },
      means: 'denied',
      cause: 'The connection lacks a capability for this.',
      remedy: 'Add the capability in the Developer portal; people must then authorize again.',
    },
    {
      see: ['codes'],
      on: ['api'],
      status: [404],
      match: { code: ['object_not_found'] },
      means: 'denied',
      cause: 'There is no such page or database, or it was not shared with this connection.',
      remedy: 'Authorize again and pick the page, or add the connection in the menu of the page.',
    },
  ],
  warnings: [
    {
      see: ['versions'],
      at: 'request',
      when: { values: { version: ['2022-06-28'] } },
      says: 'With the version 2022-06-28 databases that have several data sources cannot be queried.',
      remedy: 'Choose 2025-09-03 or a newer one once the job knows data sources.',
    },
  ],
  traps: [
    'What was not picked at the consent answers 404, not 403.',
    'No answer says when a token ends: Evergrant renews when a job reports a 401.',
    'A change of capabilities needs a new authorization by each person.',
    'A new authorization of the same person brings tokens of its own for connections made since 2026-06-08; older ones may get the same token again.',
    'Only pages to which a person has full access can be picked.',
  ],
} satisfies Provider
