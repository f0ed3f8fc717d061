import type { Example } from '../provider/example.ts'

const docs = 'https://learn.microsoft.com/en-us/dynamics365/business-central/dev-itpro'
const walkthrough = `${docs}/webservices/walkthrough-authenticate-web-services-using-oauth`
const openid = `${docs}/administration/authenticating-users-with-azure-ad-openid-connect`
const typed = {
  tenant: 'Cronusinternationltd.onmicrosoft.com',
  app_id_uri: 'api://44444444-cccc-5555-dddd-666666666666',
  host: 'nav.contoso.com',
  instance: 'bc',
}
const clientId = '11112222-bbbb-3333-cccc-4444dddd5555'
const clientSecret = 'sampleCredentia1s'
const redirectUri = 'http://localhost'

const tokenRequest = `POST /cronusinternationltd.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

`
const forThePerson = 'scope=api%3A%2F%2F44444444-cccc-5555-dddd-666666666666%2F.default+offline_access'

export const examples: Example[] = [
  {
    title: 'asks for the application itself, for the audience that the server adds',
    address: openid,
    from: 'described',
    way: 'app_secret',
    call: 'token',
    given: { clientId, clientSecret, typed },
    request: `${tokenRequest}scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default&grant_type=client_credentials&client_id=11112222-bbbb-3333-cccc-4444dddd5555&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0"}`,
    becomes: { accessToken: 'eyJ0', expires: 3599 },
  },
  {
    title: 'asks with a certificate, for an audience of the server’s own',
    address: openid,
    from: 'described',
    way: 'app_certificate',
    call: 'token',
    given: { clientId, typed: { ...typed, unattended_resource: typed.app_id_uri, cloud: 'us_government' } },
    request: `POST /cronusinternationltd.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.us
Content-Type: application/x-www-form-urlencoded

scope=api%3A%2F%2F44444444-cccc-5555-dddd-666666666666%2F.default&grant_type=client_credentials&client_id=11112222-bbbb-3333-cccc-4444dddd5555&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJ`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","expires_in":599,"ext_expires_in":599,"access_token":"eyJ0"}`,
    becomes: { accessToken: 'eyJ0', expires: 599 },
  },
  {
    title: 'is told that the directory does not have the service of the scope',
    address: 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/reference-error-codes.md',
    from: 'described',
    way: 'app_secret',
    call: 'token',
    given: { clientId, clientSecret, typed },
    request: `${tokenRequest}scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default&grant_type=client_credentials&client_id=11112222-bbbb-3333-cccc-4444dddd5555&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_resource","error_description":"AADSTS500011: The resource principal named https://api.businesscentral.dynamics.com was not found in the tenant named Cronus. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.\\r\\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333","error_codes":[500011],"timestamp":"2016-01-09 02:02:12Z","trace_id":"0000aaaa-11bb-cccc-dd22-eeeeee333333","correlation_id":"aaaa0000-bb11-2222-33cc-444444dddddd","error_uri":"https://login.microsoftonline.com/error?code=500011"}`,
    becomes: { error: 'invalid_resource', means: 'configuration' },
  },
  {
    title: 'sends a person to sign in for the server’s Application ID URI',
    address: walkthrough,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { clientId, typed, redirectUri, flow: { state: '12345' } },
    request:
      'https://login.microsoftonline.com/cronusinternationltd.onmicrosoft.com/oauth2/v2.0/authorize?client_id=11112222-bbbb-3333-cccc-4444dddd5555&response_type=code&redirect_uri=http%3A%2F%2Flocalhost&response_mode=query&scope=api%3A%2F%2F44444444-cccc-5555-dddd-666666666666%2F.default%20offline_access&state=12345',
    response:
      'http://localhost/?code=AwABAAAAvPM1KaPlrEqdFSBzjqfTGBCmLdgfSTLEMPGYuNHSUYBrq&state=12345&session_state=fe1540c3-a69a-469a-9fa3-8a2470936421',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code of a person',
    address: walkthrough,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      clientId,
      clientSecret,
      typed,
      redirectUri,
      flow: { code: 'OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW', code_verifier: 'ThisIsntRandomButItNeedsToBe43CharactersLong' },
    },
    request: `${tokenRequest}client_id=11112222-bbbb-3333-cccc-4444dddd5555&${forThePerson}&code=OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW&redirect_uri=http%3A%2F%2Flocalhost&grant_type=authorization_code&code_verifier=ThisIsntRandomButItNeedsToBe43CharactersLong&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","scope":"api://44444444-cccc-5555-dddd-666666666666/user_impersonation api://44444444-cccc-5555-dddd-666666666666/.default","expires_in":4711,"ext_expires_in":4711,"access_token":"eyJ0","refresh_token":"0.AwAB"}`,
    becomes: {
      accessToken: 'eyJ0',
      refreshToken: '0.AwAB',
      expires: 4711,
      scope: [
        'api://44444444-cccc-5555-dddd-666666666666/user_impersonation',
        'api://44444444-cccc-5555-dddd-666666666666/.default',
      ],
    },
  },
  {
    title: 'renews and is given the next refresh token',
    address: 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/v2-oauth2-auth-code-flow.md',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { clientId, clientSecret, typed, refreshToken: '0.AwAB' },
    request: `${tokenRequest}client_id=11112222-bbbb-3333-cccc-4444dddd5555&${forThePerson}&refresh_token=0.AwAB&grant_type=refresh_token&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","scope":"api://44444444-cccc-5555-dddd-666666666666/user_impersonation","expires_in":4232,"ext_expires_in":4232,"access_token":"eyJ2","refresh_token":"0.AwAC"}`,
    becomes: {
      accessToken: 'eyJ2',
      refreshToken: '0.AwAC',
      expires: 4232,
      scope: ['api://44444444-cccc-5555-dddd-666666666666/user_impersonation'],
    },
  },
  {
    title: 'is told that the password of the person was changed',
    address: 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/reference-error-codes.md',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { clientId, clientSecret, typed, refreshToken: '0.AwAB' },
    request: `${tokenRequest}client_id=11112222-bbbb-3333-cccc-4444dddd5555&${forThePerson}&refresh_token=0.AwAB&grant_type=refresh_token&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_grant","error_description":"AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.\\r\\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333","error_codes":[50173],"timestamp":"2020-07-06 22:31:52Z","trace_id":"0000aaaa-11bb-cccc-dd22-eeeeee333333","correlation_id":"aaaa0000-bb11-2222-33cc-444444dddddd","error_uri":"https://login.microsoftonline.com/error?code=50173"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'lists the companies at the address of the server',
    address: `${docs}/api-reference/v2.0/endpoints-apis-for-dynamics`,
    from: 'described',
    way: 'app_secret',
    call: 'companies',
    given: { typed, token: 'eyJ0' },
    request: `GET /bc/api/v2.0/companies HTTP/1.1
Host: nav.contoso.com:7048
Authorization: Bearer eyJ0`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; odata.metadata=minimal; odata.streaming=true

{
  "@odata.context": "https://nav.contoso.com:7048/bc/api/v2.0/$metadata#companies",
  "value": [
    {
      "id": "824820a2-508c-ed11-aada-000d3a298ab3",
      "systemVersion": "21.2.49946.51685",
      "timestamp": 50516,
      "name": "CRONUS US",
      "displayName": "CRONUS USA, Inc.",
      "businessProfileId": "",
      "systemCreatedAt": "2023-01-04T16:55:47.367Z",
      "systemCreatedBy": "f2a5738a-44e3-ea11-bb43-000d3a2feca1",
      "systemModifiedAt": "2023-01-04T16:55:47.367Z",
      "systemModifiedBy": "f2a5738a-44e3-ea11-bb43-000d3a2feca1"
    }
  ]
}`,
    becomes: { values: {}, who: 'CRONUS US' },
  },
  {
    title: 'names the tenant of a multitenant server behind a proxy, and is refused',
    address: 'https://github.com/microsoft/nav-docker/issues/570',
    from: 'described',
    way: 'app_secret',
    call: 'companies',
    given: { typed: { ...typed, port: '8443', server_tenant: 'default' }, token: 'eyJ0' },
    request: `GET /bc/api/v2.0/companies?tenant=default HTTP/1.1
Host: nav.contoso.com:8443
Authorization: Bearer eyJ0`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; odata.metadata=minimal

{
  "error": {
    "code": "Authentication_InvalidCredentials",
    "message": "The server has rejected the client credentials.  CorrelationId:  c32f628c-2b96-48c1-8b4b-7440366a21ef."
  }
}`,
    becomes: { error: 'Authentication_InvalidCredentials', means: 'configuration' },
  },
]
