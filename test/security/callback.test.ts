/**
 * Answers that do not belong to the authorization they are sent to: each is refused, no request for a token leaves, and
 * the answer that does belong still completes. Named after the requirements in docs/security.md.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { goodAnswer, issuer, openStage, publicUrl, type Asked, type Flow, type Stage } from './callback-stage.ts'

let stage: Stage
/** Of somebody else, who never answers. */
let other: Flow
beforeAll(async () => {
  stage = await openStage()
  other = await stage.open('undeclared')
})
afterAll(() => stage?.close())

/** `mine` is the person's flow, `other` one of somebody else in another browser. */
type Attack = (mine: Flow, other: Flow) => Asked
type Case = [row: string, title: string, attack: Attack]

const query = (parameters: Record<string, string> | [string, string][]) => `?${new URLSearchParams(parameters)}`
const as = (cookie: string, search: string, path = '/oauth/callback'): Asked => ({
  path: path + search,
  headers: cookie === '' ? {} : { cookie },
})
/** The good answer with other parameters: `undefined` leaves one out. */
const but =
  (change: (mine: Flow, other: Flow) => Record<string, string | undefined>): Attack =>
  (mine, other) => {
    const all = { code: mine.code, state: mine.state, iss: issuer, ...change(mine, other) }
    return as(mine.cookie, query(Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined)))
  }
/** The good answer and more of it. */
const and =
  (more: (mine: Flow, other: Flow) => string): Attack =>
  (mine, other) => {
    const good = goodAnswer(mine)
    return { ...good, path: `${good.path}&${more(mine, other)}` }
  }
/** The good answer by another request. */
const by =
  (change: (good: Asked, mine: Flow, other: Flow) => Asked): Attack =>
  (mine, other) => {
    const good = goodAnswer(mine)
    return { ...good, ...change(good, mine, other) }
  }
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const nameOf = (cookie: string) => cookie.split('=')[0] ?? ''
const valueOf = (cookie: string) => cookie.slice(cookie.indexOf('=') + 1)

const cases: Case[] = [
  ['A2', 'no state', but(() => ({ state: undefined }))],
  ['A2', 'an empty state', but(() => ({ state: '' }))],
  ['A2', 'a made-up state', but(() => ({ state: 'A'.repeat(43) }))],
  ['A2', 'a state that lacks its last letter', but(({ state }) => ({ state: state.slice(0, -1) }))],
  ['A2', 'a state with a letter more', but(({ state }) => ({ state: `${state}A` }))],
  [
    'A2',
    'a state with one letter changed',
    but(({ state }) => ({ state: `${state.startsWith('A') ? 'B' : 'A'}${state.slice(1)}` })),
  ],
  ['A2', 'a state in other letters', but(({ state }) => ({ state: state.toUpperCase() }))],
  ['A2', 'a state with padding', but(({ state }) => ({ state: `${state}=` }))],
  ['A2', 'a state with a blank', but(({ state }) => ({ state: ` ${state}` }))],
  ['A2', 'a state with a NUL behind it', but(({ state }) => ({ state: `${state}\0` }))],
  ['A2', 'a state of a hundred thousand bits', but(({ state }) => ({ state: state.repeat(280) }))],
  ['A2', 'the id of the flow for a state', but(({ id }) => ({ state: id }))],
  ['A2', 'the state under another name', but(({ state }) => ({ state: undefined, State: state }))],
  ['A2', 'the state as a list', but(({ state }) => ({ state: undefined, 'state[]': state }))],
  [
    'A2',
    'the state in a header',
    by((_, { code, state, cookie }) => ({ ...as(cookie, query({ code, iss: issuer })), headers: { cookie, state } })),
  ],
  ['A2', 'the state of somebody else', but((_, other) => ({ state: other.state }))],
  ['A2', 'the whole answer of somebody else', (mine, other) => as(mine.cookie, goodAnswer(other).path!.slice(15))],
  ['A2', 'no cookie', by(() => ({ headers: {} }))],
  ['A16', 'the browser of somebody else', by((_, __, other) => ({ headers: { cookie: other.cookie } }))],
  ['A2', 'an empty cookie', by((_, { cookie }) => ({ headers: { cookie: `${nameOf(cookie)}=` } }))],
  ['A2', 'a made-up cookie', by((_, { cookie }) => ({ headers: { cookie: `${nameOf(cookie)}=${'A'.repeat(43)}` } }))],
  [
    'A2',
    'the cookie of somebody else under the name of this flow',
    by((_, { cookie }, other) => ({ headers: { cookie: `${nameOf(cookie)}=${valueOf(other.cookie)}` } })),
  ],
  ['A2', 'the cookie under another name', by((_, { cookie }) => ({ headers: { cookie: `flow=${valueOf(cookie)}` } }))],
  [
    'A2',
    'the state as the cookie',
    by((_, { cookie, state }) => ({ headers: { cookie: `${nameOf(cookie)}=${state}` } })),
  ],
  ['A2', 'the cookie in the address', by((good, { cookie }) => ({ path: `${good.path}&${cookie}`, headers: {} }))],
  ['A2', 'the cookie as a key', by((_, { cookie }) => ({ headers: { authorization: `Bearer ${valueOf(cookie)}` } }))],
  ['A3', 'an answer before any was asked for', () => as('', query({ code: 'x', state: 'B'.repeat(43) }))],
  ['A4', 'no issuer where one is declared', but(() => ({ iss: undefined }))],
  ['A4', 'an empty issuer', but(() => ({ iss: '' }))],
  ['A4', 'another issuer', but(() => ({ iss: 'https://evil.example' }))],
  ['A4', 'the issuer with a slash', but(() => ({ iss: `${issuer}/` }))],
  ['A4', 'the issuer in capitals', but(() => ({ iss: issuer.toUpperCase() }))],
  ['A4', 'the issuer over http', but(() => ({ iss: issuer.replace('https', 'http') }))],
  ['A4', 'the issuer with a port', but(() => ({ iss: `${issuer}:443` }))],
  ['A4', 'the issuer with a user', but(() => ({ iss: issuer.replace('//', '//evil@') }))],
  ['A4', 'the issuer as the beginning of another', but(() => ({ iss: `${issuer}.evil.example` }))],
  ['A4', 'the issuer encoded twice', but(() => ({ iss: encodeURIComponent(issuer) }))],
  ['A4', 'the issuer twice', and(() => query({ iss: issuer }).slice(1))],
  ['A4', 'a foreign issuer behind the right one', and(() => 'iss=https%3A%2F%2Fevil.example')],
  ['A4', 'an error without an issuer', but(() => ({ code: undefined, iss: undefined, error: 'access_denied' }))],
  [
    'A4',
    'an error of another issuer',
    but(() => ({ code: undefined, iss: 'https://evil.example', error: 'server_error' })),
  ],
  [
    'A8',
    'an error with a made-up state',
    but(() => ({ code: undefined, state: 'C'.repeat(43), error: 'access_denied' })),
  ],
  ['A8', 'an error without a state', but(() => ({ code: undefined, state: undefined, error: 'access_denied' }))],
  ['A8', 'neither code nor error', but(() => ({ code: undefined }))],
  ['A8', 'an empty code', but(() => ({ code: '' }))],
  ['A9', 'the code twice', and(({ code }) => `code=${code}`)],
  ['A9', 'a second code', and((_, { code }) => `code=${code}`)],
  ['A9', 'a second code, its name encoded', and((_, { code }) => `c%6Fde=${code}`)],
  ['A9', 'the state twice', and(({ state }) => `state=${state}`)],
  ['A9', 'a second state', and((_, { state }) => `state=${state}`)],
  ['A9', 'a second state, empty', and(() => 'state=')],
  ['A9', 'an unknown parameter twice', and(() => 'realmId=1&realmId=2')],
  ['A10', 'a token beside the code', and(() => 'access_token=t&token_type=Bearer')],
  ['A10', 'an ID token beside the code', and(() => 'id_token=e30.e30.')],
  ['A10', 'a refresh token beside the code', and(() => 'refresh_token=r')],
  ['A10', 'a token in place of the code', but(() => ({ code: undefined, access_token: 't', expires_in: '3600' }))],
  ['A12', 'another path that ends like ours', by((good) => ({ path: good.path!.replace('/oauth', '/x/oauth') }))],
  ['A12', 'a path with two slashes', by((good) => ({ path: good.path!.replace('/oauth', '//oauth') }))],
  ['A12', 'a path in capitals', by((good) => ({ path: good.path!.replace('callback', 'CALLBACK') }))],
  ['A12', 'a path with an encoded slash', by((good) => ({ path: good.path!.replace('oauth/', 'oauth%2F') }))],
  ['A12', 'the name of another host', by((_, { cookie }) => ({ headers: { cookie, host: 'evil.example' } }))],
  [
    'A12',
    'the name of another host, rebound',
    by((_, { cookie }) => ({ headers: { cookie, host: 'evil.example:7117' } })),
  ],
  ...['PUT', 'DELETE', 'PATCH', 'OPTIONS'].map((method): Case => [
    'A3',
    `the method ${method}`,
    by(() => ({ method })),
  ]),
  ['A3', 'a POST without a body', by(() => ({ method: 'POST' }))],
  [
    'A3',
    'a POST with the code in JSON',
    by((_, { code, state, cookie }) => ({
      method: 'POST',
      path: '/oauth/callback',
      headers: { cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ code, state, iss: issuer }),
    })),
  ],
  [
    'A2',
    'a POST of a form in the browser of somebody else',
    by((good, _, other) => ({
      method: 'POST',
      path: '/oauth/callback',
      headers: { ...form, cookie: other.cookie },
      body: good.path!.slice(16),
    })),
  ],
  [
    'A9',
    'a POST of a form with two codes',
    by((good, { cookie }, other) => ({
      method: 'POST',
      path: '/oauth/callback',
      headers: { ...form, cookie },
      body: `${good.path!.slice(16)}&code=${other.code}`,
    })),
  ],
  [
    'A4',
    'a POST of a form that names another issuer',
    by((_, { code, state, cookie }) => ({
      method: 'POST',
      path: '/oauth/callback',
      headers: { ...form, cookie },
      body: query({ code, state, iss: 'https://evil.example' }).slice(1),
    })),
  ],
]

it('has at least sixty of them', () => {
  expect(cases.length).toBeGreaterThanOrEqual(60)
})

describe('refused, with nothing sent, and the right answer still completes', () => {
  it.each(cases)('%s: %s', async (_, __, attack) => {
    const mine = await stage.open()
    const before = stage.here.requests.length
    const { page, addresses } = await stage.load(attack(mine, other))
    expect([page.status, page.status >= 400 && page.status < 500]).toEqual([page.status, true])
    expect(stage.here.requests).toHaveLength(before)
    for (const text of [...addresses, page.body])
      for (const value of [mine.code, other.code, mine.state, other.state]) expect(text).not.toContain(value)
    await completes(mine)
  })
})

async function completes(flow: Flow): Promise<void> {
  const before = stage.here.requests.length
  const { page } = await stage.load(goodAnswer(flow))
  expect(page.body).toContain('is authorized')
  expect(page.status).toBe(200)
  expect(stage.here.requests).toHaveLength(before + 1)
}

describe('an answer that comes at the wrong time', () => {
  const refusedWith = async (flow: Flow, words: string) => {
    const before = stage.here.requests.length
    const { page } = await stage.load(goodAnswer(flow))
    expect([page.status, page.body.includes(words)]).toEqual([400, true])
    expect(stage.here.requests).toHaveLength(before)
  }

  it('A3: a second time is refused', async () => {
    const flow = await stage.open()
    await completes(flow)
    await refusedWith(flow, 'already finished')
  })

  it('A2: a second time after the exchange failed is refused too', async () => {
    const flow = await stage.open()
    const { page } = await stage.load(goodAnswer({ ...flow, code: 'unknown' }))
    expect(page.body).toContain('invalid_grant')
    await refusedWith(flow, 'already finished')
  })

  it('A3: after ten minutes is refused', async () => {
    const flow = await stage.open()
    stage.here.clock.advance(600_000)
    await refusedWith(flow, 'expired')
  })

  it('A3: after the person said no is refused', async () => {
    const flow = await stage.open()
    const no = query({ error: 'access_denied', state: flow.state, iss: issuer })
    expect((await stage.load(as(flow.cookie, no))).page.status).toBe(400)
    await refusedWith(flow, 'already finished')
  })

  it('A3: of a link that was opened in no browser is refused', async () => {
    const view = await stage.here.domain.connections.authorize('declared', {}, { kind: 'local' })
    const { authorizationUrl } = await stage.here.domain.connections.openLink(view.id, 'nobody')
    const state = new URL(authorizationUrl).searchParams.get('state') ?? ''
    await refusedWith({ id: view.id, state, cookie: '', code: 'c' }, 'not started in this browser')
  })

  it('A2: parked by a form is taken by one browser, once', async () => {
    const mine = await stage.open()
    const body = goodAnswer(mine).path!.slice(16)
    const parked = await stage.ask({ method: 'POST', headers: form, body })
    const path = String(parked.headers.location)
    const before = stage.here.requests.length
    expect((await stage.load({ path, headers: { cookie: other.cookie } })).page.status).toBe(400)
    expect((await stage.load({ path, headers: { cookie: mine.cookie } })).page.status).toBe(400)
    expect(stage.here.requests).toHaveLength(before)
    await completes(mine)
  })
})

describe('mix-up', () => {
  it('A5: an answer that names a server of another site is refused where no issuer is declared', async () => {
    const mine = await stage.open('undeclared')
    const before = stage.here.requests.length
    const foreign = { code: mine.code, state: mine.state, iss: 'https://honest.example' }
    expect((await stage.load(as(mine.cookie, query(foreign)))).page.status).toBe(400)
    expect(stage.here.requests).toHaveLength(before)
    await completes(mine)
  })

  it('A6: the code of another flow is refused by the server, for want of its verifier, and both connections stay as they were', async () => {
    await completes(await stage.open())
    const [mine, theirs] = [await stage.open(), await stage.open('undeclared')]
    const { connections } = stage.here.domain
    const { generation } = await connections.get('declared')
    const { page } = await stage.load(goodAnswer({ ...mine, code: theirs.code }))
    expect([page.status, page.body.includes('invalid_grant')]).toEqual([400, true])
    expect(await connections.get('declared')).toMatchObject({ state: 'active', generation })
    await completes(theirs)
  })

  it('A7: state is sent and demanded though nobody asked whether the server knows PKCE', async () => {
    const { state } = await stage.open('undeclared')
    expect(Buffer.from(state, 'base64url')).toHaveLength(32)
  })
})

describe('the words of an error', () => {
  const hostile = [
    ['markup', '<script>alert(1)</script><img src=x onerror=alert(1)>'],
    ['an attribute', '" onmouseover="alert(1)'],
    ['control characters', 'a\u0000\u001b[31mb\u0007\r\nset-cookie: x=1'],
    ['overriding direction', 'a\u202etxt.exe'],
    ['12 kB', 'x'.repeat(12_000)],
  ] as const
  it.each(hostile)('A8: with %s are text, cut, and lead nowhere', async (_, words) => {
    const flow = await stage.open()
    const error = {
      error: 'access_denied',
      error_description: words,
      error_uri: 'https://evil.example/why',
      state: flow.state,
      iss: issuer,
    }
    const body = query(error).slice(1)
    const { page } = await stage.load({ method: 'POST', headers: { ...form, cookie: flow.cookie }, body })
    expect([page.status, page.body.includes('access_denied')]).toEqual([400, true])
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(page.body).not.toMatch(/<script|<img|onmouseover="|evil\.example|[\0\x07\x1b\r\u202e]|x{600}/)
    expect(page.headers['set-cookie']).toBeUndefined()
  })
})

describe('where a browser ends', () => {
  it.each(['//evil.example', '/\\evil.example', 'https:evil.example', '%2f%2fevil.example', 'javascript:alert(1)'])(
    'A12: is this server, though a parameter says %s',
    async (target) => {
      const flow = await stage.open()
      const names = ['next', 'returnUrl', 'return_to', 'redirect', 'redirect_uri', 'continue', 'url', 'RelayState']
      const good = goodAnswer(flow)
      const path = `${good.path}&${query(names.map((name) => [name, target])).slice(1)}`
      const { page, addresses } = await stage.load({ ...good, path })
      expect(page.status).toBe(200)
      for (const address of addresses) expect(new URL(address, publicUrl).origin).toBe(publicUrl)
      expect(page.body).not.toMatch(/evil|javascript:/)
    },
  )

  it('A11: is an address and a page without code, state, link or picture, sent with 303', async () => {
    const flow = await stage.open()
    const first = await stage.ask(goodAnswer(flow))
    expect(first.status).toBe(303)
    expect(first.headers['cache-control']).toContain('no-store')
    expect(first.headers['referrer-policy']).toBe('no-referrer')
    const page = await stage.ask({ path: String(first.headers.location) })
    expect(page.body).not.toMatch(/https?:|src=|href=|<script/)
    expect(page.headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' })
    expect(page.headers['cache-control']).toContain('no-store')
  })
})
