import type { Example } from '../provider/example.ts'

const guide = 'https://pipedrive.readme.io/docs/marketplace-oauth-authorization'
const reference = 'https://developers.pipedrive.com/docs/api/v1/Oauth'
const clients = 'https://github.com/pipedrive/client-nodejs'
const client = { clientId: 'b4d083d9216986345b32', clientSecret: 'secret' }
const basic = 'Basic YjRkMDgzZDkyMTY5ODYzNDViMzI6c2VjcmV0'
const redirectUri = 'https://awesomeapp.com/oauth/callback'
const accessToken = '53:179:6317ef33a9fb0c4d604ce0695dad44c9'
const refreshToken = '53:179:5de81994d77491d22bc10eab3bc0810f84864297'
const post = (path: string) => `POST /oauth/${path} HTTP/1.1
Host: oauth.pipedrive.com
Authorization: ${basic}
Content-Type: application/x-www-form-urlencoded`
const sent = '53%3A179%3A5de81994d77491d22bc10eab3bc0810f84864297'
const answer = `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"${accessToken}","token_type":"Bearer","expires_in":3599,"refresh_token":"${refreshToken}","scope":"deals:read,contacts:read","api_domain":"https://companyname.pipedrive.com"}`
const tokens = {
  accessToken,
  refreshToken,
  expires: 3599,
  scope: ['deals:read', 'contacts:read'],
  values: { api_domain: 'https://companyname.pipedrive.com' },
}

export const examples: Example[] = [
  {
    title: 'sends the person to oauth.pipedrive.com, without response_type and scope',
    address: guide,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, flow: { state: '148aHxbdd92' } },
    request: `https://oauth.pipedrive.com/oauth/authorize?client_id=b4d083d9216986345b32&state=148aHxbdd92&redirect_uri=${redirectUri}`,
    response: `${redirectUri}?code=37dc5fe87ffd40eedcabc84b42f4fbbe1c2f8d1c&state=148aHxbdd92`,
    becomes: { values: {} },
  },
  {
    title: 'is told that the person chose Cancel',
    address: clients,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, flow: { state: '148aHxbdd92' } },
    request: `https://oauth.pipedrive.com/oauth/authorize?client_id=b4d083d9216986345b32&state=148aHxbdd92&redirect_uri=${redirectUri}`,
    response: `${redirectUri}?error=access_denied&state=148aHxbdd92`,
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code and is told the host of the company',
    address: reference,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '37dc5fe8' } },
    request: `${post('token')}

grant_type=authorization_code&code=37dc5fe8&redirect_uri=https%3A%2F%2Fawesomeapp.com%2Foauth%2Fcallback`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'renews with Basic',
    address: reference,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken },
    request: `${post('token')}

grant_type=refresh_token&refresh_token=${sent}`,
    response: answer,
    becomes: tokens,
  },
  {
    title: 'is told that the refresh token is over',
    address: reference,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken },
    request: `${post('token')}

grant_type=refresh_token&refresh_token=${sent}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"success":false,"message":"Invalid grant: refresh token is invalid","error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'revokes the refresh token and with it all others',
    address: reference,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken },
    request: `${post('revoke')}

token=${sent}&token_type_hint=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Length: 0

`,
    becomes: { values: {} },
  },
  {
    title: 'asks who it is at the host of the company',
    address: clients,
    from: 'described',
    way: 'user',
    call: 'me',
    given: { answer: { api_domain: 'https://companyname.pipedrive.com' }, token: accessToken },
    request: `GET /api/v1/users/me HTTP/1.1
Host: companyname.pipedrive.com
Authorization: Bearer ${accessToken}
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"success":true,"data":{"id":1234,"name":"John Doe","email":"john@pipedrive.com","company_id":12122,"company_name":"Pipedrive","company_domain":"companyname"}}`,
    becomes: { values: {}, who: 'Pipedrive' },
  },
  {
    title: 'asks with an API token in its own header',
    address: clients,
    from: 'described',
    way: 'api_token',
    call: 'me_by_key',
    given: { typed: { company_domain: 'companyname' }, token: '744707f029a966b5599780' },
    request: `GET /api/v1/users/me HTTP/1.1
Host: companyname.pipedrive.com
x-api-token: 744707f029a966b5599780
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"success":true,"data":{"id":1234,"name":"John Doe","email":"john@pipedrive.com","company_name":"Pipedrive"}}`,
    becomes: { values: {}, who: 'Pipedrive' },
  },
]
