import type { Example } from '../provider/example.ts'

const sdk = 'https://github.com/intuit/oauth-jsclient'
const client = { clientId: 'clientid', clientSecret: 'clientsecret' }
const answer = JSON.stringify({
  token_type: 'bearer',
  expires_in: 3600,
  refresh_token: 'AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk',
  x_refresh_token_expires_in: 8726400,
  x_refresh_token_hard_expires_in: 157680000,
  access_token: 'eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0',
})
const becomes = {
  accessToken: 'eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0',
  refreshToken: 'AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk',
  expires: 3600,
  idleIn: 8_726_400,
  hardIn: 157_680_000,
}

export const examples: Example[] = [
  {
    title: 'sends a person to choose a sandbox company, and is told which',
    address: 'https://github.com/IntuitDeveloper/oauth2-nodejs/issues/8',
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: 'ABB8JQGKm8vuYkN4X5gDka2cyu7LRQ2tj8RwFVjlxSHB5I3vBm',
      typed: { environment: 'sandbox' },
      scopes: ['com.intuit.quickbooks.accounting'],
      redirectUri: 'http://localhost:5000/api/quickbooks/callback',
      flow: { state: '829cL7W6-kx4uU1q4zjiD1cYsyQ6oneLGMSE' },
    },
    request:
      'https://appcenter.intuit.com/connect/oauth2?client_id=ABB8JQGKm8vuYkN4X5gDka2cyu7LRQ2tj8RwFVjlxSHB5I3vBm&redirect_uri=http%3A%2F%2Flocalhost%3A5000%2Fapi%2Fquickbooks%2Fcallback&response_type=code&state=829cL7W6-kx4uU1q4zjiD1cYsyQ6oneLGMSE&scope=com.intuit.quickbooks.accounting',
    response:
      'http://localhost:5000/api/quickbooks/callback?code=Q011546037639PRLrwPP&state=829cL7W6-kx4uU1q4zjiD1cYsyQ6oneLGMSE&realmId=4620816365002345678',
    becomes: { values: { realmId: '4620816365002345678' } },
  },
  {
    title: 'exchanges the code, and reads numbers that come as text',
    address: `${sdk}/blob/master/test/mocks/bearer-token.json`,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/oauth/callback', flow: { code: 'Q011546037639PRLrwPP' } },
    request: `POST /oauth2/v1/tokens/bearer HTTP/1.1
Host: oauth.platform.intuit.com
Accept: application/json
X-Include-Refresh-Token-Hard-Expires-In: true
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&code=Q011546037639PRLrwPP&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8

{
  "access_token": "sample_access_token",
  "refresh_token": "sample_refresh_token",
  "token_type": "bearer",
  "expires_in": "3600",
  "x_refresh_token_expires_in": "8726400"
}`,
    becomes: {
      accessToken: 'sample_access_token',
      refreshToken: 'sample_refresh_token',
      expires: 3600,
      idleIn: 8_726_400,
    },
  },
  {
    title: 'exchanges the code with Basic and asks for the end of the grant',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/oauth/callback', flow: { code: 'Q011546037639PRLrwPP' } },
    request: `POST /oauth2/v1/tokens/bearer HTTP/1.1
Host: oauth.platform.intuit.com
Accept: application/json
X-Include-Refresh-Token-Hard-Expires-In: true
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&code=Q011546037639PRLrwPP&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8

${answer}`,
    becomes,
  },
  {
    title: 'renews with the refresh token',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk' },
    request: `POST /oauth2/v1/tokens/bearer HTTP/1.1
Host: oauth.platform.intuit.com
Accept: application/json
X-Include-Refresh-Token-Hard-Expires-In: true
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8

${answer}`,
    becomes,
  },
  {
    title: 'is told that the refresh token is over',
    address: `${sdk}/blob/master/test/mocks/errorResponse.json`,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `POST /oauth2/v1/tokens/bearer HTTP/1.1
Host: oauth.platform.intuit.com
Accept: application/json
X-Include-Refresh-Token-Hard-Expires-In: true
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=UTF-8
intuit_tid: 1234-1234-1234-123

{"error_description":"Token invalid","error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes with JSON',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: 'AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk' },
    request: `POST /v2/oauth2/tokens/revoke HTTP/1.1
Host: developer.api.intuit.com
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Accept: application/json
Content-Type: application/json

{"token":"AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk"}`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks which company the token is of, in the sandbox',
    address: 'https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/companyinfo',
    from: 'described',
    way: 'user',
    call: 'company',
    given: {
      typed: { environment: 'sandbox' },
      callback: { realmId: '4620816365002345678' },
      token: 'sample_access_token',
    },
    request: `GET /v3/company/4620816365002345678/companyinfo/4620816365002345678 HTTP/1.1
Host: sandbox-quickbooks.api.intuit.com
Authorization: Bearer sample_access_token
Accept: application/json

`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"CompanyInfo":{"SyncToken":"4","domain":"QBO","CompanyName":"Larry's Bakery","Id":"1","sparse":false},"time":"2015-07-10T09:38:58.155-07:00"}`,
    becomes: { values: {}, who: "Larry's Bakery" },
  },
  {
    title: 'is refused where production keys meet a sandbox company',
    address: 'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/faq',
    from: 'described',
    way: 'user',
    call: 'company',
    given: { callback: { realmId: '4620816365002345678' }, token: 'sample_access_token' },
    request: `GET /v3/company/4620816365002345678/companyinfo/4620816365002345678 HTTP/1.1
Host: quickbooks.api.intuit.com
Authorization: Bearer sample_access_token
Accept: application/json

`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json
intuit_tid: 1234-1234-1234-123

{"warnings":null,"intuitObject":null,"fault":{"error":[{"message":"message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403","detail":null,"code":"3100","element":null}],"type":"AUTHENTICATION"},"report":null,"requestId":null,"time":1526938023000,"status":null}`,
    becomes: { error: '3100', means: 'configuration' },
  },
  {
    title: 'asks who authorized',
    address: `${sdk}/blob/master/test/mocks/userInfo.json`,
    from: 'page',
    way: 'user',
    call: 'person',
    given: { token: 'sample_access_token' },
    request: `GET /v1/openid_connect/userinfo HTTP/1.1
Host: accounts.platform.intuit.com
Authorization: Bearer sample_access_token
Accept: application/json

`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "sub": "test_sub",
  "email": "test@example.com",
  "emailVerified": true,
  "givenName": "Test",
  "familyName": "User",
  "phoneNumber": "+1234567890",
  "phoneNumberVerified": true
}`,
    becomes: { values: {}, who: 'test@example.com' },
  },
]
