import { expect, it } from 'vitest'
import { actionView } from '../../src/server/views.ts'
import { connectionViewOf } from './kit.ts'

const connection = connectionViewOf('books')
const reported = (failure: { kind: 'client' | 'configuration'; code: string; words?: string }) =>
  actionView({ ok: false, failure, connection }).change

it('names the settings that a refusal is likely about, whatever the service calls it', () => {
  expect(reported({ kind: 'client', code: 'ERR_4711' })).toContain('client.secret')
  expect(reported({ kind: 'configuration', code: 'invalid_scope' })).toEqual(['scopes'])
  expect(reported({ kind: 'configuration', code: 'x', words: 'redirect_uri differs' })).toEqual(['redirect_uri'])
  expect(reported({ kind: 'configuration', code: 'invalid_request' })).toBeUndefined()
  expect(reported({ kind: 'configuration', code: 'constructor' })).toBeUndefined()
  expect(actionView({ ok: true, connection }).change).toBeUndefined()
})
