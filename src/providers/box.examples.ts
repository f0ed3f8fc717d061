import type { Example } from '../provider/example.ts'

const authorize = 'https://developer.box.com/reference/get-authorize/'
const oauth = 'https://developer.box.com/guides/authentication/oauth2/without-sdk/'
const tokens = 'https://developer.box.com/guides/authentication/tokens/access-tokens/'
const refresh = 'https://developer.box.com/guides/authentication/tokens/refresh/'
const expired =
  'https://docs.pingidentity.com/r/en-us/pingfederate-box-connector/pingfederate_box_connector_troubleshooting'
const machine = 'https://developer.box.com/guides/authentication/client-credentials/'
const jwt = 'https://developer.box.com/guides/authentication/jwt/without-sdk/'
const subject = 'https://support.box.com/hc/en-us/articles/360043691734'
const revoke = 'https://developer.box.com/guides/authentication/tokens/revoke/'

const client = { clientId: 'ly1nj6n11vionaie65emwzk575hnnmrk', clientSecret: 'hOzsTeFlT6ko0dme22uGbQal04SBPYc1' }
const credentials = 'client_id=ly1nj6n11vionaie65emwzk575hnnmrk&client_secret=hOzsTeFlT6ko0dme22uGbQal04SBPYc1'
const redirectUri = 'http://example.com/auth/callback'
const post = `POST /oauth2/token HTTP/1.1
Host: api.box.com
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json`
const bad = `HTTP/1.1 400 Bad Request
Content-Type: application/json`
const pair = `${ok}

{
  "access_token": "c3FIOG9vSGV4VHo4QzAyg5T1JvNnJoZ3ExaVNyQWw6WjRsanRKZG5lQk9qUE1BVQ",
  "expires_in": 3600,
  "token_type": "bearer",
  "refresh_token": "c3FIOG9vSGV4VHo4QzAyg5T1JvNnJoZ3ExaVNyQWw6WjRsanRKZG5lQk9qUE1BVQ",
  "issued_token_type": "urn:ietf:params:oauth:token-type:access_token"
}`
const becomes = {
  accessToken: 'c3FIOG9vSGV4VHo4QzAyg5T1JvNnJoZ3ExaVNyQWw6WjRsanRKZG5lQk9qUE1BVQ',
  refreshToken: 'c3FIOG9vSGV4VHo4QzAyg5T1JvNnJoZ3ExaVNyQWw6WjRsanRKZG5lQk9qUE1BVQ',
  expires: 3600,
}
const single = `${ok}

{
  "access_token": "DkXZmsjUKizvL2z0WiaLvMBeQ756XCGGf",
  "expires_in": 4123,
  "restricted_to": [],
  "issued_token_type": "bearer"
}`

export const examples: Example[] = [
  {
    title: 'sends a person to sign in, with none of the scopes named',
    address: authorize,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, flow: { state: 's1' } },
    request:
      'https://account.box.com/api/oauth2/authorize?response_type=code&client_id=ly1nj6n11vionaie65emwzk575hnnmrk&redirect_uri=http://example.com/auth/callback&state=s1',
    response: 'http://example.com/auth/callback?code=1234567&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not allow it',
    address: authorize,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      typed: { authorize_host: 'ent.box.com' },
      redirectUri,
      scopes: ['root_readonly'],
      flow: { state: 's1' },
    },
    request:
      'https://ent.box.com/api/oauth2/authorize?response_type=code&client_id=ly1nj6n11vionaie65emwzk575hnnmrk&redirect_uri=http://example.com/auth/callback&state=s1&scope=root_readonly',
    response:
      'http://example.com/auth/callback?error=access_denied&error_description=The%20user%20denied%20access%20to%20your%20application&state=s1',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { clientId: '[CLIENT_ID]', clientSecret: '[CLIENT_SECRET]', redirectUri, flow: { code: '[CODE]' } },
    request: `${post}

grant_type=authorization_code&code=%5BCODE%5D&client_id=%5BCLIENT_ID%5D&client_secret=%5BCLIENT_SECRET%5D`,
    response: pair,
    becomes,
  },
  {
    title: 'renews with a refresh token that works once',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'c3FIOG9vSGV4VHo4QzAyg5T1JvNnJoZ3ExaVNyQWw6WjRsanRKZG5lQk9qUE1BVQ' },
    request: `${post}

grant_type=refresh_token&${credentials}&refresh_token=c3FIOG9vSGV4VHo4QzAyg5T1JvNnJoZ3ExaVNyQWw6WjRsanRKZG5lQk9qUE1BVQ`,
    response: pair,
    becomes,
  },
  {
    title: 'is told that the refresh token is over',
    address: expired,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'used' },
    request: `${post}

grant_type=refresh_token&${credentials}&refresh_token=used`,
    response: `${bad}

{"error":"invalid_grant", "error_description":"Refresh token has expired"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks as the service account of the app',
    address: tokens,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: { subject_id: '1234567' } },
    request: `${post}

grant_type=client_credentials&${credentials}&box_subject_type=enterprise&box_subject_id=1234567`,
    response: single,
    becomes: { accessToken: 'DkXZmsjUKizvL2z0WiaLvMBeQ756XCGGf', expires: 4123 },
  },
  {
    title: 'is told that it may not act as this user',
    address: machine,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: { subject_type: 'user', subject_id: '98765' } },
    request: `${post}

grant_type=client_credentials&${credentials}&box_subject_type=user&box_subject_id=98765`,
    response: `${bad}

{"error":"invalid_grant","error_description":"Grant credentials are invalid"}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'asks with an assertion and the secret',
    address: jwt,
    from: 'described',
    way: 'jwt',
    call: 'token',
    given: {
      ...client,
      typed: { subject_id: '1234567', public_key_id: 'abcd1234' },
      flow: { assertion: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3M' },
    },
    request: `${post}

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3M&${credentials}`,
    response: single,
    becomes: { accessToken: 'DkXZmsjUKizvL2z0WiaLvMBeQ756XCGGf', expires: 4123 },
  },
  {
    title: 'is told that the subject is not the right one',
    address: subject,
    from: 'page',
    way: 'jwt',
    call: 'token',
    given: { ...client, typed: { subject_id: '1', public_key_id: 'abcd1234' }, flow: { assertion: 'eyJ' } },
    request: `${post}

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ&${credentials}`,
    response: `${bad}

{"error":"invalid_grant","error_description":"Please check the 'sub' claim. The 'sub' specified is invalid."}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'revokes the refresh token',
    address: revoke,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'c3FI' },
    request: `POST /oauth2/revoke HTTP/1.1
Host: api.box.com
Content-Type: application/x-www-form-urlencoded

${credentials}&token=c3FI`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks whose the token is',
    address: oauth,
    from: 'described',
    way: 'machine',
    call: 'person',
    given: { typed: { subject_id: '1234567' }, token: 'DkXZ' },
    request: `GET /2.0/users/me HTTP/1.1
Host: api.box.com
Authorization: Bearer DkXZ
`,
    response: `${ok}

{"type":"user","id":"11446498","name":"Loader","login":"AutomationUser_123_abc@boxdevedition.com","language":"en","timezone":"America/Los_Angeles","space_amount":11345156112,"status":"active"}`,
    becomes: { values: {}, who: 'AutomationUser_123_abc@boxdevedition.com' },
  },
]
