import { describe, expect, it } from 'vitest'
import { secret } from '../../src/secret.ts'
import { buildCall, callUrl, maskCall, toWire } from '../../src/oauth/call.ts'
import { joinText } from '../../src/oauth/template.ts'
import { context } from './given.ts'

const url = 'https://a.test/token'
const bodyOf = async (...args: Parameters<typeof buildCall>) => joinText((await buildCall(...args)).body!.text)

describe('a call', () => {
  it('keeps the order of its fields and drops optional ones without a value', async () => {
    const form = { z: '1', 'scope?': '{scope}', 'empty?': '{nothing}', a: '{code}' }
    expect(await bodyOf({ url, body: { form } }, { scope: undefined, nothing: '', code: 'c' }, context())).toBe(
      'z=1&a=c',
    )
  })

  it('names all unknown variables of all its fields at once', async () => {
    const building = buildCall(
      { url: `${url}/{one}`, query: { q: '{two}' }, headers: { h: '{three}' }, body: { json: { deep: ['{four}'] } } },
      { code: 'x' },
      context(),
    )
    await expect(building).rejects.toMatchObject({
      code: 'invalid_template',
      facts: { faults: ['url', 'query.q', 'headers.h', 'body.deep.0'].map((path) => ({ path })) },
    })
  })

  it('names all values that are missing at once', async () => {
    const building = buildCall(
      { url, body: { form: { a: '{a}', b: '{b}' } } },
      { a: undefined, b: undefined },
      context(),
    )
    await expect(building).rejects.toThrow('no value for {a}, needed by body.a; no value for {b}, needed by body.b')
  })

  it('reads a body written as text as the same value as its table', async () => {
    const values = { grant_type: 'authorization_code', code: 'a&b' }
    const text = 'grant_type={grant_type}&code={code}&x=a%20b'
    const form = { grant_type: '{grant_type}', code: '{code}', x: 'a b' }
    expect(await bodyOf({ url, body: { text } }, values, context())).toBe(
      await bodyOf({ url, body: { form } }, values, context()),
    )
  })

  it('reads JSON written as text, and adds the client to it', async () => {
    const client = { id: 'me', secret: secret('hush'), method: 'client_secret_post' as const }
    const text = '{"code": "{code}", "n": 1}'
    const call = await buildCall({ url, body: { text, type: 'application/json' } }, { code: '"' }, context(client))
    expect(JSON.parse(joinText(call.body!.text))).toEqual({ code: '"', n: 1, client_id: 'me', client_secret: 'hush' })
  })

  it.each(['Host', 'content-length', 'Transfer-Encoding', 'Connection', 'Upgrade', 'TE', 'Proxy-Authorization'])(
    'refuses the header %s',
    async (name) => {
      await expect(buildCall({ url, headers: { [name]: 'x' } }, {}, context())).rejects.toThrow(
        'written by the transport',
      )
    },
  )

  it('refuses a header twice, a name that is none, a fragment and a URL that is none', async () => {
    await expect(buildCall({ url, headers: { A: '1', a: '2' } }, {}, context())).rejects.toThrow('twice')
    await expect(buildCall({ url, headers: { 'a b': '1' } }, {}, context())).rejects.toThrow('no header name')
    await expect(buildCall({ url: `${url}#x` }, {}, context())).rejects.toThrow('no fragment')
    await expect(buildCall({ url: 'ftp://a.test/' }, {}, context())).rejects.toThrow('no http(s) URL')
    await expect(buildCall({ url: 'https://a:b@a.test/' }, {}, context())).rejects.toThrow('no http(s) URL')
  })

  it('moves the query of its URL to the parameters', async () => {
    const call = await buildCall({ url: `${url}?v=1&id={a}`, query: { b: '2' } }, { a: 'x y' }, context())
    expect(joinText(call.url)).toBe(url)
    expect(callUrl(call)).toBe(`${url}?v=1&id=x%20y&b=2`)
  })

  it('takes a secret into the query and says that it holds one', async () => {
    const values = { client_secret: secret('hu sh') }
    const call = await buildCall(
      { method: 'GET', url, query: { s: '{client_secret}' }, auth: 'none' },
      values,
      context(),
    )
    expect(call.holdsSecret).toBe(true)
    expect(callUrl(call)).toBe(`${url}?s=hu%20sh`)
    expect(maskCall(call).url).toBe(`${url}?s=[redacted]`)
  })

  it('is plain to see when it holds no secret', async () => {
    expect((await buildCall({ url, query: { a: 'b' } }, {}, context())).holdsSecret).toBe(false)
  })

  it('goes onto the wire with its type, and asks for JSON unless it asks for something else', async () => {
    const call = await buildCall({ url, body: { form: { a: '1' } } }, {}, context())
    expect(toWire(call, { deadlineMs: 20_000, startBefore: 7, redirectsInside: ['a.test'] })).toEqual({
      method: 'POST',
      url,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'a=1',
      deadlineMs: 20_000,
      startBefore: 7,
    })
    const own = await buildCall(
      { url, headers: { Accept: 'text/plain', 'Content-Type': 'text/json' }, body: { json: {} } },
      {},
      context(),
    )
    expect(toWire(own, { deadlineMs: 1 }).headers).toEqual({ accept: 'text/plain', 'content-type': 'text/json' })

    // Dropbox: a request without arguments has null as its body.
    const bare = await buildCall({ url, auth: 'none', body: { json: null } }, {}, context())
    expect(toWire(bare, { deadlineMs: 1 })).toMatchObject({
      body: 'null',
      headers: { 'content-type': 'application/json' },
    })
  })

  it('follows redirects only if it asks for it and the hosts are named', async () => {
    const call = await buildCall({ method: 'GET', url, redirects: 'inside_hosts' }, {}, context())
    expect(toWire(call, { deadlineMs: 1, redirectsInside: ['a.test'] }).redirectsInside).toEqual(['a.test'])
    expect(toWire(call, { deadlineMs: 1 })).not.toHaveProperty('redirectsInside')
  })

  it('shows no secret when it is masked, printed or logged', async () => {
    const client = { id: 'me', secret: secret('c-canary'), method: 'client_secret_basic' as const }
    const values = { token: secret('t-canary'), refresh_token: secret('r-canary') }
    const template = {
      url,
      query: { access_token: '{token}' },
      headers: { 'x-refresh': '{refresh_token}' },
      body: { form: { refresh_token: '{refresh_token}', password: 'written-by-hand' } },
    }
    const call = await buildCall(template, values, context(client))
    const seen = JSON.stringify([maskCall(call), call]) + String(call.headers)
    expect(seen).not.toMatch(/canary|Yy1jYW5hcnk/)
    expect(JSON.stringify(maskCall(call))).not.toContain('written-by-hand')
    expect(maskCall(call).headers['authorization']).toBe('Basic [redacted]')
  })
})
