import type { Example } from '../provider/example.ts'

const oauth = 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps'
const apps = 'https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app'
const userToken = `${apps}/generating-a-user-access-token-for-a-github-app`
const refresh = `${apps}/refreshing-user-access-tokens`
const installation = `${apps}/generating-an-installation-access-token-for-a-github-app`
const reference = 'https://docs.github.com/en/rest/apps/apps'
const errors =
  'https://docs.github.com/en/apps/oauth-apps/maintaining-oauth-apps/troubleshooting-oauth-app-access-token-request-errors'

const client = { clientId: 'Iv23liABCDEF', clientSecret: 'topsecret' }
const redirectUri = 'https://www.example.com/callback'
const post = `POST /login/oauth/access_token HTTP/1.1
Host: github.com
Accept: application/json
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8`
const versioned = `Host: api.github.com
Accept: application/vnd.github+json
X-GitHub-Api-Version: 2026-03-10`
const pair = `${ok}

{"access_token":"ghu_16C7e42F292c6912E7710c838347Ae178B4a","expires_in":28800,"refresh_token":"ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c34E1ccbF66C46812d16D5B1A9Dc86A1498","refresh_token_expires_in":15811200,"scope":"","token_type":"bearer"}`
const becomes = {
  accessToken: 'ghu_16C7e42F292c6912E7710c838347Ae178B4a',
  refreshToken: 'ghr_1B4a2e77838347a7E420ce178F2E7c6912E169246c34E1ccbF66C46812d16D5B1A9Dc86A1498',
  expires: 28_800,
  idleIn: 15_811_200,
}
const endless = `${ok}

{
  "access_token":"gho_16C7e42F292c6912E7710c838347Ae178B4a",
  "scope":"repo,gist",
  "token_type":"bearer"
}`

export const examples: Example[] = [
  {
    title: 'asks for a token of an installation with an assertion',
    address: installation,
    from: 'described',
    way: 'installation',
    call: 'token',
    given: { clientId: 'Iv23liABCDEF', typed: { installation_id: '12345678' }, flow: { assertion: 'JWT' } },
    request: `POST /app/installations/12345678/access_tokens HTTP/1.1
${versioned}
Authorization: Bearer JWT

`,
    response: `HTTP/1.1 201 Created
Content-Type: application/json; charset=utf-8

{"token":"ghs_16C7e42F292c6912E7710c838347Ae178B4a","expires_at":"2026-11-22T13:00:00Z","permissions":{"issues":"write","contents":"read"},"repository_selection":"selected"}`,
    becomes: { accessToken: 'ghs_16C7e42F292c6912E7710c838347Ae178B4a', expires: '2026-11-22T13:00:00Z' },
  },
  {
    title: 'is told that there is no such installation',
    address: reference,
    from: 'described',
    way: 'installation',
    call: 'token',
    given: { clientId: 'Iv23liABCDEF', typed: { installation_id: '1' }, flow: { assertion: 'JWT' } },
    request: `POST /app/installations/1/access_tokens HTTP/1.1
${versioned}
Authorization: Bearer JWT

`,
    response: `HTTP/1.1 404 Not Found
Content-Type: application/json; charset=utf-8

{"message":"Not Found","documentation_url":"https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app","status":"404"}`,
    becomes: { error: 'http_404', means: 'configuration' },
  },
  {
    title: 'sends a person to a GitHub App, without scopes',
    address: userToken,
    from: 'described',
    way: 'app_user',
    call: 'authorize',
    given: { clientId: '12345', redirectUri, flow: { state: 'abcdefg' } },
    request:
      'https://github.com/login/oauth/authorize?client_id=12345&redirect_uri=https://www.example.com/callback&state=abcdefg',
    response: 'https://www.example.com/callback?code=e72e16c7e42f292c6912&state=abcdefg',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code and asks for JSON',
    address: userToken,
    from: 'described',
    way: 'app_user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'e72e16c7e42f292c6912' } },
    request: `${post}

client_id=Iv23liABCDEF&client_secret=topsecret&code=e72e16c7e42f292c6912&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: pair,
    becomes,
  },
  {
    title: 'renews, and both tokens are new',
    address: refresh,
    from: 'described',
    way: 'app_user',
    call: 'renewal',
    given: { ...client, refreshToken: 'ghr_old' },
    request: `${post}

client_id=Iv23liABCDEF&client_secret=topsecret&grant_type=refresh_token&refresh_token=ghr_old`,
    response: pair,
    becomes,
  },
  {
    title: 'is told with status 200 that the refresh token was used before',
    address: refresh,
    from: 'described',
    way: 'app_user',
    call: 'renewal',
    given: { ...client, refreshToken: 'ghr_used' },
    request: `${post}

client_id=Iv23liABCDEF&client_secret=topsecret&grant_type=refresh_token&refresh_token=ghr_used`,
    response: `${ok}

{"error":"bad_refresh_token","error_description":"The refresh token passed is incorrect or expired.","error_uri":"https://docs.github.com/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code"}`,
    becomes: { error: 'bad_refresh_token', means: 'dead' },
  },
  {
    title: 'sends a person to an OAuth app with scopes and a challenge',
    address: oauth,
    from: 'described',
    way: 'oauth_user',
    call: 'authorize',
    given: {
      ...client,
      redirectUri: 'http://127.0.0.1:1234/path',
      scopes: ['repo', 'gist'],
      flow: { state: 's1', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://github.com/login/oauth/authorize?client_id=Iv23liABCDEF&redirect_uri=http://127.0.0.1:1234/path&scope=repo%20gist&state=s1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'http://127.0.0.1:1234/path?code=e72e16c7e42f292c6912&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not allow it',
    address: oauth,
    from: 'described',
    way: 'oauth_user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['repo'], flow: { state: 's1' } },
    request:
      'https://github.com/login/oauth/authorize?client_id=Iv23liABCDEF&redirect_uri=https://www.example.com/callback&scope=repo&state=s1',
    response:
      'https://www.example.com/callback?error=access_denied&error_description=The+user+has+denied+your+application+access.&state=s1',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code of an OAuth app for a token without an end, scopes with commas',
    address: oauth,
    from: 'page',
    way: 'oauth_user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'e72e16c7e42f292c6912' } },
    request: `${post}

client_id=Iv23liABCDEF&client_secret=topsecret&code=e72e16c7e42f292c6912&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: endless,
    becomes: {
      accessToken: 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
      expires: 'never',
      scope: ['repo', 'gist'],
    },
  },
  {
    title: 'is told with status 200 that the secret is wrong',
    address: errors,
    from: 'page',
    way: 'oauth_user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'e72e' } },
    request: `${post}

client_id=Iv23liABCDEF&client_secret=topsecret&code=e72e&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: `${ok}

{
  "error": "incorrect_client_credentials",
  "error_description": "The client_id and/or client_secret passed are incorrect.",
  "error_uri": "/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#incorrect-client-credentials"
}`,
    becomes: { error: 'incorrect_client_credentials', means: 'client' },
  },
  {
    title: 'is told with status 200 that the code is no good',
    address: errors,
    from: 'page',
    way: 'oauth_user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'old' } },
    request: `${post}

client_id=Iv23liABCDEF&client_secret=topsecret&code=old&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: `${ok}

{
  "error": "bad_verification_code",
  "error_description": "The code passed is incorrect or expired.",
  "error_uri": "/apps/managing-oauth-apps/troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code"
}`,
    becomes: { error: 'bad_verification_code', means: 'dead' },
  },
  {
    title: 'asks for a code to type at another device',
    address: oauth,
    from: 'page',
    way: 'device',
    call: 'device',
    given: { clientId: 'Iv23liABCDEF', scopes: ['repo'] },
    request: `POST /login/device/code HTTP/1.1
Host: github.com
Accept: application/json
Content-Type: application/x-www-form-urlencoded

client_id=Iv23liABCDEF&scope=repo`,
    response: `${ok}

{
  "device_code": "3584d83530557fdd1f46af8289938c8ef79f9dc5",
  "user_code": "WDJB-MJHT",
  "verification_uri": "https://github.com/login/device",
  "expires_in": 900,
  "interval": 5
}`,
    becomes: {
      values: {
        device_code: '3584d83530557fdd1f46af8289938c8ef79f9dc5',
        user_code: 'WDJB-MJHT',
        verification_uri: 'https://github.com/login/device',
        expires_in: '900',
        interval: '5',
      },
    },
  },
  {
    title: 'asks whether the person has typed it',
    address: oauth,
    from: 'page',
    way: 'device',
    call: 'token',
    given: { clientId: 'Iv23liABCDEF', flow: { device_code: '3584d83530557fdd1f46af8289938c8ef79f9dc5' } },
    request: `${post}

client_id=Iv23liABCDEF&device_code=3584d83530557fdd1f46af8289938c8ef79f9dc5&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code`,
    response: endless,
    becomes: {
      accessToken: 'gho_16C7e42F292c6912E7710c838347Ae178B4a',
      expires: 'never',
      scope: ['repo', 'gist'],
    },
  },
  {
    title: 'is told with status 200 that the person has not typed it yet',
    address: oauth,
    from: 'described',
    way: 'device',
    call: 'token',
    given: { clientId: 'Iv23liABCDEF', flow: { device_code: '3584d83530557fdd1f46af8289938c8ef79f9dc5' } },
    request: `${post}

client_id=Iv23liABCDEF&device_code=3584d83530557fdd1f46af8289938c8ef79f9dc5&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code`,
    response: `${ok}

{"error":"authorization_pending","error_description":"The authorization request is still pending.","error_uri":"https://docs.github.com/developers/apps/authorizing-oauth-apps#error-codes-for-the-device-flow"}`,
    becomes: { error: 'authorization_pending', means: 'transient' },
  },
  {
    title: 'asks who authorized',
    address: oauth,
    from: 'described',
    way: 'oauth_user',
    call: 'person',
    given: { token: 'gho_16C7' },
    request: `GET /user HTTP/1.1
${versioned}
Authorization: Bearer gho_16C7
`,
    response: `${ok}

{"login":"octocat","id":1,"node_id":"MDQ6VXNlcjE=","type":"User","site_admin":false,"name":"monalisa octocat"}`,
    becomes: { values: {}, who: 'octocat' },
  },
  {
    title: 'is told that the token was revoked',
    address: userToken,
    from: 'described',
    way: 'app_user',
    call: 'person',
    given: { typed: { version: '2022-11-28' }, token: 'ghu_old' },
    request: `GET /user HTTP/1.1
Host: api.github.com
Accept: application/vnd.github+json
X-GitHub-Api-Version: 2022-11-28
Authorization: Bearer ghu_old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"message":"Bad credentials","documentation_url":"https://docs.github.com/rest","status":"401"}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
  {
    title: 'sees one repository of the installation',
    address: reference,
    from: 'described',
    way: 'installation',
    call: 'repositories',
    given: { typed: { installation_id: '12345678' }, token: 'ghs_16C7' },
    request: `GET /installation/repositories?per_page=1 HTTP/1.1
${versioned}
Authorization: Bearer ghs_16C7
`,
    response: `${ok}

{"total_count":1,"repositories":[{"id":1296269,"name":"Hello-World","full_name":"octocat/Hello-World","owner":{"login":"octocat","id":1},"private":false}]}`,
    becomes: { values: {}, who: 'octocat' },
  },
  {
    title: 'revokes the token of a person with Basic and JSON',
    address: reference,
    from: 'described',
    way: 'oauth_user',
    call: 'revoke',
    given: { ...client, token: 'gho_16C7' },
    request: `DELETE /applications/Iv23liABCDEF/token HTTP/1.1
${versioned}
Authorization: Basic SXYyM2xpQUJDREVGOnRvcHNlY3JldA==
Content-Type: application/json

{"access_token":"gho_16C7"}`,
    response: `HTTP/1.1 204 No Content

`,
    becomes: { values: {} },
  },
]
