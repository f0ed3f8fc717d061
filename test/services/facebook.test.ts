/**
 * Facebook over the wire. developers.facebook.com: facebook-login manual-flow and get-long-lived,
 * graph-api access-tokens/debugging, business-management-apis/system-users/install-apps-and-generate-tokens
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const graph = 'https://graph.facebook.com/v26.0'
const page = 'https://www.facebook.com/v26.0/dialog/oauth'
const known = 'client_id=rehearsal&client_secret=rehearsal-secret'
const me = `
GET ${graph}/me?fields=id%2Cname&appsecret_proof=<proof>
authorization: Bearer <access>`

speaks(
  'facebook',
  [
    {
      way: 'user',
      sends: `
GET ${page}?client_id=rehearsal&redirect_uri=${back}&state=<state>&response_type=code&scope=public_profile%2Cpages_show_list%2Cpages_read_engagement%2Cread_insights&auth_type=rerequest

GET ${graph}/oauth/access_token?client_id=rehearsal&redirect_uri=${back}&client_secret=rehearsal-secret&code=<code>

GET ${graph}/oauth/access_token?grant_type=fb_exchange_token&${known}&fb_exchange_token=<access>

GET ${graph}/debug_token?input_token=<access>&access_token=rehearsal%7Crehearsal-secret
${me}

DELETE ${graph}/me/permissions?appsecret_proof=<proof>
authorization: Bearer <access>`,
    },
    {
      way: 'system_user_60_days',
      sends: `
${me}

GET ${graph}/oauth/access_token?grant_type=fb_exchange_token&${known}&set_token_expires_in_60_days=true&fb_exchange_token=<access>

GET ${graph}/oauth/revoke?${known}&revoke_token=<access>&access_token=<access>`,
    },
    {
      way: 'app',
      sends: `
GET ${graph}/rehearsal?fields=id%2Cname
authorization: Bearer rehearsal|rehearsal-secret`,
    },
  ],
  [
    [
      'another app secret',
      `GET ${graph}/oauth/access_token?grant_type=fb_exchange_token&client_id=rehearsal&client_secret=wrong&fb_exchange_token=x`,
      400,
      'OAuthException',
    ],
    [
      'a proof that is none',
      `GET ${graph}/me?fields=id%2Cname&appsecret_proof=${'0'.repeat(64)}\nauthorization: Bearer x`,
      400,
      '',
    ],
    [
      'scopes with a semicolon between them',
      `GET ${page}?client_id=rehearsal&redirect_uri=${back}&state=s&response_type=code&scope=public_profile%3Bpages_show_list&auth_type=rerequest`,
      302,
      'error',
    ],
    [
      'PKCE, which is off',
      `GET ${page}?client_id=rehearsal&redirect_uri=${back}&state=s&response_type=code&scope=public_profile&auth_type=rerequest&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error',
    ],
    [
      'the secret in HTTP Basic',
      `POST ${graph}/oauth/access_token\n${basic}\n${form}\n\ncode=c&redirect_uri=${back}`,
      401,
      '',
    ],
  ],
)
