import type { Example } from '../provider/example.ts'

const older = 'https://intercom-developer-hub.readme.io/reference/using-oauth'
const codes = 'https://developers.intercom.com/docs/references/rest-api/errors/error-codes/'
const client = { clientId: '15329d68', clientSecret: 'the-client-secret' }
const redirectUri = 'https://example.com/oauth'
const token = 'dG9rOmEzMTJkYzRi'

export const examples: Example[] = [
  {
    title: 'sends the teammate to the sign-in of the region, without response_type and scope',
    address: older,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, typed: { region: 'eu' }, redirectUri, flow: { state: 'example' } },
    request: `https://app.eu.intercom.com/oauth?client_id=15329d68&state=example&redirect_uri=${redirectUri}`,
    response: `${redirectUri}?code=57a8f2c1&state=example`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with three parameters for a token without end',
    address: older,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '57a8f2c1' } },
    request: `POST /auth/eagle/token HTTP/1.1
Host: api.intercom.io
Content-Type: application/x-www-form-urlencoded

code=57a8f2c1&client_id=15329d68&client_secret=the-client-secret`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","token":"${token}","access_token":"${token}"}`,
    becomes: { accessToken: token, expires: 'never' },
  },
  {
    title: 'is refused a code that was used before',
    address: codes,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'used' } },
    request: `POST /auth/eagle/token HTTP/1.1
Host: api.intercom.io
Content-Type: application/x-www-form-urlencoded

code=used&client_id=15329d68&client_secret=the-client-secret`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"type":"error.list","request_id":"b2f1","errors":[{"code":"unauthorized","message":"Unauthorized"}]}`,
    becomes: { error: 'unauthorized', means: 'configuration' },
  },
  {
    title: 'asks who it is, with the version of the API',
    address: 'https://developers.intercom.com/intercom-api-reference',
    from: 'described',
    way: 'user',
    call: 'me',
    given: { ...client, typed: { region: 'au' }, token },
    request: `GET /me HTTP/1.1
Host: api.au.intercom.io
Authorization: Bearer ${token}
intercom-version: 2.15
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"type":"admin","id":"991267459","email":"admin1@email.com","name":"Ciaran1 Lee","email_verified":true,"app":{"type":"app","id_code":"this_is_an_id1_that_should_be_at_least_40","name":"MyApp 1","created_at":1719492696,"secure":false,"identity_verification":false,"timezone":"America/Los_Angeles","region":"AU"},"avatar":null,"has_inbox_seat":true}`,
    becomes: { values: {}, who: 'MyApp 1' },
  },
  {
    title: 'is told at the API that the token was taken back',
    address: codes,
    from: 'described',
    way: 'access_token',
    call: 'me',
    given: { token: 'gone' },
    request: `GET /me HTTP/1.1
Host: api.intercom.io
Authorization: Bearer gone
intercom-version: 2.15
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"type":"error.list","request_id":"b3c8","errors":[{"code":"unauthorized","message":"Access Token Invalid"}]}`,
    becomes: { error: 'unauthorized', means: 'dead' },
  },
]
