import type { Example } from '../provider/example.ts'

const client = { clientId: '123', clientSecret: 'shh' }
const long = 'https://developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived'

export const examples: Example[] = [
  {
    title: 'exchanges the code by GET, without a grant type',
    address: 'https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow',
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/oauth/callback', flow: { code: 'AQB-x' } },
    request: `GET /v26.0/oauth/access_token?client_id=123&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback&client_secret=shh&code=AQB-x HTTP/1.1
Host: graph.facebook.com
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"EAAshort","token_type":"bearer","expires_in":5180}`,
    becomes: { accessToken: 'EAAshort', expires: 5180 },
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
    title: 'derives the token of a page, with the proof of the app secret',
    address: 'https://developers.facebook.com/docs/pages/access-tokens',
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
    becomes: { accessToken: 'EAApage', expires: 5_184_000 },
  },
  {
    title: 'is told that an ended token cannot be exchanged',
    address: 'https://developers.facebook.com/docs/graph-api/guides/error-handling',
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
]
