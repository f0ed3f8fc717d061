import type { Example } from '../provider/example.ts'

const oauth = 'https://airtable.com/developers/web/api/oauth-reference'
const sample = 'https://github.com/Airtable/oauth-example'
const client = { clientId: '123', clientSecret: '456' }
const redirectUri = 'http://localhost:4000/airtable-oauth'
const flow = { code: 'CODE', code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' }
const post = `POST /oauth2/v1/token HTTP/1.1
Host: airtable.com
Authorization: Basic MTIzOjQ1Ng==
Content-Type: application/x-www-form-urlencoded

`
const publicPost = post.replace('Authorization: Basic MTIzOjQ1Ng==\n', '')
const exchange =
  'code=CODE&redirect_uri=http%3A%2F%2Flocalhost%3A4000%2Fairtable-oauth&grant_type=authorization_code&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
/** The page says that a space follows Bearer, on purpose. */
const issued = (number: number) => `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"oaa${number}","refresh_token":"oar${number}","token_type":"Bearer ","scope":"data.records:read schema.bases:read","expires_in":3600,"refresh_expires_in":5184000}`
const becomes = (number: number) => ({
  accessToken: `oaa${number}`,
  refreshToken: `oar${number}`,
  expires: 3600,
  idleIn: 5_184_000,
  scope: ['data.records:read', 'schema.bases:read'],
})

export const examples: Example[] = [
  {
    title: 'sends the person to Airtable with a challenge',
    address: sample,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: '123',
      scopes: ['data.records:read', 'schema.bases:read'],
      redirectUri,
      flow: { state: 'a-state-of-16-characters', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://airtable.com/oauth2/v1/authorize?code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=a-state-of-16-characters&client_id=123&redirect_uri=http%3A%2F%2Flocalhost%3A4000%2Fairtable-oauth&response_type=code&scope=data.records%3Aread+schema.bases%3Aread',
    response:
      'http://localhost:4000/airtable-oauth?code=CODE&state=a-state-of-16-characters&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    becomes: { values: {} },
  },
  {
    title: 'is told why nobody can authorize',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: '123',
      scopes: ['data.records:read'],
      redirectUri,
      flow: { state: 'a-state-of-16-characters', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://airtable.com/oauth2/v1/authorize?code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&state=a-state-of-16-characters&client_id=123&redirect_uri=http%3A%2F%2Flocalhost%3A4000%2Fairtable-oauth&response_type=code&scope=data.records%3Aread',
    response:
      'http://localhost:4000/airtable-oauth?error=access_denied&error_description=The+user+denied+access&state=a-state-of-16-characters',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code with Basic and the code verifier',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow },
    request: `${post}${exchange}`,
    response: issued(1),
    becomes: becomes(1),
  },
  {
    title: 'exchanges the code without a secret, with the client id in the body',
    address: sample,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: { clientId: '123', redirectUri, flow },
    request: `${publicPost}client_id=123&${exchange}`,
    response: issued(1),
    becomes: becomes(1),
  },
  {
    title: 'renews, and both tokens are new',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'oar1' },
    request: `${post}grant_type=refresh_token&refresh_token=oar1`,
    response: issued(2),
    becomes: becomes(2),
  },
  {
    title: 'renews without a secret',
    address: oauth,
    from: 'described',
    way: 'user_public',
    call: 'renewal',
    given: { clientId: '123', refreshToken: 'oar1' },
    request: `${publicPost}client_id=123&grant_type=refresh_token&refresh_token=oar1`,
    response: issued(2),
    becomes: becomes(2),
  },
  {
    title: 'is told that the refresh token is over',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'oar1' },
    request: `${post}grant_type=refresh_token&refresh_token=oar1`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"The provided refresh token is invalid"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'is told that another renewal came first',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'oar1' },
    request: `${post}grant_type=refresh_token&refresh_token=oar1`,
    response: `HTTP/1.1 409 Conflict
Content-Type: application/json

{"error":"conflict"}`,
    becomes: { error: 'conflict', means: 'transient' },
  },
  {
    title: 'asks who authorized',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, token: 'oaa1' },
    request: `GET /v0/meta/whoami HTTP/1.1
Host: api.airtable.com
Authorization: Bearer oaa1
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"id":"usrL2PNC5o3H4lBEi","scopes":["data.records:read","schema.bases:read"]}`,
    becomes: { values: {}, who: 'usrL2PNC5o3H4lBEi' },
  },
]
