/**
 * NetSuite over the wire. docs.oracle.com, NetSuite online help: section_158081944642 (page), section_158081952044
 * (token), section_162686838198, section_0312092212 and others
 * (facts collected 2026-11-22).
 */
import { expect, it } from 'vitest'
import { back, basic, form, speaks } from './wire.ts'

const page = 'https://system.netsuite.com/app/login/oauth2/authorize.nl'
const host = 'https://tstdrv1234567.suitetalk.api.netsuite.com'
const token = `${host}/services/rest/auth/oauth2/v1/token`
const revocation = `${host}/services/rest/auth/oauth2/v1/revoke`
const catalogue = '/services/rest/record/v1/metadata-catalog'
const asked = `scope=rest_webservices&redirect_uri=${back}&response_type=code&client_id=rehearsal`
const challenged = 'code_challenge=<challenge>&code_challenge_method=S256'

const assertions = speaks(
  'netsuite',
  [
    {
      way: 'machine',
      options: { inputs: { account: '1234567_SB1' } },
      sends: `
POST https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token
${form}

grant_type=client_credentials&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=<jwt>

GET https://1234567-sb1.suitetalk.api.netsuite.com${catalogue}
authorization: Bearer <access>`,
    },
    {
      way: 'user',
      sends: `
GET ${page}?${asked}&state=<state>&${challenged}

POST ${token}
${basic}
${form}

code=<code>&redirect_uri=${back}&grant_type=authorization_code&code_verifier=<verifier>

GET ${host}${catalogue}
authorization: Bearer <access>

POST ${token}
${basic}
${form}

grant_type=refresh_token&refresh_token=<refresh>

POST ${revocation}
${basic}
${form}

token=<refresh>`,
    },
    {
      way: 'user_public',
      sends: `
GET ${page}?${asked}&state=<state>&${challenged}

POST ${token}
${form}

code=<code>&redirect_uri=${back}&grant_type=authorization_code&code_verifier=<verifier>&client_id=rehearsal

GET ${host}${catalogue}
authorization: Bearer <access>

POST ${token}
${form}

grant_type=refresh_token&refresh_token=<refresh>&client_id=rehearsal

POST ${revocation}
${form}

token=<refresh>&client_id=rehearsal`,
    },
  ],
  [
    [
      'an address that is not https',
      `GET ${page}?scope=rest_webservices&redirect_uri=http%3A%2F%2Flocalhost%3A8765%2Fcallback&response_type=code&client_id=rehearsal&state=${'s'.repeat(24)}`,
      400,
      'The request is not as it must be',
    ],
    [
      'the secret in the body',
      `POST ${token}\n${form}\n\ngrant_type=refresh_token&refresh_token=x&client_id=rehearsal&client_secret=rehearsal-secret`,
      401,
      'invalid_client',
    ],
    [
      'scopes with a comma between them',
      `GET ${page}?scope=restlets%2Crest_webservices&redirect_uri=${back}&response_type=code&client_id=rehearsal&state=${'s'.repeat(24)}`,
      302,
      'error=',
    ],
    [
      'JSON',
      `POST ${token}\n${basic}\ncontent-type: application/json\n\n{"grant_type":"refresh_token"}`,
      400,
      'invalid_request',
    ],
  ],
)

it('signs as Oracle asks: PS256 or ES256 and stronger, the certificate by its id, at most an hour', () => {
  const { header, claims } = assertions()[0]!
  expect(header).toMatchObject({ typ: 'JWT', alg: expect.stringMatching(/^(PS|ES)(256|384|512)$/) })
  expect(header['kid']).toBeTruthy()
  expect(claims).toMatchObject({ iss: 'rehearsal', scope: expect.anything() })
  expect(claims['aud']).toMatch(/1234567-sb1\.suitetalk\.api\.netsuite\.com\/services\/rest\/auth\/oauth2\/v1\/token$/)
  expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(3600)
})
