/** What becomes of the tokens of Facebook and Instagram over weeks, run through the domain. */
import { afterEach, describe, expect, it } from 'vitest'
import { adviceAt } from '../../src/provider/warnings.ts'
import { resolveValues } from '../../src/provider/values.ts'
import facebook from '../../src/providers/facebook.ts'
import instagram from '../../src/providers/instagram.ts'
import { world, type Answer, type World } from '../connections/harness.ts'

let here: World
afterEach(() => here?.close())

const local = { kind: 'local' } as const
const day = 86_400_000
const days60 = 5_184_000
const client = { id: '123', secret: 'shh' }

type Create = Parameters<World['domain']['connections']['create']>[0]

/** Connects a person: the answers are those to the code, to what follows, and so on by their path. */
async function connected(input: Create, answers: Record<string, (query: URLSearchParams) => Answer>) {
  here = await world({ override: { publicUrl: 'https://jobs.example.com' } })
  here.answer(({ url }) => {
    const { pathname, searchParams } = new URL(url)
    return answers[pathname]?.(searchParams) ?? { status: 404, body: { error: { code: 2500, message: pathname } } }
  })
  await here.domain.connections.create(input, local)
  const view = await here.domain.connections.authorize(input.name, { back: 'paste' }, local)
  const state = new URL(view.authorizationUrl ?? '').searchParams.get('state') ?? ''
  const text = `https://jobs.example.com/oauth/callback?code=AQB-x&state=${state}#_`
  const done = await here.domain.connections.complete(view.id, { kind: 'pasted', text, bareCodeAllowed: false }, local)
  return done.outcome
}

const paths = () => here.requests.map(({ url }) => new URL(url).pathname)
const read = async (name: string) => (await here.domain.connections.read(name)).accessToken.open()

describe('an account of Instagram', () => {
  const account: Create = { name: 'ig', provider: 'instagram', grant: 'account', client, inputs: {} }
  let given = 0
  const answers = {
    '/oauth/access_token': () => ({
      body: '{"access_token":"IGshort","user_id":17841405793187218,"permissions":["instagram_business_basic"]}',
    }),
    '/access_token': () => ({ body: { access_token: 'IGlong', token_type: 'bearer', expires_in: days60 } }),
    '/refresh_access_token': () => ({
      body: { access_token: `IGrenewed${++given}`, token_type: 'bearer', expires_in: days60 },
    }),
    '/v26.0/me': () => ({ body: { user_id: '17841405793187218', username: 'jellyfish' } }),
  }

  it('is served the token of 60 days, never that of one hour, and its id to the last digit', async () => {
    expect(await connected(account, answers)).toMatchObject({ kind: 'authorized', who: 'jellyfish' })
    expect(paths()).toEqual(['/oauth/access_token', '/access_token', '/v26.0/me'])
    const served = await here.domain.connections.read('ig')
    expect(served.accessToken.open()).toBe('IGlong')
    expect(served).toMatchObject({ shown: { user_id: '17841405793187218' } })
  })

  it('says that the token of one hour could not be exchanged, and keeps it meanwhile', async () => {
    const broken = { ...answers, '/access_token': () => ({ status: 400, body: { error: { code: 190 } } }) }
    expect(await connected(account, broken)).toMatchObject({ kind: 'failed' })
    expect(await read('ig')).toBe('IGshort')
    expect((await here.domain.connections.get('ig')).expiresAt).toBe('unknown')
  })

  it('is to be renewed after its first day and long before its last, by the token alone', async () => {
    given = 0
    await connected(account, answers)
    const due = (await here.store.connections.byName('ig'))?.schedule.dueAt ?? 0
    expect(due - here.clock.now()).toBeGreaterThan(day)
    expect(due - here.clock.now()).toBeLessThan(50 * day)
    here.clock.advance(due - here.clock.now())
    expect((await here.domain.connections.renew('ig', local)).ok).toBe(true)
    expect(await read('ig')).toBe('IGrenewed1')
    const { url } = here.requests.findLast(({ url: sent }) => sent.includes('refresh_access_token'))!
    expect(url).toBe('https://graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token=IGlong')
  })
})

describe('a page of Facebook', () => {
  const page: Create = {
    name: 'fb',
    provider: 'facebook',
    grant: 'page',
    client,
    inputs: { page_id: '4567' },
    scopes: ['pages_show_list', 'pages_read_engagement'],
  }
  let left = days60
  const answers = {
    '/v26.0/oauth/access_token': (query: URLSearchParams) =>
      query.has('code')
        ? { body: { access_token: 'EAAshort', token_type: 'bearer', expires_in: 5180 } }
        : { body: { access_token: `EAA${query.get('fb_exchange_token')}`, token_type: 'bearer', expires_in: left } },
    '/v26.0/debug_token': () => ({
      body: { data: { is_valid: true, expires_at: 0, data_access_expires_at: 1_807_776_000 } },
    }),
    '/v26.0/4567': () => ({ body: { access_token: 'EAApage', id: '4567' } }),
    '/v26.0/me': () => ({ body: { id: '4567', name: 'The page' } }),
  }

  it('is served its own token, with the day on which reading data will fail', async () => {
    left = days60
    expect(await connected(page, answers)).toMatchObject({ kind: 'authorized', who: 'The page' })
    expect(await here.domain.connections.read('fb')).toMatchObject({
      shown: { page_id: '4567', data_access_end: '2027-04-15T08:00:00.000Z' },
    })
    expect(await read('fb')).toBe('EAApage')
    expect(await here.domain.connections.get('fb')).toMatchObject({
      expiresAt: 'never',
      deaths: [{ what: 'token_behind', at: here.clock.now() + days60 * 1000 }],
    })
    // The proof is made with the token that asks, not with the one before.
    const proofs = here.requests.flatMap(({ url }) => new URL(url).searchParams.get('appsecret_proof') ?? [])
    expect(new Set(proofs).size).toBe(2)
  })

  it('is told early that the end of the token behind it did not move', async () => {
    left = days60
    await connected(page, answers)
    here.clock.advance(51 * day)
    left = 9 * 86_400
    expect((await here.domain.connections.renew('fb', local)).ok).toBe(true)
    expect((await here.store.connections.byName('fb'))?.tokens?.root.warnings).toContain('not_extended')
    expect(await read('fb')).toBe('EAApage')
  })
})

describe('what can be known before anything is sent', () => {
  const refusals = (way: string, asked: string[]) =>
    adviceAt('request', instagram, way, {
      values: resolveValues(instagram, way, { typed: {}, secrets: {} }).values,
      asked,
      now: Date.parse('2026-11-22T12:00:00Z'),
    })
      .filter(({ refuses }) => refuses)
      .map(({ path }) => path)

  it('is that Login for Business needs its configuration', () => {
    expect(resolveValues(facebook, 'business', { typed: {}, secrets: {} }).missing).toEqual(['business_config_id'])
    expect(resolveValues(facebook, 'user_configured', { typed: {}, secrets: {} }).missing).toEqual(['config_id'])
    expect(resolveValues(facebook, 'user', { typed: {}, secrets: {} }).missing).toEqual([])
  })
  it('is that scopes of Instagram and of Facebook are two families', () => {
    expect(refusals('account', ['instagram_basic'])).toEqual(['scopes'])
    expect(refusals('account', ['instagram_business_basic', 'business_basic'])).toEqual(['scopes'])
    expect(refusals('facebook_page', ['instagram_basic', 'instagram_business_basic'])).toEqual(['scopes'])
    expect(refusals('account', ['instagram_business_basic'])).toEqual([])
    expect(refusals('facebook_page', ['instagram_basic'])).toEqual([])
  })
})
