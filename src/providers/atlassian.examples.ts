import type { Example } from '../provider/example.ts'

const oauth = 'https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/'
const refresh = 'https://developer.atlassian.com/cloud/oauth/getting-started/refresh-tokens/'
const client = { clientId: 'YOUR_CLIENT_ID', clientSecret: 'YOUR_CLIENT_SECRET' }
const redirectUri = 'https://YOUR_APP_CALLBACK_URL'
const post = `POST /oauth/token HTTP/1.1
Host: auth.atlassian.com
Content-Type: application/json

`

export const examples: Example[] = [
  {
    title: 'sends the person to Atlassian with audience and prompt',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: {
      clientId: 'YOUR_CLIENT_ID',
      scopes: ['REQUESTED_SCOPE_ONE', 'REQUESTED_SCOPE_TWO'],
      redirectUri,
      flow: { state: 'YOUR_USER_BOUND_VALUE' },
    },
    request:
      'https://auth.atlassian.com/authorize?audience=api.atlassian.com&client_id=YOUR_CLIENT_ID&scope=REQUESTED_SCOPE_ONE%20REQUESTED_SCOPE_TWO&redirect_uri=https://YOUR_APP_CALLBACK_URL&state=YOUR_USER_BOUND_VALUE&response_type=code&prompt=consent',
    response: 'https://YOUR_APP_CALLBACK_URL?code=YOUR_AUTHORIZATION_CODE&state=YOUR_USER_BOUND_VALUE',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code in a JSON body',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'YOUR_AUTHORIZATION_CODE' } },
    request: `${post}{"grant_type": "authorization_code","client_id": "YOUR_CLIENT_ID","client_secret": "YOUR_CLIENT_SECRET","code": "YOUR_AUTHORIZATION_CODE","redirect_uri": "https://YOUR_APP_CALLBACK_URL"}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ0","refresh_token":"eyJ1","expires_in":3600,"token_type":"Bearer","scope":"write:jira-work read:jira-user offline_access"}`,
    becomes: {
      accessToken: 'eyJ0',
      refreshToken: 'eyJ1',
      expires: 3600,
      scope: ['write:jira-work', 'read:jira-user', 'offline_access'],
    },
  },
  {
    title: 'asks which sites the token sees, and takes the first',
    address: oauth,
    from: 'page',
    way: 'user',
    call: 'first_site',
    given: { ...client, token: 'ACCESS_TOKEN' },
    request: `GET /oauth/token/accessible-resources HTTP/1.1
Host: api.atlassian.com
Authorization: Bearer ACCESS_TOKEN
Accept: application/json
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

[
  {
    "id": "1324a887-45db-1bf4-1e99-ef0ff456d421",
    "name": "Site name",
    "url": "https://your-domain.atlassian.net",
    "scopes": ["write:jira-work", "read:jira-user", "manage:jira-configuration"],
    "avatarUrl": "https:\\/\\/site-admin-avatar-cdn.prod.public.atl-paas.net\\/avatars\\/240\\/flag.png"
  }
]`,
    becomes: {
      values: { cloud_id: '1324a887-45db-1bf4-1e99-ef0ff456d421', site: 'https://your-domain.atlassian.net' },
    },
  },
  {
    title: 'renews in a JSON body, and a new refresh token comes',
    address: refresh,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'YOUR_REFRESH_TOKEN' },
    request: `${post}{ "grant_type": "refresh_token", "client_id": "YOUR_CLIENT_ID", "client_secret": "YOUR_CLIENT_SECRET", "refresh_token": "YOUR_REFRESH_TOKEN" }`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ2","refresh_token":"eyJ3","expires_in":3600,"scope":"write:jira-work read:jira-user offline_access"}`,
    becomes: {
      accessToken: 'eyJ2',
      refreshToken: 'eyJ3',
      expires: 3600,
      scope: ['write:jira-work', 'read:jira-user', 'offline_access'],
    },
  },
  {
    title: 'is told with 403 that the refresh token is over',
    address: refresh,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'OLD' },
    request: `${post}{"grant_type":"refresh_token","client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET","refresh_token":"OLD"}`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json

{"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'is told the same by another name',
    address: 'https://nango.dev/blog/jira-oauth-refresh-token-invalid-grant',
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'OLD' },
    request: `${post}{"grant_type":"refresh_token","client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET","refresh_token":"OLD"}`,
    response: `HTTP/1.1 403 Forbidden
Content-Type: application/json

{"error":"unauthorized_client","error_description":"refresh_token is invalid"}`,
    becomes: { error: 'unauthorized_client', means: 'dead' },
  },
  {
    title: 'asks for a service account',
    address: 'https://support.atlassian.com/user-management/docs/create-oauth-2-0-credential-for-service-accounts/',
    from: 'described',
    way: 'service_account',
    call: 'token',
    given: { ...client, typed: { cloud_id: '1324a887-45db-1bf4-1e99-ef0ff456d421' } },
    request: `${post}{"grant_type":"client_credentials","client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET"}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ4","expires_in":3600,"token_type":"Bearer","scope":"read:jira-work"}`,
    becomes: { accessToken: 'eyJ4', expires: 3600, scope: ['read:jira-work'] },
  },
  {
    title: 'is told that the secret of a service account is wrong',
    address: 'https://support.atlassian.com/user-management/docs/create-oauth-2-0-credential-for-service-accounts/',
    from: 'described',
    way: 'service_account',
    call: 'token',
    given: { ...client, typed: { cloud_id: '1324a887-45db-1bf4-1e99-ef0ff456d421' } },
    request: `${post}{"grant_type":"client_credentials","client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET"}`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"access_denied","error_description":"Unauthorized"}`,
    becomes: { error: 'access_denied', means: 'client' },
  },
]
