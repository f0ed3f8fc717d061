import { describe, expect, it } from 'vitest'
import { cookieOf, publicUrl, sameOrigin, servedToken, startKit } from './kit.ts'

const hour = 3600_000

describe('a sign-in link', () => {
  it('shows a button; only pressing it signs in, and only once', async () => {
    await using kit = await startKit()
    const link = new URL(await kit.server.signInLink())
    const token = link.searchParams.get('token') ?? ''
    for (let i = 0; i < 2; i++) {
      const shown = await kit.call({ method: 'GET', path: link.pathname + link.search })
      expect(shown.status).toBe(200)
      expect(shown.headers['set-cookie']).toBeUndefined()
      expect(shown.body).toContain('<form method="post" action="/signin">')
    }
    const press = () =>
      kit.call({
        method: 'POST',
        path: '/signin',
        headers: { ...sameOrigin, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token }).toString(),
      })
    const first = await press()
    expect([first.status, first.headers['location']]).toEqual([303, '/'])
    const again = await press()
    expect(again.status).toBe(401)
    expect(again.body).toContain('used already')
  })

  it('escapes what stands in its address', async () => {
    await using kit = await startKit()
    const shown = await kit.call({
      method: 'GET',
      path: `/signin?token=${encodeURIComponent('"><script>alert(1)</script>')}`,
    })
    expect(shown.body).not.toContain('<script>')
  })

  it('is dead after 15 minutes', async () => {
    await using kit = await startKit()
    const token = new URL(await kit.server.signInLink()).searchParams.get('token')
    kit.clock.forward(15 * 60_000 + 1)
    const answer = await kit.call({ method: 'POST', path: '/v1/session', body: { token }, headers: sameOrigin })
    expect(answer.status).toBe(401)
  })

  it('is made by whoever is local, and not by a key for one connection', async () => {
    await using kit = await startKit()
    const { key } = await kit.key(['admin'], ['a'])
    const headers = { authorization: `Bearer ${key}` }
    expect((await kit.call({ method: 'POST', path: '/v1/signin-links', headers })).status).toBe(403)
    const made = await kit.local('POST', '/v1/signin-links')
    expect(String(made.json['url'])).toMatch(/^http:\/\/127\.0\.0\.1:7117\/signin\?token=[\w-]{43}$/)
  })

  it('cannot be guessed at: after ten refusals the address waits', async () => {
    await using kit = await startKit()
    const attempt = (token: string) =>
      kit.call({ method: 'POST', path: '/v1/session', body: { token }, headers: sameOrigin })
    for (let i = 0; i < 10; i++) expect((await attempt(`guess-${i}`)).status).toBe(401)
    expect((await attempt('guess')).status).toBe(429)
  })
})

describe('a session', () => {
  it('lives in a cookie that scripts and other sites do not get', async () => {
    await using kit = await startKit()
    const token = new URL(await kit.server.signInLink()).searchParams.get('token')
    const plain = await kit.call({ method: 'POST', path: '/v1/session', body: { token }, headers: sameOrigin })
    expect(String(plain.headers['set-cookie'])).toMatch(
      /^evergrant_session=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; SameSite=Lax$/,
    )
    expect(plain.body).not.toContain(cookieOf(plain.headers).split('=')[1])

    await using secure = await startKit({ publicUrl: 'https://grants.example' })
    const word = new URL(await secure.server.signInLink()).searchParams.get('token')
    const headers = { host: 'grants.example', origin: 'https://grants.example' }
    const answer = await secure.call({ method: 'POST', path: '/v1/session', body: { token: word }, headers })
    expect(String(answer.headers['set-cookie'])).toMatch(
      /^__Host-evergrant_session=[\w-]{43}; .*; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
  })

  it('works for people and is refused where programs read tokens', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const cookie = await kit.signIn()
    expect((await kit.call({ method: 'GET', path: '/v1/connections', headers: { cookie } })).status).toBe(200)
    const read = await kit.call({ method: 'GET', path: '/v1/connections/a/token', headers: { cookie } })
    const rejected = await kit.call({
      method: 'POST',
      path: '/v1/connections/a/token',
      headers: { cookie, ...sameOrigin },
      body: { rejected: 1 },
    })
    expect([read.status, rejected.status]).toEqual([401, 401])
    expect(read.body).not.toContain('token-of-a')
  })

  it('changes something only from our own pages', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const cookie = await kit.signIn()
    const renew = (headers: Record<string, string>) =>
      kit.call({ method: 'POST', path: '/v1/connections/a/renew', headers: { cookie, ...headers } })
    for (const headers of [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ]) {
      const refused = await renew(headers)
      expect([refused.status, refused.json['code']]).toEqual([403, 'bad_origin'])
    }
    expect(kit.connections.calls).toEqual([])
    expect((await renew({ origin: publicUrl })).status).toBe(200)
    expect((await renew({ 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect(kit.connections.calls.map(({ actor }) => actor?.kind)).toEqual(['session', 'session'])
  })

  it('cannot be forced on a browser by another site', async () => {
    await using kit = await startKit()
    const token = new URL(await kit.server.signInLink()).searchParams.get('token')
    const answer = await kit.call({
      method: 'POST',
      path: '/v1/session',
      body: { token },
      headers: { origin: 'https://evil.example' },
    })
    expect(answer.status).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it('gets a new id at each sign-in, and the old one ends', async () => {
    await using kit = await startKit()
    const old = await kit.signIn()
    const token = new URL(await kit.server.signInLink()).searchParams.get('token')
    const answer = await kit.call({
      method: 'POST',
      path: '/v1/session',
      body: { token },
      headers: { cookie: old, ...sameOrigin },
    })
    const list = (cookie: string) => kit.call({ method: 'GET', path: '/v1/connections', headers: { cookie } })
    expect((await list(cookieOf(answer.headers))).status).toBe(200)
    expect((await list(old)).status).toBe(401)
  })

  it('ends 12 hours after its last use, 7 days after sign-in, and when signed out', async () => {
    await using kit = await startKit()
    const list = async (cookie: string) =>
      (await kit.call({ method: 'GET', path: '/v1/connections', headers: { cookie } })).status
    const idle = await kit.signIn()
    kit.clock.forward(12 * hour + 1)
    expect(await list(idle)).toBe(401)

    const used = await kit.signIn()
    for (let i = 0; i < 15; i++) {
      kit.clock.forward(11 * hour)
      expect(await list(used)).toBe(200)
    }
    kit.clock.forward(4 * hour)
    expect(await list(used)).toBe(401)

    const left = await kit.signIn()
    const out = await kit.call({ method: 'DELETE', path: '/v1/session', headers: { cookie: left, ...sameOrigin } })
    expect(out.status).toBe(204)
    expect(await list(left)).toBe(401)
  })

  it('shows a token in clear for ten minutes after sign-in', async () => {
    await using kit = await startKit()
    kit.connections.stored.set('a', servedToken('a'))
    const cookie = await kit.signIn()
    const reveal = () =>
      kit.call({ method: 'POST', path: '/v1/connections/a/reveal', headers: { cookie, ...sameOrigin } })
    const shown = await reveal()
    expect([shown.status, shown.json['access_token']]).toEqual([200, 'token-of-a'])
    expect(kit.logged.some(({ message }) => message === 'token shown in clear')).toBe(true)
    expect(JSON.stringify(kit.logged)).not.toContain('token-of-a')
    kit.clock.forward(10 * 60_000)
    expect((await reveal()).status).toBe(403)
  })
})
