import type { Example } from '../provider/example.ts'

const credentials =
  'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform/v2-oauth2-client-creds-grant-flow.md'
const code = 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow'
const typed = { tenant: 'contoso.onmicrosoft.com' }

export const examples: Example[] = [
  {
    title: 'asks with a shared secret for the application itself',
    address: credentials,
    from: 'page',
    way: 'app_secret',
    call: 'token',
    given: {
      clientId: '535fb089-9ff3-47b6-9bfb-4f1264799865',
      clientSecret: 'sampleCredentials',
      typed,
      scopes: ['https://graph.microsoft.com/.default'],
    },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=535fb089-9ff3-47b6-9bfb-4f1264799865&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=sampleCredentials&grant_type=client_credentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
  "token_type": "Bearer",
  "expires_in": 3599,
  "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik1uQ19WWmNBVGZNNXBP"
}`,
    becomes: { accessToken: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik1uQ19WWmNBVGZNNXBP', expires: 3599 },
  },
  {
    title: 'is told that the scope is not valid',
    address: credentials,
    from: 'page',
    way: 'app_secret',
    call: 'token',
    given: { clientId: 'id', clientSecret: 'sampleCredentials', typed, scopes: ['https://foo.microsoft.com/.default'] },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=id&scope=https%3A%2F%2Ffoo.microsoft.com%2F.default&client_secret=sampleCredentials&grant_type=client_credentials`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{
  "error": "invalid_scope",
  "error_description": "AADSTS70011: The provided value for the input parameter 'scope' is not valid. The scope https://foo.microsoft.com/.default is not valid.\\r\\nTrace ID: 255d1aef-8c98-452f-ac51-23d051240864\\r\\nCorrelation ID: fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7\\r\\nTimestamp: 2016-01-09 02:02:12Z",
  "error_codes": [70011],
  "timestamp": "2016-01-09 02:02:12Z",
  "trace_id": "255d1aef-8c98-452f-ac51-23d051240864",
  "correlation_id": "fb3d2015-bc17-4bb9-bb85-30c5cf1aaaa7"
}`,
    becomes: { error: 'invalid_scope', means: 'configuration' },
  },
  {
    title: 'exchanges the code of a person, with PKCE, in the cloud of the US government',
    address: code,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      clientId: '11112222-bbbb-3333-cccc-4444dddd5555',
      clientSecret: 'sampleCredentials',
      typed: { tenant: 'Organizations', cloud: 'us_government' },
      scopes: ['offline_access', 'User.Read'],
      redirectUri: 'http://localhost/myapp/',
      flow: { code: 'OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW', code_verifier: 'ThisIsntRandomButItNeedsToBe43CharactersLong' },
    },
    request: `POST /organizations/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.us
Content-Type: application/x-www-form-urlencoded

client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=offline_access+User.Read&code=OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW&redirect_uri=http%3A%2F%2Flocalhost%2Fmyapp%2F&grant_type=authorization_code&code_verifier=ThisIsntRandomButItNeedsToBe43CharactersLong&client_secret=sampleCredentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"access_token":"eyJ0","token_type":"Bearer","expires_in":3599,"scope":"User.Read","refresh_token":"AwAB","id_token":"eyJ1"}`,
    becomes: { accessToken: 'eyJ0', refreshToken: 'AwAB', expires: 3599, scope: ['User.Read'] },
  },
  {
    title: 'renews and is given the next refresh token',
    address: code,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { clientId: 'id', clientSecret: 'sampleCredentials', typed, scopes: ['User.Read'], refreshToken: 'AwAB' },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=id&scope=User.Read&refresh_token=AwAB&grant_type=refresh_token&client_secret=sampleCredentials`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"access_token":"eyJ2","token_type":"Bearer","expires_in":3599,"scope":"User.Read","refresh_token":"AwAC"}`,
    becomes: { accessToken: 'eyJ2', refreshToken: 'AwAC', expires: 3599, scope: ['User.Read'] },
  },
]
