import type { Example } from '../provider/example.ts'

const token = 'https://developer.paypal.com/docs/api/reference/get-an-access-token/'
const refused = 'https://github.com/paypal/PayPal-PHP-SDK/issues/916'
const client = { clientId: 'client_id', clientSecret: 'secret' }
const post = (host: string) => `POST /v1/oauth2/token HTTP/1.1
Host: ${host}
Authorization: Basic Y2xpZW50X2lkOnNlY3JldA==
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials`
const look = `GET /v1/identity/oauth2/userinfo?schema=paypalv1.1 HTTP/1.1
Host: api-m.paypal.com
Authorization: Bearer Access-Token
`

export const examples: Example[] = [
  {
    title: 'asks the live host',
    address: token,
    from: 'described',
    way: 'own_account',
    call: 'token',
    given: client,
    request: post('api-m.paypal.com'),
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"scope":"https://uri.paypal.com/services/reporting/search/read openid","access_token":"A21AAFEpH4PsADK7qSS7pSRsgzfENtu-Q1ysgEDVDESseMHBYXVJYE8ovjj68elIDy8nF26AwPhfXTIeWAZHSLIsQkSYz9ifg","token_type":"Bearer","app_id":"APP-80W284485P519543T","expires_in":32400,"nonce":"2026-11-22T12:00:00Zaa"}`,
    becomes: {
      accessToken: 'A21AAFEpH4PsADK7qSS7pSRsgzfENtu-Q1ysgEDVDESseMHBYXVJYE8ovjj68elIDy8nF26AwPhfXTIeWAZHSLIsQkSYz9ifg',
      expires: 32_400,
      scope: ['https://uri.paypal.com/services/reporting/search/read', 'openid'],
    },
  },
  {
    title: 'asks the sandbox for a token and learns what is left of its life',
    address: token,
    from: 'page',
    way: 'own_account',
    call: 'token',
    given: { ...client, typed: { environment: 'sandbox' } },
    request: post('api-m.sandbox.paypal.com'),
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "scope": "scope",
  "access_token": "Access-Token",
  "token_type": "Bearer",
  "app_id": "APP-80W284485P519543T",
  "expires_in": 31349,
  "nonce": "nonce"
}`,
    becomes: {
      accessToken: 'Access-Token',
      expires: 31_349,
      scope: ['scope'],
      values: { app_id: 'APP-80W284485P519543T' },
    },
  },
  {
    title: 'is told that client id and secret are no pair',
    address: refused,
    from: 'page',
    way: 'own_account',
    call: 'token',
    given: client,
    request: post('api-m.paypal.com'),
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_client","error_description":"Client Authentication failed"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'asks whose account it is',
    address: 'https://developer.paypal.com/docs/api/identity/v1/',
    from: 'described',
    way: 'own_account',
    call: 'account',
    given: { ...client, token: 'Access-Token' },
    request: look,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"user_id":"https://www.paypal.com/webapps/auth/identity/user/mWq6_1sU85v5EG9yHdPxJRrhGHrnMJ-1PQKtX6pcsmA","name":"identity test","payer_id":"WDJJHEBZ4X2LY","verified_account":"true"}`,
    becomes: { values: {}, who: 'identity test' },
  },
  {
    title: 'is told at the API that the token has ended',
    address: refused,
    from: 'described',
    way: 'own_account',
    call: 'account',
    given: { ...client, token: 'Access-Token' },
    request: look,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_token","error_description":"Access Token not found in cache"}`,
    becomes: { error: 'invalid_token', means: 'dead' },
  },
]
