import type { Example } from '../provider/example.ts'

const learn = 'https://github.com/MicrosoftDocs/entra-docs/blob/main/docs/identity-platform'
const credentials = `${learn}/v2-oauth2-client-creds-grant-flow.md`
const code = `${learn}/v2-oauth2-auth-code-flow.md`
const device = `${learn}/v2-oauth2-device-code.md`
const typed = { tenant: 'contoso.onmicrosoft.com' }
const clientId = '11112222-bbbb-3333-cccc-4444dddd5555'
const clientSecret = 'sampleCredentia1s'
const mail = 'https://graph.microsoft.com/mail.read'
const redirectUri = 'http://localhost/myapp/'

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
    title: 'asks with a certificate for the application itself',
    address: credentials,
    from: 'page',
    way: 'app_certificate',
    call: 'token',
    given: {
      clientId: '97e0a5b7-d745-40b6-94fe-5f77d35c6e05',
      typed,
      scopes: ['https://graph.microsoft.com/.default'],
    },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=97e0a5b7-d745-40b6-94fe-5f77d35c6e05&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJhbGciOiJSUzI1NiIsIng1dCI6Imd4OHRHeXN5amNScUtqRlBuZDdSRnd2d1pJMCJ9.eyJ&grant_type=client_credentials`,
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
    title: 'is told that the secret is its id, or wrong',
    address: 'https://github.com/OfficeDev/microsoft-365-agents-toolkit/issues/8621',
    from: 'described',
    way: 'app_secret',
    call: 'token',
    given: { clientId, clientSecret, typed, scopes: ['https://graph.microsoft.com/.default'] },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_secret=sampleCredentia1s&grant_type=client_credentials`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json; charset=utf-8

{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '11112222-bbbb-3333-cccc-4444dddd5555'.\\r\\nTrace ID: 6f6c4645-0202-4486-b625-fa957dfc4700\\r\\nCorrelation ID: 35fc8750-4086-4e77-b415-cee677eb232e\\r\\nTimestamp: 2023-05-06 06:03:00Z","error_codes":[7000215],"timestamp":"2023-05-06 06:03:00Z","trace_id":"6f6c4645-0202-4486-b625-fa957dfc4700","correlation_id":"35fc8750-4086-4e77-b415-cee677eb232e","error_uri":"https://login.microsoftonline.com/error?code=7000215"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'sends a person to sign in and is given a code',
    address: code,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      typed,
      scopes: [mail],
      redirectUri,
      flow: {
        state: '12345',
        code_challenge: 'YTFjNjI1OWYzMzA3MTI4ZDY2Njg5M2RkNmVjNDE5YmEyZGRhOGYyM2IzNjdmZWFhMTQ1ODg3NDcxY2Nl',
      },
    },
    request:
      'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?client_id=00001111-aaaa-2222-bbbb-3333cccc4444&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%2Fmyapp%2F&response_mode=query&scope=https%3A%2F%2Fgraph.microsoft.com%2Fmail.read&state=12345&code_challenge=YTFjNjI1OWYzMzA3MTI4ZDY2Njg5M2RkNmVjNDE5YmEyZGRhOGYyM2IzNjdmZWFhMTQ1ODg3NDcxY2Nl&code_challenge_method=S256',
    response: 'http://localhost?code=AwABAAAAvPM1KaPlrEqdFSBzjqfTGBCmLdgfSTLEMPGYuNHSUYBrq&state=12345',
    becomes: { values: {} },
  },
  {
    title: 'hears that the person said no',
    address: code,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      typed,
      scopes: [mail],
      redirectUri,
      flow: {
        state: '12345',
        code_challenge: 'YTFjNjI1OWYzMzA3MTI4ZDY2Njg5M2RkNmVjNDE5YmEyZGRhOGYyM2IzNjdmZWFhMTQ1ODg3NDcxY2Nl',
      },
    },
    request:
      'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/authorize?client_id=00001111-aaaa-2222-bbbb-3333cccc4444&response_type=code&redirect_uri=http%3A%2F%2Flocalhost%2Fmyapp%2F&response_mode=query&scope=https%3A%2F%2Fgraph.microsoft.com%2Fmail.read&state=12345&code_challenge=YTFjNjI1OWYzMzA3MTI4ZDY2Njg5M2RkNmVjNDE5YmEyZGRhOGYyM2IzNjdmZWFhMTQ1ODg3NDcxY2Nl&code_challenge_method=S256',
    response: 'http://localhost?error=access_denied&error_description=the+user+canceled+the+authentication',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code of a person, with PKCE',
    address: code,
    // But for a comma behind the last member of the answer, as in the renewal below.
    from: 'page',
    way: 'user',
    call: 'token',
    given: {
      clientId,
      clientSecret,
      typed,
      scopes: [mail],
      redirectUri,
      flow: {
        code: 'OAAABAAAAiL9Kn2Z27UubvWFPbm0gLWQJVzCTE9UkP3pSx1aXxUjq3n8b2JRLk4OxVXr',
        code_verifier: 'ThisIsntRandomButItNeedsToBe43CharactersLong',
      },
    },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=https%3A%2F%2Fgraph.microsoft.com%2Fmail.read&code=OAAABAAAAiL9Kn2Z27UubvWFPbm0gLWQJVzCTE9UkP3pSx1aXxUjq3n8b2JRLk4OxVXr&redirect_uri=http%3A%2F%2Flocalhost%2Fmyapp%2F&grant_type=authorization_code&code_verifier=ThisIsntRandomButItNeedsToBe43CharactersLong&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
    "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
    "token_type": "Bearer",
    "expires_in": 3599,
    "scope": "https%3A%2F%2Fgraph.microsoft.com%2Fmail.read",
    "refresh_token": "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
    "id_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJhdWQiOiIyZDRkMTFhMi1mODE0LTQ2YTctOD"
}`,
    becomes: {
      accessToken: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q',
      refreshToken: 'AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4',
      expires: 3599,
      // The page writes it percent-encoded; what is live comes plain, as in the next example.
      scope: ['https%3A%2F%2Fgraph.microsoft.com%2Fmail.read'],
    },
  },
  {
    title: 'exchanges the code of a person in the cloud of the US government, with a certificate',
    address: code,
    from: 'described',
    way: 'user_certificate',
    call: 'token',
    given: {
      clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      typed: { tenant: 'Organizations', cloud: 'us_government' },
      scopes: ['offline_access', 'User.Read'],
      redirectUri,
      flow: { code: 'OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW', code_verifier: 'ThisIsntRandomButItNeedsToBe43CharactersLong' },
    },
    request: `POST /organizations/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.us
Content-Type: application/x-www-form-urlencoded

client_id=00001111-aaaa-2222-bbbb-3333cccc4444&scope=offline_access+User.Read&code=OAAABAAAAiL9Kn2Z27UubvWFPbm0gLW&redirect_uri=http%3A%2F%2Flocalhost%2Fmyapp%2F&grant_type=authorization_code&code_verifier=ThisIsntRandomButItNeedsToBe43CharactersLong&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJhbGciOiJSUzI1NiIsIng1dCI6Imd4OHRHeXN5amNScUtqRlBuZDdSRnd2d1pJMCJ9.eyJ`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","scope":"User.Read profile openid email","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0","refresh_token":"AwAB","id_token":"eyJ1"}`,
    becomes: {
      accessToken: 'eyJ0',
      refreshToken: 'AwAB',
      expires: 3599,
      scope: ['User.Read', 'profile', 'openid', 'email'],
    },
  },
  {
    title: 'is given a refresh token that a single-page registration cuts to a day',
    address: code,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      clientId,
      clientSecret,
      typed,
      scopes: ['offline_access', 'User.Read'],
      redirectUri,
      flow: { code: 'OAAA' },
    },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=offline_access+User.Read&code=OAAA&redirect_uri=http%3A%2F%2Flocalhost%2Fmyapp%2F&grant_type=authorization_code&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"token_type":"Bearer","scope":"User.Read profile openid email","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ0","refresh_token":"AwAB","refresh_token_expires_in":86399}`,
    becomes: {
      accessToken: 'eyJ0',
      refreshToken: 'AwAB',
      expires: 3599,
      idleIn: 86_399,
      scope: ['User.Read', 'profile', 'openid', 'email'],
    },
  },
  {
    title: 'renews and is given the next refresh token',
    address: code,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: {
      clientId: '00001111-aaaa-2222-bbbb-3333cccc4444',
      clientSecret,
      typed,
      scopes: [mail],
      refreshToken: 'OAAABAAAAiL9Kn2Z27UubvWFPbm0gLWQJVzCTE9UkP3pSx1aXxUjq',
    },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=00001111-aaaa-2222-bbbb-3333cccc4444&scope=https%3A%2F%2Fgraph.microsoft.com%2Fmail.read&refresh_token=OAAABAAAAiL9Kn2Z27UubvWFPbm0gLWQJVzCTE9UkP3pSx1aXxUjq&grant_type=refresh_token&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
    "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
    "token_type": "Bearer",
    "expires_in": 3599,
    "scope": "https%3A%2F%2Fgraph.microsoft.com%2Fmail.read",
    "refresh_token": "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
    "id_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJhdWQiOiIyZDRkMTFhMi1mODE0LTQ2YTctOD"
}`,
    becomes: {
      accessToken: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q',
      refreshToken: 'AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4',
      expires: 3599,
      scope: ['https%3A%2F%2Fgraph.microsoft.com%2Fmail.read'],
    },
  },
  {
    title: 'is told that a refresh token lay unused for 90 days',
    address: 'https://github.com/Azure/azure-cli/issues/14244',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { clientId, clientSecret, typed, scopes: ['User.Read'], refreshToken: 'OAAA' },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=11112222-bbbb-3333-cccc-4444dddd5555&scope=User.Read&refresh_token=OAAA&grant_type=refresh_token&client_secret=sampleCredentia1s`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"invalid_grant","error_description":"AADSTS700082: The refresh token has expired due to inactivity. The token was issued on 2020-02-26T21:52:54.2810613Z and was inactive for 90.00:00:00.\\r\\nTrace ID: 6e94ade5-10de-4d67-909a-14d845813500\\r\\nCorrelation ID: 0e87b495-1e24-4882-be85-d012c216f4f6\\r\\nTimestamp: 2020-07-06 22:31:52Z","error_codes":[700082],"timestamp":"2020-07-06 22:31:52Z","trace_id":"6e94ade5-10de-4d67-909a-14d845813500","correlation_id":"0e87b495-1e24-4882-be85-d012c216f4f6","error_uri":"https://login.microsoftonline.com/error?code=700082"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the codes of a device',
    address: device,
    from: 'described',
    way: 'device',
    call: 'device',
    given: {
      clientId: '535fb089-9ff3-47b6-9bfb-4f1264799865',
      typed,
      scopes: ['user.read', 'openid', 'profile'],
    },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/devicecode HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

client_id=535fb089-9ff3-47b6-9bfb-4f1264799865&scope=user.read+openid+profile`,
    // The answer is the one of https://github.com/MicrosoftDocs/azure-docs/issues/33126, with codes put in.
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
    title: 'is given the tokens of a device once the person is done',
    address: device,
    from: 'described',
    way: 'device',
    call: 'token',
    given: {
      clientId: '535fb089-9ff3-47b6-9bfb-4f1264799865',
      typed,
      flow: { device_code: 'GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8' },
    },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=535fb089-9ff3-47b6-9bfb-4f1264799865&device_code=GMMhmHCXhWEzkobqIHGG_EnNYYsAkukHspeYUk9E8`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{
    "token_type": "Bearer",
    "scope": "User.Read profile openid email",
    "expires_in": 3599,
    "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q",
    "refresh_token": "AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4",
    "id_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.eyJhdWQiOiIyZDRkMTFhMi1mODE0LTQ2YTctOD"
}`,
    becomes: {
      accessToken: 'eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsIng1dCI6Ik5HVEZ2ZEstZnl0aEV1Q',
      refreshToken: 'AwABAAAAvPM1KaPlrEqdFSBzjqfTGAMxZGUTdM0t4B4',
      expires: 3599,
      scope: ['User.Read', 'profile', 'openid', 'email'],
    },
  },
  ...(
    [
      ['authorization_pending', 70016, 'transient', 'Pending end-user authorization.'],
      ['authorization_declined', 70018, 'denied', 'The end user declined.'],
      ['expired_token', 70019, 'dead', 'Verification code expired.'],
    ] as const
  ).map(([error, number, means, words]): Example => ({
    title: `hears ${error} from a device's code`,
    address: device,
    from: 'described',
    way: 'device',
    call: 'token',
    given: { clientId, typed, flow: { device_code: 'GMMhmHCXhWEz' } },
    request: `POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1
Host: login.microsoftonline.com
Content-Type: application/x-www-form-urlencoded

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=11112222-bbbb-3333-cccc-4444dddd5555&device_code=GMMhmHCXhWEz`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8

{"error":"${error}","error_description":"AADSTS${number}: ${words}\\r\\nTrace ID: cd417f24-8d41-4d02-89bf-f8fc974e887f","error_codes":[${number}],"timestamp":"2016-10-19 16:29:47Z","trace_id":"cd417f24-8d41-4d02-89bf-f8fc974e887f","correlation_id":"02c9684c-b36c-423a-a78d-68ff007b0dbd"}`,
    becomes: { error, means },
  })),
  {
    title: 'asks Graph who authorized',
    address: 'https://learn.microsoft.com/en-us/graph/api/user-get',
    from: 'described',
    way: 'user',
    call: 'person',
    given: { typed, scopes: ['User.Read'], token: 'eyJ0' },
    request: `GET /v1.0/me HTTP/1.1
Host: graph.microsoft.com
Authorization: Bearer eyJ0`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#users/$entity","businessPhones":["+1 425 555 0109"],"displayName":"Adele Vance","givenName":"Adele","jobTitle":null,"mail":null,"mobilePhone":null,"surname":"Vance","userPrincipalName":"AdeleV@contoso.com","id":"87d349ed-44d7-43e1-9a83-5f2406dee5bd"}`,
    becomes: { values: {}, who: 'AdeleV@contoso.com' },
  },
  {
    title: 'hears from Graph that the application lacks a permission',
    address: 'https://learn.microsoft.com/en-us/graph/resolve-auth-errors',
    from: 'described',
    way: 'app_secret',
    call: 'organization',
    given: { typed, token: 'eyJ0' },
    request: `GET /v1.0/organization HTTP/1.1
Host: graph.microsoft.com
Authorization: Bearer eyJ0`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json

{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation.","innerError":{"date":"2024-02-28T15:26:23","request-id":"ce9dca50-7dba-44d4-be95-e5a4d14aada0","client-request-id":"ce9dca50-7dba-44d4-be95-e5a4d14aada0"}}}`,
    becomes: { error: 'Authorization_RequestDenied', means: 'denied' },
  },
]
