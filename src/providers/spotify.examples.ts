import type { Example } from '../provider/example.ts'

const code = 'https://developer.spotify.com/documentation/web-api/tutorials/code-flow'
const pkce = 'https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow'
const app = 'https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow'
const refresh = 'https://developer.spotify.com/documentation/web-api/tutorials/refreshing-tokens'
const client = { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' }
const redirectUri = 'http://127.0.0.1:8888/callback'
const post = `POST /api/token HTTP/1.1
Host: accounts.spotify.com`
const proven = `${post}
Authorization: Basic Q0xJRU5UX0lEOkNMSUVOVF9TRUNSRVQ=
Content-Type: application/x-www-form-urlencoded`
const open = `${post}
Content-Type: application/x-www-form-urlencoded`

export const examples: Example[] = [
  {
    title: 'sends the person to accounts.spotify.com',
    address: code,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['user-read-private', 'user-read-email'], flow: { state: 'hello' } },
    request:
      'https://accounts.spotify.com/authorize?response_type=code&client_id=CLIENT_ID&scope=user-read-private%20user-read-email&redirect_uri=http%3A%2F%2F127.0.0.1%3A8888%2Fcallback&state=hello',
    response: 'http://127.0.0.1:8888/callback?code=NApCCg..BkWtQ&state=hello',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not agree',
    address: code,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['user-read-email'], flow: { state: 'hello' } },
    request:
      'https://accounts.spotify.com/authorize?response_type=code&client_id=CLIENT_ID&scope=user-read-email&redirect_uri=http%3A%2F%2F127.0.0.1%3A8888%2Fcallback&state=hello',
    response: 'http://127.0.0.1:8888/callback?error=access_denied&state=hello',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code; the answer does not say when the refresh token ends',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'NApCCg..BkWtQ' } },
    request: `${proven}

grant_type=authorization_code&code=NApCCg..BkWtQ&redirect_uri=http%3A%2F%2F127.0.0.1%3A8888%2Fcallback`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"NgCXRK...MzYjw","token_type":"Bearer","scope":"user-read-private user-read-email","expires_in":3600,"refresh_token":"NgAagA...Um_SHo"}`,
    becomes: {
      accessToken: 'NgCXRK...MzYjw',
      refreshToken: 'NgAagA...Um_SHo',
      expires: 3600,
      scope: ['user-read-private', 'user-read-email'],
    },
  },
  {
    title: 'renews without being given a new refresh token',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'NgAagA...Um_SHo' },
    request: `${proven}

grant_type=refresh_token&refresh_token=NgAagA...Um_SHo`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"BQBLuPRYBQ...BP8stIv5xr-Iwaf4l8eg","token_type":"Bearer","expires_in":3600,"scope":"user-read-email user-read-private"}`,
    becomes: {
      accessToken: 'BQBLuPRYBQ...BP8stIv5xr-Iwaf4l8eg',
      expires: 3600,
      scope: ['user-read-email', 'user-read-private'],
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: 'https://github.com/novatorem/novatorem/issues/81',
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'NgAagA...old' },
    request: `${proven}

grant_type=refresh_token&refresh_token=NgAagA...old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error": "invalid_grant", "error_description": "Refresh token revoked"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'sends the person there with a challenge in place of a secret',
    address: pkce,
    from: 'described',
    way: 'user_public',
    call: 'authorize',
    given: {
      clientId: 'CLIENT_ID',
      redirectUri,
      scopes: ['user-read-private'],
      flow: { state: 'hello', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://accounts.spotify.com/authorize?response_type=code&client_id=CLIENT_ID&scope=user-read-private&code_challenge_method=S256&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&redirect_uri=http%3A%2F%2F127.0.0.1%3A8888%2Fcallback&state=hello',
    response: 'http://127.0.0.1:8888/callback?code=NApCCg..BkWtQ&state=hello',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with its verifier',
    address: pkce,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: {
      clientId: 'CLIENT_ID',
      redirectUri,
      flow: { code: 'NApCCg..BkWtQ', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    },
    request: `${open}

client_id=CLIENT_ID&grant_type=authorization_code&code=NApCCg..BkWtQ&redirect_uri=http%3A%2F%2F127.0.0.1%3A8888%2Fcallback&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"NgCXRK...MzYjw","token_type":"Bearer","scope":"user-read-private","expires_in":3600,"refresh_token":"NgAagA...Um_SHo"}`,
    becomes: {
      accessToken: 'NgCXRK...MzYjw',
      refreshToken: 'NgAagA...Um_SHo',
      expires: 3600,
      scope: ['user-read-private'],
    },
  },
  {
    title: 'renews with the client id in the body, for a new refresh token',
    address: refresh,
    from: 'described',
    way: 'user_public',
    call: 'renewal',
    given: { clientId: 'CLIENT_ID', refreshToken: 'NgAagA...Um_SHo' },
    request: `${open}

grant_type=refresh_token&refresh_token=NgAagA...Um_SHo&client_id=CLIENT_ID`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"BQBLuPRYBQ...BP8stIv5xr-Iwaf4l8eg","token_type":"Bearer","expires_in":3600,"refresh_token":"AQAQfyEFmJJuCvAFh...cG_m-2KTgNDaDMQqjrOa3","scope":"user-read-private"}`,
    becomes: {
      accessToken: 'BQBLuPRYBQ...BP8stIv5xr-Iwaf4l8eg',
      refreshToken: 'AQAQfyEFmJJuCvAFh...cG_m-2KTgNDaDMQqjrOa3',
      expires: 3600,
      scope: ['user-read-private'],
    },
  },
  {
    title: 'asks for the app itself',
    address: app,
    from: 'described',
    way: 'app',
    call: 'token',
    given: client,
    request: `${proven}

grant_type=client_credentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"NgCXRKc...MzYjw","token_type":"bearer","expires_in":3600}`,
    becomes: { accessToken: 'NgCXRKc...MzYjw', expires: 3600 },
  },
  {
    title: 'is told that the secret is wrong',
    address: 'https://developer.spotify.com/documentation/web-api/concepts/api-calls',
    from: 'described',
    way: 'app',
    call: 'token',
    given: client,
    request: `${proven}

grant_type=client_credentials`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_client","error_description":"Invalid client secret"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'asks whose account it is',
    address: 'https://developer.spotify.com/documentation/web-api/concepts/api-calls',
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, token: 'NgCXRK...MzYjw' },
    request: `GET /v1/me HTTP/1.1
Host: api.spotify.com
Authorization: Bearer NgCXRK...MzYjw
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"country":"SE","display_name":"JM Wizzler","id":"wizzler","product":"premium","type":"user","uri":"spotify:user:wizzler"}`,
    becomes: { values: {}, who: 'JM Wizzler' },
  },
]
