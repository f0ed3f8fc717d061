import type { Example } from '../provider/example.ts'

const oauth = 'https://github.com/reddit-archive/reddit/wiki/OAuth2'
const script = 'https://github.com/reddit-archive/reddit/wiki/OAuth2-Quick-Start-Example'
const agent = 'ChangeMeClient/0.1 by YourUsername'
const typed = { user_agent: agent }
const client = { clientId: 'p-jcoLKBynTLew', clientSecret: 'gko_LXELoV07', typed }
const open = { clientId: 'p-jcoLKBynTLew', clientSecret: '', typed }
const post = (path: string, basic: string) => `POST /api/v1/${path} HTTP/1.1
Host: www.reddit.com
User-Agent: ${agent}
Authorization: Basic ${basic}
Content-Type: application/x-www-form-urlencoded`
const proven = post('access_token', 'cC1qY29MS0J5blRMZXc6Z2tvX0xYRUxvVjA3')
const unproven = post('access_token', 'cC1qY29MS0J5blRMZXc6')
const ok = `HTTP/1.1 200 OK
Content-Type: application/json`

export const examples: Example[] = [
  {
    title: 'sends the person to reddit.com and asks for a permanent token',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: {
      ...client,
      scopes: ['identity', 'read'],
      redirectUri: 'https://example.com/callback',
      flow: { state: 'RANDOM_STRING' },
    },
    request:
      'https://www.reddit.com/api/v1/authorize?client_id=p-jcoLKBynTLew&response_type=code&state=RANDOM_STRING&redirect_uri=https://example.com/callback&duration=permanent&scope=identity%20read',
    response: 'https://example.com/callback?state=RANDOM_STRING&code=CODE#_',
    becomes: { values: {} },
  },
  {
    title: 'is told that the person declined',
    address: oauth,
    from: 'described',
    way: 'user_installed',
    call: 'authorize',
    given: { ...open, scopes: ['read'], redirectUri: 'https://example.com/callback', flow: { state: 'RANDOM_STRING' } },
    request:
      'https://www.reddit.com/api/v1/authorize?client_id=p-jcoLKBynTLew&response_type=code&state=RANDOM_STRING&redirect_uri=https://example.com/callback&duration=permanent&scope=read',
    response: 'https://example.com/callback?state=RANDOM_STRING&error=access_denied',
    becomes: { error: 'access_denied', means: 'denied' },
  },
  {
    title: 'exchanges the code',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/callback', flow: { code: 'CODE' } },
    request: `${proven}

grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback`,
    response: `${ok}

{"access_token":"J1qK1c18UUGJFAzz9xnH56584l4","token_type":"bearer","expires_in":3600,"scope":"identity read","refresh_token":"0NnpwF52wAs7QwiDyLDZ2S7"}`,
    becomes: {
      accessToken: 'J1qK1c18UUGJFAzz9xnH56584l4',
      refreshToken: '0NnpwF52wAs7QwiDyLDZ2S7',
      expires: 3600,
      scope: ['identity', 'read'],
    },
  },
  {
    title: 'exchanges the code of an installed app with nothing behind the colon',
    address: oauth,
    from: 'described',
    way: 'user_installed',
    call: 'token',
    given: { ...open, redirectUri: 'https://example.com/callback', flow: { code: 'CODE' } },
    request: `${unproven}

grant_type=authorization_code&code=CODE&redirect_uri=https%3A%2F%2Fexample.com%2Fcallback`,
    response: `${ok}

{"access_token":"J1qK1c18UUGJFAzz9xnH56584l4","token_type":"bearer","expires_in":3600,"scope":"read","refresh_token":"0NnpwF52wAs7QwiDyLDZ2S7"}`,
    becomes: {
      accessToken: 'J1qK1c18UUGJFAzz9xnH56584l4',
      refreshToken: '0NnpwF52wAs7QwiDyLDZ2S7',
      expires: 3600,
      scope: ['read'],
    },
  },
  {
    title: 'renews without being given a new refresh token',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: '0NnpwF52wAs7QwiDyLDZ2S7' },
    request: `${proven}

grant_type=refresh_token&refresh_token=0NnpwF52wAs7QwiDyLDZ2S7`,
    response: `${ok}

{"access_token":"k2rL2d29VVHKGBaa0yoI67695m5","token_type":"bearer","expires_in":3600,"scope":"identity read"}`,
    becomes: { accessToken: 'k2rL2d29VVHKGBaa0yoI67695m5', expires: 3600, scope: ['identity', 'read'] },
  },
  {
    title: 'is told that the refresh token is over',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `${proven}

grant_type=refresh_token&refresh_token=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"message":"Bad Request","error":400}`,
    becomes: { error: '400', means: 'dead' },
  },
  {
    title: 'signs a script in with the password of its owner',
    address: script,
    from: 'described',
    way: 'script',
    call: 'token',
    given: { ...client, userName: 'reddit_bot', password: 'snoo' },
    request: `${proven}

grant_type=password&username=reddit_bot&password=snoo`,
    response: `${ok}

{"access_token":"J1qK1c18UUGJFAzz9xnH56584l4","expires_in":3600,"scope":"*","token_type":"bearer"}`,
    becomes: { accessToken: 'J1qK1c18UUGJFAzz9xnH56584l4', expires: 3600, scope: ['*'] },
  },
  {
    title: 'is told that a script’s password is wrong, with status 200',
    address: 'https://github.com/andrewbanchich/shreddit/issues/50',
    from: 'described',
    way: 'script',
    call: 'token',
    given: { ...client, userName: 'reddit_bot', password: 'oons' },
    request: `${proven}

grant_type=password&username=reddit_bot&password=oons`,
    response: `${ok}

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the app itself',
    address: oauth,
    from: 'described',
    way: 'app',
    call: 'token',
    given: client,
    request: `${proven}

grant_type=client_credentials`,
    response: `${ok}

{"access_token":"-J1qK1c18UUGJFAzz9xnH56584l4","token_type":"bearer","expires_in":3600,"scope":"*"}`,
    becomes: { accessToken: '-J1qK1c18UUGJFAzz9xnH56584l4', expires: 3600, scope: ['*'] },
  },
  {
    title: 'is told that client id and secret are no pair',
    address: 'https://github.com/andrewbanchich/shreddit/issues/163',
    from: 'described',
    way: 'app',
    call: 'token',
    given: client,
    request: `${proven}

grant_type=client_credentials`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"error":401,"message":"Unauthorized"}`,
    becomes: { error: '401', means: 'client' },
  },
  {
    title: 'asks for an installed app itself with the grant of Reddit’s own',
    address: oauth,
    from: 'described',
    way: 'installed',
    call: 'token',
    given: open,
    request: `${unproven}

grant_type=https%3A%2F%2Foauth.reddit.com%2Fgrants%2Finstalled_client&device_id=DO_NOT_TRACK_THIS_DEVICE`,
    response: `${ok}

{"access_token":"-J1qK1c18UUGJFAzz9xnH56584l4","token_type":"bearer","device_id":"DO_NOT_TRACK_THIS_DEVICE","expires_in":3600,"scope":"*"}`,
    becomes: { accessToken: '-J1qK1c18UUGJFAzz9xnH56584l4', expires: 3600, scope: ['*'] },
  },
  {
    title: 'is told that the id of an installed app is none',
    address: 'https://github.com/andrewbanchich/shreddit/issues/163',
    from: 'described',
    way: 'installed',
    call: 'token',
    given: open,
    request: `${unproven}

grant_type=https%3A%2F%2Foauth.reddit.com%2Fgrants%2Finstalled_client&device_id=DO_NOT_TRACK_THIS_DEVICE`,
    response: `HTTP/1.1 401 Unauthorized
Content-Type: application/json

{"message":"Unauthorized","error":401}`,
    becomes: { error: '401', means: 'client' },
  },
  {
    title: 'revokes the refresh token',
    address: oauth,
    from: 'described',
    way: 'user',
    call: 'revoke',
    given: { ...client, token: 'J1qK1c18UUGJFAzz9xnH56584l4', refreshToken: '0NnpwF52wAs7QwiDyLDZ2S7' },
    request: `${post('revoke_token', 'cC1qY29MS0J5blRMZXc6Z2tvX0xYRUxvVjA3')}

token=0NnpwF52wAs7QwiDyLDZ2S7&token_type_hint=refresh_token`,
    response: 'HTTP/1.1 204 No Content\n\n',
    becomes: { values: {} },
  },
  {
    title: 'asks whose account it is',
    address: script,
    from: 'described',
    way: 'user',
    call: 'person',
    given: { ...client, token: 'J1qK1c18UUGJFAzz9xnH56584l4' },
    request: `GET /api/v1/me HTTP/1.1
Host: oauth.reddit.com
User-Agent: ${agent}
Authorization: Bearer J1qK1c18UUGJFAzz9xnH56584l4
`,
    response: `${ok}

{"comment_karma":0,"created":1389649907.0,"created_utc":1389649907.0,"has_mail":false,"has_mod_mail":false,"has_verified_email":null,"id":"1","is_gold":false,"is_mod":true,"link_karma":1,"name":"reddit_bot","over_18":true}`,
    becomes: { values: {}, who: 'reddit_bot' },
  },
]
