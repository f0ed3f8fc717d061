import type { Example } from '../provider/example.ts'

const authentication = 'https://developers.criteo.com/criteo-apis/docs/authentication'
const code = 'https://developers.criteo.com/criteo-apis/docs/oauth-app-authorization-code'
const pkce = 'https://developers.criteo.com/criteo-apis/docs/oauth-app-authorization-code-pkce-setup'
const sdk = 'https://github.com/criteo/criteo-api-python-sdk'
const client = { clientId: 'cid', clientSecret: 'csecret' }
const redirectUri = 'https://example.com/oauth/callback'

export const examples: Example[] = [
  {
    title: 'asks for the application itself',
    address: authentication,
    from: 'page',
    way: 'app',
    call: 'token',
    given: client,
    request: `POST /oauth2/token HTTP/1.1
Host: api.criteo.com
Content-Type: application/x-www-form-urlencoded

client_id=cid&client_secret=csecret&grant_type=client_credentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
    "access_token": "eyJhbGciOiJSUzI1NiJ9",
    "token_type": "Bearer",
    "expires_in": 900
}`,
    becomes: { accessToken: 'eyJhbGciOiJSUzI1NiJ9', expires: 900 },
  },
  {
    title: 'is told that the pair of keys is wrong',
    address: authentication,
    from: 'described',
    way: 'app',
    call: 'token',
    given: { clientId: 'cid', clientSecret: 'wrong' },
    request: `POST /oauth2/token HTTP/1.1
Host: api.criteo.com
Content-Type: application/x-www-form-urlencoded

client_id=cid&client_secret=wrong&grant_type=client_credentials`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_client"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'sends an advertiser to consent',
    address: code,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { clientId: 'cid', redirectUri, flow: { state: 'xyz' } },
    request:
      'https://consent.criteo.com/request?response_type=code&client_id=cid&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&state=xyz',
    response: 'https://example.com/oauth/callback?code=abc&state=xyz',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code',
    address: authentication,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'abc' } },
    request: `POST /oauth2/token HTTP/1.1
Host: api.criteo.com
Content-Type: application/x-www-form-urlencoded

client_id=cid&client_secret=csecret&grant_type=authorization_code&code=abc&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbGciOiJSUzI1NiJ9","token_type":"Bearer","expires_in":900,"refresh_token":"rt-1"}`,
    becomes: { accessToken: 'eyJhbGciOiJSUzI1NiJ9', refreshToken: 'rt-1', expires: 900 },
  },
  {
    title: 'renews and keeps the refresh token of the answer',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'rt-1' },
    request: `POST /oauth2/token HTTP/1.1
Host: api.criteo.com
Content-Type: application/x-www-form-urlencoded

client_id=cid&client_secret=csecret&grant_type=refresh_token&refresh_token=rt-1`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbGciOiJSUzI1NiI0","token_type":"Bearer","expires_in":900,"refresh_token":"rt-2"}`,
    becomes: { accessToken: 'eyJhbGciOiJSUzI1NiI0', refreshToken: 'rt-2', expires: 900 },
  },
  {
    title: 'is told that the refresh token is over',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'rt-0' },
    request: `POST /oauth2/token HTTP/1.1
Host: api.criteo.com
Content-Type: application/x-www-form-urlencoded

client_id=cid&client_secret=csecret&grant_type=refresh_token&refresh_token=rt-0`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'sends an advertiser to consent, with a challenge',
    address: pkce,
    from: 'described',
    way: 'user_pkce',
    call: 'authorize',
    given: {
      clientId: 'cid',
      redirectUri,
      flow: {
        state: 'xyz',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      },
    },
    request:
      'https://consent.criteo.com/request?response_type=code&client_id=cid&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&state=xyz&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'https://example.com/oauth/callback?code=abc&state=xyz',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with the verifier, by the method none',
    address: pkce,
    from: 'described',
    way: 'user_pkce',
    call: 'token',
    given: {
      ...client,
      redirectUri,
      flow: { code: 'abc', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    },
    request: `POST /oauth2/token HTTP/1.1
Host: api.criteo.com
Content-Type: application/x-www-form-urlencoded

client_id=cid&grant_type=authorization_code&code=abc&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbGciOiJSUzI1NiJ9","token_type":"Bearer","expires_in":900,"refresh_token":"rt-1"}`,
    becomes: { accessToken: 'eyJhbGciOiJSUzI1NiJ9', refreshToken: 'rt-1', expires: 900 },
  },
  {
    title: 'asks which app the token is of, in the version chosen',
    address: sdk,
    from: 'described',
    way: 'app',
    call: 'app',
    given: { token: 'eyJhbGciOiJSUzI1NiJ9', typed: { version: '2026-01', service: 'retail-media' } },
    request: `GET /2026-01/retail-media/me HTTP/1.1
Host: api.criteo.com
Authorization: Bearer eyJhbGciOiJSUzI1NiJ9
Accept: application/json

`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"data":{"id":"12345","type":"Application","attributes":{"applicationId":12345,"criteoService":"RetailMedia","description":null,"name":"Nightly reports","organizationId":678}},"warnings":[],"errors":[]}`,
    becomes: { values: {}, who: 'Nightly reports' },
  },
]
