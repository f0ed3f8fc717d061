import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secret } from '../../src/secret.ts'
import { buildCall, callUrl } from '../../src/oauth/call.ts'
import { expand, expandJson, joinText, maskText, variablesOf } from '../../src/oauth/template.ts'
import { context } from './given.ts'

const wild = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('{client_secret}', '&a=b', '"},"x":"', '\r\nX: y', '../..', 'a b+c%20', '\ud800', '=', '?', '#'),
)

describe('a template', () => {
  it('is expanded once: braces inside a value are not read again', () => {
    const text = expand('{code}', { code: '{client_secret}', client_secret: secret('hush') }, 'plain')
    expect(joinText(text)).toBe('{client_secret}')
  })

  it('lists every name it uses once', () => {
    expect(variablesOf('{a}/{callback.realmId}/{a}?x={client_id}|{client_secret}')).toEqual([
      'a',
      'callback.realmId',
      'client_id',
      'client_secret',
    ])
  })

  it('names an unknown variable together with those it could have used', () => {
    expect(() => expand('{cleint_id}', { client_id: 'x', code: undefined }, 'form')).toThrow(
      'unknown variable {cleint_id}; known are: client_id, code',
    )
  })

  it('does not take names of object members for variables', () => {
    expect(() => expand('{constructor}{__proto__}', {}, 'plain')).toThrow(/unknown variable \{constructor\}/)
  })

  it('names a value that is missing', () => {
    expect(() => expand('{code}', { code: undefined }, 'plain')).toThrow('no value for {code}')
  })

  it('keeps secrets tagged, whatever the place', () => {
    for (const place of ['plain', 'form', 'query', 'json', 'header'] as const) {
      const text = expand('a={client_secret}', { client_secret: secret('hush') }, place)
      expect(maskText(text)).toBe('a=[redacted]')
      expect(joinText(text)).toBe('a=hush')
    }
  })

  it('makes a list of {scopes} in JSON, and a text of it elsewhere', () => {
    const values = { scopes: ['a', 'b'] }
    expect(joinText(expandJson({ scope: '{scopes}', text: 'all: {scopes}' }, values))).toBe(
      '{"scope":["a","b"],"text":"all: a b"}',
    )
  })

  it('drops optional JSON members at any depth and keeps the rest in order', () => {
    const json = { z: 1, inner: { 'sub?': '{subject}', list: ['{a}', null, true] } }
    expect(joinText(expandJson(json, { subject: undefined, a: '"' }))).toBe(
      '{"z":1,"inner":{"list":["\\"",null,true]}}',
    )
  })

  it('refuses a path value that would climb', () => {
    expect(() => expand('https://a.test/{tenant}/token', { tenant: '..' }, 'url')).toThrow('the value of tenant')
  })

  it('lets a URL value begin a URL, but not choose another host by what follows', () => {
    const values = { instance_url: 'https://eu.a.test/' }
    expect(joinText(expand('{instance_url}/services', values, 'url'))).toBe('https://eu.a.test/services')
    expect(() => expand('{instance_url}.evil.test/', values, 'url')).toThrow('must be followed by a path')
    expect(() => expand('{instance_url}/x', { instance_url: 'javascript:alert(1)' }, 'url')).toThrow(
      'is no http(s) URL',
    )
    expect(() => expand('{instance_url}/x', { instance_url: 'https://a@b.test' }, 'url')).toThrow('is no http(s) URL')
  })
})

describe('whatever a value contains, it stays one value', () => {
  const template = {
    url: 'https://a.test/token?fixed=1',
    query: { first: '{a}', last: 'z' },
    body: { form: { grant_type: 'x', first: '{a}', second: '{a}{b}', last: 'z z&' } },
  }

  it('in forms and queries', async () => {
    await fc.assert(
      fc.asyncProperty(wild, wild, async (a, b) => {
        const call = await buildCall(template, { a, b }, context())
        expect([...new URLSearchParams(joinText(call.body!.text))]).toEqual([
          ['grant_type', 'x'],
          ['first', a.toWellFormed()],
          ['second', a.toWellFormed() + b.toWellFormed()],
          ['last', 'z z&'],
        ])
        expect([...new URL(callUrl(call)).searchParams]).toEqual([
          ['fixed', '1'],
          ['first', a.toWellFormed()],
          ['last', 'z'],
        ])
      }),
    )
  })

  it('in JSON', async () => {
    await fc.assert(
      fc.asyncProperty(wild, wild, async (a, b) => {
        const json = { first: '{a}', deep: [{ 'second?': 'x{a}{b}' }], last: 1 }
        const call = await buildCall({ url: 'https://a.test/', body: { json } }, { a, b: secret(b) }, context())
        const second = a === '' || b === '' ? {} : { second: `x${a}${b}` }
        expect(JSON.parse(joinText(call.body!.text))).toEqual({ first: a, deep: [second], last: 1 })
      }),
    )
  })

  it('in headers, or it is refused', async () => {
    await fc.assert(
      fc.asyncProperty(wild, async (a) => {
        const headers = { 'X-One': 'a {a}', 'x-two': 'b' }
        const built = await buildCall({ url: 'https://a.test/', headers }, { a }, context()).catch(() => undefined)
        // eslint-disable-next-line no-control-regex -- what must not pass
        if (/[\r\n\0]/.test(a)) expect(built).toBeUndefined()
        if (built)
          expect(new Headers(built.headers.map(([name, text]) => [name, joinText(text)])).get('x-two')).toBe('b')
      }),
    )
  })

  it('in a path or a host, or it is refused', async () => {
    await fc.assert(
      fc.asyncProperty(wild, async (a) => {
        const inPath = await buildCall({ url: 'https://a.test/x/{a}/token' }, { a }, context()).catch(() => undefined)
        if (inPath && a !== '') {
          const url = new URL(callUrl(inPath))
          expect([url.host, url.search, url.pathname.split('/').length]).toEqual(['a.test', '', 4])
        }
        const inHost = await buildCall({ url: 'https://{a}.a.test/token' }, { a }, context()).catch(() => undefined)
        if (inHost) {
          const url = new URL(callUrl(inHost))
          expect([url.hostname.endsWith('.a.test'), url.pathname]).toEqual([true, '/token'])
        }
      }),
    )
  })
})
