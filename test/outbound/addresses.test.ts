import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeAddress, judgeUrl, readAllowList } from '../../src/outbound/addresses.ts'

const nothing = readAllowList([])

describe('addresses', () => {
  test.each([
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.1.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    'fc00::1',
    'fd12::1',
    'fe80::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::a00:1',
    '64:ff9b:1::808:808',
    '2002:7f00:1::',
    '2002:808:808::',
    '2001::1',
  ])('%s is refused unless its host is listed', (address) => {
    expect(judgeAddress(address, false).allowed).toBe(false)
    expect(judgeAddress(address, true).allowed).toBe(true)
  })

  test.each([
    '8.8.8.8',
    '172.15.0.1',
    '172.32.0.1',
    '100.128.0.1',
    '192.0.1.1',
    '2a00:1450::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ])('%s is a public address', (address) => expect(judgeAddress(address, false)).toEqual({ allowed: true }))

  test.each([
    '169.254.169.254',
    '100.100.100.200',
    'fd00:ec2::254',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '2002:a9fe:a9fe::1',
    '::169.254.169.254',
  ])('%s is refused even if its host is listed', (address) => expect(judgeAddress(address, true).allowed).toBe(false))

  test('no private IPv4 address passes in any of its IPv6 clothes', () => {
    const byte = fc.nat(255)
    fc.assert(
      fc.property(byte, byte, byte, (b, c, d) => {
        for (const address of [`10.${b}.${c}.${d}`, `127.${b}.${c}.${d}`, `192.168.${c}.${d}`]) {
          for (const prefix of ['', '::ffff:', '64:ff9b::', '::']) {
            expect(judgeAddress(prefix + address, false).allowed).toBe(false)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('the address of a request', () => {
  test.each([
    'http://example.com/token',
    'https://example.com:8443/token',
    'https://user@example.com/',
    'https://u:p@example.com/',
    'https://example.com/#x',
    'https://example.com/#',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:text/plain,x',
    'not an address',
    'https://127.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://017700000001/',
    'https://127.0.0.1./',
    'https://[::1]/',
    'https://[::ffff:169.254.169.254]/',
    'https://metadata.google.internal/',
    'https://METADATA.google.internal./',
    'https://10.0.0.1/',
    'https://[fe80::1]/',
    'https://１２７.0.0.1/',
  ])('%s is refused', (url) => expect(judgeUrl(url, nothing)).toHaveProperty('refused'))

  test('a public https address is taken', () => {
    expect(judgeUrl('https://login.example.com/token?a=b', nothing)).toMatchObject({ port: 443, listed: false })
  })

  test('a listed host may be private, plain http and on any port; a listed port only on that one', () => {
    const allow = readAllowList(['10.0.0.1', 'as.internal:8443', '::1', '[::1]:4101'])
    expect(judgeUrl('http://10.0.0.1:9000/', allow)).toMatchObject({ listed: true })
    expect(judgeUrl('https://as.internal:8443/', allow)).toMatchObject({ listed: true })
    expect(judgeUrl('https://AS.internal.:8443/', allow)).toMatchObject({ listed: true })
    expect(judgeUrl('https://as.internal:8444/', allow)).toHaveProperty('refused')
    expect(judgeUrl('http://as.internal/', allow)).toHaveProperty('refused')
    expect(judgeUrl('http://[::1]:5/', allow)).toMatchObject({ listed: true })
  })

  test.each(['169.254.169.254', 'metadata.google.internal', '[::ffff:169.254.169.254]', '0xa9fea9fe'])(
    'listing %s does not open the metadata service',
    (host) => expect(judgeUrl(`http://${host}/`, readAllowList([host]))).toHaveProperty('refused'),
  )
})
