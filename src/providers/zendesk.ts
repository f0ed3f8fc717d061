import type { Call, Provider, Way } from '../provider/provider.ts'

const url = 'https://{subdomain}.zendesk.com/oauth/tokens'

/** Only what is asked for is answered: without these two the answer names no end. A day, and 89 of them. */
const lives = { expires_in: 86_400, refresh_token_expires_in: 7_689_600 }

const authorize = (pkce: 'optional' | 'required'): NonNullable<Way['authorize']> => ({
  see: ['app', 'grants'],
  url: 'https://{subdomain}.zendesk.com/oauth/authorizations/new',
  pkce,
  codeLife: 120,
  params: {
    response_type: 'code',
    client_id: '{client_id}',
    redirect_uri: '{redirect_uri}',
    scope: '{scope}',
    state: '{state}',
    'code_challenge?': '{code_challenge}',
    'code_challenge_method?': '{code_challenge_method}',
  },
})

const exchange: Call = {
  see: ['grants', 'ends'],
  because: 'the body is JSON; the answer names an end only if the request did',
  url,
  body: {
    json: {
      grant_type: 'authorization_code',
      code: '{code}',
      redirect_uri: '{redirect_uri}',
      scope: '{scope}',
      'code_verifier?': '{code_verifier}',
      ...lives,
    },
  },
}

const renewal: Way['renewal'] = {
  see: ['grants', 'refresh', 'announced'],
  because: 'a renewal deletes the access token and the refresh token before it at once, without any grace',
  by: 'refresh_token',
  rotates: 'always',
  reuse: 'refused',
  oldAccess: 'dies',
  ends: { idle: 7_689_600, from: 'renewal' },
  call: {
    see: ['grants', 'ends'],
    because: 'as the exchange: JSON, with the ends that are wanted',
    url,
    body: { json: { grant_type: 'refresh_token', refresh_token: '{refresh_token}', ...lives } },
  },
}

export default {
  id: 'zendesk',
  name: 'Zendesk',
  aliases: ['Zendesk Support', 'Zendesk Talk'],
  category: 'customer service',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    app: {
      url: 'https://support.zendesk.com/hc/en-us/articles/4408845965210-Using-OAuth-authentication-with-your-application',
      checked: '2026-11-22',
      note: 'kinds of clients, PKCE for public ones, https but for localhost and 127.0.0.1',
    },
    grants: {
      url: 'https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/',
      checked: '2026-11-22',
      note: 'all three grants; a code lives 120 seconds; expires_in from 5 minutes to 2 days, refresh tokens from 7 to 90 days',
    },
    refresh: {
      url: 'https://developer.zendesk.com/documentation/api-basics/authentication/refresh-token',
      checked: '2026-11-22',
    },
    announced: {
      url: 'https://support.zendesk.com/hc/en-us/articles/9182123625370-Announcing-support-for-OAuth-refresh-token-grant-type-and-OAuth-access-and-refresh-token-expirations',
      checked: '2026-11-22',
      note: 'a renewal deletes both tokens before it; the dates moved since: new global clients end tokens since 2026-02-02 (30 minutes, 30 days), local ones by 2027-04-01',
    },
    ends: {
      url: 'https://github.com/NangoHQ/nango/pull/6763',
      checked: '2026-11-22',
      note: 'the answer leaves expires_in out unless it was asked for',
    },
    machine: {
      url: 'https://github.com/justeat/ZendeskApiClient/pull/340',
      checked: '2026-11-22',
      note: 'client credentials: 30 minutes unless asked for, 48 hours at most, no refresh token',
    },
    own: {
      url: 'https://developer.zendesk.com/documentation/authentication/creating-and-using-oauth-tokens-with-the-api',
      checked: '2026-11-22',
      note: 'clients of one account, and global ones',
    },
    refused: { url: 'https://nango.dev/blog/zendesk-oauth-refresh-token-invalid-grant', checked: '2026-11-22' },
  },
  console: {
    url: 'https://{subdomain}.zendesk.com/admin/apps-integrations/apis/zendesk-api/oauth_clients',
    steps: [
      'Admin Center, Apps and integrations, APIs, OAuth clients, Add OAuth client, as an administrator.',
      'Client kind: Confidential; Public only where no secret can be kept.',
      'Redirect URLs: enter the redirect URI exactly as Evergrant shows it: https, or http://localhost or http://127.0.0.1 with its port.',
      'Allowed scopes: what jobs may ask for at most.',
      'Save, copy the secret at once (it is shown in full a single time), and take the Identifier as client id.',
    ],
  },
  values: {
    subdomain: {
      label: 'Subdomain',
      help: 'the part before .zendesk.com, not a domain of your own',
      example: 'example',
      make: ['lower'],
      shape: 'host_label',
      shown: true,
    },
  },
  hosts: { token: ['*.zendesk.com'], api: ['*.zendesk.com'] },
  client: {
    see: ['app', 'grants'],
    id: { label: 'Client id (Identifier)', help: 'the text under Identifier, not the number of the client' },
    auth: ['client_secret_post'],
  },
  scopes: {
    see: ['grants'],
    because: 'any resource may stand before :read and :write, so no list is whole',
    separator: ' ',
    preset: ['read'],
    known: {
      read: 'Read everything the person may',
      write: 'Change everything the person may',
      impersonate: 'Act as others (administrators)',
      'tickets:read': 'Tickets',
      'tickets:write': 'Change tickets',
      'users:read': 'People',
      'users:write': 'Change people',
      'organizations:read': 'Organizations',
      'hc:read': 'Help Center',
      'satisfaction_ratings:read': 'Satisfaction ratings',
      'auditlogs:read': 'Audit log',
    },
  },
  ways: {
    machine: {
      label: 'The client itself (client credentials)',
      help: 'For unattended jobs: no refresh token that could be lost. Acts as the person who made the client.',
      grant: 'client_credentials',
      token: {
        see: ['grants', 'machine'],
        confidence: 'medium',
        because: 'the body is JSON; two hours are asked for, else the answer may name no end',
        url,
        body: { json: { grant_type: 'client_credentials', scope: '{scope}', expires_in: 7200 } },
      },
      access: 1800,
      renewal: { see: ['grants', 'machine'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      help: 'Lasts as long as it is renewed within 89 days, which Evergrant does.',
      grant: 'authorization_code',
      authorize: authorize('optional'),
      token: exchange,
      access: 1800,
      renewal,
    },
    user_public: {
      label: 'A person, client without a secret (PKCE)',
      grant: 'authorization_code',
      client: {
        see: ['app'],
        because: 'a public client has no secret',
        id: { label: 'Client id (Identifier)' },
        auth: ['none'],
      },
      authorize: authorize('required'),
      token: exchange,
      access: 1800,
      renewal,
    },
  },
  redirects: [
    {
      see: ['app'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'https is wanted of all but this machine',
    },
    {
      see: ['app'],
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost', '127.0.0.1'],
      port: 'registered',
      because: 'http is taken for localhost and 127.0.0.1',
    },
  ],
  api: {
    see: ['own'],
    base: 'https://{subdomain}.zendesk.com/api/v2',
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['own'],
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://{subdomain}.zendesk.com/api/v2/users/me.json',
      who: ['user.email', 'user.name', 'user.id'],
    },
  ],
  errors: [
    {
      see: ['refused', 'refresh'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: it was used before, its days have passed, the token was deleted in Admin Center, or the person was suspended.',
      remedy: 'Authorize again, and let nothing but Evergrant renew it.',
    },
    {
      see: ['grants'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was used before or is older than two minutes, or the redirect URI differs.',
      remedy: 'Compare the redirect URI with the one of the client, then authorize again.',
    },
    {
      see: ['app'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause:
        'Identifier and secret are no pair, the number of the client was given as client id, or the client is of another account.',
      remedy: 'Enter the text under Identifier and a new secret, and check the subdomain.',
    },
    {
      see: ['grants'],
      confidence: 'medium',
      on: ['authorize', 'token'],
      match: { error: ['invalid_scope'] },
      means: 'configuration',
      cause: 'A scope does not exist or is not among the allowed scopes of the client.',
      remedy: 'Compare the scopes with the allowed ones in Admin Center.',
    },
    {
      see: ['refresh'],
      on: ['api'],
      status: [401],
      match: { error: ['invalid_token'] },
      means: 'dead',
      cause: 'The token has ended or was deleted; a renewal deletes the one before at once.',
      remedy: 'Let jobs ask Evergrant for the token each time; if it stays, authorize again.',
    },
    {
      see: ['own'],
      confidence: 'medium',
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'The token lacks a scope, or the person the role.',
      remedy: 'Add the scope and authorize again as a person with the role.',
    },
  ],
  traps: [
    'A renewal ends the token before it at once: a job that keeps a token is cut off, so jobs should ask for it each time.',
    'Tokens without an end from older clients cannot be renewed; Zendesk ends them for local clients by 2027-04-01.',
    'The client id is the text under Identifier, not the number of the client.',
    'A client belongs to one account; only global clients, which Zendesk grants, work with several.',
    'Token addresses answer at the subdomain, never at a domain of one’s own.',
    'No revocation by token is documented: delete it in Admin Center, External OAuth clients, or by its id.',
  ],
} satisfies Provider
