import type { Example } from '../provider/example.ts'

const auth = 'https://developers.snap.com/api/marketing-api/Ads-API/authentication'
const client = { clientId: '0179adb7-1f70-40da-ac49-e79dcfcf9801', clientSecret: '737e0fae74d1e7dff4bd' }
const redirectUri = 'https://www.example.com/callback'
const post = `POST /login/oauth2/access_token HTTP/1.1
Host: accounts.snapchat.com
Content-Type: application/x-www-form-urlencoded

client_id=0179adb7-1f70-40da-ac49-e79dcfcf9801&client_secret=737e0fae74d1e7dff4bd`
const look = `GET /v1/me HTTP/1.1
Host: adsapi.snapchat.com
Authorization: Bearer meowmeowmeow
`

export const examples: Example[] = [
  {
    title: 'sends the person to accounts.snapchat.com',
    address: auth,
    from: 'described',
    way: 'member',
    call: 'authorize',
    given: {
      ...client,
      redirectUri,
      scopes: ['snapchat-marketing-api'],
      flow: { state: 'wmKkg0TWgppW8PTBZ20sldUwerf-m' },
    },
    request:
      'https://accounts.snapchat.com/login/oauth2/authorize?response_type=code&client_id=0179adb7-1f70-40da-ac49-e79dcfcf9801&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback&scope=snapchat-marketing-api&state=wmKkg0TWgppW8PTBZ20sldUwerf-m',
    response: 'https://www.example.com/callback?code=CODE&state=wmKkg0TWgppW8PTBZ20sldUwerf-m',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code for half an hour',
    address: auth,
    from: 'described',
    way: 'member',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'CODE' } },
    request: `${post}&code=CODE&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"0.meowmeow","token_type":"Bearer","expires_in":1800,"refresh_token":"meow","scope":"snapchat-marketing-api"}`,
    becomes: {
      accessToken: '0.meowmeow',
      refreshToken: 'meow',
      expires: 1800,
      scope: ['snapchat-marketing-api'],
    },
  },
  {
    title: 'renews',
    address: auth,
    from: 'described',
    way: 'member',
    call: 'renewal',
    given: { ...client, refreshToken: 'meow' },
    request: `${post}&refresh_token=meow&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"0.meowmeowmeow","token_type":"Bearer","expires_in":1800,"refresh_token":"meow2","scope":"snapchat-marketing-api"}`,
    becomes: {
      accessToken: '0.meowmeowmeow',
      refreshToken: 'meow2',
      expires: 1800,
      scope: ['snapchat-marketing-api'],
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: auth,
    from: 'described',
    way: 'member',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `${post}&refresh_token=old&grant_type=refresh_token`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"The refresh token is invalid."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks who authorized',
    address: 'https://developers.snap.com/api/marketing-api/Ads-API/user',
    from: 'described',
    way: 'member',
    call: 'me',
    given: { ...client, token: 'meowmeowmeow' },
    request: look,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"request_status":"SUCCESS","request_id":"57affee300ff0d91229fabb9710001737e616473617069736300016275696c642d35396264653638322d312d31312d3700010107","me":{"id":"2f5dd7e6-fcd1-4324-8455-1ea4d96caaaa","updated_at":"2016-08-14T07:36:37.456Z","created_at":"2016-08-14T07:36:37.456Z","email":"honey.badger@hooli.com","organization_id":"40d6719b-da09-410b-9185-0cc9c0dfed1d","display_name":"Honey Badger"}}`,
    becomes: { values: {}, who: 'Honey Badger' },
  },
]
