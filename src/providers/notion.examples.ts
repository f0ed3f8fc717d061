import type { Example } from '../provider/example.ts'

const authorization = 'https://developers.notion.com/guides/get-started/authorization'
const create = 'https://developers.notion.com/reference/create-a-token'
const codes = 'https://developers.notion.com/reference/status-codes'
const client = { clientId: '463558a3-725e-4f37-b6d3-0889894f68de', clientSecret: 'secret' }
const redirectUri = 'https://example.com/auth/notion/callback'
const post = (path: string) => `POST /v1/oauth/${path} HTTP/1.1
Host: api.notion.com
Authorization: Basic NDYzNTU4YTMtNzI1ZS00ZjM3LWI2ZDMtMDg4OTg5NGY2OGRlOnNlY3JldA==
Content-Type: application/json
Notion-Version: 2026-03-11

`
const refresh = '{"grant_type":"refresh_token","refresh_token":"nrt_4991090011501Ejc6Xn4sHguI7jZIN449mKe9PRhpMfNK"}'
/** The members that the reference lists, `null` where it allows it. */
const answer = (access: string, next: string) => `HTTP/1.1 200 OK
Content-Type: application/json

{
  "access_token": "${access}",
  "token_type": "bearer",
  "refresh_token": "${next}",
  "bot_id": "3c90c3cc-0d44-4b50-8888-8dd25736052a",
  "workspace_icon": null,
  "workspace_name": "Acme",
  "workspace_id": "a5cd917a-a3d7-4a41-b9c5-c9d1b0c5c7e5",
  "owner": {"type": "user", "user": {"object": "user", "id": "d40e767c-d7af-4b18-a86d-55c61f1e39a4", "name": "Ada", "avatar_url": null, "type": "person", "person": {"email": "ada@example.org"}}},
  "duplicated_template_id": null,
  "request_id": "b6a9e5b0-4f1e-4c2a-9a1a-4a4a4a4a4a4a"
}`

export const examples: Example[] = [
  {
    title: 'sends the person to Notion with owner and without scopes',
    address: authorization,
    from: 'page',
    way: 'user',
    call: 'authorize',
    given: { clientId: client.clientId, redirectUri },
    request:
      'https://api.notion.com/v1/oauth/authorize?owner=user&client_id=463558a3-725e-4f37-b6d3-0889894f68de&redirect_uri=https%3A%2F%2Fexample.com%2Fauth%2Fnotion%2Fcallback&response_type=code',
    response: 'https://example.com/auth/notion/callback?code=e202e8c9-0990-40af-855f-ff8f872b1ec6',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person cancelled',
    address: authorization,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { clientId: client.clientId, redirectUri, flow: { state: 'xyz' } },
    request:
      'https://api.notion.com/v1/oauth/authorize?owner=user&client_id=463558a3-725e-4f37-b6d3-0889894f68de&redirect_uri=https%3A%2F%2Fexample.com%2Fauth%2Fnotion%2Fcallback&response_type=code&state=xyz',
    response: 'https://example.com/auth/notion/callback?error=access_denied&state=xyz',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code with Basic and a JSON body',
    address: authorization,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'e202e8c9-0990-40af-855f-ff8f872b1ec6' } },
    request: `${post('token')}{"grant_type":"authorization_code","code":"e202e8c9-0990-40af-855f-ff8f872b1ec6", "redirect_uri":"https://example.com/auth/notion/callback"}`,
    response: answer('ntn_1', 'nrt_4991090011501Ejc6Xn4sHguI7jZIN449mKe9PRhpMfNK'),
    becomes: {
      accessToken: 'ntn_1',
      refreshToken: 'nrt_4991090011501Ejc6Xn4sHguI7jZIN449mKe9PRhpMfNK',
      expires: 'unknown',
      values: {
        workspace_id: 'a5cd917a-a3d7-4a41-b9c5-c9d1b0c5c7e5',
        workspace_name: 'Acme',
        bot_id: '3c90c3cc-0d44-4b50-8888-8dd25736052a',
      },
    },
  },
  {
    title: 'renews, and both tokens are new',
    address: authorization,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'nrt_4991090011501Ejc6Xn4sHguI7jZIN449mKe9PRhpMfNK' },
    request: `${post('token')}${refresh}`,
    response: answer('ntn_2', 'nrt_2'),
    becomes: { accessToken: 'ntn_2', refreshToken: 'nrt_2', expires: 'unknown' },
  },
  {
    title: 'is told that the refresh token is over',
    address: codes,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'nrt_4991090011501Ejc6Xn4sHguI7jZIN449mKe9PRhpMfNK' },
    request: `${post('token')}${refresh}`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"object":"error","status":400,"code":"invalid_grant","message":"Invalid code: this code has been revoked."}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'is told the same in the form of the standard',
    address: authorization,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'e202e8c9-0990-40af-855f-ff8f872b1ec6' } },
    request: `${post('token')}{"grant_type":"authorization_code","code":"e202e8c9-0990-40af-855f-ff8f872b1ec6", "redirect_uri":"https://example.com/auth/notion/callback"}`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":"invalid_client","request_id":"b6a9e5b0-4f1e-4c2a-9a1a-4a4a4a4a4a4a"}`,
    becomes: { error: 'invalid_client', means: 'client' },
  },
  {
    title: 'is told at the API that the token is none any more',
    address: codes,
    from: 'described',
    way: 'user',
    call: 'bot',
    given: { ...client, token: 'ntn_old' },
    request: `GET /v1/users/me HTTP/1.1
Host: api.notion.com
Authorization: Bearer ntn_old
Notion-Version: 2026-03-11
`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}`,
    becomes: { error: 'unauthorized', means: 'dead' },
  },
  {
    title: 'revokes the token',
    address: create,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, token: 'ntn_1' },
    request: `${post('revoke')}{"token":"ntn_1"}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"request_id":"b6a9e5b0-4f1e-4c2a-9a1a-4a4a4a4a4a4a"}`,
    becomes: { values: {} },
  },
]
