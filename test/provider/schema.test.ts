import { describe, expect, expectTypeOf, it } from 'vitest'
import type { z } from 'zod'
import type { Json } from '../../src/oauth/call-template.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import type { providerSchema } from '../../src/provider/words.ts'
import { sample } from './sample.ts'

function faultsOf(input: unknown, options = {}) {
  const parsed = parseDefinition(input, options)
  return parsed.ok ? [] : parsed.faults
}

/** Faults as lines, which read best in a failed test. */
function lines(input: unknown, options = {}) {
  return faultsOf(input, options).map(({ path, problem, remedy }) => `${path}: ${problem} -> ${remedy}`)
}

/** The sample with one place changed; the places exist, so the path is given as text. */
function changed(path: string, value: unknown): unknown {
  return changedAll({ [path]: value })
}

/** Undefined takes the place away. */
function changedAll(changes: Record<string, unknown>): unknown {
  const copy: unknown = structuredClone(sample())
  for (const [path, value] of Object.entries(changes)) {
    const parts = path.split('/')
    let node = copy as Record<string, unknown>
    for (const part of parts.slice(0, -1)) node = node[part] as Record<string, unknown>
    if (value === undefined) delete node[parts.at(-1)!]
    else node[parts.at(-1)!] = value
  }
  return copy
}

function warning(when: object, more: object = {}): object {
  return { see: ['guide'], at: 'request', when, says: 'It is so.', remedy: 'Do so.', ...more }
}

/** A & B as one object, all the way down: TypeScript counts them as different types. JSON is left as it is. */
type Flat<T> = T extends string | number | boolean
  ? T
  : Json extends T
    ? T
    : T extends readonly (infer U)[]
      ? Flat<U>[]
      : { [K in keyof T]: Flat<T[K]> }

describe('the schema and the type', () => {
  it('say the same', () => {
    // Checked by the compiler: a word that only one of them has does not compile.
    expectTypeOf<Flat<z.output<typeof providerSchema>>>().toEqualTypeOf<Flat<Provider>>()
    expectTypeOf<Provider>().toExtend<z.input<typeof providerSchema>>()
  })
})

describe('a sound definition', () => {
  it('is read as it was written', () => {
    expect(parseDefinition(sample())).toEqual({ ok: true, provider: sample() })
  })

  it('may let a person pick from an answer that is the list itself', () => {
    const pick = { see: ['guide'], url: 'https://api.example.com/sites', list: '', value: 'id', label: 'name' }
    expect(lines(changed('values/site', { label: 'Site', pick }))).toEqual([])
    expect(lines(changed('values/site', { label: 'Site', pick: { ...pick, value: '' } }))).toHaveLength(1)
  })

  it('may warn, close its scopes, and keep calls for some ways', () => {
    const input = changedAll({
      'scopes/closed': true,
      'probes/0/ways': ['user'],
      revoke: [{ see: ['guide'], url: 'https://api.example.com/revoke', ways: ['user'] }],
      'ways/user/api': { see: ['guide'], base: 'https://other.example.com', send: { authorization: 'Bearer {token}' } },
      warnings: [
        warning(
          { lacksScopes: ['write'], values: { environment: ['sandbox'] }, lacks: ['account'] },
          { refuses: true },
        ),
        warning({ lacks: ['refresh_token'], endsWithin: 60 }, { at: 'token', ways: ['user'] }),
      ],
    })
    expect(lines(input)).toEqual([])
  })
  it('comes out as a copy, so that nobody changes it from outside', () => {
    const input = sample()
    const parsed = parseDefinition(input)
    input.name = 'Changed'
    expect(parsed.ok && parsed.provider.name).toBe('Sample')
  })
})

describe('a definition with faults', () => {
  it('has all of them reported at once, each with its place and remedy', () => {
    const bad = changedAll({
      'ways/user/token/url': 'http://evil.example.net/token',
      catgory: 'x',
      checked: '22.11.2026',
      'ways/user/authorize/params/scope?': '{scop}',
      'ways/user/authorize/pkce': 'maybe',
      'ways/user/renewal/call/see': ['guid'],
      'ways/user/renewal/call/body': { form: { grant_type: 'refresh_token' }, extra: 1 },
      'values/environment/default': 'test',
      'hosts/api': ['*.com'],
      'probes/0/onlyWith': 'acount',
      name: undefined,
    })
    expect(lines(bad)).toEqual([
      'name: is missing -> add name (text)',
      'checked: is not written as it must be -> write a day as YYYY-MM-DD',
      'ways.user.authorize.pkce: is not one of the words allowed here -> use one of: required, optional, off',
      'ways.user.renewal.call.body.extra: unknown word extra -> use one of: form',
      'catgory: unknown word catgory -> write category',
      'ways.user.renewal.call.see: there is no source guid -> write guide',
      'values.environment.default: is none of the choices -> use one of: production, sandbox',
      'ways.user.authorize.params.scope?: {scop} is not known here -> write scope',
      'probes[0].onlyWith: there is no value acount -> write account',
      'hosts.api[0]: a star needs at least two labels behind it -> write a.b.c or *.b.c, with :port where it is not the usual one',
      'ways.user.token.url: is not encrypted -> use https',
      'ways.user.token.url: the host evil.example.net is not listed -> add it to hosts.token, or correct the address',
    ])
  })

  it.each([
    ['no object', 'text', 'is no definition'],
    ['no way at all', changed('ways', {}), 'there is no way to get a token'],
    ['an id with capitals', changed('id', 'Sample'), 'is no id'],
    [
      'a value named like a variable of the protocol',
      changed('values/token', { label: 'x' }),
      'token is a variable of the protocol',
    ],
    ['an unknown source', changed('client/see', ['gide']), 'there is no source gide'],
    ['an unknown variable', changed('api/base', 'https://{api_hots}'), '{api_hots} is not known here'],
    [
      'the secret in the address that the browser sees',
      changed('ways/user/authorize/params/x', '{client_secret}'),
      '{client_secret} is not known here',
    ],
    [
      'the code after the exchange',
      changed('ways/user/renewal/call/body', { form: { a: '{code}', b: '{refresh_token}' } }),
      '{code} is not known here',
    ],
    [
      'an answer taken into nothing',
      changed('ways/user/token/take', { realm: 'x' }),
      'there is no value realm to take it',
    ],
    [
      'a header of the connection itself',
      changed('ways/user/token/headers', { Host: 'x' }),
      'the header Host belongs to the connection',
    ],
    [
      'credentials in front of a host',
      changed('ways/user/authorize/url', 'https://a@b.example.com/'),
      'holds a user name in front of the host',
    ],
    [
      'a chosen host outside the patterns',
      changed('values/environment/choices/1/sets', { api_host: 'evil.test' }),
      'the host evil.test is not listed',
    ],
    [
      'a choice that sets what nothing takes',
      changed('values/environment/choices/1/sets', { other: 'x' }),
      'no value other takes what this choice sets',
    ],
    ['no state in the authorization', changed('ways/user/authorize/params', { a: 'b' }), '{state} is nowhere in it'],
    [
      'required PKCE without a challenge',
      changed('ways/user/authorize/pkce', 'required'),
      'PKCE is required and {code_challenge} is missing',
    ],
    [
      'renewal by refresh token without a call',
      changed('ways/user/renewal/call', undefined),
      'renewal by refresh_token needs its call',
    ],
    [
      'an authorization code used twice',
      changed('ways/user/renewal', { see: [], by: 'reissue', rotates: 'never' }),
      'the grant authorization_code cannot be repeated',
    ],
    [
      'a literal way without its token',
      changed('ways/user', { label: 'x', grant: 'literal', renewal: { see: [], by: 'none', rotates: 'never' } }),
      'the grant literal needs literal',
    ],
    ['a key method without a key', changed('client/auth', ['private_key_jwt']), 'private_key_jwt needs a key'],
    [
      'a secret that is shown to jobs',
      changed('values/account', { label: 'x', secret: true, shown: true }),
      'a secret cannot be shown to jobs',
    ],
    [
      'a closed list without the scope it presets',
      changed('scopes', { see: ['guide'], separator: ' ', known: { read: 'Read' }, closed: true, preset: ['write'] }),
      'write is not among known, and the list is closed',
    ],
    [
      'a closed list without the scope that brings a refresh token',
      changed('scopes', { see: [], separator: ' ', known: {}, closed: true, preset: [], refresh: 'offline' }),
      'offline is not among known, and the list is closed',
    ],
    ['a probe of a way that is not there', changed('probes/0/ways', ['usr']), 'there is no way usr'],
    [
      'a revocation of a way that is not there',
      changed('revoke', [{ see: [], url: 'https://api.example.com/revoke', ways: ['usr'] }]),
      'there is no way usr',
    ],
    ['a warning without a condition', changed('warnings', [warning({})]), 'says nothing'],
    [
      'a warning of a foreign way',
      changed('warnings', [warning({ lacks: ['account'] }, { ways: ['x'] })]),
      'there is no way x',
    ],
    [
      'a warning about a foreign value',
      changed('warnings', [warning({ lacks: ['acount'] })]),
      'there is no value acount',
    ],
    [
      'a warning about a choice that is none',
      changed('warnings', [warning({ values: { environment: ['test'] } })]),
      'environment is never test',
    ],
    [
      'a warning about a token before there is one',
      changed('warnings', [warning({ lacks: ['refresh_token'] })]),
      'nothing came yet before a request',
    ],
    [
      'a warning about an end before there is one',
      changed('warnings', [warning({ endsWithin: 60 })]),
      'nothing came yet before a request',
    ],
    [
      'a refusal of a token that is there',
      changed('warnings', [warning({ endsWithin: 60 }, { at: 'token', refuses: true })]),
      'the token is there already',
    ],
  ])('is refused with %s', (_, input, problem) => {
    expect(faultsOf(input).map((fault) => fault.problem)).toContain(problem)
  })

  it('names a remedy for every fault', () => {
    expect(faultsOf({ ways: 3, foo: [], probes: [{}] }).every((fault) => (fault.remedy ?? '').length > 3)).toBe(true)
  })

  it('may not reach into prototypes', () => {
    const input = JSON.parse(`{ "__proto__": { "id": "x" }, "constructor": 1, "id": "sample" }`)
    expect(lines(input)).toContain(': the key __proto__ is not allowed -> use another name')
    expect(lines(input)).toContain(': the key constructor is not allowed -> use another name')
    expect(({} as Record<string, unknown>)['id']).toBeUndefined()
  })

  it('may not be endless', () => {
    const loop: Record<string, unknown> = {}
    loop['values'] = loop
    expect(faultsOf(loop).some((fault) => fault.problem.startsWith('deeper than'))).toBe(true)
    expect(faultsOf(changed('traps', ['x'.repeat(20_000)])).map((f) => f.problem)).toContain(
      'longer than 16384 characters',
    )
    expect(faultsOf(changed('traps', Array(20_000).fill('x'))).map((f) => f.problem)).toContain(
      'more than 10000 places',
    )
  })
})

describe('plain http', () => {
  const plain = (host: string) => {
    const input = structuredClone(sample())
    input.hosts.token = [host]
    input.ways['user']!.token!.url = `http://${host}/token`
    input.ways['user']!.renewal.call!.url = `http://${host}/token`
    return input
  }
  it('is fine on this machine', () => {
    expect(lines(plain('127.0.0.1:8080'))).toEqual([])
    expect(lines(plain('[::1]:8080'))).toEqual([])
    expect(lines(plain('localhost'))).toEqual([])
  })
  it('is refused elsewhere, unless an admin has allowed it', () => {
    expect(lines(plain('erp.local:8080'))).toEqual([
      'ways.user.token.url: is not encrypted -> use https',
      'ways.user.renewal.call.url: is not encrypted -> use https',
    ])
    expect(lines(plain('erp.local:8080'), { allowHttp: true })).toEqual([])
  })
})
