/** How the words of a definition become rules: lifetimes, rotation, templates read backwards. */
import { describe, expect, it } from 'vitest'
import type { Renewal } from '../../src/provider/provider.ts'
import { rulesOf } from '../../src/rehearsal/service/lives.ts'
import { matchJson, matchText, merge } from '../../src/rehearsal/service/pattern.ts'
import { put } from '../../src/rehearsal/service/paths.ts'
import { redirectProblem } from '../../src/rehearsal/service/redirect.ts'
import { oddService } from './odd-service.ts'

const see = ['docs']

function rules(renewal: Partial<Renewal>, access?: number | 'never') {
  const way = {
    ...oddService.ways['person']!,
    renewal: { see, by: 'refresh_token', rotates: 'always', ...renewal } as Renewal,
    ...(access !== undefined && { access }),
  }
  return rulesOf(oddService, way, 1)
}

describe('what happens to a used refresh token', () => {
  it.each([
    [{ rotates: 'never' }, 'R0', 0],
    [{ rotates: 'always', grace: 30, reuse: 'refused' }, 'R2', 30],
    [{ rotates: 'always', reuse: 'harmless' }, 'R2', Infinity],
    [{ rotates: 'always', reuse: 'refused' }, 'R3', 0],
    [{ rotates: 'always', reuse: 'kills_grant' }, 'R4', 0],
    [{ rotates: 'unknown', reuse: 'unknown' }, 'R4', 0],
    [{ rotates: 'always' }, 'R4', 0],
  ] as const)('%o is played as %s', (renewal, rotation, graceSeconds) => {
    expect(rules(renewal).refresh).toMatchObject({ rotation, graceSeconds })
  })

  it('kills the grant after the grace time where the facts say so, or say nothing', () => {
    expect(rules({ grace: 30, reuse: 'kills_grant' }).refresh.afterGrace).toBe('R4')
    expect(rules({ grace: 30 }).refresh.afterGrace).toBe('R4')
    expect(rules({ grace: 30, reuse: 'refused' }).refresh.afterGrace).toBe('R3')
  })

  it('ends the old access token where that is not known', () => {
    expect(rules({ oldAccess: 'unknown' }).access.diesWithRenewal).toBe(true)
    expect(rules({ oldAccess: 'lives' }).access.diesWithRenewal).toBe(false)
  })
})

it('counts an end from the authorization or from the renewal', () => {
  expect(rules({ ends: { hard: 100, from: 'authorization' } }).refresh).toMatchObject({ hardSeconds: 100 })
  expect(rules({ ends: { idle: 50, hard: 40, from: 'renewal' } }).refresh).toMatchObject({ idleSeconds: 40 })
  expect(rules({}, 'never').access.seconds).toBe(Infinity)
})

describe('a template read backwards', () => {
  it('says what its values were', () => {
    expect(matchText('{id}|{secret}', 'a|b|c')).toEqual({ id: 'a', secret: 'b|c' })
    expect(matchText('https://{host}/v1/{a}:go', 'https://x.example/v1/p%40q:go', 'path')).toEqual({
      host: 'x.example',
      a: 'p@q',
    })
    expect(matchText('https://{host}/v1', 'https://x/y/v1', 'path')).toBeUndefined()
    expect(matchText('{base}/me', 'http://h/a/b/me', 'path')).toEqual({ base: 'http://h/a/b' })
    expect(matchText('fixed', 'other')).toBeUndefined()
    expect(matchText('a.b', 'axb')).toBeUndefined()
  })

  it('refuses a value that stands for two things', () => {
    expect(merge([{ a: '1' }, { a: '2' }])).toBeUndefined()
    expect(merge([{ a: '1' }, { b: '2' }])).toEqual({ a: '1', b: '2' })
  })

  it('reads JSON with its lists, and tells everything that is wrong', () => {
    const problems: string[] = []
    const template = { scope: '{scopes}', life: '3600s', 'more?': '{more}', list: ['{a}'], deep: { n: 1 } }
    const good = { scope: ['x', 'y'], life: '3600s', list: ['b'], deep: { n: 1 } }
    expect(matchJson(template, good, (one) => problems.push(one))).toEqual({ scopes: ['x', 'y'], a: 'b' })
    expect(problems).toEqual([])
    matchJson(template, { scope: 1, deep: { n: 2, other: 0 }, list: {} }, (one) => problems.push(one))
    expect(problems).toEqual([
      'scope is not of the form {scopes}',
      'life is missing',
      'list is not a list',
      'deep.n is not 1',
      'deep.other is not known here',
    ])
  })
})

it('writes what stands at a path, lists included', () => {
  const body: Record<string, unknown> = { 'a.b': 1 }
  put(body, 'a.b', 2)
  put(body, 'list.0.id', 'x')
  expect(body).toEqual({ 'a.b': 2, list: [{ id: 'x' }] })
})

it('takes redirect URIs as the facts of the service say', () => {
  const loopback = [{ see, back: ['loopback' as const], host: ['localhost' as const], scheme: ['http' as const] }]
  expect(redirectProblem('http://localhost:4567/cb', loopback)).toBeUndefined()
  expect(redirectProblem('http://127.0.0.1:4567/cb', loopback)).toContain('not among')
  expect(redirectProblem('https://example.com/cb', loopback)).toContain('not among')
  expect(redirectProblem('http://example.com/cb', [])).toContain('not encrypted')
  expect(redirectProblem('https://example.com/cb#x', [])).toContain('fragment')
  expect(redirectProblem(undefined, [])).toBeDefined()
})
