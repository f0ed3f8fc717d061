import type { Example } from '../provider/example.ts'

const server = 'https://developer.constantcontact.com/api_guide/server_flow.html'
const pkce = 'https://developer.constantcontact.com/api_guide/pkce_flow.html'
const device = 'https://developer.constantcontact.com/api_guide/device_flow.html'
const client = { clientId: '08d80131-0c76-4829-83fc-be50e14bf0b4', clientSecret: 'cc-secret' }
const redirectUri = 'https://localhost:8888'
const scopes = ['contact_data', 'campaign_data', 'offline_access']

export const examples: Example[] = [
  {
    title: 'sends a person to approve',
    address: server,
    from: 'described',
    way: 'server',
    call: 'authorize',
    given: { clientId: client.clientId, scopes, redirectUri, flow: { state: '235o250eddsdff' } },
    request:
      'https://authz.constantcontact.com/oauth2/default/v1/authorize?client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&redirect_uri=https%3A%2F%2Flocalhost%3A8888&response_type=code&scope=contact_data+campaign_data+offline_access&state=235o250eddsdff',
    response: 'https://localhost:8888/?code=lubn2cN4TpnSDuDzY8dQ0wB2bR1Sy0kJ&state=235o250eddsdff',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with Basic',
    address: server,
    from: 'described',
    way: 'server',
    call: 'token',
    given: { ...client, scopes, redirectUri, flow: { code: 'lubn2cN4TpnSDuDzY8dQ0wB2bR1Sy0kJ' } },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Authorization: Basic MDhkODAxMzEtMGM3Ni00ODI5LTgzZmMtYmU1MGUxNGJmMGI0OmNjLXNlY3JldA==
Content-Type: application/x-www-form-urlencoded

code=lubn2cN4TpnSDuDzY8dQ0wB2bR1Sy0kJ&redirect_uri=https%3A%2F%2Flocalhost%3A8888&grant_type=authorization_code`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"token_type":"Bearer","expires_in":86400,"access_token":"eyJraWQiOiJRcjYyV0hm","scope":"campaign_data contact_data offline_access","refresh_token":"7hdDXvJ1mBAi9GtDH2x6WqTJ"}`,
    becomes: {
      accessToken: 'eyJraWQiOiJRcjYyV0hm',
      refreshToken: '7hdDXvJ1mBAi9GtDH2x6WqTJ',
      expires: 86_400,
      scope: ['campaign_data', 'contact_data', 'offline_access'],
    },
  },
  {
    title: 'is given no refresh token where offline_access was not asked for',
    address: server,
    from: 'described',
    way: 'server',
    call: 'token',
    given: {
      ...client,
      scopes: ['contact_data'],
      redirectUri,
      flow: { code: 'lubn2cN4TpnSDuDzY8dQ0wB2bR1Sy0kJ' },
    },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Authorization: Basic MDhkODAxMzEtMGM3Ni00ODI5LTgzZmMtYmU1MGUxNGJmMGI0OmNjLXNlY3JldA==
Content-Type: application/x-www-form-urlencoded

code=lubn2cN4TpnSDuDzY8dQ0wB2bR1Sy0kJ&redirect_uri=https%3A%2F%2Flocalhost%3A8888&grant_type=authorization_code`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"token_type":"Bearer","expires_in":86400,"access_token":"eyJraWQiOiJRcjYyV0hm","scope":"contact_data"}`,
    becomes: { accessToken: 'eyJraWQiOiJRcjYyV0hm', expires: 86_400, scope: ['contact_data'] },
  },
  {
    title: 'renews with Basic and is given the next refresh token',
    address: server,
    from: 'described',
    way: 'server',
    call: 'renewal',
    given: { ...client, refreshToken: '7hdDXvJ1mBAi9GtDH2x6WqTJ' },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Authorization: Basic MDhkODAxMzEtMGM3Ni00ODI5LTgzZmMtYmU1MGUxNGJmMGI0OmNjLXNlY3JldA==
Content-Type: application/x-www-form-urlencoded

refresh_token=7hdDXvJ1mBAi9GtDH2x6WqTJ&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"token_type":"Bearer","expires_in":86400,"access_token":"eyJraWQiOiJ4NUw2cTk","scope":"campaign_data contact_data offline_access","refresh_token":"f3RJ0WGTGhMkGb2u4jzVt1Sw"}`,
    becomes: {
      accessToken: 'eyJraWQiOiJ4NUw2cTk',
      refreshToken: 'f3RJ0WGTGhMkGb2u4jzVt1Sw',
      expires: 86_400,
      scope: ['campaign_data', 'contact_data', 'offline_access'],
    },
  },
  {
    title: 'is told that the refresh token is over',
    address: server,
    from: 'described',
    way: 'server',
    call: 'renewal',
    given: { ...client, refreshToken: 'used' },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Authorization: Basic MDhkODAxMzEtMGM3Ni00ODI5LTgzZmMtYmU1MGUxNGJmMGI0OmNjLXNlY3JldA==
Content-Type: application/x-www-form-urlencoded

refresh_token=used&grant_type=refresh_token`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'sends a person to approve, with a challenge',
    address: pkce,
    from: 'described',
    way: 'pkce',
    call: 'authorize',
    given: {
      clientId: client.clientId,
      scopes,
      redirectUri,
      flow: {
        state: '235o250eddsdff',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      },
    },
    request:
      'https://authz.constantcontact.com/oauth2/default/v1/authorize?client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&redirect_uri=https%3A%2F%2Flocalhost%3A8888&response_type=code&scope=contact_data+campaign_data+offline_access&state=235o250eddsdff&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'https://localhost:8888/?code=TVxNkIYbVEPEyrKYD52D2BQ8&state=235o250eddsdff',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with the verifier and no secret',
    address: pkce,
    from: 'described',
    way: 'pkce',
    call: 'token',
    given: {
      clientId: client.clientId,
      scopes,
      redirectUri,
      flow: {
        code: 'TVxNkIYbVEPEyrKYD52D2BQ8',
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      },
    },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Content-Type: application/x-www-form-urlencoded

client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&code=TVxNkIYbVEPEyrKYD52D2BQ8&redirect_uri=https%3A%2F%2Flocalhost%3A8888&grant_type=authorization_code&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"token_type":"Bearer","expires_in":86400,"access_token":"eyJraWQiOiJRcjYyV0hm","scope":"campaign_data contact_data offline_access","refresh_token":"7hdDXvJ1mBAi9GtDH2x6WqTJ"}`,
    becomes: {
      accessToken: 'eyJraWQiOiJRcjYyV0hm',
      refreshToken: '7hdDXvJ1mBAi9GtDH2x6WqTJ',
      expires: 86_400,
      scope: ['campaign_data', 'contact_data', 'offline_access'],
    },
  },
  {
    title: 'is told that the verifier is not the one of the challenge',
    // Constant Contact runs its authorization server at Okta, whose answer this is.
    address: 'https://github.com/okta/okta-oidc-js/issues/804',
    from: 'described',
    way: 'pkce',
    call: 'token',
    given: {
      clientId: client.clientId,
      scopes,
      redirectUri,
      flow: { code: 'TVxNkIYbVEPEyrKYD52D2BQ8', code_verifier: 'another' },
    },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Content-Type: application/x-www-form-urlencoded

client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&code=TVxNkIYbVEPEyrKYD52D2BQ8&redirect_uri=https%3A%2F%2Flocalhost%3A8888&grant_type=authorization_code&code_verifier=another`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"PKCE verification failed."}`,
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'renews without a secret',
    address: pkce,
    from: 'described',
    way: 'pkce',
    call: 'renewal',
    given: { clientId: client.clientId, refreshToken: '7hdDXvJ1mBAi9GtDH2x6WqTJ' },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Content-Type: application/x-www-form-urlencoded

client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&refresh_token=7hdDXvJ1mBAi9GtDH2x6WqTJ&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"token_type":"Bearer","expires_in":86400,"access_token":"eyJraWQiOiJ4NUw2cTk","refresh_token":"f3RJ0WGTGhMkGb2u4jzVt1Sw"}`,
    becomes: {
      accessToken: 'eyJraWQiOiJ4NUw2cTk',
      refreshToken: 'f3RJ0WGTGhMkGb2u4jzVt1Sw',
      expires: 86_400,
    },
  },
  {
    title: 'asks for the codes to type in elsewhere',
    address: device,
    from: 'described',
    way: 'device',
    call: 'device',
    given: { clientId: client.clientId, scopes },
    request: `POST /oauth2/default/v1/device/authorize HTTP/1.1
Host: authz.constantcontact.com
Content-Type: application/x-www-form-urlencoded

client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&scope=contact_data+campaign_data+offline_access`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"device_code":"1c8c6f8f-8cf0-4a4e-8eb0-2d0a8a7ce6e0","user_code":"SMXKZSHZ","verification_uri":"https://identity.constantcontact.com/activate","verification_uri_complete":"https://identity.constantcontact.com/activate?user_code=SMXKZSHZ","expires_in":600,"interval":5}`,
    becomes: { values: {} },
  },
  {
    title: 'asks with the device code until the person has approved',
    address: device,
    from: 'described',
    way: 'device',
    call: 'token',
    given: { clientId: client.clientId, flow: { device_code: '1c8c6f8f-8cf0-4a4e-8eb0-2d0a8a7ce6e0' } },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Content-Type: application/x-www-form-urlencoded

client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&device_code=1c8c6f8f-8cf0-4a4e-8eb0-2d0a8a7ce6e0&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"token_type":"Bearer","expires_in":86400,"access_token":"eyJraWQiOiJRcjYyV0hm","scope":"campaign_data contact_data offline_access","refresh_token":"7hdDXvJ1mBAi9GtDH2x6WqTJ"}`,
    becomes: {
      accessToken: 'eyJraWQiOiJRcjYyV0hm',
      refreshToken: '7hdDXvJ1mBAi9GtDH2x6WqTJ',
      expires: 86_400,
      scope: ['campaign_data', 'contact_data', 'offline_access'],
    },
  },
  {
    title: 'renews what a device code brought',
    address: device,
    from: 'described',
    way: 'device',
    call: 'renewal',
    given: { clientId: client.clientId, refreshToken: '7hdDXvJ1mBAi9GtDH2x6WqTJ' },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Content-Type: application/x-www-form-urlencoded

client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&refresh_token=7hdDXvJ1mBAi9GtDH2x6WqTJ&grant_type=refresh_token`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"token_type":"Bearer","expires_in":86400,"access_token":"eyJraWQiOiJ4NUw2cTk","scope":"campaign_data contact_data offline_access","refresh_token":"f3RJ0WGTGhMkGb2u4jzVt1Sw"}`,
    becomes: {
      accessToken: 'eyJraWQiOiJ4NUw2cTk',
      refreshToken: 'f3RJ0WGTGhMkGb2u4jzVt1Sw',
      expires: 86_400,
      scope: ['campaign_data', 'contact_data', 'offline_access'],
    },
  },
  {
    title: 'is told that the refresh token of a device is over',
    address: device,
    from: 'described',
    way: 'device',
    call: 'renewal',
    given: { clientId: client.clientId, refreshToken: '7hdDXvJ1mBAi9GtDH2x6WqTJ' },
    request: `POST /oauth2/default/v1/token HTTP/1.1
Host: authz.constantcontact.com
Content-Type: application/x-www-form-urlencoded

client_id=08d80131-0c76-4829-83fc-be50e14bf0b4&refresh_token=7hdDXvJ1mBAi9GtDH2x6WqTJ&grant_type=refresh_token`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"The refresh token is invalid or expired."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks who authorized',
    address: 'https://developer.constantcontact.com/api_guide/scopes.html',
    from: 'described',
    way: 'server',
    call: 'account',
    given: { token: 'eyJraWQiOiJRcjYyV0hm' },
    request: `GET /v3/account/summary HTTP/1.1
Host: api.cc.email
Authorization: Bearer eyJraWQiOiJRcjYyV0hm
Accept: application/json

`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"contact_email":"user@example.com","contact_phone":"5551234567","country_code":"us","encoded_account_id":"p07e1l8cdif9dl","first_name":"John","last_name":"Doe","organization_name":"Acme Inc","state_code":"CA","time_zone_id":"US/Eastern"}`,
    becomes: { values: {}, who: 'Acme Inc' },
  },
]
