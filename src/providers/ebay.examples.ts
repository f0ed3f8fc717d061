import type { Example } from '../provider/example.ts'

const consent = 'https://developer.ebay.com/api-docs/static/oauth-consent-request.html'
const exchange = 'https://developer.ebay.com/api-docs/static/oauth-auth-code-grant-request.html'
const refresh = 'https://developer.ebay.com/api-docs/static/oauth-refresh-token-request.html'
const refused = 'https://github.com/hendt/ebay-api/issues/77'
const scope = 'https://api.ebay.com/oauth/api_scope'
const client = {
  clientId: 'Example-jobs-PRD-1',
  clientSecret: 'PRD-secret',
  typed: { runame: 'Example-ExampleA-jobs-abcdefgh' },
}
const post = (host: string) => `POST /identity/v1/oauth2/token HTTP/1.1
Host: ${host}
Authorization: Basic RXhhbXBsZS1qb2JzLVBSRC0xOlBSRC1zZWNyZXQ=
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json`

export const examples: Example[] = [
  {
    title: 'sends the user to auth.ebay.com with the RuName as redirect URI',
    address: consent,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      scopes: [`${scope}/sell.account`, `${scope}/sell.inventory`],
      redirectUri: 'https://example.com/accepted',
      flow: { state: 'abc' },
    },
    request:
      'https://auth.ebay.com/oauth2/authorize?client_id=Example-jobs-PRD-1&redirect_uri=Example-ExampleA-jobs-abcdefgh&response_type=code&state=abc&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope%2Fsell.account%20https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope%2Fsell.inventory',
    response: 'https://example.com/accepted?code=v%5E1.1%23i%5E1%23f%5E0%23p%5E3%23r%5E1&state=abc&expires_in=299',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code; the type of the token has spaces and its refresh token ends for good',
    address: exchange,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, flow: { code: 'v^1.1#i^1#f^0#p^3#r^1' } },
    request: `${post('api.ebay.com')}

grant_type=authorization_code&code=v%5E1.1%23i%5E1%23f%5E0%23p%5E3%23r%5E1&redirect_uri=Example-ExampleA-jobs-abcdefgh`,
    response: `${ok}

{
    "access_token": "v^1.1#i^1#p^3#r^1...XzMjRV4xMjg0",
    "expires_in": 7200,
    "refresh_token": "v^1.1#i^1#p^3#r^1...zYjRV4xMjg0",
    "refresh_token_expires_in": 47304000,
    "token_type": "User Access Token"
}`,
    becomes: {
      accessToken: 'v^1.1#i^1#p^3#r^1...XzMjRV4xMjg0',
      refreshToken: 'v^1.1#i^1#p^3#r^1...zYjRV4xMjg0',
      expires: 7200,
      hardIn: 47_304_000,
    },
  },
  {
    title: 'renews without being given a refresh token',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'v^1.1#i^1#p^3#r^1' },
    request: `${post('api.ebay.com')}

grant_type=refresh_token&refresh_token=v%5E1.1%23i%5E1%23p%5E3%23r%5E1`,
    response: `${ok}

{"access_token":"v^1.1#i^1...AjRV4yNjA=","expires_in":7200,"token_type":"User Access Token"}`,
    becomes: { accessToken: 'v^1.1#i^1...AjRV4yNjA=', expires: 7200 },
  },
  {
    title: 'is told that the refresh token is over',
    address: refused,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `${post('api.ebay.com')}

grant_type=refresh_token&refresh_token=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"the provided authorization refresh token is invalid or was issued to another client"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the application itself, in the sandbox',
    address: 'https://developer.ebay.com/api-docs/static/oauth-client-credentials-grant.html',
    from: 'described',
    way: 'app',
    call: 'token',
    given: { ...client, typed: { environment: 'sandbox' }, scopes: [scope] },
    request: `${post('api.sandbox.ebay.com')}

grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope`,
    response: `${ok}

{"access_token":"v^1.1#i^1#p^1#r^0#I^3#f^0#t^H4s...wu67e3xAhskz4DAAA","expires_in":7200,"token_type":"Application Access Token"}`,
    becomes: { accessToken: 'v^1.1#i^1#p^1#r^0#I^3#f^0#t^H4s...wu67e3xAhskz4DAAA', expires: 7200 },
  },
  {
    title: 'is told that the keys are those of the other environment',
    address: exchange,
    from: 'described',
    way: 'app',
    call: 'token',
    given: { ...client, typed: {}, scopes: [scope] },
    request: `${post('api.ebay.com')}

grant_type=client_credentials&scope=https%3A%2F%2Fapi.ebay.com%2Foauth%2Fapi_scope`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_client","error_description":"client authentication failed"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'asks who authorized, at a host of its own',
    address: 'https://developer.ebay.com/api-docs/commerce/identity/resources/user/methods/getUser',
    from: 'described',
    way: 'user',
    call: 'user_info',
    given: { ...client, token: 'v^1.1#i^1' },
    request: `GET /commerce/identity/v1/user/ HTTP/1.1
Host: apiz.ebay.com
Authorization: Bearer v^1.1#i^1
`,
    response: `${ok}

{"userId":"1******l","username":"a****z","accountType":"BUSINESS","registrationMarketplaceId":"EBAY_US"}`,
    becomes: { values: {}, who: 'a****z' },
  },
  {
    title: 'is told at the API that the token has ended',
    address: 'https://developer.ebay.com/api-docs/commerce/identity/resources/user/methods/getUser',
    from: 'described',
    way: 'user',
    call: 'user_info',
    given: { ...client, token: 'v^1.1#i^1' },
    request: `GET /commerce/identity/v1/user/ HTTP/1.1
Host: apiz.ebay.com
Authorization: Bearer v^1.1#i^1
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"errors":[{"errorId":1001,"domain":"OAuth","category":"REQUEST","message":"Invalid access token","longMessage":"Invalid access token. Check the value of the Authorization HTTP request header."}]}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
]
