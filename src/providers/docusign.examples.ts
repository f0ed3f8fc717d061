import type { Example } from '../provider/example.ts'

const jwt = 'https://developers.docusign.com/platform/auth/jwt-get-token'
const code = 'https://developers.docusign.com/platform/auth/confidential-authcode-get-token'
const withoutSecret = 'https://developers.docusign.com/platform/auth/authcode/public-authcode-get-token'
const refresh = 'https://www.docusign.com/blog/developers/authorization-code-grant-refresh-tokens'
const userInfo = 'https://developers.docusign.com/platform/auth/reference/user-info'
const demo = { environment: 'demo' }
const client = { clientId: '123', clientSecret: '456' }
const person = { ...demo, user_id: '4799e5e9-0000-4000-8000-cf4713bbcacc' }
const redirectUri = 'http://example.com/callback/'
const head = (more = '') => `POST /oauth/token HTTP/1.1
Host: account-d.docusign.com
${more}Content-Type: application/x-www-form-urlencoded

`
const post = head('Authorization: Basic MTIzOjQ1Ng==\n')
const flow = { state: 'a39fh23hnf23', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }
const page =
  'https://account-d.docusign.com/oauth/auth?response_type=code&scope=signature%20extended&client_id=123&state=a39fh23hnf23&redirect_uri=http://example.com/callback/&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256'
const issued = `HTTP/1.1 200 OK
Content-Type: application/json

{
    "access_token":"eyJ0eXAi......mX9f7k1g",
    "token_type":"Bearer",
    "refresh_token":"eyJ0eXAi......mruC5c3A",
    "expires_in":28800
}`
const becomes = { accessToken: 'eyJ0eXAi......mX9f7k1g', refreshToken: 'eyJ0eXAi......mruC5c3A', expires: 28_800 }
const refused = (error: string) => `HTTP/1.1 400 Bad Request
Content-Type: application/json

${error}`
const ask = 'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=YOUR_JSON_WEB_TOKEN'

export const examples: Example[] = [
  {
    title: 'asks as a person with an assertion, without any other proof',
    address: jwt,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { clientId: '123', typed: person, flow: { assertion: 'YOUR_JSON_WEB_TOKEN' } },
    request: `${head()}${ask}`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ0eXAi1","scope":"signature impersonation","expires_in":3600,"token_type":"Bearer"}`,
    becomes: { accessToken: 'eyJ0eXAi1', expires: 3600, scope: ['signature', 'impersonation'] },
  },
  {
    title: 'is told that the person has not consented yet',
    address: jwt,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { clientId: '123', typed: person, flow: { assertion: 'YOUR_JSON_WEB_TOKEN' } },
    request: `${head()}${ask}`,
    response: refused('{"error":"consent_required"}'),
    becomes: { error: 'consent_required', means: 'denied' },
  },
  {
    title: 'is told that the key is not with this integration',
    address: jwt,
    from: 'described',
    way: 'machine',
    call: 'token',
    given: { clientId: '123', typed: person, flow: { assertion: 'YOUR_JSON_WEB_TOKEN' } },
    request: `${head()}${ask}`,
    response: refused('{"error":"invalid_grant","error_description":"no_valid_keys_or_signatures"}'),
    becomes: { error: 'invalid_grant', means: 'configuration' },
  },
  {
    title: 'sends the person to the developer environment',
    address: code,
    from: 'described',
    way: 'user',
    call: 'authorize',
    given: { clientId: '123', typed: demo, scopes: ['signature', 'extended'], redirectUri, flow },
    request: page,
    response: 'http://example.com/callback/?code=CODE&state=a39fh23hnf23',
    becomes: { values: {} },
  },
  {
    title: 'sends the person there without a secret, with a challenge',
    address: withoutSecret,
    from: 'described',
    way: 'user_public',
    call: 'authorize',
    given: { clientId: '123', typed: demo, scopes: ['signature', 'extended'], redirectUri, flow },
    request: page,
    response: 'http://example.com/callback/?code=CODE&state=a39fh23hnf23',
    becomes: { values: {} },
  },
  {
    title: 'exchanges the code with Basic',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'token',
    given: { ...client, typed: demo, redirectUri, flow: { code: 'CODE' } },
    request: `${post}grant_type=authorization_code&code=CODE`,
    response: issued,
    becomes,
  },
  {
    title: 'exchanges the code without a secret, with the code verifier',
    address: withoutSecret,
    from: 'described',
    way: 'user_public',
    call: 'token',
    given: { clientId: '123', typed: demo, redirectUri, flow: { code: 'CODE', code_verifier: 'VERIFIER' } },
    request: `${head()}client_id=123&grant_type=authorization_code&code=CODE&code_verifier=VERIFIER`,
    response: issued,
    becomes,
  },
  {
    title: 'renews, and a new refresh token comes',
    address: refresh,
    from: 'page',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: demo, refreshToken: 'eyJ0eXDp_hA' },
    request: `${post}refresh_token=eyJ0eXDp_hA&grant_type=refresh_token`,
    response: issued,
    becomes,
  },
  {
    title: 'is told that the refresh token is over',
    address: refresh,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: demo, refreshToken: 'OLD' },
    request: `${post}refresh_token=OLD&grant_type=refresh_token`,
    response: refused('{"error":"invalid_grant","error_description":"expired_client_token"}'),
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
  {
    title: 'asks for the account and the host of its API',
    address: userInfo,
    from: 'described',
    way: 'user',
    call: 'user_info',
    given: { ...client, typed: demo, token: 'eyJ0eXAi' },
    request: `GET /oauth/userinfo HTTP/1.1
Host: account-d.docusign.com
Authorization: Bearer eyJ0eXAi
`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{
  "sub": "4799e5e9-0000-4000-8000-cf4713bbcacc",
  "name": "First Last",
  "given_name": "First",
  "family_name": "Last",
  "created": "2015-08-13T22:03:03.45",
  "email": "first.last@example.com",
  "accounts": [
    {
      "account_id": "a4ec37d6-0000-4000-8000-143885c220e1",
      "is_default": true,
      "account_name": "World Wide Co",
      "base_uri": "https://demo.docusign.net"
    }
  ]
}`,
    becomes: {
      values: {
        account_id: 'a4ec37d6-0000-4000-8000-143885c220e1',
        account_name: 'World Wide Co',
        base_uri: 'https://demo.docusign.net',
      },
    },
  },
]
