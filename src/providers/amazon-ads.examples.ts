import type { Example } from '../provider/example.ts'

const grants =
  'https://advertising.amazon.com/API/docs/en-us/guides/account-management/authorization/authorization-grants'
const tokens = 'https://advertising.amazon.com/API/docs/en-us/guides/get-started/retrieve-access-token'
const profiles = 'https://advertising.amazon.com/API/docs/en-us/guides/get-started/retrieve-profiles'
const client = { clientId: 'YOUR_LWA_CLIENT_ID', clientSecret: 'YOUR_CLIENT_SECRET' }
const scopes = ['advertising::campaign_management']
const post = (host: string) => `POST /auth/o2/token HTTP/1.1
Host: ${host}
Content-Type: application/x-www-form-urlencoded

client_id=YOUR_LWA_CLIENT_ID&client_secret=YOUR_CLIENT_SECRET`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json`
const look = `GET /v2/profiles HTTP/1.1
Host: advertising-api.amazon.com
Authorization: Bearer Atza|token
Amazon-Advertising-API-ClientId: YOUR_LWA_CLIENT_ID
`

export const examples: Example[] = [
  {
    title: 'sends the person to amazon.com',
    address: grants,
    from: 'page',
    way: 'advertiser',
    call: 'authorize',
    given: { ...client, scopes, redirectUri: 'YOUR_RETURN_URL' },
    request:
      'https://www.amazon.com/ap/oa?client_id=YOUR_LWA_CLIENT_ID&scope=advertising::campaign_management&response_type=code&redirect_uri=YOUR_RETURN_URL',
    response: 'https://www.amazon.com/?code=xxxxxxxxxxxxxxxxxxx&scope=advertising%3A%3Acampaign_management',
    becomes: { values: {} },
  },
  {
    title: 'sends the person in Europe to a host of its own, where the scope needs approval',
    address: grants,
    from: 'described',
    way: 'advertiser',
    call: 'authorize',
    given: { ...client, typed: { region: 'eu' }, scopes, redirectUri: 'https://example.com/' },
    request:
      'https://eu.account.amazon.com/ap/oa?client_id=YOUR_LWA_CLIENT_ID&scope=advertising::campaign_management&response_type=code&redirect_uri=https://example.com/',
    response: 'https://example.com/?error=invalid_scope&error_description=An%20unknown%20scope%20was%20requested',
    becomes: { error: 'invalid_scope', means: 'configuration' },
  },
  {
    title: 'exchanges the code',
    address: tokens,
    from: 'described',
    way: 'advertiser',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/', flow: { code: 'xxxxxxxxxxxxxxxxxxx' } },
    request: `${post('api.amazon.com')}&grant_type=authorization_code&code=xxxxxxxxxxxxxxxxxxx&redirect_uri=https%3A%2F%2Fexample.com%2F`,
    response: `${ok}

{"access_token":"Atza|token","refresh_token":"Atzr|token","token_type":"bearer","expires_in":3600}`,
    becomes: { accessToken: 'Atza|token', refreshToken: 'Atzr|token', expires: 3600 },
  },
  {
    title: 'renews in the Far East at the host of the region',
    address: tokens,
    from: 'described',
    way: 'advertiser',
    call: 'renewal',
    given: { ...client, typed: { region: 'fe' }, refreshToken: 'Atzr|token' },
    request: `${post('api.amazon.co.jp')}&grant_type=refresh_token&refresh_token=Atzr%7Ctoken`,
    response: `${ok}

{"access_token":"Atza|token2","refresh_token":"Atzr|token","token_type":"bearer","expires_in":3600}`,
    becomes: { accessToken: 'Atza|token2', refreshToken: 'Atzr|token', expires: 3600 },
  },
  {
    title: 'is told that the refresh token is over',
    address: 'https://github.com/amzn/selling-partner-api-models/issues/921',
    from: 'described',
    way: 'advertiser',
    call: 'renewal',
    given: { ...client, refreshToken: 'Atzr|old' },
    request: `${post('api.amazon.com')}&grant_type=refresh_token&refresh_token=Atzr%7Cold`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error_description":"The request has an invalid grant parameter : refresh_token","error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the profiles, naming the client in a header',
    address: profiles,
    from: 'described',
    way: 'advertiser',
    call: 'profiles',
    given: { ...client, token: 'Atza|token' },
    request: look,
    response: `${ok}

[{"profileId":3312345678901234,"countryCode":"US","currencyCode":"USD","dailyBudget":999999999,"timezone":"America/Los_Angeles","accountInfo":{"marketplaceStringId":"ATVPDKIKX0DER","id":"ENTITY1","type":"vendor","name":"Example Store","validPaymentMethod":true}}]`,
    becomes: { values: {}, who: 'Example Store' },
  },
  {
    title: 'is told at the API that the token is none',
    address: 'https://github.com/amzn/amazon-advertising-api-php-sdk/issues/10',
    from: 'described',
    way: 'advertiser',
    call: 'profiles',
    given: { ...client, token: 'Atza|token' },
    request: look,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"code":"401","details":"Authentication failed","requestId":"K144VZX9J0CCDG4229C5"}`,
    becomes: { error: '401', means: 'dead' },
  },
]
