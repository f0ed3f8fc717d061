import type { Example } from '../provider/example.ts'

const refresh = 'https://developer.okta.com/docs/guides/refresh-tokens/main/'
const service = 'https://developer.okta.com/docs/guides/implement-oauth-for-okta-serviceapp/main/'
const creds = 'https://developer.okta.com/docs/guides/implement-client-creds/'
const over =
  'https://support.okta.com/help/s/article/okta-refresh-token-invalid-or-expired-error-error-invalid-grant-error-description-the-refresh-token-is-invalid-or-expired'
const domain = 'example.okta.com'
const client = { clientId: 'id', clientSecret: 'secret', typed: { domain } }
const redirectUri = 'http://localhost:8080'
const verifier = 'M25iVXpKU3puUjFjYWg3T1NDTDQtcW1rOUY5YXlwalNoc0hhaoxifmZHag'
const challenge = 'qjrzSW9gMiUgpUvqgEPE4_-8swvyCtfOVvg55o5S_es'
const post = (path: string) => `POST ${path} HTTP/1.1
Host: ${domain}
Accept: application/json
Content-Type: application/x-www-form-urlencoded`
const basic = 'Authorization: Basic aWQ6c2VjcmV0'
const answer = `HTTP/1.1 200 OK
Content-Type: application/json

{
    "token_type": "Bearer",
    "expires_in": 3600,
    "access_token": "eyJraWQ.....rm8EA4osYg",
    "scope": "offline_access openid",
    "refresh_token": "i6mapTIAVSp2oJkgUnCACKKfZxt_H5MBLiqcybBBd04",
    "id_token": "eyJraWQiOiJ.....XAn3ty6o-yeA"
}`
const tokens = {
  accessToken: 'eyJraWQ.....rm8EA4osYg',
  refreshToken: 'i6mapTIAVSp2oJkgUnCACKKfZxt_H5MBLiqcybBBd04',
  expires: 3600,
  scope: ['offline_access', 'openid'],
}
const assertion = 'client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer'

/** What is the same at both servers but for the address. */
const ofPerson = (way: string, path: string): Example[] => [
  {
    title: `${way}: sends the person to the server with PKCE`,
    address: refresh,
    from: 'described',
    way,
    call: 'authorize',
    given: {
      ...client,
      scopes: ['openid', 'offline_access'],
      redirectUri,
      flow: { state: '4ff7dcc0', code_challenge: challenge },
    },
    request: `https://${domain}${path}/authorize?client_id=id&response_type=code&scope=openid%20offline_access&redirect_uri=${redirectUri}&state=4ff7dcc0&code_challenge_method=S256&code_challenge=${challenge}`,
    response: `${redirectUri}?code=iyz1Lpim4NgN6gDQdT1a9PJDVTaCdxG1wJMYiUkfGts&state=4ff7dcc0`,
    becomes: { values: {} },
  },
  {
    title: `${way}: exchanges the code with Basic and verifier`,
    address: refresh,
    from: 'described',
    way,
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'iyz1Lpim4NgN6gDQ', code_verifier: verifier } },
    request: `${post(`${path}/token`)}
${basic}

grant_type=authorization_code&redirect_uri=http%3A%2F%2Flocalhost%3A8080&code=iyz1Lpim4NgN6gDQ&code_verifier=${verifier}`,
    response: answer,
    becomes: tokens,
  },
  {
    title: `${way}: renews with Basic`,
    address: refresh,
    from: 'described',
    way,
    call: 'renewal',
    given: { ...client, refreshToken: 'MIOf-U1zQbyfa3MUfJHhvnUqIut9ClH0xjlDXGJAyqo' },
    request: `${post(`${path}/token`)}
${basic}

grant_type=refresh_token&refresh_token=MIOf-U1zQbyfa3MUfJHhvnUqIut9ClH0xjlDXGJAyqo`,
    response: answer,
    becomes: tokens,
  },
  {
    title: `${way}: is told that the refresh token is over`,
    address: over,
    from: 'described',
    way,
    call: 'renewal',
    given: { ...client, refreshToken: 'used' },
    request: `${post(`${path}/token`)}
${basic}

grant_type=refresh_token&refresh_token=used`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: `${way}: revokes the refresh token`,
    address: 'https://developer.okta.com/docs/api/openapi/okta-oauth/oauth/tag/CustomAS',
    from: 'described',
    way,
    call: 'revoke',
    given: { ...client, refreshToken: 'MIOf' },
    request: `POST ${path}/revoke HTTP/1.1
Host: ${domain}
Content-Type: application/x-www-form-urlencoded
${basic}

token=MIOf&token_type_hint=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
]

export const examples: Example[] = [
  {
    title: 'asks the org server with a signed assertion',
    address: service,
    from: 'described',
    way: 'service',
    call: 'token',
    given: { clientId: 'id', typed: { domain }, scopes: ['okta.users.read'] },
    request: `${post('/oauth2/v1/token')}

grant_type=client_credentials&scope=okta.users.read&client_id=id&${assertion}&client_assertion=eyJhbGciOiJSU....tHQ6ggOnrG-ZFRSkZc8Pw`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
    "token_type": "Bearer",
    "expires_in": 3600,
    "access_token": "eyJraWQiOiJ.....UfThlJ7w",
    "scope": "okta.users.read"
}`,
    becomes: { accessToken: 'eyJraWQiOiJ.....UfThlJ7w', expires: 3600, scope: ['okta.users.read'] },
  },
  {
    title: 'is refused a scope that the org server does not give',
    address: 'https://devforum.okta.com/t/cannot-create-access-token-with-custom-scopes-using-private-key-jwt/13539',
    from: 'described',
    way: 'service',
    call: 'token',
    given: { clientId: 'id', typed: { domain }, scopes: ['customScope'] },
    request: `${post('/oauth2/v1/token')}

grant_type=client_credentials&scope=customScope&client_id=id&${assertion}&client_assertion=eyJhbGciOiJSU`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_scope","error_description":"Custom scopes are not allowed for this request."}`,
    becomes: { error: 'invalid_scope', means: 'configuration' },
  },
  {
    title: 'asks a custom server with Basic for a scope of its own',
    address: creds,
    from: 'described',
    way: 'custom_service',
    call: 'token',
    given: { ...client, scopes: ['customScope'] },
    request: `${post('/oauth2/default/v1/token')}
${basic}

grant_type=client_credentials&scope=customScope`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJhbG[...]1LQ","token_type":"Bearer","expires_in":3600,"scope":"customScope"}`,
    becomes: { accessToken: 'eyJhbG[...]1LQ', expires: 3600, scope: ['customScope'] },
  },
  {
    title: 'is told that no rule of the access policy fits',
    address: creds,
    from: 'described',
    way: 'custom_service',
    call: 'token',
    given: { ...client, typed: { domain, server: 'aus1' }, scopes: ['customScope'] },
    request: `${post('/oauth2/aus1/v1/token')}
${basic}

grant_type=client_credentials&scope=customScope`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"access_denied","error_description":"Policy evaluation failed for this request, please check the policy configurations."}`,
    becomes: { error: 'access_denied', means: 'configuration' },
  },
  ...ofPerson('user', '/oauth2/v1'),
  ...ofPerson('custom_user', '/oauth2/default/v1'),
  {
    title: 'asks who authorized',
    address: refresh,
    from: 'described',
    way: 'custom_user',
    call: 'person_of_server',
    given: { typed: { domain }, token: 'eyJraWQ' },
    request: `GET /oauth2/default/v1/userinfo HTTP/1.1
Host: ${domain}
Authorization: Bearer eyJraWQ
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"sub":"00uid4BxXw6I6TV4m0g3","name":"John Doe","email":"john.doe@example.com","email_verified":true,"zoneinfo":"America/Los_Angeles"}`,
    becomes: { values: {}, who: 'john.doe@example.com' },
  },
  {
    title: 'tries the token at Okta’s own API',
    address: service,
    from: 'described',
    way: 'service',
    call: 'users',
    given: { typed: { domain }, token: 'eyJraWQ' },
    request: `GET /api/v1/users?limit=1 HTTP/1.1
Host: ${domain}
Accept: application/json
Authorization: Bearer eyJraWQ
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

[{"id":"00ub0oNGTSWTBKOLGLNR","status":"ACTIVE","profile":{"login":"isaac.brock@example.com"}}]`,
    becomes: { values: {} },
  },
  {
    title: 'is told at the API that the app has no role for this',
    address: 'https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerClients',
    from: 'described',
    way: 'service',
    call: 'users',
    given: { typed: { domain }, token: 'eyJraWQ' },
    request: `GET /api/v1/users?limit=1 HTTP/1.1
Host: ${domain}
Accept: application/json
Authorization: Bearer eyJraWQ
`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json

{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action","errorLink":"E0000006","errorId":"sampleNUSD_8fdkFd8fs8SDBK","errorCauses":[]}`,
    becomes: { error: 'E0000006', means: 'denied' },
  },
]
