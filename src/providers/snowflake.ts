import type { Call, Client, Provider, Scopes, Way } from '../provider/provider.ts'

const site = 'https://{account}.snowflakecomputing.com'
const url = `${site}/oauth/token-request`

const authorize = (pkce: 'required' | 'optional'): NonNullable<Way['authorize']> => ({
  see: ['custom'],
  because: 'the role is a scope: one at most, in the spelling that SHOW ROLES shows',
  url: `${site}/oauth/authorize`,
  pkce,
  params: {
    client_id: '{client_id}',
    response_type: 'code',
    redirect_uri: '{redirect_uri}',
    scope: '{scope} session:role:{role}',
    state: '{state}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange: Call = {
  see: ['custom'],
  because: 'the answer names the person in username',
  url,
  body: {
    form: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      'code_verifier?': '{code_verifier}',
    },
  },
  take: { login: 'username' },
}

const refresh: Call = {
  see: ['custom'],
  url,
  body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
}

const kept: Way['renewal'] = {
  see: ['custom', 'integration', 'single_use'],
  because: 'a renewal brings an access token alone; the refresh token ends when its validity is over, used or not',
  by: 'refresh_token',
  rotates: 'never',
  reuse: 'harmless',
  oldAccess: 'unknown',
  ends: { hard: { input: 'refresh_seconds', unit: 's' }, from: 'authorization' },
  call: refresh,
}

const client: Client = {
  see: ['custom'],
  because: 'id and secret are form-encoded before Basic; a key pair of the integration may stand in their place',
  id: { label: 'OAUTH_CLIENT_ID' },
  secret: { label: 'OAUTH_CLIENT_SECRET', help: 'either of the two that SYSTEM$SHOW_OAUTH_CLIENT_SECRETS shows' },
  auth: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  key: { algs: ['RS256'], bits: [2048, 3072, 4096] },
}

const scopes: Scopes = {
  see: ['custom'],
  because: 'the role is not typed here but given as a value of its own',
  separator: ' ',
  refresh: 'refresh_token',
  preset: ['refresh_token'],
  known: {
    refresh_token: 'A refresh token; without it the authorization lasts ten minutes',
    'session:role-any': 'Change the role during a session, where the integration allows it',
  },
}

export default {
  id: 'snowflake',
  name: 'Snowflake',
  category: 'data platform',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    custom: {
      url: 'https://docs.snowflake.com/en/user-guide/oauth-custom',
      checked: '2026-11-22',
      note: 'endpoints, scopes, client authentication with key pairs, answers; keys belong to the integration, not to a user',
    },
    integration: {
      url: 'https://docs.snowflake.com/en/sql-reference/sql/create-security-integration-oauth-snowflake',
      checked: '2026-11-22',
      note: 'validity of tokens, redirect URIs without TLS, blocked and allowed roles',
    },
    single_use: {
      url: 'https://docs.snowflake.com/en/user-guide/single-use-refresh-tokens',
      checked: '2026-11-22',
      note: 'a refresh token for one use, and that all tokens before it end',
    },
    api: {
      url: 'https://docs.snowflake.com/en/developer-guide/sql-api/authenticating',
      checked: '2026-11-22',
      note: 'the header that says what kind of token it is',
    },
    refused: {
      url: 'https://docs.openbridge.com/en/articles/13621795-snowflake-troubleshooting-guide-resolving-invalid-grant-errors',
      checked: '2026-11-22',
      note: 'roles that are dropped or made anew end authorizations; 90 days at most',
    },
  },
  console: {
    url: 'https://app.snowflake.com',
    steps: [
      "As ACCOUNTADMIN: CREATE SECURITY INTEGRATION evergrant TYPE = OAUTH ENABLED = TRUE OAUTH_CLIENT = CUSTOM OAUTH_CLIENT_TYPE = 'CONFIDENTIAL' OAUTH_ISSUE_REFRESH_TOKENS = TRUE OAUTH_REFRESH_TOKEN_VALIDITY = 7776000 OAUTH_REDIRECT_URI = '...'; enter the redirect URI exactly as Evergrant shows it.",
      'For http on this machine add OAUTH_ALLOW_NON_TLS_REDIRECT_URI = TRUE.',
      "SELECT SYSTEM$SHOW_OAUTH_CLIENT_SECRETS('EVERGRANT'), the name in upper case: copy OAUTH_CLIENT_ID and one of the two secrets.",
      'With a key pair in place of the secret: ALTER SECURITY INTEGRATION evergrant SET OAUTH_CLIENT_RSA_PUBLIC_KEY to the public key that Evergrant shows, without its first and last line.',
      'Authorize as a person or service user of the smallest fitting role: ACCOUNTADMIN and SECURITYADMIN are blocked by default.',
      'A network policy of the integration must let this server in.',
    ],
  },
  values: {
    account: {
      label: 'Account identifier',
      help: 'organization and account, as in the address of Snowflake: myorg-account_xyz; with a key pair this form alone works',
      example: 'myorg-account_xyz',
      make: ['lower'],
      shape: 'host',
      shown: true,
    },
    role: {
      label: 'Role',
      help: 'as SHOW ROLES shows it, upper case in most cases; the token works in this role alone',
      example: 'ANALYST',
      shape: 'slug',
      shown: true,
    },
    refresh_seconds: {
      label: 'Refresh token validity (seconds)',
      help: 'OAUTH_REFRESH_TOKEN_VALIDITY of the integration, 3600 to 7776000; 90 days where nothing was set',
      default: '7776000',
      shape: 'digits',
    },
    login: { label: 'Person', from: ['answer'], shown: true, optional: true },
  },
  hosts: { token: ['*.snowflakecomputing.com'], api: ['*.snowflakecomputing.com'] },
  client,
  scopes,
  ways: {
    user: {
      label: 'A person or service user in one role',
      help: 'Ten minutes at a time. Ends when the refresh token validity of the integration is over, 90 days at most.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      access: 600,
      renewal: kept,
    },
    user_rotating: {
      label: 'The same, integration with single-use refresh tokens',
      help: 'For OAUTH_SINGLE_USE_REFRESH_TOKENS_REQUIRED = TRUE: lasts as long as it is renewed within the validity.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      access: 600,
      renewal: {
        see: ['single_use'],
        because: 'each renewal brings a new refresh token of the same validity and ends all tokens before it',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'refused',
        oldAccess: 'dies',
        ends: { idle: { input: 'refresh_seconds', unit: 's' }, from: 'renewal' },
        call: refresh,
      },
    },
    user_public: {
      label: 'The same, integration without a secret',
      help: "For OAUTH_CLIENT_TYPE = 'PUBLIC'.",
      grant: 'authorization_code',
      client: {
        see: ['custom', 'integration'],
        because: 'the code verifier stands in the place of the secret',
        id: { label: 'OAUTH_CLIENT_ID' },
        auth: ['none'],
      },
      authorize: authorize('required'),
      token: {
        ...exchange,
        body: {
          form: {
            grant_type: 'authorization_code',
            code: '{code}',
            redirect_uri: '{redirect_uri}',
            code_verifier: '{code_verifier}',
          },
        },
      },
      access: 600,
      renewal: kept,
    },
    token: {
      label: 'A programmatic access token, pasted',
      help: 'For service users. Made in Snowflake for one user and role, and ends on the day set there.',
      grant: 'pasted',
      api: {
        see: ['api'],
        because: 'the header says what kind of token it is',
        base: `${site}/api/v2`,
        send: {
          authorization: 'Bearer {token}',
          'x-snowflake-authorization-token-type': 'PROGRAMMATIC_ACCESS_TOKEN',
        },
      },
      access: 'unknown',
      renewal: { see: ['api'], because: 'a person makes or rotates it', by: 'none', rotates: 'never' },
    },
  },
  redirects: [
    {
      see: ['integration', 'custom'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      scheme: ['https'],
      because: 'compared with the redirect URIs of the integration',
    },
    {
      see: ['integration'],
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost', '127.0.0.1'],
      port: 'registered',
      because: 'http is taken where the integration says OAUTH_ALLOW_NON_TLS_REDIRECT_URI = TRUE',
    },
  ],
  api: {
    see: ['api'],
    base: `${site}/api/v2`,
    send: { authorization: 'Bearer {token}', 'x-snowflake-authorization-token-type': 'OAUTH' },
  },
  probes: [
    {
      see: ['api'],
      confidence: 'medium',
      because: 'a statement that needs no warehouse; left without its kind, Snowflake looks at the token itself',
      name: 'current_user',
      auth: { header: 'Bearer {token}' },
      url: `${site}/api/v2/statements`,
      headers: { accept: 'application/json' },
      body: { json: { statement: 'select current_user()', timeout: 60 } },
      who: ['data.0.0'],
    },
  ],
  errors: [
    {
      see: ['refused', 'custom'],
      confidence: 'medium',
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: its validity has passed, it was used before (single use), the role was dropped or taken from the person, or the integration was made anew.',
      remedy: 'Check that the person still holds the role, then authorize again.',
    },
    {
      see: ['custom'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is too old, or the redirect URI is another one.',
      remedy: 'Authorize again, with the redirect URI of the integration to the letter.',
    },
    {
      see: ['custom'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause:
        'Client id and secret are no pair, the integration is another one or switched off, or the assertion of a key pair names another account.',
      remedy:
        'Read id and secret anew with SYSTEM$SHOW_OAUTH_CLIENT_SECRETS; with a key pair use the account in the form organization-account.',
    },
    {
      see: ['custom', 'integration'],
      confidence: 'medium',
      on: ['authorize'],
      match: { error: ['invalid_scope', 'access_denied'] },
      means: 'denied',
      cause:
        'The person refused, does not hold the role, or the integration blocks it, as it does ACCOUNTADMIN and SECURITYADMIN.',
      remedy: 'Give the person the role, spelled as SHOW ROLES shows it, or choose another one.',
    },
    {
      see: ['refused', 'api'],
      confidence: 'medium',
      on: ['api'],
      status: [401],
      match: { code: ['390303', '390318'] },
      means: 'dead',
      cause: 'The access token is none or has ended; it lives ten minutes.',
      remedy: 'Let jobs read the token anew for every session; if that does not help, authorize again.',
    },
  ],
  warnings: [
    {
      see: ['integration'],
      at: 'request',
      ways: ['user', 'user_rotating', 'user_public'],
      when: { values: { role: ['ACCOUNTADMIN', 'SECURITYADMIN', 'ORGADMIN', 'GLOBALORGADMIN'] } },
      says: 'Snowflake blocks this role for OAuth unless the account says otherwise.',
      remedy: 'Choose a role with the rights of the job alone.',
    },
  ],
  traps: [
    'The refresh token ends at a fixed day unless the integration has single-use refresh tokens: 90 days at most.',
    'Access tokens live ten minutes: a job reads one for each session, and a session outlives its token.',
    'CREATE OR REPLACE of the integration ends all authorizations and makes new secrets.',
    'A role that is dropped and made anew ends authorizations though its name is the same.',
    'A role whose name has blanks or other special signs needs session:role-encoded; copy this definition for it.',
    'Key-pair tokens that a service user signs for itself (KEYPAIR_JWT) need no authorization server and are not made here; a programmatic access token serves such users.',
  ],
} satisfies Provider
