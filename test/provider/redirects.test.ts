import { describe, expect, it } from 'vitest'
import type { Provider } from '../../src/provider/provider.ts'
import { redirectAdvice } from '../../src/provider/redirects.ts'
import facebook from '../../src/providers/facebook.ts'
import google from '../../src/providers/google-cloud.ts'
import microsoft from '../../src/providers/microsoft.ts'
import netsuite from '../../src/providers/netsuite.ts'
import quickbooks from '../../src/providers/quickbooks-online.ts'

const local = { publicUrl: 'http://127.0.0.1:7117' }
const online = { publicUrl: 'https://tokens.example.com' }

function works(provider: Provider, way: string, uri: string, values = {}, options = online) {
  return redirectAdvice(provider, way, uri, values, options)
    .backs.filter((advice) => advice.works)
    .map((advice) => advice.back)
}
function reason(provider: Provider, way: string, uri: string, values = {}, options = online) {
  const advice = redirectAdvice(provider, way, uri, values, options)
  return advice.allowed ? undefined : advice.reason
}

describe('the ways back', () => {
  it('of an https address of this server are its callback and paste', () => {
    const uri = 'https://tokens.example.com/oauth/callback'
    expect(works(quickbooks, 'user', uri, { environment: 'production' })).toEqual(['callback', 'paste', 'relay'])
  })
  it('of a loopback address are the listener, where the service takes it', () => {
    expect(works(google, 'desktop', 'http://127.0.0.1')).toEqual(['loopback'])
    expect(works(google, 'desktop', 'http://localhost:8080')).toEqual(['loopback', 'paste'])
    expect(works(microsoft, 'user', 'http://localhost')).toEqual(['loopback'])
  })
  it('include the callback of a server on this machine', () => {
    const uri = 'http://127.0.0.1:7117/oauth/callback'
    expect(works(google, 'desktop', uri, {}, local)).toContain('callback')
    expect(works(google, 'user', uri, {}, local)).toContain('callback')
  })
})

describe('a redirect URI is refused with the reason', () => {
  it('where the code would travel in the clear, also by a service that states no rules', () => {
    const { redirects: _, ...silent } = netsuite
    const provider: Provider = { ...silent, ways: { user: { ...netsuite.ways.user, redirects: [] } } }
    expect(works(provider, 'user', 'http://etl.example.com/oauth/callback')).toEqual([])
    expect(reason(provider, 'user', 'http://etl.example.com/oauth/callback')).toBe(
      'http://etl.example.com/oauth/callback cannot be used: http is for addresses of this machine only',
    )
    expect(reason(provider, 'user', 'https://etl.example.com/oauth/callback')).toBeUndefined()
  })
  it.each([
    [
      'NetSuite refuses http',
      netsuite,
      'user',
      'http://localhost:8080',
      {},
      'NetSuite takes https only (http is refused, on this machine too); what it takes is https://localhost:PORT or https://HOST/PATH',
    ],
    [
      'QuickBooks wants development keys for localhost',
      quickbooks,
      'user',
      'http://localhost:8080',
      { environment: 'production' },
      'QuickBooks Online takes it only with environment = sandbox (development keys also take http://localhost); what it takes is https://HOST/PATH',
    ],
    [
      'Facebook wants https',
      facebook,
      'user',
      'http://tokens.example.com/x',
      {},
      'http is for addresses of this machine only; what it takes is https://HOST/PATH or http://localhost:PORT',
    ],
    [
      'QuickBooks wants development keys and localhost',
      quickbooks,
      'user',
      'http://127.0.0.1:7117/oauth/callback',
      { environment: 'production' },
      'QuickBooks Online takes localhost and not 127.0.0.1, and that only with environment = sandbox (development keys also take http://localhost); what it takes is https://HOST/PATH',
    ],
    [
      'Entra takes localhost and not 127.0.0.1',
      microsoft,
      'user',
      'http://127.0.0.1',
      {},
      'Microsoft OAuth takes localhost and not 127.0.0.1 (the port of http://localhost is ignored; 127.0.0.1 needs the app manifest and [::1] is not supported); what it takes is https://HOST/PATH or http://localhost',
    ],
    [
      'a Google web client compares the port',
      google,
      'user',
      'http://localhost',
      {},
      'Google Cloud compares the port: write the registered one (compared to the letter, slash and port included); what it takes is http://localhost:PORT or http://127.0.0.1:PORT or https://HOST/PATH',
    ],
    [
      'text that is no address',
      google,
      'user',
      'nothing',
      {},
      'it is no address; what it takes is http://localhost:PORT or http://127.0.0.1:PORT or https://HOST/PATH',
    ],
  ] as const)('%s', (_, provider, way, uri, values, words) => {
    expect(reason(provider, way, uri, values)).toBe(`${uri} cannot be used: ${words}`)
  })
})

it('QuickBooks takes localhost with development keys, its port registered', () => {
  expect(works(quickbooks, 'user', 'http://localhost:8080/', { environment: 'sandbox' })).toEqual(['loopback', 'paste'])
})

it('what to register leaves the port out where the service ignores it', () => {
  expect(redirectAdvice(microsoft, 'user', 'http://localhost:8080/cb', {}, online).register).toBe('http://localhost/cb')
  expect(redirectAdvice(google, 'user', 'http://localhost:8080/cb', {}, online).register).toBe(
    'http://localhost:8080/cb',
  )
})

it('a code that lives half a minute is not pasted', () => {
  const quick = structuredClone(google) as Provider
  quick.ways['user']!.authorize!.codeLife = 30
  const { backs } = redirectAdvice(quick, 'user', 'https://tokens.example.com/oauth/callback', {}, online)
  expect(backs.find((advice) => advice.back === 'paste')).toEqual({
    back: 'paste',
    works: false,
    reason: 'codes of Google Cloud live 30 seconds, too short to paste one',
  })
  const elsewhere = redirectAdvice(quick, 'user', 'https://elsewhere.example.org/cb', {}, online)
  expect(elsewhere).toMatchObject({ allowed: false })
  expect((elsewhere as { reason: string }).reason).toMatch(
    /^https:\/\/elsewhere.example.org\/cb cannot be used: codes of Google Cloud live 30 seconds/,
  )
})
