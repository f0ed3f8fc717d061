import type { Example } from '../provider/example.ts'

const auth = 'https://developers.pinterest.com/docs/getting-started/set-up-authentication-and-authorization/'
const refused = 'https://github.com/pinterest/pinterest-python-sdk/issues/114'
/** The pair for which the page shows the Basic header. */
const client = { clientId: '123', clientSecret: '456' }
const post = (host: string) => `POST /v5/oauth/token HTTP/1.1
Host: ${host}
Authorization: Basic MTIzOjQ1Ng==
Content-Type: application/x-www-form-urlencoded`

export const examples: Example[] = [
  {
    title: 'sends the person to pinterest.com with scopes joined by commas',
    address: auth,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: '1234567',
      scopes: ['ads:read', 'ads:write', 'boards:read', 'pins:read'],
      redirectUri: 'https://example.com/',
      flow: { state: 'hello' },
    },
    request:
      'https://www.pinterest.com/oauth/?client_id=1234567&redirect_uri=https://example.com/&response_type=code&scope=ads:read,ads:write,boards:read,pins:read&state=hello',
    response: 'https://example.com/?code={code}&state=hello',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code and asks for a refresh token that can be renewed',
    address: auth,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'http://localhost/', flow: { code: '{your_code}' } },
    request: `${post('api.pinterest.com')}

grant_type=authorization_code&code=%7Byour_code%7D&redirect_uri=http%3A%2F%2Flocalhost%2F&continuous_refresh=true`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "{access_token_string_with_'pina'_prefix}",
  "refresh_token": "{refresh_token_string_with_'pinr'_prefix}",
  "response_type": "authorization_code",
  "token_type": "bearer",
  "expires_in": 2592000,
  "refresh_token_expires_in": 31536000,
  "scope": "boards:read boards:write pins:read"
}`,
    becomes: {
      accessToken: "{access_token_string_with_'pina'_prefix}",
      refreshToken: "{refresh_token_string_with_'pinr'_prefix}",
      expires: 2_592_000,
      idleIn: 31_536_000,
      scope: ['boards:read', 'boards:write', 'pins:read'],
    },
  },
  {
    title: 'renews, and the answer brings a new refresh token of 60 days',
    address: auth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '{your_refresh_token}' },
    request: `${post('api.pinterest.com')}

grant_type=refresh_token&refresh_token=%7Byour_refresh_token%7D`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "{access_token_string_with_'pina'_prefix}",
  "response_type": "refresh_token",
  "token_type": "bearer",
  "expires_in": 2592000,
  "scope": "boards:read",
  "refresh_token": "{refresh_token_string_with_'pinr'_prefix}",
  "refresh_token_expires_in": 5184000,
  "refresh_token_expires_at": 1730227664
}`,
    becomes: {
      accessToken: "{access_token_string_with_'pina'_prefix}",
      refreshToken: "{refresh_token_string_with_'pinr'_prefix}",
      expires: 2_592_000,
      idleIn: 5_184_000,
      scope: ['boards:read'],
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: refused,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'pinr.old' },
    request: `${post('api.pinterest.com')}

grant_type=refresh_token&refresh_token=pinr.old`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"code":283,"message":"The authorization grant is invalid"}`,
    becomes: { error: '283', means: 'dead' },
  },
  {
    title: 'asks for the account that owns the app',
    address: auth,
    from: 'page',
    way: 'app',
    call: 'token',
    given: { ...client, scopes: ['boards:read', 'pins:read'] },
    request: `${post('api.pinterest.com')}

grant_type=client_credentials&scope=boards%3Aread%2Cpins%3Aread`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "{access_token_string_with_'pinc'_prefix}",
  "response_type": "client_credentials",
  "token_type": "bearer",
  "expires_in": 2592000,
  "scope": "boards:read catalogs:read catalogs:write pins:read"
}`,
    becomes: {
      accessToken: "{access_token_string_with_'pinc'_prefix}",
      expires: 2_592_000,
      scope: ['boards:read', 'catalogs:read', 'catalogs:write', 'pins:read'],
    },
  },
  {
    title: 'asks the sandbox at its own host',
    address: auth,
    from: 'described',
    way: 'app',
    call: 'token',
    given: { ...client, typed: { environment: 'sandbox' }, scopes: ['ads:read'] },
    request: `${post('api-sandbox.pinterest.com')}

grant_type=client_credentials&scope=ads%3Aread`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"pinc_x","response_type":"client_credentials","token_type":"bearer","expires_in":2592000,"scope":"ads:read"}`,
    becomes: { accessToken: 'pinc_x', expires: 2_592_000, scope: ['ads:read'] },
  },
  {
    title: 'is told that app id and app secret are no pair',
    // The answer is that of the API to tokens it does not know, as a client of the vendor shows it.
    address: 'https://github.com/pinterest/pinterest-python-generated-api-client/issues/31',
    from: 'described',
    way: 'app',
    call: 'token',
    given: { ...client, scopes: ['ads:read'] },
    request: `${post('api.pinterest.com')}

grant_type=client_credentials&scope=ads%3Aread`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"code":2,"message":"Authentication failed.","status":"failure"}`,
    becomes: { error: '2', means: 'client' },
  },
  {
    title: 'asks which account it is',
    address: auth,
    from: 'page',
    way: 'user',
    call: 'account',
    given: { ...client, token: '123' },
    request: `GET /v5/user_account HTTP/1.1
Host: api.pinterest.com
Authorization: Bearer 123
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"account_type":"BUSINESS","profile_image":"test profile url","website_url":"test website url","username":"pindexterp"}`,
    becomes: { values: {}, who: 'pindexterp' },
  },
  {
    title: 'is told at the API that the token has ended',
    address: auth,
    from: 'described',
    way: 'user',
    call: 'account',
    given: { ...client, token: 'pina_old' },
    request: `GET /v5/user_account HTTP/1.1
Host: api.pinterest.com
Authorization: Bearer pina_old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"code":2,"message":"Authentication failed."}`,
    becomes: { error: '2', means: 'dead' },
  },
]
