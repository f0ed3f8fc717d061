/**
 * Microsoft over the wire. MicrosoftDocs/entra-docs, identity-platform: v2-oauth2-auth-code-flow,
 * v2-oauth2-client-creds-grant-flow, v2-oauth2-device-code, certificate-credentials
 * (facts collected 2026-11-22).
 */
import { expect, it } from 'vitest'
import { back, form, speaks } from './wire.ts'

const tenant = 'contoso.onmicrosoft.com'
const entra = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0`
const inputs = { tenant }
const scope = 'offline_access+openid+profile+User.Read'
const known = 'client_id=rehearsal&client_secret=rehearsal-secret'
const me = `
GET https://graph.microsoft.com/v1.0/me
authorization: Bearer <access>`
const organization = `
GET https://graph.microsoft.com/v1.0/organization
authorization: Bearer <access>`

const assertions = speaks(
  'microsoft',
  [
    {
      way: 'user',
      options: { inputs },
      sends: `
GET ${entra}/authorize?client_id=rehearsal&response_type=code&redirect_uri=${back}&response_mode=query&scope=offline_access%20openid%20profile%20User.Read&state=<state>&code_challenge=<challenge>&code_challenge_method=S256

POST ${entra}/token
${form}

client_id=rehearsal&scope=${scope}&code=<code>&redirect_uri=${back}&grant_type=authorization_code&code_verifier=<verifier>&client_secret=rehearsal-secret
${me}

POST ${entra}/token
${form}

${known}&scope=${scope}&refresh_token=<refresh>&grant_type=refresh_token`,
    },
    {
      way: 'app_secret',
      options: { inputs },
      sends: `
POST ${entra}/token
${form}

${known}&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&grant_type=client_credentials
${organization}`,
    },
    {
      way: 'app_certificate',
      options: { inputs },
      sends: `
POST ${entra}/token
${form}

scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=rehearsal&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=<jwt>&grant_type=client_credentials
${organization}`,
    },
    {
      way: 'device',
      options: { inputs },
      sends: `
POST ${entra}/devicecode
${form}

client_id=rehearsal&scope=${scope}

POST ${entra}/token
${form}

grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&client_id=rehearsal&device_code=<device>
${me}

POST ${entra}/token
${form}

client_id=rehearsal&scope=${scope}&refresh_token=<refresh>&grant_type=refresh_token`,
    },
  ],
  [
    [
      'another secret',
      `POST ${entra}/token\n${form}\n\nclient_id=rehearsal&client_secret=wrong&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&grant_type=client_credentials`,
      401,
      'AADSTS7000215',
    ],
    [
      'no scope for an application',
      `POST ${entra}/token\n${form}\n\n${known}&grant_type=client_credentials`,
      400,
      'scope',
    ],
    [
      'scopes with a comma between them',
      `GET ${entra}/authorize?client_id=rehearsal&response_type=code&redirect_uri=${back}&response_mode=query&scope=openid%2CUser.Read&state=s&code_challenge=${'c'.repeat(43)}&code_challenge_method=S256`,
      302,
      'error=',
    ],
    [
      'an assertion that nobody signed',
      `POST ${entra}/token\n${form}\n\nscope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=rehearsal&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&client_assertion=a.b.c&grant_type=client_credentials`,
      401,
      'invalid_client',
    ],
  ],
)

it('signs with the certificate as Microsoft asks', () => {
  const { header, claims } = assertions()[0]!
  expect(header).toMatchObject({ alg: 'PS256', typ: 'JWT' })
  expect(header['x5t#S256']).toMatch(/^[\w-]{43}$/)
  expect(claims).toMatchObject({ iss: 'rehearsal', sub: 'rehearsal' })
  expect(claims['jti']).toBeTruthy()
  expect(claims['aud']).toMatch(/login\.microsoftonline\.com\/contoso\.onmicrosoft\.com\/oauth2\/v2\.0\/token$/)
  expect(Number(claims['exp']) - Number(claims['nbf'])).toBeLessThanOrEqual(600)
})
