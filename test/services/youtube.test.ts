/**
 * YouTube over the wire. developers.google.com: youtube/v3 OAuth guide, youtube/documentation/authentication
 * (facts collected 2026-11-22).
 */
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://accounts.google.com/o/oauth2/v2/auth'
const token = 'https://oauth2.googleapis.com/token'
const scope = 'https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.readonly'
const known = 'client_id=rehearsal&client_secret=rehearsal-secret'
const after = `
GET https://www.googleapis.com/youtube/v3/channels?part=snippet&mine=true
authorization: Bearer <access>/

POST ${token}
${form}

${known}&refresh_token=<refresh>%2F&grant_type=refresh_token

POST https://oauth2.googleapis.com/revoke
${form}

token=<refresh>%2F`

speaks(
  'youtube',
  [
    {
      way: 'user',
      sends: `
GET ${page}?scope=${scope}&access_type=offline&prompt=consent&response_type=code&state=<state>&redirect_uri=${back}&client_id=rehearsal&code_challenge=<challenge>&code_challenge_method=S256

POST ${token}
${form}

code=<code>%2F&${known}&redirect_uri=${back}&grant_type=authorization_code&code_verifier=<verifier>
${after}`,
    },
    {
      way: 'device',
      sends: `
POST https://oauth2.googleapis.com/device/code
${form}

client_id=rehearsal&scope=${scope}

POST ${token}
${form}

${known}&device_code=<device>&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code
${after}`,
    },
  ],
  [
    [
      'a code without the secret, also of a desktop client',
      `POST ${token}\n${form}\n\ncode=c&client_id=rehearsal&redirect_uri=${back}&grant_type=authorization_code&code_verifier=${'v'.repeat(43)}`,
      401,
      'invalid_client',
    ],
    [
      'secret in Basic and body',
      `POST ${token}\n${basic}\n${form}\n\n${known}&refresh_token=x&grant_type=refresh_token`,
      400,
      'invalid_request',
    ],
    [
      'scopes with a comma between them',
      `GET ${page}?scope=${scope}%2C${scope}&access_type=offline&prompt=consent&response_type=code&state=s&redirect_uri=${back}&client_id=rehearsal&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error=',
    ],
    [
      'a dead refresh token',
      `POST ${token}\n${form}\n\n${known}&refresh_token=x&grant_type=refresh_token`,
      400,
      'invalid_grant',
    ],
  ],
)
