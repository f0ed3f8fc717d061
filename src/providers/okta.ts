import type { Client, Provider, Scopes, Way } from '../provider/provider.ts'

const checked = '2026-11-22'
const docs = 'https://developer.okta.com/docs'
const org = 'https://{domain}/oauth2/v1'
const custom = 'https://{domain}/oauth2/{server}/v1'
const api = 'https://{domain}/api/v1'

const key: Client['key'] = {
  algs: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
  bits: [2048, 3072, 4096],
  curves: ['P-256', 'P-384', 'P-521'],
}

const scopes: Scopes = {
  see: ['service', 'refresh'],
  because: 'scopes of Okta’s own API, which the org server alone gives',
  separator: ' ',
  preset: ['okta.users.read'],
  known: {
    'okta.users.read': 'People and their profiles',
    'okta.users.manage': 'Create and change people',
    'okta.users.read.self': 'One’s own profile',
    'okta.groups.read': 'Groups and their members',
    'okta.groups.manage': 'Create and change groups',
    'okta.apps.read': 'Applications and who has them',
    'okta.apps.manage': 'Create and change applications',
    'okta.logs.read': 'System Log',
    'okta.events.read': 'Events',
    'okta.policies.read': 'Policies',
    'okta.policies.manage': 'Create and change policies',
    'okta.roles.read': 'Admin roles',
    'okta.roles.manage': 'Give and take admin roles',
    'okta.schemas.read': 'Profile schemas',
    'okta.sessions.read': 'Sessions',
    'okta.factors.read': 'Enrolled factors',
    'okta.devices.read': 'Devices',
    'okta.idps.read': 'Identity providers',
    'okta.orgs.read': 'The org',
    'okta.authorizationServers.read': 'Authorization servers',
    'okta.clients.read': 'OAuth clients',
    openid: 'Who authorized',
    profile: 'Name of the person',
    email: 'E-mail address of the person',
    offline_access: 'A refresh token',
  },
  refresh: 'offline_access',
}

/** Both servers speak the same; their addresses, scopes and lifetimes differ. */
const person = (server: string, ends: NonNullable<Way['renewal']['ends']>, see: string[]) =>
  ({
    grant: 'authorization_code',
    authorize: {
      see: ['refresh', 'api'],
      because: 'PKCE is taken by every kind of app, and asked for by many',
      url: `${server}/authorize`,
      pkce: 'required',
      params: {
        client_id: '{client_id}',
        response_type: 'code',
        scope: '{scope}',
        redirect_uri: '{redirect_uri}',
        state: '{state}',
        code_challenge_method: '{code_challenge_method}',
        code_challenge: '{code_challenge}',
      },
    },
    token: {
      see: ['refresh'],
      url: `${server}/token`,
      headers: { accept: 'application/json' },
      body: {
        form: {
          grant_type: 'authorization_code',
          redirect_uri: '{redirect_uri}',
          code: '{code}',
          code_verifier: '{code_verifier}',
        },
      },
    },
    access: 3600,
    renewal: {
      see: ['refresh', ...see],
      because:
        'web and native apps keep one refresh token unless Rotate token after every use is chosen; then the one before works 30 seconds more (0 to 60 by setting) and later ends them all',
      by: 'refresh_token',
      rotates: 'sometimes',
      grace: 30,
      reuse: 'kills_grant',
      oldAccess: 'lives',
      ends,
      call: {
        see: ['refresh'],
        url: `${server}/token`,
        headers: { accept: 'application/json' },
        body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
      },
    },
  }) satisfies Partial<Way>

export default {
  id: 'okta',
  name: 'Okta',
  aliases: ['Okta Workforce Identity', 'Okta API', 'Okta authorization server'],
  category: 'identity',
  checked,
  tried: 'never',
  sources: {
    service: {
      url: `${docs}/guides/implement-oauth-for-okta-serviceapp/main/`,
      checked,
      note: 'service apps: private_key_jwt alone, grants and admin roles, algorithms, tokens of one hour; read in the vendor’s repository of its pages',
    },
    refresh: {
      url: `${docs}/guides/refresh-tokens/main/`,
      checked,
      note: 'requests and answers, rotation with its grace period, reuse; read in the vendor’s repository of its pages',
    },
    creds: {
      url: `${docs}/guides/implement-client-creds/`,
      checked,
      note: 'custom servers: Basic, and at least one scope of one’s own',
    },
    api: { url: `${docs}/api/openapi/okta-oauth/oauth/tag/CustomAS`, checked },
    lives: {
      url: 'https://support.okta.com/help/s/article/What-is-the-lifetime-of-the-JWT-tokens',
      checked,
      note: 'org server: access 60 minutes, refresh 90 days; custom servers: 5 minutes to 24 hours, 10 minutes to no end',
    },
    ends: {
      url: 'https://support.okta.com/help/s/article/refresh-token-expiration-behavior?language=en_US',
      checked,
      note: 'a new refresh token ends on the day of the first; no idle end on the org server',
    },
    over: {
      url: 'https://support.okta.com/help/s/article/okta-refresh-token-invalid-or-expired-error-error-invalid-grant-error-description-the-refresh-token-is-invalid-or-expired',
      checked,
    },
    scopes: {
      url: 'https://devforum.okta.com/t/cannot-create-access-token-with-custom-scopes-using-private-key-jwt/13539',
      checked,
      note: 'scopes of one’s own asked of the org server: invalid_scope',
    },
    dpop: {
      url: 'https://nango.dev/docs/api-integrations/okta-cc/connect',
      checked,
      note: 'API Services apps ask for proof of possession unless it is switched off',
    },
    refusals: {
      url: `${docs}/api/openapi/okta-management/management/tag/AuthorizationServerClients`,
      checked,
      note: 'how the API refuses: errorCode E0000006',
    },
  },
  console: {
    url: 'https://{domain}/admin/apps/active',
    steps: [
      'For the service: Applications, Create App Integration, API Services. Under Client Credentials choose Public key / Private key and add the public key that Evergrant shows, with its key id.',
      'For the service: General, switch off Require Demonstrating Proof of Possession (DPoP). Okta API Scopes: grant the scopes of the job. Admin roles: give the app a role; only a super admin can do both.',
      'For a person: Create App Integration, OIDC, Web Application; tick Refresh Token under Grant type.',
      'For a person: under Sign-in redirect URIs enter the redirect URI exactly as Evergrant shows it, and assign the app to the people who authorize.',
      'For APIs of one’s own: Security, API, Authorization Servers names the server; add scopes there and an access policy with a rule for the app and its grant.',
      'Copy Client ID (and secret) from the General tab.',
    ],
  },
  values: {
    domain: {
      label: 'Okta domain',
      help: 'without https:// and without -admin; a custom domain is fine',
      example: 'example.okta.com',
      make: ['lower'],
      shape: 'domain',
      shown: true,
    },
    server: {
      label: 'Authorization server',
      help: 'its id from Security, API; default is the one that many orgs have',
      default: 'default',
      shape: 'slug',
    },
    idle_days: {
      label: 'Days a refresh token lives unused',
      help: 'as the access policy of the server says; Okta begins with 7',
      default: '7',
      shape: 'digits',
    },
  },
  hosts: { token: ['{domain}'], api: ['{domain}'] },
  client: {
    see: ['refresh', 'creds'],
    because: 'an app without a secret is taken too, with PKCE',
    auth: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    key,
  },
  scopes,
  ways: {
    service: {
      label: 'A service app, for Okta’s own API',
      help: 'No person. Signs with a key; Okta takes no secret for this.',
      grant: 'client_credentials',
      client: {
        see: ['service'],
        because: 'private_key_jwt is the only method that brings okta scopes',
        auth: ['private_key_jwt'],
        key,
      },
      token: {
        see: ['service'],
        url: `${org}/token`,
        headers: { accept: 'application/json' },
        body: { form: { grant_type: 'client_credentials', scope: '{scope}' } },
      },
      access: 3600,
      renewal: { see: ['service'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'An admin, for Okta’s own API',
      help: 'Ends 90 days after the authorization, whatever happens.',
      ...person(org, { hard: 7_776_000, from: 'authorization' }, ['lives', 'ends']),
      scopes: { ...scopes, preset: ['openid', 'offline_access', 'okta.users.read'] },
    },
    custom_service: {
      label: 'A service, for APIs of one’s own (custom authorization server)',
      grant: 'client_credentials',
      scopes: {
        see: ['creds'],
        because: 'made on the server itself; at least one must be asked for',
        separator: ' ',
        preset: [],
        known: {},
      },
      api: {
        see: ['api'],
        because: 'the token is for an API of one’s own, whose address Okta does not know; this is the server’s',
        base: custom,
        send: { authorization: 'Bearer {token}' },
      },
      token: {
        see: ['creds'],
        url: `${custom}/token`,
        headers: { accept: 'application/json' },
        body: { form: { grant_type: 'client_credentials', scope: '{scope}' } },
      },
      access: 3600,
      renewal: { see: ['creds', 'lives'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    custom_user: {
      label: 'A person, for APIs of one’s own (custom authorization server)',
      ...person(custom, { idle: { input: 'idle_days', unit: 'd' }, from: 'renewal' }, ['lives']),
      scopes: {
        see: ['refresh', 'creds'],
        because: 'beside these, those made on the server itself',
        separator: ' ',
        preset: ['openid', 'offline_access'],
        known: {
          openid: 'Who authorized',
          profile: 'Name of the person',
          email: 'E-mail address of the person',
          groups: 'Groups, where the server has such a claim',
          offline_access: 'A refresh token',
        },
        refresh: 'offline_access',
      },
      api: {
        see: ['api'],
        because: 'the token is for an API of one’s own, whose address Okta does not know; this is the server’s',
        base: custom,
        send: { authorization: 'Bearer {token}' },
      },
    },
  },
  redirects: [
    {
      see: ['refresh', 'api'],
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because: 'compared to the letter; the vendor’s pages use http://localhost:8080',
    },
  ],
  api: { see: ['service'], base: api, send: { authorization: 'Bearer {token}' } },
  probes: [
    {
      see: ['api', 'refresh'],
      name: 'person',
      ways: ['user'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${org}/userinfo`,
      onlyScope: 'openid',
      who: ['email', 'name', 'sub'],
    },
    {
      see: ['api', 'refresh'],
      name: 'person_of_server',
      ways: ['custom_user'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${custom}/userinfo`,
      onlyScope: 'openid',
      who: ['email', 'name', 'sub'],
    },
    {
      see: ['service'],
      name: 'users',
      ways: ['service', 'user'],
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${api}/users`,
      headers: { accept: 'application/json' },
      query: { limit: '1' },
      onlyScope: 'okta.users.read',
    },
  ],
  revoke: [
    {
      see: ['api'],
      because: 'the refresh token takes its access tokens along',
      ways: ['user'],
      url: `${org}/revoke`,
      body: { form: { token: '{refresh_token}', token_type_hint: 'refresh_token' } },
    },
    {
      see: ['api'],
      ways: ['custom_user'],
      url: `${custom}/revoke`,
      body: { form: { token: '{refresh_token}', token_type_hint: 'refresh_token' } },
    },
  ],
  errors: [
    {
      see: ['over', 'ends'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: its days have passed, it was used before under rotation, it was revoked, or the person was deactivated.',
      remedy: 'Authorize again; the System Log of Okta names the reason.',
    },
    {
      see: ['api'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code is too old or was used before, or redirect URI or verifier is another.',
      remedy: 'Authorize again; if that does not help, compare the redirect URI with that of the app.',
    },
    {
      see: ['service', 'api'],
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause:
        'The client or its secret is unknown to this domain, or the app lacks the public key that belongs to the signature.',
      remedy: 'Check domain and Client ID, then the secret, or the public key and its key id at the app.',
    },
    {
      see: ['service', 'scopes'],
      on: ['authorize', 'token'],
      match: { error: ['invalid_scope'] },
      means: 'configuration',
      cause:
        'A scope was asked for that is not granted to the app (Okta API Scopes), or one of a custom server at the org server, or the other way round; a custom server wants at least one.',
      remedy: 'Grant the scope at the app or make it on the server, or choose the way that fits it.',
    },
    {
      see: ['dpop'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_dpop_proof', 'use_dpop_nonce'] },
      means: 'configuration',
      cause: 'The app asks for proof of possession (DPoP), which plain Bearer tokens do not have.',
      remedy: 'Switch it off at the app under General.',
    },
    {
      see: ['creds', 'api'],
      confidence: 'medium',
      on: ['token', 'authorize'],
      match: { error: ['access_denied'] },
      means: 'configuration',
      cause: 'No rule of the access policy allows this app this grant, or the person is not assigned to the app.',
      remedy: 'Add a rule to the access policy of the authorization server, or assign the person.',
    },
    {
      see: ['refusals'],
      on: ['api'],
      match: { errorCode: ['E0000006'] },
      means: 'denied',
      cause: 'The app or the person has no admin role for this, or the scope is missing.',
      remedy: 'Give the app an admin role that covers it, or add the scope.',
    },
    {
      see: ['refusals'],
      confidence: 'medium',
      on: ['api'],
      match: { errorCode: ['E0000011', 'E0000015'] },
      means: 'dead',
      cause: 'The token has ended or is for another domain.',
      remedy: 'Let jobs read the token anew for every run; if that does not help, authorize again.',
    },
  ],
  traps: [
    'The org server gives okta scopes and no others; custom servers give their own and no okta scopes.',
    'A service app needs the scope granted and an admin role beside it: one without the other is 403.',
    'At the org server a refresh token ends 90 days after the authorization, however often it is used.',
    'With rotation and a grace period of 0 a lost answer ends the connection.',
    'The address with -admin is the console, not the domain.',
  ],
} satisfies Provider
