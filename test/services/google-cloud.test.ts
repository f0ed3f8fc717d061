/**
 * Google Cloud over the wire. developers.google.com/identity/protocols/oauth2: web-server, native-app, service-account
 * (facts collected 2026-11-22).
 */
import { expect, it } from 'vitest'
import { back, form, speaks } from './wire.ts'

const page = 'https://accounts.google.com/o/oauth2/v2/auth'
const token = 'https://oauth2.googleapis.com/token'
const scope = 'https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fbigquery.readonly'
const known = 'client_id=rehearsal&client_secret=rehearsal-secret'
const asked = `scope=${scope}&access_type=offline&prompt=consent&response_type=code&client_id=rehearsal`
const challenged = 'code_challenge=<challenge>&code_challenge_method=S256'
const loopback = 'http%3A%2F%2Flocalhost%3A8765%2Fcallback'

const exchanged = (redirect: string): string => `
GET ${page}?${asked}&state=<state>&redirect_uri=${redirect}&${challenged}

POST ${token}
${form}

code=<code>%2F&${known}&redirect_uri=${redirect}&grant_type=authorization_code&code_verifier=<verifier>

POST https://www.googleapis.com/oauth2/v3/tokeninfo
${form}

access_token=<access>%2F.

POST ${token}
${form}

${known}&refresh_token=<refresh>%2F&grant_type=refresh_token

POST https://oauth2.googleapis.com/revoke
${form}

token=<refresh>%2F`

const assertions = speaks(
  'google-cloud',
  [
    { way: 'user', sends: exchanged(back) },
    { way: 'desktop', sends: exchanged(loopback) },
    {
      way: 'service_account',
      sends: `
POST ${token}
${form}

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=<jwt>

POST https://www.googleapis.com/oauth2/v3/tokeninfo
${form}

access_token=<access>%2F.`,
    },
  ],
  [
    [
      'a desktop client without its secret',
      `POST ${token}\n${form}\n\ncode=c&client_id=rehearsal&redirect_uri=${loopback}&grant_type=authorization_code&code_verifier=${'v'.repeat(43)}`,
      401,
      'invalid_client',
    ],
    [
      'an assertion that nobody signed',
      `POST ${token}\n${form}\n\ngrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=a.b.c`,
      400,
      'invalid_grant',
    ],
    [
      'a dead refresh token',
      `POST ${token}\n${form}\n\n${known}&refresh_token=x&grant_type=refresh_token`,
      400,
      'invalid_grant',
    ],
    [
      'a page that asks for no code',
      `GET ${page}?scope=${scope}&access_type=offline&prompt=consent&response_type=token&client_id=rehearsal&state=s&redirect_uri=${back}`,
      302,
      'error=',
    ],
  ],
)

it('signs for a service account as Google asks', () => {
  const { header, claims } = assertions()[0]!
  expect(header).toMatchObject({ alg: 'RS256', typ: 'JWT' })
  expect(claims).toMatchObject({
    iss: 'rehearsal@example.com',
    scope: 'https://www.googleapis.com/auth/bigquery.readonly',
    aud: token,
  })
  expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(3600)
})
