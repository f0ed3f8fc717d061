import type { Example } from '../provider/example.ts'

const flow = 'https://developer.monday.com/apps/docs/migrating-to-the-new-oauth-flow'
const keys = 'https://developer.monday.com/api-reference/docs/authentication'
const client = { clientId: 'YOUR_CLIENT_ID', clientSecret: 'YOUR_CLIENT_SECRET' }
const redirectUri = 'https://yourapp.com/callback'
const verifier = 'M25iVXpKU3puUjFjYWg3T1NDTDQtcW1rOUY5YXlwalNo'
const post = (path: string) => `POST /oauth_ms/oauth/${path} HTTP/1.1
Host: auth.monday.com
Content-Type: application/json`
const answer = `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "eyJhbGciOi...",
  "refresh_token": "eyJhbGciOi...",
  "token_type": "Bearer",
  "scope": "boards:read users:read"
}`
const tokens = {
  accessToken: 'eyJhbGciOi...',
  refreshToken: 'eyJhbGciOi...',
  expires: 3600,
  scope: ['boards:read', 'users:read'],
}
const graphql = (authorization: string) => `POST /v2 HTTP/1.1
Host: api.monday.com
Authorization: ${authorization}
api-version: 2026-10
Content-Type: application/json

{"query":"{ me { id name email } }"}`

export const examples: Example[] = [
  {
    title: 'sends the person to auth.monday.com with PKCE and without response_type',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      scopes: ['boards:read', 'users:read'],
      redirectUri,
      flow: { state: 'example', code_challenge: 'CODE_CHALLENGE' },
    },
    request: `https://auth.monday.com/oauth2/authorize?client_id=YOUR_CLIENT_ID&redirect_uri=${redirectUri}&scope=boards:read users:read&state=example&code_challenge=CODE_CHALLENGE&code_challenge_method=S256`,
    response: `${redirectUri}?code=AUTHORIZATION_CODE&state=example&status=success`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code as JSON; the answer does not say how long the token lives',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'AUTHORIZATION_CODE', code_verifier: verifier } },
    request: `${post('token')}

{
  "grant_type": "authorization_code",
  "client_id": "YOUR_CLIENT_ID",
  "client_secret": "YOUR_CLIENT_SECRET",
  "code": "AUTHORIZATION_CODE",
  "redirect_uri": "${redirectUri}",
  "code_verifier": "${verifier}"
}`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'renews as JSON and is given a new refresh token',
    address: flow,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'YOUR_REFRESH_TOKEN' },
    request: `${post('token')}

{
  "grant_type": "refresh_token",
  "client_id": "YOUR_CLIENT_ID",
  "client_secret": "YOUR_CLIENT_SECRET",
  "refresh_token": "YOUR_REFRESH_TOKEN"
}`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'is told that the refresh token is over',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'used' },
    request: `${post('token')}

{"grant_type":"refresh_token","client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET","refresh_token":"used"}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"Invalid refresh token"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes the refresh token',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'TOKEN_TO_REVOKE' },
    request: `${post('revoke')}

{
  "token": "TOKEN_TO_REVOKE",
  "client_id": "YOUR_CLIENT_ID",
  "client_secret": "YOUR_CLIENT_SECRET",
  "token_type_hint": "refresh_token"
}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "success": true
}`,
    becomes: { values: {} },
  },
  {
    title: 'asks who authorized, with the version of the API',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'me',
    given: { token: 'eyJhbGciOi' },
    request: graphql('Bearer eyJhbGciOi'),
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"data":{"me":{"id":"4012689","name":"John Doe","email":"john@example.com"}},"extensions":{"request_id":"6a1d"}}`,
    becomes: { values: {}, who: 'John Doe' },
  },
  {
    title: 'asks with a personal token, which stands alone',
    address: keys,
    from: 'described',
    way: 'personal',
    call: 'me_by_token',
    given: { token: 'eyJhbGciOiJI' },
    request: graphql('eyJhbGciOiJI'),
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"data":{"me":{"id":"4012689","name":"John Doe","email":"john@example.com"}},"account_id":1825529}`,
    becomes: { values: {}, who: 'John Doe' },
  },
  {
    title: 'is told at the API that the token has ended',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'me',
    given: { token: 'old' },
    request: graphql('Bearer old'),
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"errors":["Not Authenticated"]}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
]
