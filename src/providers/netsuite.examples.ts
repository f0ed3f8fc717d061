import type { Example } from '../provider/example.ts'

const client = { clientId: 'id', clientSecret: 'secret' }
const request = 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_162755359851.html'
const exchange = 'https://docs.oracle.com/en/cloud/saas/netsuite/ns-online-help/section_158081952044.html'

export const examples: Example[] = [
  {
    title: 'asks machine to machine with the assertion alone, in the account of a sandbox',
    address: request,
    from: 'page',
    way: 'machine',
    call: 'token',
    given: {
      clientId: 'id',
      typed: { account: '1234567_SB1', certificate_id: 'abc' },
      flow: { assertion: 'eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJpZCJ9.sig' },
    },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567-sb1.suitetalk.api.netsuite.com
Content-Type: application/x-www-form-urlencoded

grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJpZCJ9.sig`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJraWQiOiJzLlNZU1RFTS4yMDIwXzEi","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJraWQiOiJzLlNZU1RFTS4yMDIwXzEi', expires: 3600 },
  },
  {
    title: 'exchanges the code at the account that the callback named',
    address: exchange,
    from: 'page',
    way: 'user',
    call: 'token',
    given: {
      ...client,
      callback: { company: '1234567_SB1', role: '3', entity: '12' },
      redirectUri: 'https://myapplication.com/netsuite/oauth2callback',
      flow: { code: '70b827f926a512f0', code_verifier: 'aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg' },
    },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567-sb1.suitetalk.api.netsuite.com
Authorization: Basic aWQ6c2VjcmV0
Content-Type: application/x-www-form-urlencoded

code=70b827f926a512f0&redirect_uri=https%3A%2F%2Fmyapplication.com%2Fnetsuite%2Foauth2callback&grant_type=authorization_code&code_verifier=aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789aBcDeFg`,
    response: `HTTP/1.1 200 OK
Content-Type: application/json

{"access_token":"eyJ0","refresh_token":"eyJy","expires_in":"3600","token_type":"bearer"}`,
    becomes: { accessToken: 'eyJ0', refreshToken: 'eyJy', expires: 3600 },
  },
  {
    title: 'renews with Basic',
    address: exchange,
    from: 'described',
    way: 'user',
    call: 'renewal',
    given: { ...client, typed: { account: '1234567' }, refreshToken: 'eyJy' },
    request: `POST /services/rest/auth/oauth2/v1/token HTTP/1.1
Host: 1234567.suitetalk.api.netsuite.com
Authorization: Basic aWQ6c2VjcmV0
Content-Type: application/x-www-form-urlencoded

grant_type=refresh_token&refresh_token=eyJy`,
    response: `HTTP/1.1 400 Bad Request
Content-Type: application/json

{"error":"invalid_grant"}`,
    becomes: { error: 'invalid_grant', means: 'dead' },
  },
]
