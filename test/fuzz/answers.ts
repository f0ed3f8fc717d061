/** Answers of a token endpoint: tokens or an error, never an exception, and no secret outside of a `Secret`. */
import fc from 'fast-check'
import { readIntrospection, readTokenAnswer, readValues } from '../../src/oauth/answer.ts'
import type { Take } from '../../src/oauth/call-template.ts'
import { units } from '../../src/provider/words.ts'
import { damaged, wild } from './damaged.ts'
import type { Subject } from './subject.ts'

const number = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(0, -1, 3600, 1e12, 1e18, 8.64e15))
const member = fc.oneof(fc.string(), number, number.map(String), wild, fc.anything({ maxDepth: 2 }))
const right = fc.record(
  {
    access_token: fc.oneof({ weight: 3, arbitrary: fc.constant('access-token-in-full') }, member),
    token_type: fc.oneof(fc.constantFrom('Bearer', 'bearer ', 'DPoP', 'mac'), member),
    expires_in: member,
    expires_at: member,
    refresh_token: fc.oneof(fc.constant('refresh-token-in-full'), member),
    refresh_token_expires_in: member,
    id_token: member,
    scope: fc.oneof(fc.constant('a b,c'), fc.array(fc.string()), member),
    error: fc.oneof(fc.constantFrom('invalid_grant', 'invalid_client'), member),
    error_description: member,
    data: fc.record({ token: member, id: member }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
)
const jsonText = right.map((value) =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? `${one}` : one)),
)
const formText = fc.dictionary(
  fc.oneof(fc.constantFrom('access_token', 'expires_in', 'error', 'scope'), fc.string()),
  wild,
)
const body = damaged(
  fc.oneof(
    { weight: 4, arbitrary: jsonText },
    fc.json(),
    formText.map((fields) => new URLSearchParams(fields).toString()),
    wild,
    wild.map((text) => `<html><title>${text}</title>`),
    fc.nat(60).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  ),
)
const path = fc.constantFrom('access_token', 'data.token', 'data.id', '', 'expires_at', '__proto__', 'data.0', 'scope')
const take: fc.Arbitrary<Record<string, Take>> = fc.dictionary(
  fc.constantFrom(
    'access_token',
    'refresh_token',
    'expires',
    'idle_end',
    'hard_end',
    'scope',
    'account',
    'secret_value',
  ),
  fc.oneof(
    path,
    fc.record(
      {
        at: fc.array(path, { minLength: 1, maxLength: 2 }),
        unit: fc.constantFrom(...units),
        zero: fc.constant('never' as const),
      },
      { requiredKeys: ['at'] },
    ),
  ),
  { maxKeys: 4 },
)

export const answers: Subject = {
  name: 'answers of a token endpoint',
  slice: 4000,
  property: fc.property(body, fc.integer({ min: 200, max: 599 }), fc.option(take, { nil: undefined }), check),
}

function check(text: string, status: number, taking: Record<string, Take> | undefined): void {
  const sentAt = 1_800_000_000_000
  const response = { status, headers: {}, body: text, sentAt, sentAtMonotonic: 0, durationMs: 1 }
  const answer = readTokenAnswer(response, {
    ...(taking === undefined ? {} : { take: taking }),
    secretValues: ['secret_value'],
  })
  readIntrospection(response, taking ?? {})
  for (const value of Object.values(readValues(response, taking ?? {}, sentAt))) {
    if (typeof value !== 'string') throw new Error('a captured value that is no text')
  }
  if (answer.kind === 'error') return
  const { tokens } = answer
  const access = tokens.accessToken.open()
  if (!/^[\x21-\x7e]+$/.test(access)) throw new Error('an access token that no header takes')
  for (const end of [tokens.expiresAt, tokens.idleEnd, tokens.hardEnd]) {
    if (typeof end === 'number' && !(Number.isFinite(end) && Math.abs(end) <= 8.64e15))
      throw new Error(`no moment: ${end}`)
  }
  for (const secret of ['access-token-in-full', 'refresh-token-in-full']) {
    const places = { ...tokens, scope: undefined, values: undefined, tokenType: undefined }
    if (JSON.stringify(places).includes(secret)) throw new Error('a token outside of a secret')
  }
}
