import type { Example } from '../provider/example.ts'

const reference = 'https://developer.squareup.com/reference/square/o-auth-api/authorize'
const sdk = 'https://github.com/square/square-nodejs-sdk'
const tokens = 'https://developer.squareup.com/docs/oauth-api/receive-and-manage-tokens'
const refresh = 'https://developer.squareup.com/docs/oauth-api/refresh-revoke-limit-scope'
const client = { clientId: 'YOUR_CLIENT_ID', clientSecret: 'YOUR_CLIENT_SECRET' }
const redirectUri = 'https://example.com/callback.php'
const post = (path: string) => `POST /oauth2/${path} HTTP/1.1
Host: connect.squareup.com`
const json = 'Content-Type: application/json'
const ok = `HTTP/1.1 200 OK
${json}`
const access = 'EAAl3ikZIe18J'
const refreshToken = 'EQAAl0OcByu3I'

export const examples: Example[] = [
  {
    title: 'sends the seller to connect.squareup.com and asks for a login',
    address: reference,
    from: 'described',
    way: 'seller',
    call: 'authorize',
    given: {
      clientId: 'YOUR_APP_ID',
      scopes: ['CUSTOMERS_WRITE', 'CUSTOMERS_READ'],
      redirectUri,
      flow: { state: '82201dd8d83d23cc8a48caf52b' },
    },
    request:
      'https://connect.squareup.com/oauth2/authorize?client_id=YOUR_APP_ID&scope=CUSTOMERS_WRITE+CUSTOMERS_READ&session=false&redirect_uri=https://example.com/callback.php&state=82201dd8d83d23cc8a48caf52b',
    response:
      'https://example.com/callback.php?code=sq0cgb-xJPZ8rwCk7KfapZz815Grw&response_type=code&state=82201dd8d83d23cc8a48caf52b',
    becomes: { values: {} },
  },
  {
    title: 'sends the seller of the sandbox there without asking for a login, who denies it',
    address: reference,
    from: 'described',
    way: 'seller',
    call: 'authorize',
    given: {
      clientId: 'sandbox-id',
      typed: { environment: 'sandbox' },
      scopes: ['ITEMS_READ'],
      redirectUri,
      flow: { state: 's' },
    },
    request:
      'https://connect.squareupsandbox.com/oauth2/authorize?client_id=sandbox-id&scope=ITEMS_READ&redirect_uri=https://example.com/callback.php&state=s',
    response: 'https://example.com/callback.php?error=access_denied&error_description=user_denied&state=s',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code by JSON and reads the end as a date',
    address: sdk,
    from: 'described',
    way: 'seller',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'YOUR_AUTHORIZATION_CODE' } },
    request: `${post('token')}
${json}

{"client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET","code":"YOUR_AUTHORIZATION_CODE","grant_type":"authorization_code","redirect_uri":"https://example.com/callback.php"}`,
    response: `${ok}

{"access_token":"${access}","token_type":"bearer","expires_at":"2026-12-22T12:00:00Z","merchant_id":"MLQW2MYBY81PZ","refresh_token":"${refreshToken}","short_lived":false}`,
    becomes: {
      accessToken: access,
      refreshToken,
      expires: '2026-12-22T12:00:00Z',
      values: { merchant_id: 'MLQW2MYBY81PZ' },
    },
  },
  {
    title: 'renews, and the refresh token stays the same',
    address: refresh,
    from: 'described',
    way: 'seller',
    call: 'renewal',
    given: { ...client, refreshToken },
    request: `${post('token')}
${json}

{"client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET","grant_type":"refresh_token","refresh_token":"${refreshToken}"}`,
    response: `${ok}

{"access_token":"${access}2","token_type":"bearer","expires_at":"2026-12-22T12:00:00Z","merchant_id":"MLQW2MYBY81PZ","refresh_token":"${refreshToken}","short_lived":false}`,
    becomes: { accessToken: `${access}2`, refreshToken, expires: '2026-12-22T12:00:00Z' },
  },
  {
    title: 'sends the seller there with a challenge',
    address: tokens,
    from: 'described',
    way: 'seller_pkce',
    call: 'authorize',
    given: {
      clientId: 'YOUR_APP_ID',
      scopes: ['CUSTOMERS_READ'],
      redirectUri,
      flow: { state: 's', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://connect.squareup.com/oauth2/authorize?client_id=YOUR_APP_ID&scope=CUSTOMERS_READ&session=false&redirect_uri=https://example.com/callback.php&state=s&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'https://example.com/callback.php?code=sq0cgb-xJPZ8rwCk7KfapZz815Grw&response_type=code&state=s',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with its verifier for a refresh token that ends',
    address: tokens,
    from: 'described',
    way: 'seller_pkce',
    call: 'token',
    given: {
      clientId: 'YOUR_CLIENT_ID',
      redirectUri,
      flow: { code: 'YOUR_AUTHORIZATION_CODE', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    },
    request: `${post('token')}
${json}

{"client_id":"YOUR_CLIENT_ID","code":"YOUR_AUTHORIZATION_CODE","grant_type":"authorization_code","redirect_uri":"https://example.com/callback.php","code_verifier":"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"}`,
    response: `${ok}

{"access_token":"${access}","token_type":"bearer","expires_at":"2026-12-22T12:00:00Z","merchant_id":"MLQW2MYBY81PZ","refresh_token":"${refreshToken}","short_lived":false,"refresh_token_expires_at":"2027-02-20T12:00:00Z"}`,
    becomes: {
      accessToken: access,
      refreshToken,
      expires: '2026-12-22T12:00:00Z',
      idleIn: 7_776_000,
    },
  },
  {
    title: 'renews without the secret, for another refresh token',
    address: tokens,
    from: 'described',
    way: 'seller_pkce',
    call: 'renewal',
    given: { clientId: 'YOUR_CLIENT_ID', refreshToken },
    request: `${post('token')}
${json}

{"client_id":"YOUR_CLIENT_ID","grant_type":"refresh_token","refresh_token":"${refreshToken}"}`,
    response: `${ok}

{"access_token":"${access}2","token_type":"bearer","expires_at":"2026-12-22T12:00:00Z","merchant_id":"MLQW2MYBY81PZ","refresh_token":"${refreshToken}2","short_lived":false,"refresh_token_expires_at":"2027-02-20T12:00:00Z"}`,
    becomes: {
      accessToken: `${access}2`,
      refreshToken: `${refreshToken}2`,
      expires: '2026-12-22T12:00:00Z',
      idleIn: 7_776_000,
    },
  },
  {
    title: 'is told that a single-use refresh token was used up',
    address: tokens,
    from: 'described',
    way: 'seller_pkce',
    call: 'renewal',
    given: { clientId: 'YOUR_CLIENT_ID', refreshToken: 'used' },
    request: `${post('token')}
${json}

{"client_id":"YOUR_CLIENT_ID","grant_type":"refresh_token","refresh_token":"used"}`,
    response: `HTTP/1.1 401 Unauthorized
${json}

{"message":"Not Authorized","type":"service.not_authorized"}`,
    becomes: { error: 'http_401', means: 'configuration' },
  },
  {
    title: 'revokes with a scheme of its own',
    address: sdk,
    from: 'described',
    way: 'seller',
    call: 'revoke',
    given: { clientId: 'CLIENT_ID', clientSecret: 'YOUR_CLIENT_SECRET', token: 'ACCESS_TOKEN' },
    request: `${post('revoke')}
Authorization: Client YOUR_CLIENT_SECRET
${json}

{"client_id":"CLIENT_ID","access_token":"ACCESS_TOKEN"}`,
    response: `${ok}

{"success":true}`,
    becomes: { values: {} },
  },
  {
    title: 'asks what a token is worth',
    address: sdk,
    from: 'described',
    way: 'seller',
    call: 'introspect',
    given: { ...client, token: 'ACCESS_TOKEN' },
    request: `${post('token/status')}
Authorization: Bearer ACCESS_TOKEN
`,
    response: `${ok}

{"scopes":["PAYMENTS_READ","PAYMENTS_WRITE"],"expires_at":"2022-10-14T14:44:00Z","client_id":"CLIENT_ID","merchant_id":"MERCHANT_ID"}`,
    becomes: { values: { merchant_id: 'MERCHANT_ID' } },
  },
  {
    title: 'asks which seller it is',
    address: tokens,
    from: 'described',
    way: 'seller',
    call: 'merchant',
    given: { ...client, token: 'ACCESS_TOKEN' },
    request: `GET /v2/merchants/me HTTP/1.1
Host: connect.squareup.com
Authorization: Bearer ACCESS_TOKEN
`,
    response: `${ok}

{"merchant":{"id":"DM7VKY8Q63GNP","business_name":"Apple A Day","country":"US","language_code":"en-US","currency":"USD","status":"ACTIVE","main_location_id":"9A65CGC72ZQG1"}}`,
    becomes: { values: {}, who: 'Apple A Day' },
  },
  {
    title: 'is told at the API that the seller took the token back',
    address: tokens,
    from: 'described',
    way: 'seller',
    call: 'merchant',
    given: { ...client, token: 'ACCESS_TOKEN' },
    request: `GET /v2/merchants/me HTTP/1.1
Host: connect.squareup.com
Authorization: Bearer ACCESS_TOKEN
`,
    response: `HTTP/1.1 401 Unauthorized
${json}

{"errors":[{"category":"AUTHENTICATION_ERROR","code":"ACCESS_TOKEN_REVOKED","detail":"The access token has been revoked."}]}`,
    becomes: { error: 'ACCESS_TOKEN_REVOKED', means: 'dead' },
  },
]
