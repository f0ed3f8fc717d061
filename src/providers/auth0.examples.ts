import type { Example } from '../provider/example.ts'

const docs = 'https://auth0.com/docs'
const machine = `${docs}/get-started/authentication-and-authorization-flow/client-credentials-flow/call-your-api-using-the-client-credentials-flow`
const refresh = `${docs}/secure/tokens/refresh-tokens/use-refresh-tokens`
const offline = `${docs}/secure/tokens/refresh-tokens/get-refresh-tokens`
const domain = 'example.eu.auth0.com'
const client = { clientId: 'YOUR_CLIENT_ID', clientSecret: 'YOUR_CLIENT_SECRET' }
const redirectUri = 'https://yourapp.com/callback'
const verifier = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg'
const post = (path: string) => `POST /oauth/${path} HTTP/1.1
Host: ${domain}
Content-Type: application/x-www-form-urlencoded

client_id=YOUR_CLIENT_ID&client_secret=YOUR_CLIENT_SECRET`

export const examples: Example[] = [
  {
    title: 'asks for one API by its audience',
    address: machine,
    from: 'page',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: { domain, audience: 'YOUR_API_IDENTIFIER' } },
    request: `${post('token')}&grant_type=client_credentials&audience=YOUR_API_IDENTIFIER`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token":"eyJz93a...k4laUWw",
  "token_type":"Bearer",
  "expires_in":86400
}`,
    becomes: { accessToken: 'eyJz93a...k4laUWw', expires: 86_400 },
  },
  {
    title: 'is refused a scope that the application was not granted',
    address: 'https://gist.github.com/gdestuynder/1017c2147b9e12259028a975a1c39e77',
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: { domain, audience: 'https://api.example.com/' }, scopes: ['test'] },
    request: `${post('token')}&grant_type=client_credentials&audience=https%3A%2F%2Fapi.example.com%2F&scope=test`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json

{"error":"access_denied","error_description":"Client has not been granted scopes: test"}`,
    becomes: { error: 'access_denied', means: 'configuration' },
  },
  {
    title: 'sends the person to the tenant with the audience',
    address: offline,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      typed: { domain, audience: 'https://api.example.com/' },
      scopes: ['openid', 'offline_access'],
      redirectUri,
      flow: { state: 'example', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request: `https://${domain}/authorize?audience=https://api.example.com/&scope=openid offline_access&response_type=code&client_id=YOUR_CLIENT_ID&redirect_uri=${redirectUri}&state=example&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256`,
    response: `${redirectUri}?code=BPPLN3Z4qCTvSNOy&state=example`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code; the answer does not say how long the token lives',
    address: offline,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      typed: { domain },
      redirectUri,
      flow: { code: 'BPPLN3Z4qCTvSNOy', code_verifier: verifier },
    },
    request: `${post('token')}&grant_type=authorization_code&code=BPPLN3Z4qCTvSNOy&redirect_uri=https%3A%2F%2Fyourapp.com%2Fcallback&code_verifier=${verifier}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "eyJz93a...k4laUWw",
  "refresh_token": "GEbRxBN...edjnXbL",
  "token_type": "Bearer"
}`,
    becomes: { accessToken: 'eyJz93a...k4laUWw', refreshToken: 'GEbRxBN...edjnXbL', expires: 86_400 },
  },
  {
    title: 'renews and keeps the refresh token, which no answer repeats',
    address: refresh,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: { domain }, refreshToken: 'yourRefreshToken' },
    request: `${post('token')}&grant_type=refresh_token&refresh_token=yourRefreshToken`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "eyJ...MoQ",
  "expires_in": 86400,
  "scope": "openid offline_access",
  "id_token": "eyJ...0NE",
  "token_type": "Bearer"
}`,
    becomes: { accessToken: 'eyJ...MoQ', expires: 86_400, scope: ['openid', 'offline_access'] },
  },
  {
    title: 'is told that the refresh token is over',
    address: 'https://github.com/auth0/Auth0.swift/issues/819',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: { domain }, refreshToken: 'used' },
    request: `${post('token')}&grant_type=refresh_token&refresh_token=used`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json

{
    "error": "invalid_grant",
    "error_description": "Unknown or invalid refresh token."
}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes the refresh token',
    address: `${docs}/secure/tokens/refresh-tokens/revoke-refresh-tokens`,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, typed: { domain }, refreshToken: 'YOUR_REFRESH_TOKEN' },
    request: `${post('revoke')}&token=YOUR_REFRESH_TOKEN`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks who authorized',
    address: `${docs}/secure/tokens/access-tokens`,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { typed: { domain }, token: 'eyJz93a' },
    request: `GET /userinfo HTTP/1.1
Host: ${domain}
Authorization: Bearer eyJz93a
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"sub":"auth0|5f7c8ec7c33c6c004bbafe82","name":"Jane Doe","email":"j.doe@example.com","email_verified":true,"updated_at":"2026-09-01T12:00:00.000Z"}`,
    becomes: { values: {}, who: 'j.doe@example.com' },
  },
]
