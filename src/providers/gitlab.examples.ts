import type { Example } from '../provider/example.ts'

const oauth = 'https://docs.gitlab.com/api/oauth2/'
const typed = { server: 'https://gitlab.example.com' }
const client = { clientId: 'APP_ID', clientSecret: 'APP_SECRET' }
const redirectUri = 'https://example.com/oauth/redirect'
const post = `POST /oauth/token HTTP/1.1
Host: gitlab.example.com
Content-Type: application/x-www-form-urlencoded

`
const first = {
  accessToken: 'de6780bc506a0446309bd9362820ba8aed28aa506c71eedbe1c5c4f9dd350e54',
  refreshToken: '8257e65c97202ed1726cf9571600918f3bffb2544b26e00a61df9897668c33a1',
  expires: 7200,
}
const issued = `HTTP/1.1 200 OK
Content-Type: application/json

{
 "access_token": "de6780bc506a0446309bd9362820ba8aed28aa506c71eedbe1c5c4f9dd350e54",
 "token_type": "bearer",
 "expires_in": 7200,
 "refresh_token": "8257e65c97202ed1726cf9571600918f3bffb2544b26e00a61df9897668c33a1",
 "created_at": 1607635748
}`

export const examples: Example[] = [
  {
    title: 'sends the person to the server of their own, to the group’s single sign-on',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: 'APP_ID',
      typed: { ...typed, root_namespace_id: '42' },
      scopes: ['read_user', 'profile'],
      redirectUri,
      flow: { state: 'STATE', code_challenge: '2i0WFA-0AerkjQm4X4oDEhqA17QIAKNjXpagHBXmO_U' },
    },
    request:
      'https://gitlab.example.com/oauth/authorize?client_id=APP_ID&redirect_uri=https://example.com/oauth/redirect&response_type=code&state=STATE&scope=read_user+profile&code_challenge=2i0WFA-0AerkjQm4X4oDEhqA17QIAKNjXpagHBXmO_U&code_challenge_method=S256&root_namespace_id=42',
    response: 'https://example.com/oauth/redirect?code=1234567890&state=STATE',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with the secret',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { ...client, typed, redirectUri, flow: { code: 'RETURNED_CODE' } },
    request: `${post}client_id=APP_ID&client_secret=APP_SECRET&code=RETURNED_CODE&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fredirect`,
    response: issued,
    becomes: first,
  },
  {
    title: 'exchanges the code without a secret, with the code verifier',
    address: oauth,
    from: 'page',
    way: 'user_public',
    call: 'token',
    given: {
      clientId: 'APP_ID',
      typed,
      redirectUri,
      flow: { code: 'RETURNED_CODE', code_verifier: 'ks02i3jdikdo2k0dkfodf3m39rjfjsdk0wk349rj3jrhf' },
    },
    request: `${post}client_id=APP_ID&code=RETURNED_CODE&grant_type=authorization_code&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fredirect&code_verifier=ks02i3jdikdo2k0dkfodf3m39rjfjsdk0wk349rj3jrhf`,
    response: issued,
    becomes: first,
  },
  {
    title: 'renews, which ends both tokens before',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, redirectUri, refreshToken: 'REFRESH_TOKEN' },
    request: `${post}client_id=APP_ID&client_secret=APP_SECRET&refresh_token=REFRESH_TOKEN&grant_type=refresh_token&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fredirect`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "c97d1fe52119f38c7f67f0a14db68d60caa35ddc86fd12401718b649dcfa9c68",
  "token_type": "bearer",
  "expires_in": 7200,
  "refresh_token": "803c1fd487fec35562c205dac93e9d8e08f9d3652a24079d704df3039df1158f",
  "created_at": 1628711391
}`,
    becomes: {
      accessToken: 'c97d1fe52119f38c7f67f0a14db68d60caa35ddc86fd12401718b649dcfa9c68',
      refreshToken: '803c1fd487fec35562c205dac93e9d8e08f9d3652a24079d704df3039df1158f',
      expires: 7200,
    },
  },
  {
    title: 'is told that the refresh token was used before',
    address: 'https://github.com/doorkeeper-gem/doorkeeper',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed, redirectUri, refreshToken: 'OLD' },
    request: `${post}client_id=APP_ID&client_secret=APP_SECRET&refresh_token=OLD&grant_type=refresh_token&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fredirect`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the codes of a device',
    address: oauth,
    from: 'page',
    way: 'device',
    call: 'device',
    given: { clientId: 'UID', typed, scopes: ['read'] },
    request: `POST /oauth/authorize_device HTTP/1.1
Host: gitlab.example.com
Content-Type: application/x-www-form-urlencoded

client_id=UID&scope=read`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
    "device_code": "GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS",
    "user_code": "0A44L90H",
    "verification_uri": "https://gitlab.example.com/oauth/device",
    "verification_uri_complete": "https://gitlab.example.com/oauth/device?user_code=0A44L90H",
    "expires_in": 300,
    "interval": 5
}`,
    becomes: {
      values: {
        device_code: 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS',
        user_code: '0A44L90H',
        verification_uri: 'https://gitlab.example.com/oauth/device',
        expires_in: '300',
      },
    },
  },
  {
    title: 'asks whether the device was approved',
    address: oauth,
    from: 'page',
    way: 'device',
    call: 'token',
    given: { clientId: '1406020730', typed, flow: { device_code: 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS' } },
    request: `${post}grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS&client_id=1406020730`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
    "access_token": "TOKEN",
    "token_type": "Bearer",
    "expires_in": 7200,
    "scope": "read",
    "created_at": 1593096829
}`,
    becomes: { accessToken: 'TOKEN', expires: 7200, scope: ['read'] },
  },
  {
    title: 'sends the person without a secret, with a challenge',
    address: oauth,
    from: 'page',
    way: 'user_public',
    call: 'authorize',
    given: {
      clientId: 'APP_ID',
      typed,
      scopes: ['read_user', 'profile'],
      redirectUri,
      flow: { state: 'STATE', code_challenge: '2i0WFA-0AerkjQm4X4oDEhqA17QIAKNjXpagHBXmO_U' },
    },
    request:
      'https://gitlab.example.com/oauth/authorize?client_id=APP_ID&redirect_uri=https://example.com/oauth/redirect&response_type=code&state=STATE&scope=read_user+profile&code_challenge=2i0WFA-0AerkjQm4X4oDEhqA17QIAKNjXpagHBXmO_U&code_challenge_method=S256',
    response: 'https://example.com/oauth/redirect?code=1234567890&state=STATE',
    becomes: { values: {} },
  },
  {
    title: 'is told that the device waits for the person',
    address: oauth,
    from: 'page',
    way: 'device',
    call: 'token',
    given: { clientId: '1406020730', typed, flow: { device_code: 'GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS' } },
    request: `${post}grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS&client_id=1406020730`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{
  "error": "authorization_pending",
  "error_description": "..."
}`,
    becomes: { error: 'authorization_pending', means: 'transient' },
  },
  {
    title: 'renews what a device was given',
    address: oauth,
    from: 'described',
    way: 'device',
    call: 'renewal',
    given: { clientId: 'UID', typed, refreshToken: 'REFRESH_TOKEN' },
    request: `${post}client_id=UID&refresh_token=REFRESH_TOKEN&grant_type=refresh_token`,
    response: issued,
    becomes: first,
  },
  {
    title: 'asks what the token is',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'token_info',
    given: { ...client, typed, token: 'OAUTH-TOKEN' },
    request: `GET /oauth/token/info HTTP/1.1
Host: gitlab.example.com
Authorization: Bearer OAUTH-TOKEN
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
    "resource_owner_id": 1,
    "scope": ["api"],
    "expires_in": null,
    "application": {"uid": "1cb242f495280beb4291e64bee2a17f330902e499882fe8e1e2aa875519cab33"},
    "created_at": 1575890427
}`,
    becomes: { values: {}, who: '1' },
  },
  {
    title: 'is told at the API that the token was revoked',
    address: 'https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/api/api_guard.rb',
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, token: 'OLD' },
    request: `GET /api/v4/user HTTP/1.1
Host: gitlab.com
Authorization: Bearer OLD
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}`,
    becomes: { error: 'invalid_token', means: 'dead' },
  },
  {
    title: 'revokes the token',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'revoke',
    given: { ...client, typed, token: 'TOKEN' },
    request: `POST /oauth/revoke HTTP/1.1
Host: gitlab.example.com
Content-Type: application/x-www-form-urlencoded

client_id=APP_ID&client_secret=APP_SECRET&token=TOKEN`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{}`,
    becomes: { values: {} },
  },
]
