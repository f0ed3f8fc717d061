import type { Example } from '../provider/example.ts'

const auth = 'https://developer.clickup.com/docs/authentication'
const errors = 'https://developer.clickup.com/docs/common_errors'
const client = { clientId: 'SNK7PRBE8Q4Q', clientSecret: 'the-client-secret' }
const redirectUri = 'https://example.com/callback'
const post = `POST /api/v2/oauth/token HTTP/1.1
Host: api.clickup.com
Content-Type: application/json`
const get = (authorization: string) => `GET /api/v2/user HTTP/1.1
Host: api.clickup.com
Authorization: ${authorization}
`

export const examples: Example[] = [
  {
    title: 'sends the person to app.clickup.com, without response_type and scope',
    address: auth,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, flow: { state: 'example' } },
    request: `https://app.clickup.com/api?client_id=SNK7PRBE8Q4Q&redirect_uri=${redirectUri}&state=example`,
    response: `${redirectUri}?code=UFB1H4CT&state=example`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code for a token without end',
    address: 'https://developer.clickup.com/reference/getaccesstoken',
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'UFB1H4CT' } },
    request: `${post}

{"client_id":"SNK7PRBE8Q4Q","client_secret":"the-client-secret","code":"UFB1H4CT"}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"access_token":"12345678_1a2b3c4d","token_type":"Bearer"}`,
    becomes: { accessToken: '12345678_1a2b3c4d', expires: 'never' },
  },
  {
    title: 'is told that there is no such app',
    address: errors,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, clientId: 'none', redirectUri, flow: { code: 'UFB1H4CT' } },
    request: `${post}

{"client_id":"none","client_secret":"the-client-secret","code":"UFB1H4CT"}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"err":"Client not found","ECODE":"OAUTH_010"}`,
    becomes: { error: 'OAUTH_010', means: 'client' },
  },
  {
    title: 'asks who authorized',
    address: auth,
    from: 'described',
    way: 'user',
    call: 'user',
    given: { token: '12345678_1a2b3c4d' },
    request: get('Bearer 12345678_1a2b3c4d'),
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"user":{"id":123,"username":"John Doe","email":"john@example.com","color":"#000000","profilePicture":null,"initials":"JD","week_start_day":0,"global_font_support":true,"timezone":"America/New_York"}}`,
    becomes: { values: {}, who: 'John Doe' },
  },
  {
    title: 'asks with a personal token, which stands alone',
    address: auth,
    from: 'described',
    way: 'personal',
    call: 'user_of_token',
    given: { token: 'pk_4753994_EXP7MPOJ7XQM5UJDV2M45MPF0YHH5YHO' },
    request: get('pk_4753994_EXP7MPOJ7XQM5UJDV2M45MPF0YHH5YHO'),
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"user":{"id":123,"username":"John Doe","email":"john@example.com"}}`,
    becomes: { values: {}, who: 'John Doe' },
  },
  {
    title: 'is told that the authorization was taken back',
    address: errors,
    from: 'described',
    way: 'user',
    call: 'user',
    given: { token: 'gone' },
    request: get('Bearer gone'),
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"err":"Oauth token not found","ECODE":"OAUTH_019"}`,
    becomes: { error: 'OAUTH_019', means: 'dead' },
  },
]
