import { describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { assertHost, hostMatches, hostsOf, patternProblem } from '../../src/provider/hosts.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { secret } from '../../src/secret.ts'
import { sample } from './sample.ts'

describe('a host pattern', () => {
  it.each([
    ['https://a.example.com/x', 'a.example.com', true],
    ['https://A.EXAMPLE.com/x', 'a.example.com', true],
    ['https://a.b.example.com/', '*.example.com', true],
    ['https://example.com/', '*.example.com', false],
    ['https://evil-example.com/', '*.example.com', false],
    ['https://a.example.com.evil.test/', 'a.example.com', false],
    ['https://a.example.com@evil.test/', 'a.example.com', false],
    ['https://evil.test/?x=a.example.com', 'a.example.com', false],
    ['https://evil.test#a.example.com', 'a.example.com', false],
    ['https://a.example.com:8443/', 'a.example.com', false],
    ['https://a.example.com:443/', 'a.example.com', true],
    ['https://a.example.com:8443/', 'a.example.com:8443', true],
    ['https://a.example.com/', 'a.example.com:443', true],
    ['http://a.example.com/', 'a.example.com:443', false],
    ['https://a.example.com/', 'a.example.com:443', true],
    ['http://a.example.com/', 'a.example.com:443', false],
    ['http://[::1]:81/', '[::1]:81', true],
    ['ftp://a.example.com/', 'a.example.com', false],
    ['a.example.com', 'a.example.com', false],
  ])('%s against %s: %s', (url, pattern, fits) => {
    expect(hostMatches(url, [pattern])).toBe(fits)
  })

  it.each(['*.com', '*', 'A.example.com', 'a..b', 'a.b:0', 'a.b/c', '', '*.*.com', 'a.*.com'])(
    'written as "%s" is refused',
    (pattern) => {
      expect(patternProblem(pattern)).toBeTypeOf('string')
    },
  )

  it('is enforced with an error that names the host and nothing of the query', () => {
    const call = () => assertHost('https://evil.test/token?secret=canary', ['a.example.com'])
    expect(call).toThrow(EvergrantError)
    expect(call).toThrow('the request would go to evil.test, which is none of a.example.com')
  })
})

describe('a host pattern that names a value', () => {
  const values = { host: { label: 'Host' }, port: { label: 'Port' }, address: { label: 'A', shape: 'url' as const } }
  const opened = (pattern: string, given: Parameters<typeof hostsOf>[1]) =>
    hostsOf({ hosts: { token: [], api: [pattern] }, values }, given).api

  it.each([
    ['{host}', { host: 'erp.example.com' }, 'erp.example.com'],
    ['{host}', { host: 'ERP.Example.com' }, 'erp.example.com'],
    ['{host}', { host: secret('erp.example.com') }, 'erp.example.com'],
    ['{host}', { host: 'erp.example.com:8443' }, 'erp.example.com:8443'],
    ['{host}:{port}', { host: 'erp.example.com', port: '8443' }, 'erp.example.com:8443'],
    ['api.{host}', { host: 'example.com' }, 'api.example.com'],
    ['{address}', { address: 'https://erp.example.com/odata/' }, 'erp.example.com'],
    ['{address}', { address: 'https://erp.example.com:8443/x' }, 'erp.example.com:8443'],
    ['fixed.example.com', {}, 'fixed.example.com'],
  ])('%s with %j opens %s', (pattern, given, host) => {
    expect(opened(pattern, given)).toEqual([host])
  })

  it.each([
    ['{host}', {}],
    ['{host}', { host: '' }],
    ['{host}', { host: '*' }],
    ['{host}', { host: '*.example.com' }],
    ['{host}', { host: 'a.b/c' }],
    ['{host}', { host: 'a.b@evil.test' }],
    ['{host}', { host: 'a.b evil.test' }],
    ['{host}', { host: 'https://a.b' }],
    ['{host}', { host: ['a.b', 'evil.test'] }],
    ['{host}:{port}', { host: 'a.b' }],
    ['{host}:{port}', { host: 'a.b', port: '0' }],
    ['{host}:{port}', { host: 'a.b', port: '443/x' }],
    ['{host}:{port}', { host: 'a.b:1', port: '443' }],
    ['*.{host}', { host: 'com' }],
    ['api.{host}', { host: '.com' }],
    ['{address}', { address: 'erp' }],
    ['{address}', { address: 'https://*/' }],
  ])('%s with %j opens nothing', (pattern, given) => {
    expect(opened(pattern, given)).toEqual([])
  })

  it('counts a token host as one of the API too', () => {
    const hosts = { token: ['{host}'], api: ['api.{host}'] }
    expect(hostsOf({ hosts, values }, { host: 'a.b' })).toEqual({ token: ['a.b'], api: ['a.b', 'api.a.b'] })
  })

  const faults = (change: (input: ReturnType<typeof sample>) => void) => {
    const input = sample()
    input.hosts.api.push('{own}')
    change(input)
    const parsed = parseDefinition(input)
    return parsed.ok ? [] : parsed.faults.map(({ path, problem }) => `${path}: ${problem}`)
  }
  const refused = 'hosts.api[1]: {own} is not given by a person alone'

  it('names one that a person gives, or chooses', () => {
    expect(faults((input) => void (input.values!['own'] = { label: 'Host' }))).toEqual([])
    expect(faults((input) => void (input.values!['own'] = { label: 'Host', from: ['choice.environment'] }))).toEqual([])
  })
  it('never names one that a callback, an answer or a file may bring', () => {
    for (const from of [['callback.host'], ['person', 'callback.host'], ['answer'], ['file.account.host']] as const)
      expect(faults((input) => void (input.values!['own'] = { label: 'Host', from: [...from] }))).toContain(refused)
    expect(
      faults((input) => {
        input.values!['own'] = { label: 'Host' }
        input.ways['user']!.token!.take = { own: 'host' }
      }),
    ).toContain(refused)
    expect(faults(() => undefined)).toContain(refused)
  })
})
