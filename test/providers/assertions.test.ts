import { createHash, createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { decodeProtectedHeader, importSPKI, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { makeAssertion } from '../../src/oauth/assertion.ts'
import { buildCall, toWire } from '../../src/oauth/call.ts'
import { expand, joinText, type Values } from '../../src/oauth/template.ts'
import { namesKnown, resolveValues } from '../../src/provider/values.ts'
import google from '../../src/providers/google-cloud.ts'
import microsoft from '../../src/providers/microsoft.ts'
import netsuite from '../../src/providers/netsuite.ts'
import { secret } from '../../src/secret.ts'
import { selfSigned } from './self-signed.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const context = { now, randomBytes: (size: number) => randomBytes(size) }
const pair = generateKeyPairSync('rsa', { modulusLength: 3072 })
const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const spki = createPublicKey(pair.privateKey).export({ type: 'spki', format: 'pem' }).toString()

async function claimsOf(jwt: string, alg: string) {
  const { payload } = await jwtVerify(jwt, await importSPKI(spki, alg), {
    currentDate: new Date(now),
    algorithms: [alg],
  })
  return payload
}

describe('a Google service account', () => {
  const file = JSON.stringify({ client_email: 'a@b.iam.gserviceaccount.com', private_key: pem, private_key_id: 'kid1' })
  const assertion = google.ways.service_account.assertion

  async function signed(typed: Record<string, string>) {
    const { values, faults } = resolveValues(google, 'service_account', { typed, secrets: { key_file: secret(file) } })
    expect(faults).toEqual([])
    const known = Object.fromEntries(namesKnown(google, 'service_account').map((name) => [name, undefined]))
    const all: Values = { ...known, ...values, scope: 'one two', scopes: ['one', 'two'] }
    const key = joinText(expand(assertion.key!, all, 'plain'))
    return (await makeAssertion(assertion, all, { alg: 'RS256', pem: secret(key) }, context)).open()
  }

  it('signs for itself', async () => {
    const jwt = await signed({})
    expect(decodeProtectedHeader(jwt)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'kid1' })
    expect(await claimsOf(jwt, 'RS256')).toMatchObject({
      iss: 'a@b.iam.gserviceaccount.com',
      scope: 'one two',
      aud: 'https://oauth2.googleapis.com/token',
      exp: now / 1000 + 3600,
    })
    expect(await claimsOf(jwt, 'RS256')).not.toHaveProperty('sub')
  })
  it('names the person it acts as', async () => {
    expect(await claimsOf(await signed({ subject: 'who@example.com' }), 'RS256')).toHaveProperty(
      'sub',
      'who@example.com',
    )
  })
})

it('NetSuite gets PS256 with the certificate id and the scopes as a list', async () => {
  const { values } = resolveValues(netsuite, 'machine', {
    typed: { account: '1234567_SB1', certificate_id: 'cert-7' },
    secrets: {},
  })
  const all: Values = { ...values, client_id: 'id', scope: 'x', scopes: ['rest_webservices', 'restlets'] }
  const jwt = await makeAssertion(netsuite.ways.machine.assertion, all, { alg: 'PS256', pem: secret(pem) }, context)
  expect(decodeProtectedHeader(jwt.open())).toEqual({ alg: 'PS256', typ: 'JWT', kid: 'cert-7' })
  expect(await claimsOf(jwt.open(), 'PS256')).toMatchObject({
    iss: 'id',
    scope: ['rest_webservices', 'restlets'],
    aud: 'https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/auth/oauth2/v1/token',
  })
})

it('Microsoft gets PS256 with the thumbprint of the certificate, for its own token endpoint', async () => {
  const way = microsoft.ways.app_certificate
  const certificate = await selfSigned(pair)
  const { values } = resolveValues(microsoft, 'app_certificate', { typed: { tenant: 'contoso.com' }, secrets: {} })
  const all: Values = { ...values, client_id: 'id', scope: 'https://graph.microsoft.com/.default' }
  const call = await buildCall(way.token, all, {
    ...context,
    defaultAuth: 'client',
    client: {
      id: 'id',
      method: 'private_key_jwt',
      key: { alg: 'PS256', pem: secret(pem), certificate },
      audience: joinText(expand(way.client.assertionAudience!, all, 'plain')),
      thumbprint: true,
    },
  })
  const form = new URLSearchParams(toWire(call, { deadlineMs: 1000 }).body)
  expect(form.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
  const jwt = form.get('client_assertion')!
  const thumbprint = createHash('sha256').update(new X509Certificate(certificate).raw).digest('base64url')
  expect(decodeProtectedHeader(jwt)).toMatchObject({ alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint })
  expect(await claimsOf(jwt, 'PS256')).toMatchObject({
    iss: 'id',
    sub: 'id',
    aud: 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token',
  })
})
