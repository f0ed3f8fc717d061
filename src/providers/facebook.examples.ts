import type { Example } from '../provider/example.ts'

const client = { clientId: '123', clientSecret: 'shh' }
const docs = 'https://developers.facebook.com/docs'
const flow = `${docs}/facebook-login/guides/advanced/manual-flow`
const long = `${docs}/facebook-login/guides/access-tokens/get-long-lived`
const system = `${docs}/business-management-apis/system-users/install-apps-and-generate-tokens`
const errors = `${docs}/graph-api/guides/error-handling`

export const examples: Example[] = [
  {
    title: 'sends a person to the dialog and asks again for what was unticked',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      typed: { version: 'v25.0' },
      redirectUri: 'https://www.domain.com/login',
      scopes: ['pages_show_list', 'pages_read_engagement'],
      flow: { state: '{st=state123abc,ds=123456789}' },
    },
    request:
      'https://www.facebook.com/v25.0/dialog/oauth?client_id=123&redirect_uri=https://www.domain.com/login&state={st=state123abc,ds=123456789}&response_type=code&scope=pages_show_list,pages_read_engagement&auth_type=rerequest',
    response: 'https://www.domain.com/login?code=AQB-x&state=%7Bst%3Dstate123abc%2Cds%3D123456789%7D#_=_',
    becomes: { values: {} },
  },
  {
    title: 'sends a business to the dialog with a configuration in place of scopes',
    address: `${docs}/facebook-login/facebook-login-for-business`,
    from: 'described',
    way: 'business',
    call: 'authorize',
    given: {
      ...client,
      typed: { business_config_id: '765' },
      redirectUri: 'https://example.com/oauth/callback',
      flow: { state: 'abc' },
    },
    request:
      'https://www.facebook.com/v26.0/dialog/oauth?client_id=123&redirect_uri=https://example.com/oauth/callback&state=abc&response_type=code&config_id=765',
    response: 'https://example.com/oauth/callback?code=AQB-x&state=abc',
    becomes: { values: {} },
  },
  {
    title: 'sends a person to the dialog with a configuration, and neither scopes nor auth_type beside it',
    address: `${docs}/facebook-login/facebook-login-for-business`,
    from: 'described',
    way: 'user_configured',
    call: 'authorize',
    given: {
      ...client,
      typed: { config_id: '765' },
      redirectUri: 'https://example.com/oauth/callback',
      scopes: ['pages_show_list'],
      flow: { state: 'abc' },
    },
    request:
      'https://www.facebook.com/v26.0/dialog/oauth?client_id=123&redirect_uri=https://example.com/oauth/callback&state=abc&response_type=code&config_id=765',
    response: 'https://example.com/oauth/callback?code=AQB-x&state=abc',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person cancelled',
    address: flow,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri: 'https://example.com/oauth/callback', scopes: ['email'], flow: { state: 'abc' } },
    request:
      'https://www.facebook.com/v26.0/dialog/oauth?client_id=123&redirect_uri=https://example.com/oauth/callback&state=abc&response_type=code&scope=email&auth_type=rerequest',
    response:
      'https://example.com/oauth/callback?error_reason=user_denied&error=access_denied&error_description=Permissions+error.',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code by GET, without a grant type',
    address: flow,
    from: 'page',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      typed: { version: 'v25.0' },
      redirectUri: 'https://example.com/oauth/callback',
      flow: { code: 'AQB-x' },
    },
    request: `GET /v25.0/oauth/access_token?client_id=123&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&client_secret=shh&code=AQB-x HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "EAAshort",
  "token_type": "bearer",
  "expires_in":  5180
}`,
    becomes: { accessToken: 'EAAshort', expires: 5180 },
  },
  {
    title: 'is told by code 1 that the app secret is wrong',
    address: 'https://github.com/facebookarchive/php-graph-sdk/issues/538',
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/oauth/callback', flow: { code: 'AQB-x' } },
    request: `GET /v26.0/oauth/access_token?client_id=123&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&client_secret=shh&code=AQB-x HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=UTF-8

{"error":{"message":"Error validating client secret.","type":"OAuthException","code":1,"fbtrace_id":"F0n\\/KYH+Z5K"}}`,
    becomes: { error: '1', means: 'client' },
  },
  {
    title: 'is told that the code was used before',
    address: 'https://github.com/laravel/socialite/issues/385',
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/oauth/callback', flow: { code: 'AQB-x' } },
    request: `GET /v26.0/oauth/access_token?client_id=123&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&client_secret=shh&code=AQB-x HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=UTF-8

{"error":{"message":"This authorization code has been used.","type":"OAuthException","code":100,"error_subcode":36009,"fbtrace_id":"AHtohT4VFYAhX-Ii6g-6xL7"}}`,
    becomes: { error: '100', means: 'dead' },
  },
  {
    title: 'makes a long-lived token of a short one',
    address: long,
    from: 'page',
    way: 'user',
    call: 'long_lived',
    given: { ...client, token: 'EAAshort' },
    request: `GET /v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id=123&client_secret=shh&fb_exchange_token=EAAshort HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token":"{long-lived-user-access-token}",
  "token_type": "bearer",
  "expires_in": 5183944
}`,
    becomes: { accessToken: '{long-lived-user-access-token}', expires: 5_183_944 },
  },
  {
    title: 'is told by text/plain that nothing was said about the end',
    address: long,
    from: 'described',
    way: 'user',
    call: 'long_lived',
    given: { ...client, token: 'EAAshort' },
    request: `GET /v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id=123&client_secret=shh&fb_exchange_token=EAAshort HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: text/plain; charset=UTF-8

access_token=EAAlong&expires=5183944`,
    becomes: { accessToken: 'EAAlong', expires: 5_184_000 },
  },
  {
    title: 'asks when reading data will fail',
    address: `${docs}/graph-api/reference/debug_token`,
    from: 'described',
    way: 'user',
    call: 'data_access',
    given: { ...client, token: 'EAAlong' },
    request: `GET /v26.0/debug_token?input_token=EAAlong&access_token=123%7Cshh HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{
  "data": {
    "app_id": "138483919580948",
    "type": "USER",
    "application": "Social Cafe",
    "data_access_expires_at": 1803124800,
    "expires_at": 1800532800,
    "is_valid": true,
    "issued_at": 1795348800,
    "metadata": { "sso": "iphone-safari" },
    "scopes": ["email", "public_profile"],
    "granular_scopes": [{ "scope": "pages_show_list", "target_ids": ["4567"] }],
    "user_id": "1207059"
  }
}`,
    becomes: { values: { data_access_end: '2027-02-20T12:00:00.000Z' } },
  },
  {
    title: 'looks into a token that never ends',
    address: `${docs}/graph-api/reference/debug_token`,
    from: 'described',
    way: 'app',
    call: 'introspect',
    given: { ...client, token: 'EAAsystem' },
    request: `GET /v26.0/debug_token?input_token=EAAsystem&access_token=123%7Cshh HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{"data":{"app_id":"123","type":"SYSTEM_USER","application":"Reports","data_access_expires_at":0,"expires_at":0,"is_valid":true,"issued_at":1795348800,"scopes":["read_insights","ads_read"],"user_id":"1207059"}}`,
    becomes: { values: { data_access_end: 'never' } },
  },
  {
    title: 'derives the token of a page, with the proof of the app secret',
    address: `${docs}/pages/access-tokens`,
    from: 'described',
    way: 'page',
    call: 'page',
    given: { ...client, typed: { page_id: '4567' }, token: 'EAAlong' },
    request: `GET /v26.0/4567?fields=access_token&appsecret_proof=1e7722afa78b20af98e2fe58b7573a736a03eb16c9a88c460a0d9bf9b3cdfc23 HTTP/1.1
Host: graph.facebook.com
Authorization: Bearer EAAlong
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"EAApage","id":"4567"}`,
    becomes: { accessToken: 'EAApage', expires: 'never' },
  },
  {
    title: 'exchanges a living token for a later end, and does not get it',
    address: long,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, token: 'EAAlong' },
    request: `GET /v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id=123&client_secret=shh&fb_exchange_token=EAAlong HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"EAAlong2","token_type":"bearer","expires_in":863000}`,
    becomes: { accessToken: 'EAAlong2', expires: 863_000 },
  },
  {
    title: 'is told that an ended token cannot be exchanged',
    address: errors,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, token: 'EAAold' },
    request: `GET /v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id=123&client_secret=shh&fb_exchange_token=EAAold HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":{"message":"Error validating access token","type":"OAuthException","code":190,"error_subcode":463,"fbtrace_id":"H2il2t5bn4e"}}`,
    becomes: { error: '190', means: 'dead' },
  },
  {
    title: 'is told that the person changed the password',
    address: errors,
    from: 'described',
    way: 'user',
    call: 'probe',
    given: { ...client, token: 'EAAlong' },
    request: `GET /v26.0/me?fields=id%2Cname&appsecret_proof=1e7722afa78b20af98e2fe58b7573a736a03eb16c9a88c460a0d9bf9b3cdfc23 HTTP/1.1
Host: graph.facebook.com
Authorization: Bearer EAAlong
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=UTF-8

{
  "error": {
    "message": "Message describing the error",
    "type": "OAuthException",
    "code": 190,
    "error_subcode": 460,
    "error_user_title": "A title",
    "error_user_msg": "A message",
    "fbtrace_id": "EJplcsCHuLu"
  }
}`,
    becomes: { error: '190', means: 'dead' },
  },
  {
    title: 'asks who was connected, without a proof where no app secret is known',
    address: flow,
    from: 'described',
    way: 'system_user',
    call: 'probe',
    given: { token: 'EAAsystem' },
    request: `GET /v26.0/me?fields=id%2Cname HTTP/1.1
Host: graph.facebook.com
Authorization: Bearer EAAsystem
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{"id":"122104561234567890","name":"Reports"}`,
    becomes: { values: {}, who: 'Reports' },
  },
  {
    title: 'refreshes the token of a system user',
    address: system,
    from: 'described',
    way: 'system_user_60_days',
    call: 'renewal',
    given: { ...client, token: 'EAAsystem' },
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
    given: { ...client, token: 'EAAold' },
    request: `GET /v26.0/oauth/access_token?grant_type=fb_exchange_token&client_id=123&client_secret=shh&set_token_expires_in_60_days=true&fb_exchange_token=EAAold HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=UTF-8

{"error":{"message":"Error validating access token: Session has expired on Wednesday, 14-Feb-18 18:00:00 PST. The current time is Thursday, 15-Feb-18 13:46:35 PST.","type":"OAuthException","code":190,"error_subcode":463,"fbtrace_id":"H2il2t5bn4e"}}`,
    becomes: { error: '190', means: 'dead' },
  },
  {
    title: 'ends the token of a system user',
    address: system,
    from: 'described',
    way: 'system_user_60_days',
    call: 'revoke',
    given: { ...client, token: 'EAAsystem' },
    request: `GET /v26.0/oauth/revoke?client_id=123&client_secret=shh&revoke_token=EAAsystem&access_token=EAAsystem HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{"success":true}`,
    becomes: { values: {} },
  },
  {
    title: 'removes the app from the account of the person',
    address: `${docs}/facebook-login/guides/access-tokens`,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, token: 'EAAlong' },
    request: `DELETE /v26.0/me/permissions?appsecret_proof=1e7722afa78b20af98e2fe58b7573a736a03eb16c9a88c460a0d9bf9b3cdfc23 HTTP/1.1
Host: graph.facebook.com
Authorization: Bearer EAAlong
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{"success":true}`,
    becomes: { values: {} },
  },
]
