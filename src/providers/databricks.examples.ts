import type { Example } from '../provider/example.ts'

const m2m = 'https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m'
const u2m = 'https://docs.databricks.com/aws/en/dev-tools/auth/oauth-u2m'
const sdk = 'https://github.com/databricks/databricks-sdk-py'
const host = 'dbc-a1b2345c-d6e7.cloud.databricks.com'
const accounts = 'accounts.cloud.databricks.com'
const id = '83988469-aba5-4d3d-bcad-f8707acc74cd'
const inWorkspace = { host }
const inAccount = { cloud: 'aws', account_id: id }
const client = { clientId: '123', clientSecret: '456' }
const redirectUri = 'http://localhost:8020'
const head = (
  where: 'workspace' | 'account',
  basic = false,
) => `POST /oidc/${where === 'workspace' ? '' : `accounts/${id}/`}v1/token HTTP/1.1
Host: ${where === 'workspace' ? host : accounts}
${basic ? 'Authorization: Basic MTIzOjQ1Ng==\n' : ''}Content-Type: application/x-www-form-urlencoded

`
const authorizeFlow = { state: 'xyz', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }
const query = (clientId: string) =>
  `client_id=${clientId}&redirect_uri=http%3A%2F%2Flocalhost%3A8020&response_type=code&state=xyz&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&scope=all-apis+offline_access`
const back = 'http://localhost:8020?code=CODE&state=xyz'
const scopes = ['all-apis', 'offline_access']
const codeFlow = { code: 'CODE', code_verifier: 'VERIFIER' }
const exchange =
  'grant_type=authorization_code&scope=all-apis+offline_access&redirect_uri=http%3A%2F%2Flocalhost%3A8020&code_verifier=VERIFIER&code=CODE'
const issued = (number: number) => `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJraWQ${number}","refresh_token":"doau${number}","token_type":"Bearer","scope":"all-apis offline_access","expires_in":3600}`
const becomes = (number: number) => ({
  accessToken: `eyJraWQ${number}`,
  refreshToken: `doau${number}`,
  expires: 3600,
  scope: scopes,
})
const alone = `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "eyJraWQiOiJkYTA4ZTVjZ",
  "scope": "all-apis",
  "token_type": "Bearer",
  "expires_in": 3600
}`
const machine = { accessToken: 'eyJraWQiOiJkYTA4ZTVjZ', expires: 3600, scope: ['all-apis'] }
const refused = `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_client","error_description":"Client authentication failed","state":null,"scope":null}`

export const examples: Example[] = [
  {
    title: 'asks the workspace for a service principal',
    address: m2m,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: inWorkspace, scopes: ['all-apis'] },
    request: `${head('workspace', true)}grant_type=client_credentials&scope=all-apis`,
    response: alone,
    becomes: machine,
  },
  {
    title: 'asks the account for a service principal, at another address',
    address: m2m,
    from: 'described',
    way: 'machine_account',
    call: 'token',
    given: { ...client, typed: inAccount, scopes: ['all-apis'] },
    request: `${head('account', true)}grant_type=client_credentials&scope=all-apis`,
    response: alone,
    becomes: machine,
  },
  {
    title: 'is told by the workspace that the secret is wrong',
    address: m2m,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { ...client, typed: inWorkspace, scopes: ['all-apis'] },
    request: `${head('workspace', true)}grant_type=client_credentials&scope=all-apis`,
    response: refused,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'is told by the account that the secret is wrong',
    address: m2m,
    from: 'described',
    way: 'machine_account',
    call: 'token',
    given: { ...client, typed: inAccount, scopes: ['all-apis'] },
    request: `${head('account', true)}grant_type=client_credentials&scope=all-apis`,
    response: refused,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'sends the person to the workspace as the command line does',
    address: u2m,
    from: 'page',
    way: 'user_cli',
    call: 'authorize',
    given: { typed: inWorkspace, scopes, redirectUri, flow: authorizeFlow },
    request: `https://${host}/oidc/v1/authorize?${query('databricks-cli')}`,
    response: back,
    becomes: { values: {} },
  },
  {
    title: 'sends the person to the account',
    address: u2m,
    from: 'described',
    way: 'user_account',
    call: 'authorize',
    given: { clientId: '123', typed: inAccount, scopes, redirectUri, flow: authorizeFlow },
    request: `https://${accounts}/oidc/accounts/${id}/v1/authorize?${query('123')}`,
    response: back,
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code as the command line does',
    address: u2m,
    from: 'page',
    way: 'user_cli',
    call: 'token',
    given: { typed: inWorkspace, scopes, redirectUri, flow: codeFlow },
    request: `${head('workspace')}client_id=databricks-cli&${exchange}`,
    response: issued(1),
    becomes: becomes(1),
  },
  {
    title: 'exchanges the code at the account with a secret',
    address: u2m,
    from: 'described',
    way: 'user_account',
    call: 'token',
    given: { ...client, typed: inAccount, scopes, redirectUri, flow: codeFlow },
    request: `${head('account')}client_id=123&client_secret=456&${exchange}`,
    response: issued(1),
    becomes: becomes(1),
  },
  {
    title: 'renews at the workspace',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: inWorkspace, refreshToken: 'doau1' },
    request: `${head('workspace')}client_id=123&client_secret=456&grant_type=refresh_token&refresh_token=doau1`,
    response: issued(2),
    becomes: becomes(2),
  },
  {
    title: 'renews at the account',
    address: sdk,
    from: 'described',
    way: 'user_account',
    call: 'renewal',
    given: { ...client, typed: inAccount, refreshToken: 'doau1' },
    request: `${head('account')}client_id=123&client_secret=456&grant_type=refresh_token&refresh_token=doau1`,
    response: issued(2),
    becomes: becomes(2),
  },
  ...(['workspace', 'account'] as const).map((where): Example => ({
    title: `is told by the ${where} that the refresh token is over`,
    address: sdk,
    from: 'described',
    way: where === 'workspace' ? 'user' : 'user_account',
    call: 'renewal',
    given: { ...client, typed: where === 'workspace' ? inWorkspace : inAccount, refreshToken: 'old' },
    request: `${head(where)}client_id=123&client_secret=456&grant_type=refresh_token&refresh_token=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant","error_description":"Refresh token is invalid"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  })),
  {
    title: 'asks who it is',
    address: 'https://docs.databricks.com/api/workspace/currentuser/me',
    from: 'described',
    way: 'machine',
    call: 'me',
    given: { ...client, typed: inWorkspace, token: 'eyJraWQ' },
    request: `GET /api/2.0/preview/scim/v2/Me HTTP/1.1
Host: ${host}
Authorization: Bearer eyJraWQ
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/scim+json

{"id":"1234567890","userName":"83988469-aba5-4d3d-bcad-f8707acc74cd","displayName":"loader","active":true}`,
    becomes: { values: {}, who: '83988469-aba5-4d3d-bcad-f8707acc74cd' },
  },
]
