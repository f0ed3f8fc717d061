import type { Example } from '../provider/example.ts'

const docs = 'https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens'
const details =
  'https://developers.hubspot.com/changelog/additional-details-returned-when-generating-oauth-access-tokens'
const errors = 'https://developers.hubspot.com/changelog/new-oauth-v3-api-endpoints-and-standardized-error-responses'
const look = 'https://developers.hubspot.com/docs/api-reference/2026-03/authentication/oauth-tokens/token-introspect'

const client = { clientId: 'your-client-id', clientSecret: 'your-client-secret' }
const redirectUri = 'https://www.example.com/auth-callback'
const post = `POST /oauth/2026-03/token HTTP/1.1
Host: api.hubapi.com
Content-Type: application/x-www-form-urlencoded`
const tokens = `HTTP/1.1 200 OK
Content-Type: application/json;charset=utf-8

{ "token_type": "bearer", "refresh_token": "na1-ab12-cd34-ef56-gh78-abcdef123456", "hub_id": 62515, "scopes": [ "oauth", "crm.objects.contacts.write", "crm.objects.contacts.read" ], "access_token": "AAA1234-TOKEN", "expires_in": 1800 }`
const becomes = {
  accessToken: 'AAA1234-TOKEN',
  refreshToken: 'na1-ab12-cd34-ef56-gh78-abcdef123456',
  expires: 1800,
  scope: ['oauth', 'crm.objects.contacts.write', 'crm.objects.contacts.read'],
  values: { hub_id: '62515' },
}

export const examples: Example[] = [
  {
    title: 'sends a person to choose a portal',
    address: docs,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['oauth', 'crm.objects.contacts.read'], flow: { state: 'y68f' } },
    request:
      'https://app.hubspot.com/oauth/authorize?client_id=your-client-id&scope=oauth%20crm.objects.contacts.read&redirect_uri=https%3A%2F%2Fwww.example.com%2Fauth-callback&state=y68f',
    response: 'https://www.example.com/auth-callback?code=na1-1234&state=y68f',
    becomes: { values: {} },
  },
  {
    title: 'sends a person in Europe to their own host, with optional scopes',
    address: docs,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      typed: { region: 'eu1', optional_scope: 'tickets' },
      redirectUri,
      scopes: ['oauth'],
      flow: { state: 'y68f' },
    },
    request:
      'https://app-eu1.hubspot.com/oauth/authorize?client_id=your-client-id&scope=oauth&redirect_uri=https%3A%2F%2Fwww.example.com%2Fauth-callback&state=y68f&optional_scope=tickets',
    response:
      'https://www.example.com/auth-callback?error=access_denied&error_description=The+user+denied+access&state=y68f',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code and learns which portal it is',
    address: details,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'na1-1234' } },
    request: `${post}

grant_type=authorization_code&code=na1-1234&redirect_uri=https%3A%2F%2Fwww.example.com%2Fauth-callback&client_id=your-client-id&client_secret=your-client-secret`,
    response: tokens,
    becomes,
  },
  {
    title: 'renews, and the same refresh token comes back',
    address: details,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'na1-ab12-cd34-ef56-gh78-abcdef123456' },
    request: `${post}

grant_type=refresh_token&refresh_token=na1-ab12-cd34-ef56-gh78-abcdef123456&client_id=your-client-id&client_secret=your-client-secret`,
    response: tokens,
    becomes,
  },
  {
    title: 'is told that the refresh token is over',
    address: errors,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `${post}

grant_type=refresh_token&refresh_token=old&client_id=your-client-id&client_secret=your-client-secret`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=utf-8

{ "error": "invalid_grant", "error_description": "refresh token is invalid, expired or revoked", "status": "BAD_REFRESH_TOKEN", "message": "refresh token is invalid, expired or revoked" }`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'looks at a token',
    address: look,
    from: 'described',
    way: 'user',
    call: 'introspect',
    given: { ...client, token: 'AAA1234-TOKEN' },
    request: `POST /oauth/2026-03/token/introspect HTTP/1.1
Host: api.hubapi.com
Content-Type: application/x-www-form-urlencoded

token=AAA1234-TOKEN&token_type_hint=access_token&client_id=your-client-id&client_secret=your-client-secret`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=utf-8

{"active": true}`,
    becomes: { values: {} },
  },
  {
    title: 'revokes the refresh token',
    address: 'https://developers.hubspot.com/changelog/v1-oauth-api-deprecation',
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'na1-ab12-cd34-ef56-gh78-abcdef123456' },
    request: `POST /oauth/2026-03/token/revoke HTTP/1.1
Host: api.hubapi.com
Content-Type: application/x-www-form-urlencoded

token=na1-ab12-cd34-ef56-gh78-abcdef123456&token_type_hint=refresh_token&client_id=your-client-id&client_secret=your-client-secret`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks which portal the key is of',
    address: docs,
    from: 'described',
    way: 'service_key',
    call: 'portal',
    given: { token: 'pat-na1-11111111' },
    request: `GET /account-info/v3/details HTTP/1.1
Host: api.hubapi.com
Authorization: Bearer pat-na1-11111111
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=utf-8

{"portalId":62515,"accountType":"STANDARD","timeZone":"US/Eastern","companyCurrency":"USD","additionalCurrencies":[],"utcOffset":"-05:00","utcOffsetMilliseconds":-18000000,"uiDomain":"app.hubspot.com","dataHostingLocation":"na1"}`,
    becomes: { values: {}, who: '62515' },
  },
  {
    title: 'is told that the token has ended',
    address: docs,
    from: 'described',
    way: 'user',
    call: 'portal',
    given: { token: 'AAA1234-TOKEN' },
    request: `GET /account-info/v3/details HTTP/1.1
Host: api.hubapi.com
Authorization: Bearer AAA1234-TOKEN
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json;charset=utf-8

{"status":"error","message":"The OAuth token used to make this call expired 5 minutes ago.","correlationId":"4e9fcf23-6a4a-4d3b-8f6e-0d3a3e4f7b11","category":"EXPIRED_AUTHENTICATION"}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
]
