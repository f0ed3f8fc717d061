import type { Example } from '../provider/example.ts'

const custom = 'https://docs.snowflake.com/en/user-guide/oauth-custom'
const typed = { account: 'myorg-account_xyz', role: 'R1' }
const client = { clientId: '123', clientSecret: '456' }
const redirectUri = 'https://localhost.com'
const head = (more: string) => `POST /oauth/token-request HTTP/1.1
Host: myorg-account_xyz.snowflakecomputing.com
${more}Content-Type: application/x-www-form-urlencoded

`
const post = head('Authorization: Basic MTIzOjQ1Ng==\n')
const flow = { state: 'xyz', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }
const page = `https://myorg-account_xyz.snowflakecomputing.com/oauth/authorize?client_id=123&response_type=code&redirect_uri=https%3A%2F%2Flocalhost.com&scope=refresh_token%20session%3Arole%3AR1&state=xyz&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256`
const exchange = 'grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Flocalhost.com'
const issued = `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token":  "ACCESS_TOKEN",
  "expires_in": 600,
  "refresh_token": "REFRESH_TOKEN",
  "token_type": "Bearer",
  "username": "user1"
}`
const becomes = {
  accessToken: 'ACCESS_TOKEN',
  refreshToken: 'REFRESH_TOKEN',
  expires: 600,
  values: { login: 'user1' },
}

export const examples: Example[] = [
  {
    title: 'sends the person to the account, with the role as a scope',
    address: custom,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { clientId: '123', typed, scopes: ['refresh_token'], redirectUri, flow },
    request: page,
    response: 'https://localhost.com?code=CODE&state=xyz',
    becomes: { values: {} },
  },
  {
    title: 'sends the person there without a secret, with a challenge',
    address: custom,
    from: 'described',
    way: 'user_public',
    call: 'authorize',
    given: { clientId: '123', typed, scopes: ['refresh_token'], redirectUri, flow },
    request: page,
    response: 'https://localhost.com?code=CODE&state=xyz',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with Basic, and the answer names the person',
    address: custom,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, typed, redirectUri, flow: { code: 'CODE' } },
    request: `${post}${exchange}`,
    response: issued,
    becomes,
  },
  {
    title: 'exchanges the code with an assertion that a key pair signs',
    address: custom,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { clientId: '123', typed, redirectUri, flow: { code: '<oauth_az_code>' }, clientSecret: 'none' },
    request: `${head('')}grant_type=authorization_code&code=%3Coauth_az_code%3E&redirect_uri=https%3A%2F%2Flocalhost.com&client_id=123&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=JWT`,
    response: issued,
    becomes,
  },
  {
    title: 'exchanges the code without a secret, with the code verifier',
    address: custom,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: { clientId: '123', typed, redirectUri, flow: { code: 'CODE', code_verifier: 'VERIFIER' } },
    request: `${head('')}client_id=123&${exchange}&code_verifier=VERIFIER`,
    response: issued,
    becomes,
  },
  {
    title: 'renews, and keeps the refresh token it has',
    address: custom,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'REFRESH_TOKEN' },
    request: `${post}grant_type=refresh_token&refresh_token=REFRESH_TOKEN`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"ANOTHER","token_type":"Bearer","expires_in":600}`,
    becomes: { accessToken: 'ANOTHER', expires: 600 },
  },
  {
    title: 'renews with a refresh token for one use',
    address: 'https://docs.snowflake.com/en/user-guide/single-use-refresh-tokens',
    from: 'described',
    way: 'user_rotating',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'REFRESH_TOKEN' },
    request: `${post}grant_type=refresh_token&refresh_token=REFRESH_TOKEN`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"ANOTHER","refresh_token":"NEXT","token_type":"Bearer","expires_in":600}`,
    becomes: { accessToken: 'ANOTHER', refreshToken: 'NEXT', expires: 600 },
  },
  {
    title: 'is told that the client is wrong',
    address: custom,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { ...client, typed, redirectUri, flow: { code: 'CODE' } },
    request: `${post}${exchange}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{
  "data" : null,
  "message" : "This is an invalid client.",
  "code" : null,
  "success" : false,
  "error" : "invalid_client"
}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'is told that the refresh token is over',
    address:
      'https://docs.openbridge.com/en/articles/13621795-snowflake-troubleshooting-guide-resolving-invalid-grant-errors',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'OLD' },
    request: `${post}grant_type=refresh_token&refresh_token=OLD`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"data":null,"message":"The refresh token is invalid or expired.","code":null,"success":false,"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks who it is with a statement that needs no warehouse',
    address: 'https://docs.snowflake.com/en/developer-guide/sql-api/authenticating',
    from: 'described',
    way: 'user',
    call: 'current_user',
    given: { ...client, typed, token: 'ACCESS_TOKEN' },
    request: `POST /api/v2/statements HTTP/1.1
Host: myorg-account_xyz.snowflakecomputing.com
Authorization: Bearer ACCESS_TOKEN
Accept: application/json
Content-Type: application/json

{"statement":"select current_user()","timeout":60}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"resultSetMetaData":{"numRows":1,"format":"jsonv2"},"data":[["USER1"]],"code":"090001","statementStatusUrl":"/api/v2/statements/01b0","message":"Statement executed successfully."}`,
    becomes: { values: {}, who: 'USER1' },
  },
]
