import type { Example } from '../provider/example.ts'

const code = 'https://zoho.com/accounts/protocol/oauth/web-apps/authorization.html'
const centres = 'https://zoho.com/accounts/protocol/oauth/multi-dc/client-authorization.html'
const refresh = 'https://zoho.com/accounts/protocol/oauth/web-apps/access-token-expiry.html'
const older = 'https://zoho.com.cn/writer/help/api/v1/oauth-step4.html'
const machine = 'https://zoho.com/accounts/protocol/oauth/self-client/client-credentials-flow.html'
const crm = 'https://zoho.com/crm/developer/docs/api/v7/client-credentials.html'
const errors = 'https://help.zoho.com/portal/en/community/topic/kaizen-4-troubleshooting-oauth2-0'
const revoke = 'https://zoho.com/accounts/protocol/oauth/revoke-refresh-token.html'

const client = {
  clientId: '1000.GMB0YULZHJK411248S8I5GZ4CHUEX0',
  clientSecret: '122c324d3496d5d777ceeebc129470715fbb856b7',
}
const credentials =
  'client_id=1000.GMB0YULZHJK411248S8I5GZ4CHUEX0&client_secret=122c324d3496d5d777ceeebc129470715fbb856b7'
const redirectUri = 'https://www.zylker.com/oauthredirect'
const ok = `HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8`
const post = (host: string) => `POST /oauth/v2/token HTTP/1.1
Host: ${host}
Content-Type: application/x-www-form-urlencoded`

export const examples: Example[] = [
  {
    title: 'sends a person to consent, and learns that their data centre is in India',
    address: centres,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['ZohoCRM.modules.READ', 'ZohoCRM.org.READ'], flow: { state: 'x1' } },
    request:
      'https://accounts.zoho.com/oauth/v2/auth?response_type=code&client_id=1000.GMB0YULZHJK411248S8I5GZ4CHUEX0&scope=ZohoCRM.modules.READ,ZohoCRM.org.READ&redirect_uri=https://www.zylker.com/oauthredirect&access_type=offline&prompt=consent&state=x1',
    response:
      'https://www.zylker.com/oauthredirect?state=x1&code=1000.abbb4c9e0902704b90cc556f32ec0336.5ff4478926a43657280d5cbe1af1917a&location=in&accounts-server=https%3A%2F%2Faccounts.zoho.in',
    becomes: { values: { accounts_server: 'https://accounts.zoho.in' } },
  },
  {
    title: 'is told that the person did not allow it',
    address: code,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      typed: { data_centre: 'eu' },
      redirectUri,
      scopes: ['ZohoCRM.org.READ'],
      flow: { state: 'x1' },
    },
    request:
      'https://accounts.zoho.eu/oauth/v2/auth?response_type=code&client_id=1000.GMB0YULZHJK411248S8I5GZ4CHUEX0&scope=ZohoCRM.org.READ&redirect_uri=https://www.zylker.com/oauthredirect&access_type=offline&prompt=consent&state=x1',
    response: 'https://www.zylker.com/oauthredirect?error=access_denied&state=x1',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code at the data centre of the person',
    address: centres,
    from: 'described',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      redirectUri,
      callback: { location: 'eu', 'accounts-server': 'https://accounts.zoho.eu' },
      flow: { code: '1000.86a03ca5dbfccb7445b1889b8215efb0.cad9e1ae4989a1196fe05aa729fcb4e1' },
    },
    request: `${post('accounts.zoho.eu')}

grant_type=authorization_code&code=1000.86a03ca5dbfccb7445b1889b8215efb0.cad9e1ae4989a1196fe05aa729fcb4e1&redirect_uri=https%3A%2F%2Fwww.zylker.com%2Foauthredirect&${credentials}`,
    response: `${ok}

{"access_token":"1000.2deaf8d0c268e3c85daa2a013a843b10.703adef2bb337b8ca36cfc5d7b83cf24","refresh_token":"1000.18e983526f0ca8575ea9c53b0cd5bb58.1bd83a6f2e22c3a7e1309d96ae439cc1","scope":"ZohoCRM.modules.READ ZohoCRM.org.READ","api_domain":"https://www.zohoapis.eu","token_type":"Bearer","expires_in":3600}`,
    becomes: {
      accessToken: '1000.2deaf8d0c268e3c85daa2a013a843b10.703adef2bb337b8ca36cfc5d7b83cf24',
      refreshToken: '1000.18e983526f0ca8575ea9c53b0cd5bb58.1bd83a6f2e22c3a7e1309d96ae439cc1',
      expires: 3600,
      scope: ['ZohoCRM.modules.READ', 'ZohoCRM.org.READ'],
      values: { api_domain: 'https://www.zohoapis.eu' },
    },
  },
  {
    title: 'is told with status 200 that the code is no good',
    address: errors,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '1000.old' } },
    request: `${post('accounts.zoho.com')}

grant_type=authorization_code&code=1000.old&redirect_uri=https%3A%2F%2Fwww.zylker.com%2Foauthredirect&${credentials}`,
    response: `${ok}

{"error":"invalid_code"}`,
    becomes: { error: 'invalid_code', means: 'dead' },
  },
  {
    title: 'renews, and no refresh token comes back',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1000.86a03ca5dbfccb7445b1889b8215efb0.cad9e1ae4989a1196fe05aa729fcb4e1' },
    request: `${post('accounts.zoho.com')}

grant_type=refresh_token&refresh_token=1000.86a03ca5dbfccb7445b1889b8215efb0.cad9e1ae4989a1196fe05aa729fcb4e1&${credentials}`,
    response: `${ok}

{"access_token":"1000.6e20fc6af4a45a3ce0b6b5f1d1f8e0a9.34f1b3c2","api_domain":"https://www.zohoapis.com","token_type":"Bearer","expires_in":3600}`,
    becomes: {
      accessToken: '1000.6e20fc6af4a45a3ce0b6b5f1d1f8e0a9.34f1b3c2',
      expires: 3600,
      values: { api_domain: 'https://www.zohoapis.com' },
    },
  },
  {
    title: 'reads the seconds where a life in milliseconds stands beside them',
    address: older,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1000.r' },
    request: `${post('accounts.zoho.com')}

grant_type=refresh_token&refresh_token=1000.r&${credentials}`,
    response: `${ok}

{"access_token":"1000.new","expires_in_sec":3600,"api_domain":"https://www.zohoapis.com","token_type":"Bearer","expires_in":3600000}`,
    becomes: { accessToken: '1000.new', expires: 3600, values: { api_domain: 'https://www.zohoapis.com' } },
  },
  {
    title: 'is told to wait when too many tokens were asked for',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '1000.r' },
    request: `${post('accounts.zoho.com')}

grant_type=refresh_token&refresh_token=1000.r&${credentials}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=UTF-8

{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}`,
    becomes: { error: 'Access Denied', means: 'transient' },
  },
  {
    title: 'asks as a Self Client for one organization of CRM',
    address: machine,
    from: 'described',
    way: 'self_client',
    call: 'token',
    given: {
      clientId: '1000.O1xxxxxxxxxx5Q91NTGH',
      clientSecret: '74xxxxxxxxxxxx180',
      typed: { soid: 'ZohoCRM.600434' },
      scopes: ['ZohoCRM.settings.READ'],
    },
    request: `${post('accounts.zoho.com')}

client_id=1000.O1xxxxxxxxxx5Q91NTGH&client_secret=74xxxxxxxxxxxx180&grant_type=client_credentials&scope=ZohoCRM.settings.READ&soid=ZohoCRM.600434`,
    response: `${ok}

{ "access_token": "1000.b2caxxxxx3c6", "scope": "ZohoCRM.org.ALL ZohoCRM.settings.ALL ZohoCRM.users.ALL", "api_domain": "https://www.zohoapis.com", "token_type": "Bearer", "expires_in": 3600 }`,
    becomes: {
      accessToken: '1000.b2caxxxxx3c6',
      expires: 3600,
      scope: ['ZohoCRM.org.ALL', 'ZohoCRM.settings.ALL', 'ZohoCRM.users.ALL'],
      values: { api_domain: 'https://www.zohoapis.com' },
    },
  },
  {
    title: 'is told that the organization is missing',
    address: machine,
    from: 'described',
    way: 'self_client',
    call: 'token',
    given: { ...client, scopes: ['ZohoCRM.settings.READ'] },
    request: `${post('accounts.zoho.com')}

${credentials}&grant_type=client_credentials&scope=ZohoCRM.settings.READ`,
    response: `${ok}

{"error":"missing_org_info"}`,
    becomes: { error: 'missing_org_info', means: 'configuration' },
  },
  {
    title: 'revokes the refresh token',
    address: revoke,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, refreshToken: '1000.18e983526f0ca8575ea9c53b0cd5bb58.1bd83a6f2e22c3a7e1309d96ae439cc1' },
    request: `POST /oauth/v2/token/revoke HTTP/1.1
Host: accounts.zoho.com
Content-Type: application/x-www-form-urlencoded

token=1000.18e983526f0ca8575ea9c53b0cd5bb58.1bd83a6f2e22c3a7e1309d96ae439cc1`,
    response: `${ok}

{"status":"success"}`,
    becomes: { values: {} },
  },
  {
    title: 'asks which organization the token is of, with a word of its own before the token',
    address: crm,
    from: 'described',
    way: 'user',
    call: 'organization',
    given: { answer: { api_domain: 'https://www.zohoapis.eu' }, token: '1000.2dea' },
    request: `GET /crm/v7/org HTTP/1.1
Host: www.zohoapis.eu
Authorization: Zoho-oauthtoken 1000.2dea
`,
    response: `${ok}

{"org":[{"country":"DE","company_name":"Zylker GmbH","primary_email":"ada@zylker.com","zgid":"10063701"}]}`,
    becomes: { values: {}, who: 'Zylker GmbH' },
  },
  {
    title: 'is told that the token has ended',
    address: crm,
    from: 'described',
    way: 'user',
    call: 'organization',
    given: { answer: { api_domain: 'https://www.zohoapis.eu' }, token: '1000.old' },
    request: `GET /crm/v7/org HTTP/1.1
Host: www.zohoapis.eu
Authorization: Zoho-oauthtoken 1000.old
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json;charset=UTF-8

{"code":"INVALID_TOKEN","details":{},"message":"invalid oauth token","status":"error"}`,
    becomes: { error: 'INVALID_TOKEN', means: 'dead' },
  },
]
