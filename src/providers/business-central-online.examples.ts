import type { Example } from '../provider/example.ts'

const s2s =
  'https://learn.microsoft.com/en-us/dynamics365/business-central/dev-itpro/administration/automation-apis-using-s2s-authentication'
const code = 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/v2-oauth2-auth-code-flow.md'
const device = 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/v2-oauth2-device-code.md'
const companies =
  'https://learn.microsoft.com/en-us/dynamics365/business-central/dev-itpro/api-reference/v2.0/api/dynamics_company_get'
const typed = { tenant: 'contoso.onmicrosoft.com', environment: 'Production' }
const clientId = '11112222-bbbb-3333-cccc-4444dddd5555'
const clientSecret = 'sampleCredentia1s'
const scopes = ['https://api.businesscentral.dynamics.com/.default']
const lasting = [...scopes, 'offline_access']
const redirectUri = 'http://localhost'

const tokenRequest = `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

`
const askedForItself = `${tokenRequest}grant_type=client_credentials&client_id=11112222-bbbb-3333-cccc-4444dddd5555&client_secret=sampleCredentia1s&scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default`
const listCompanies = `GET /v2.0/contoso.onmicrosoft.com/Production/api/v2.0/companies HTTP/1.1
Host: api.businesscentral.dynamics.com
Authorization: Bearer eyJ0`

export const examples: Example[] = [
  {
    title: 'asks with a secret for the application itself',
    address: s2s,
    from: 'described',
    way: 'app_secret',
    call: 'token',
    given: { clientId, clientSecret, typed, scopes },
    request: askedForItself,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0"}`,
    becomes: { accessToken: 'eyJ0', expires: 3599 },
  },
  {
    title: 'asks with a certificate for the application itself',
    address:
      'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/v2-oauth2-client-creds-grant-flow.md',
    from: 'described',
    way: 'app_certificate',
    call: 'token',
    given: { clientId, typed, scopes },
    request: `${tokenRequest}scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default&client_id=11112222-bbbb-3333-cccc-4444dddd5555&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJ&grant_type=client_credentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0"}`,
    becomes: { accessToken: 'eyJ0', expires: 3599 },
  },
  {
    title: 'is told that the secret has ended',
    address: 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/reference-error-codes.md',
    from: 'described',
    way: 'app_secret',
    call: 'token',
    given: { clientId, clientSecret, typed, scopes },
    request: askedForItself,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired. Create new keys for your app, or consider using certificate credentials for added security.\\r\\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333","error_codes":[7000222],"timestamp":"2016-01-09 02:02:12Z","trace_id":"0000aaaa-11bb-cccc-dd22-eeeeee333333","correlation_id":"aaaa0000-bb11-2222-33cc-444444dddddd","error_uri":"https://login.microsoftonline.com/error?code=7000222"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'is told that the directory does not know the application',
    address: 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/reference-error-codes.md',
    from: 'described',
    way: 'app_secret',
    call: 'token',
    given: { clientId, clientSecret, typed, scopes },
    request: askedForItself,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"unauthorized_client","error_description":"AADSTS700016: Application with identifier '11112222-bbbb-3333-cccc-4444dddd5555' was not found in the directory 'Contoso'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.\\r\\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333","error_codes":[700016],"timestamp":"2019-05-08 16:38:17Z","trace_id":"0000aaaa-11bb-cccc-dd22-eeeeee333333","correlation_id":"aaaa0000-bb11-2222-33cc-444444dddddd","error_uri":"https://login.microsoftonline.com/error?code=700016"}`,
    becomes: { error: 'unauthorized_client', means: 'configuration' },
  },
  {
    title: 'sends a person to sign in and is given a code',
    address: code,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { clientId, typed, scopes: lasting, redirectUri, flow: { state: '12345' } },
    request:
      'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?client_id=11112222-bbbb-3333-cccc-4444dddd5555&response_type=code&redirect_uri=http%3A%2F%2Flocalhost&response_mode=query&scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default%20offline_access&state=12345',
    response:
      'http://localhost/?code=AwABAAAAvPM1KaPlrEqdFSBzjqfTGBCmLdgfSTLEMPGYuNHSUYBrq&state=12345&session_state=fe1540c3-a69a-469a-9fa3-8a2470936421',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code of a person',
    address: code,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      clientId,
      clientSecret,
      typed,
      scopes: lasting,
      redirectUri,
      flow: { code: 'OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW', code_verifier: 'ThisIsntRandomButItNeedsToBe43CharactersLong' },
    },
    request: `${tokenRequest}client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default+offline_access&code=OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW&redirect_uri=http%3A%2F%2Flocalhost&grant_type=authorization_code&code_verifier=ThisIsntRandomButItNeedsToBe43CharactersLong&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","scope":"https://api.businesscentral.dynamics.com/Financials.ReadWrite.All https://api.businesscentral.dynamics.com/user_impersonation https://api.businesscentral.dynamics.com/.default","expires_in":4711,"ext_expires_in":4711,"access_token":"eyJ0","refresh_token":"0.AwAB"}`,
    becomes: {
      accessToken: 'eyJ0',
      refreshToken: '0.AwAB',
      expires: 4711,
      scope: [
        'https://api.businesscentral.dynamics.com/Financials.ReadWrite.All',
        'https://api.businesscentral.dynamics.com/user_impersonation',
        'https://api.businesscentral.dynamics.com/.default',
      ],
    },
  },
  {
    title: 'renews and is given the next refresh token',
    address: code,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { clientId, clientSecret, typed, scopes: lasting, refreshToken: '0.AwAB' },
    request: `${tokenRequest}client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default+offline_access&refresh_token=0.AwAB&grant_type=refresh_token&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","scope":"https://api.businesscentral.dynamics.com/.default","expires_in":4232,"ext_expires_in":4232,"access_token":"eyJ2","refresh_token":"0.AwAC"}`,
    becomes: {
      accessToken: 'eyJ2',
      refreshToken: '0.AwAC',
      expires: 4232,
      scope: ['https://api.businesscentral.dynamics.com/.default'],
    },
  },
  {
    title: 'is told that an administrator revoked what was authorized',
    address: 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/reference-error-codes.md',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { clientId, clientSecret, typed, scopes: lasting, refreshToken: '0.AwAB' },
    request: `${tokenRequest}client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default+offline_access&refresh_token=0.AwAB&grant_type=refresh_token&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_grant","error_description":"AADSTS50173: The provided grant has expired due to it being revoked, a fresh auth token is needed.\\r\\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333","error_codes":[50173],"timestamp":"2020-07-06 22:31:52Z","trace_id":"0000aaaa-11bb-cccc-dd22-eeeeee333333","correlation_id":"aaaa0000-bb11-2222-33cc-444444dddddd","error_uri":"https://login.microsoftonline.com/error?code=50173","suberror":"bad_token"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for a code that a person types in elsewhere',
    address: device,
    from: 'described',
    way: 'device',
    call: 'device',
    given: { clientId, typed, scopes: lasting },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/devicecode HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default+offline_access`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"user_code":"FJC3ABCDE","device_code":"GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8","verification_uri":"https://microsoft.com/devicelogin","expires_in":900,"interval":5,"message":"To sign in, use a web browser to open the page https://microsoft.com/devicelogin and enter the code FJC3ABCDE to authenticate."}`,
    becomes: {
      values: {
        user_code: 'FJC3ABCDE',
        verification_uri: 'https://microsoft.com/devicelogin',
        interval: '5',
        expires_in: '900',
      },
    },
  },
  {
    title: 'is given tokens for the code once the person is done',
    address: device,
    from: 'described',
    way: 'device',
    call: 'token',
    given: { clientId, typed, flow: { device_code: 'GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8' } },
    request: `${tokenRequest}grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=11112222-bbbb-3333-cccc-4444dddd5555&device_code=GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","scope":"https://api.businesscentral.dynamics.com/.default","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0","refresh_token":"0.AwAB"}`,
    becomes: {
      accessToken: 'eyJ0',
      refreshToken: '0.AwAB',
      expires: 3599,
      scope: ['https://api.businesscentral.dynamics.com/.default'],
    },
  },
  {
    title: 'hears that the code was not typed in for a quarter of an hour',
    address: device,
    from: 'described',
    way: 'device',
    call: 'token',
    given: { clientId, typed, flow: { device_code: 'GMMhmHCXhWEz' } },
    request: `${tokenRequest}grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=11112222-bbbb-3333-cccc-4444dddd5555&device_code=GMMhmHCXhWEz`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"expired_token","error_description":"AADSTS70020: The provided value for the input parameter 'device_code' is not valid. This device code has expired.\\r\\nTrace ID: 0000aaaa-11bb-cccc-dd22-eeeeee333333","error_codes":[70020],"timestamp":"2016-10-19 16:29:47Z","trace_id":"0000aaaa-11bb-cccc-dd22-eeeeee333333","correlation_id":"aaaa0000-bb11-2222-33cc-444444dddddd"}`,
    becomes: { error: 'expired_token', means: 'dead' },
  },
  {
    title: 'lists the companies, which proves that the environment takes the token',
    address: companies,
    from: 'described',
    way: 'app_secret',
    call: 'companies',
    given: { typed, token: 'eyJ0' },
    request: listCompanies,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; odata.metadata=minimal; odata.streaming=true

{
  "@odata.context": "https://api.businesscentral.dynamics.com/v2.0/contoso.onmicrosoft.com/Production/api/v2.0/$metadata#companies",
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
    title: 'hears that the application is not enabled in the environment, though the token is good',
    address: 'https://github.com/microsoft/nav-docker/issues/570',
    from: 'described',
    way: 'app_secret',
    call: 'companies',
    given: { typed, token: 'eyJ0' },
    request: listCompanies,
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
