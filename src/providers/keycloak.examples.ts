import type { Example } from '../provider/example.ts'

const service =
  'https://wjw465150.gitbooks.io/keycloak-documentation/server_admin/topics/clients/oidc/service-accounts.html'
const rotation = 'https://qiita.com/KWS_0901/items/729e1d36bea81c5e3b92'
const refusals = 'https://phasetwo.io/blog/keycloak-invalid-grant/'
const endpoints = 'https://www.keycloak.org/securing-apps/oidc-layers'
const older = { base_url: 'https://sso.example.com/auth', realm: 'demo' }
const typed = { base_url: 'https://sso.example.com:8443', realm: 'demo' }
const client = { clientId: 'product-sa-client', clientSecret: 'password', typed }
const basic = 'Authorization: Basic cHJvZHVjdC1zYS1jbGllbnQ6cGFzc3dvcmQ='
const redirectUri = 'https://app.example.com/callback'
const verifier = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg'
const oidc = '/realms/demo/protocol/openid-connect'
const post = (path: string) => `POST ${oidc}/${path} HTTP/1.1
Host: sso.example.com:8443
${basic}
Content-Type: application/x-www-form-urlencoded`

export const examples: Example[] = [
  {
    title: 'asks for the service account with Basic, on a server with /auth',
    address: service,
    from: 'described',
    way: 'service',
    call: 'token',
    given: { ...client, typed: older },
    request: `POST /auth${oidc}/token HTTP/1.1
Host: sso.example.com
${basic}
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"2YotnFZFEjr1zCsicMWpAA","expires_in":60,"refresh_expires_in":0,"token_type":"Bearer","not-before-policy":0,"scope":"profile email"}`,
    becomes: { accessToken: '2YotnFZFEjr1zCsicMWpAA', expires: 60, scope: ['profile', 'email'] },
  },
  {
    title: 'is told that the secret does not fit',
    address: refusals,
    from: 'described',
    way: 'service',
    call: 'token',
    given: client,
    request: `${post('token')}

grant_type=client_credentials`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"unauthorized_client","error_description":"Invalid client or Invalid client credentials"}`,
    becomes: { error: 'unauthorized_client', means: 'configuration' },
  },
  {
    title: 'sends the person to the realm with PKCE',
    address: endpoints,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      scopes: ['openid', 'offline_access'],
      redirectUri,
      flow: { state: 'example', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request: `https://sso.example.com:8443${oidc}/auth?response_type=code&client_id=product-sa-client&redirect_uri=${redirectUri}&scope=openid offline_access&state=example&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256`,
    response: `${redirectUri}?state=example&session_state=db0815aa&iss=https%3A%2F%2Fsso.example.com%3A8443%2Frealms%2Fdemo&code=7d2f.db0815aa.3c1a`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code for an offline token without a fixed end',
    address: endpoints,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '7d2f.db0815aa.3c1a', code_verifier: verifier } },
    request: `${post('token')}

grant_type=authorization_code&code=7d2f.db0815aa.3c1a&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&code_verifier=${verifier}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbGci","expires_in":300,"refresh_expires_in":0,"refresh_token":"eyJhbHdz","token_type":"Bearer","id_token":"eyJpZCI","not-before-policy":0,"session_state":"db0815aa-3ac9-429c-9f59-f789bbe1953b","scope":"openid offline_access"}`,
    becomes: {
      accessToken: 'eyJhbGci',
      refreshToken: 'eyJhbHdz',
      expires: 300,
      scope: ['openid', 'offline_access'],
    },
  },
  {
    title: 'renews within a session and is told when it ends',
    address: rotation,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'eyJhbHdz' },
    request: `${post('token')}

grant_type=refresh_token&refresh_token=eyJhbHdz`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{ "access_token": "eyJhbGci...8eKzMz_kJ8yyvyQ", "expires_in": 60, "refresh_expires_in": 225, "refresh_token": "eyJhb...lOToY", "token_type": "Bearer", "id_token": "eyJhbGciOiJSUzI1NiI..._hWf40po2oMf7w", "not-before-policy": 0, "session_state": "db0815aa-3ac9-429c-9f59-f789bbe1953b", "scope": "openid profile email" }`,
    becomes: {
      accessToken: 'eyJhbGci...8eKzMz_kJ8yyvyQ',
      refreshToken: 'eyJhb...lOToY',
      expires: 60,
      idleIn: 225,
      scope: ['openid', 'profile', 'email'],
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: rotation,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'used' },
    request: `${post('token')}

grant_type=refresh_token&refresh_token=used`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{ "error": "invalid_grant", "error_description": "Token is not active" }`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes the offline token',
    address: endpoints,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'eyJhbHdz' },
    request: `${post('revoke')}

token=eyJhbHdz&token_type_hint=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks who authorized',
    address: endpoints,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { typed, token: 'eyJhbGci' },
    request: `GET ${oidc}/userinfo HTTP/1.1
Host: sso.example.com:8443
Authorization: Bearer eyJhbGci
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"sub":"f7c5","email_verified":true,"name":"John Doe","preferred_username":"jdoe","email":"jdoe@example.com"}`,
    becomes: { values: {}, who: 'jdoe' },
  },
]
