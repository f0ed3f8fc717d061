/**
 * QuickBooks Online over the wire. intuit/oauth-jsclient; developer.intuit.com
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://appcenter.intuit.com/connect/oauth2'
const token = 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer'
const revocation = 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke'

speaks(
  'quickbooks-online',
  [
    {
      way: 'user',
      sends: `
GET ${page}?client_id=rehearsal&response_type=code&scope=com.intuit.quickbooks.accounting&redirect_uri=${back}&state=<state>

POST ${token}
${basic}
${form}
x-include-refresh-token-hard-expires-in: true

grant_type=authorization_code&code=<code>&redirect_uri=${back}

GET https://quickbooks.api.intuit.com/v3/company/4620816365002345678/companyinfo/4620816365002345678
authorization: Bearer <access>

POST ${token}
${basic}
${form}
x-include-refresh-token-hard-expires-in: true

grant_type=refresh_token&refresh_token=<refresh>

POST ${revocation}
${basic}
content-type: application/json

{"token":"<refresh>"}`,
    },
  ],
  [
    [
      'the secret in the body',
      `POST ${token}\n${form}\n\ngrant_type=refresh_token&refresh_token=x&client_id=rehearsal&client_secret=rehearsal-secret`,
      401,
      'invalid_client',
    ],
    [
      'another secret',
      `POST ${token}\n${form}\nx-include-refresh-token-hard-expires-in: true\nauthorization: Basic ${Buffer.from('rehearsal:wrong').toString('base64')}\n\ngrant_type=refresh_token&refresh_token=x`,
      401,
      'invalid_client',
    ],
    ['a token to revoke in a form', `POST ${revocation}\n${basic}\n${form}\n\ntoken=x`, 400, 'invalid_request'],
    [
      'PKCE, which the page does not know',
      `GET ${page}?client_id=rehearsal&response_type=code&scope=com.intuit.quickbooks.accounting&redirect_uri=${back}&state=s&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error=invalid_request',
    ],
    [
      'no state',
      `GET ${page}?client_id=rehearsal&response_type=code&scope=com.intuit.quickbooks.accounting&redirect_uri=${back}`,
      302,
      'error=invalid_request',
    ],
    [
      'another client',
      `GET ${page}?client_id=nobody&response_type=code&scope=com.intuit.quickbooks.accounting&redirect_uri=${back}&state=s`,
      400,
      'No client',
    ],
  ],
)
