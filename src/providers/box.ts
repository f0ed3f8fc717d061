import type { Call, Provider } from '../provider/provider.ts'

const url = 'https://api.box.com/oauth2/token'

const appDecides = {
  see: ['scopes'],
  because: 'the request takes none: the scopes of the app decide',
  separator: ' ' as const,
  preset: [],
  known: {},
  closed: true as const,
}

const refresh: Call = {
  see: ['refresh'],
  url,
  body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
}

export default {
  id: 'box',
  name: 'Box',
  aliases: ['Box Platform'],
  category: 'files',
  checked: '2026-11-22',
  tried: 'never',
  sources: {
    oauth: {
      url: 'https://developer.box.com/guides/authentication/oauth2/without-sdk/',
      checked: '2026-11-22',
      note: 'a code is valid for a few seconds; ent.box.com for Box Verified Enterprises',
    },
    setup: {
      url: 'https://developer.box.com/guides/authentication/oauth2/oauth2-setup/',
      checked: '2026-11-22',
      note: 'redirect URIs to the letter; on localhost and loopback addresses any port and http',
    },
    authorize: { url: 'https://developer.box.com/reference/get-authorize/', checked: '2026-11-22' },
    tokens: {
      url: 'https://developer.box.com/guides/authentication/tokens/access-tokens/',
      checked: '2026-11-22',
      note: 'answers of OAuth and of server authentication, literal',
    },
    refresh: {
      url: 'https://developer.box.com/guides/authentication/tokens/refresh/',
      checked: '2026-11-22',
      note: '60 days, one use; literal requests: reference/post-oauth2-token--refresh',
    },
    machine: {
      url: 'https://developer.box.com/guides/authentication/client-credentials/',
      checked: '2026-11-22',
    },
    jwt: {
      url: 'https://developer.box.com/guides/authentication/jwt/without-sdk/',
      checked: '2026-11-22',
      note: 'claims, 60 seconds at most',
    },
    scopes: {
      url: 'https://developer.box.com/guides/api-calls/permissions-and-errors/scopes/',
      checked: '2026-11-22',
    },
    revoke: { url: 'https://developer.box.com/guides/authentication/tokens/revoke/', checked: '2026-11-22' },
    errors: {
      url: 'https://developer.box.com/guides/api-calls/permissions-and-errors/common-errors/',
      checked: '2026-11-22',
    },
    subject: {
      url: 'https://support.box.com/hc/en-us/articles/360043691734',
      checked: '2026-11-22',
      note: 'the answer to a subject that is not the right one, literal',
    },
    expired: {
      url: 'https://docs.pingidentity.com/r/en-us/pingfederate-box-connector/pingfederate_box_connector_troubleshooting',
      checked: '2026-11-22',
      note: 'the answer to a refresh token that is over, literal',
    },
    catalogues: {
      url: 'https://github.com/NangoHQ/nango',
      checked: '2026-11-22',
      note: 'no PKCE; codes live 30 seconds as others know it',
    },
  },
  console: {
    url: 'https://app.box.com/developers/console',
    steps: [
      'Developer Console, Create Platform App; the kind of authentication cannot be changed later.',
      'For unattended jobs: Server Authentication (Client Credentials Grant), or with JWT.',
      'For a person: User Authentication (OAuth 2.0); under OAuth 2.0 Redirect URIs enter the redirect URI exactly as Evergrant shows it.',
      'Configuration: choose App Access or App + Enterprise Access and the scopes; for tokens of users tick Generate user access tokens.',
      'Server authentication: Authorization, Review and Submit; an administrator authorizes the app in the Admin Console, and again after each change.',
      'With JWT: Add and Manage Public Keys, Add a Public Key, paste the public key that Evergrant made, and copy its id.',
      'Copy client id and secret (two-factor authentication is needed to see it) and the enterprise id from General Settings.',
    ],
  },
  values: {
    subject_type: {
      label: 'Act as',
      default: 'enterprise',
      choices: [
        { value: 'enterprise', label: 'The service account of the app' },
        { value: 'user', label: 'A user; the app must be allowed to generate user access tokens' },
      ],
    },
    subject_id: {
      label: 'Enterprise id, or user id',
      help: 'the enterprise id for the service account (General Settings of the app), else the id of the user; never a mail address',
      example: '1234567',
      shape: 'digits',
    },
    public_key_id: {
      label: 'Public key id',
      help: 'shown in the list of public keys of the app',
      example: 'abcd1234',
      shape: 'slug',
    },
    as_user: {
      label: 'Read as this user (As-User)',
      help: 'its id; the token must be of an administrator or of an app that may act as users',
      example: '12345',
      shape: 'digits',
      optional: true,
    },
    authorize_host: {
      label: 'Host to sign in at',
      default: 'account.box.com',
      choices: [
        { value: 'account.box.com', label: 'account.box.com' },
        { value: 'ent.box.com', label: 'ent.box.com (Box Verified Enterprises)' },
      ],
    },
  },
  hosts: { token: ['api.box.com'], api: ['api.box.com', 'upload.box.com'] },
  client: { see: ['oauth', 'refresh'], auth: ['client_secret_post'] },
  scopes: {
    see: ['scopes'],
    because: 'they only narrow what the app has; asked for with none, the app’s own hold, and answers name none',
    separator: ' ',
    preset: [],
    known: {
      root_readonly: 'Read all files and folders',
      root_readwrite: 'Read and write all files and folders',
      manage_managed_users: 'Manage users',
      manage_groups: 'Manage groups',
      manage_webhook: 'Webhooks',
      manage_enterprise_properties: 'Events and properties of the enterprise',
      manage_data_retention: 'Retention policies (Box Governance)',
      manage_triggers: 'Box Relay',
      'sign_requests.readwrite': 'Signature requests',
      enterprise_content: 'All content of the enterprise (on request)',
    },
  },
  ways: {
    machine: {
      label: 'The app itself (client credentials)',
      help: 'For unattended jobs: a service account, or a user; no refresh token that could be lost.',
      grant: 'client_credentials',
      scopes: appDecides,
      token: {
        see: ['machine', 'tokens'],
        because: 'says whom it is for by two parameters of its own',
        url,
        body: {
          form: {
            grant_type: 'client_credentials',
            box_subject_type: '{subject_type}',
            box_subject_id: '{subject_id}',
          },
        },
      },
      access: 3600,
      renewal: { see: ['machine', 'tokens'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    jwt: {
      label: 'The app itself, by key (JWT)',
      help: 'As before, with a key beside the secret.',
      grant: 'jwt_bearer',
      client: {
        see: ['jwt'],
        because:
          'client id and secret go along with the assertion; the key is made here and its public half entered at Box',
        auth: ['client_secret_post'],
        key: { algs: ['RS256', 'RS384', 'RS512'], bits: [2048, 3072, 4096] },
      },
      scopes: appDecides,
      assertion: {
        see: ['jwt'],
        because: 'a minute at most',
        alg: ['RS256', 'RS384', 'RS512'],
        header: { typ: 'JWT', kid: '{public_key_id}' },
        claims: { iss: '{client_id}', sub: '{subject_id}', box_sub_type: '{subject_type}', aud: url },
        life: 45,
      },
      token: {
        see: ['jwt'],
        url,
        body: { form: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: '{assertion}' } },
      },
      access: 3600,
      renewal: { see: ['jwt', 'tokens'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      help: 'Each refresh token works once; lasts as long as it is renewed within 60 days, which Evergrant does.',
      grant: 'authorization_code',
      authorize: {
        see: ['oauth', 'authorize', 'catalogues'],
        because: 'PKCE is documented nowhere',
        url: 'https://{authorize_host}/api/oauth2/authorize',
        pkce: 'off',
        codeLife: 30,
        params: {
          response_type: 'code',
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          state: '{state}',
          'scope?': '{scope}',
        },
      },
      token: { see: ['oauth', 'tokens'], url, body: { form: { grant_type: 'authorization_code', code: '{code}' } } },
      access: 3600,
      renewal: {
        see: ['refresh'],
        because: 'one use, and no grace is documented: a lost answer ends the connection',
        by: 'refresh_token',
        rotates: 'always',
        reuse: 'refused',
        oldAccess: 'unknown',
        ends: { idle: 5_184_000, from: 'renewal' },
        call: refresh,
      },
    },
  },
  redirects: [
    {
      see: ['setup', 'authorize'],
      back: ['callback', 'relay', 'paste'],
      host: [],
      scheme: ['https'],
      because: 'compared to the letter',
    },
    {
      see: ['setup'],
      back: ['loopback', 'callback', 'paste'],
      port: 'any',
      because: 'on this machine any port and http are taken; scheme, host and path are compared',
    },
  ],
  api: {
    see: ['oauth', 'scopes'],
    base: 'https://api.box.com/2.0',
    send: { authorization: 'Bearer {token}', 'as-user?': '{as_user}' },
  },
  probes: [
    {
      see: ['oauth'],
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: 'https://api.box.com/2.0/users/me',
      who: ['login', 'name', 'id'],
    },
  ],
  revoke: [
    {
      see: ['revoke'],
      because: 'a refresh token ends with its access token',
      ways: ['user'],
      url: 'https://api.box.com/oauth2/revoke',
      body: { form: { token: '{refresh_token}' } },
    },
    {
      see: ['revoke'],
      ways: ['machine', 'jwt'],
      url: 'https://api.box.com/oauth2/revoke',
      body: { form: { token: '{token}' } },
    },
  ],
  errors: [
    {
      see: ['expired', 'errors', 'refresh'],
      on: ['renew'],
      match: { error: ['invalid_grant', 'invalid_credentials'] },
      means: 'dead',
      cause:
        'The refresh token is over: it was used before, 60 days passed without use, or the person took the access back.',
      remedy: 'Authorize again, and let nothing but Evergrant renew it.',
    },
    {
      see: ['errors', 'machine'],
      on: ['token'],
      match: { error: ['unauthorized_client'] },
      means: 'configuration',
      cause: 'An administrator has not authorized the app, or its settings changed since.',
      remedy: 'Admin Console, Apps, Custom Apps: authorize the app, or authorize it again.',
    },
    {
      see: ['machine', 'subject'],
      on: ['token'],
      match: {
        error: ['invalid_grant'],
        error_description: [
          'Grant credentials are invalid',
          "Please check the 'sub' claim. The 'sub' specified is invalid.",
        ],
      },
      means: 'configuration',
      cause:
        'The id does not fit what the app acts as, the app may not act as it, or client id and secret are no pair.',
      remedy:
        'Give the enterprise id for the service account and a user id for a user; tick Generate user access tokens for users, and have the app authorized again.',
    },
    {
      see: ['oauth'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The code was used before or is older than half a minute; with JWT, the key or the time of this machine is off.',
      remedy: 'Authorize again; with JWT compare the public key id and the time of this machine.',
    },
    {
      see: ['errors'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'Client id and client secret are no pair.',
      remedy: 'Copy both again from Configuration in the Developer Console.',
    },
    {
      see: ['errors'],
      confidence: 'medium',
      on: ['token'],
      match: { error: ['invalid_request'], error_description: ['The grant type is unauthorized for this client_id'] },
      means: 'configuration',
      cause: 'The app was made for another kind of authentication.',
      remedy: 'Choose the way that fits the app, or make a new app: its kind cannot be changed.',
    },
    {
      see: ['setup'],
      confidence: 'medium',
      on: ['authorize'],
      match: { error: ['redirect_uri_mismatch', 'redirect_uri_missing'] },
      means: 'configuration',
      cause: 'The redirect URI is not one of the app.',
      remedy: 'Add it under OAuth 2.0 Redirect URIs exactly as Evergrant shows it.',
    },
    {
      see: ['errors'],
      on: ['api'],
      status: [401],
      means: 'dead',
      cause: 'The token has ended or was revoked.',
      remedy: 'Let Evergrant renew the token; if it stays, authorize again.',
    },
    {
      see: ['errors', 'scopes'],
      confidence: 'medium',
      on: ['api'],
      status: [403],
      match: { code: ['access_denied_insufficient_permissions', 'insufficient_scope'] },
      means: 'denied',
      cause: 'The app lacks the scope, or the account behind the token does not see the item.',
      remedy: 'Add the scope and have the app authorized again; invite the service account into the folder.',
    },
  ],
  traps: [
    'A refresh token works once: if its answer is lost, a person must authorize again.',
    'A service account sees only folders it is invited into.',
    'An app must be authorized again by an administrator after each change of its settings.',
    'The kind of authentication of an app cannot be changed.',
    'A code lives seconds: pasting the address has to be quick, or it is refused.',
    'The key file that Box makes is encrypted; Evergrant makes a key of its own instead, whose public half is entered at Box.',
    'Files are sent to upload.box.com and fetched from hosts that a redirect names.',
  ],
} satisfies Provider
