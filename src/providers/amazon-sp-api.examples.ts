import type { Example } from '../provider/example.ts'

/** The developer guide, with literal requests. */
const guide = 'https://github.com/amzn/selling-partner-api-docs'
const website = 'https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow'
const connect = 'https://developer-docs.amazon.com/sp-api/docs/connecting-to-the-selling-partner-api'
const refused = 'https://github.com/amzn/selling-partner-api-models/issues/921'
const client = { clientId: 'foodev', clientSecret: 'Y76SDl2F' }
const typed = { application_id: 'appidexample', draft: 'beta' }
const post = `POST /auth/o2/token HTTP/1.1
Host: api.amazon.com
Content-Type: application/x-www-form-urlencoded

client_id=foodev&client_secret=Y76SDl2F`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json;charset UTF-8`
const look = `GET /sellers/v1/marketplaceParticipations HTTP/1.1
Host: sellingpartnerapi-na.amazon.com
x-amz-access-token: Atza|IQEBLjAsAexampleHpi0U-Dme37rR6CuUpSR
`

export const examples: Example[] = [
  {
    title: 'sends the seller of a draft to Seller Central; the code comes back under another name',
    address: guide,
    from: 'page',
    way: 'seller',
    call: 'authorize',
    given: { ...client, typed, flow: { state: 'stateexample' } },
    request:
      'https://sellercentral.amazon.com/apps/authorize/consent?application_id=appidexample&state=stateexample&version=beta',
    response:
      'https://client-example.com?state=stateexample&mws_auth_token=mwsauthtokenexample&selling_partner_id=sellingpartneridexample&spapi_oauth_code=spapioauthcodeexample',
    becomes: { values: { selling_partner_id: 'sellingpartneridexample' } },
  },
  {
    title: 'sends a vendor in Germany to Vendor Central',
    address: website,
    from: 'described',
    way: 'vendor',
    call: 'authorize',
    given: {
      ...client,
      typed: { application_id: 'appidexample', marketplace: 'DE' },
      redirectUri: 'https://client-example.com',
      flow: { state: 'stateexample' },
    },
    request:
      'https://vendorcentral.amazon.de/apps/authorize/consent?application_id=appidexample&state=stateexample&redirect_uri=https%3A%2F%2Fclient-example.com',
    response:
      'https://client-example.com?state=stateexample&selling_partner_id=sellingpartneridexample&spapi_oauth_code=spapioauthcodeexample',
    becomes: { values: { selling_partner_id: 'sellingpartneridexample' } },
  },
  {
    title: 'exchanges the code',
    address: guide,
    from: 'page',
    way: 'seller',
    call: 'token',
    given: { ...client, typed, flow: { code: 'SplxlOexamplebYS6WxSbIA' } },
    request: `${post}&grant_type=authorization_code&code=SplxlOexamplebYS6WxSbIA`,
    response: `${ok}

{
  "access_token": "Atza|IQEBLjAsAexampleHpi0U-Dme37rR6CuUpSR",
  "token_type": "bearer",
  "expires_in": 3600,
  "refresh_token": "Atzr|IQEBLzAtAhexamplewVz2Nn6f2y-tpJX2DeX"
}`,
    becomes: {
      accessToken: 'Atza|IQEBLjAsAexampleHpi0U-Dme37rR6CuUpSR',
      refreshToken: 'Atzr|IQEBLzAtAhexamplewVz2Nn6f2y-tpJX2DeX',
      expires: 3600,
    },
  },
  {
    title: 'renews, and the refresh token comes back as it was sent',
    address: guide,
    from: 'described',
    way: 'own_account',
    call: 'renewal',
    given: { ...client, refreshToken: 'Atzr|IQEBLzAtAhexamplewVz2Nn6f2y-tpJX2DeX' },
    request: `${post}&grant_type=refresh_token&refresh_token=Atzr%7CIQEBLzAtAhexamplewVz2Nn6f2y-tpJX2DeX`,
    response: `${ok}

{"access_token":"Atza|IQEBLjAsAhexample2","token_type":"bearer","expires_in":3600,"refresh_token":"Atzr|IQEBLzAtAhexamplewVz2Nn6f2y-tpJX2DeX"}`,
    becomes: {
      accessToken: 'Atza|IQEBLjAsAhexample2',
      refreshToken: 'Atzr|IQEBLzAtAhexamplewVz2Nn6f2y-tpJX2DeX',
      expires: 3600,
    },
  },
  {
    title: 'is told that the refresh token is none',
    address: refused,
    from: 'page',
    way: 'own_account',
    call: 'renewal',
    given: { ...client, refreshToken: 'Atzr|old' },
    request: `${post}&grant_type=refresh_token&refresh_token=Atzr%7Cold`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error_description":"The request has an invalid grant parameter : refresh_token","error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'is told that the code is over',
    address: refused,
    from: 'described',
    way: 'vendor',
    call: 'token',
    given: { ...client, typed: { application_id: 'appidexample' }, flow: { code: 'old' } },
    request: `${post}&grant_type=authorization_code&code=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error_description":"The request has an invalid grant parameter : code","error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the app itself',
    address: connect,
    from: 'described',
    way: 'grantless',
    call: 'token',
    given: { ...client, scopes: ['sellingpartnerapi::notifications'] },
    request: `${post}&grant_type=client_credentials&scope=sellingpartnerapi%3A%3Anotifications`,
    response: `${ok}

{"access_token":"Atc|MQEBIexample","scope":"sellingpartnerapi::notifications","token_type":"bearer","expires_in":3600}`,
    becomes: { accessToken: 'Atc|MQEBIexample', expires: 3600, scope: ['sellingpartnerapi::notifications'] },
  },
  {
    title: 'is told that the secret was not replaced in time',
    address: 'https://developer-docs.amazon.com/sp-api/docs/rotating-your-apps-lwa-credentials',
    from: 'described',
    way: 'grantless',
    call: 'token',
    given: { ...client, scopes: ['sellingpartnerapi::notifications'] },
    request: `${post}&grant_type=client_credentials&scope=sellingpartnerapi%3A%3Anotifications`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error_description":"Client authentication failed","error":"invalid_client"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'asks for the marketplaces with a header of its own',
    address: connect,
    from: 'described',
    way: 'own_account',
    call: 'marketplaces',
    given: { ...client, token: 'Atza|IQEBLjAsAexampleHpi0U-Dme37rR6CuUpSR' },
    request: look,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"payload":[{"marketplace":{"id":"ATVPDKIKX0DER","name":"Amazon.com","countryCode":"US","defaultCurrencyCode":"USD","defaultLanguageCode":"en_US","domainName":"www.amazon.com"},"storeName":"BestSellerStore","participation":{"isParticipating":true,"hasSuspendedListings":false}}]}`,
    becomes: { values: {}, who: 'BestSellerStore' },
  },
  {
    title: 'is told at the API that access is denied',
    address: 'https://github.com/amzn/selling-partner-api-models/issues/826',
    from: 'described',
    way: 'own_account',
    call: 'marketplaces',
    given: { ...client, token: 'Atza|IQEBLjAsAexampleHpi0U-Dme37rR6CuUpSR' },
    request: look,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json

{
  "errors": [
    {
      "message": "Access to requested resource is denied.",
     "code": "Unauthorized",
     "details": ""
    }
  ]
}`,
    becomes: { error: 'Unauthorized', means: 'denied' },
  },
]
