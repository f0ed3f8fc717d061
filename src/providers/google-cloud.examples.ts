import type { Example } from '../provider/example.ts'

const client = { clientId: 'id.apps.googleusercontent.com', clientSecret: 'GOCSPX-secret' }
const web = 'https://developers.google.com/identity/protocols/oauth2/web-server'
const native = 'https://developers.google.com/identity/protocols/oauth2/native-app'
const service = 'https://developers.google.com/identity/protocols/oauth2/service-account'
const impersonation =
  'https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken'

export const examples: Example[] = [
  {
    title: 'sends a person to consent, each time for a refresh token',
    address: web,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      scopes: ['https://www.googleapis.com/auth/bigquery.readonly', 'openid'],
      redirectUri: 'https://oauth2.example.com/code',
      flow: { state: 'security_token=138r5719ru3e1' },
    },
    request:
      'https://accounts.google.com/o/oauth2/v2/auth?client_id=id.apps.googleusercontent.com&redirect_uri=https%3A//oauth2.example.com/code&response_type=code&scope=https%3A//www.googleapis.com/auth/bigquery.readonly%20openid&access_type=offline&prompt=consent&state=security_token%3D138r5719ru3e1',
    response:
      'https://oauth2.example.com/code?state=security_token%3D138r5719ru3e1&code=4/P7q7W91a-oMsCeLvIaQm6bTrgtp7&scope=https://www.googleapis.com/auth/bigquery.readonly%20openid&authuser=0&prompt=consent',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person declined',
    address: web,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, scopes: ['openid'], redirectUri: 'https://oauth2.example.com/auth', flow: { state: 'abc' } },
    request:
      'https://accounts.google.com/o/oauth2/v2/auth?client_id=id.apps.googleusercontent.com&redirect_uri=https%3A//oauth2.example.com/auth&response_type=code&scope=openid&access_type=offline&prompt=consent&state=abc',
    response: 'https://oauth2.example.com/auth?error=access_denied',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'sends a person to consent from a desktop client, at any port of this machine',
    address: native,
    from: 'described',
    way: 'desktop',
    call: 'authorize',
    given: {
      ...client,
      scopes: ['https://www.googleapis.com/auth/bigquery.readonly'],
      typed: { login_hint: 'reports@example.com' },
      redirectUri: 'http://127.0.0.1:9004',
      flow: { state: 'abc', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://accounts.google.com/o/oauth2/v2/auth?client_id=id.apps.googleusercontent.com&redirect_uri=http%3A//127.0.0.1%3A9004&response_type=code&scope=https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fbigquery.readonly&access_type=offline&prompt=consent&state=abc&login_hint=reports@example.com&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'http://127.0.0.1:9004?state=abc&code=4/P7q7W91a-oMsCeLvIaQm6bTrgtp7',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code of a web client',
    address: web,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      redirectUri: 'https://oauth2.example.com/code',
      flow: { code: '4/P7q7W91a-oMsCeLvIaQm6bTrgtp7' },
    },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

code=4%2FP7q7W91a-oMsCeLvIaQm6bTrgtp7&client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&redirect_uri=https%3A%2F%2Foauth2.example.com%2Fcode&grant_type=authorization_code`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "access_token": "1/fFAGRNJru1FTz70BzhT3Zg",
  "expires_in": 3920,
  "token_type": "Bearer",
  "scope": "https://www.googleapis.com/auth/bigquery.readonly openid",
  "refresh_token": "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI"
}`,
    becomes: {
      accessToken: '1/fFAGRNJru1FTz70BzhT3Zg',
      refreshToken: '1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI',
      expires: 3920,
      scope: ['https://www.googleapis.com/auth/bigquery.readonly', 'openid'],
    },
  },
  {
    title: 'renews, and the answer brings no refresh token',
    address: web,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1//xEo' },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&refresh_token=1%2F%2FxEo&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"1/fFAGRNJru1FTz70BzhT3Zg","expires_in":3599,"scope":"openid","token_type":"Bearer"}`,
    becomes: { accessToken: '1/fFAGRNJru1FTz70BzhT3Zg', expires: 3599, scope: ['openid'] },
  },
  {
    title: 'is told that the session policy wants the person again',
    address: 'https://support.google.com/a/answer/9368756',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1//xEo' },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&refresh_token=1%2F%2FxEo&grant_type=refresh_token`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"reauth related error (invalid_rapt)","error_uri":"https://support.google.com/a/answer/9368756","error_subtype":"invalid_rapt"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'trades the assertion of a service account',
    address: service,
    from: 'described',
    way: 'service_account',
    call: 'token',
    given: { flow: { assertion: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI3NjEzMjY3OTgwNjkifQ.sig' } },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI3NjEzMjY3OTgwNjkifQ.sig`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"1/8xbJqaOZXSUZbHLl5EOtu1pxz3fmmetKx9W8CV4t79M","scope":"https://www.googleapis.com/auth/prediction","token_type":"Bearer","expires_in":3600}`,
    becomes: {
      accessToken: '1/8xbJqaOZXSUZbHLl5EOtu1pxz3fmmetKx9W8CV4t79M',
      expires: 3600,
      scope: ['https://www.googleapis.com/auth/prediction'],
    },
  },
  {
    title: 'makes a token of the account it acts as',
    address: impersonation,
    from: 'described',
    way: 'impersonated',
    call: 'impersonate',
    given: {
      typed: { target: 'loader@project.iam.gserviceaccount.com' },
      scopes: ['https://www.googleapis.com/auth/bigquery', 'https://www.googleapis.com/auth/devstorage.read_only'],
      token: 'ya29.root',
    },
    request: `POST /v1/projects/-/serviceAccounts/loader%40project.iam.gserviceaccount.com:generateAccessToken HTTP/1.1
Host: iamcredentials.googleapis.com
Authorization: Bearer ya29.root
Content-Type: application/json

{"scope":["https://www.googleapis.com/auth/bigquery","https://www.googleapis.com/auth/devstorage.read_only"],"lifetime":"3600s"}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{"accessToken":"ya29.derived","expireTime":"2026-11-22T13:00:00Z"}`,
    becomes: { accessToken: 'ya29.derived', expires: '2026-11-22T13:00:00Z' },
  },
  {
    title: 'may not act as the other account',
    address: impersonation,
    from: 'described',
    way: 'impersonated',
    call: 'impersonate',
    given: {
      typed: { target: 'loader@project.iam.gserviceaccount.com' },
      scopes: ['https://www.googleapis.com/auth/bigquery'],
      token: 'ya29.root',
    },
    request: `POST /v1/projects/-/serviceAccounts/loader%40project.iam.gserviceaccount.com:generateAccessToken HTTP/1.1
Host: iamcredentials.googleapis.com
Authorization: Bearer ya29.root
Content-Type: application/json

{"scope":["https://www.googleapis.com/auth/bigquery"],"lifetime":"3600s"}`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json; charset=UTF-8

{
  "error": {
    "code": 403,
    "message": "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
    "status": "PERMISSION_DENIED",
    "details": [
      {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "IAM_PERMISSION_DENIED",
        "domain": "iam.googleapis.com",
        "metadata": { "permission": "iam.serviceAccounts.getAccessToken" }
      }
    ]
  }
}`,
    becomes: { error: '403', means: 'configuration' },
  },
  {
    title: 'is told that the key of a service account no longer counts',
    address: service,
    from: 'described',
    way: 'service_account',
    call: 'token',
    given: { flow: { assertion: 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI3NjEzMjY3OTgwNjkifQ.sig' } },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI3NjEzMjY3OTgwNjkifQ.sig`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_grant","error_description":"Invalid JWT Signature."}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'is told that the delegation lacks a scope',
    address: service,
    from: 'described',
    way: 'service_account',
    call: 'token',
    given: { flow: { assertion: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvcnRzQGV4YW1wbGUuY29tIn0.sig' } },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJyZXBvcnRzQGV4YW1wbGUuY29tIn0.sig`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{
  "error": "unauthorized_client",
  "error_description": "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested."
}`,
    becomes: { error: 'unauthorized_client', means: 'configuration' },
  },
  {
    title: 'exchanges the code of a desktop client whose app is in Testing',
    address: native,
    from: 'described',
    way: 'desktop',
    call: 'token',
    given: {
      ...client,
      typed: { publishing: 'testing' },
      redirectUri: 'http://127.0.0.1:9004',
      flow: { code: '4/P7q7W91a-oMsCeLvIaQm6bTrgtp7', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' },
    },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

code=4%2FP7q7W91a-oMsCeLvIaQm6bTrgtp7&client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&redirect_uri=http%3A%2F%2F127.0.0.1%3A9004&grant_type=authorization_code&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "access_token": "1/fFAGRNJru1FTz70BzhT3Zg",
  "expires_in": 3599,
  "token_type": "Bearer",
  "scope": "https://www.googleapis.com/auth/bigquery.readonly",
  "refresh_token": "1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI",
  "refresh_token_expires_in": 604799
}`,
    becomes: {
      accessToken: '1/fFAGRNJru1FTz70BzhT3Zg',
      refreshToken: '1//xEoDL4iW3cxlI7yDbSRFYNG01kVKM2C-259HOF2aQbI',
      expires: 3599,
      hardIn: 604_799,
      scope: ['https://www.googleapis.com/auth/bigquery.readonly'],
    },
  },
  {
    title: 'is told that the authorization is over',
    address: 'https://developers.google.com/identity/protocols/oauth2',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1//xEo' },
    request: `POST /token HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

client_id=id.apps.googleusercontent.com&client_secret=GOCSPX-secret&refresh_token=1%2F%2FxEo&grant_type=refresh_token`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_grant","error_description":"Token has been expired or revoked."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes the refresh token',
    address: web,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: '1//xEo' },
    request: `POST /revoke HTTP/1.1
Host: oauth2.googleapis.com
Content-Type: application/x-www-form-urlencoded

token=1%2F%2FxEo`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{}`,
    becomes: { values: {} },
  },
  {
    title: 'asks what a token is, and reads numbers that are texts',
    address: 'https://developers.google.com/identity/protocols/oauth2',
    from: 'described',
    way: 'service_account',
    call: 'token_info',
    given: { token: 'ya29.c' },
    request: `POST /oauth2/v3/tokeninfo HTTP/1.1
Host: www.googleapis.com
Content-Type: application/x-www-form-urlencoded

access_token=ya29.c`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=UTF-8

{
  "azp": "104029292853099978293",
  "aud": "104029292853099978293",
  "scope": "https://www.googleapis.com/auth/bigquery.readonly",
  "exp": "1795352400",
  "expires_in": "3599",
  "access_type": "online"
}`,
    becomes: { values: {}, who: '104029292853099978293' },
  },
  {
    title: 'asks who authorized',
    address: 'https://developers.google.com/identity/openid-connect/openid-connect',
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, token: 'ya29.a' },
    request: `GET /v1/userinfo HTTP/1.1
Host: openidconnect.googleapis.com
Authorization: Bearer ya29.a
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"sub":"10769150350006150715113082367","email":"reports@example.com","email_verified":true}`,
    becomes: { values: {}, who: 'reports@example.com' },
  },
]
