import type { Example } from '../provider/example.ts'

const docs = 'https://www.servicenow.com/docs/r/platform-security/authentication'
const requests = `${docs}/r_OAuthAPIRequestParameters.html`
const answers = `${docs}/r_OAuthAPIResponseParameters.html`
const workflow = `${docs}/authorization-workflow.html`
const machine = `${docs}/client-credentials-grant-workflow.html`
const typed = { host: 'instancename.service-now.com' }
const client = { clientId: 'be3aeb583ace210011c15b24a43e25d8', clientSecret: 'client_password' }
const proof = 'client_id=be3aeb583ace210011c15b24a43e25d8&client_secret=client_password'
const redirectUri = 'https://yourapp.com/callback'
const post = `POST /oauth_token.do HTTP/1.1
Host: instancename.service-now.com
Content-Type: application/x-www-form-urlencoded

`
const refreshToken = 'w599voG89897rGVDmdp12WA681r9E5948c1CJTPi8g4HGc4NWaz62k6k1K0FMxHW40H8yOO3Hoe'
const accessToken = 'F0jh9korTyzd9kaZqZ0SzjKZuS3ut0i4P46Lc52m2JYHiLIcqzFAumpyxshU9mMQ13gJHtxD2fy'
const issued = `HTTP/1.1 200 OK
Content-Type: application/json

{"scope":"useraccount","token_type":"Bearer","expires_in":1800,
"refresh_token":"${refreshToken}",
"access_token":"${accessToken}"}`
const becomes = { accessToken, refreshToken, expires: 1800, scope: ['useraccount'] }
const refused = `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error_description":"access_denied","error":"server_error"}`
const sent = { state: 'xyz123', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }
const page =
  'https://instancename.service-now.com/oauth_auth.do?response_type=code&client_id=YOUR_CLIENT_ID&redirect_uri=https://yourapp.com/callback&scope=incident_read incident_write&state=xyz123&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256'
const exchange =
  'grant_type=authorization_code&code=AUTH_CODE&redirect_uri=https%3A%2F%2Fyourapp.com%2Fcallback&state=xyz123'

export const examples: Example[] = [
  ...(['user', 'user_public'] as const).map((way): Example => ({
    title: `sends the person to the instance (${way === 'user' ? 'with' : 'without'} a secret)`,
    address: workflow,
    from: 'described',
    way,
    call: 'authorize',
    given: {
      clientId: 'YOUR_CLIENT_ID',
      typed,
      scopes: ['incident_read', 'incident_write'],
      redirectUri,
      flow: sent,
    },
    request: page,
    response: 'https://yourapp.com/callback?code=AUTH_CODE&state=xyz123',
    becomes: { values: {} },
  })),
  {
    title: 'exchanges the code with the secret',
    address: workflow,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, typed, redirectUri, flow: { code: 'AUTH_CODE', state: 'xyz123' } },
    request: `${post}${proof}&${exchange}`,
    response: issued,
    becomes,
  },
  {
    title: 'exchanges the code without a secret, with the code verifier',
    address: workflow,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: {
      clientId: 'YOUR_CLIENT_ID',
      typed,
      redirectUri,
      flow: { code: 'AUTH_CODE', state: 'xyz123', code_verifier: 'VERIFIER' },
    },
    request: `${post}client_id=YOUR_CLIENT_ID&${exchange}&code_verifier=VERIFIER`,
    response: issued,
    becomes,
  },
  {
    title: 'is refused without a reason (no secret)',
    address: 'https://openillumi.com/?p=87705',
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: {
      clientId: 'YOUR_CLIENT_ID',
      typed,
      redirectUri,
      flow: { code: 'AUTH_CODE', state: 'xyz123', code_verifier: 'VERIFIER' },
    },
    request: `${post}client_id=YOUR_CLIENT_ID&${exchange}&code_verifier=VERIFIER`,
    response: refused,
    becomes: { error: 'server_error', means: 'configuration' },
  },
  {
    title: 'renews, and the same refresh token comes back',
    address: requests,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, refreshToken },
    request: `${post}grant_type=refresh_token&${proof}&refresh_token=${refreshToken}`,
    response: issued,
    becomes,
  },
  {
    title: 'is told that the refresh token is over, in words that speak of the server',
    address: 'https://openillumi.com/?p=87705',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, refreshToken },
    request: `${post}grant_type=refresh_token&${proof}&refresh_token=${refreshToken}`,
    response: refused,
    becomes: { error: 'server_error', means: 'dead' },
  },
  {
    title: 'asks with user name and password',
    address: requests,
    from: 'page',
    way: 'password',
    call: 'token',
    given: { ...client, typed, userName: 'admin', password: 'admin' },
    request: `${post}grant_type=password&${proof}&username=admin&password=admin`,
    response: issued,
    becomes,
  },
  {
    title: 'asks for the application itself',
    address: machine,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed, scopes: ['incident_read', 'incident_write'] },
    request: `${post}grant_type=client_credentials&${proof}&scope=incident_read+incident_write`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"${accessToken}","scope":"incident_read incident_write","token_type":"Bearer","expires_in":1799}`,
    becomes: { accessToken, expires: 1799, scope: ['incident_read', 'incident_write'] },
  },
  {
    title: 'is refused where client credentials are switched off',
    address: 'https://openillumi.com/?p=87705',
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed },
    request: `${post}grant_type=client_credentials&${proof}`,
    response: refused,
    becomes: { error: 'server_error', means: 'configuration' },
  },
  {
    title: 'asks who it is',
    address: answers,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, typed, token: accessToken },
    request: `GET /api/now/table/sys_user?sysparm_query=user_name%3Djavascript%3Ags.getUserName%28%29&sysparm_fields=user_name%2Cname%2Cemail&sysparm_limit=1 HTTP/1.1
Host: instancename.service-now.com
Authorization: Bearer ${accessToken}
Accept: application/json
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"result":[{"user_name":"abel.tuter","name":"Abel Tuter","email":"abel.tuter@example.com"}]}`,
    becomes: { values: {}, who: 'abel.tuter' },
  },
]
