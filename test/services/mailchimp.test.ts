/**
 * MailChimp over the wire. mailchimp.com/developer/marketing/guides/access-user-data-oauth-2
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://login.mailchimp.com/oauth2/authorize'
const token = 'https://login.mailchimp.com/oauth2/token'

speaks(
  'mailchimp',
  [
    {
      way: 'user',
      sends: `
GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&state=<state>

POST ${token}
${form}

grant_type=authorization_code&client_id=rehearsal&client_secret=rehearsal-secret&redirect_uri=${back}&code=<code>

GET https://login.mailchimp.com/oauth2/metadata
authorization: OAuth <access>

GET https://us1.api.mailchimp.com/3.0/?fields=account_id%2Caccount_name%2Cemail%2Crole
authorization: Bearer <access>`,
    },
  ],
  [
    [
      'the secret in HTTP Basic',
      `POST ${token}\n${form}\n${basic}\n\ngrant_type=authorization_code&redirect_uri=${back}&code=c`,
      401,
      'invalid_client',
    ],
    [
      'a code verifier, which an old draft does not know',
      `POST ${token}\n${form}\n\ngrant_type=authorization_code&client_id=rehearsal&client_secret=rehearsal-secret&redirect_uri=${back}&code=c&code_verifier=${'v'.repeat(43)}`,
      400,
      'code_verifier',
    ],
    [
      'JSON',
      `POST ${token}\ncontent-type: application/json\n\n{"grant_type":"authorization_code","client_id":"rehearsal","client_secret":"rehearsal-secret","redirect_uri":"https://evergrant.example.test/oauth/callback","code":"c"}`,
      400,
      'invalid_request',
    ],
    [
      'scopes, of which there are none',
      `GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&state=s&scope=read`,
      302,
      'error=invalid_request',
    ],
    [
      'the metadata without a living token',
      'GET https://login.mailchimp.com/oauth2/metadata\nauthorization: OAuth x',
      401,
      '',
    ],
  ],
)
