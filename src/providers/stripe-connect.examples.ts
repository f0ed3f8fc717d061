import type { Example } from '../provider/example.ts'

const oauth = 'https://docs.stripe.com/connect/oauth-reference'
const sample = 'https://github.com/stripe/stripe-java/issues/251'
const client = { clientId: 'ca_32D88BD1qLklliziD7gYQvctJIhWBSQ7', clientSecret: 'sk_test_0IEQ' }
const post = (path: string) => `POST /oauth/${path} HTTP/1.1
Host: connect.stripe.com`
const form = 'Content-Type: application/x-www-form-urlencoded'

export const examples: Example[] = [
  {
    title: 'sends the account to connect.stripe.com',
    address: oauth,
    from: 'page',
    way: 'account',
    call: 'authorize',
    given: { ...client, scopes: ['read_write'], redirectUri: 'https://sub2.example.com' },
    request:
      'https://connect.stripe.com/oauth/authorize?response_type=code&client_id=ca_32D88BD1qLklliziD7gYQvctJIhWBSQ7&scope=read_write&redirect_uri=https://sub2.example.com',
    response: 'https://sub2.example.com?scope=read_write&code=AUTHORIZATION_CODE',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not connect it',
    address: oauth,
    from: 'described',
    way: 'account',
    call: 'authorize',
    given: { ...client, scopes: ['read_only'], redirectUri: 'https://sub2.example.com' },
    request:
      'https://connect.stripe.com/oauth/authorize?response_type=code&client_id=ca_32D88BD1qLklliziD7gYQvctJIhWBSQ7&scope=read_only&redirect_uri=https://sub2.example.com',
    response: 'https://sub2.example.com?error=access_denied&error_description=The%20user%20denied%20your%20request',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code with the secret key in the body and keeps the account id',
    address: sample,
    from: 'page',
    way: 'account',
    call: 'token',
    given: { ...client, flow: { code: 'AUTHORIZATION_CODE' } },
    request: `${post('token')}
${form}

client_secret=sk_test_0IEQ&code=AUTHORIZATION_CODE&grant_type=authorization_code`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "token_type": "bearer",
  "stripe_publishable_key": "PUBLISHABLE_KEY",
  "scope": "read_write",
  "livemode": false,
  "stripe_user_id": "USER_ID",
  "refresh_token": "REFRESH_TOKEN",
  "access_token": "ACCESS_TOKEN"
}`,
    becomes: {
      accessToken: 'ACCESS_TOKEN',
      refreshToken: 'REFRESH_TOKEN',
      expires: 'never',
      scope: ['read_write'],
      values: { stripe_user_id: 'USER_ID' },
    },
  },
  {
    title: 'is told that the code is none',
    address: sample,
    from: 'page',
    way: 'account',
    call: 'token',
    given: { ...client, flow: { code: 'AUTHORIZATION_CODE' } },
    request: `${post('token')}
${form}

client_secret=sk_test_0IEQ&code=AUTHORIZATION_CODE&grant_type=authorization_code`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{
  "error": "invalid_grant",
  "error_description": "Authorization code does not exist: AUTHORIZATION_CODE"
}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'is told that the key is of no platform',
    address: 'https://github.com/isaacsanders/omniauth-stripe-connect/issues/52',
    from: 'described',
    way: 'account',
    call: 'token',
    given: { ...client, flow: { code: 'AUTHORIZATION_CODE' } },
    request: `${post('token')}
${form}

client_secret=sk_test_0IEQ&code=AUTHORIZATION_CODE&grant_type=authorization_code`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_client","error_description":"No such API key: sk_test_****"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'asks for another token with the refresh token',
    address: oauth,
    from: 'described',
    way: 'account',
    call: 'renewal',
    given: { ...client, refreshToken: 'REFRESH_TOKEN' },
    request: `${post('token')}
${form}

client_secret=sk_test_0IEQ&refresh_token=REFRESH_TOKEN&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"ACCESS_TOKEN_2","livemode":false,"refresh_token":"REFRESH_TOKEN","token_type":"bearer","stripe_publishable_key":"PUBLISHABLE_KEY","stripe_user_id":"USER_ID","scope":"read_write"}`,
    becomes: {
      accessToken: 'ACCESS_TOKEN_2',
      refreshToken: 'REFRESH_TOKEN',
      expires: 'never',
      scope: ['read_write'],
      values: { stripe_user_id: 'USER_ID' },
    },
  },
  {
    title: 'disconnects the account by its id',
    address: oauth,
    from: 'described',
    way: 'account',
    call: 'revoke',
    given: { ...client, answer: { stripe_user_id: 'acct_kwnbzUCC7sD49P' } },
    request: `${post('deauthorize')}
Authorization: Bearer sk_test_0IEQ
${form}

client_id=ca_32D88BD1qLklliziD7gYQvctJIhWBSQ7&stripe_user_id=acct_kwnbzUCC7sD49P`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"stripe_user_id":"acct_kwnbzUCC7sD49P"}`,
    becomes: { values: {} },
  },
  {
    title: 'reads a connected account with the key of the platform',
    address: 'https://docs.stripe.com/connect/oauth-standard-accounts',
    from: 'described',
    way: 'key',
    call: 'account_info',
    given: { typed: { account: 'acct_1032D82eZvKYlo2C' }, token: 'rk_test_1' },
    request: `GET /v1/account HTTP/1.1
Host: api.stripe.com
Authorization: Bearer rk_test_1
Stripe-Account: acct_1032D82eZvKYlo2C
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"id":"acct_1032D82eZvKYlo2C","object":"account","business_profile":{"mcc":null,"name":"Stripe.com","url":null},"email":"site@stripe.com"}`,
    becomes: { values: {}, who: 'Stripe.com' },
  },
]
