import type { Example } from '../provider/example.ts'

/** The older guide's steps, kept as comments of a program. */
const kept = 'https://gist.github.com/claytantor/1d1169e0cc6d77d2c3ff'
const older = 'https://developer.mailchimp.com/documentation/mailchimp/guides/how-to-use-oauth2/'
const fundamentals = 'https://mailchimp.com/developer/marketing/docs/fundamentals/'
const errors = 'https://mailchimp.com/developer/marketing/docs/errors/'
const client = { clientId: '635959587059', clientSecret: 'the-client-secret' }
const redirectUri = 'http://192.168.1.8/oauth/complete.php'
const token = '5c6ccc561059aa386da9d112215bae55'

export const examples: Example[] = [
  {
    title: 'sends the person to login.mailchimp.com, without scopes',
    address: kept,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri },
    request:
      'https://login.mailchimp.com/oauth2/authorize?response_type=code&client_id=635959587059&redirect_uri=http%3A%2F%2F192.168.1.8%2Foauth%2Fcomplete.php',
    response: 'http://192.168.1.8/oauth/complete.php?code=1edf2589e664fd317f6a7ff5f97b42f7',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code for a token without end and without scope',
    address: older,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '1edf2589e664fd317f6a7ff5f97b42f7' } },
    request: `POST /oauth2/token HTTP/1.1
Host: login.mailchimp.com
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&client_id=635959587059&client_secret=the-client-secret&redirect_uri=http%3A%2F%2F192.168.1.8%2Foauth%2Fcomplete.php&code=1edf2589e664fd317f6a7ff5f97b42f7`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"${token}","expires_in":0,"scope":null}`,
    becomes: { accessToken: token, expires: 'never' },
  },
  {
    title: 'is told that the code is used or too old',
    // The guide names the draft of OAuth 2 that the server follows; this is its answer (RFC 6749 section 5.2).
    address: older,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'used' } },
    request: `POST /oauth2/token HTTP/1.1
Host: login.mailchimp.com
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&client_id=635959587059&client_secret=the-client-secret&redirect_uri=http%3A%2F%2F192.168.1.8%2Foauth%2Fcomplete.php&code=used`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'learns the data centre from the metadata, with the scheme OAuth',
    address: older,
    from: 'described',
    way: 'user',
    call: 'metadata',
    given: { ...client, token },
    request: `GET /oauth2/metadata HTTP/1.1
Host: login.mailchimp.com
Authorization: OAuth ${token}
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"dc":"us1","role":"owner","accountname":"Freddie's Jokes","user_id":54321,"login":{"email":"freddie@example.com","avatar":null,"login_id":77,"login_name":"freddie","login_email":"freddie@example.com"},"login_url":"https:\\/\\/login.mailchimp.com","api_endpoint":"https:\\/\\/us1.api.mailchimp.com"}`,
    becomes: { values: { dc: 'us1', account_name: "Freddie's Jokes" } },
  },
  {
    title: 'asks for the account at the host of its data centre',
    address: fundamentals,
    from: 'described',
    way: 'user',
    call: 'account',
    given: { ...client, answer: { dc: 'us1' }, token },
    request: `GET /3.0/?fields=account_id%2Caccount_name%2Cemail%2Crole HTTP/1.1
Host: us1.api.mailchimp.com
Authorization: Bearer ${token}
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"account_id":"8d3a3db4d97663a9074efcc16","account_name":"Freddie's Jokes","email":"freddie@example.com","role":"owner"}`,
    becomes: { values: {}, who: "Freddie's Jokes" },
  },
  {
    title: 'asks for the account with an API key',
    address: fundamentals,
    from: 'described',
    way: 'api_key',
    call: 'account_of_key',
    given: { typed: { key_dc: 'us6' }, token: '0123456789abcdef0123456789abcde-us6' },
    request: `GET /3.0/?fields=account_id%2Caccount_name%2Cemail%2Crole HTTP/1.1
Host: us6.api.mailchimp.com
Authorization: Bearer 0123456789abcdef0123456789abcde-us6
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8

{"account_id":"8d3a3db4d97663a9074efcc16","account_name":"Freddie's Jokes","email":"freddie@example.com","role":"owner"}`,
    becomes: { values: {}, who: "Freddie's Jokes" },
  },
  {
    title: 'is told at the API that the token was taken back',
    address: errors,
    from: 'described',
    way: 'user',
    call: 'account',
    given: { ...client, answer: { dc: 'us1' }, token: 'gone' },
    request: `GET /3.0/?fields=account_id%2Caccount_name%2Cemail%2Crole HTTP/1.1
Host: us1.api.mailchimp.com
Authorization: Bearer gone
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/problem+json; charset=utf-8

{"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"API Key Invalid","status":401,"detail":"Your API key may be invalid, or you've attempted to access the wrong datacenter.","instance":"d2e09e5b-7c28-8585-68db-8feaf57ee0f7"}`,
    becomes: { error: 'http_401', means: 'dead' },
  },
]
