import type { Example } from '../provider/example.ts'

const sdk = 'https://github.com/intuit/oauth-jsclient'
const client = { clientId: 'clientid', clientSecret: 'clientsecret' }
const answer = JSON.stringify({
  token_type: 'bearer',
  expires_in: 3600,
  refresh_token: 'AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk',
  x_refresh_token_expires_in: 8726400,
  x_refresh_token_hard_expires_in: 157680000,
  access_token: 'eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0',
})
const becomes = {
  accessToken: 'eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0',
  refreshToken: 'AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk',
  expires: 3600,
  idleIn: 8_726_400,
  hardIn: 157_680_000,
}

export const examples: Example[] = [
  {
    title: 'exchanges the code with Basic and asks for the end of the grant',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, redirectUri: 'https://example.com/oauth/callback', flow: { code: 'Q011546037639PRLrwPP' } },
    request: `POST /oauth2/v1/tokens/bearer HTTP/1.1
Host: oauth.platform.intuit.com
Accept: application/json
X-Include-Refresh-Token-Hard-Expires-In: true
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=authorization_code&code=Q011546037639PRLrwPP&redirect_uri=https%3A%2F%2Fexample.com%2Foauth%2Fcallback`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8

${answer}`,
    becomes,
  },
  {
    title: 'renews with the refresh token',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk' },
    request: `POST /oauth2/v1/tokens/bearer HTTP/1.1
Host: oauth.platform.intuit.com
Accept: application/json
X-Include-Refresh-Token-Hard-Expires-In: true
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=AB11731435827NRmYDQNTbEhbUFvaGOYaOC5ulPTvWyNVQf3yk`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json;charset=UTF-8

${answer}`,
    becomes,
  },
  {
    title: 'is told that the refresh token is over',
    address: sdk,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, refreshToken: 'old' },
    request: `POST /oauth2/v1/tokens/bearer HTTP/1.1
Host: oauth.platform.intuit.com
Accept: application/json
X-Include-Refresh-Token-Hard-Expires-In: true
Authorization: Basic Y2xpZW50aWQ6Y2xpZW50c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=old`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=UTF-8
intuit_tid: 1-63f8

{"error":"invalid_grant","error_description":"Incorrect or invalid refresh token"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
]
