import type { Example } from '../provider/example.ts'

const guide = 'https://developers.dropbox.com/oauth-guide'
const offline = 'https://dropbox.tech/developers/using-oauth-2-0-with-offline-access'
const answer =
  'https://avyl.ru/1c/OpenIntegrations/src/commit/3411fb2601f4c83c797479396b374815cfd61ed9/docs/en/md/Dropbox/Account-and-authorization/Refresh-token.md?display=source'
const refused = 'https://github.com/nextcloud/integration_dropbox/issues/34'
const sdk = 'https://github.com/dropbox/dropbox-sdk-python'
const api = 'https://www.dropbox.com/developers/documentation/http/documentation'

const client = { clientId: 'appkey', clientSecret: 'appsecret' }
const redirectUri = 'https://www.example.com/callback'
const post = `POST /oauth2/token HTTP/1.1
Host: api.dropboxapi.com
Authorization: Basic YXBwa2V5OmFwcHNlY3JldA==
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json`
const bad = `HTTP/1.1 400 Bad Request
Content-Type: application/json`
const pair = `${ok}

{"access_token": "sl.AbX9y6Fe3AuH5o66-gmJpR032jwAwQPIVVzWXZNkdzcYT02akC2de219dZi6gxYPVnYPrpvISRSf9lxKWJzYLjtMPH-d9fo_0gXex7X37VIvpty4-G8f4-WX45AcEPfRnJJDwzv-", "expires_in": 14400, "token_type": "bearer", "scope": "account_info.read files.content.read files.metadata.read", "refresh_token": "nBiM85CZALsAAAAAAAAAAQXHBoNpNutK4ngsXHsqW4iGz9tisb3JyjGqikMJIYbd", "account_id": "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc", "uid": "12345"}`
const becomes = {
  accessToken:
    'sl.AbX9y6Fe3AuH5o66-gmJpR032jwAwQPIVVzWXZNkdzcYT02akC2de219dZi6gxYPVnYPrpvISRSf9lxKWJzYLjtMPH-d9fo_0gXex7X37VIvpty4-G8f4-WX45AcEPfRnJJDwzv-',
  refreshToken: 'nBiM85CZALsAAAAAAAAAAQXHBoNpNutK4ngsXHsqW4iGz9tisb3JyjGqikMJIYbd',
  expires: 14_400,
  scope: ['account_info.read', 'files.content.read', 'files.metadata.read'],
  values: { account_id: 'dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc' },
}

export const examples: Example[] = [
  {
    title: 'sends a person to dropbox.com and asks for offline access',
    address: offline,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, flow: { state: 's1' } },
    request:
      'https://www.dropbox.com/oauth2/authorize?client_id=appkey&response_type=code&token_access_type=offline&state=s1&redirect_uri=https://www.example.com/callback',
    response: 'https://www.example.com/callback?code=ABCDEFG&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not allow it',
    address: guide,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['account_info.read', 'files.content.read'], flow: { state: 's1' } },
    request:
      'https://www.dropbox.com/oauth2/authorize?client_id=appkey&response_type=code&token_access_type=offline&state=s1&redirect_uri=https://www.example.com/callback&scope=account_info.read%20files.content.read',
    response:
      'https://www.example.com/callback?error=access_denied&error_description=The+user+chose+not+to+give+your+app+access+to+their+Dropbox+account.&state=s1',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code with Basic',
    address: offline,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'ABCDEFG' } },
    request: `${post}

code=ABCDEFG&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: pair,
    becomes,
  },
  {
    title: 'is told that the code is no good',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'old' } },
    request: `${post}

code=old&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: `${bad}

{"error": "invalid_grant", "error_description": "code doesn't exist or has expired"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'renews, and no refresh token comes back',
    address: answer,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'oZFWg3DmZ_IAAAAAAAAAAWilOA0M1SjV' },
    request: `${post}

grant_type=refresh_token&refresh_token=oZFWg3DmZ_IAAAAAAAAAAWilOA0M1SjV`,
    response: `${ok}

{
"access_token": "sl.B2M8yVLTS_ojO3UsFs2tRlXxkFh50RLOkroi3SLCwcjA2xX58JY__GXKh9vPGnGcfDkkTJJYB1Wn9tFvj6cRs3w04TnfaBQnJiOfUb58UHexTCAdck9xNFIBAQjuAQKUtkoht66bvsu4oh6Wl6gQpvU",
"token_type": "bearer",
"expires_in": 14400
}`,
    becomes: {
      accessToken:
        'sl.B2M8yVLTS_ojO3UsFs2tRlXxkFh50RLOkroi3SLCwcjA2xX58JY__GXKh9vPGnGcfDkkTJJYB1Wn9tFvj6cRs3w04TnfaBQnJiOfUb58UHexTCAdck9xNFIBAQjuAQKUtkoht66bvsu4oh6Wl6gQpvU',
      expires: 14_400,
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: refused,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `${post}

grant_type=refresh_token&refresh_token=old`,
    response: `${bad}

{"error": "invalid_grant", "error_description": "refresh token is invalid or revoked"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'sends a person with a challenge',
    address: guide,
    from: 'described',
    way: 'user_public',
    call: 'authorize',
    given: {
      clientId: 'appkey',
      redirectUri: 'http://localhost:8080/callback',
      flow: { state: 's1', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://www.dropbox.com/oauth2/authorize?client_id=appkey&response_type=code&token_access_type=offline&state=s1&redirect_uri=http://localhost:8080/callback&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'http://localhost:8080/callback?code=ABCDEFG&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'renews with the app key alone',
    address: guide,
    from: 'described',
    way: 'user_public',
    call: 'renewal',
    given: { clientId: 'appkey', refreshToken: 'nBiM' },
    request: `POST /oauth2/token HTTP/1.1
Host: api.dropboxapi.com
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=nBiM&client_id=appkey`,
    response: `${ok}

{"access_token": "sl.new", "token_type": "bearer", "expires_in": 14400}`,
    becomes: { accessToken: 'sl.new', expires: 14_400 },
  },
  {
    title: 'asks who authorized with a body that is null',
    address: api,
    from: 'described',
    way: 'user',
    call: 'account',
    given: { token: 'sl.AbX9' },
    request: `POST /2/users/get_current_account HTTP/1.1
Host: api.dropboxapi.com
Authorization: Bearer sl.AbX9
Content-Type: application/json

null`,
    response: `${ok}

{"account_id":"dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc","name":{"given_name":"Franz","surname":"Ferdinand","familiar_name":"Franz","display_name":"Franz Ferdinand (Personal)","abbreviated_name":"FF"},"email":"franz@dropbox.com","email_verified":true,"disabled":false,"locale":"en","country":"US"}`,
    becomes: { values: {}, who: 'franz@dropbox.com' },
  },
  {
    title: 'is told that the token has ended',
    address: refused,
    from: 'described',
    way: 'user',
    call: 'account',
    given: { token: 'sl.old' },
    request: `POST /2/users/get_current_account HTTP/1.1
Host: api.dropboxapi.com
Authorization: Bearer sl.old
Content-Type: application/json

null`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error_summary": "expired_access_token/.", "error": {".tag": "expired_access_token"}}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
  {
    title: 'revokes a token with itself',
    address: api,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { token: 'sl.AbX9' },
    request: `POST /2/auth/token/revoke HTTP/1.1
Host: api.dropboxapi.com
Authorization: Bearer sl.AbX9
Content-Type: application/json

null`,
    response: `${ok}

null`,
    becomes: { values: {} },
  },
]
