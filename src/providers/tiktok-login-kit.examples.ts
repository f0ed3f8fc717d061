import type { Example } from '../provider/example.ts'

const web = 'https://developers.tiktok.com/doc/login-kit-web'
const tokens = 'https://developers.tiktok.com/doc/oauth-user-access-token-management'
const user = 'https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info'
const client = { clientId: 'CLIENT_KEY', clientSecret: 'CLIENT_SECRET' }
const redirectUri = 'https://dev.example.com/auth/callback/'
const post = (path: string) => `POST /v2/oauth/${path}/ HTTP/1.1
Host: open.tiktokapis.com
Content-Type: application/x-www-form-urlencoded

client_key=CLIENT_KEY&client_secret=CLIENT_SECRET`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json`
const look = `GET /v2/user/info/?fields=open_id%2Cdisplay_name HTTP/1.1
Host: open.tiktokapis.com
Authorization: Bearer act.example12345Example12345Example
`

export const examples: Example[] = [
  {
    title: 'sends the person to tiktok.com with client_key',
    address: web,
    from: 'described',
    way: 'account',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['user.info.basic', 'video.list'], flow: { state: 'csrf' } },
    request:
      'https://www.tiktok.com/v2/auth/authorize/?client_key=CLIENT_KEY&response_type=code&scope=user.info.basic,video.list&redirect_uri=https://dev.example.com/auth/callback/&state=csrf',
    response: 'https://dev.example.com/auth/callback/?code=CODE&scopes=user.info.basic%2Cvideo.list&state=csrf',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code',
    address: tokens,
    from: 'page',
    way: 'account',
    call: 'token',
    given: { ...client, redirectUri: 'REDIRECT_URI', flow: { code: 'CODE' } },
    request: `${post('token')}&code=CODE&grant_type=authorization_code&redirect_uri=REDIRECT_URI`,
    response: `${ok}

{
    "access_token": "act.example12345Example12345Example",
    "expires_in": 86400,
    "open_id": "afd97af1-b87b-48b9-ac98-410aghda5344",
    "refresh_expires_in": 31536000,
    "refresh_token": "rft.example12345Example12345Example",
    "scope": "user.info.basic,video.list",
    "token_type": "Bearer"
}`,
    becomes: {
      accessToken: 'act.example12345Example12345Example',
      refreshToken: 'rft.example12345Example12345Example',
      expires: 86_400,
      idleIn: 31_536_000,
      scope: ['user.info.basic', 'video.list'],
      values: { open_id: 'afd97af1-b87b-48b9-ac98-410aghda5344' },
    },
  },
  {
    title: 'is told that the redirect URI is another',
    address: tokens,
    from: 'page',
    way: 'account',
    call: 'token',
    given: { ...client, redirectUri: 'REDIRECT_URI', flow: { code: 'CODE' } },
    request: `${post('token')}&code=CODE&grant_type=authorization_code&redirect_uri=REDIRECT_URI`,
    response: `${ok}

{
    "error": "invalid_request",
    "error_description": "Redirect_uri is not matched with the uri when requesting code.",
    "log_id": "202206221854370101130062072500FFA2"
}`,
    becomes: { error: 'invalid_request', means: 'configuration' },
  },
  {
    title: 'renews; the refresh token of the answer counts',
    address: tokens,
    from: 'page',
    way: 'account',
    call: 'renewal',
    given: { ...client, refreshToken: 'REFRESH_TOKEN' },
    request: `${post('token')}&grant_type=refresh_token&refresh_token=REFRESH_TOKEN`,
    response: `${ok}

{
    "access_token": "act.example12345Example12345Example",
    "expires_in": 86400,
    "open_id": "asdf-12345c-1a2s3d-ac98-asdf123as12as34",
    "refresh_expires_in": 31536000,
    "refresh_token": "rft.example12345Example12345Example",
    "scope": "user.info.basic,video.list",
    "token_type": "Bearer"
}`,
    becomes: {
      accessToken: 'act.example12345Example12345Example',
      refreshToken: 'rft.example12345Example12345Example',
      expires: 86_400,
      idleIn: 31_536_000,
      scope: ['user.info.basic', 'video.list'],
    },
  },
  {
    title: 'revokes the access token',
    address: tokens,
    from: 'page',
    way: 'account',
    call: 'revoke',
    given: { ...client, token: 'ACCESS_TOKEN' },
    request: `${post('revoke')}&token=ACCESS_TOKEN`,
    response: 'HTTP/1.1 200 OK\n\n',
    becomes: { values: {} },
  },
  {
    title: 'asks for the app itself',
    address: 'https://developers.tiktok.com/doc/client-access-token-management',
    from: 'described',
    way: 'app',
    call: 'token',
    given: client,
    request: `${post('token')}&grant_type=client_credentials`,
    response: `${ok}

{"access_token":"clt.example12345Example12345Example","expires_in":7200,"token_type":"Bearer"}`,
    becomes: { accessToken: 'clt.example12345Example12345Example', expires: 7200 },
  },
  {
    title: 'is told with status 200 that the client is refused',
    address: 'https://github.com/HohnerJulian/ResearchTikPy/pull/28',
    from: 'described',
    way: 'app',
    call: 'token',
    given: client,
    request: `${post('token')}&grant_type=client_credentials`,
    response: `${ok}

{"error":"invalid_client","error_description":"Client key or secret is incorrect.","log_id":"202206221854370101130062072500FFA2"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'asks whose account it is, and an error with the code ok is none',
    address: user,
    from: 'described',
    way: 'account',
    call: 'user_info',
    given: { ...client, token: 'act.example12345Example12345Example' },
    request: look,
    response: `${ok}

{"data":{"user":{"open_id":"723f24d7-e717-40f8-a2b6-cb8464cd23b4","display_name":"Tiktok User"}},"error":{"code":"ok","message":"","log_id":"20220829194722CBE87ED59D524E727021"}}`,
    becomes: { values: {}, who: 'Tiktok User' },
  },
  {
    title: 'is told at the API that the token has ended',
    address: 'https://developers.tiktok.com/doc/tiktok-api-v2-error-handling',
    from: 'described',
    way: 'account',
    call: 'user_info',
    given: { ...client, token: 'act.example12345Example12345Example' },
    request: look,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"data":{},"error":{"code":"access_token_invalid","message":"The access token is invalid or not found in the request.","log_id":"202207280326050102231031430C7E754E"}}`,
    becomes: { error: 'access_token_invalid', means: 'dead' },
  },
]
