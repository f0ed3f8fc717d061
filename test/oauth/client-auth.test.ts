import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { secret } from '../../src/secret.ts'
import { makeAssertion } from '../../src/oauth/assertion.ts'
import { buildCall, type ClientCredentials } from '../../src/oauth/call.ts'
import type { CallTemplate } from '../../src/oauth/call-template.ts'
import { joinText } from '../../src/oauth/template.ts'
import { makeCertificate } from './certificate.ts'
import { context, countedBytes, now } from './given.ts'

const url = 'https://a.test/token?v=1'
const form = { form: { grant_type: 'x' } }

async function sent(client: ClientCredentials, template: Partial<CallTemplate> = { body: form }, values = {}) {
  const call = await buildCall({ url, ...template }, values, context(client))
  const header = call.headers.find(([name]) => name === 'authorization')?.[1]
  return {
    authorization: header && joinText(header),
    basic: header && Buffer.from(joinText(header).slice(6), 'base64').toString(),
    body: call.body && Object.fromEntries(new URLSearchParams(joinText(call.body.text))),
    query: Object.fromEntries(call.query.map(([name, value]) => [name, joinText(value)])),
  }
}

describe('client authentication', () => {
  const client = { id: 'm:e', secret: secret('%2B+: &=/"') }

  it('form-encodes id and secret for Basic, as RFC 6749 section 2.3.1 says', async () => {
    const { basic, body } = await sent({ ...client, method: 'client_secret_basic' })
    expect(basic).toBe('m%3Ae:%252B%2B%3A+%26%3D%2F%22')
    expect(body).toEqual({ grant_type: 'x' })
  })

  it('sends id and secret raw for servers that want it so', async () => {
    expect((await sent({ ...client, method: 'client_secret_basic', rawBasic: true })).basic).toBe('m:e:%2B+: &=/"')
  })

  it('puts id and secret into the body, under the names of the service', async () => {
    const sentFields = await sent({
      ...client,
      method: 'client_secret_post',
      idParam: 'client_key',
      secretParam: 'app_secret',
    })
    expect(sentFields.body).toEqual({ grant_type: 'x', client_key: 'm:e', app_secret: '%2B+: &=/"' })
  })

  it('puts id and secret into the query where the service wants it', async () => {
    const { query, body } = await sent({ id: 'a', secret: secret('b'), method: 'query' })
    expect([query, body]).toEqual([{ v: '1', client_id: 'a', client_secret: 'b' }, { grant_type: 'x' }])
  })

  it('names a public client in the body only', async () => {
    const { authorization, body, query } = await sent({ id: 'a', method: 'none' })
    expect([authorization, body, query]).toEqual([undefined, { grant_type: 'x', client_id: 'a' }, { v: '1' }])
  })

  it('makes a body for a request that has none, and uses the query of a GET', async () => {
    expect((await sent({ id: 'a', method: 'none' }, {})).body).toEqual({ client_id: 'a' })
    expect((await sent({ id: 'a', method: 'none' }, { method: 'GET' })).query).toEqual({ v: '1', client_id: 'a' })
  })

  it('adds nothing to a request that wants no authentication', async () => {
    expect((await sent({ ...client, method: 'client_secret_post' }, { auth: 'none', body: form })).body).toEqual({
      grant_type: 'x',
    })
  })

  it('adds no parameter that the template names, in body or query', async () => {
    const body = { form: { client_id: 'own', client_secret: '{client_secret}' } }
    const values = { client_secret: secret('s') }
    expect((await sent({ ...client, method: 'client_secret_post' }, { body }, values)).body).toEqual({
      client_id: 'own',
      client_secret: 's',
    })
    const inQuery = await sent({ ...client, method: 'client_secret_post' }, { query: { client_id: 'q' }, body: form })
    expect(inQuery.body).toEqual({ grant_type: 'x', client_secret: '%2B+: &=/"' })
  })

  it('never proves the client twice in one request', async () => {
    const body = { form: { client_secret: '{client_secret}' } }
    const inBody = await sent({ ...client, method: 'client_secret_basic' }, { body }, { client_secret: secret('s') })
    expect([inBody.authorization, inBody.body]).toEqual([undefined, { client_secret: 's' }])
    const own = await sent(
      { ...client, method: 'client_secret_post' },
      { headers: { Authorization: 'Own x' }, body: form },
    )
    expect([own.authorization, own.body]).toEqual(['Own x', { grant_type: 'x', client_id: 'm:e' }])
  })

  it('uses the method that a request forces', async () => {
    const { basic, body } = await sent(
      { id: 'a', secret: secret('b'), method: 'client_secret_post' },
      { auth: 'client_secret_basic', body: form },
    )
    expect([basic, body]).toEqual(['a:b', { grant_type: 'x' }])
  })

  it('sends user name and password as Basic, raw', async () => {
    const values = { user_name: 'jürgen', password: secret('p:w d') }
    expect((await sent({ ...client, method: 'none' }, { auth: 'user', body: form }, values)).basic).toBe('jürgen:p:w d')
    await expect(
      sent({ ...client, method: 'none' }, { auth: 'user' }, { ...values, user_name: 'a:b' }),
    ).rejects.toThrow('colon')
    await expect(
      sent({ ...client, method: 'none' }, { auth: 'user' }, { ...values, password: undefined }),
    ).rejects.toThrow('{password}')
  })

  it('sends a header as it is written', async () => {
    const { authorization } = await sent(
      { ...client, method: 'none' },
      { auth: { header: 'OAuth {token}' } },
      { token: secret('t') },
    )
    expect(authorization).toBe('OAuth t')
  })

  it('says which part of the client is missing', async () => {
    await expect(sent({ id: 'a', method: 'client_secret_basic' })).rejects.toThrow(
      'client authentication needs client_secret',
    )
    await expect(sent({ method: 'client_secret_post' })).rejects.toThrow('client authentication needs client_id')
    await expect(sent({ id: 'a', method: 'private_key_jwt' })).rejects.toThrow(
      'client authentication needs the signing key',
    )
  })

  it('says what to do where a body cannot take the parameter', async () => {
    const body = { text: '<xml/>', type: 'text/xml' }
    expect((await sent({ id: 'a', method: 'none' }, { body })).query).toEqual({ v: '1' })
    await expect(sent({ ...client, method: 'client_secret_post' }, { body })).rejects.toThrow(
      'neither a form nor a JSON object',
    )
  })
})

describe('client assertions', () => {
  const pem = (key: KeyObject) => secret(key.export({ type: 'pkcs8', format: 'pem' }) as string)
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys = [
    ...['RS256', 'PS256'].map((alg) => ({ alg, ...rsa })),
    { alg: 'ES256', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) },
    { alg: 'ES384', ...generateKeyPairSync('ec', { namedCurve: 'P-384' }) },
    { alg: 'EdDSA', ...generateKeyPairSync('ed25519') },
  ]

  it.each(keys)(
    'private_key_jwt signs with $alg who we are, for this server, for five minutes',
    async ({ alg, publicKey, privateKey }) => {
      const { body } = await sent({
        id: 'me',
        method: 'private_key_jwt',
        key: { alg, pem: pem(privateKey), keyId: 'k1' },
      })
      expect(body).toMatchObject({
        client_id: 'me',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      })
      const { payload, protectedHeader } = await jwtVerify(body!['client_assertion']!, publicKey, {
        issuer: 'me',
        subject: 'me',
        audience: 'https://a.test/token',
        currentDate: new Date(now),
      })
      expect(protectedHeader).toEqual({ alg, typ: 'JWT', kid: 'k1' })
      expect([payload.exp! - payload.iat!, payload.nbf, payload.jti!.length]).toEqual([300, now / 1000, 22])
    },
  )

  it('uses the audience of the service and another jti each time', async () => {
    const build = context({
      id: 'me',
      method: 'private_key_jwt',
      audience: 'https://iss.test',
      key: { alg: 'RS256', pem: pem(rsa.privateKey) },
    })
    const seen = []
    for (let i = 0; i < 2; i++) {
      const call = await buildCall({ url }, {}, build)
      const assertion = new URLSearchParams(joinText(call.body!.text)).get('client_assertion')!
      seen.push(
        (await jwtVerify(assertion, rsa.publicKey, { audience: 'https://iss.test', currentDate: new Date(now) }))
          .payload.jti,
      )
    }
    expect(seen[0]).not.toBe(seen[1])
  })

  it.each(['none', 'HS256', 'RSA1_5'])('refuses the algorithm %s', async (alg) => {
    const client = { id: 'me', method: 'private_key_jwt' as const, key: { alg, pem: pem(rsa.privateKey) } }
    await expect(sent(client)).rejects.toThrow('cannot sign an assertion')
  })

  it('refuses a key that is short, of the wrong kind, or none, without showing it', async () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
    const client = (alg: string, text: ReturnType<typeof secret>) => ({
      id: 'me',
      method: 'private_key_jwt' as const,
      key: { alg, pem: text },
    })
    await expect(sent(client('RS256', pem(short)))).rejects.toThrow('does not fit algorithm RS256')
    await expect(sent(client('ES256', pem(rsa.privateKey)))).rejects.toThrow('does not fit algorithm ES256')
    await expect(sent(client('RS256', secret('-----BEGIN canary')))).rejects.toThrow(
      /^the signing key is no unencrypted private key in PEM$/,
    )
  })

  it('adds the thumbprint of the certificate, or says that there is none', async () => {
    const key = { alg: 'RS256', pem: pem(rsa.privateKey) }
    await expect(sent({ id: 'me', method: 'private_key_jwt', thumbprint: true, key })).rejects.toThrow(
      'no PEM certificate',
    )
    const { certificate, privateKey } = await makeCertificate()
    const { body } = await sent({
      id: 'me',
      method: 'private_key_jwt',
      thumbprint: true,
      key: { alg: 'ES256', pem: secret(privateKey), certificate },
    })
    const der = Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64')
    expect(decodeProtectedHeader(body!['client_assertion']!)['x5t#S256']).toBe(
      createHash('sha256').update(der).digest('base64url'),
    )
  })

  it('client_secret_jwt signs with the secret and refuses one that is shorter than the hash', async () => {
    const long = 'x'.repeat(32)
    const { body } = await sent({ id: 'me', secret: secret(long), method: 'client_secret_jwt' })
    await jwtVerify(body!['client_assertion']!, new TextEncoder().encode(long), {
      issuer: 'me',
      currentDate: new Date(now),
    })
    await expect(sent({ id: 'me', secret: secret('x'.repeat(31)), method: 'client_secret_jwt' })).rejects.toThrow(
      'at least 32 bytes',
    )
  })

  it('an assertion written by a template has its claims, lists and optional members', async () => {
    const template = {
      alg: ['PS256', 'RS256'],
      header: { kid: '{certificate_id}' },
      claims: { iss: '{client_id}', scope: '{scopes}', 'sub?': '{subject}', aud: 'https://a.test' },
      life: 3600,
    }
    const values = { certificate_id: 'c1', client_id: 'me', scopes: ['a', 'b'], subject: undefined }
    const facts = { now, randomBytes: countedBytes() }
    const signed = await makeAssertion(
      template,
      values,
      { alg: 'PS256', pem: pem(rsa.privateKey), keyId: 'other' },
      facts,
    )
    const { payload, protectedHeader } = await jwtVerify(signed.open(), rsa.publicKey, { currentDate: new Date(now) })
    expect(protectedHeader).toEqual({ alg: 'PS256', typ: 'JWT', kid: 'c1' })
    expect(payload).toMatchObject({ iss: 'me', scope: ['a', 'b'], iat: now / 1000, exp: now / 1000 + 3600 })
    expect(payload).not.toHaveProperty('sub')
    await expect(makeAssertion(template, values, { alg: 'ES256', pem: pem(rsa.privateKey) }, facts)).rejects.toThrow(
      'takes PS256, RS256',
    )
  })
})
