/** The third step of the wizard: table and text are two views of one value, and every change is a patch that fits. */
import { describe, expect, it } from 'vitest'
import { mergePatch } from '../../src/provider/apply.ts'
import {
  bodyAs,
  callAt,
  fieldsToText,
  grantTypeOf,
  headersToText,
  lineToMember,
  memberToLine,
  overridesWith,
  placeOf,
  tableOf,
  textToFields,
  textToHeaders,
  withGrantType,
  type Call,
} from '../../web/src/screens/wizard/token/call-model.ts'
import { at } from '../../web/src/screens/wizard/tree.ts'

const form = { grant_type: 'authorization_code', code: '{code}', 'scope?': '{scope}' }
const definition = { ways: { user: { token: { url: 'https://a.example/token', body: { form } } } } }
const path = placeOf('user', 'token')
const base = callAt(definition, undefined, path)!

describe('a change of a request', () => {
  const cases: [string, Call][] = [
    ['another address', { ...base, url: 'https://b.example/token' }],
    ['a field more', { ...base, body: { form: { ...form, resource: 'x' } } }],
    ['a field less', { ...base, body: { form: { code: '{code}' } } }],
    ['JSON instead of a form', { ...base, body: { json: { code: '{code}', list: ['{scopes}'], n: 1 } } }],
    ['headers and query', { ...base, headers: { 'x-a': 'b' }, query: { a: '{client_id}' } }],
    ['where things stand in the answer', { ...base, take: { expires: { at: ['a.b', 'c'], unit: 'ms' } } }],
  ]

  it.each(cases)('is overrides that make it of the definition: %s', (_, next) => {
    const overrides = overridesWith(definition, { name: 'kept' }, path, next)
    expect(overrides).toHaveProperty('name', 'kept')
    expect(at(mergePatch(definition, overrides), path)).toEqual(next)
    expect(callAt(definition, overrides, path)).toEqual(next)
  })

  it.each(cases)('leaves nothing behind when it is taken back: %s', (_, next) => {
    const overrides = overridesWith(definition, undefined, path, next)
    expect(overridesWith(definition, overrides, path, base)).toEqual({})
  })

  it('can add a request where the definition has none', () => {
    const renewal = placeOf('user', 'renewal')
    const overrides = overridesWith(definition, {}, renewal, { url: 'https://a.example/renew' })
    expect(at(mergePatch(definition, overrides), renewal)).toEqual({ url: 'https://a.example/renew' })
  })
})

describe('fields as text', () => {
  const odd = { 'a b': 'c&d=e%+#', 'scope?': '{scope} and {redirect_uri}', empty: '' }

  it('reads back as the same table', () => {
    expect(textToFields(fieldsToText(odd))).toEqual({ fields: odd })
    expect(fieldsToText(form)).toBe('grant_type=authorization_code&code={code}&scope?={scope}')
    const headers = { accept: 'application/json', 'x-a': 'b: c' }
    expect(textToHeaders(headersToText(headers))).toEqual({ fields: headers })
  })

  it('says what cannot be read', () => {
    expect(textToFields('a=1&a=2')).toEqual({ fault: 'a stands there twice.' })
    expect(textToFields('a=%zz')).toHaveProperty('fault')
    expect(textToHeaders('no colon')).toHaveProperty('fault')
  })
})

it('shows members of JSON as lines that read back as what they were', () => {
  for (const value of ['{client_id}', '12', 12, true, null, 'true', ['a'], { a: 1 }, 'it "is"'])
    expect(lineToMember(memberToLine(value))).toEqual(value)
})

it('carries the fields over to another kind of body', () => {
  const json = bodyAs({ form }, 'json')
  expect(json).toEqual({ json: form })
  expect(bodyAs(json, 'form')).toEqual({ form })
  expect(bodyAs({ form }, 'text')).toEqual({ text: fieldsToText(form) })
  expect(bodyAs({ form }, 'none')).toBeUndefined()
})

it('finds and changes the grant type where the request has it', () => {
  expect(grantTypeOf(base)).toBe('authorization_code')
  expect(tableOf(withGrantType(base, 'own').body)).toEqual({ ...form, grant_type: 'own' })
  const inQuery = { url: 'u', query: { grant_type: 'a' } }
  expect(withGrantType(inQuery, 'b')).toEqual({ url: 'u', query: { grant_type: 'b' } })
  expect(withGrantType({ url: 'u' }, 'b')).toEqual({ url: 'u', body: { form: { grant_type: 'b' } } })
})
