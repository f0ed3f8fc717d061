import type { Example } from '../provider/example.ts'

const oauth = 'https://developers.klaviyo.com/en/docs/set_up_oauth'
const errors = 'https://developers.klaviyo.com/en/docs/troubleshoot_oauth_errors'
const demo = 'https://github.com/klaviyo-labs/oauth-migration-demo'
const refused =
  'https://community.klaviyo.com/developer-group-64/oauth-tokens-issued-by-oauth-token-immediately-rejected-by-api-templates-with-401-authentication-failed-19307'
const client = { clientId: 'client_id', clientSecret: 'client_secret' }
const redirectUri = 'http://localhost:5000/auth/callback'
const verifier = 'WZRHGrsBESr8wYFZ9sx0tPURuZgG2lmzyvWpwXPKz8U'
const post = (path: string) => `POST /oauth/${path} HTTP/1.1
Host: a.klaviyo.com
Authorization: Basic Y2xpZW50X2lkOmNsaWVudF9zZWNyZXQ=
Content-Type: application/x-www-form-urlencoded`
const answer = `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbGci","token_type":"Bearer","expires_in":3600,"refresh_token":"ref_1","scope":"accounts:read profiles:read"}`
const tokens = {
  accessToken: 'eyJhbGci',
  refreshToken: 'ref_1',
  expires: 3600,
  scope: ['accounts:read', 'profiles:read'],
}

export const examples: Example[] = [
  {
    title: 'sends the person to www.klaviyo.com with PKCE',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      scopes: ['accounts:read', 'profiles:read'],
      redirectUri,
      flow: { state: 'example', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request: `https://www.klaviyo.com/oauth/authorize?response_type=code&client_id=client_id&redirect_uri=${redirectUri}&scope=accounts:read profiles:read&state=example&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM`,
    response: `${redirectUri}?code=auth_1&state=example`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code at a.klaviyo.com with Basic and verifier',
    address: demo,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'auth_1', code_verifier: verifier } },
    request: `${post('token')}

grant_type=authorization_code&code=auth_1&redirect_uri=http%3A%2F%2Flocalhost%3A5000%2Fauth%2Fcallback&code_verifier=${verifier}`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'renews with Basic',
    address: demo,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'ref_1' },
    request: `${post('token')}

grant_type=refresh_token&refresh_token=ref_1`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'is told that the refresh token is over, in words of its own',
    address: errors,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `${post('token')}

grant_type=refresh_token&refresh_token=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant_type"}`,
    becomes: { error: 'invalid_grant_type', means: 'dead' },
  },
  {
    title: 'revokes the refresh token',
    address: 'https://github.com/NangoHQ/nango',
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'ref_1' },
    request: `${post('revoke')}

token_type_hint=refresh_token&token=ref_1`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks which account it is, with the revision',
    address: demo,
    from: 'described',
    way: 'user',
    call: 'account',
    given: { token: 'eyJhbGci' },
    request: `GET /api/accounts/ HTTP/1.1
Host: a.klaviyo.com
Authorization: Bearer eyJhbGci
revision: 2026-07-15
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/vnd.api+json

{"data":[{"type":"account","id":"AbC123","attributes":{"test_account":false,"contact_information":{"default_sender_name":"Klaviyo Demo","organization_name":"Klaviyo Demo"},"timezone":"US/Eastern","preferred_currency":"USD","public_api_key":"AbC123"}}]}`,
    becomes: { values: {}, who: 'Klaviyo Demo' },
  },
  {
    title: 'asks with a private key in its own scheme',
    address: 'https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy',
    from: 'described',
    way: 'private_key',
    call: 'account_of_key',
    given: { typed: { revision: '2026-01-15' }, token: 'pk_1' },
    request: `GET /api/accounts/ HTTP/1.1
Host: a.klaviyo.com
Authorization: Klaviyo-API-Key pk_1
revision: 2026-01-15
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/vnd.api+json

{"data":[{"type":"account","id":"AbC123","attributes":{"contact_information":{"organization_name":"Klaviyo Demo"}}}]}`,
    becomes: { values: {}, who: 'Klaviyo Demo' },
  },
  {
    title: 'is told at the API that the token is none',
    address: refused,
    from: 'described',
    way: 'user',
    call: 'account',
    given: { token: 'old' },
    request: `GET /api/accounts/ HTTP/1.1
Host: a.klaviyo.com
Authorization: Bearer old
revision: 2026-07-15
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/vnd.api+json

{"errors":[{"id":"cf051438-0f8c-44ef-80b5-e65f24d9f0a6","status":401,"code":"authentication_failed","title":"Incorrect authentication credentials.","detail":"Incorrect authentication credentials.","source":{"pointer":"/data/"}}]}`,
    becomes: { error: 'authentication_failed', means: 'dead' },
  },
]
