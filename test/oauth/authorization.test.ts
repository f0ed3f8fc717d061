import { randomBytes } from 'node:crypto'
import { calculatePKCECodeChallenge } from 'oauth4webapi'
import { describe, expect, it } from 'vitest'
import { open, secret } from '../../src/secret.ts'
import { readAuthorizationResponse, startAuthorization } from '../../src/oauth/authorization.ts'
import { buildCall } from '../../src/oauth/call.ts'
import { parTemplate, readParAnswer } from '../../src/oauth/par.ts'
import { joinText } from '../../src/oauth/template.ts'
import { answer, context, now } from './given.ts'

const params = {
  response_type: '{response_type}',
  client_id: '{client_id}',
  redirect_uri: '{redirect_uri}',
  'scope?': '{scope}',
  state: '{state}',
  'code_challenge?': '{code_challenge}',
  'code_challenge_method?': '{code_challenge_method}',
}
const values = { client_id: 'me', redirect_uri: 'http://127.0.0.1:5000/cb?x=1', scope: 'a b' }
const request = { url: 'https://a.test/authorize?tenant=t', params, pkce: 'required' as const }

describe('an authorization request', () => {
  it('sends a fresh state and the S256 challenge of a fresh verifier, 256 bits each', async () => {
    const [one, two] = [
      startAuthorization(request, values, randomBytes),
      startAuthorization(request, values, randomBytes),
    ]
    expect(Buffer.from(one.state, 'base64url')).toHaveLength(32)
    expect(Buffer.from(one.verifier!.open(), 'base64url')).toHaveLength(32)
    expect([one.state, one.verifier!.open()]).not.toEqual([two.state, two.verifier!.open()])
    expect(one.parameters).toEqual([
      ['tenant', 't'],
      ['response_type', 'code'],
      ['client_id', 'me'],
      ['redirect_uri', values.redirect_uri],
      ['scope', 'a b'],
      ['state', one.state],
      ['code_challenge', await calculatePKCECodeChallenge(one.verifier!.open())],
      ['code_challenge_method', 'S256'],
    ])
    expect([...new URL(one.url).searchParams]).toEqual(one.parameters)
    expect(one.url).toContain('scope=a%20b')
    expect(one.url).not.toContain(one.verifier!.open())
  })

  it('leaves PKCE out where the service takes none, and an empty scope', () => {
    const started = startAuthorization({ ...request, pkce: 'off' }, { ...values, scope: '' }, randomBytes)
    expect(started.parameters.map(([name]) => name)).toEqual([
      'tenant',
      'response_type',
      'client_id',
      'redirect_uri',
      'state',
    ])
    expect(started).not.toHaveProperty('verifier')
  })

  it('sends state and challenge even if the parameters forget them, and keeps parameters of one’s own', () => {
    const started = startAuthorization(
      {
        url: 'https://a.test/',
        params: { app_id: '{client_id}', response_mode: 'form_post', duration: 'permanent' },
        pkce: 'optional',
      },
      values,
      randomBytes,
    )
    expect(Object.fromEntries(started.parameters)).toMatchObject({
      app_id: 'me',
      response_mode: 'form_post',
      duration: 'permanent',
      state: started.state,
      code_challenge_method: 'S256',
    })
  })

  it('makes a nonce where a parameter asks for one', () => {
    const started = startAuthorization({ ...request, params: { ...params, nonce: '{nonce}' } }, values, randomBytes)
    expect(Object.fromEntries(started.parameters)['nonce']).toBe(started.nonce)
    expect(startAuthorization(request, values, randomBytes)).not.toHaveProperty('nonce')
  })

  it.each(['javascript:alert(1)', 'file:///etc/passwd', '--flag', '$(calc)', 'https://a:b@a.test/'])(
    'never opens %s',
    (url) => {
      expect(() => startAuthorization({ ...request, url }, values, randomBytes)).toThrow('no http(s) URL')
    },
  )

  it('carries no secret through the browser', () => {
    const leaking = { ...request, params: { ...params, s: '{client_secret}' } }
    expect(() => startAuthorization(leaking, { ...values, client_secret: secret('hush') }, randomBytes)).toThrow(
      'a secret may not stand',
    )
  })
})

describe('an authorization response', () => {
  const expected = { state: 'the-state' }
  const read = (query: string, more = {}) =>
    readAuthorizationResponse([...new URLSearchParams(query)], { ...expected, ...more })

  it('brings the code and whatever else came with it', () => {
    const response = read('code=c%2B1&state=the-state&realmId=42&__proto__=x')
    expect(response.kind === 'code' && [open(response.code), Object.entries(response.callback)]).toEqual([
      'c+1',
      [
        ['realmId', '42'],
        ['__proto__', 'x'],
      ],
    ])
    expect(JSON.stringify(response)).not.toContain('c+1')
  })

  it.each([
    ['code=a&code=b&state=the-state', 'bad_callback'],
    ['code=a&state=the-state&state=the-state', 'bad_callback'],
    ['access_token=t&state=the-state', 'bad_callback'],
    ['code=a&id_token=t&state=the-state', 'bad_callback'],
    ['state=the-state', 'bad_callback'],
    ['code=&state=the-state', 'bad_callback'],
    [`code=${'a'.repeat(70_000)}&state=the-state`, 'bad_callback'],
    ['code=a', 'state_mismatch'],
    ['code=a&state=', 'state_mismatch'],
    ['code=a&state=the-statf', 'state_mismatch'],
    ['error=access_denied&state=other', 'state_mismatch'],
  ])('is refused: %.60s', (query, code) => {
    expect(() => read(query)).toThrow(expect.objectContaining({ code }))
  })

  it('must name its issuer exactly where one is expected', () => {
    const issuer = 'https://a.test'
    const named = (iss: string) => `code=a&state=the-state&iss=${encodeURIComponent(iss)}`
    expect(read(named(issuer), { issuer, issuerRequired: true }).kind).toBe('code')
    expect(read('code=a&state=the-state', { issuer }).kind).toBe('code')
    const mismatch = expect.objectContaining({ code: 'issuer_mismatch' })
    expect(() => read(named('https://a.test/'), { issuer })).toThrow(mismatch)
    expect(() => read('code=a&state=the-state', { issuer, issuerRequired: true })).toThrow(mismatch)
    expect(() => read(`error=x&state=the-state&iss=https://b.test`, { issuer })).toThrow(mismatch)
  })

  it('that names an issuer nobody declared must come from the site the person was sent to', () => {
    const from = (iss: string, page: string) => read(`code=a&state=the-state&iss=${encodeURIComponent(iss)}`, { page })
    expect(from('https://id.a.test/realms/x', 'https://login.a.test/authorize').kind).toBe('code')
    expect(from('http://127.0.0.1:80', 'http://127.0.0.1:8080/auth').kind).toBe('code')
    const mismatch = expect.objectContaining({ code: 'issuer_mismatch', remedy: expect.stringContaining('issuer') })
    for (const iss of ['https://b.test', 'https://a.test.b.example', 'https://a.test@b.example', 'nobody', ''])
      expect(() => from(iss, 'https://a.test/authorize')).toThrow(mismatch)
    expect(() => from('http://10.0.0.1', 'http://20.0.0.1/auth')).toThrow(mismatch)
  })

  it('says no in the words of the service, cleaned and cut', () => {
    expect(read('error=access_denied&error_description=no%0d%0athanks&state=the-state')).toEqual({
      kind: 'error',
      code: 'access_denied',
      words: 'no thanks',
    })
    const errorNames = { code: ['error_code'], text: ['error_message'] }
    expect(read('error_code=200&error_message=m&error=e&state=the-state', { errorNames })).toEqual({
      kind: 'error',
      code: '200',
      words: 'm',
    })
    expect(read('error=e&state=the-state', { errorNames })).toEqual({ kind: 'error', code: 'e' })
  })

  it('has its code under the name of the service', () => {
    expect(read('auth_code=x&state=the-state', { codeName: 'auth_code' })).toMatchObject({ kind: 'code', callback: {} })
  })
})

describe('a pushed authorization request', () => {
  it('carries the parameters as they are, braces included, with client authentication', async () => {
    const { template, values: given } = parTemplate('https://a.test/par', [
      ['claims', '{"id_token":{}}'],
      ['client_id', 'me'],
    ])
    const call = await buildCall(
      template,
      given,
      context({ id: 'me', secret: secret('s'), method: 'client_secret_post' }),
    )
    expect([...new URLSearchParams(joinText(call.body!.text))]).toEqual([
      ['claims', '{"id_token":{}}'],
      ['client_id', 'me'],
      ['client_secret', 's'],
    ])
  })

  it('becomes an address with a reference', () => {
    const pushed = answer({ request_uri: 'urn:x:1', expires_in: 90 }, { status: 201 })
    expect(readParAnswer(pushed, 'https://a.test/authorize', 'm e')).toEqual({
      kind: 'pushed',
      url: 'https://a.test/authorize?client_id=m%20e&request_uri=urn%3Ax%3A1',
      expiresAt: now + 90_000,
    })
    expect(readParAnswer(answer({}), 'https://a.test/', 'me')).toMatchObject({ kind: 'error', code: 'no_request_uri' })
    expect(readParAnswer(answer({ error: 'invalid_request' }, { status: 400 }), 'https://a.test/', 'me')).toMatchObject(
      { code: 'invalid_request' },
    )
  })
})
