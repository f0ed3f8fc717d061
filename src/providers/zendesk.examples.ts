import type { Example } from '../provider/example.ts'

const grants = 'https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/'
const app =
  'https://support.zendesk.com/hc/en-us/articles/4408845965210-Using-OAuth-authentication-with-your-application'
const refused = 'https://nango.dev/blog/zendesk-oauth-refresh-token-invalid-grant'
const ends = 'https://github.com/NangoHQ/nango/pull/6763'
const own = 'https://developer.zendesk.com/documentation/authentication/creating-and-using-oauth-tokens-with-the-api'

const client = { clientId: 'my_test_app', clientSecret: 'c8e9f0a1b2' }
const typed = { subdomain: 'example' }
const redirectUri = 'https://www.example.com/callback'
const post = `POST /oauth/tokens HTTP/1.1
Host: example.zendesk.com
Content-Type: application/json`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8`
const tokens = `${ok}

{"access_token":"gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo","refresh_token":"af3t24tfj34h43s...","token_type":"bearer","scope":"read","expires_in":86400,"refresh_token_expires_in":7689600}`
const becomes = {
  accessToken: 'gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo',
  refreshToken: 'af3t24tfj34h43s...',
  expires: 86_400,
  idleIn: 7_689_600,
  scope: ['read'],
}

export const examples: Example[] = [
  {
    title: 'sends a person to the account',
    address: app,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, typed, redirectUri, scopes: ['read'], flow: { state: 's1' } },
    request:
      'https://example.zendesk.com/oauth/authorizations/new?response_type=code&client_id=my_test_app&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback&scope=read&state=s1',
    response: 'https://www.example.com/callback?code=7xqwtlf3rrdj8uyeb1yf&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not allow it',
    address: app,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, typed, redirectUri, scopes: ['read'], flow: { state: 's1' } },
    request:
      'https://example.zendesk.com/oauth/authorizations/new?response_type=code&client_id=my_test_app&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback&scope=read&state=s1',
    response:
      'https://www.example.com/callback?error=access_denied&error_description=The+end-user+or+authorization+server+denied+the+request&state=s1',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code in JSON and asks for the ends it wants',
    address: grants,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, typed, redirectUri, scopes: ['read'], flow: { code: '7xqwtlf3rrdj8uyeb1yf' } },
    request: `${post}

{"grant_type":"authorization_code","code":"7xqwtlf3rrdj8uyeb1yf","client_id":"my_test_app","client_secret":"c8e9f0a1b2","redirect_uri":"https://www.example.com/callback","scope":"read","expires_in":86400,"refresh_token_expires_in":7689600}`,
    response: tokens,
    becomes,
  },
  {
    title: 'takes half an hour where the answer names no end',
    address: ends,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'af3t24tfj34h43s...' },
    request: `${post}

{"grant_type":"refresh_token","refresh_token":"af3t24tfj34h43s...","client_id":"my_test_app","client_secret":"c8e9f0a1b2","expires_in":86400,"refresh_token_expires_in":7689600}`,
    response: `${ok}

{"access_token":"next","refresh_token":"next-refresh","token_type":"bearer","scope":"read"}`,
    becomes: { accessToken: 'next', refreshToken: 'next-refresh', expires: 1800, scope: ['read'] },
  },
  {
    title: 'renews, and both tokens are new',
    address: grants,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'old' },
    request: `${post}

{"grant_type":"refresh_token","refresh_token":"old","client_id":"my_test_app","client_secret":"c8e9f0a1b2","expires_in":86400,"refresh_token_expires_in":7689600}`,
    response: tokens,
    becomes,
  },
  {
    title: 'is told that the refresh token is over',
    address: refused,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'used' },
    request: `${post}

{"grant_type":"refresh_token","refresh_token":"used","client_id":"my_test_app","client_secret":"c8e9f0a1b2","expires_in":86400,"refresh_token_expires_in":7689600}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{
  "error": "invalid_grant",
  "error_description": "Token has been expired or revoked."
}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'sends a person with a challenge',
    address: app,
    from: 'described',
    way: 'user_public',
    call: 'authorize',
    given: {
      clientId: 'my_test_app',
      typed,
      redirectUri: 'http://localhost:8080/callback',
      scopes: ['read'],
      flow: { state: 's1', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://example.zendesk.com/oauth/authorizations/new?response_type=code&client_id=my_test_app&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fcallback&scope=read&state=s1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'http://localhost:8080/callback?code=7xqwtlf3rrdj8uyeb1yf&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'asks as the client itself',
    address: grants,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed, scopes: ['tickets:read', 'users:read'] },
    request: `${post}

{"grant_type":"client_credentials","client_id":"my_test_app","client_secret":"c8e9f0a1b2","scope":"tickets:read users:read","expires_in":7200}`,
    response: `${ok}

{"access_token":"gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo","token_type":"bearer","scope":"tickets:read users:read","expires_in":7200}`,
    becomes: {
      accessToken: 'gErypPlm4dOVgGRvA1ZzMH5MQ3nLo8bo',
      expires: 7200,
      scope: ['tickets:read', 'users:read'],
    },
  },
  {
    title: 'is told that the number of the client is no client id',
    address: app,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, clientId: '50789', typed, scopes: ['read'] },
    request: `${post}

{"grant_type":"client_credentials","client_id":"50789","client_secret":"c8e9f0a1b2","scope":"read","expires_in":7200}`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"error":"invalid_client","error_description":"The client identifier provided is invalid, the client failed to authenticate, the client did not include its credentials, provided multiple client credentials, or used unsupported credentials type."}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'asks who authorized',
    address: own,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { typed, token: 'gEry' },
    request: `GET /api/v2/users/me.json HTTP/1.1
Host: example.zendesk.com
Authorization: Bearer gEry
`,
    response: `${ok}

{"user":{"id":35436,"url":"https://example.zendesk.com/api/v2/users/35436.json","name":"Ada Example","email":"ada@example.com","role":"admin"}}`,
    becomes: { values: {}, who: 'ada@example.com' },
  },
  {
    title: 'is told that the token was replaced',
    address: own,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { typed, token: 'old' },
    request: `GET /api/v2/users/me.json HTTP/1.1
Host: example.zendesk.com
Authorization: Bearer old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"error":"invalid_token","error_description":"The access token provided is expired, revoked, malformed or invalid for other reasons."}`,
    becomes: { error: 'invalid_token', means: 'dead' },
  },
]
