/**
 * Pinterest over the wire. pinterest/api-description v5; pinterest/api-quickstart; developers.pinterest.com,
 * set-up-authentication
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://www.pinterest.com/oauth/'
const token = 'https://api.pinterest.com/v5/oauth/token'
const scope = 'user_accounts%3Aread%2Cboards%3Aread%2Cpins%3Aread'

speaks(
  'pinterest',
  [
    {
      way: 'user',
      sends: `
GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=${scope}&state=<state>

POST ${token}
${basic}
${form}

grant_type=authorization_code&code=<code>&redirect_uri=${back}&continuous_refresh=true

GET https://api.pinterest.com/v5/user_account
authorization: Bearer <access>

POST ${token}
${basic}
${form}

grant_type=refresh_token&refresh_token=<refresh>`,
    },
    {
      way: 'app',
      sends: `
POST ${token}
${basic}
${form}

grant_type=client_credentials&scope=${scope}

GET https://api.pinterest.com/v5/user_account
authorization: Bearer <access>`,
    },
  ],
  [
    [
      'the secret in the body',
      `POST ${token}\n${form}\n\ngrant_type=refresh_token&refresh_token=x&client_id=rehearsal&client_secret=rehearsal-secret`,
      401,
      '',
    ],
    [
      'scopes with a space between them',
      `GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=boards%3Aread%20pins%3Aread&state=s`,
      302,
      'error=',
    ],
    [
      'PKCE, which the page does not know',
      `GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=${scope}&state=s&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error=',
    ],
    ['another grant', `POST ${token}\n${basic}\n${form}\n\ngrant_type=password&username=a&password=b`, 400, ''],
  ],
)
