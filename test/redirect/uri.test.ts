import { describe, expect, test } from 'vitest'
import { readRedirectUri } from '../../src/redirect/uri.ts'

describe('the port of a redirect URI is decided on the text as typed', () => {
  test.each([
    ['http://localhost', 'random', '/'],
    ['http://127.0.0.1', 'random', '/'],
    ['https://localhost', 'random', '/'],
    ['http://[::1]', 'random', '/'],
    ['http://localhost?x=1', 'random', '/'],
    ['http://localhost/', 80, '/'],
    ['https://localhost/', 443, '/'],
    ['http://localhost/callback', 80, '/callback'],
    ['https://127.0.0.1/callback', 443, '/callback'],
    ['http://localhost:8080', 8080, '/'],
    ['http://localhost:8080/', 8080, '/'],
    ['http://localhost:80', 80, '/'],
    ['https://[::1]:8443/a/../b', 8443, '/b'],
    [' HTTP://LocalHost ', 'random', '/'],
  ] as const)('%s', (typed, port, path) => {
    expect(readRedirectUri(typed)).toMatchObject({ port, path, loopback: true })
  })

  test('a random port is put into the text and nothing else is touched', () => {
    expect(readRedirectUri('http://localhost').withPort(49152)).toBe('http://localhost:49152')
    expect(readRedirectUri('HTTPS://[::1]?a=%7e').withPort(5)).toBe('HTTPS://[::1]:5?a=%7e')
  })

  test.each([
    'https://app.example.com/cb',
    'http://127.0.0.2',
    'http://0x7f.1',
    'http://localhost.',
    'http://a.localhost',
  ])('%s is not a loopback address', (typed) => expect(readRedirectUri(typed).loopback).toBe(false))

  test.each([
    '',
    'localhost',
    'http://',
    'http://localhost#x',
    'http://localhost/#',
    'http://user@localhost',
    'http://localhost:',
    'http://localhost:0',
    'http://localhost:65536',
    'http://localhost:1e3',
    'http://local host',
    'myapp://callback',
    'javascript:alert(1)',
    'urn:ietf:wg:oauth:2.0:oob',
    'http:\\\\localhost',
  ])('%j cannot be used', (typed) => {
    expect(() => readRedirectUri(typed)).toThrow(expect.objectContaining({ code: 'redirect_refused' }))
  })
})
