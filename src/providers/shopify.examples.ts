import type { Example } from '../provider/example.ts'

const secrets = 'https://shopify.dev/docs/apps/build/authentication-authorization/client-secrets'
const code = 'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant'
const offline = 'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens'
const refused = 'https://nango.dev/blog/shopify-oauth-refresh-token-invalid-grant'
const reports = 'https://github.com/unopim/shopify-connector/issues/43'

const client = { clientId: 'your_client_id', clientSecret: 'your_client_secret' }
const typed = { shop: 'example-store' }
const redirectUri = 'https://example.com/auth/callback'
const post = `POST /admin/oauth/access_token HTTP/1.1
Host: example-store.myshopify.com
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8`
const bad = `HTTP/1.1 400 Bad Request
Content-Type: application/json; charset=utf-8`

export const examples: Example[] = [
  {
    title: 'asks for a token of one’s own store',
    address: secrets,
    from: 'page',
    way: 'own_store',
    call: 'token',
    given: { ...client, typed },
    request: `${post}

grant_type=client_credentials&client_id=your_client_id&client_secret=your_client_secret`,
    response: `${ok}

{
"access_token": "shpat_xxxxx",
"scope": "read_products,write_products",
"expires_in": 86399
}`,
    becomes: { accessToken: 'shpat_xxxxx', expires: 86_399, scope: ['read_products', 'write_products'] },
  },
  {
    title: 'is told that the store belongs to others',
    address: reports,
    from: 'described',
    way: 'own_store',
    call: 'token',
    given: { ...client, typed },
    request: `${post}

grant_type=client_credentials&client_id=your_client_id&client_secret=your_client_secret`,
    response: `${bad}

{"error":"shop_not_permitted","error_description":"Client credentials cannot be performed on this shop."}`,
    becomes: { error: 'shop_not_permitted', means: 'configuration' },
  },
  {
    title: 'sends a merchant to the admin of the shop',
    address: code,
    from: 'described',
    way: 'merchant',
    call: 'authorize',
    given: { ...client, typed, redirectUri, scopes: ['read_products', 'read_orders'], flow: { state: 'nonce' } },
    request:
      'https://example-store.myshopify.com/admin/oauth/authorize?client_id=your_client_id&scope=read_products,read_orders&redirect_uri=https://example.com/auth/callback&state=nonce',
    response:
      'https://example.com/auth/callback?code=0907a61c0c8d55e99db179b68161bc00&hmac=700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf&shop=example-store.myshopify.com&state=nonce&timestamp=1337178173',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code for a token of one hour',
    address: offline,
    from: 'described',
    way: 'merchant',
    call: 'token',
    given: { ...client, typed, redirectUri, flow: { code: '0907a61c0c8d55e99db179b68161bc00' } },
    request: `${post}

client_id=your_client_id&client_secret=your_client_secret&code=0907a61c0c8d55e99db179b68161bc00&expiring=1`,
    response: `${ok}

{"access_token":"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","scope":"write_orders,read_customers","expires_in":3600,"refresh_token":"shprt_5c2f1d0e7b","refresh_token_expires_in":7776000}`,
    becomes: {
      accessToken: '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',
      refreshToken: 'shprt_5c2f1d0e7b',
      expires: 3600,
      idleIn: 7_776_000,
      scope: ['write_orders', 'read_customers'],
    },
  },
  {
    title: 'renews with a refresh token that is replaced',
    address: offline,
    from: 'described',
    way: 'merchant',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'shprt_5c2f1d0e7b' },
    request: `${post}

client_id=your_client_id&client_secret=your_client_secret&grant_type=refresh_token&refresh_token=shprt_5c2f1d0e7b`,
    response: `${ok}

{"access_token":"shpat_new","expires_in":3600,"refresh_token":"shprt_new","refresh_token_expires_in":7776000,"scope":"read_products,write_products"}`,
    becomes: {
      accessToken: 'shpat_new',
      refreshToken: 'shprt_new',
      expires: 3600,
      idleIn: 7_776_000,
      scope: ['read_products', 'write_products'],
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: refused,
    from: 'page',
    way: 'merchant',
    call: 'renewal',
    given: { ...client, typed, refreshToken: 'old' },
    request: `${post}

client_id=your_client_id&client_secret=your_client_secret&grant_type=refresh_token&refresh_token=old`,
    response: `${bad}

{
  "error": "invalid_grant",
  "error_description": "Token has been expired or revoked."
}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'exchanges the code of a custom app for a token without an end',
    address: code,
    from: 'described',
    way: 'merchant_endless',
    call: 'token',
    given: { ...client, typed, redirectUri, flow: { code: '0907a61c0c8d55e99db179b68161bc00' } },
    request: `${post}

client_id=your_client_id&client_secret=your_client_secret&code=0907a61c0c8d55e99db179b68161bc00`,
    response: `${ok}

{"access_token":"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","scope":"write_orders,read_customers"}`,
    becomes: {
      accessToken: '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',
      expires: 'never',
      scope: ['write_orders', 'read_customers'],
    },
  },
  {
    title: 'is told that the code was used before',
    address: code,
    from: 'described',
    way: 'merchant_endless',
    call: 'token',
    given: { ...client, typed, redirectUri, flow: { code: 'used' } },
    request: `${post}

client_id=your_client_id&client_secret=your_client_secret&code=used`,
    response: `${bad}

{"error":"invalid_request","error_description":"The authorization code was not found or was already used"}`,
    becomes: { error: 'invalid_request', means: 'dead' },
  },
  {
    title: 'asks for the name of the shop',
    address: secrets,
    from: 'described',
    way: 'own_store',
    call: 'shop',
    given: { typed, token: 'shpat_xxxxx' },
    request: `POST /admin/api/2026-10/graphql.json HTTP/1.1
Host: example-store.myshopify.com
X-Shopify-Access-Token: shpat_xxxxx
Content-Type: application/json

{"query":"{ shop { name } }"}`,
    response: `${ok}

{"data":{"shop":{"name":"Example Store"}},"extensions":{"cost":{"requestedQueryCost":1,"actualQueryCost":1}}}`,
    becomes: { values: {}, who: 'Example Store' },
  },
  {
    title: 'is told that a token without an end is refused',
    address: reports,
    from: 'described',
    way: 'admin_token',
    call: 'shop',
    given: { typed: { ...typed, version: '2026-07' }, token: 'shpat_old' },
    request: `POST /admin/api/2026-07/graphql.json HTTP/1.1
Host: example-store.myshopify.com
X-Shopify-Access-Token: shpat_old
Content-Type: application/json

{"query":"{ shop { name } }"}`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json; charset=utf-8

{"errors":"Non-expiring access tokens are no longer accepted for the Admin API. Start using expiring offline tokens."}`,
    becomes: { error: 'http_403', means: 'configuration' },
  },
]
