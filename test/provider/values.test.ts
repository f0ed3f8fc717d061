import { describe, expect, it } from 'vitest'
import { computeValues, resolveValues, valuesUsed } from '../../src/provider/values.ts'
import facebook from '../../src/providers/facebook.ts'
import google from '../../src/providers/google-cloud.ts'
import mailchimp from '../../src/providers/mailchimp.ts'
import netsuite from '../../src/providers/netsuite.ts'
import quickbooks from '../../src/providers/quickbooks-online.ts'
import microsoft from '../../src/providers/microsoft.ts'
import { Secret, open, secret } from '../../src/secret.ts'
import { sample } from './sample.ts'

const nothing = { typed: {}, secrets: {} }

/** Values with secrets opened, to compare. */
function opened(values: Record<string, string | Secret>) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, open(value)]))
}

describe('a value', () => {
  it('is brought into form whether it was typed or captured', () => {
    const typed = resolveValues(netsuite, 'user', { ...nothing, typed: { account: ' 1234567_SB1 ' } })
    const captured = resolveValues(netsuite, 'user', { ...nothing, callback: { company: '1234567_SB1' } })
    expect(typed.values['account']).toBe('1234567-sb1')
    expect(captured.values['account']).toBe('1234567-sb1')
  })
  it('set by a choice follows it, and the default where nothing was chosen', () => {
    expect(resolveValues(quickbooks, 'user', nothing).values['api_host']).toBe('quickbooks.api.intuit.com')
    const sandbox = resolveValues(quickbooks, 'user', { ...nothing, typed: { environment: 'sandbox' } })
    expect(sandbox.values['api_host']).toBe('sandbox-quickbooks.api.intuit.com')
  })
  it('that can become part of a host must be one', () => {
    const callback = { company: 'evil.example.com/x' }
    const { values, faults } = resolveValues(netsuite, 'user', { ...nothing, callback })
    expect(values).not.toHaveProperty('account')
    expect(faults).toEqual([
      {
        path: 'account',
        problem: 'Account id: must be one part of a host name: letters, digits and dashes',
        remedy: 'write it like 1234567_SB1',
      },
    ])
  })
  it('that is no choice is refused with the choices', () => {
    const { faults } = resolveValues(microsoft, 'user', { ...nothing, typed: { cloud: 'mars', tenant: 'x' } })
    expect(faults[0]?.remedy).toBe('use one of: global, us_government, us_defense, china, france, germany, singapore')
  })
  it('nobody knows is refused with the one that may be meant', () => {
    const { faults } = resolveValues(netsuite, 'machine', { ...nothing, typed: { acount: '1' } })
    expect(faults).toEqual([{ path: 'acount', problem: 'NetSuite has no value acount', remedy: 'write account' }])
  })
  it('cannot be taken from the prototype of what was given', () => {
    const { values } = resolveValues(netsuite, 'user', { ...nothing, callback: Object.create({ company: 'x' }) as {} })
    expect(values).not.toHaveProperty('account')
  })
})

describe('missing values', () => {
  it('are named all at once, and only those of the way', () => {
    expect(resolveValues(netsuite, 'machine', nothing).missing).toEqual(['account', 'certificate_id'])
    expect(resolveValues(google, 'impersonated', nothing).missing).toEqual(['key_file', 'target'])
    expect(resolveValues(google, 'user', nothing).missing).toEqual([])
  })
  it('are not those of calls for other ways, nor of an API the way does not use', () => {
    expect(resolveValues(mailchimp, 'user', nothing)).toMatchObject({ missing: [], later: ['dc'] })
    expect(resolveValues(mailchimp, 'api_key', nothing)).toMatchObject({ missing: ['key_dc'], later: [] })
  })
  it('are awaited where the callback or a list may bring them', () => {
    const before = resolveValues(netsuite, 'user', nothing)
    expect([before.missing, before.later]).toEqual([[], ['account']])
    const after = resolveValues(netsuite, 'user', { ...nothing, callback: { role: '3' } })
    expect([after.missing, after.later]).toEqual([['account'], []])
    expect(resolveValues(facebook, 'page', nothing).later).toEqual(['page_id'])
    expect(resolveValues(facebook, 'user', nothing).later).toEqual([])
  })
})

it('a value that only a warning names is asked for, by the ways the warning is about', () => {
  const provider = sample()
  provider.values = { ...provider.values, kind: { label: 'Kind', choices: [{ value: 'old', label: 'Old' }] } }
  const warning = {
    see: ['guide'],
    at: 'request' as const,
    says: 'No.',
    remedy: 'None.',
    when: { values: { kind: ['old'] } },
  }
  provider.warnings = [{ ...warning, ways: ['user'] }]
  expect(valuesUsed(provider, 'user')).toContain('kind')
  const other = { ...provider, warnings: [{ ...warning, ways: ['machine'] }] }
  expect(valuesUsed(other, 'user')).not.toContain('kind')
})

describe('a key file', () => {
  const file = JSON.stringify({
    client_email: 'loader@project.iam.gserviceaccount.com',
    private_key: '-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n',
    private_key_id: 'abc123',
    token_uri: 'https://evil.example.com/token',
  })
  const { values, missing, faults } = resolveValues(google, 'service_account', {
    typed: {},
    secrets: { key_file: secret(file) },
  })
  it('fills what is read from it, line ends of a copied key made real', () => {
    expect([missing, faults]).toEqual([[], []])
    expect(opened(values)['private_key']).toBe('-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----')
    expect(values['client_email']).toBe('loader@project.iam.gserviceaccount.com')
  })
  it('keeps its key secret', () => {
    expect(values['private_key']).toBeInstanceOf(Secret)
    expect(JSON.stringify(values)).not.toContain('MIIE')
  })
  it('has no say about where the assertion goes', () => {
    const { key_file: _, ...others } = opened(values)
    expect(JSON.stringify(others)).not.toContain('evil')
  })
  it('that is no JSON is refused without showing it', () => {
    const broken = resolveValues(google, 'service_account', { typed: {}, secrets: { key_file: secret('canary') } })
    expect(broken.faults[0]?.problem).toBe('Key file of the service account: must be the whole JSON file')
    expect(JSON.stringify(broken)).not.toContain('canary')
  })
})

describe('a computed value', () => {
  it('is the HMAC of the token at hand, and secret', () => {
    const base = { client_secret: secret('shh'), token: secret('EAAlong') }
    const { appsecret_proof: proof } = computeValues(facebook, base)
    // printf EAAlong | openssl dgst -sha256 -hmac shh
    expect(proof?.open()).toBe('1e7722afa78b20af98e2fe58b7573a736a03eb16c9a88c460a0d9bf9b3cdfc23')
  })
  it('is left out while something for it is missing', () => {
    expect(computeValues(facebook, { client_secret: undefined, token: secret('x') })).toEqual({})
  })
})
