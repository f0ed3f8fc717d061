import type { Example } from '../provider/example.ts'

const client = { clientId: 'client_id', clientSecret: 'client_secret' }
const web = 'https://developers.google.com/youtube/v3/guides/auth/server-side-web-apps'
const native = 'https://developers.google.com/youtube/v3/guides/auth/installed-apps'
const devices = 'https://developers.google.com/youtube/v3/guides/auth/devices'
const readonly = 'https://www.googleapis.com/auth/youtube.readonly'

const polling = `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=client_id&client_secret=client_secret&device_code=device_code&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code`

const channels = `GET /youtube/v3/channels?part=snippet&mine=true HTTP/1.1
Host: www.googleapis.com
Authorization: Bearer access_token
`

export const examples: Example[] = [
  {
    title: 'sends a person to consent, each time for a refresh token',
    address: native,
    from: 'described',
    way: 'desktop',
    call: 'authorize',
    given: {
      ...client,
      scopes: [readonly],
      redirectUri: 'http://127.0.0.1:9004',
      flow: {
        state: 'security_token=138r5719ru3e1&url=https://oauth2.example.com/token',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      },
    },
    request:
      'https://accounts.google.com/o/oauth2/v2/auth?scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.readonly&response_type=code&state=security_token%3D138r5719ru3e1%26url%3Dhttps%3A%2F%2Foauth2.example.com%2Ftoken&redirect_uri=http%3A//127.0.0.1%3A9004&client_id=client_id&access_type=offline&prompt=consent&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response:
      'http://127.0.0.1:9004?state=security_token%3D138r5719ru3e1%26url%3Dhttps%3A%2F%2Foauth2.example.com%2Ftoken&code=4/P7q7W91a-oMsCeLvIaQm6bTrgtp7&scope=https://www.googleapis.com/auth/youtube.readonly',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code of a web client',
    address: web,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      redirectUri: 'https://oauth2.example.com/code',
      flow: { code: '4/P7q7W91a-oMsCeLvIaQm6bTrgtp7' },
    },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

code=4%2FP7q7W91a-oMsCeLvIaQm6bTrgtp7&client_id=client_id&client_secret=client_secret&redirect_uri=https%3A%2F%2Foauth2.example.com%2Fcode&grant_type=authorization_code`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "access_token": "1/fFAGRNJru1FTz70BzhT3Zg",
  "expires_in": 3920,
  "token_type": "Bearer",
  "scope": "https://www.googleapis.com/auth/youtube.force-ssl",
  "refresh_token": "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI"
}`,
    becomes: {
      accessToken: '1/fFAGRNJru1FTz70BzhT3Zg',
      refreshToken: '1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI',
      expires: 3920,
      scope: ['https://www.googleapis.com/auth/youtube.force-ssl'],
    },
  },
  {
    title: 'is told that the code was used before',
    address: devices,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://oauth2.example.com/code', flow: { code: '4/P7q7W91a' } },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

code=4%2FP7q7W91a&client_id=client_id&client_secret=client_secret&redirect_uri=https%3A%2F%2Foauth2.example.com%2Fcode&grant_type=authorization_code`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_grant","error_description":"Bad Request"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'renews, and the answer brings no refresh token',
    address: devices,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'refresh_token' },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=client_id&client_secret=client_secret&refresh_token=refresh_token&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "access_token": "1/fFAGRNJru1FTz70BzhT3Zg",
  "expires_in": 3920,
  "scope": "https://www.googleapis.com/auth/youtube.force-ssl",
  "token_type": "Bearer"
}`,
    becomes: {
      accessToken: '1/fFAGRNJru1FTz70BzhT3Zg',
      expires: 3920,
      scope: ['https://www.googleapis.com/auth/youtube.force-ssl'],
    },
  },
  {
    title: 'is told that the authorization is over',
    address: 'https://developers.google.com/identity/protocols/oauth2',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'refresh_token' },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=client_id&client_secret=client_secret&refresh_token=refresh_token&grant_type=refresh_token`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_grant","error_description":"Token has been expired or revoked."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for a device code without the secret',
    address: devices,
    from: 'page',
    way: 'device',
    call: 'device',
    given: { ...client, scopes: [readonly] },
    request: `POST /device/code HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=client_id&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.readonly`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "device_code": "4/4-GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8",
  "user_code": "GQVQ-JKEC",
  "verification_url": "https://www.google.com/device",
  "expires_in": 1800,
  "interval": 5
}`,
    becomes: {
      values: {
        device_code: '4/4-GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8',
        user_code: 'GQVQ-JKEC',
        verification_uri: 'https://www.google.com/device',
        expires_in: '1800',
        interval: '5',
      },
    },
  },
  {
    title: 'is told that this client asks for too many device codes',
    address: devices,
    from: 'page',
    way: 'device',
    call: 'device',
    given: { ...client, scopes: [readonly] },
    request: `POST /device/code HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=client_id&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.readonly`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json; charset=utf-8

{
  "error_code": "rate_limit_exceeded"
}`,
    becomes: { error: 'rate_limit_exceeded', means: 'transient' },
  },
  {
    title: 'waits while the person types the code in',
    address: devices,
    from: 'page',
    way: 'device',
    call: 'token',
    given: { ...client, flow: { device_code: 'device_code' } },
    request: polling,
    response: `HTTP/1.1 428 Precondition Required
Content-Type: application/json; charset=utf-8

{
  "error": "authorization_pending",
  "error_description": "Precondition Required"
}`,
    becomes: { error: 'authorization_pending', means: 'transient' },
  },
  {
    title: 'is told to ask less often',
    address: devices,
    from: 'page',
    way: 'device',
    call: 'token',
    given: { ...client, flow: { device_code: 'device_code' } },
    request: polling,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json; charset=utf-8

{
  "error": "slow_down",
  "error_description": "Forbidden"
}`,
    becomes: { error: 'slow_down', means: 'transient' },
  },
  {
    title: 'is told that the person refused',
    address: devices,
    from: 'page',
    way: 'device',
    call: 'token',
    given: { ...client, flow: { device_code: 'device_code' } },
    request: polling,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json; charset=utf-8

{
  "error": "access_denied",
  "error_description": "Forbidden"
}`,
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'gets the tokens once the person has agreed',
    address: devices,
    from: 'page',
    way: 'device',
    call: 'token',
    given: { ...client, flow: { device_code: 'device_code' } },
    request: polling,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "access_token": "1/fFAGRNJru1FTz70BzhT3Zg",
  "expires_in": 3920,
  "scope": "openid https://www.googleapis.com/auth/userinfo.profile https://www.googleapis.com/auth/userinfo.email",
  "token_type": "Bearer",
  "refresh_token": "1/xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI"
}`,
    becomes: {
      accessToken: '1/fFAGRNJru1FTz70BzhT3Zg',
      refreshToken: '1/xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI',
      expires: 3920,
      scope: [
        'openid',
        'https://www.googleapis.com/auth/userinfo.profile',
        'https://www.googleapis.com/auth/userinfo.email',
      ],
    },
  },
  {
    title: 'asks which channel the token belongs to',
    address: native,
    from: 'described',
    way: 'user',
    call: 'channel',
    given: { ...client, token: 'access_token' },
    request: channels,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{
  "kind": "youtube#channelListResponse",
  "etag": "etag",
  "pageInfo": { "totalResults": 1, "resultsPerPage": 5 },
  "items": [
    {
      "kind": "youtube#channel",
      "etag": "etag",
      "id": "UC_x5XG1OV2P6uZZ5FSM9Ttw",
      "snippet": { "title": "Google for Developers", "publishedAt": "2007-08-23T00:34:43Z" }
    }
  ]
}`,
    becomes: { values: {}, who: 'Google for Developers' },
  },
  {
    title: 'is told that the account has no channel',
    address: 'https://developers.google.com/youtube/v3/docs/errors',
    from: 'described',
    way: 'user',
    call: 'channel',
    given: { ...client, token: 'access_token' },
    request: channels,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=UTF-8

{
  "error": {
    "errors": [
      {
        "domain": "youtube.header",
        "reason": "youtubeSignupRequired",
        "message": "Unauthorized",
        "locationType": "header",
        "location": "Authorization"
      }
    ],
    "code": 401,
    "message": "Unauthorized"
  }
}`,
    becomes: { error: '401', means: 'configuration' },
  },
  {
    title: 'revokes the refresh token',
    address: devices,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: '1//xEo' },
    request: `POST /revoke HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

token=1%2F%2FxEo`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{}`,
    becomes: { values: {} },
  },
]
