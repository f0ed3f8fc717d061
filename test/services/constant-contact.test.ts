/**
 * Constant Contact over the wire. developer.constantcontact.com/api_guide: server_flow, pkce_flow, device_flow, scopes
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://authz.constantcontact.com/oauth2/default/v1/authorize'
const token = 'https://authz.constantcontact.com/oauth2/default/v1/token'
const scope = 'account_read%20contact_data%20campaign_data%20offline_access'
const summary = `
GET https://api.cc.email/v3/account/summary
authorization: Bearer <access>`

speaks(
  'constant-contact',
  [
    {
      way: 'server',
      sends: `
GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=${scope}&state=<state>

POST ${token}
${basic}
${form}

code=<code>&redirect_uri=${back}&grant_type=authorization_code
${summary}

POST ${token}
${basic}
${form}

refresh_token=<refresh>&grant_type=refresh_token`,
    },
    {
      way: 'pkce',
      sends: `
GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=${scope}&state=<state>&code_challenge=<challenge>&code_challenge_method=S256

POST ${token}
${form}

client_id=rehearsal&redirect_uri=${back}&code=<code>&code_verifier=<verifier>&grant_type=authorization_code
${summary}

POST ${token}
${form}

client_id=rehearsal&refresh_token=<refresh>&grant_type=refresh_token`,
    },
    {
      way: 'device',
      sends: `
POST https://authz.constantcontact.com/oauth2/default/v1/device/authorize
${form}

client_id=rehearsal&scope=account_read+contact_data+campaign_data+offline_access

POST ${token}
${form}

client_id=rehearsal&device_code=<device>&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code
${summary}

POST ${token}
${form}

client_id=rehearsal&refresh_token=<refresh>&grant_type=refresh_token`,
    },
  ],
  [
    [
      'the secret in the body',
      `POST ${token}\n${form}\n\nrefresh_token=x&grant_type=refresh_token&client_id=rehearsal&client_secret=rehearsal-secret`,
      401,
      'invalid_client',
    ],
    [
      'another secret',
      `POST ${token}\n${form}\nauthorization: Basic ${Buffer.from('rehearsal:wrong').toString('base64')}\n\nrefresh_token=x&grant_type=refresh_token`,
      401,
      'invalid_client',
    ],
    [
      'scopes with an encoded plus between them',
      `GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=account_read%2Bcontact_data&state=s`,
      302,
      'error=',
    ],
    [
      'a dead refresh token',
      `POST ${token}\n${form}\n${basic}\n\nrefresh_token=x&grant_type=refresh_token`,
      400,
      'invalid_grant',
    ],
  ],
)
