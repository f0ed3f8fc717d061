import type { Example } from '../provider/example.ts'

const code = 'https://developer.xero.com/documentation/guides/oauth2/auth-flow'
const pkce = 'https://developer.xero.com/documentation/oauth2/pkce-flow'
const custom = 'https://developer.xero.com/documentation/guides/oauth2/custom-connections'
const identity = 'https://github.com/XeroAPI/Xero-OpenAPI'
const forum = 'https://community.xero.com/developer/discussion/125347287'

const client = { clientId: 'clientid', clientSecret: 'clientsecret' }
const redirectUri = 'https://www.example.com/callback'
const post = `POST /connect/token HTTP/1.1
Host: identity.xero.com
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8`
const bad = `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8`
const tokens = `${ok}

{
  "id_token": "xxx.yyy.zz",
  "access_token": "xxx.yyy.zzz",
  "expires_in": 1800,
  "token_type": "Bearer",
  "refresh_token": "xxxxxxxxx",
  "scope": "email profile openid accounting.settings accounting.invoices offline_access"
}`
const becomes = {
  accessToken: 'xxx.yyy.zzz',
  refreshToken: 'xxxxxxxxx',
  expires: 1800,
  scope: ['email', 'profile', 'openid', 'accounting.settings', 'accounting.invoices', 'offline_access'],
}
const organizations = `${ok}

[ { "id": "7cb59f93-2964-421d-bb5e-a0f7a4572a44", "tenantId": "fe79f7dd-b6d4-4a92-ba7b-538af6289c58", "tenantName": "Demo Company (NZ)", "tenantType": "ORGANISATION", "createdDateUtc": "2019-12-07T18:46:19.5165400", "updatedDateUtc": "2019-12-07T18:46:19.5187840" } ]`

export const examples: Example[] = [
  {
    title: 'sends a person to connect organizations',
    address: code,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: 'YOURCLIENTID',
      redirectUri,
      scopes: ['offline_access', 'accounting.invoices.read'],
      flow: { state: '123' },
    },
    request:
      'https://login.xero.com/identity/connect/authorize?response_type=code&client_id=YOURCLIENTID&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback&scope=offline_access%20accounting.invoices.read&state=123',
    response: 'https://www.example.com/callback?code=8f2a&scope=offline_access%20accounting.invoices.read&state=123',
    becomes: { values: {} },
  },
  {
    title: 'is told that the app may not ask for a broad scope',
    address: 'https://www.apideck.com/blog/xero-scopes',
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { clientId: 'YOURCLIENTID', redirectUri, scopes: ['accounting.transactions'], flow: { state: '123' } },
    request:
      'https://login.xero.com/identity/connect/authorize?response_type=code&client_id=YOURCLIENTID&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback&scope=accounting.transactions&state=123',
    response:
      'https://www.example.com/callback?error=unauthorized_client&error_description=Invalid+scope+for+client&state=123',
    becomes: { error: 'unauthorized_client', means: 'configuration' },
  },
  {
    title: 'exchanges the code with Basic',
    address: code,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'xxxxxx' } },
    request: `${post}

grant_type=authorization_code&code=xxxxxx&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: tokens,
    becomes,
  },
  {
    title: 'learns which organizations the person connected',
    address: identity,
    from: 'page',
    way: 'user',
    call: 'connections',
    given: { token: 'xxx.yyy.zzz' },
    request: `GET /connections HTTP/1.1
Host: api.xero.com
Authorization: Bearer xxx.yyy.zzz
`,
    response: organizations,
    becomes: { values: { tenant_id: 'fe79f7dd-b6d4-4a92-ba7b-538af6289c58', tenant_name: 'Demo Company (NZ)' } },
  },
  {
    title: 'renews with a refresh token that is replaced',
    address: code,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `${post}

grant_type=refresh_token&refresh_token=old`,
    response: tokens,
    becomes,
  },
  {
    title: 'is told that the refresh token is over',
    address: forum,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'older' },
    request: `${post}

grant_type=refresh_token&refresh_token=older`,
    response: `${bad}

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'sends a person with a challenge',
    address: pkce,
    from: 'page',
    way: 'user_public',
    call: 'authorize',
    given: {
      clientId: 'YOURCLIENTID',
      redirectUri: 'YOURREDIRECTURI',
      scopes: ['openid', 'profile', 'email', 'accounting.transactions'],
      flow: { state: '123', code_challenge: 'XXXXXXXXX' },
    },
    request:
      'https://login.xero.com/identity/connect/authorize?response_type=code&client_id=YOURCLIENTID&redirect_uri=YOURREDIRECTURI&scope=openid profile email accounting.transactions&state=123&code_challenge=XXXXXXXXX&code_challenge_method=S256',
    response: 'https://www.example.com/callback?code=8f2a&state=123',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code without a secret',
    address: pkce,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: {
      clientId: 'clientid',
      redirectUri: 'http://localhost:5000/callback',
      flow: { code: 'xxxxxx', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    },
    request: `POST /connect/token HTTP/1.1
Host: identity.xero.com
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&client_id=clientid&code=xxxxxx&redirect_uri=http%3A%2F%2Flocalhost%3A5000%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    response: tokens,
    becomes,
  },
  {
    title: 'asks for a token of the only organization',
    address: custom,
    from: 'described',
    way: 'custom',
    call: 'token',
    given: { ...client, scopes: ['accounting.invoices.read', 'accounting.contacts.read'] },
    request: `${post}

grant_type=client_credentials&scope=accounting.invoices.read+accounting.contacts.read`,
    response: `${ok}

{"access_token":"xxx.yyy.zzz","expires_in":1800,"token_type":"Bearer","scope":"accounting.invoices.read accounting.contacts.read"}`,
    becomes: {
      accessToken: 'xxx.yyy.zzz',
      expires: 1800,
      scope: ['accounting.invoices.read', 'accounting.contacts.read'],
    },
  },
  {
    title: 'is told that the custom connection lacks a scope',
    address: custom,
    from: 'described',
    way: 'custom',
    call: 'token',
    given: { ...client, scopes: ['payroll.payruns.read'] },
    request: `${post}

grant_type=client_credentials&scope=payroll.payruns.read`,
    response: `${bad}

{"error":"invalid_scope"}`,
    becomes: { error: 'invalid_scope', means: 'configuration' },
  },
  {
    title: 'revokes the refresh token',
    address: 'https://github.com/XeroAPI/xero-node',
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'xxxxxxxxx' },
    request: `POST /connect/revocation HTTP/1.1
Host: identity.xero.com
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

token=xxxxxxxxx`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks which organizations the token is of',
    address: identity,
    from: 'page',
    way: 'custom',
    call: 'organizations',
    given: { token: 'xxx.yyy.zzz' },
    request: `GET /connections HTTP/1.1
Host: api.xero.com
Authorization: Bearer xxx.yyy.zzz
`,
    response: organizations,
    becomes: { values: {}, who: 'Demo Company (NZ)' },
  },
  {
    title: 'is told that the token has ended',
    address: 'https://github.com/freakboy3742/pyxero/pull/337',
    from: 'page',
    way: 'user',
    call: 'organizations',
    given: { token: 'old' },
    request: `GET /connections HTTP/1.1
Host: api.xero.com
Authorization: Bearer old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"Type":null,"Title":"Unauthorized","Status":401,"Detail":"TokenExpired: token expired at 04/09/2023 05:16:59","Instance":"6489df60-8891-470e-9268-a9a43f5da71e","Extensions":{}}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
]
