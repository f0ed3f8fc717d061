import { describe, expect, it } from 'vitest'
import { readTokenAnswer } from '../../src/oauth/answer.ts'
import {
  classifyAnswer,
  classifyAuthorizationError,
  classifyFetchFailure,
  type FailureRule,
} from '../../src/oauth/failure.ts'
import { answer, now } from './given.ts'

function classified(body: unknown, status: number, headers = {}, rules: FailureRule[] = []) {
  const response = answer(body, { status, headers })
  const read = readTokenAnswer(response, {})
  if (read.kind === 'tokens') throw new Error('these are tokens')
  return classifyAnswer(response, read, rules, 'renew')
}

describe('a failed token request', () => {
  it.each([
    [400, { error: 'invalid_grant' }, 'dead', 'invalid_grant'],
    [401, { error: 'invalid_grant' }, 'dead', 'invalid_grant'],
    [200, { error: 'bad_refresh_token' }, 'dead', 'bad_refresh_token'],
    [401, { error: 'invalid_client' }, 'client', 'invalid_client'],
    [403, { error: 'unauthorized_client' }, 'configuration', 'unauthorized_client'],
    [400, { error: 'invalid_scope' }, 'configuration', 'invalid_scope'],
    [400, { error: 'unsupported_grant_type' }, 'configuration', 'unsupported_grant_type'],
    [400, { error: 'invalid_request' }, 'configuration', 'invalid_request'],
    [400, { error: 'access_denied' }, 'denied', 'access_denied'],
    [400, { error: 'interaction_required' }, 'denied', 'interaction_required'],
    [400, { error: 'consent_required' }, 'denied', 'consent_required'],
    [429, '', 'transient', 'http_429'],
    [429, { error: 'invalid_grant' }, 'transient', 'invalid_grant'],
    [503, '<html>', 'transient', 'http_503'],
    [400, { error: 'temporarily_unavailable' }, 'transient', 'temporarily_unavailable'],
    [400, { error: 'slow_down' }, 'transient', 'slow_down'],
    [428, { error: 'authorization_pending' }, 'transient', 'authorization_pending'],
    [500, { error: 'server_error' }, 'unknown_outcome', 'server_error'],
    [500, '', 'unknown_outcome', 'http_500'],
    [502, '<html>Bad gateway', 'unknown_outcome', 'http_502'],
    [200, '<html>Sign in', 'unknown_outcome', 'html_answer'],
    [200, '{"access_token":"at', 'unknown_outcome', 'unreadable_answer'],
    [200, '', 'unknown_outcome', 'empty_answer'],
    [200, {}, 'unknown_outcome', 'no_access_token'],
    [200, { ok: false, error: 'odd' }, 'configuration', 'odd'],
    [302, '', 'configuration', 'unexpected_redirect'],
    [400, '', 'configuration', 'http_400'],
    [404, '<html>', 'configuration', 'http_404'],
    [403, '<html>', 'unknown_outcome', 'http_403'],
    [403, '', 'configuration', 'http_403'],
    [407, '', 'not_sent', 'http_407'],
    [400, { error: { message: 'constructor', code: 'constructor' } }, 'configuration', 'constructor'],
  ])('%i %j is %s', (status, body, kind, code) => {
    expect(classified(body, status)).toMatchObject({ kind, code, status })
  })

  it('reads the error of a challenge where the body says nothing', () => {
    expect(classified('', 401, { 'www-authenticate': 'Basic realm="x", error="invalid_client"' })).toMatchObject({
      kind: 'client',
    })
  })

  it.each([
    [{ 'retry-after': '600' }, 600_000],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '999999' }, 86_400_000],
    [{ 'retry-after': '1e9' }, undefined],
    [{ 'retry-after': new Date(now + 60_250).toUTCString(), date: new Date(now).toUTCString() }, 60_000],
    [{ 'retry-after': new Date(now + 60_000).toUTCString() }, 59_750],
    [{ 'retry-after': new Date(now - 60_000).toUTCString() }, 0],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
  ])('waits as %j asks', (headers, retryAfterMs) => {
    expect(classified('', 429, headers).retryAfterMs).toBe(retryAfterMs)
  })

  it('is what the rules of the provider say, before anything else', () => {
    const words = { cause: 'the vendor says so', remedy: 'do this' }
    const rules: FailureRule[] = [
      { ...words, on: ['api'], status: [400], means: 'client' },
      { ...words, on: ['renew'], status: [401], match: { 'error.code': [190] }, means: 'client' },
      {
        ...words,
        on: ['token', 'renew'],
        status: [400],
        match: { 'error.code': ['190', 102], 'error.type': ['OAuthException'] },
        means: 'dead',
      },
      { ...words, on: ['renew'], match: { error: ['invalid_grant'] }, means: 'retry' },
      { ...words, on: ['renew'], status: [418], means: 'too_young' },
    ]
    expect(classified({ error: { code: 190, type: 'OAuthException', message: 'm' } }, 400, {}, rules)).toEqual({
      kind: 'dead',
      code: '190',
      words: 'm',
      status: 400,
      ...words,
    })
    expect(classified({ error: { code: 190, type: 'Other' } }, 400, {}, rules)).toMatchObject({ kind: 'configuration' })
    expect(classified({ error: 'invalid_grant' }, 400, {}, rules)).toMatchObject({
      kind: 'transient',
      code: 'invalid_grant',
    })
    expect(classified('', 418, {}, rules)).toMatchObject({ kind: 'too_young', code: 'http_418' })
  })

  it('says what the service said, also where its members have names of their own', () => {
    expect(classified({ err: 'Client not found', ECODE: 'OAUTH_010' }, 401)).toMatchObject({
      code: 'OAUTH_010',
      words: 'Client not found',
    })
  })

  it('is understood from the response alone where nobody read it before', () => {
    const response = answer({ error: 'invalid_grant', error_description: 'gone' }, { status: 400 })
    expect(classifyAnswer(response, { status: 400, body: undefined }, [], 'token')).toMatchObject({
      kind: 'dead',
      words: 'gone',
    })
  })
})

describe('an exchange without an answer', () => {
  it.each([
    ['refused', false, 'not_sent'],
    ['dns', false, 'not_sent'],
    ['tls', false, 'not_sent'],
    ['late', false, 'not_sent'],
    ['blocked', false, 'configuration'],
    ['timeout', true, 'unknown_outcome'],
    ['reset', true, 'unknown_outcome'],
    ['too_large', true, 'unknown_outcome'],
  ] as const)('%s is %s', (kind, sent, expected) => {
    expect(classifyFetchFailure({ kind, sent, detail: 'why' })).toMatchObject({
      kind: expected,
      code: kind,
      words: 'why',
    })
  })

  it('of a blocked address names the option that opens it', () => {
    const { remedy } = classifyFetchFailure({ kind: 'blocked', sent: false, detail: 'loopback' })
    expect(remedy).toContain('EVERGRANT_ALLOW_HOSTS')
  })
})

describe('a refused authorization', () => {
  it('is denied, transient or a matter of configuration, and the provider knows better', () => {
    const rules: FailureRule[] = [
      { on: ['authorize'], match: { error_code: ['200'] }, means: 'configuration', cause: 'c', remedy: 'r' },
    ]
    const kind = (code: string, ...parameters: [string, string][]) =>
      classifyAuthorizationError({ code }, parameters, rules).kind
    expect(kind('access_denied')).toBe('denied')
    expect(kind('server_error')).toBe('transient')
    expect(kind('invalid_scope')).toBe('configuration')
    expect(kind('access_denied', ['error_code', '200'])).toBe('configuration')
  })
})
