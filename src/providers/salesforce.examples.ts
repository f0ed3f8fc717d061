import type { Example } from '../provider/example.ts'

const older =
  'https://developer.salesforce.com/docs/atlas.en-us.218.0.api_rest.meta/api_rest/intro_understanding_refresh_token_oauth.htm'
const web = 'https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm&type=5'
const walkthrough =
  'https://www.integrate.io/docs/etl/allowing-integrateio-etl-access-to-my-data-on-salesforce-using-customer-managed-oauth/'
const refreshed = 'https://cloudsfdc.com/refresh-token-flow'
const refused = 'https://www.nango.dev/blog/salesforce-oauth-refresh-token-invalid-grant'
const machine =
  'https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_client_credentials_flow.htm&type=5'
const jwt = 'https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm&type=5'

const client = { clientId: '3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0', clientSecret: '1955279925675241571' }
const redirectUri = 'https://www.example.com/callback'
const ok = `HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8`
const bad = `HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=UTF-8`

export const examples: Example[] = [
  {
    title: 'sends a person to sign in',
    address: web,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['api', 'refresh_token'], flow: { state: 'mystate' } },
    request:
      'https://login.salesforce.com/services/oauth2/authorize?response_type=code&client_id=3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback&state=mystate&scope=api%20refresh_token',
    response:
      'https://www.example.com/callback?code=aPrxsmIEeqM9PiQroGEWx1UiMQd95_5JUZVEhsOFhS8EVvbfYBBJli2W5fn3zbo.8hojaNW_1g%3D%3D&state=mystate',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not allow it',
    address: web,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      typed: { login_host: 'test.salesforce.com' },
      redirectUri,
      scopes: ['api'],
      flow: { state: 'mystate' },
    },
    request:
      'https://test.salesforce.com/services/oauth2/authorize?response_type=code&client_id=3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0&redirect_uri=https%3A%2F%2Fwww.example.com%2Fcallback&state=mystate&scope=api',
    response:
      'https://www.example.com/callback?error=access_denied&error_description=end-user+denied+authorization&state=mystate',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code and learns where the API is, but not when the token ends',
    address: walkthrough,
    from: 'page',
    way: 'user',
    call: 'token',
    given: {
      clientId: 'YOUR_CLIENT_ID',
      clientSecret: 'YOUR_CLIENT_SECRET',
      redirectUri: 'https://oauth.pstmn.io/v1/callback',
      flow: { code: 'YOUR_AUTHORIZATION_CODE' },
    },
    request: `POST /services/oauth2/token HTTP/1.1
Host: login.salesforce.com
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&client_id=YOUR_CLIENT_ID&client_secret=YOUR_CLIENT_SECRET&redirect_uri=https%3A%2F%2Foauth.pstmn.io%2Fv1%2Fcallback&code=YOUR_AUTHORIZATION_CODE`,
    response: `${ok}

{
"access_token": "00Dxx000000S1on!...",
"refresh_token": "5Aep86...etc",
"instance_url": "https://na123.salesforce.com",
"id": "https://login.salesforce.com/id/...",
"issued_at": "1711734351000",
"signature": "abcdef123456="
}`,
    becomes: {
      accessToken: '00Dxx000000S1on!...',
      refreshToken: '5Aep86...etc',
      expires: 'unknown',
      values: { instance_url: 'https://na123.salesforce.com' },
    },
  },
  {
    title: 'renews, and keeps the refresh token where none comes back',
    address: refreshed,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '5Aexxxxxxxxxxxxxxx' },
    request: `POST /services/oauth2/token HTTP/1.1
Host: login.salesforce.com
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&client_id=3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0&client_secret=1955279925675241571&refresh_token=5Aexxxxxxxxxxxxxxx`,
    response: `${ok}

{
"access_token": "00Dxxxxxxxxxxxxxxx!AQMAQHNT2NhUqx5X6QC3BJninCLmgpbsGfDA48YqmeLBCoPGSTyYNYgcjuKgfktx.XPKF_sQt4w2c7UHTFzisjoBUDBp6dfL",
"signature": "HfBA4xxxxSOUcg8ndBMnw4GuvDY1M+oWUQ8PU1l0HWbc=",
"scope": "visualforce refresh_token wave_api custom_permissions web openid chatter_api api id full",
"instance_url": "https://xxxx.my.salesforce.com",
"id": "https://login.salesforce.com/id/00Dxxxxxxxxxxxx/005xxxxxxxxxxx",
"token_type": "Bearer",
"issued_at": "1708058728442"
}`,
    becomes: {
      accessToken:
        '00Dxxxxxxxxxxxxxxx!AQMAQHNT2NhUqx5X6QC3BJninCLmgpbsGfDA48YqmeLBCoPGSTyYNYgcjuKgfktx.XPKF_sQt4w2c7UHTFzisjoBUDBp6dfL',
      expires: 'unknown',
      scope: [
        'visualforce',
        'refresh_token',
        'wave_api',
        'custom_permissions',
        'web',
        'openid',
        'chatter_api',
        'api',
        'id',
        'full',
      ],
      values: { instance_url: 'https://xxxx.my.salesforce.com' },
    },
  },
  {
    title: 'may prove itself with Basic instead',
    address: older,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: {
      clientId: 'id',
      clientSecret: 'secret',
      typed: { login_host: 'test.salesforce.com' },
      refreshToken: 'token',
    },
    request: `POST /services/oauth2/token HTTP/1.1
Host: test.salesforce.com
Authorization: Basic aWQ6c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=token`,
    response: `${ok}

{"access_token":"00Dx!new","refresh_token":"5Aep-rotated","instance_url":"https://example--qa.sandbox.my.salesforce.com","id":"https://test.salesforce.com/id/00Dx/005x","token_type":"Bearer","issued_at":"1708058728442","scope":"api refresh_token"}`,
    becomes: {
      accessToken: '00Dx!new',
      refreshToken: '5Aep-rotated',
      expires: 'unknown',
      scope: ['api', 'refresh_token'],
      values: { instance_url: 'https://example--qa.sandbox.my.salesforce.com' },
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: refused,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '5Aold' },
    request: `POST /services/oauth2/token HTTP/1.1
Host: login.salesforce.com
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&client_id=3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0&client_secret=1955279925675241571&refresh_token=5Aold`,
    response: `${bad}

{
  "error": "invalid_grant",
  "error_description": "expired access/refresh token"
}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks as the app itself at the host of My Domain',
    address: machine,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: { my_domain: 'example.my.salesforce.com' } },
    request: `POST /services/oauth2/token HTTP/1.1
Host: example.my.salesforce.com
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_id=3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0&client_secret=1955279925675241571`,
    response: `${ok}

{"access_token":"00Dx!machine","signature":"0CmxinZir53Yex7nE0TD+zMpvIWYGb/bdJh6XfOH6EQ=","scope":"api id","instance_url":"https://example.my.salesforce.com","id":"https://login.salesforce.com/id/00Dx/005x","token_type":"Bearer","issued_at":"1659464214000","api_instance_url":"https://api.salesforce.com"}`,
    becomes: {
      accessToken: '00Dx!machine',
      expires: 'unknown',
      scope: ['api', 'id'],
      values: { instance_url: 'https://example.my.salesforce.com' },
    },
  },
  {
    title: 'is told that the app has no user to run as',
    address: machine,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: { my_domain: 'example.my.salesforce.com' } },
    request: `POST /services/oauth2/token HTTP/1.1
Host: example.my.salesforce.com
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_id=3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0&client_secret=1955279925675241571`,
    response: `${bad}

{"error":"invalid_grant","error_description":"no client credentials user enabled"}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'asks with an assertion for a user of a sandbox',
    address: jwt,
    from: 'described',
    way: 'jwt',
    call: 'token',
    given: {
      clientId: client.clientId,
      typed: { organization: 'test.salesforce.com', username: 'loader@example.com.qa' },
      flow: { assertion: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiAiM01WRzk5T3' },
    },
    request: `POST /services/oauth2/token HTTP/1.1
Host: test.salesforce.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiAiM01WRzk5T3`,
    response: `${ok}

{"access_token":"00Dxx0000001gPL!AR8AQJXg5oj8jXSgxJfA0lBog.39AsX.LVpxezPwuX5VAIrrbbHMuol7GQxnMeYMN7cj8EoWr78nt1u44zU31IbYNNJguseu","scope":"web openid api id","instance_url":"https://yourInstance.salesforce.com","id":"https://yourInstance.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS","token_type":"Bearer"}`,
    becomes: {
      accessToken:
        '00Dxx0000001gPL!AR8AQJXg5oj8jXSgxJfA0lBog.39AsX.LVpxezPwuX5VAIrrbbHMuol7GQxnMeYMN7cj8EoWr78nt1u44zU31IbYNNJguseu',
      expires: 'unknown',
      scope: ['web', 'openid', 'api', 'id'],
      values: { instance_url: 'https://yourInstance.salesforce.com' },
    },
  },
  {
    title: 'is told that the user is not approved for the app',
    address: jwt,
    from: 'described',
    way: 'jwt',
    call: 'token',
    given: { clientId: client.clientId, typed: { username: 'loader@example.com' }, flow: { assertion: 'eyJ' } },
    request: `POST /services/oauth2/token HTTP/1.1
Host: login.salesforce.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJ`,
    response: `${bad}

{"error":"invalid_grant","error_description":"user hasn't approved this consumer"}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'revokes the refresh token',
    address: refreshed,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: '5Aexxxxxxxxxxxxxxx' },
    request: `POST /services/oauth2/revoke HTTP/1.1
Host: login.salesforce.com
Content-Type: application/x-www-form-urlencoded

token=5Aexxxxxxxxxxxxxxx`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks which organization the token is of',
    address: older,
    from: 'described',
    way: 'machine',
    call: 'organization',
    given: {
      typed: { my_domain: 'example.my.salesforce.com' },
      answer: { instance_url: 'https://example.my.salesforce.com' },
      token: '00Dx!machine',
    },
    request: `GET /services/data/v60.0/query?q=SELECT%20Name%20FROM%20Organization HTTP/1.1
Host: example.my.salesforce.com
Authorization: Bearer 00Dx!machine
`,
    response: `${ok}

{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Organization","url":"/services/data/v60.0/sobjects/Organization/00Dx"},"Name":"Example GmbH"}]}`,
    becomes: { values: {}, who: 'Example GmbH' },
  },
  {
    title: 'is told that the session has ended',
    address: older,
    from: 'described',
    way: 'user',
    call: 'organization',
    given: { answer: { instance_url: 'https://example.my.salesforce.com' }, token: '00Dx!old' },
    request: `GET /services/data/v60.0/query?q=SELECT%20Name%20FROM%20Organization HTTP/1.1
Host: example.my.salesforce.com
Authorization: Bearer 00Dx!old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json;charset=UTF-8

[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`,
    becomes: { error: 'INVALID_SESSION_ID', means: 'dead' },
  },
]
