/**
 * LinkedIn over the wire. learn.microsoft.com/linkedin: shared/authentication/authorization-code-flow,
 * authorization-code-flow-native, programmatic-refresh-tokens, token-introspection; for client credentials
 * talent/job-postings/api/job-posting-module1-basics
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://www.linkedin.com/oauth/v2/authorization'
const token = 'https://www.linkedin.com/oauth/v2/accessToken'

speaks(
  'linkedin',
  [
    {
      way: 'member',
      sends: `
GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&state=<state>&scope=openid%20profile%20email

POST ${token}
${form}

grant_type=authorization_code&code=<code>&client_id=rehearsal&client_secret=rehearsal-secret&redirect_uri=${back}

GET https://api.linkedin.com/v2/userinfo
authorization: Bearer <access>

POST ${token}
${form}

grant_type=refresh_token&refresh_token=<refresh>&client_id=rehearsal&client_secret=rehearsal-secret`,
    },
    {
      way: 'native',
      sends: `
GET https://www.linkedin.com/oauth/native-pkce/authorization?response_type=code&client_id=rehearsal&redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback&state=<state>&scope=r_basicprofile&code_challenge=<challenge>&code_challenge_method=S256

POST ${token}
${form}

grant_type=authorization_code&code=<code>&client_id=rehearsal&redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback&code_verifier=<verifier>

GET https://api.linkedin.com/v2/me
authorization: Bearer <access>`,
    },
    {
      way: 'application',
      sends: `
POST ${token}
${form}

grant_type=client_credentials&client_id=rehearsal&client_secret=rehearsal-secret

POST https://www.linkedin.com/oauth/v2/introspectToken
${form}

client_id=rehearsal&client_secret=rehearsal-secret&token=<access>`,
    },
  ],
  [
    [
      'secret and code verifier together',
      `POST ${token}\n${form}\n\ngrant_type=authorization_code&code=c&redirect_uri=${back}&client_id=rehearsal&client_secret=rehearsal-secret&code_verifier=${'v'.repeat(43)}`,
      400,
      'code_verifier',
    ],
    [
      'the secret in HTTP Basic',
      `POST ${token}\n${form}\n${basic}\n\ngrant_type=authorization_code&code=c&redirect_uri=${back}`,
      401,
      'invalid_client',
    ],
    [
      'PKCE at the page for clients with a secret',
      `GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&state=s&scope=openid&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error=invalid_request',
    ],
    [
      'scopes with a comma between them',
      `GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&state=s&scope=openid%2Cprofile`,
      302,
      'error=',
    ],
  ],
)
