import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { open, secret } from '../../src/secret.ts'
import { buildCall } from '../../src/oauth/call.ts'
import { deviceTemplate, nextPoll, readDeviceAnswer } from '../../src/oauth/grants/device-code.ts'
import { grants } from '../../src/oauth/grants/index.ts'
import { introspectionTemplate, revocationTemplate } from '../../src/oauth/revocation.ts'
import { joinText, variablesOf } from '../../src/oauth/template.ts'
import { answer, context, now } from './given.ts'

const values = {
  code: 'c',
  redirect_uri: 'https://me.test/cb',
  code_verifier: undefined,
  refresh_token: secret('r'),
  scope: 'a b',
  user_name: 'u',
  password: secret('p'),
  assertion: secret('x.y.z'),
  device_code: secret('d'),
  token: secret('t'),
}
const client = { id: 'me', secret: secret('s'), method: 'client_secret_basic' as const }

describe('grants', () => {
  it('have one file each', () => {
    const files = readdirSync(new URL('../../src/oauth/grants/', import.meta.url))
    const names = Object.keys(grants).map((name) => `${name.replaceAll('_', '-')}.ts`)
    expect(files.filter((file) => file !== 'index.ts' && file !== 'grant.ts').sort()).toEqual(names.sort())
  })

  it.each(Object.values(grants).filter((grant) => grant.template))(
    '$name needs what its request must name',
    async (grant) => {
      const template = grant.template!('https://a.test/token')
      const call = await buildCall(template, values, context(client))
      const fields = new URLSearchParams(joinText(call.body!.text))
      expect(fields.get('grant_type')).toBe(grant.grantType)
      const needed = variablesOf(
        Object.entries((template.body as { form: Record<string, string> }).form)
          .filter(([key]) => !key.endsWith('?'))
          .map(([, text]) => text)
          .join(),
      )
      expect(grant.needs.filter((name) => name !== 'client_id')).toEqual(needed)
    },
  )

  it('revoke the refresh token first and ask about the access token', async () => {
    const sent = async (template: ReturnType<typeof revocationTemplate>) =>
      joinText((await buildCall(template, values, context(client))).body!.text)
    expect(await sent(revocationTemplate('https://a.test/r'))).toBe('token=r&token_type_hint=refresh_token')
    expect(await sent(revocationTemplate('https://a.test/r', 'access_token'))).toBe(
      'token=t&token_type_hint=access_token',
    )
    expect(await sent(introspectionTemplate('https://a.test/i'))).toBe('token=t&token_type_hint=access_token')
  })
})

describe('the device grant', () => {
  const codes = { device_code: 'dev-canary', user_code: 'ABCD-EFGH', verification_uri: 'https://a.test/device' }

  it('asks for codes with scopes, and names a public client', async () => {
    const call = await buildCall(deviceTemplate('https://a.test/d'), values, context({ id: 'me', method: 'none' }))
    expect(joinText(call.body!.text)).toBe('scope=a+b&client_id=me')
  })

  it('reads the codes; the device code is a secret', () => {
    const read = readDeviceAnswer(
      answer({ ...codes, expires_in: 900, interval: 7, verification_uri_complete: 'https://a.test/device?c=1' }),
      now,
    )
    expect(read).toMatchObject({
      kind: 'device',
      userCode: 'ABCD-EFGH',
      verificationUri: codes.verification_uri,
      expiresAt: now + 900_000,
      interval: 7,
    })
    expect(read.kind === 'device' && open(read.deviceCode)).toBe('dev-canary')
    expect(JSON.stringify(read)).not.toContain('canary')
  })

  it('polls every 5 s if nothing is said, and takes the older spelling of the address', () => {
    const { verification_uri, ...rest } = codes
    expect(readDeviceAnswer(answer({ ...rest, verification_url: verification_uri, interval: 0 }), now)).toMatchObject({
      interval: 5,
      expiresAt: now + 600_000,
    })
  })

  it.each([{}, { ...codes, verification_uri: 'javascript:alert(1)' }, { ...codes, user_code: '' }, '<html>'])(
    'takes %j for no codes',
    (body) => {
      expect(readDeviceAnswer(answer(body), now)).toMatchObject({ kind: 'error' })
    },
  )

  it('polls on, slows down when told, backs off when unheard, and stops on everything else', () => {
    expect(nextPoll(5, { kind: 'transient', code: 'authorization_pending' })).toBe(5)
    expect(nextPoll(5, { kind: 'transient', code: 'slow_down' })).toBe(10)
    expect(nextPoll(10, { kind: 'unknown_outcome', code: 'timeout' })).toBe(20)
    expect(nextPoll(100, { kind: 'not_sent', code: 'dns' })).toBe(120)
    expect(nextPoll(5, { kind: 'dead', code: 'expired_token' })).toBeUndefined()
    expect(nextPoll(5, { kind: 'denied', code: 'access_denied' })).toBeUndefined()
    expect(nextPoll(5, { kind: 'client', code: 'invalid_client' })).toBeUndefined()
  })
})
