/**
 * Criteo over the wire. developers.criteo.com: criteo-apis/docs/authentication, marketing-solutions/docs/
 * authorization-code-setup and oauth-app-authorization-code-pkce-setup
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://consent.criteo.com/request'
const token = 'https://api.criteo.com/oauth2/token'
const known = 'client_id=rehearsal&client_secret=rehearsal-secret'
const me = `
GET https://api.criteo.com/2026-07/marketing-solutions/me
authorization: Bearer <access>`

speaks(
  'criteo',
  [
    {
      way: 'app',
      sends: `
POST ${token}
${form}

grant_type=client_credentials&${known}
${me}`,
    },
    {
      way: 'user',
      sends: `
GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&state=<state>

POST ${token}
${form}

grant_type=authorization_code&code=<code>&redirect_uri=${back}&${known}
${me}

POST ${token}
${form}

grant_type=refresh_token&refresh_token=<refresh>&${known}`,
    },
    {
      way: 'user_pkce',
      sends: `
GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=${back}&state=<state>&code_challenge=<challenge>&code_challenge_method=S256

POST ${token}
${form}

grant_type=authorization_code&code=<code>&redirect_uri=${back}&code_verifier=<verifier>&${known}
${me}

POST ${token}
${form}

grant_type=refresh_token&refresh_token=<refresh>&${known}`,
    },
  ],
  [
    [
      'the secret in HTTP Basic',
      `POST ${token}\n${basic}\n${form}\n\ngrant_type=client_credentials`,
      401,
      'invalid_client',
    ],
    [
      'scopes, of which there are none',
      `POST ${token}\n${form}\n\ngrant_type=client_credentials&scope=read&${known}`,
      400,
      'scope',
    ],
    [
      'an address that is not https',
      `GET ${page}?response_type=code&client_id=rehearsal&redirect_uri=http%3A%2F%2Flocalhost%3A8765%2Fcallback&state=s`,
      400,
      'The request is not as it must be',
    ],
    [
      'JSON',
      `POST ${token}\ncontent-type: application/json\n\n{"grant_type":"client_credentials"}`,
      400,
      'invalid_request',
    ],
  ],
)
