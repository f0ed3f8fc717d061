import type { Example } from '../provider/example.ts'

const nango = 'https://github.com/NangoHQ/nango'
const user = 'https://business-api.tiktok.com/portal/docs?id=1739665513181185'
const client = { clientId: '7000000000000000000', clientSecret: 'SECRET' }
const exchange = `POST /open_api/v1.3/oauth2/access_token/ HTTP/1.1
Host: business-api.tiktok.com
Content-Type: application/json

{"app_id":"7000000000000000000","secret":"SECRET","auth_code":"AUTH_CODE"}`
const look = `GET /open_api/v1.3/user/info/ HTTP/1.1
Host: business-api.tiktok.com
Access-Token: ACCESS_TOKEN
`

export const examples: Example[] = [
  {
    title: 'sends the advertiser to the portal with app_id',
    address: nango,
    from: 'described',
    way: 'advertiser',
    call: 'authorize',
    given: { ...client, redirectUri: 'https://example.com/callback', flow: { state: 'your_custom_params' } },
    request:
      'https://business-api.tiktok.com/portal/auth?app_id=7000000000000000000&state=your_custom_params&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback',
    response: 'https://example.com/callback?auth_code=AUTH_CODE&code=AUTH_CODE&state=your_custom_params',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code by JSON for a token without end inside data',
    address: nango,
    from: 'described',
    way: 'advertiser',
    call: 'token',
    given: { ...client, flow: { code: 'AUTH_CODE' } },
    request: exchange,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"code":0,"message":"OK","request_id":"20261122120000010245000000000000","data":{"access_token":"ACCESS_TOKEN","advertiser_ids":["7000000000000000001","7000000000000000002"],"scope":[1,2,4]}}`,
    becomes: { accessToken: 'ACCESS_TOKEN', expires: 'never', values: { advertiser_id: '7000000000000000001' } },
  },
  {
    title: 'is told with status 200 that the code is over',
    address: 'https://business-api.tiktok.com/portal/docs?id=1737172488964097',
    from: 'described',
    way: 'advertiser',
    call: 'token',
    given: { ...client, flow: { code: 'AUTH_CODE' } },
    request: exchange,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"code":40110,"message":"Auth_code is used","request_id":"20261122120000010245000000000000","data":{}}`,
    becomes: { error: '40110', means: 'dead' },
  },
  {
    title: 'asks who authorized, with a header of its own',
    address: user,
    from: 'described',
    way: 'advertiser',
    call: 'user_info',
    given: { ...client, token: 'ACCESS_TOKEN' },
    request: look,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"code":0,"message":"OK","request_id":"20261122120000010245000000000000","data":{"create_time":1614000000,"core_user_id":"7000000000000000003","display_name":"Ada","email":"a***a@example.com"}}`,
    becomes: { values: {}, who: 'Ada' },
  },
  {
    title: 'is told with status 200 that the token was taken back',
    address: 'https://github.com/airbytehq/airbyte',
    from: 'described',
    way: 'token',
    call: 'user_info',
    given: { token: 'ACCESS_TOKEN' },
    request: look,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"code": 40105, "message": "Access token is incorrect or has been revoked."}`,
    becomes: { error: '40105', means: 'dead' },
  },
]
