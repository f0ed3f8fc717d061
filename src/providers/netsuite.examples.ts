import type { Example } from '../provider/example.ts'

const help = 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help'
const connector =
  'https://docs.oracle.com/en/middleware/idm/identity-governance-connectors/12.2.1.3/cgnsc/oauth2_0_flow_to_generate_the_user-level_tokens.html'
/** The pair in the Authorization headers of the vendor's pages. */
const client = {
  clientId: '6794a3086e4f61a120350d01b8527aed3631472ef33412212495be65a8fc8d4c',
  clientSecret: 'cdc7ac22183ef5024e81b0fce8ef461c44d5896a1f1805d4b372ca61c4d326af',
}
const basic =
  'Njc5NGEzMDg2ZTRmNjFhMTIwMzUwZDAxYjg1MjdhZWQzNjMxNDcyZWYzMzQxMjIxMjQ5NWJlNjVhOGZjOGQ0YzpjZGM3YWMyMjE4M2VmNTAyNGU4MWIwZmNlOGVmNDYxYzQ0ZDU4OTZhMWYxODA1ZDRiMzcyY2E2MWM0ZDMyNmFm'
const refreshToken = 'eyJraWQiOiJzLlNZU1RFTS4yMDIwXzEiLCJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIzOzciLCJh.BEFT'
const redirectUri = 'https://myapplication.com/netsuite/oauth2callback'
const verifier = 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg'
const assertion = 'eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJpZCJ9.sig'

export const examples: Example[] = [
  {
    title: 'asks machine to machine with the assertion alone, in the account of a sandbox',
    address: `${help}/section_162755359851.html`,
    from: 'page',
    way: 'machine',
    call: 'token',
    given: { clientId: 'id', typed: { account: '1234567_SB1', certificate_id: 'abc' }, flow: { assertion } },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567-sb1.suitetalk.api.netsuite.com
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=${assertion}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJraWQiOiJzLlNZU1RFTS4yMDIwXzEi","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJraWQiOiJzLlNZU1RFTS4yMDIwXzEi', expires: 3600 },
  },
  {
    title: 'is refused machine to machine without a word why',
    address: `${help}/section_162755359851.html`,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { clientId: 'id', typed: { account: '1234567', certificate_id: 'gone' }, flow: { assertion } },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=${assertion}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'asks the same address for a token of SuiteAnalytics Connect',
    address: `${help}/article_0907013045.html`,
    from: 'described',
    way: 'machine_connect',
    call: 'token',
    given: { clientId: 'id', typed: { account: '1234567', certificate_id: 'abc' }, flow: { assertion } },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=${assertion}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJraWQiOiJjIn0","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJraWQiOiJjIn0', expires: 3600 },
  },
  {
    title: 'is refused a token of SuiteAnalytics Connect without a word why',
    address: `${help}/article_0907013045.html`,
    from: 'described',
    way: 'machine_connect',
    call: 'token',
    given: { clientId: 'id', typed: { account: '1234567', certificate_id: 'gone' }, flow: { assertion } },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=${assertion}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'sends a person to a test drive account, and is told company, role and entity',
    address: connector,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: '7e1c238e-xxxx-xxxx-xxxx-abcea08a3171',
      typed: { sign_in_host: 'tstdrv1234567.app.netsuite.com' },
      scopes: ['restlets', 'rest_webservices'],
      redirectUri: 'https://example.com',
      flow: { state: 'ykv2XLx1BpT5Q0F3MRPHb94j' },
    },
    request:
      'https://tstdrv1234567.app.netsuite.com/app/login/oauth2/authorize.nl?redirect_uri=https://example.com&response_type=code&scope=restlets+rest_webservices&state=ykv2XLx1BpT5Q0F3MRPHb94j&client_id=7e1c238e-xxxx-xxxx-xxxx-abcea08a3171',
    response:
      'https://example.com/?state=ykv2XLx1BpT5Q0F3MRPHb94j&role=3&entity=4622&company=TSTDRV1234567&code=096835b6aced457b00e3c',
    becomes: { values: { account: 'tstdrv1234567', role: '3', entity: '4622' } },
  },
  {
    title: 'is told that the person denied',
    address: `${help}/subsect_161252455245.html`,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: 'id',
      scopes: ['rest_webservices'],
      redirectUri,
      flow: { state: 'ykv2XLx1BpT5Q0F3MRPHb94j' },
    },
    request:
      'https://system.netsuite.com/app/login/oauth2/authorize.nl?scope=rest_webservices&redirect_uri=https%3A%2F%2Fmyapplication.com%2Fnetsuite%2Foauth2callback&response_type=code&client_id=id&state=ykv2XLx1BpT5Q0F3MRPHb94j',
    response: `${redirectUri}?error=access_denied&state=ykv2XLx1BpT5Q0F3MRPHb94j`,
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'sends a person to the page for an integration without a secret, with a challenge',
    address: `${help}/section_158081944642.html`,
    from: 'described',
    way: 'user_public',
    call: 'authorize',
    given: {
      clientId: 'id',
      scopes: ['rest_webservices'],
      redirectUri,
      flow: { state: 'ykv2XLx1BpT5Q0F3MRPHb94j', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://system.netsuite.com/app/login/oauth2/authorize.nl?scope=rest_webservices&redirect_uri=https%3A%2F%2Fmyapplication.com%2Fnetsuite%2Foauth2callback&response_type=code&client_id=id&state=ykv2XLx1BpT5Q0F3MRPHb94j&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: `${redirectUri}?state=ykv2XLx1BpT5Q0F3MRPHb94j&role=3&entity=12&company=1234567&code=70b827f926a512f0`,
    becomes: { values: { account: '1234567', role: '3', entity: '12' } },
  },
  {
    title: 'exchanges the code at the account that the callback named',
    address: `${help}/section_158081952044.html`,
    from: 'page',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      callback: { company: '1234567_SB1', role: '3', entity: '12' },
      redirectUri,
      flow: { code: '70b827f926a512f0', code_verifier: verifier },
    },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567-sb1.suitetalk.api.netsuite.com
Authorization: Basic ${basic}
Content-Type: application/x-www-form-urlencoded

code=70b827f926a512f0&redirect_uri=https%3A%2F%2Fmyapplication.com%2Fnetsuite%2Foauth2callback&grant_type=authorization_code&code_verifier=${verifier}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ0","refresh_token":"eyJy","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJ0', refreshToken: 'eyJy', expires: 3600 },
  },
  {
    title: 'renews with Basic and is given no new refresh token',
    address: `${help}/section_158082518856.html`,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: { account: '1234567' }, refreshToken },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Authorization: Basic ${basic}
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=${refreshToken}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJraWQiOiJzLlNZU1RFTS4yMDIwXzEi","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJraWQiOiJzLlNZU1RFTS4yMDIwXzEi', expires: 3600 },
  },
  {
    title: 'is told that the refresh token is over',
    address: `${help}/section_158082518856.html`,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: { account: '1234567' }, refreshToken: 'eyJy' },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Authorization: Basic ${basic}
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=eyJy`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes the refresh token',
    address: `${help}/section_161071224088.html`,
    from: 'page',
    way: 'user',
    call: 'revoke',
    given: { ...client, typed: { account: '1234567' }, refreshToken },
    request: `POST /services/rest/auth/oauth2/v1/revoke HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Authorization: Basic ${basic}
Content-Type: application/x-www-form-urlencoded

token=${refreshToken}`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code of a public client, which names itself in the body',
    address: `${help}/section_158081952044.html`,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: {
      clientId: 'id',
      callback: { company: '1234567', role: '3', entity: '12' },
      redirectUri,
      flow: { code: '70b827f926a512f0', code_verifier: verifier },
    },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Content-Type: application/x-www-form-urlencoded

client_id=id&code=70b827f926a512f0&redirect_uri=https%3A%2F%2Fmyapplication.com%2Fnetsuite%2Foauth2callback&grant_type=authorization_code&code_verifier=${verifier}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ0","refresh_token":"eyJy","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJ0', refreshToken: 'eyJy', expires: 3600 },
  },
  {
    title: 'renews as a public client and is given a refresh token for one more use',
    address: `${help}/section_158082518856.html`,
    from: 'described',
    way: 'user_public',
    call: 'renewal',
    given: { clientId: 'id', typed: { account: '1234567' }, refreshToken: 'eyJy' },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Content-Type: application/x-www-form-urlencoded

client_id=id&grant_type=refresh_token&refresh_token=eyJy`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ1","refresh_token":"eyJz","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJ1', refreshToken: 'eyJz', expires: 3600 },
  },
  {
    title: 'tries the token in a role without the permission',
    address: 'https://adaptivesuitesolutions.com/blog/netsuite-401-not-credentials',
    from: 'described',
    way: 'machine',
    call: 'catalogue',
    given: { typed: { account: '1234567', certificate_id: 'abc' }, token: 'eyJ0' },
    request: `GET /services/rest/record/v1/metadata-catalog HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Authorization: Bearer eyJ0
Accept: application/json

`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/vnd.oracle.resource+json; type=error

{"type":"https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.2","title":"Unauthorized","status":401,"o:errorDetails":[{"detail":"Invalid login attempt.","o:errorCode":"INVALID_LOGIN"}]}`,
    becomes: { error: 'http_401', means: 'denied' },
  },
]
