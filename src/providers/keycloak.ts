import type { Provider } from '../provider/provider.ts'

const checked = '2026-11-22'
const docs = 'https://www.keycloak.org/docs/latest'
const realm = '{base_url}/realms/{realm}'
const oidc = `${realm}/protocol/openid-connect`

export default {
  id: 'keycloak',
  name: 'Keycloak',
  aliases: ['Red Hat build of Keycloak', 'Red Hat Single Sign-On', 'RH-SSO'],
  category: 'identity',
  checked,
  tried: 'never',
  sources: {
    endpoints: {
      url: 'https://www.keycloak.org/securing-apps/oidc-layers',
      checked,
      note: 'addresses of token, userinfo, introspection and revocation; read in the project’s repository',
    },
    offline: {
      url: `${docs}/server_admin/index.html#_offline-access`,
      checked,
      note: 'offline_access: 30 days unused, 60 days at most where Offline Session Max Limited is on; read in the project’s repository',
    },
    timeouts: {
      url: `${docs}/server_admin/index.html#_timeouts`,
      checked,
      note: 'sessions, Revoke Refresh Token; read in the project’s repository',
    },
    service: {
      url: 'https://wjw465150.gitbooks.io/keycloak-documentation/server_admin/topics/clients/oidc/service-accounts.html',
      checked,
      note: 'an older copy of the guide, from when addresses began with /auth: request with Basic; today the switch is Service accounts roles',
    },
    defaults: {
      url: 'https://www.iamdevbox.com/posts/keycloak-session-expired-errors-troubleshooting-and-timeout-configuration',
      checked,
      note: 'defaults of sessions: 30 minutes unused, 10 hours at most; words of refusals',
    },
    refusals: {
      url: 'https://phasetwo.io/blog/keycloak-invalid-grant/',
      checked,
      note: 'run against 26.7.3: invalid_grant with 400 and what its words mean; codes of 60 seconds',
    },
    rotation: {
      url: 'https://qiita.com/KWS_0901/items/729e1d36bea81c5e3b92',
      checked,
      note: 'answers with refresh_expires_in; Token is not active for one that was used',
    },
    admin: {
      url: 'https://docs.redhat.com/ja/documentation/red_hat_build_of_keycloak/26.2/html/server_developer_guide/admin_rest_api',
      checked,
      note: 'the Admin REST API with a service account, at /admin/realms',
    },
  },
  console: {
    url: '{base_url}/admin/{realm}/console/#/{realm}/clients',
    steps: [
      'Clients, Create client, OpenID Connect; Client authentication on gives it a secret under Credentials.',
      'For a service: Service accounts roles on, then give it roles under Service account roles.',
      'For a person: Standard flow on, and under Valid redirect URIs enter the redirect URI exactly as Evergrant shows it.',
      'For unattended jobs of a person: see that the person has the realm role offline_access and the client the optional scope offline_access; both are so by default.',
      'Copy Client ID, and Client secret from Credentials.',
    ],
  },
  values: {
    base_url: {
      label: 'Address of Keycloak',
      help: 'with its port if it is an unusual one; versions before 17, and servers with a relative path, have /auth or the like at its end',
      example: 'https://sso.example.com',
      shape: 'url',
      shown: true,
    },
    realm: { label: 'Realm', help: 'as in the address, case included', example: 'demo', shape: 'text', shown: true },
    offline_days: {
      label: 'Days an offline token lives unused',
      help: 'Offline Session Idle of the realm; Keycloak begins with 30',
      default: '30',
      shape: 'digits',
    },
  },
  hosts: { token: ['{base_url}'], api: ['{base_url}'] },
  client: {
    see: ['service', 'endpoints'],
    confidence: 'medium',
    because:
      'as chosen under Credentials, the guide shows Basic; the issuer is an audience that every version takes in a signed assertion',
    auth: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    key: {
      algs: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
      bits: [2048, 3072, 4096],
      curves: ['P-256', 'P-384', 'P-521'],
    },
    assertionAudience: realm,
  },
  scopes: {
    see: ['offline', 'endpoints'],
    because: 'beside these, the client scopes of the realm',
    separator: ' ',
    preset: ['openid', 'offline_access'],
    known: {
      openid: 'Who authorized',
      profile: 'Name of the person',
      email: 'E-mail address of the person',
      roles: 'Roles in the token',
      groups: 'Groups, where the realm has such a scope',
      offline_access: 'A refresh token that outlives the session',
    },
    refresh: 'offline_access',
  },
  ways: {
    service: {
      label: 'A service account',
      help: 'No person and no refresh token: the token is asked for anew.',
      grant: 'client_credentials',
      scopes: {
        see: ['service'],
        because: 'none is needed: roles decide; beside openid, the client scopes of the realm',
        separator: ' ',
        preset: [],
        known: {},
      },
      token: {
        see: ['service', 'endpoints'],
        url: `${oidc}/token`,
        body: { form: { grant_type: 'client_credentials', 'scope?': '{scope}' } },
      },
      access: 300,
      renewal: { see: ['service'], by: 'reissue', rotates: 'never', oldAccess: 'lives' },
    },
    user: {
      label: 'A person',
      help: 'With offline_access it outlives the session of the person; without, it ends with it.',
      grant: 'authorization_code',
      authorize: {
        see: ['endpoints', 'refusals'],
        because: 'PKCE is taken of every client',
        url: `${oidc}/auth`,
        pkce: 'required',
        codeLife: 60,
        params: {
          response_type: 'code',
          client_id: '{client_id}',
          redirect_uri: '{redirect_uri}',
          scope: '{scope}',
          state: '{state}',
          code_challenge: '{code_challenge}',
          code_challenge_method: '{code_challenge_method}',
        },
      },
      token: {
        see: ['endpoints', 'rotation'],
        because: 'refresh_expires_in says when the refresh token ends; 0 for an offline token that has no fixed end',
        url: `${oidc}/token`,
        body: {
          form: {
            grant_type: 'authorization_code',
            code: '{code}',
            redirect_uri: '{redirect_uri}',
            code_verifier: '{code_verifier}',
          },
        },
      },
      access: 300,
      renewal: {
        see: ['timeouts', 'offline', 'rotation'],
        confidence: 'medium',
        because:
          'every answer brings a refresh token; the one before works on unless Revoke Refresh Token is on in the realm, and what a second use does then differs by version',
        by: 'refresh_token',
        rotates: 'sometimes',
        reuse: 'unknown',
        oldAccess: 'lives',
        ends: { idle: { input: 'offline_days', unit: 'd' }, hard: 'unknown', from: 'renewal' },
        call: {
          see: ['endpoints', 'rotation'],
          url: `${oidc}/token`,
          body: { form: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' } },
        },
      },
    },
  },
  redirects: [
    {
      see: ['endpoints', 'refusals'],
      confidence: 'medium',
      back: ['callback', 'relay', 'paste', 'loopback'],
      port: 'registered',
      because: 'compared with those of the client, which may end in a star',
    },
  ],
  api: {
    see: ['admin'],
    because: 'the Admin REST API; tokens for APIs of one’s own go to their own addresses',
    base: '{base_url}/admin/realms/{realm}',
    send: { authorization: 'Bearer {token}' },
  },
  probes: [
    {
      see: ['endpoints'],
      name: 'person',
      method: 'GET',
      auth: { header: 'Bearer {token}' },
      url: `${oidc}/userinfo`,
      onlyScope: 'openid',
      who: ['preferred_username', 'email', 'sub'],
    },
  ],
  revoke: [
    {
      see: ['endpoints'],
      because: 'the refresh token takes the consent of the person along',
      ways: ['user'],
      url: `${oidc}/revoke`,
      body: { form: { token: '{refresh_token}', token_type_hint: 'refresh_token' } },
    },
    {
      see: ['endpoints'],
      ways: ['service'],
      url: `${oidc}/revoke`,
      body: { form: { token: '{token}', token_type_hint: 'access_token' } },
    },
  ],
  introspect: {
    see: ['endpoints'],
    because: 'for clients with a secret or key; newer versions answer only those that the token is for',
    url: `${oidc}/token/introspect`,
    body: { form: { token: '{token}' } },
    take: { expires: { at: ['exp'], unit: 'epoch' }, scope: 'scope' },
  },
  errors: [
    {
      see: ['refusals', 'defaults', 'rotation'],
      on: ['renew'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause:
        'The refresh token is over: the session or offline session ended, it was used before where the realm revokes used ones, or an admin revoked it.',
      remedy: 'Authorize again, with offline_access for unattended jobs; the words of the answer name the reason.',
    },
    {
      see: ['refusals'],
      on: ['token'],
      match: { error: ['invalid_grant'] },
      means: 'dead',
      cause: 'The code is older than a minute or was used before, or redirect URI or verifier is another.',
      remedy: 'Authorize again, and come back within a minute.',
    },
    {
      see: ['refusals'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['invalid_client'] },
      means: 'client',
      cause: 'There is no such client in this realm, or its secret or signature does not fit.',
      remedy: 'Check realm and Client ID, then copy the secret anew from Credentials.',
    },
    {
      see: ['service', 'refusals'],
      confidence: 'medium',
      on: ['token', 'renew'],
      match: { error: ['unauthorized_client'] },
      means: 'configuration',
      cause: 'The secret does not fit in newer versions, or the client may not use this grant.',
      remedy: 'Compare the secret; for a service switch on Service accounts roles, for a person Standard flow.',
    },
    {
      see: ['offline'],
      confidence: 'medium',
      on: ['token', 'authorize'],
      match: { error: ['not_allowed'] },
      means: 'denied',
      cause: 'The person or the service account lacks the realm role offline_access.',
      remedy: 'Give the role, or leave offline_access out.',
    },
    {
      see: ['offline', 'endpoints'],
      confidence: 'medium',
      on: ['authorize', 'token'],
      match: { error: ['invalid_scope'] },
      means: 'configuration',
      cause: 'A scope was asked for that is no client scope of this client.',
      remedy: 'Add it under Client scopes of the client, or remove it here.',
    },
    {
      see: ['endpoints'],
      confidence: 'medium',
      on: ['token', 'renew'],
      status: [404],
      means: 'configuration',
      cause: 'The realm does not exist, or the address lacks or has a path such as /auth.',
      remedy: 'Open ADDRESS/realms/REALM in a browser: it answers with JSON where both are right.',
    },
  ],
  warnings: [
    {
      see: ['offline', 'defaults'],
      at: 'request',
      ways: ['service'],
      when: { hasScopes: ['offline_access'] },
      says: 'A service account needs no offline token: each one leaves a session in Keycloak that nobody ends.',
      remedy: 'Remove offline_access.',
    },
  ],
  traps: [
    'Without offline_access a refresh token ends with the session: 30 minutes unused, 10 hours at most unless the realm says otherwise.',
    'Where Offline Session Max Limited is on, an offline token ends after 60 days however often it is used.',
    'Versions before 17 have /auth in their addresses; newer ones do not unless they are told to.',
    'The issuer in tokens is the address the server was asked by: use the one that people use.',
    'A code lives 60 seconds, which leaves little time to paste an address.',
  ],
} satisfies Provider
