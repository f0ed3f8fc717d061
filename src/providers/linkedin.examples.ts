import type { Example } from '../provider/example.ts'

const page = 'https://learn.microsoft.com/en-us/linkedin/shared/authentication'
const code = `${page}/authorization-code-flow`
const refresh = `${page}/programmatic-refresh-tokens`
const native = `${page}/authorization-code-flow-native`
const app = `${page}/client-credentials-flow`
const look = `${page}/token-introspection`
const errors = 'https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling'

const client = { clientId: '861hhm46p48to2', clientSecret: 'gPecS7yqHkyyShvR' }
const redirectUri = 'https://dev.example.com/auth/linkedin/callback'
const post = `POST /oauth/v2/accessToken HTTP/1.1
Host: www.linkedin.com
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json`

export const examples: Example[] = [
  {
    title: 'sends the member to linkedin.com',
    address: code,
    from: 'page',
    way: 'member',
    call: 'authorize',
    given: {
      clientId: '{your_client_id}',
      redirectUri: '{your_callback_url}',
      scopes: ['liteprofile', 'emailaddress', 'w_member_social'],
      flow: { state: 'foobar' },
    },
    request:
      'https://www.linkedin.com/oauth/v2/authorization?response_type=code&client_id={your_client_id}&redirect_uri={your_callback_url}&state=foobar&scope=liteprofile%20emailaddress%20w_member_social',
    response:
      'https://dev.example.com/auth/linkedin/callback?state=foobar&code=AQTQmah11lalyH65DAIivsjsAQV5P-1VTVVebnLl_SCiyMXoIjDmJ4s6rO1VBGP5Hx2542KaR_eNawkrWiCiAGxIaV-TCK-mkxDISDak08tdaBzgUYfnTJL1fHRoDWCcC2L6LXBCR_z2XHzeWSuqTkR1_jO8CeV9E_WshsJBgE-PWElyvsmfuEXLQbCLfj8CHasuLafFpGb0glO4d7M',
    becomes: { values: {} },
  },
  {
    title: 'is told that the member did not allow it',
    address: code,
    from: 'described',
    way: 'member',
    call: 'authorize',
    given: { clientId: 'id', redirectUri, scopes: ['openid', 'profile', 'email'], flow: { state: 'foobar' } },
    request:
      'https://www.linkedin.com/oauth/v2/authorization?response_type=code&client_id=id&redirect_uri=https%3A%2F%2Fdev.example.com%2Fauth%2Flinkedin%2Fcallback&state=foobar&scope=openid%20profile%20email',
    response:
      'https://dev.example.com/auth/linkedin/callback?error=user_cancelled_authorize&error_description=The+user+cancelled+the+authorization&state=foobar',
    becomes: { error: 'user_cancelled_authorize', means: 'denied' },
  },
  {
    title: 'exchanges the code for a token of 60 days alone',
    address: code,
    from: 'page',
    way: 'member_60_days',
    call: 'token',
    given: {
      clientId: '{your_client_id}',
      clientSecret: '{your_client_secret}',
      redirectUri: '{your_callback_url}',
      flow: { code: '{authorization_code_from_step2_response}' },
    },
    request: `${post}

grant_type=authorization_code&code=%7Bauthorization_code_from_step2_response%7D&client_id=%7Byour_client_id%7D&client_secret=%7Byour_client_secret%7D&redirect_uri=%7Byour_callback_url%7D`,
    response: `${ok}

{
"access_token":"AQUvlL_DYEzvT2wz1QJiEPeLioeA",
"expires_in":5184000,
"scope":"r_basicprofile"
}`,
    becomes: { accessToken: 'AQUvlL_DYEzvT2wz1QJiEPeLioeA', expires: 5_184_000, scope: ['r_basicprofile'] },
  },
  {
    title: 'exchanges the code for a token that can be renewed until a fixed day',
    address: refresh,
    from: 'page',
    way: 'member',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'AQTQmah11' } },
    request: `${post}

grant_type=authorization_code&code=AQTQmah11&client_id=861hhm46p48to2&client_secret=gPecS7yqHkyyShvR&redirect_uri=https%3A%2F%2Fdev.example.com%2Fauth%2Flinkedin%2Fcallback`,
    response: `${ok}

{
  "access_token": "AQXNnd2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU",
  "expires_in": 86400,
  "refresh_token": "AQWAft_WjYZKwuWXLC5hQlghgTam-tuT8CvFej9-XxGyqeER_7jTr8HmjiGjqil13i7gMFjyDxh1g7C",
  "refresh_token_expires_in": 525600,
  "scope":"r_basicprofile"
}`,
    becomes: {
      accessToken: 'AQXNnd2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU',
      refreshToken: 'AQWAft_WjYZKwuWXLC5hQlghgTam-tuT8CvFej9-XxGyqeER_7jTr8HmjiGjqil13i7gMFjyDxh1g7C',
      expires: 86_400,
      hardIn: 525_600,
      scope: ['r_basicprofile'],
    },
  },
  {
    title: 'reads the scopes that come back with commas',
    address: 'https://github.com/linkedin-developers/linkedin-api-js-client',
    from: 'described',
    way: 'member',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'AQTQmah11' } },
    request: `${post}

grant_type=authorization_code&code=AQTQmah11&client_id=861hhm46p48to2&client_secret=gPecS7yqHkyyShvR&redirect_uri=https%3A%2F%2Fdev.example.com%2Fauth%2Flinkedin%2Fcallback`,
    response: `${ok}

{"access_token":"AQX","expires_in":5183999,"refresh_token":"AQW","refresh_token_expires_in":31536000,"scope":"r_ads,r_ads_reporting"}`,
    becomes: {
      accessToken: 'AQX',
      refreshToken: 'AQW',
      expires: 5_183_999,
      hardIn: 31_536_000,
      scope: ['r_ads', 'r_ads_reporting'],
    },
  },
  {
    title: 'is told that code and redirect URI do not go together',
    address: code,
    from: 'page',
    way: 'member',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'old' } },
    request: `${post}

grant_type=authorization_code&code=old&client_id=861hhm46p48to2&client_secret=gPecS7yqHkyyShvR&redirect_uri=https%3A%2F%2Fdev.example.com%2Fauth%2Flinkedin%2Fcallback`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_redirect_uri","error_description":"Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists"}`,
    becomes: { error: 'invalid_redirect_uri', means: 'configuration' },
  },
  {
    title: 'renews, and the end of the refresh token has come nearer',
    address: refresh,
    from: 'page',
    way: 'member',
    call: 'renewal',
    given: {
      ...client,
      refreshToken:
        'AQQOMeCIQMa6-zjU-02w8EJW67wPVk3hjJE5x1lZhU013LihKD8i1DpvaAl2jnuP8F1uXMgkm8nzjPfnaJR_kQNOxsLRLZWnAMzHMm81S0yQlkBYicw',
    },
    request: `${post}

grant_type=refresh_token&refresh_token=AQQOMeCIQMa6-zjU-02w8EJW67wPVk3hjJE5x1lZhU013LihKD8i1DpvaAl2jnuP8F1uXMgkm8nzjPfnaJR_kQNOxsLRLZWnAMzHMm81S0yQlkBYicw&client_id=861hhm46p48to2&client_secret=gPecS7yqHkyyShvR`,
    response: `${ok}

{
  "access_token": "BBBB2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU",
  "expires_in": 86400,
  "refresh_token": "AQWAft_WjYZKwuWXLC5hQlghgTam-tuT8CvFej9-XxGyqeER_7jTr8HmjiGjqil13i7gMFjyDxh1g7C",
  "refresh_token_expires_in": 439200,
  "scope":"r_basicprofile"
}`,
    becomes: {
      accessToken: 'BBBB2kXITHELmWblJigbHEuoFdfRhOwGA0QNnumBI8XOVSs0HtOHEU',
      refreshToken: 'AQWAft_WjYZKwuWXLC5hQlghgTam-tuT8CvFej9-XxGyqeER_7jTr8HmjiGjqil13i7gMFjyDxh1g7C',
      expires: 86_400,
      hardIn: 439_200,
      scope: ['r_basicprofile'],
    },
  },
  {
    title: 'is told that the refresh token is over, as an invalid request',
    address: refresh,
    from: 'page',
    way: 'member',
    call: 'renewal',
    given: { ...client, refreshToken: 'AQQold' },
    request: `${post}

grant_type=refresh_token&refresh_token=AQQold&client_id=861hhm46p48to2&client_secret=gPecS7yqHkyyShvR`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_request","error_description":"The provided authorization grant or refresh token is invalid, expired or revoked"}`,
    becomes: { error: 'invalid_request', means: 'dead' },
  },
  {
    title: 'sends the member to the native address, with PKCE and a loopback address',
    address: native,
    from: 'described',
    way: 'native',
    call: 'authorize',
    given: {
      clientId: '861hhm46p48to2',
      redirectUri: 'http://127.0.0.1:49152',
      scopes: ['r_basicprofile'],
      flow: { state: 'DCEeFWf45A53sdfKef424', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://www.linkedin.com/oauth/native-pkce/authorization?response_type=code&client_id=861hhm46p48to2&redirect_uri=http%3A%2F%2F127.0.0.1%3A49152&state=DCEeFWf45A53sdfKef424&scope=r_basicprofile&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'http://127.0.0.1:49152/?code=AQTQmah11&state=DCEeFWf45A53sdfKef424',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code of a native app without a secret',
    address: native,
    from: 'described',
    way: 'native',
    call: 'token',
    given: {
      clientId: '861hhm46p48to2',
      redirectUri: 'http://127.0.0.1:49152',
      flow: { code: 'AQTQmah11', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    },
    request: `${post}

grant_type=authorization_code&code=AQTQmah11&client_id=861hhm46p48to2&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk&redirect_uri=http%3A%2F%2F127.0.0.1%3A49152`,
    response: `${ok}

{"access_token":"AQUvlL_DYEzvT2wz1QJiEPeLioeA","expires_in":5184000,"scope":"r_basicprofile"}`,
    becomes: { accessToken: 'AQUvlL_DYEzvT2wz1QJiEPeLioeA', expires: 5_184_000, scope: ['r_basicprofile'] },
  },
  {
    title: 'is told that the code of a native app and its verifier do not go together',
    address: code,
    from: 'described',
    way: 'native',
    call: 'token',
    given: {
      clientId: '861hhm46p48to2',
      redirectUri: 'http://127.0.0.1:49152',
      flow: { code: 'AQTQmah11', code_verifier: 'another' },
    },
    request: `${post}

grant_type=authorization_code&code=AQTQmah11&client_id=861hhm46p48to2&code_verifier=another&redirect_uri=http%3A%2F%2F127.0.0.1%3A49152`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_redirect_uri","error_description":"Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. Or authorization code expired. Or external member binding exists"}`,
    becomes: { error: 'invalid_redirect_uri', means: 'configuration' },
  },
  {
    title: 'asks for the application itself, and the life comes as text',
    address: app,
    from: 'page',
    way: 'application',
    call: 'token',
    given: { clientId: '{your_client_id}', clientSecret: '{your_client_secret}' },
    request: `${post}

grant_type=client_credentials&client_id=%7Byour_client_id%7D&client_secret=%7Byour_client_secret%7D`,
    response: `${ok}

{
    "access_token": "AQV8...",
    "expires_in": "1800"
}`,
    becomes: { accessToken: 'AQV8...', expires: 1800 },
  },
  {
    title: 'is told that the application may not act for itself',
    address: app,
    from: 'page',
    way: 'application',
    call: 'token',
    given: client,
    request: `${post}

grant_type=client_credentials&client_id=861hhm46p48to2&client_secret=gPecS7yqHkyyShvR`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"access_denied","error_description":"This application is not allowed to create application tokens"}`,
    becomes: { error: 'access_denied', means: 'configuration' },
  },
  {
    title: 'looks at a token',
    address: look,
    from: 'page',
    way: 'member',
    call: 'introspect',
    given: { ...client, token: 'AQX' },
    request: `POST /oauth/v2/introspectToken HTTP/1.1
Host: www.linkedin.com
Content-Type: application/x-www-form-urlencoded

client_id=861hhm46p48to2&client_secret=gPecS7yqHkyyShvR&token=AQX`,
    response: `${ok}

{
    "active": true,
    "client_id": "xxxxxxxx",
    "authorized_at": 1493055596,
    "created_at": 1493055596,
    "status": "active",
    "expires_at": 1497497620,
    "scope": "r_liteprofile,r_emailaddress,w_member_social",
    "auth_type": "3L"
}`,
    becomes: { values: {} },
  },
  {
    title: 'asks who authorized',
    address: 'https://learn.microsoft.com/en-us/linkedin/consumer/integrations/self-serve/sign-in-with-linkedin-v2',
    from: 'described',
    way: 'member',
    call: 'person',
    given: { ...client, token: 'AQX' },
    request: `GET /v2/userinfo HTTP/1.1
Host: api.linkedin.com
Authorization: Bearer AQX
`,
    response: `${ok}

{"sub":"782bbtaQ","name":"John Doe","given_name":"John","family_name":"Doe","locale":"en-US","email":"doe@email.com","email_verified":true}`,
    becomes: { values: {}, who: 'John Doe' },
  },
  {
    title: 'is told that the API version has ended',
    address: errors,
    from: 'described',
    way: 'member',
    call: 'ad_accounts',
    given: { ...client, typed: { version: '202601' }, token: 'AQX' },
    request: `GET /rest/adAccounts?q=search HTTP/1.1
Host: api.linkedin.com
Authorization: Bearer AQX
LinkedIn-Version: 202601
X-Restli-Protocol-Version: 2.0.0
`,
    response: `HTTP/1.1 426 Upgrade Required
Content-Type: application/json

{"status":426,"code":"NONEXISTENT_VERSION","message":"Requested version 20260101 is not active"}`,
    becomes: { error: 'NONEXISTENT_VERSION', means: 'configuration' },
  },
]
