import type { Example } from '../provider/example.ts'

const oauth = 'https://docs.slack.dev/authentication/installing-with-oauth'
const access = 'https://docs.slack.dev/reference/methods/oauth.v2.access'
const answer = 'https://apidog.com/apidoc/docs-site/347399/api-3545308'
const rotation = 'https://docs.slack.dev/authentication/using-token-rotation'
const pkce = 'https://docs.slack.dev/authentication/using-pkce'
const library = 'https://github.com/slackapi/node-slack-sdk'

const client = { clientId: '33336676.569200954261', clientSecret: 'ABCDEFGH' }
const redirectUri = 'https://www.example.com/slack'
const post = `POST /api/oauth.v2.access HTTP/1.1
Host: slack.com
Authorization: Basic MzMzMzY2NzYuNTY5MjAwOTU0MjYxOkFCQ0RFRkdI
Content-Type: application/x-www-form-urlencoded`
const ok = `HTTP/1.1 200 OK
Content-Type: application/json; charset=utf-8`
const both = `${ok}

{
"access_token": "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy",
"app_id": "A0KRD7HC3",
"authed_user": {
"access_token": "xoxp-1234",
"id": "U1234",
"scope": "chat:write",
"token_type": "user"
},
"bot_user_id": "U0KRQLJ9H",
"enterprise": {
"id": "E12345678",
"name": "slack-sports"
},
"ok": true,
"scope": "commands,incoming-webhook",
"team": {
"id": "T9TK3CUKW",
"name": "Slack Softball Team"
},
"token_type": "bot"
}`
const workspace = { team_id: 'T9TK3CUKW', team_name: 'Slack Softball Team' }

export const examples: Example[] = [
  {
    title: 'asks for scopes of the bot',
    address: oauth,
    from: 'described',
    way: 'bot',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['channels:read', 'users:read'], flow: { state: 's1' } },
    request:
      'https://slack.com/oauth/v2/authorize?client_id=33336676.569200954261&scope=channels:read,users:read&redirect_uri=https://www.example.com/slack&state=s1',
    response: 'https://www.example.com/slack?code=4724469134.4644010092847.232b4e6d82c3&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person did not allow it',
    address: oauth,
    from: 'described',
    way: 'bot',
    call: 'authorize',
    given: { ...client, typed: { team: 'T9TK3CUKW' }, redirectUri, scopes: ['users:read'], flow: { state: 's1' } },
    request:
      'https://slack.com/oauth/v2/authorize?client_id=33336676.569200954261&scope=users:read&redirect_uri=https://www.example.com/slack&state=s1&team=T9TK3CUKW',
    response: 'https://www.example.com/slack?error=access_denied&state=s1',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code and takes the token of the bot',
    address: answer,
    from: 'described',
    way: 'bot',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '4724469134.4644010092847.232b4e6d82c3' } },
    request: `${post}

code=4724469134.4644010092847.232b4e6d82c3&redirect_uri=https%3A%2F%2Fwww.example.com%2Fslack`,
    response: both,
    becomes: {
      accessToken: 'xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcBrzbqgy',
      expires: 'never',
      scope: ['commands', 'incoming-webhook'],
      values: workspace,
    },
  },
  {
    title: 'is told with status 200 that the code is no good',
    address: access,
    from: 'described',
    way: 'bot',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: 'old' } },
    request: `${post}

code=old&redirect_uri=https%3A%2F%2Fwww.example.com%2Fslack`,
    response: `${ok}

{"ok":false,"error":"invalid_code"}`,
    becomes: { error: 'invalid_code', means: 'dead' },
  },
  {
    title: 'renews the token of the bot where tokens rotate',
    address: rotation,
    from: 'described',
    way: 'bot',
    call: 'renewal',
    given: { ...client, refreshToken: 'xoxe-1-abcdefg' },
    request: `${post}

grant_type=refresh_token&refresh_token=xoxe-1-abcdefg`,
    response: `${ok}

{"ok":true,"access_token":"xoxe.xoxb-1-new","expires_in":43200,"refresh_token":"xoxe-1-hijklmn","token_type":"bot","scope":"channels:read,users:read","bot_user_id":"U0KRQLJ9H","app_id":"A0KRD7HC3","team":{"id":"T9TK3CUKW","name":"Slack Softball Team"},"enterprise":null,"is_enterprise_install":false}`,
    becomes: {
      accessToken: 'xoxe.xoxb-1-new',
      refreshToken: 'xoxe-1-hijklmn',
      expires: 43_200,
      scope: ['channels:read', 'users:read'],
      values: workspace,
    },
  },
  {
    title: 'is told that the refresh token was used before',
    address: access,
    from: 'described',
    way: 'bot',
    call: 'renewal',
    given: { ...client, refreshToken: 'xoxe-1-used' },
    request: `${post}

grant_type=refresh_token&refresh_token=xoxe-1-used`,
    response: `${ok}

{"ok":false,"error":"invalid_refresh_token"}`,
    becomes: { error: 'invalid_refresh_token', means: 'dead' },
  },
  {
    title: 'asks for scopes of a person by a parameter of their own',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { ...client, redirectUri, scopes: ['search:read', 'users:read'], flow: { state: 's1' } },
    request:
      'https://slack.com/oauth/v2/authorize?client_id=33336676.569200954261&user_scope=search:read,users:read&redirect_uri=https://www.example.com/slack&state=s1',
    response: 'https://www.example.com/slack?code=4724469134.4644010092847.232b4e6d82c3&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'takes the token of the person out of the same answer',
    address: answer,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '4724469134.4644010092847.232b4e6d82c3' } },
    request: `${post}

code=4724469134.4644010092847.232b4e6d82c3&redirect_uri=https%3A%2F%2Fwww.example.com%2Fslack`,
    response: both,
    becomes: { accessToken: 'xoxp-1234', expires: 'never', scope: ['chat:write'], values: workspace },
  },
  {
    title: 'reads the nested life and refresh token of a person where tokens rotate',
    address: rotation,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '4724' } },
    request: `${post}

code=4724&redirect_uri=https%3A%2F%2Fwww.example.com%2Fslack`,
    response: `${ok}

{"ok":true,"app_id":"A0KRD7HC3","authed_user":{"id":"U1234","scope":"search:read","access_token":"xoxe.xoxp-1234","token_type":"user","expires_in":43200,"refresh_token":"xoxe-1-abcdefg"},"team":{"id":"T9TK3CUKW","name":"Slack Softball Team"},"enterprise":null,"is_enterprise_install":false}`,
    becomes: {
      accessToken: 'xoxe.xoxp-1234',
      refreshToken: 'xoxe-1-abcdefg',
      expires: 43_200,
      scope: ['search:read'],
      values: workspace,
    },
  },
  {
    title: 'is told that the secret is wrong',
    address: access,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri, flow: { code: '4724' } },
    request: `${post}

code=4724&redirect_uri=https%3A%2F%2Fwww.example.com%2Fslack`,
    response: `${ok}

{"ok":false,"error":"bad_client_secret"}`,
    becomes: { error: 'bad_client_secret', means: 'client' },
  },
  {
    title: 'sends a person with a challenge and comes back to localhost',
    address: pkce,
    from: 'described',
    way: 'user_public',
    call: 'authorize',
    given: {
      clientId: '33336676.569200954261',
      redirectUri: 'http://localhost:8080/auth',
      scopes: ['users:read'],
      flow: { state: 's1', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' },
    },
    request:
      'https://slack.com/oauth/v2/authorize?client_id=33336676.569200954261&user_scope=users:read&redirect_uri=http://localhost:8080/auth&state=s1&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256',
    response: 'http://localhost:8080/auth?code=4724&state=s1',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code without a secret',
    address: pkce,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: {
      clientId: '33336676.569200954261',
      redirectUri: 'http://localhost:8080/auth',
      flow: { code: '4724', code_verifier: 'secret12345' },
    },
    request: `POST /api/oauth.v2.access HTTP/1.1
Host: slack.com
Content-Type: application/x-www-form-urlencoded

client_id=33336676.569200954261&code=4724&redirect_uri=http%3A%2F%2Flocalhost%3A8080%2Fauth&code_verifier=secret12345`,
    response: `${ok}

{"ok":true,"app_id":"A0KRD7HC3","authed_user":{"id":"U1234","scope":"users:read","access_token":"xoxe.xoxp-1234","token_type":"user","expires_in":43200,"refresh_token":"xoxe-1-abcdefg"},"team":{"id":"T9TK3CUKW","name":"Slack Softball Team"},"enterprise":null,"is_enterprise_install":false}`,
    becomes: {
      accessToken: 'xoxe.xoxp-1234',
      refreshToken: 'xoxe-1-abcdefg',
      expires: 43_200,
      scope: ['users:read'],
      values: workspace,
    },
  },
  {
    title: 'asks which workspace the token is of',
    address: library,
    from: 'described',
    way: 'installed',
    call: 'identity',
    given: { token: 'xoxb-1' },
    request: `POST /api/auth.test HTTP/1.1
Host: slack.com
Authorization: Bearer xoxb-1
`,
    response: `${ok}

{"ok":true,"url":"https://subarachnoid.slack.com/","team":"Subarachnoid Workspace","user":"grace","team_id":"T12345678","user_id":"W12345678"}`,
    becomes: { values: {}, who: 'Subarachnoid Workspace' },
  },
  {
    title: 'revokes the token with itself',
    address: library,
    from: 'described',
    way: 'bot',
    call: 'revoke',
    given: { token: 'xoxb-1' },
    request: `POST /api/auth.revoke HTTP/1.1
Host: slack.com
Authorization: Bearer xoxb-1
`,
    response: `${ok}

{"ok":true,"revoked":true}`,
    becomes: { values: {} },
  },
]
