import type { Example } from '../provider/example.ts'

const guide = 'https://skillshub.wtf/zoom/skills/oauth'
const server = 'https://developers.zoom.us/docs/internal-apps/s2s-oauth/'
const forum = 'https://devforum.zoom.us/t/oauth-token-400-bad-request-params-in-query-string/124925'
const client = { clientId: '123', clientSecret: '456' }
const typed = { account_id: 'uRAsACdoSOOL10mJF4-b4Q' }
const redirectUri = 'https://example.com/'
const post = (path: string) => `POST /oauth/${path} HTTP/1.1
Host: zoom.us
Authorization: Basic MTIzOjQ1Ng==
Content-Type: application/x-www-form-urlencoded

`
const json = (status: string, body: string) => `HTTP/1.1 ${status}
Content-Type: application/json

${body}`
const issued = (number: number) =>
  json(
    '200 OK',
    `{
  "access_token": "eyJ${number}",
  "token_type": "bearer",
  "refresh_token": "eyR${number}",
  "expires_in": 3600,
  "scope": "user:read:user",
  "api_url": "https://api.zoom.us"
}`,
  )
const becomes = (number: number) => ({
  accessToken: `eyJ${number}`,
  refreshToken: `eyR${number}`,
  expires: 3600,
  scope: ['user:read:user'],
  values: { api_url: 'https://api.zoom.us' },
})

export const examples: Example[] = [
  {
    title: 'asks for the account itself with a grant type of its own',
    address: server,
    from: 'described',
    way: 'account',
    call: 'token',
    given: { ...client, typed },
    request: `${post('token')}grant_type=account_credentials&account_id=uRAsACdoSOOL10mJF4-b4Q`,
    response: json(
      '200 OK',
      `{
  "access_token": "eyJ0",
  "token_type": "bearer",
  "expires_in": 3600,
  "scope": "user:read:user:admin",
  "api_url": "https://api.zoom.us"
}`,
    ),
    becomes: {
      accessToken: 'eyJ0',
      expires: 3600,
      scope: ['user:read:user:admin'],
      values: { api_url: 'https://api.zoom.us' },
    },
  },
  {
    title: 'is told that the account id is wrong or the app not activated',
    address: forum,
    from: 'described',
    way: 'account',
    call: 'token',
    given: { ...client, typed },
    request: `${post('token')}grant_type=account_credentials&account_id=uRAsACdoSOOL10mJF4-b4Q`,
    response: json('400 Bad Request', '{"reason":"Bad Request","error":"invalid_request"}'),
    becomes: { error: 'invalid_request', means: 'configuration' },
  },
  {
    title: 'is told that the secret is wrong',
    address: forum,
    from: 'described',
    way: 'account',
    call: 'token',
    given: { ...client, typed },
    request: `${post('token')}grant_type=account_credentials&account_id=uRAsACdoSOOL10mJF4-b4Q`,
    response: json('401 Unauthorized', '{"reason":"Invalid client_id or client_secret","error":"invalid_client"}'),
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'sends the person to Zoom without scopes: those of the app are granted',
    address: guide,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: { clientId: '123', redirectUri },
    request: 'https://zoom.us/oauth/authorize?response_type=code&client_id=123&redirect_uri=https://example.com/',
    response: 'https://example.com/?code=CODE',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code in the body, and the answer names the host of the API',
    address: guide,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'CODE' } },
    request: `${post('token')}grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fexample.com%2F`,
    response: issued(1),
    becomes: becomes(1),
  },
  {
    title: 'renews, and a new refresh token comes',
    address: guide,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'eyR1' },
    request: `${post('token')}grant_type=refresh_token&refresh_token=eyR1`,
    response: issued(2),
    becomes: becomes(2),
  },
  {
    title: 'is told that the refresh token is over',
    address: forum,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'eyR1' },
    request: `${post('token')}grant_type=refresh_token&refresh_token=eyR1`,
    response: json('400 Bad Request', '{"reason":"Invalid Token!","error":"invalid_grant"}'),
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the codes of a device',
    address: guide,
    from: 'described',
    way: 'device',
    call: 'device',
    given: client,
    request: `${post('devicecode')}client_id=123`,
    response: json(
      '200 OK',
      `{
  "device_code": "DEVICE_CODE",
  "user_code": "abcd1234",
  "verification_uri": "https://zoom.us/oauth_device",
  "verification_uri_complete": "https://zoom.us/oauth/device/complete/CODE",
  "expires_in": 900,
  "interval": 5
}`,
    ),
    becomes: {
      values: {
        device_code: 'DEVICE_CODE',
        user_code: 'abcd1234',
        verification_uri: 'https://zoom.us/oauth_device',
        expires_in: '900',
      },
    },
  },
  {
    title: 'asks whether the device was approved',
    address: guide,
    from: 'described',
    way: 'device',
    call: 'token',
    given: { ...client, flow: { device_code: 'DEVICE_CODE' } },
    request: `${post('token')}grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=DEVICE_CODE`,
    response: issued(1),
    becomes: becomes(1),
  },
  {
    title: 'asks who it is at the host that came with the token',
    address: guide,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, answer: { api_url: 'https://api-eu.zoom.us' }, token: 'eyJ1' },
    request: `GET /v2/users/me HTTP/1.1
Host: api-eu.zoom.us
Authorization: Bearer eyJ1
`,
    response: json(
      '200 OK',
      '{"id":"KDcuGIm1QgePTO8WbOqwIQ","email":"jchill@example.com","display_name":"Jill Chill"}',
    ),
    becomes: { values: {}, who: 'jchill@example.com' },
  },
  {
    title: 'is told at the API that the token is none any more',
    address: 'https://developers.zoom.us/docs/integrations/oauth-error-messages/',
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, token: 'old' },
    request: `GET /v2/users/me HTTP/1.1
Host: api.zoom.us
Authorization: Bearer old
`,
    response: json('401 Unauthorized', '{"code":124,"message":"Invalid access token."}'),
    becomes: { error: '124', means: 'dead' },
  },
  {
    title: 'revokes the token',
    address: guide,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, token: 'eyJ1' },
    request: `${post('revoke')}token=eyJ1`,
    response: json('200 OK', '{"status": "success"}'),
    becomes: { values: {} },
  },
]
