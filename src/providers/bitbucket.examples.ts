import type { Example } from '../provider/example.ts'

const oauth = 'https://developer.atlassian.com/cloud/bitbucket/oauth-2'
const changes =
  'https://community.developer.atlassian.com/t/oauth-2-0-and-api-authentication-changes-for-bitbucket-cloud/99003'
const client = { clientId: 'client_id', clientSecret: 'secret' }
const redirectUri = 'https://example.com/callback'
const post = `POST /site/oauth2/access_token HTTP/1.1
Host: bitbucket.org
Authorization: Basic Y2xpZW50X2lkOnNlY3JldA==
Content-Type: application/x-www-form-urlencoded`

export const examples: Example[] = [
  {
    title: 'asks for the workspace itself and is given no refresh token',
    address: oauth,
    from: 'described',
    way: 'workspace',
    call: 'token',
    given: client,
    request: `${post}

grant_type=client_credentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"mQvs3FQHiD","scope":"repository pullrequest","expires_in":7200,"token_type":"bearer","state":"client_credentials"}`,
    becomes: { accessToken: 'mQvs3FQHiD', expires: 7200, scope: ['repository', 'pullrequest'] },
  },
  {
    title: 'is told that the consumer has no callback address',
    address: 'https://github.com/drone/go-scm',
    from: 'described',
    way: 'workspace',
    call: 'token',
    given: client,
    request: `${post}

grant_type=client_credentials`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error_description": "No callback uri defined for the OAuth client.", "error": "invalid_request"}`,
    becomes: { error: 'invalid_request', means: 'configuration' },
  },
  {
    title: 'sends the person to bitbucket.org, without scope',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, flow: { state: 'example' } },
    request: `https://bitbucket.org/site/oauth2/authorize?client_id=client_id&response_type=code&redirect_uri=${redirectUri}&state=example`,
    response: `${redirectUri}?code=kR6ZbXm&state=example`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with Basic; an older answer names its scopes as scopes',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'kR6ZbXm' } },
    request: `${post}

grant_type=authorization_code&code=kR6ZbXm&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"mQvs3FQHiD","scopes":"account repository","expires_in":7200,"refresh_token":"cBFYSTNN7h","token_type":"bearer","state":"authorization_code"}`,
    becomes: {
      accessToken: 'mQvs3FQHiD',
      refreshToken: 'cBFYSTNN7h',
      expires: 7200,
      scope: ['account', 'repository'],
    },
  },
  {
    title: 'renews and is given a new refresh token',
    address: changes,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'cBFYSTNN7h' },
    request: `${post}

grant_type=refresh_token&refresh_token=cBFYSTNN7h`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"pX4k2","scope":"account repository","expires_in":7200,"refresh_token":"dHz9","token_type":"bearer","state":"refresh_token"}`,
    becomes: { accessToken: 'pX4k2', refreshToken: 'dHz9', expires: 7200, scope: ['account', 'repository'] },
  },
  {
    title: 'is told that the refresh token was used before',
    address: changes,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'used' },
    request: `${post}

grant_type=refresh_token&refresh_token=used`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error_description": "Invalid refresh_token", "error": "invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'is told that key and secret are no pair',
    address: 'https://github.com/drone/go-scm',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '3a2bfce4cb9b0f' },
    request: `${post}

grant_type=refresh_token&refresh_token=3a2bfce4cb9b0f`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{
  "error_description": "Invalid OAuth client credentials",
  "error": "unauthorized_client"
}`,
    becomes: { error: 'unauthorized_client', means: 'client' },
  },
  {
    title: 'asks who authorized',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'user',
    given: { token: 'mQvs3FQHiD' },
    request: `GET /2.0/user HTTP/1.1
Host: api.bitbucket.org
Authorization: Bearer mQvs3FQHiD
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"display_name":"Erik van Zijst","type":"user","uuid":"{a288a0ab-e13b-43f0-a689-c4ef0a249875}","account_id":"557058:c0b72ad0","nickname":"evzijst"}`,
    becomes: { values: {}, who: 'Erik van Zijst' },
  },
  {
    title: 'asks for the workspace',
    address: oauth,
    from: 'described',
    way: 'workspace',
    call: 'workspace',
    given: { typed: { workspace: 'my-team' }, token: 'mQvs3FQHiD' },
    request: `GET /2.0/workspaces/my-team HTTP/1.1
Host: api.bitbucket.org
Authorization: Bearer mQvs3FQHiD
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"type":"workspace","uuid":"{f1f3}","name":"My Team","slug":"my-team","is_private":false}`,
    becomes: { values: {}, who: 'My Team' },
  },
  {
    title: 'is told at the API that the token has ended',
    address: 'https://github.com/swoodford/migrate_bitbucket_server_to_bitbucket_cloud/issues/1',
    from: 'described',
    way: 'user',
    call: 'user',
    given: { token: 'old' },
    request: `GET /2.0/user HTTP/1.1
Host: api.bitbucket.org
Authorization: Bearer old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{
  "type": "error",
  "error": {
    "message": "Access token expired. Use your refresh token to obtain a new access token."
  }
}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
]
