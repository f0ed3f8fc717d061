/** What comes back from an authorization, over a redirect or pasted: one error of ours or a code, and never a wrong one. */
import fc from 'fast-check'
import { EvergrantError } from '../../src/errors.ts'
import { readAuthorizationResponse } from '../../src/oauth/authorization.ts'
import { readPasted } from '../../src/redirect/paste.ts'
import { damaged, wild } from './damaged.ts'
import type { Subject } from './subject.ts'

const state = 'Zm9v-the-state-of-this-request'
const issuer = 'https://login.example.com'
const name = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('code', 'state', 'iss', 'error', 'error_description', 'realmId') },
  fc.constantFrom('access_token', 'id_token', '__proto__', 'constructor', ''),
  wild,
)
const value = fc.oneof(fc.constantFrom(state, issuer, 'the-code-of-this-person', ''), wild)
const parameters = fc.array(fc.tuple(name, value), { maxLength: 6 })
const expected = fc.record(
  {
    issuer: fc.constantFrom(issuer, 'https://other.example.net'),
    page: fc.constantFrom('https://login.example.com/authorize', 'http://127.0.0.1/'),
    issuerRequired: fc.boolean(),
    codeName: fc.constantFrom('code', 'auth_code'),
    errorNames: fc.constant({ code: ['err'], text: ['msg'] }),
  },
  { requiredKeys: [] },
)
const rightText = parameters.chain((list) => {
  const query = new URLSearchParams(list).toString()
  return fc.constantFrom(query, `?${query}`, `#${query}`, `http://localhost:1/cb?${query}`, `"https://a.b/#${query}"`)
})
const pasted = damaged(fc.oneof({ weight: 3, arbitrary: rightText }, fc.constant('4/0AX4XfWh-the-code'), wild))

export const callbacks: Subject = {
  name: 'answers of an authorization',
  slice: 4000,
  property: fc.property(parameters, expected, pasted, (list, expectation, text) => {
    checkResponse(list, expectation)
    const read = ours(['bad_callback'], () => readPasted(text), text)
    if (read?.kind === 'parameters') checkResponse(read.parameters, expectation)
    else if (read !== undefined && !/^[\x21-\x7e]+$/.test(read.code)) throw new Error('a code that is none')
  }),
}

function checkResponse(list: readonly (readonly [string, string])[], expectation: object): void {
  const codes = ['bad_callback', 'state_mismatch', 'issuer_mismatch']
  const answer = ours(codes, () => readAuthorizationResponse(list, { state, ...expectation }))
  if (answer === undefined) return
  const names = list.map(([one]) => one)
  if (new Set(names).size !== names.length) throw new Error('a parameter that came twice was taken')
  if (!list.some(([one, said]) => one === 'state' && said === state))
    throw new Error('an answer of another state was taken')
  if (names.includes('access_token')) throw new Error('a token was taken from the address')
  if (answer.kind === 'code' && answer.code.open() === '') throw new Error('an empty code')
}

/** Undefined where it was refused, with one of these codes and without a word of what came. */
function ours<T>(codes: readonly string[], read: () => T, text = ''): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof EvergrantError) || !codes.includes(error.code)) throw error
    const secret = /the-code-of-this-person|4\/0AX4XfWh-the-code/.exec(text)?.[0]
    if (secret !== undefined && error.message.includes(secret))
      throw new Error('the message repeats the code', { cause: error })
    return undefined
  }
}
