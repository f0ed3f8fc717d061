/** Servers that customers set up themselves: where secrets may go, whom an assertion is for, what is told before. */
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { describe, expect, it } from 'vitest'
import { buildCall, callUrl, toWire } from '../../src/oauth/call.ts'
import { expand, joinText, type Values } from '../../src/oauth/template.ts'
import { hostMatches, hostsOf } from '../../src/provider/hosts.ts'
import { findWay, namesKnown } from '../../src/provider/names.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { resolveValues } from '../../src/provider/values.ts'
import { adviceAt } from '../../src/provider/warnings.ts'
import auth0 from '../../src/providers/auth0.ts'
import keycloak from '../../src/providers/keycloak.ts'
import okta from '../../src/providers/okta.ts'
import { secret } from '../../src/secret.ts'

const now = Date.parse('2026-11-22T12:00:00Z')
const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()

function valuesOf(provider: Provider, way: string, typed: Record<string, string>): Values {
  const { values, faults } = resolveValues(provider, way, { typed, secrets: {} })
  expect(faults).toEqual([])
  return { ...Object.fromEntries(namesKnown(provider, way).map((name) => [name, undefined])), ...values }
}

const realm = (base_url: string) => ({ base_url, realm: 'demo' })

describe('an assertion is for the server that reads it', () => {
  it.each([
    [okta, 'service', { domain: 'example.okta.com' }, 'https://example.okta.com/oauth2/v1/token'],
    [
      okta,
      'custom_service',
      { domain: 'example.okta.com', server: 'aus1' },
      'https://example.okta.com/oauth2/aus1/v1/token',
    ],
    [
      auth0,
      'machine',
      { domain: 'example.eu.auth0.com', audience: 'https://api.example.com/' },
      'https://example.eu.auth0.com/',
    ],
    [keycloak, 'service', realm('https://sso.example.com/auth'), 'https://sso.example.com/auth/realms/demo'],
  ] as const)('$0.name, $1', async (provider: Provider, way, typed, audience) => {
    const values = { ...valuesOf(provider, way, typed), client_id: 'id', scope: 'one', scopes: ['one'] }
    const { assertionAudience } = findWay(provider, way).client ?? provider.client
    const call = await buildCall(findWay(provider, way).token!, values, {
      now,
      randomBytes: (size) => randomBytes(size),
      defaultAuth: 'client',
      client: {
        id: 'id',
        method: 'private_key_jwt',
        key: { alg: 'ES256', pem: secret(pem) },
        ...(assertionAudience !== undefined && { audience: joinText(expand(assertionAudience, values, 'url')) }),
      },
    })
    const form = new URLSearchParams(toWire(call, { deadlineMs: 1000 }).body)
    expect(decodeJwt(form.get('client_assertion')!)).toMatchObject({ iss: 'id', sub: 'id', aud: audience })
    expect(hostMatches(callUrl(call), hostsOf(provider, values).token)).toBe(true)
  })
})

describe('secrets go to the server that was typed and to no other', () => {
  it.each([
    [keycloak, 'service', realm('https://sso.example.com:8443/auth'), 'sso.example.com:8443'],
    [okta, 'service', { domain: 'Example.OKTA.com' }, 'example.okta.com'],
    [auth0, 'machine', { domain: 'login.example.com' }, 'login.example.com'],
  ] as const)('$0.name', (provider: Provider, way, typed, host) => {
    const { token } = hostsOf(provider, valuesOf(provider, way, typed))
    expect(token).toEqual([host])
    expect(hostMatches(`https://${host}.evil.example/token`, token)).toBe(false)
  })
  it.each(['https://example.okta.com', 'example', 'example.okta.com/admin'])(
    'a domain that is an address, a name or a path is refused: %s',
    (domain) => {
      const { faults } = resolveValues(okta, 'service', { typed: { domain }, secrets: {} })
      expect(faults.map(({ path }) => path)).toEqual(['domain'])
    },
  )
})

describe('an audience', () => {
  const advice = (way: string, typed: Record<string, string>) =>
    adviceAt('request', auth0, way, {
      values: valuesOf(auth0, way, { domain: 'example.eu.auth0.com', ...typed }),
      asked: ['openid', 'offline_access'],
      now,
    })
  it('is what a machine cannot do without', () => {
    expect(advice('machine', {})).toMatchObject([{ path: 'inputs.audience', refuses: true }])
    expect(advice('machine', { audience: 'https://api.example.com/' })).toEqual([])
  })
  it('is what a person is told to think of', () => {
    const [first, ...others] = advice('user', {})
    expect(others).toEqual([])
    expect(first?.path).toBe('inputs.audience')
    expect(first?.refuses).toBeUndefined()
    expect(advice('user', { audience: 'https://api.example.com/' })).toEqual([])
  })
})
