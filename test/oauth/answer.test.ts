import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { open } from '../../src/secret.ts'
import { lookUp, parseBody, readTokenAnswer, readValues, type AnswerOptions } from '../../src/oauth/answer.ts'
import { answer, now } from './given.ts'

const hour = 3_600_000
const tenYears = 3653 * 24 * hour

function tokens(body: unknown, options: AnswerOptions = {}) {
  const read = readTokenAnswer(answer(body), options)
  if (read.kind !== 'tokens') throw new Error(`no tokens: ${read.code}`)
  return read.tokens
}

const bearer = { access_token: 'at', token_type: 'Bearer' }

describe('a token answer', () => {
  it('is read as RFC 6749 writes it', () => {
    const read = tokens({ ...bearer, expires_in: 3600, refresh_token: 'rt', scope: 'a b', id_token: 'x.y.z' })
    expect(read).toMatchObject({
      tokenType: 'Bearer',
      obtainedAt: now,
      expiresAt: now + hour,
      scope: ['a', 'b'],
      warnings: [],
    })
    expect([read.accessToken, read.refreshToken!, read.idToken!].map(open)).toEqual(['at', 'rt', 'x.y.z'])
    expect(JSON.stringify(read)).not.toMatch(/"at"|"rt"|x\.y\.z/)
  })

  it('is a form too, whatever the content type says', () => {
    const read = tokens('access_token=a%7Cb&token_type=bearer&expires_in=3600&scope=a+b')
    expect([open(read.accessToken), read.expiresAt, read.scope]).toEqual(['a|b', now + hour, ['a', 'b']])
  })

  it('may be nested, with alternatives: the first that is there', () => {
    const take = {
      access_token: { at: ['authed_user.token', 'data.0.access_token'] },
      scope: { at: ['data.0.permissions'] },
      user_id: { at: ['data.0.user_id'] },
    }
    const read = tokens('{"data":[{"access_token":"at","user_id":17841400000000000123,"permissions":["p1","p2"]}]}', {
      take,
    })
    expect([open(read.accessToken), read.scope, read.values]).toEqual([
      'at',
      ['p1', 'p2'],
      { user_id: '17841400000000000123' },
    ])
  })

  it('keeps only the values that were asked for, secret ones tagged', () => {
    const body = { ...bearer, instance_url: 'https://eu.test', key: 'hush', other: 'x', deep: { object: {} }, ok: true }
    const take = { instance_url: 'instance_url', key: 'key', absent: 'nope', deep: 'deep', long: 'big' }
    const read = tokens({ ...body, big: 'x'.repeat(20_000) }, { take, secretValues: ['key'] })
    expect(Object.keys(read.values)).toEqual(['instance_url', 'key'])
    expect(String(read.values['key'])).toBe('[redacted]')
    expect(read.warnings).toEqual(['value_too_long'])
  })

  it.each([
    [3600, now + hour, []],
    ['3600', now + hour, []],
    ['3600.5', now + hour + 500, []],
    [undefined, 'unknown', []],
    [null, 'unknown', []],
    ['', 'unknown', []],
    [0, 'unknown', ['expires_in_not_positive']],
    [-1, 'unknown', ['expires_in_not_positive']],
    ['0', 'unknown', ['expires_in_not_positive']],
    ['NaN', 'unknown', ['expires_in_unreadable']],
    ['soon', 'unknown', ['expires_in_unreadable']],
    [{}, 'unknown', ['expires_in_unreadable']],
    ['1e99', now + tenYears, ['expires_in_clamped']],
    [400_000_000, now + tenYears, ['expires_in_clamped']],
    [(now + hour) / 1000, now + hour, ['expires_in_other_unit']],
    [now + hour, now + hour, ['expires_in_other_unit']],
    ['2026-11-22T13:00:00Z', now + hour, ['expires_in_other_unit']],
    ['3600s', now + hour, ['expires_in_other_unit']],
  ])('expires_in %j ends at %j', (expires_in, expiresAt, warnings) => {
    const read = tokens({ ...bearer, expires_in })
    expect([read.expiresAt, read.warnings]).toEqual([expiresAt, warnings])
  })

  it('expires_in beyond every number is clamped', () => {
    expect(tokens('{"access_token":"at","token_type":"bearer","expires_in":1e999}').expiresAt).toBe(now + tenYears)
  })

  it.each([
    ['ms', hour, now + hour],
    ['ms', '3600000', now + hour],
    ['ms', 2_000_000_000, now + 2_000_000_000],
    ['epoch', (now + hour) / 1000, now + hour],
    ['epoch', now + hour, now + hour],
    ['date', '2026-11-22T13:00:00Z', now + hour],
    ['date', '2026-11-22T14:00:00+01:00', now + hour],
    ['date', '2026-11-22 13:00:00', now + hour],
    ['date', '2026-11-23', now + 12 * hour],
    ['duration', '3600s', now + hour],
    ['duration', 'PT1H', now + hour],
    ['duration', 'P1DT1H', now + 25 * hour],
    ['duration', '60m', now + hour],
    ['epoch', (now - hour) / 1000, 'unknown'],
    ['date', 'tomorrow', 'unknown'],
  ] as const)('an end in %s, %j, is %j', (unit, expires_at, expiresAt) => {
    expect(tokens({ ...bearer, expires_at }, { take: { expires: { at: ['expires_at'], unit } } }).expiresAt).toBe(
      expiresAt,
    )
  })

  it('never ends where the service means that by zero', () => {
    const take = { expires: { at: ['expires_at'], unit: 'epoch', zero: 'never' } } satisfies AnswerOptions['take']
    expect(tokens({ ...bearer, expires_at: 0 }, { take })).toMatchObject({ expiresAt: 'never', warnings: [] })
  })

  it('has the life that the service is known for when it says nothing usable', () => {
    expect(tokens(bearer, { access: 1800 }).expiresAt).toBe(now + hour / 2)
    expect(tokens(bearer, { access: 'never' }).expiresAt).toBe('never')
    expect(tokens({ ...bearer, expires_in: 0 }, { access: 1800 })).toMatchObject({
      expiresAt: now + hour / 2,
      warnings: ['expires_in_not_positive'],
    })
  })

  it('counts lifetimes from before the request was sent', () => {
    const read = readTokenAnswer(answer({ ...bearer, expires_in: 60 }, { sentAt: now - 5000, durationMs: 5000 }), {})
    expect(read).toMatchObject({ tokens: { obtainedAt: now - 5000, expiresAt: now + 55_000 } })
  })

  it('tells the ends of the refresh token where it is named or in a common spelling', () => {
    expect(tokens({ ...bearer, refresh_token_expires_in: 3600 }).idleEnd).toBe(now + hour)
    expect(tokens({ ...bearer, refresh_expires_in: '3600' }).idleEnd).toBe(now + hour)
    expect(tokens({ ...bearer, refresh_expires_in: 0 })).toMatchObject({ warnings: [] })
    expect(tokens({ ...bearer, refresh_expires_in: 0 })).not.toHaveProperty('idleEnd')
    const odd = { ...bearer, x_refresh_token_expires_in: 3600, x_refresh_token_hard_expires_in: 7200 }
    expect(tokens(odd)).not.toHaveProperty('idleEnd')
    const take = { idle_end: 'x_refresh_token_expires_in', hard_end: 'x_refresh_token_hard_expires_in' }
    expect(tokens(odd, { take })).toMatchObject({ idleEnd: now + hour, hardEnd: now + 2 * hour, values: {} })
    const fixed = tokens(
      { ...bearer, refresh_token_expires_in: 3600 },
      { take: { hard_end: 'refresh_token_expires_in' } },
    )
    expect(fixed.hardEnd).toBe(now + hour)
    expect(fixed).not.toHaveProperty('idleEnd')
  })

  it.each([
    ['bearer', 'Bearer', []],
    ['BEARER', 'Bearer', []],
    ['Bearer ', 'Bearer', []],
    [' ', 'Bearer', ['token_type_missing']],
    ['dpop', 'DPoP', []],
    [undefined, 'Bearer', ['token_type_missing']],
    ['mac', 'mac', ['token_type_unknown']],
    ['N_A', 'N_A', ['token_type_unknown']],
    ['User Access Token', 'Bearer', []],
  ])('token_type %j is %j', (token_type, tokenType, warnings) => {
    expect(tokens({ access_token: 'at', token_type })).toMatchObject({ tokenType, warnings })
  })

  it.each([
    ['a b', undefined, ['a', 'b']],
    ['a,b', ',', ['a', 'b']],
    ['a, b,', ',', ['a', 'b']],
    ['a b', ',', ['a', 'b']],
    [['a', 'b', 'a'], undefined, ['a', 'b']],
    [null, undefined, undefined],
    ['', undefined, undefined],
    [5, undefined, undefined],
  ])('scope %j is %j', (scope, scopeSeparator, scopes) => {
    expect(tokens({ ...bearer, scope }, scopeSeparator === undefined ? {} : { scopeSeparator }).scope).toEqual(scopes)
  })

  it.each([null, '', undefined])('a refresh token %j is none', (refresh_token) => {
    expect(tokens({ ...bearer, refresh_token })).not.toHaveProperty('refreshToken')
  })

  it('is read though a byte order mark stands before it, and with status 201', () => {
    expect(readTokenAnswer(answer(`\ufeff${JSON.stringify(bearer)}`, { status: 201 }), {}).kind).toBe('tokens')
  })
})

describe('an answer without a usable token', () => {
  const fault = (body: unknown, more = {}) => readTokenAnswer(answer(body, more), {})

  it.each([
    [{ error: 'bad_verification_code', error_description: 'expired' }, 'bad_verification_code'],
    [{ ...bearer, error: 'invalid_grant' }, 'invalid_grant'],
    [{ ok: false, error: 'invalid_auth' }, 'invalid_auth'],
    [{ ok: false }, 'not_ok'],
    [{ errors: [{ code: 89, message: 'Invalid' }] }, '89'],
    [{ code: 40105, message: 'Access token is incorrect or has been revoked.', data: {} }, '40105'],
    [{ error: { code: 190, type: 'OAuthException', message: 'dead' } }, '190'],
    ['error=invalid_grant&error_description=no', 'invalid_grant'],
  ])('is an error though its status is 200: %j', (body, code) => {
    expect(fault(body)).toMatchObject({ kind: 'error', status: 200, code })
  })

  it('is a token though it carries an empty error', () => {
    for (const error of ['', null, false, { code: 'ok', message: '' }])
      expect(fault({ ...bearer, error }).kind).toBe('tokens')
  })

  it.each([
    ['', 'empty_answer'],
    ['<html><title>Maintenance</title></html>', 'html_answer'],
    ['{"access_token": "at", "tok', 'unreadable_answer'],
    ['nothing here', 'text_answer'],
    ['{}', 'no_access_token'],
    ['[]', 'no_access_token'],
    ['"at"', 'no_access_token'],
    ['{"access_token":null}', 'no_access_token'],
    ['{"access_token":5}', 'unusable_token'],
    ['{"access_token":["at"]}', 'unusable_token'],
    ['{"access_token":"a\\r\\nb: c"}', 'unusable_token'],
    ['{"access_token":"a b"}', 'unusable_token'],
    ['{"access_token":"ä"}', 'unusable_token'],
    [JSON.stringify({ access_token: 'x'.repeat(1_000_000) }), 'unusable_token'],
    ['{"access_token":"a","access_token":"b"}', 'duplicate_key'],
    ['access_token=a&access_token=b', 'duplicate_key'],
    [`{"a":${'['.repeat(40)}`, 'too_deep'],
    ['{"__proto__":{"access_token":"at"}}', 'no_access_token'],
  ])('says why: %.60s', (body, code) => {
    expect(fault(body)).toMatchObject({ kind: 'error', code, unreadable: true })
  })

  it('shows only the title of a page, and words without control characters, cut', () => {
    expect(fault('<html><TITLE>Sign\u0007in</title>secret', { status: 502 })).toMatchObject({ words: 'Sign in' })
    const words = fault({ error: 'x', error_description: `a\r\n\u202eb${'c'.repeat(1000)}` })
    expect(words).toMatchObject({ words: expect.stringMatching(/^a bc+…$/) })
    expect('words' in words && words.words).toHaveLength(300)
  })
})

describe('whatever comes back', () => {
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.webQueryParameters(),
    fc
      .record(
        {
          access_token: fc.anything(),
          expires_in: fc.anything(),
          scope: fc.anything(),
          refresh_token: fc.anything(),
          token_type: fc.anything(),
        },
        { requiredKeys: [] },
      )
      .map((value) => {
        try {
          return JSON.stringify(value)
        } catch {
          return '{}' // an anything that JSON cannot say
        }
      }),
  )
  const take = { expires: { at: ['expires_in', 'x'], unit: 'date' as const }, v: 'scope', scope: 'scope.0' }

  it('is tokens fit for a header or an error with a code, never an exception', () => {
    fc.assert(
      fc.property(body, fc.integer({ min: 200, max: 599 }), fc.boolean(), (text, status, taking) => {
        const read = readTokenAnswer(answer(text, { status }), taking ? { take } : {})
        if (read.kind === 'tokens') {
          expect(open(read.tokens.accessToken)).toMatch(/^[\x21-\x7e]+$/)
          expect(
            read.tokens.expiresAt === 'unknown' || read.tokens.expiresAt === 'never' || read.tokens.expiresAt > now,
          ).toBe(true)
        } else if (status < 300) expect(read.code).toBeTruthy()
        readValues(answer(text), take, now)
      }),
      { numRuns: 1000 },
    )
  })

  it('cut anywhere, it is never taken for the whole', () => {
    const text = JSON.stringify({ ...bearer, expires_in: 3600, refresh_token: 'rt', nested: { a: [1, 'x'] } })
    for (let at = 0; at < text.length; at++) expect(readTokenAnswer(answer(text.slice(0, at)), {}).kind).toBe('error')
  })
})

describe('a path', () => {
  it('walks names and list indexes, and never into prototypes', () => {
    const body = parseBody(answer({ data: [{ id: 7 }], text: 'x' }))
    expect([lookUp(body, 'data.0.id'), lookUp(body, ''), lookUp(body, 'data.1.id')]).toEqual([7, body, undefined])
    expect([lookUp(body, 'text.length'), lookUp(body, 'constructor'), lookUp(body, '__proto__')]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('finds a name that holds a dot', () => {
    expect(lookUp(parseBody(answer({ 'odata.error': { code: 1 } })), 'odata.error')).toEqual({ code: 1 })
  })

  it('with a unit gives a point in time', () => {
    const take = { end: { at: ['e'], unit: 'epoch', zero: 'never' }, plain: 'p' } satisfies AnswerOptions['take']
    expect(readValues(answer({ e: 1_800_000_000, p: 5 }), take, now)).toEqual({
      end: '2027-01-15T08:00:00.000Z',
      plain: '5',
    })
    expect(readValues(answer({ e: 0 }), take, now)).toEqual({ end: 'never' })
  })
})
