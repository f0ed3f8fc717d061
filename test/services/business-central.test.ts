/**
 * Business Central over the wire, Online and on a server of one’s own. Its help: automation-apis-using-s2s-authentication,
 * api-endpoint-structure, walkthrough-authenticate-web-services-using-oauth, endpoints-apis-for-dynamics;
 * MicrosoftDocs/entra-docs: v2-oauth2-auth-code-flow, certificate-credentials
 * (facts collected 2026-11-22).
 */
import { describe, expect, it } from 'vitest'
import { back, form, speaks } from './wire.ts'

const entra = 'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0'
const online = 'https%3A%2F%2Fapi.businesscentral.dynamics.com%2F.default'
const known = 'client_id=rehearsal&client_secret=rehearsal-secret'
const tenant = 'contoso.onmicrosoft.com'

describe.each([
  {
    id: 'business-central-online',
    inputs: { tenant, environment: 'Production' },
    delegated: online,
    api: 'https://api.businesscentral.dynamics.com/v2.0/contoso.onmicrosoft.com/Production/api/v2.0',
  },
  {
    id: 'business-central',
    inputs: { tenant, host: 'nav.contoso.com', port: '7048', instance: 'BC250' },
    delegated: 'api%3A%2F%2F44444444-cccc-5555-dddd-666666666666%2F.default',
    api: 'https://nav.contoso.com:7048/BC250/api/v2.0',
  },
])('$id', ({ id, inputs, delegated, api }) => {
  const companies = `
GET ${api}/companies
authorization: Bearer <access>`

  const assertions = speaks(
    id,
    [
      {
        way: 'app_secret',
        options: { inputs },
        sends: `
POST ${entra}/token
${form}

${known}&scope=${online}&grant_type=client_credentials
${companies}`,
      },
      {
        way: 'app_certificate',
        options: { inputs },
        sends: `
POST ${entra}/token
${form}

client_id=rehearsal&scope=${online}&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=<jwt>&grant_type=client_credentials
${companies}`,
      },
      {
        way: 'user',
        options: { inputs },
        sends: `
GET ${entra}/authorize?client_id=rehearsal&response_type=code&redirect_uri=${back}&response_mode=query&scope=${delegated}%20offline_access&state=<state>&code_challenge=<challenge>&code_challenge_method=S256

POST ${entra}/token
${form}

${known}&scope=${delegated}+offline_access&code=<code>&redirect_uri=${back}&grant_type=authorization_code&code_verifier=<verifier>
${companies}

POST ${entra}/token
${form}

${known}&scope=${delegated}+offline_access&refresh_token=<refresh>.&grant_type=refresh_token`,
      },
    ],
    [
      [
        'another secret',
        `POST ${entra}/token\n${form}\n\nclient_id=rehearsal&client_secret=wrong&scope=${online}&grant_type=client_credentials`,
        401,
        'invalid_client',
      ],
      [
        'scopes with a comma between them',
        `GET ${entra}/authorize?client_id=rehearsal&response_type=code&redirect_uri=${back}&response_mode=query&scope=${delegated}%2Coffline_access&state=s&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
        302,
        'error=',
      ],
      [
        'no scope for an application',
        `POST ${entra}/token\n${form}\n\n${known}&grant_type=client_credentials`,
        400,
        'scope',
      ],
      ['a token that does not live', `GET ${api}/companies\nauthorization: Bearer x`, 401, ''],
    ],
  )

  it('signs with the certificate as Microsoft asks', () => {
    const { header, claims } = assertions()[0]!
    expect(header).toMatchObject({ alg: 'PS256', typ: 'JWT' })
    expect(header['x5t#S256']).toMatch(/^[\w-]{43}$/)
    expect(claims).toMatchObject({ iss: 'rehearsal', sub: 'rehearsal' })
    expect(claims['aud']).toMatch(/login\.microsoftonline\.com\/contoso\.onmicrosoft\.com\/oauth2\/v2\.0\/token$/)
  })
})
