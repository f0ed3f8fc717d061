import { describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { applyOverrides, difference, mergePatch } from '../../src/provider/apply.ts'
import { boundTo } from '../../src/provider/bound.ts'
import { customDefinition } from '../../src/provider/custom.ts'
import { describeWay, secretNames, tokensAsked } from '../../src/provider/describe.ts'
import exact from '../../src/providers/exact-online.ts'
import facebook from '../../src/providers/facebook.ts'
import gitlab from '../../src/providers/gitlab.ts'
import google from '../../src/providers/google-cloud.ts'
import mailchimp from '../../src/providers/mailchimp.ts'
import microsoft from '../../src/providers/microsoft.ts'
import netsuite from '../../src/providers/netsuite.ts'
import notion from '../../src/providers/notion.ts'
import salesforce from '../../src/providers/salesforce.ts'
import tiktok from '../../src/providers/tiktok-ads.ts'
import { sample } from './sample.ts'

describe('overrides', () => {
  it('merge into the definition; null takes away, lists are replaced', () => {
    const patch = { scopes: { preset: ['read', 'write'] }, probes: null, ways: { user: { access: 600 } } }
    const provider = applyOverrides(sample(), patch)
    expect(provider.scopes?.preset).toEqual(['read', 'write'])
    expect(provider.probes).toBeUndefined()
    expect(provider.ways['user']).toMatchObject({ access: 600, label: 'A person' })
  })
  it('leave the id alone and the built-in definition unchanged', () => {
    const before = sample()
    expect(applyOverrides(before, { id: 'other', name: 'Other' })).toMatchObject({ id: 'sample', name: 'Other' })
    expect(before).toEqual(sample())
  })
  it('that do not fit are refused with all faults', () => {
    try {
      applyOverrides(sample(), { nmae: 'x', hosts: { token: ['*.com'] } })
      expect.unreachable()
    } catch (error) {
      expect((error as EvergrantError).code).toBe('invalid_definition')
      expect((error as EvergrantError).facts.faults?.map((fault) => fault.path)).toEqual(['nmae', 'hosts.token[0]'])
    }
  })
  it('keep the plain http that was allowed for the definition', () => {
    const settings = { grant: 'client_credentials', day: '2026-11-22', tokenUrl: 'http://erp.local/token' } as const
    const plain = customDefinition({ ...settings, allowHttp: true })
    expect(applyOverrides(plain, { name: 'ERP' }).name).toBe('ERP')
    expect(() => applyOverrides(sample(), { api: { base: 'http://x.example.com' } })).toThrow('is not encrypted')
  })
  it('that move a token request list its host where the connection brings the definition along, and only there', () => {
    const moved = (url: string) => ({ ways: { user: { token: { url } } } })
    const hosts = (url: string) => applyOverrides(sample(), moved(url), { brought: true }).hosts.token
    const listed = sample().hosts.token
    expect(hosts('https://login.other.example:8443/token')).toEqual([...listed, 'login.other.example:8443'])
    expect(hosts(sample().ways['user']?.token?.url ?? '')).toEqual(listed)
    expect(() => applyOverrides(sample(), moved('https://other.example/token'))).toThrow('other.example is not listed')
    // What a value may choose is not listed by itself, and nothing else is let in with the host.
    expect(() => hosts('https://{client_id}.other.example/token')).toThrow('is not listed')
    expect(() => hosts('http://other.example/token')).toThrow('is not encrypted')
    expect(() => hosts('https://me@other.example/token')).toThrow('holds a user name')
    const elsewhere = { api: { base: 'https://api.other.example' } }
    expect(() => applyOverrides(sample(), elsewhere, { brought: true })).toThrow('is not listed')
  })
  it('cannot reach prototypes', () => {
    expect(() => applyOverrides(sample(), JSON.parse('{ "__proto__": { "polluted": true } }'))).toThrow(EvergrantError)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
  it('are what makes one definition of another', () => {
    const changed = { ...sample(), name: 'Other', traps: ['x'] }
    const patch = difference(sample(), changed)
    expect(patch).toEqual({ name: 'Other', traps: ['x'] })
    expect(mergePatch(sample(), patch)).toEqual(changed)
    expect(difference(sample(), sample())).toBeUndefined()
  })
})

describe('what tokens are bound to', () => {
  const bound = (
    way = 'user',
    id = 'client',
    values: Record<string, string> = { account: 'one' },
    provider = sample(),
  ) => boundTo(provider, way, id, values)
  it('changes with the client, the way and the host that a value makes', () => {
    expect(bound('user', 'other')).not.toBe(bound())
    expect(bound('user', 'client', { account: 'two' })).not.toBe(bound())
    expect(boundTo(netsuite, 'machine', 'x', { account: 'a' })).not.toBe(
      boundTo(netsuite, 'user', 'x', { account: 'a' }),
    )
  })
  it('changes with the host of any request that carries a credential', () => {
    const moved = sample()
    moved.ways['user']!.renewal.call!.url = 'https://{account}.other.example.com/token'
    expect(bound('user', 'client', { account: 'one' }, moved)).not.toBe(bound())
  })
  it('changes with a host that is listed for requests after the token', () => {
    const wider = sample()
    wider.hosts.api = [...wider.hosts.api, 'elsewhere.example.com']
    expect(bound('user', 'client', { account: 'one' }, wider)).not.toBe(bound())
  })
  it('does not change with scopes, labels or the path', () => {
    const other = sample()
    other.name = 'Other'
    other.ways['user']!.token!.url = 'https://{account}.auth.example.com/v2/token'
    expect(bound('user', 'client', { account: 'one', environment: 'sandbox' }, other)).toBe(bound())
  })
})

describe('what to ask a person', () => {
  const names = (...args: Parameters<typeof describeWay>) =>
    describeWay(...args).map((field) => `${field.name}${field.optional ? '?' : ''}${field.secret ? '*' : ''}`)
  it('is what the way needs and nothing of the others', () => {
    expect(names(google, 'service_account')).toEqual(['key_file*', 'subject?', 'scopes?'])
    expect(names(netsuite, 'machine')).toEqual(['client_id', 'key*', 'account', 'certificate_id', 'scopes?'])
    expect(names(microsoft, 'app_certificate')).toEqual(['cloud?', 'client_id', 'key*', 'tenant', 'scopes?'])
    expect(names(microsoft, 'device')).toEqual(['cloud?', 'client_id', 'tenant', 'scopes?'])
    expect(names(facebook, 'app')).toEqual(['version?', 'client_id', 'client_secret*'])
    expect(names(facebook, 'page')).toEqual([
      'version?',
      'client_id',
      'client_secret*',
      'page_id?',
      'scopes?',
      'redirect_uri?',
    ])
  })
  it('is the client id of a client without a secret, also where nobody is sent to a page', () => {
    expect(names(gitlab, 'device')).toEqual(['client_id', 'server?', 'scopes?'])
  })
  it('is what jobs alone are given and a person may set', () => {
    expect(names(exact, 'user')).toEqual(['country?', 'client_id', 'client_secret*', 'division?', 'redirect_uri?'])
    expect(names(tiktok, 'advertiser')).toContain('advertiser_id?')
  })
  it('is not what only the address of the console is completed with', () => {
    expect(names(salesforce, 'machine')).toEqual(['client_id', 'client_secret*', 'my_domain'])
    expect(names(salesforce, 'jwt')).toEqual(['organization?', 'client_id', 'key*', 'username'])
  })
  it('names the tokens that are brought along', () => {
    expect(tokensAsked(facebook, 'system_user')).toEqual(['access_token'])
    expect(tokensAsked(facebook, 'user')).toEqual([])
  })
  it('says what redaction must hide', () => {
    expect(secretNames(google, 'service_account')).toEqual(['key_file'])
  })
  it('is no client for a token that is pasted and never renewed, unless the service could look at it for one', () => {
    expect(names(mailchimp, 'api_key')).toEqual(['key_dc'])
    expect(names(notion, 'token')).toEqual(['version?', 'client_id?', 'client_secret?*'])
  })
  it('says of a choice until when it is good', () => {
    const version = describeWay(facebook, 'user').find((field) => field.name === 'version')
    expect(version?.choices?.[1]).toEqual({ value: 'v25.0', label: 'v25.0', until: '2028-07-29' })
  })
})
