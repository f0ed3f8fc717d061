import { describe, expect, it } from 'vitest'
import { cookieOf, publicUrl, startKit } from './kit.ts'
import type { Kit } from './kit.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** A flow whose one-time link was opened in a browser. */
async function openFlow(kit: Kit): Promise<{ id: string; state: string; cookie: string }> {
  const started = await kit.local('POST', '/v1/connections/a/authorize', {})
  const id = String(started.json['id'])
  const opened = await kit.call({ method: 'GET', path: `/a/${id}` })
  expect(opened.status).toBe(302)
  const state = new URL(String(opened.headers['location'])).searchParams.get('state') ?? ''
  return { id, state, cookie: cookieOf(opened.headers) }
}

/** Follows the redirects of a callback to the page that the person sees. */
async function follow(kit: Kit, answer: Awaited<ReturnType<Kit['call']>>, cookie?: string) {
  const addresses: string[] = []
  let current = answer
  while (current.status === 303) {
    const path = String(current.headers['location'])
    addresses.push(path)
    current = await kit.call({ method: 'GET', path, headers: cookie === undefined ? {} : { cookie } })
  }
  return { page: current, addresses }
}

const callback = (kit: Kit, query: string, cookie?: string) =>
  kit.call({ method: 'GET', path: `/oauth/callback?${query}`, headers: cookie === undefined ? {} : { cookie } })

describe('the one-time link', () => {
  it('binds the browser by a Lax cookie and sends it to the authorization server', async () => {
    await using kit = await startKit()
    const started = await kit.local('POST', '/v1/connections/a/authorize', {})
    const id = String(started.json['id'])
    expect(started.json['url']).toBe(`${publicUrl}/a/${id}`)
    const opened = await kit.call({ method: 'GET', path: `/a/${id}` })
    expect(String(opened.headers['location'])).toMatch(/^https:\/\/login\.example\/authorize\?state=/)
    expect(String(opened.headers['set-cookie'])).toMatch(/^evergrant_flow_[\w-]+=[\w-]{43}; .*HttpOnly; SameSite=Lax$/)
    expect(opened.headers['referrer-policy']).toBe('no-referrer')
  })

  it('has a __Host- cookie under https', async () => {
    await using kit = await startKit({ publicUrl: 'https://grants.example' })
    const started = await kit.local('POST', '/v1/connections/a/authorize', {})
    const path = `/a/${String(started.json['id'])}`
    const opened = await kit.call({ method: 'GET', path, headers: { host: 'grants.example' } })
    expect(String(opened.headers['set-cookie'])).toMatch(/^__Host-evergrant_flow_.*Secure/)
  })

  it('is told at the public URL, whatever the way back', async () => {
    await using kit = await startKit({ publicUrl: 'https://grants.example' })
    const started = await kit.local('POST', '/v1/connections/a/authorize', { back: 'loopback' })
    expect(started.json['link']).toBe(`https://grants.example/a/${String(started.json['id'])}`)
  })

  it('works in one browser only', async () => {
    await using kit = await startKit()
    const { id } = await openFlow(kit)
    const second = await kit.call({ method: 'GET', path: `/a/${id}` })
    expect(second.status).toBe(400)
    expect(second.body).toContain('already finished')
  })

  it('that nobody made is a clear page', async () => {
    await using kit = await startKit()
    const opened = await kit.call({ method: 'GET', path: '/a/none' })
    expect(opened.status).toBe(400)
    expect(opened.headers['set-cookie']).toBeUndefined()
  })
})

describe('the callback', () => {
  it('shows success after the exchange worked, at an address without code and state', async () => {
    await using kit = await startKit()
    const { id, state, cookie } = await openFlow(kit)
    const answer = await callback(kit, `code=the-code&state=${state}`, cookie)
    expect(kit.connections.exchanges).toEqual([id])
    const { page, addresses } = await follow(kit, answer, cookie)
    expect(page.status).toBe(200)
    expect(page.body).toContain('&quot;a&quot; is authorized')
    expect(page.body).toContain('Connected as Ada.')
    for (const text of [...addresses, page.body]) {
      expect(text).not.toContain('the-code')
      expect(text).not.toContain(state)
    }
    expect(JSON.stringify(kit.logged)).not.toMatch(/the-code|state-/)
  })

  it('tells the words of the authorization server, the likely cause and the remedy when it was refused', async () => {
    await using kit = await startKit()
    const { state, cookie } = await openFlow(kit)
    const { page } = await follow(kit, await callback(kit, `error=access_denied&state=${state}`, cookie), cookie)
    expect(page.status).toBe(400)
    expect(page.body).toContain('The user &lt;b&gt;said&lt;/b&gt; no')
    expect(page.body).toContain('the person pressed Cancel')
    expect(page.body).toContain('press Allow')
  })

  it('takes a form_post answer by way of a GET that carries the cookie', async () => {
    await using kit = await startKit()
    const { id, state, cookie } = await openFlow(kit)
    const posted = await kit.call({
      method: 'POST',
      path: '/oauth/callback',
      headers: { ...form, origin: 'https://login.example' },
      body: new URLSearchParams({ code: 'the-code', state }).toString(),
    })
    expect(posted.status).toBe(303)
    expect(kit.connections.exchanges).toEqual([])
    const { page, addresses } = await follow(kit, posted, cookie)
    expect(page.status).toBe(200)
    expect(addresses.join()).not.toMatch(/the-code|state-/)
    expect(kit.connections.exchanges).toEqual([id])
    // The ticket works once.
    const again = await follow(kit, await kit.call({ method: 'GET', path: addresses[0] ?? '', headers: { cookie } }))
    expect(again.page.status).toBe(400)
  })

  it('forgets a parked answer after two minutes', async () => {
    await using kit = await startKit()
    const { state, cookie } = await openFlow(kit)
    const body = new URLSearchParams({ code: 'c', state }).toString()
    const posted = await kit.call({ method: 'POST', path: '/oauth/callback', headers: form, body })
    kit.clock.forward(120_001)
    const { page } = await follow(kit, posted, cookie)
    expect(page.status).toBe(400)
    expect(kit.connections.exchanges).toEqual([])
  })

  it('without parameters reads the fragment', async () => {
    await using kit = await startKit()
    const answer = await kit.call({ method: 'GET', path: '/oauth/callback' })
    expect(answer.status).toBe(200)
    expect(answer.body).toContain('location.hash')
    expect(answer.headers['content-security-policy']).toContain("script-src 'sha256-")
  })

  type Case = { title: string; query: (state: string) => string; cookie?: 'none' | 'other'; says: RegExp }
  const refused: Case[] = [
    { title: 'another state', query: () => 'code=c&state=made-up', says: /another authorization/ },
    { title: 'no state', query: () => 'code=c', says: /has no &quot;state&quot;/ },
    { title: 'an empty state', query: () => 'code=c&state=', says: /another authorization/ },
    { title: 'state twice', query: (state) => `code=c&state=${state}&state=${state}`, says: /more than once/ },
    {
      title: 'state twice with a foreign one',
      query: (state) => `code=c&state=x&state=${state}`,
      says: /more than once/,
    },
    { title: 'code twice', query: (state) => `code=c&code=d&state=${state}`, says: /a parameter came twice/i },
    {
      title: 'another browser',
      query: (state) => `code=c&state=${state}`,
      cookie: 'none',
      says: /not started in this browser/,
    },
    {
      title: 'the browser of another flow',
      query: (state) => `code=c&state=${state}`,
      cookie: 'other',
      says: /not started in this browser/,
    },
  ]
  for (const { title, query, cookie: which, says } of refused) {
    it(`refuses ${title}, sends nothing, and the right answer still completes`, async () => {
      await using kit = await startKit()
      const { id, state, cookie } = await openFlow(kit)
      const other = await openFlow(kit)
      const sent = which === 'none' ? undefined : which === 'other' ? other.cookie : cookie
      const { page } = await follow(kit, await callback(kit, query(state), sent), sent)
      expect(page.status).toBe(400)
      expect(page.body).toMatch(says)
      expect(kit.connections.exchanges).toEqual([])
      const good = await follow(kit, await callback(kit, `code=c&state=${state}`, cookie), cookie)
      expect(good.page.status).toBe(200)
      expect(kit.connections.exchanges).toEqual([id])
    })
  }

  it('does not take a cookie of the right name with another value', async () => {
    await using kit = await startKit()
    const { state, cookie } = await openFlow(kit)
    const forged = `${cookie.split('=')[0]}=${'A'.repeat(43)}`
    const { page } = await follow(kit, await callback(kit, `code=c&state=${state}`, forged))
    expect(page.status).toBe(400)
    expect(kit.connections.exchanges).toEqual([])
  })

  it('refuses an answer whose link was never opened', async () => {
    await using kit = await startKit()
    await kit.local('POST', '/v1/connections/a/authorize', {})
    const state = [...kit.connections.flows.values()][0]?.state ?? ''
    const { page } = await follow(kit, await callback(kit, `code=c&state=${state}`))
    expect(page.status).toBe(400)
  })

  it('refuses the same answer twice', async () => {
    await using kit = await startKit()
    const { id, state, cookie } = await openFlow(kit)
    await callback(kit, `code=c&state=${state}`, cookie)
    const { page } = await follow(kit, await callback(kit, `code=c&state=${state}`, cookie), cookie)
    expect(page.status).toBe(400)
    expect(page.body).toContain('already finished')
    expect(kit.connections.exchanges).toEqual([id])
  })

  it('leaves no code in the address bar even when something unforeseen happens', async () => {
    await using kit = await startKit()
    const { state, cookie } = await openFlow(kit)
    kit.connections.complete = async () => {
      throw new Error('boom with code=canary-code?code=canary-code')
    }
    const answer = await callback(kit, `code=canary-code&state=${state}`, cookie)
    const { page, addresses } = await follow(kit, answer, cookie)
    expect(page.status).toBe(400)
    expect(addresses.join()).not.toContain('canary')
    expect(page.body).toContain('An unexpected fault')
    expect(page.body).not.toContain('boom')
    expect(JSON.stringify(kit.logged)).not.toContain('canary')
  })

  it('refuses an answer that comes too late', async () => {
    await using kit = await startKit()
    const { id, state, cookie } = await openFlow(kit)
    const flow = kit.connections.flows.get(id)
    if (flow) flow.expired = true
    const { page } = await follow(kit, await callback(kit, `code=c&state=${state}`, cookie), cookie)
    expect(page.status).toBe(400)
    expect(page.body).toContain('expired')
  })
})

describe('handing over an answer by hand', () => {
  it('takes a bare code only from the program that started the flow', async () => {
    await using kit = await startKit()
    const starter = 'w'.repeat(43)
    const started = await kit.local('POST', '/v1/connections/a/authorize', { back: 'paste', starter })
    const path = `/v1/authorizations/${String(started.json['id'])}/complete`
    for (const body of [{ pasted: 'bare' }, { pasted: 'bare', starter: 'x'.repeat(43) }]) {
      const refused = await kit.local('POST', path, body)
      expect([refused.status, refused.json['code']]).toEqual([400, 'bare_code'])
    }
    expect((await kit.local('POST', path, { pasted: 'bare', starter })).status).toBe(200)
  })

  it('takes a bare code from the browser session that started the flow, and from no other', async () => {
    await using kit = await startKit()
    const mine = { cookie: await kit.signIn(), origin: publicUrl }
    const other = { cookie: await kit.signIn(), origin: publicUrl }
    const post = (path: string, headers: Record<string, string>, body: unknown) =>
      kit.call({ method: 'POST', path, headers, body })
    const started = await post('/v1/connections/a/authorize', mine, { back: 'paste' })
    const path = `/v1/authorizations/${String(started.json['id'])}/complete`
    expect((await post(path, other, { pasted: 'bare' })).json['code']).toBe('bare_code')
    expect((await post(path, mine, { pasted: 'bare' })).status).toBe(200)
  })

  it('takes the parameters as they came, duplicates and all', async () => {
    await using kit = await startKit()
    const started = await kit.local('POST', '/v1/connections/a/authorize', { back: 'loopback' })
    const path = `/v1/authorizations/${String(started.json['id'])}/complete`
    const twice = await kit.local('POST', path, {
      parameters: [
        ['code', 'a'],
        ['code', 'b'],
      ],
    })
    expect(twice.json['code']).toBe('bad_callback')
    const once = await kit.local('POST', path, {
      parameters: [
        ['code', 'a'],
        ['state', 's'],
      ],
    })
    expect((once.json['outcome'] as { kind: string }).kind).toBe('authorized')
  })
})

describe('the relay page', () => {
  it('loads and sends nothing', async () => {
    await using kit = await startKit()
    const page = await kit.call({ method: 'GET', path: '/oauth/code?code=c&state=s' })
    expect(page.status).toBe(200)
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.body).not.toMatch(/https?:\/\/|src=|href=/)
    expect(page.body).not.toContain('state=s')
  })
})
