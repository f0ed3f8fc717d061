import type { Example } from '../provider/example.ts'

const picqer = 'https://github.com/picqer/exact-php-client'
const client = { clientId: '12345678-abcd-1234-abcd-0123456789ab', clientSecret: 'ZZZ999xxx000' }
const redirectUri = 'https://example.com/callback'
const sent = 'client_id=12345678-abcd-1234-abcd-0123456789ab&client_secret=ZZZ999xxx000'
const refreshToken = 'stampNL001.Yx!IAAAAL'
const post = (host = 'start.exactonline.nl') => `POST /api/oauth2/token HTTP/1.1
Host: ${host}
Content-Type: application/x-www-form-urlencoded`
const renew = `${post()}

refresh_token=stampNL001.Yx%21IAAAAL&grant_type=refresh_token&${sent}`
const answer = `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"access_token":"stampNL001.gAAAAB","token_type":"bearer","expires_in":"600","refresh_token":"stampNL001.Zz!IAAAAM"}`
const tokens = { accessToken: 'stampNL001.gAAAAB', refreshToken: 'stampNL001.Zz!IAAAAM', expires: 600 }

export const examples: Example[] = [
  {
    title: 'sends the person to the site of the country',
    address: picqer,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, typed: { country: 'uk' }, redirectUri, flow: { state: 'example' } },
    request: `https://start.exactonline.co.uk/api/oauth2/auth?client_id=12345678-abcd-1234-abcd-0123456789ab&redirect_uri=${redirectUri}&response_type=code&state=example`,
    response: `${redirectUri}?code=stampUK001.7Aao%21IAAAAEx8&state=example`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code for a token of ten minutes, said as text',
    address: picqer,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'stampNL001.7Aao!IAAAAEx8' } },
    request: `${post()}

redirect_uri=https%3A%2F%2Fexample.com%2Fcallback&grant_type=authorization_code&code=stampNL001.7Aao%21IAAAAEx8&${sent}`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'learns the division that is current',
    address: picqer,
    from: 'described',
    way: 'user',
    call: 'division',
    given: { token: 'stampNL001.gAAAAB' },
    request: `GET /api/v1/current/Me?%24select=CurrentDivision HTTP/1.1
Host: start.exactonline.nl
Authorization: Bearer stampNL001.gAAAAB
Accept: application/json
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=utf-8

{"d":{"results":[{"__metadata":{"type":"Exact.Web.Api.System.Me"},"CurrentDivision":123456}]}}`,
    becomes: { values: { division: '123456' } },
  },
  {
    title: 'renews at the end of the ten minutes and is given a new refresh token',
    address: picqer,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken },
    request: renew,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'is told that the token is too young to be renewed',
    address: 'https://github.com/websmurf/laravel-exact-online/issues/31',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken },
    request: renew,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8
Reason: TooEarlyToRefreshTokens: Rate limit exceeded: access_token not expired

{ "error":"access_denied","error_description":"Rate limit exceeded: access_token not expired" }`,
    becomes: { error: 'access_denied', means: 'too_young' },
  },
  {
    title: 'is told that the refresh token was used before',
    address: `${picqer}/issues/644`,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken },
    request: renew,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"error":"unauthorized_client","error_description":"Old refresh token used."}`,
    becomes: { error: 'unauthorized_client', means: 'dead' },
  },
  {
    title: 'is told on which day the refresh token ended',
    address: 'https://github.com/websmurf/laravel-exact-online/issues/23',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken },
    request: renew,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_request","error_description":"The refresh token expired at 10\\/11\\/2022 9:18:20 PM and it is now 10\\/28\\/2022 4:15:50 PM."}`,
    becomes: { error: 'invalid_request', means: 'dead' },
  },
  {
    title: 'asks who authorized',
    address: picqer,
    from: 'described',
    way: 'user',
    call: 'me',
    given: { token: 'stampNL001.gAAAAB' },
    request: `GET /api/v1/current/Me?%24select=FullName%2CEmail%2CCurrentDivision HTTP/1.1
Host: start.exactonline.nl
Authorization: Bearer stampNL001.gAAAAB
Accept: application/json
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=utf-8

{"d":{"results":[{"__metadata":{"type":"Exact.Web.Api.System.Me"},"CurrentDivision":123456,"FullName":"Jan Jansen","Email":"jan@example.nl"}]}}`,
    becomes: { values: {}, who: 'Jan Jansen' },
  },
]
