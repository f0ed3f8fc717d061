/**
 * X over the wire. xdevplatform/docs, fundamentals/authentication/oauth-2-0: authorization-code, user-access-token,
 * application-only
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://x.com/i/oauth2/authorize'
const token = 'https://api.x.com/2/oauth2/token'
const scope = 'tweet.read%20users.read%20offline.access'

speaks(
  'twitter',
  [
    {
      way: 'user',
      sends: `
GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&scope=${scope}&state=<state>&code_challenge=<challenge>&code_challenge_method=S256

POST ${token}
${basic}
${form}

code=<code>&grant_type=authorization_code&redirect_uri=${back}&code_verifier=<verifier>

GET https://api.x.com/2/users/me
authorization: Bearer <access>%

POST ${token}
${basic}
${form}

refresh_token=<refresh>&grant_type=refresh_token

POST https://api.x.com/2/oauth2/revoke
${basic}
${form}

token=<refresh>

POST https://api.x.com/2/oauth2/revoke
${basic}
${form}

token=<access>%25`,
    },
    {
      way: 'user_public',
      options: { without: ['lose', 'refuse', 'revoke'] },
      sends: `
GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&scope=${scope}&state=<state>&code_challenge=<challenge>&code_challenge_method=S256

POST ${token}
${form}

code=<code>&grant_type=authorization_code&client_id=rehearsal&redirect_uri=${back}&code_verifier=<verifier>

GET https://api.x.com/2/users/me
authorization: Bearer <access>%

POST ${token}
${form}

refresh_token=<refresh>&grant_type=refresh_token&client_id=rehearsal`,
    },
    {
      way: 'app',
      sends: `
POST https://api.x.com/oauth2/token
${basic}
${form}

grant_type=client_credentials

GET https://api.x.com/2/users/by/username/XDevelopers
authorization: Bearer <access>%`,
    },
  ],
  [
    [
      'no PKCE',
      `GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&scope=${scope}&state=s`,
      302,
      'error=invalid_request',
    ],
    [
      'a secret in the body',
      `POST ${token}\n${form}\n\nrefresh_token=x&grant_type=refresh_token&client_id=rehearsal&client_secret=rehearsal-secret`,
      401,
      'invalid_client',
    ],
    [
      'no code verifier',
      `POST ${token}\n${basic}\n${form}\n\ncode=c&grant_type=authorization_code&redirect_uri=${back}`,
      400,
      'code_verifier',
    ],
    [
      'scopes with a comma between them',
      `GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&scope=tweet.read%2Cusers.read&state=s&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error=',
    ],
  ],
)
