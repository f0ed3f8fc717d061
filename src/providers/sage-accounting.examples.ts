import type { Example } from '../provider/example.ts'

const auth = 'https://developer.sage.com/accounting/guides/authenticating/authentication/'
const client = { clientId: '4b6xxxxxxx710', clientSecret: 'iNuxxxxxxxxxxtm9' }
const redirectUri = 'https://myapp.com/auth/callback'
const post = (path: string) => `POST /${path} HTTP/1.1
Host: oauth.accounting.sage.com
Content-Type: application/x-www-form-urlencoded
Accept: application/json

client_id=4b6xxxxxxx710&client_secret=iNuxxxxxxxxxxtm9`
const answer = `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "eyJhbGciOiJSUzUxMiIs",
  "scope": "full_access",
  "token_type": "bearer",
  "expires_in": 300,
  "refresh_token": "eyJhbGciOiJSUzUxMiIt",
  "refresh_token_expires_in": 2678400,
  "requested_by_id": "c3c32d1c-41ba-483f-a3ff-49fdb57b9c38"
}`
const tokens = {
  accessToken: 'eyJhbGciOiJSUzUxMiIs',
  refreshToken: 'eyJhbGciOiJSUzUxMiIt',
  expires: 300,
  idleIn: 2_678_400,
  scope: ['full_access'],
}

export const examples: Example[] = [
  {
    title: 'sends the person to the page of all countries',
    address: auth,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: { ...client, scopes: ['full_access'], redirectUri, flow: { state: 'random_string' } },
    request: `https://www.sageone.com/oauth2/auth/central?filter=apiv3.1&response_type=code&client_id=4b6xxxxxxx710&redirect_uri=${redirectUri}&scope=full_access&state=random_string`,
    response: `${redirectUri}?code=GB%2F12abcxxxxxxxxxxxxf7d&country=GB&state=random_string`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code for a token of five minutes',
    address: auth,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '12axxxxxxxxxxxxf7d' } },
    request: `${post('token')}&code=12axxxxxxxxxxxxf7d&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fmyapp.com%2Fauth%2Fcallback`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'renews and is given a new refresh token of 31 days',
    address: auth,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'eyJxxxxxxxxxxYLk' },
    request: `${post('token')}&grant_type=refresh_token&refresh_token=eyJxxxxxxxxxxYLk`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'is told that the refresh token was used before',
    address: auth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'used' },
    request: `${post('token')}&grant_type=refresh_token&refresh_token=used`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes the refresh token',
    address: auth,
    from: 'page',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'eyJxxxxxxxxxxYLk' },
    request: `POST /revoke HTTP/1.1
Host: oauth.accounting.sage.com
Content-Type: application/x-www-form-urlencoded

client_id=4b6xxxxxxx710&client_secret=iNuxxxxxxxxxxtm9&token=eyJxxxxxxxxxxYLk`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "success": "ok"
}`,
    becomes: { values: {} },
  },
  {
    title: 'asks for the businesses of the person',
    address: auth,
    from: 'described',
    way: 'user',
    call: 'businesses',
    given: { token: 'eyJhbGciOiJSUzUxMiIs' },
    request: `GET /v3.1/businesses HTTP/1.1
Host: api.accounting.sage.com
Authorization: Bearer eyJhbGciOiJSUzUxMiIs
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"$total":1,"$page":1,"$next":null,"$back":null,"$itemsPerPage":20,"$items":[{"id":"f1b4e2c0","displayed_as":"Example Ltd","$path":"/businesses/f1b4e2c0"}]}`,
    becomes: { values: {}, who: 'Example Ltd' },
  },
]
