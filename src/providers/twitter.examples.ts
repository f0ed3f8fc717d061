import type { Example } from '../provider/example.ts'

const steps = 'https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token'
const appOnly = 'https://docs.x.com/fundamentals/authentication/oauth-2-0/application-only'
const bearer = 'https://docs.x.com/fundamentals/authentication/oauth-2-0/bearer-tokens'
const reports = 'https://github.com/plhery/node-twitter-api-v2/issues/496'

/** The pair behind the Basic header that the page shows. */
const confidential = {
  clientId: 'WTNrQS14bUhpMl83aU5adTd2NWM6MTpjaQ',
  clientSecret: '-RoKx3x58JA8Sm9JIt2fmAjq3q5GX-bqZ3vjJxSeGsdmGtXEbP',
}
const basic =
  'Basic V1ROclFTMTRiVWhwTWw4M2FVNWFkVGQyTldNNk1UcGphUTotUm9LeDN4NThKQThTbTlKSXQyZm1BanEzcTVHWC1icVozdmpKeFNlR3NkbUd0WEViUA=='
const open = { clientId: 'rG9n6402A3dbUJKzXTNX4oWHJ' }
const keys = { clientId: 'xvz1evFS4wEEPTGEFPHBog', clientSecret: 'L8qq9PZyRg6ieKGEKhZolGC0vJWLw8iEJ88DRdyOg' }
const code = 'VGNibzFWSWREZm01bjN1N3dicWlNUG1oa2xRRVNNdmVHelJGY2hPWGxNd2dxOjE2MjIxNjA4MjU4MjU6MToxOmFjOjE'
const refreshToken = 'bWRWa3gzdnk3WHRGU1o0bmRRcTJ5VUxWX1lZTDdJSUtmaWcxbTVxdEFXcW5tOjE2MjIxNDc3NDM5MTQ6MToxOnJ0OjE'
const accessToken = 'Q0Mzb0VhZ0V5dmNXSTEyNER2MFNfVW50RzdXdTN6STFxQlVkTGhTc1lCdlBiOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE'

const answer = `HTTP/1.1 200 OK
Content-Type: application/json;charset=utf-8

{"token_type":"bearer","expires_in":7200,"access_token":"${accessToken}","scope":"users.read follows.read tweet.read offline.access","refresh_token":"${refreshToken}"}`
const becomes = {
  accessToken,
  refreshToken,
  expires: 7200,
  scope: ['users.read', 'follows.read', 'tweet.read', 'offline.access'],
}

export const examples: Example[] = [
  {
    title: 'sends the person to x.com, with a hashed challenge in place of the plain one of the page',
    address: steps,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: 'M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ',
      scopes: ['tweet.read', 'users.read', 'follows.read', 'offline.access'],
      redirectUri: 'https://www.example.com',
      flow: { state: 'state', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://x.com/i/oauth2/authorize?response_type=code&client_id=M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ&redirect_uri=https://www.example.com&scope=tweet.read%20users.read%20follows.read%20offline.access&state=state&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: `https://www.example.com/?state=state&code=${code}`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code of a confidential client with Basic',
    address: steps,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { ...confidential, redirectUri: 'https://www.example.com', flow: { code, code_verifier: 'challenge' } },
    request: `POST /2/oauth2/token HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded
Authorization: ${basic}

code=${code}&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fwww.example.com&code_verifier=challenge`,
    response: answer,
    becomes,
  },
  {
    title: 'exchanges the code of a public client with its id in the body',
    address: steps,
    from: 'page',
    way: 'user_public',
    call: 'token',
    given: { ...open, redirectUri: 'https://www.example.com', flow: { code, code_verifier: 'challenge' } },
    request: `POST /2/oauth2/token HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded

code=${code}&grant_type=authorization_code&client_id=rG9n6402A3dbUJKzXTNX4oWHJ&redirect_uri=https%3A%2F%2Fwww.example.com&code_verifier=challenge`,
    response: answer,
    becomes,
  },
  {
    title: 'is told that the code was too old',
    address: reports,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...confidential, redirectUri: 'https://www.example.com', flow: { code, code_verifier: 'challenge' } },
    request: `POST /2/oauth2/token HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded
Authorization: ${basic}

code=${code}&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fwww.example.com&code_verifier=challenge`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=utf-8

{"error":"invalid_request","error_description":"Value passed for the authorization code was invalid."}`,
    becomes: { error: 'invalid_request', means: 'dead' },
  },
  {
    title: 'renews as a confidential client',
    address: steps,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...confidential, refreshToken },
    request: `POST /2/oauth2/token HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded
Authorization: ${basic}

refresh_token=${refreshToken}&grant_type=refresh_token`,
    response: answer,
    becomes,
  },
  {
    title: 'renews as a public client',
    address: steps,
    from: 'page',
    way: 'user_public',
    call: 'renewal',
    given: { ...open, refreshToken },
    request: `POST /2/oauth2/token HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded

refresh_token=${refreshToken}&grant_type=refresh_token&client_id=rG9n6402A3dbUJKzXTNX4oWHJ`,
    response: answer,
    becomes,
  },
  {
    title: 'is told that the refresh token was used before',
    address: reports,
    from: 'described',
    way: 'user_public',
    call: 'renewal',
    given: { ...open, refreshToken: 'used' },
    request: `POST /2/oauth2/token HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded

refresh_token=used&grant_type=refresh_token&client_id=rG9n6402A3dbUJKzXTNX4oWHJ`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=utf-8

{"error":"invalid_request","error_description":"Value passed for the token was invalid."}`,
    becomes: { error: 'invalid_request', means: 'dead' },
  },
  {
    title: 'is told that the client secret is wrong',
    address: reports,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { clientId: 'id', clientSecret: 'wrong', refreshToken: 'rt' },
    request: `POST /2/oauth2/token HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded
Authorization: Basic aWQ6d3Jvbmc=

refresh_token=rt&grant_type=refresh_token`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json;charset=utf-8

{"error":"unauthorized_client","error_description":"Missing valid authorization header"}`,
    becomes: { error: 'unauthorized_client', means: 'client' },
  },
  {
    title: 'revokes as a public client',
    address: steps,
    from: 'page',
    way: 'user_public',
    call: 'revoke',
    given: { ...open, token: accessToken },
    request: `POST /2/oauth2/revoke HTTP/1.1
Host: api.x.com
Content-Type: application/x-www-form-urlencoded

token=${accessToken}&client_id=rG9n6402A3dbUJKzXTNX4oWHJ`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=utf-8

{"revoked":true}`,
    becomes: { values: {} },
  },
  {
    title: 'asks who authorized',
    address: 'https://docs.x.com/x-api/users/lookup/quickstart/authenticated-lookup',
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...confidential, token: accessToken },
    request: `GET /2/users/me HTTP/1.1
Host: api.x.com
Authorization: Bearer ${accessToken}
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"data":{"id":"2244994945","name":"Twitter Dev","username":"TwitterDev"}}`,
    becomes: { values: {}, who: 'TwitterDev' },
  },
  {
    title: 'asks for the app itself with API key and secret, and hears of no end',
    address: bearer,
    from: 'page',
    way: 'app',
    call: 'token',
    given: keys,
    request: `POST /oauth2/token HTTP/1.1
Host: api.x.com
Authorization: Basic eHZ6MWV2RlM0d0VFUFRHRUZQSEJvZzpMOHFxOVBaeVJnNmllS0dFS2hab2xHQzB2SldMdzhpRUo4OERSZHlPZw==
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"bearer","access_token":"AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3DEUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNiRVBChTYbJcE3F"}`,
    becomes: {
      accessToken:
        'AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3DEUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNiRVBChTYbJcE3F',
      expires: 'never',
    },
  },
  {
    title: 'is told that API key and secret are no pair',
    address: appOnly,
    from: 'page',
    way: 'app',
    call: 'token',
    given: { clientId: 'id', clientSecret: 'wrong' },
    request: `POST /oauth2/token HTTP/1.1
Host: api.x.com
Authorization: Basic aWQ6d3Jvbmc=
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials`,
    response: `HTTP/1.1 403 Forbidden
Content-Length: 105
Content-Type: application/json; charset=utf-8

{"errors":[{"code":99,"label":"authenticity_token_error","message":"Unable to verify your credentials"}]}`,
    becomes: { error: '99', means: 'client' },
  },
  {
    title: 'is told at the API that the token is over',
    address: appOnly,
    from: 'page',
    way: 'app',
    call: 'app',
    given: { ...keys, token: 'AAAA' },
    request: `GET /2/users/by/username/XDevelopers HTTP/1.1
Host: api.x.com
Authorization: Bearer AAAA
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8
Content-Length: 61

{"errors":[{"message":"Invalid or expired token","code":89}]}`,
    becomes: { error: '89', means: 'dead' },
  },
]
