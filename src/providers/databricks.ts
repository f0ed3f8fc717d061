import type { Call, Client, Provider, Way } from '../provider/provider.ts'

const workspace = 'https://{host}/oidc/v1'
const account = 'https://{account_host}/oidc/accounts/{account_id}/v1'

const machine = (base: string): Call => ({
  see: ['m2m'],
  because: 'Basic, and a scope is wanted',
  url: `${base}/token`,
  body: { form: { grant_type: 'client_credentials', scope: '{scope}' } },
})

const reissue: Way['renewal'] = { see: ['m2m'], by: 'reissue', rotates: 'never', oldAccess: 'lives' }

const authorize = (base: string): NonNullable<Way['authorize']> => ({
  see: ['u2m'],
  url: `${base}/authorize`,
  pkce: 'required',
  params: {
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    response_type: 'code',
    state: '{state}',
    code_challenge: '{code_challenge}',
    code_challenge_method: '{code_challenge_method}',
    scope: '{scope}',
  },
})

const exchange = (base: string): Call => ({
  see: ['u2m'],
  because: 'the scope is sent again',
  url: `${base}/token`,
  body: {
    form: {
      grant_type: 'authorization_code',
      scope: '{scope}',
      redirect_uri: '{redirect_uri}',
      code_verifier: '{code_verifier}',
      code: '{code}',
    },
  },
})

const renewal = (base: string, ends: Way['renewal']['ends']): Way['renewal'] => ({
  see: ['single_use', 'sdk', 'app'],
  confidence: 'medium',
  because:
    'the app decides whether a refresh token serves once: then each renewal starts its life anew, else it ends at a fixed time, which is planned for',
  by: 'refresh_token',
  rotates: 'sometimes',
  reuse: 'unknown',
  oldAccess: 'unknown',
  ...(ends && { ends }),
  call: {
    see: ['sdk'],
    url: `${base}/token`,
    body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
  },
})

const set: Way['renewal']['ends'] = { hard: { input: 'refresh_hours', unit: 'h' }, from: 'authorization' }

const principal: Client = {
  see: ['m2m'],
  id: { label: 'Client id of the service principal', help: 'its application id' },
  secret: {
    label: 'OAuth secret',
    help: 'shown once; lives two years at most',
    // Two years.
    life: 63_072_000,
  },
  auth: ['client_secret_basic', 'client_secret_post'],
}

export default {
  id: 'databricks',
  name: 'Databricks',
  aliases: ['Azure Databricks', 'Databricks SQL', 'Unity Catalog'],
  category: 'data platform',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    m2m: {
      url: 'https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m',
      checked: '2026-11-22',
      note: 'service principals: one hour, no refresh token, workspace and account addresses',
    },
    u2m: {
      url: 'https://docs.databricks.com/aws/en/dev-tools/auth/oauth-u2m',
      checked: '2026-11-22',
      note: 'manual requests with the client databricks-cli; removed consent leaves tokens alive',
    },
    single_use: { url: 'https://docs.databricks.com/aws/en/integrations/single-use-tokens', checked: '2026-11-22' },
    app: {
      url: 'https://docs.databricks.com/api/account/customappintegration/create',
      checked: '2026-11-22',
      note: 'how long tokens of an app live: 5 minutes to 90 days; no page read says the default',
    },
    sdk: {
      url: 'https://github.com/databricks/databricks-sdk-py',
      checked: '2026-11-22',
      note: 'databricks/sdk/oauth.py: renewal with id and secret in the body; tokens are not accepted in their last 30 seconds',
    },
    me: { url: 'https://docs.databricks.com/api/workspace/currentuser/me', checked: '2026-11-22' },
  },
  console: {
    url: 'https://accounts.cloud.databricks.com',
    steps: [
      'For jobs: account console, User management, Service principals, Add service principal (on Azure: Databricks managed); Credentials and secrets, Generate secret, and copy client id and secret, which is shown a single time.',
      'Assign the service principal to the workspace and give it rights on catalogs, warehouses and jobs: a token can do nothing that it may not.',
      'For people: account console, Settings, App connections, Add connection; enter the redirect URI exactly as Evergrant shows it, tick All APIs, and note the lifetime of its refresh tokens.',
      'Copy client id and, where one is made, client secret. Changes of an app take up to half an hour.',
    ],
  },
  values: {
    host: {
      label: 'Workspace host',
      help: 'as in the address of the workspace, without https://',
      example: 'dbc-a1b2345c-d6e7.cloud.databricks.com',
      make: ['lower'],
      shape: 'domain',
      shown: true,
    },
    cloud: {
      label: 'Cloud of the account',
      default: 'aws',
      choices: [
        { value: 'aws', label: 'AWS', sets: { account_host: 'accounts.cloud.databricks.com' } },
        { value: 'azure', label: 'Azure', sets: { account_host: 'accounts.azuredatabricks.net' } },
        { value: 'gcp', label: 'Google Cloud', sets: { account_host: 'accounts.gcp.databricks.com' } },
      ],
    },
    account_host: { label: 'Account host', from: ['choice.cloud'], shape: 'domain', shown: true },
    account_id: {
      label: 'Account id',
      help: 'account console, the menu at your name',
      example: '83988469-aba5-4d3d-bcad-f8707acc74cd',
      make: ['lower'],
      shape: 'guid',
      shown: true,
    },
    refresh_hours: {
      label: 'Lifetime of refresh tokens (hours)',
      help: 'as set at the app (refresh_token_ttl_in_minutes), 90 days at most; 7 days are assumed',
      default: '168',
      shape: 'digits',
    },
  },
  hosts: {
    token: [
      '*.cloud.databricks.com',
      '*.azuredatabricks.net',
      '*.gcp.databricks.com',
      '*.databricks.azure.us',
      '*.databricks.azure.cn',
      '*.cloud.databricks.us',
    ],
    api: [],
  },
  client: {
    see: ['sdk', 'u2m'],
    confidence: 'medium',
    because: 'the SDK sends id and secret in the body; an app without a secret sends its id alone',
    secret: { label: 'Client secret', optional: true },
    auth: ['client_secret_post', 'client_secret_basic', 'none'],
  },
  scopes: {
    see: ['u2m', 'm2m'],
    separator: ' ',
    refresh: 'offline_access',
    preset: ['all-apis', 'offline_access'],
    known: {
      'all-apis': 'All that the person or service principal may',
      sql: 'SQL warehouses',
      offline_access: 'A refresh token; without it the authorization lasts one hour',
      openid: 'Who authorized',
      email: 'E-mail address of the person',
      profile: 'Name of the person',
    },
  },
  ways: {
    machine: {
      label: 'A service principal, for one workspace',
      help: 'For unattended jobs: no person, no refresh token.',
      grant: 'client_credentials',
      client: principal,
      scopes: {
        see: ['m2m'],
        separator: ' ',
        preset: ['all-apis'],
        known: { 'all-apis': 'All that the service principal may' },
      },
      token: machine(workspace),
      access: 3600,
      renewal: reissue,
    },
    machine_account: {
      label: 'A service principal, for the account',
      help: 'For the API of the account, and for all workspaces that the service principal is assigned to.',
      grant: 'client_credentials',
      client: principal,
      scopes: {
        see: ['m2m'],
        separator: ' ',
        preset: ['all-apis'],
        known: { 'all-apis': 'All that the service principal may' },
      },
      token: machine(account),
      api: {
        see: ['m2m'],
        base: 'https://{account_host}/api/2.0/accounts/{account_id}',
        send: { authorization: 'Bearer {token}' },
      },
      access: 3600,
      renewal: reissue,
    },
    user: {
      label: 'A person, for one workspace',
      help: 'With an app of your own, with or without a secret. Ends with the lifetime set there.',
      grant: 'authorization_code',
      authorize: authorize(workspace),
      token: exchange(workspace),
      access: 3600,
      renewal: renewal(workspace, set),
    },
    user_account: {
      label: 'A person, for the account',
      grant: 'authorization_code',
      authorize: authorize(account),
      token: exchange(account),
      api: {
        see: ['u2m'],
        base: 'https://{account_host}/api/2.0/accounts/{account_id}',
        send: { authorization: 'Bearer {token}' },
      },
      access: 3600,
      renewal: renewal(account, set),
    },
    user_cli: {
      label: 'A person, as the command line of Databricks does',
      help: 'No app has to be registered; give http://localhost:8020 as the redirect URI, ports 8020 to 8030 are taken.',
      grant: 'authorization_code',
      client: {
        see: ['u2m'],
        because: 'the client of the vendor’s own command line',
        id: { fixed: 'databricks-cli' },
        auth: ['none'],
      },
      redirects: [
        {
          see: ['u2m'],
          confidence: 'medium',
          back: ['loopback', 'paste'],
          host: ['localhost'],
          port: 'registered',
          scheme: ['http'],
          because: 'public clients use the ports 8020 to 8030',
        },
      ],
      authorize: authorize(workspace),
      token: exchange(workspace),
      access: 3600,
      renewal: renewal(workspace, undefined),
    },
    token: {
      label: 'A personal access token, pasted',
      help: 'The legacy way. Ends on the day set at its creation, and after 90 days without use.',
      grant: 'pasted',
      access: 'unknown',
      renewal: {
        see: ['m2m'],
        confidence: 'medium',
        because: 'a person makes a new one',
        by: 'none',
        rotates: 'never',
      },
    },
  },
  redirects: [
    {
      see: ['u2m', 'app'],
      confidence: 'medium',
      because: 'compared with those of the app; http for this machine is what the vendor’s own clients use',
      back: ['callback', 'relay', 'paste', 'loopback'],
      host: ['localhost'],
      port: 'registered',
    },
  ],
  api: { see: ['m2m', 'u2m'], base: 'https://{host}/api', send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['me'],
      name: 'me',
      ways: ['machine', 'user', 'user_cli', 'token'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://{host}/api/2.0/preview/scim/v2/Me',
      who: ['userName', 'displayName', 'id'],
    },
    {
      see: ['u2m'],
      name: 'workspaces',
      ways: ['machine_account', 'user_account'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://{account_host}/api/2.0/accounts/{account_id}/workspaces',
      who: ['0.workspace_name'],
    },
  ],
  errors: [
    {
      see: ['sdk', 'm2m'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause:
        'Client id and secret are no pair, the secret has ended or was deleted, or the service principal is not assigned to this workspace.',
      remedy:
        'Look at the service principal in the account console: its workspaces and its secrets; make a new secret.',
    },
    {
      see: ['single_use', 'sdk'],
      confidence: 'medium',
      on: ['renew'],
      match: { error: ['invalid_grant', 'invalid_request'] },
      means: 'dead',
      cause: 'The refresh token is over: its lifetime has passed, or it serves once and was used before.',
      remedy: 'Authorize again, or use a service principal for unattended jobs.',
    },
    {
      see: ['u2m'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The code was used before or is too old, or redirect URI and code verifier are not those it was asked with.',
      remedy: 'Authorize again.',
    },
    {
      see: ['m2m', 'u2m'],
      confidence: 'medium',
      on: ['authorize', 'token', 'renew'],
      match: { error: ['invalid_scope'] },
      means: 'configuration',
      cause: 'The scope is not allowed: a service principal asks for all-apis, an app for those ticked at it.',
      remedy: 'Ask for all-apis, or tick the scope at the app.',
    },
    {
      see: ['m2m'],
      confidence: 'medium',
      because: 'other clients read 403 as a token that has ended; the same comes where a right is missing',
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The token has ended, belongs to another workspace, or its owner lacks the right.',
      remedy: 'Let jobs read the token anew for every run; then give the person or service principal the right.',
    },
  ],
  warnings: [
    {
      see: ['app', 'single_use'],
      at: 'token',
      ways: ['user', 'user_account'],
      when: { endsWithin: 604_800 },
      says: 'This authorization may end within seven days, with the lifetime of the app’s refresh tokens.',
      remedy: 'Raise the lifetime at the app and here, or use a service principal for unattended jobs.',
    },
  ],
  traps: [
    'A token of the workspace address works in that workspace alone; one of the account address in all that its owner is assigned to.',
    'The host is the workspace’s own, with digits and dots on Azure (adb-123.4.azuredatabricks.net), not the one of the region.',
    'On Azure this is for service principals that Databricks manages; those of Entra ID take a token of Entra ID.',
    'A service principal sees nothing until it is given rights in Unity Catalog and on a warehouse.',
    'Removing the consent of an app leaves its tokens alive until they end.',
    'The secret of a service principal ends, after two years at most, and nobody is told.',
  ],
} satisfies Provider
