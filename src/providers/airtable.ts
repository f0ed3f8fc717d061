import type { Provider, Way } from '../provider/provider.ts'

const oauth = 'https://airtable.com/oauth2/v1'
const api = 'https://api.airtable.com/v0'

const person: Pick<Way, 'grant' | 'authorize' | 'token' | 'access' | 'renewal'> = {
  grant: 'authorization_code',
  authorize: {
    see: ['oauth'],
    because: 'state of 16 characters or more and a challenge with S256 are wanted',
    url: `${oauth}/authorize`,
    pkce: 'required',
    codeLife: 600,
    params: {
      code_challenge: '{code_challenge}',
      code_challenge_method: '{code_challenge_method}',
      state: '{state}',
      client_id: '{client_id}',
      redirect_uri: '{redirect_uri}',
      response_type: 'code',
      scope: '{scope}',
    },
  },
  token: {
    see: ['oauth'],
    because: 'the end of the refresh token is named refresh_expires_in',
    url: `${oauth}/token`,
    body: {
      form: {
        code: '{code}',
        redirect_uri: '{redirect_uri}',
        grant_type: 'authorization_code',
        code_verifier: '{code_verifier}',
      },
    },
  },
  access: 3600,
  renewal: {
    see: ['oauth'],
    because:
      'a renewal ends both tokens before it; many refused renewals may revoke the grant, so a second use is planned for as the worst',
    by: 'refresh_token',
    rotates: 'always',
    reuse: 'unknown',
    oldAccess: 'dies',
    ends: { idle: 5_184_000, from: 'renewal' },
    call: {
      see: ['oauth'],
      url: `${oauth}/token`,
      body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
    },
  },
}

export default {
  id: 'airtable',
  name: 'Airtable',
  category: 'databases',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://airtable.com/developers/web/api/oauth-reference',
      checked: '2026-11-22',
      note: 'parameters, errors, lifetimes, redirect URIs; 409 after a renewal that was just made',
    },
    guide: { url: 'https://airtable.com/developers/web/guides/oauth-integrations', checked: '2026-11-22' },
    sample: {
      url: 'https://github.com/Airtable/oauth-example',
      checked: '2026-11-22',
      note: 'the vendor’s own client: no Authorization header without a secret',
    },
    conflicts: {
      url: 'https://github.com/PipedreamHQ/pipedream/issues/8727',
      checked: '2026-11-22',
      note: 'jobs that fail with 401 because a renewal ended the token they held',
    },
    scopes: {
      url: 'https://airtable.com/developers/web/api/scopes',
      checked: '2026-11-22',
      note: 'as catalogues list them',
    },
  },
  console: {
    url: 'https://airtable.com/create/oauth',
    steps: [
      'Open airtable.com/create/oauth and choose Register new OAuth integration.',
      'OAuth redirect URL: enter the redirect URI exactly as Evergrant shows it.',
      'Tick the scopes of the job; one that is not ticked is refused.',
      'Generate client secret and copy it with the client id: it is shown a single time. Without a secret choose the way without one.',
      'For people other than yourself give a support e-mail, a privacy policy and terms of service: without them authorizations are refused.',
      'An administrator of an Enterprise account may have to allow the integration by its client id.',
    ],
  },
  hosts: { token: ['airtable.com'], api: ['api.airtable.com'] },
  client: {
    see: ['oauth', 'sample'],
    because: 'a secret must be sent where the integration has one, and must not where it has none',
    secret: { label: 'Client secret', help: 'shown once, when it is generated' },
    auth: ['client_secret_basic'],
  },
  scopes: {
    see: ['oauth', 'scopes'],
    separator: ' ',
    preset: ['data.records:read', 'schema.bases:read'],
    known: {
      'data.records:read': 'Records',
      'data.records:write': 'Create, change and delete records',
      'data.recordComments:read': 'Comments on records',
      'data.recordComments:write': 'Write comments',
      'schema.bases:read': 'Which bases there are, and their tables and fields',
      'schema.bases:write': 'Create and change tables and fields',
      'webhook:manage': 'Webhooks of a base',
      'block:manage': 'Extensions of one’s own',
      'user.email:read': 'E-mail address of the person',
    },
  },
  ways: {
    user: {
      label: 'A person',
      help: 'One hour at a time; lasts as long as it is renewed within 60 days, which Evergrant does.',
      ...person,
    },
    user_public: {
      label: 'A person, integration without a secret',
      client: {
        see: ['oauth', 'sample'],
        because: 'the code verifier stands in the place of the secret; an Authorization header is forbidden',
        auth: ['none'],
      },
      ...person,
    },
    token: {
      label: 'A personal access token, pasted',
      help: 'For scripts of one’s own. It names its bases, and has no end.',
      grant: 'pasted',
      access: 'never',
      renewal: {
        see: ['guide'],
        confidence: 'medium',
        because: 'lives until somebody deletes it',
        by: 'none',
        rotates: 'never',
      },
    },
  },
  redirects: [
    {
      see: ['oauth'],
      back: ['callback', 'relay', 'paste'],
      scheme: ['https'],
      host: [],
      because: 'compared to the letter; a top level domain of the public suffix list, no fragment, no user name',
    },
    {
      see: ['oauth'],
      back: ['loopback', 'callback', 'paste'],
      host: ['localhost', '127.0.0.1'],
      port: 'registered',
      because: 'http is taken for this machine',
    },
  ],
  api: { see: ['oauth'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['oauth'],
      name: 'person',
      because: 'works with every scope; the address comes with user.email:read alone',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/meta/whoami`,
      who: ['email', 'id'],
    },
  ],
  errors: [
    {
      see: ['oauth'],
      on: ['renew'],
      status: [409],
      means: 'retry',
      cause: 'Another renewal of the same token was made a moment ago.',
      remedy: 'Nothing: Evergrant tries again. If it stays so, something else renews with the same refresh token.',
    },
    {
      see: ['oauth'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: used before, 60 days without renewal, or the person or an administrator removed the integration.',
      remedy: 'Authorize again, and let nothing else renew with the same refresh token.',
    },
    {
      see: ['oauth'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code was tried before, is older than ten minutes, or belongs to another redirect URI.',
      remedy: 'Authorize again.',
    },
    {
      see: ['oauth'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client id and secret are no pair, the secret is missing, or one was sent for an integration without one.',
      remedy: 'Look at airtable.com/create/oauth whether the integration has a secret, and choose the way that fits.',
    },
    {
      see: ['oauth'],
      on: ['authorize'],
      match: { error: ['access_denied'] },
      means: 'denied',
      cause:
        'The person refused, the integration lacks terms of service, privacy policy or support e-mail, or the Enterprise account forbids it.',
      remedy: 'Complete the integration at airtable.com/create/oauth, or have an administrator allow its client id.',
    },
    {
      see: ['oauth'],
      on: ['authorize', 'token', 'renew'],
      match: { error: ['invalid_scope'] },
      means: 'configuration',
      cause: 'A scope was asked for twice, or is not ticked at the integration.',
      remedy: 'Tick the scope at airtable.com/create/oauth, or remove it here.',
    },
    {
      see: ['conflicts', 'oauth'],
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended, or a renewal replaced it.',
      remedy: 'Let jobs read the token anew for every run; if that does not help, authorize again.',
    },
    {
      see: ['oauth'],
      on: ['api'],
      status: [403],
      means: 'denied',
      cause: 'A scope is missing, or the base was not picked at the consent, or the person lost access to it.',
      remedy: 'Authorize again with the scope, and pick the base.',
    },
  ],
  traps: [
    'A renewal ends the access token before it at once: a job that kept one fails with 401 in the middle of its run.',
    'The person picks bases and workspaces at the consent, and may take them back at any time.',
    'A wrong redirect URI ends on a page of Airtable, without an answer.',
    'A scope that is switched off at the integration stops authorizations and renewals that carry it.',
    'A code is spent by its first use, even where that fails.',
    'There is no address to revoke a token: the person removes the integration in the account.',
  ],
} satisfies Provider
