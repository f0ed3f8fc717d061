import type { Example } from '../provider/example.ts'

const client = { clientId: '990602627938098', clientSecret: 'a1b2C3D4' }
const facebook = { clientId: '123', clientSecret: 'shh' }
const docs = 'https://developers.facebook.com/docs/instagram-platform'
const login = `${docs}/instagram-api-with-instagram-login/business-login`
const start = `${docs}/instagram-api-with-instagram-login/get-started`
const facebookLogin = `${docs}/instagram-api-with-facebook-login/get-started`

const exchange = `POST /oauth/access_token HTTP/1.1
Host: api.instagram.com
Content-Type: application/x-www-form-urlencoded

client_id=990602627938098&client_secret=a1b2C3D4&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fmy.m.redirect.net%2F&code=AQBx-hBsH3...`

const answered = {
  ...client,
  redirectUri: 'https://my.m.redirect.net/',
  flow: { code: 'AQBx-hBsH3...' },
}

export const examples: Example[] = [
  {
    title: 'sends the account to the window, and the code comes back with #_ behind it',
    address: login,
    from: 'described',
    way: 'account',
    call: 'authorize',
    given: {
      ...client,
      redirectUri: 'https://my.m.redirect.net/',
      scopes: [
        'instagram_business_basic',
        'instagram_business_manage_messages',
        'instagram_business_manage_comments',
        'instagram_business_content_publish',
      ],
      flow: { state: 'abc' },
    },
    request:
      'https://www.instagram.com/oauth/authorize?client_id=990602627938098&redirect_uri=https://my.m.redirect.net/&response_type=code&scope=instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments,instagram_business_content_publish&state=abc',
    response: 'https://my.m.redirect.net/?code=abcdefghijklmnopqrstuvwxyz#_',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person cancelled',
    address: login,
    from: 'described',
    way: 'account',
    call: 'authorize',
    given: {
      ...client,
      typed: { enable_fb_login: '0', force_authentication: '1' },
      redirectUri: 'https://my.m.redirect.net/auth/',
      scopes: ['instagram_business_basic'],
      flow: { state: 'abc' },
    },
    request:
      'https://www.instagram.com/oauth/authorize?client_id=990602627938098&redirect_uri=https://my.m.redirect.net/auth/&response_type=code&scope=instagram_business_basic&state=abc&enable_fb_login=0&force_authentication=1',
    response:
      'https://my.m.redirect.net/auth/?error=access_denied&error_reason=user_denied&error_description=The+user+denied+your+request',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code for a token of one hour, as the page shows the answer',
    address: login,
    from: 'described',
    way: 'account',
    call: 'token',
    given: answered,
    request: exchange,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "data": [
    {
      "access_token": "EAACEdEose0...",
      "user_id": "1020",
      "permissions": "instagram_business_basic,instagram_business_manage_messages,instagram_business_manage_comments,instagram_business_content_publish"
    }
  ]
}`,
    becomes: {
      accessToken: 'EAACEdEose0...',
      expires: 'unknown',
      scope: [
        'instagram_business_basic',
        'instagram_business_manage_messages',
        'instagram_business_manage_comments',
        'instagram_business_content_publish',
      ],
      values: { user_id: '1020' },
    },
  },
  {
    title: 'exchanges the code, as clients see the answer: flat, with a long number',
    address: `${docs}/reference/access_token`,
    from: 'described',
    way: 'account',
    call: 'token',
    given: answered,
    request: exchange,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"access_token":"IGAAshort","user_id":17841405793187218,"permissions":["instagram_business_basic","instagram_business_manage_insights"]}`,
    becomes: {
      accessToken: 'IGAAshort',
      expires: 'unknown',
      scope: ['instagram_business_basic', 'instagram_business_manage_insights'],
      values: { user_id: '17841405793187218' },
    },
  },
  {
    title: 'is told that the code was used before',
    address: login,
    from: 'described',
    way: 'account',
    call: 'token',
    given: answered,
    request: exchange,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{
  "error_type": "OAuthException",
  "code": 400,
  "error_message": "Matching code was not found or was already used"
}`,
    becomes: { error: '400', means: 'dead' },
  },
  {
    title: 'is told that the app id is that of the Facebook app',
    address: 'https://github.com/pdir/social-feed-bundle/issues/105',
    from: 'described',
    way: 'account',
    call: 'token',
    given: answered,
    request: exchange,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error_type": "OAuthException", "code": 400, "error_message": "Invalid platform app"}`,
    becomes: { error: '400', means: 'client' },
  },
  {
    title: 'makes a long-lived token of the short one',
    address: login,
    from: 'page',
    way: 'account',
    call: 'long_lived',
    given: { ...client, token: 'EAACEdEose0' },
    request: `GET /access_token?grant_type=ig_exchange_token&client_secret=a1b2C3D4&access_token=EAACEdEose0 HTTP/1.1
Host: graph.instagram.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token":"EAACEdEose0...",
  "token_type": "bearer",
  "expires_in": 5183944
}`,
    becomes: { accessToken: 'EAACEdEose0...', expires: 5_183_944 },
  },
  {
    title: 'renews a token without the app',
    address: login,
    from: 'page',
    way: 'account',
    call: 'renewal',
    given: { ...client, token: 'EAACEdEose0' },
    request: `GET /refresh_access_token?grant_type=ig_refresh_token&access_token=EAACEdEose0 HTTP/1.1
Host: graph.instagram.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token":"EAACEdEose0...",
  "token_type": "bearer",
  "expires_in": 5183944
}`,
    becomes: { accessToken: 'EAACEdEose0...', expires: 5_183_944 },
  },
  {
    title: 'renews a token that was pasted',
    address: start,
    from: 'described',
    way: 'dashboard',
    call: 'renewal',
    given: { token: 'IGAAdash' },
    request: `GET /refresh_access_token?grant_type=ig_refresh_token&access_token=IGAAdash HTTP/1.1
Host: graph.instagram.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"IGAAdash2","token_type":"bearer","expires_in":5184000,"permissions":"instagram_business_basic"}`,
    becomes: { accessToken: 'IGAAdash2', expires: 5_184_000 },
  },
  {
    title: 'is told that the token has ended',
    address: 'https://github.com/codingbadger/instant-tokens.com/issues/7',
    from: 'described',
    way: 'account',
    call: 'renewal',
    given: { ...client, token: 'IGAAold' },
    request: `GET /refresh_access_token?grant_type=ig_refresh_token&access_token=IGAAold HTTP/1.1
Host: graph.instagram.com
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":{"message":"Error validating access token: Session has expired on Sunday, 09-Aug-20 01:30:58 PDT. The current time is Monday, 17-Aug-20 08:14:58 PDT.","type":"OAuthException","code":190,"fbtrace_id":"AZq1XPBho9"}}`,
    becomes: { error: '190', means: 'dead' },
  },
  {
    title: 'is told by code 100 that this token is not of this API',
    address: 'https://github.com/in2code-de/instagram/issues/41',
    from: 'described',
    way: 'dashboard',
    call: 'renewal',
    given: { token: 'IGQWold' },
    request: `GET /refresh_access_token?grant_type=ig_refresh_token&access_token=IGQWold HTTP/1.1
Host: graph.instagram.com
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":{"message":"Unsupported request - method type: get","type":"IGApiException","code":100,"fbtrace_id":"Azq1XPBho9"}}`,
    becomes: { error: '100', means: 'configuration' },
  },
  {
    title: 'asks which account it is',
    address: start,
    from: 'described',
    way: 'account',
    call: 'account_info',
    given: { ...client, token: 'IGAAlong' },
    request: `GET /v26.0/me?fields=user_id%2Cusername HTTP/1.1
Host: graph.instagram.com
Authorization: Bearer IGAAlong
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"user_id":"17841405793187218","username":"jellyfish","id":"26382391234567890"}`,
    becomes: { values: {}, who: 'jellyfish' },
  },
  {
    title: 'sends a person to Facebook for the account behind a page',
    address: facebookLogin,
    from: 'described',
    way: 'facebook_page',
    call: 'authorize',
    given: {
      ...facebook,
      redirectUri: 'https://example.com/oauth/callback',
      scopes: ['instagram_basic', 'pages_show_list'],
      flow: { state: 'abc' },
    },
    request:
      'https://www.facebook.com/v26.0/dialog/oauth?client_id=123&redirect_uri=https://example.com/oauth/callback&state=abc&response_type=code&scope=instagram_basic,pages_show_list&auth_type=rerequest',
    response: 'https://example.com/oauth/callback?code=AQB-x&state=abc#_=_',
    becomes: { values: {} },
  },
  {
    title: 'derives the token of the page and learns the account behind it',
    address: facebookLogin,
    from: 'described',
    way: 'facebook_page',
    call: 'page',
    given: { ...facebook, typed: { page_id: '134895793791914' }, token: 'EAAlong' },
    request: `GET /v26.0/134895793791914?fields=access_token%2Cinstagram_business_account&appsecret_proof=1e7722afa78b20af98e2fe58b7573a736a03eb16c9a88c460a0d9bf9b3cdfc23 HTTP/1.1
Host: graph.facebook.com
Authorization: Bearer EAAlong
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"EAApage","instagram_business_account":{"id":"17841405822304914"},"id":"134895793791914"}`,
    becomes: { accessToken: 'EAApage', expires: 'never', values: { instagram_account: '17841405822304914' } },
  },
  {
    title: 'refreshes the token of a system user at Facebook',
    address:
      'https://developers.facebook.com/docs/business-management-apis/system-users/install-apps-and-generate-tokens',
    from: 'described',
    way: 'system_user_60_days',
    call: 'renewal',
    given: { ...facebook, token: 'EAAsystem' },
    request: `GET /v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id=123&client_secret=shh&set_token_expires_in_60_days=true&fb_exchange_token=EAAsystem HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{"access_token":"EAAsystem2","token_type":"bearer","expires_in":5184000}`,
    becomes: { accessToken: 'EAAsystem2', expires: 5_184_000 },
  },
  {
    title: 'is told that the token of a system user has ended',
    address: 'https://developers.facebook.com/docs/facebook-login/access-tokens/debugging-and-error-handling',
    from: 'described',
    way: 'system_user_60_days',
    call: 'renewal',
    given: { ...facebook, token: 'EAAold' },
    request: `GET /v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id=123&client_secret=shh&set_token_expires_in_60_days=true&fb_exchange_token=EAAold HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=UTF-8

{"error":{"message":"Error validating access token: Session has expired on Wednesday, 14-Feb-18 18:00:00 PST. The current time is Thursday, 15-Feb-18 13:46:35 PST.","type":"OAuthException","code":190,"error_subcode":463,"fbtrace_id":"H2il2t5bn4e"}}`,
    becomes: { error: '190', means: 'dead' },
  },
]
