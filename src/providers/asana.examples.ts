import type { Example } from '../provider/example.ts'

const oauth = 'https://developers.asana.com/docs/oauth'
const client = { clientId: '753482910', clientSecret: '6572195638271537892521' }
const redirectUri = 'https://my.app.com'
const post = (path: string) => `POST /-/${path} HTTP/1.1
Host: app.asana.com
Content-Type: application/x-www-form-urlencoded

`
const proof = 'client_id=753482910&client_secret=6572195638271537892521'

export const examples: Example[] = [
  {
    title: 'sends the person to Asana with scopes and a challenge',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: '753482910',
      scopes: ['projects:read', 'tasks:read', 'tasks:write', 'tasks:delete'],
      redirectUri,
      flow: {
        state: 'thisIsARandomString',
        code_challenge: '671608a33392cee13585063953a86d396dffd15222d83ef958f43a2804ac7fb2',
      },
    },
    request:
      'https://app.asana.com/-/oauth_authorize?client_id=753482910&redirect_uri=https://my.app.com&response_type=code&state=thisIsARandomString&code_challenge_method=S256&code_challenge=671608a33392cee13585063953a86d396dffd15222d83ef958f43a2804ac7fb2&scope=projects:read tasks:read tasks:write tasks:delete',
    response: 'https://my.app.com?code=325797325&state=thisIsARandomString',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code, and the answer names the person',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      redirectUri,
      flow: { code: '325797325', code_verifier: 'fdsuiafhjbkewbfnmdxzvbuicxlhkvnemwavx' },
    },
    request: `${post('oauth_token')}grant_type=authorization_code&${proof}&redirect_uri=https%3A%2F%2Fmy.app.com&code=325797325&code_verifier=fdsuiafhjbkewbfnmdxzvbuicxlhkvnemwavx`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "f6ds7fdsa69ags7ag9sd5a",
  "expires_in": 3600,
  "token_type": "bearer",
  "data": {
    "id": 4673218951,
    "gid": "4673218951",
    "name": "Greg Sanchez",
    "email": "gsanchez@example.com"
  },
  "refresh_token": "hjkl325hjkl4325hj4kl32fjds"
}`,
    becomes: {
      accessToken: 'f6ds7fdsa69ags7ag9sd5a',
      refreshToken: 'hjkl325hjkl4325hj4kl32fjds',
      expires: 3600,
      values: { user_gid: '4673218951', person: 'Greg Sanchez' },
    },
  },
  {
    title: 'renews, and keeps the refresh token it has',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, redirectUri, refreshToken: 'hjkl325hjkl4325hj4kl32fjds' },
    request: `${post('oauth_token')}grant_type=refresh_token&${proof}&redirect_uri=https%3A%2F%2Fmy.app.com&refresh_token=hjkl325hjkl4325hj4kl32fjds`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"another","expires_in":3600,"token_type":"bearer","data":{"id":4673218951,"gid":"4673218951","name":"Greg Sanchez","email":"gsanchez@example.com"}}`,
    becomes: { accessToken: 'another', expires: 3600 },
  },
  {
    title: 'is told that the grant is over',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, redirectUri, refreshToken: 'old' },
    request: `${post('oauth_token')}grant_type=refresh_token&${proof}&redirect_uri=https%3A%2F%2Fmy.app.com&refresh_token=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"The refresh token provided was invalid."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'is told at the API that the token has ended',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, token: 'old' },
    request: `GET /api/1.0/users/me HTTP/1.1
Host: app.asana.com
Authorization: Bearer old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"errors":[{"message":"The bearer token has expired. If you have a refresh token, please use it to request a new bearer token, otherwise allow the user to re-authenticate."}]}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
]
