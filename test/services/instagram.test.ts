/**
 * Instagram over the wire. developers.facebook.com, instagram-platform: business-login, reference/access_token,
 * reference/refresh_access_token
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://www.instagram.com/oauth/authorize'
const token = 'https://api.instagram.com/oauth/access_token'
const graph = 'https://graph.instagram.com'
const scope = 'instagram_business_basic%2Cinstagram_business_manage_insights'
const me = `
GET ${graph}/v26.0/me?fields=user_id%2Cusername
authorization: Bearer <access>`

speaks(
  'instagram',
  [
    {
      way: 'account',
      sends: `
GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=${scope}&state=<state>

POST ${token}
${form}

client_id=rehearsal&client_secret=rehearsal-secret&grant_type=authorization_code&redirect_uri=${back}&code=<code>

GET ${graph}/access_token?grant_type=ig_exchange_token&client_secret=rehearsal-secret&access_token=<access>
${me}

GET ${graph}/refresh_access_token?grant_type=ig_refresh_token&access_token=<access>`,
    },
    {
      way: 'dashboard',
      sends: `
${me}

GET ${graph}/refresh_access_token?grant_type=ig_refresh_token&access_token=<access>`,
    },
  ],
  [
    [
      'a code twice, or one that never was',
      `POST ${token}\n${form}\n\nclient_id=rehearsal&client_secret=rehearsal-secret&grant_type=authorization_code&redirect_uri=${back}&code=c`,
      400,
      '',
    ],
    [
      'the secret in HTTP Basic',
      `POST ${token}\n${basic}\n${form}\n\ngrant_type=authorization_code&redirect_uri=${back}&code=c`,
      401,
      'invalid_client',
    ],
    [
      'PKCE, which is not documented',
      `GET ${page}?client_id=rehearsal&redirect_uri=${back}&response_type=code&scope=${scope}&state=s&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error',
    ],
    [
      'the exchange of the other platform',
      `GET ${graph}/access_token?grant_type=fb_exchange_token&client_secret=rehearsal-secret&access_token=x`,
      400,
      '',
    ],
  ],
)
