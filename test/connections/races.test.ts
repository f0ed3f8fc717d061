import { afterEach, describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import type { TokenSet } from '../../src/oauth/token-set.ts'
import { secret } from '../../src/secret.ts'
import { connected, machine, tokens, world, type World } from './harness.ts'

const open: World[] = []
async function start(options: Parameters<typeof world>[0] = {}): Promise<World> {
  const here = await world(options)
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const token = async (here: World, name = 'books') => (await here.domain.connections.read(name)).accessToken.open()
const local = { kind: 'local' } as const
function tokenSet(refreshToken: string, obtainedAt: number): TokenSet {
  const refreshed = { accessToken: secret('a'), refreshToken: secret(refreshToken), tokenType: 'Bearer' }
  return { ...refreshed, obtainedAt, expiresAt: obtainedAt + 60_000, values: {}, warnings: [] }
}
/** Of another node, after a claim that has run out. */
const claimOf = (connectionId: string, seen: number) => ({
  connectionId,
  seen,
  holder: 'other/1',
  leaseMs: 25_000,
  holdMs: 0,
  passBackOff: true,
})
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('what happens at the same time', () => {
  it('a revocation during a renewal revokes the token that arrives as well, and serves none', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_400_000)
    const revoked: (string | null)[] = []
    here.answer(async (r) => {
      if (r.url.endsWith('/revoke')) return (revoked.push(r.form.get('token')), { body: '' })
      await here.domain.connections.revoke('books', local)
      return tokens(2)
    })
    await token(here).catch(() => undefined)
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
    expect(revoked).toContain('refresh-2')
  })

  it('a token that is served while the store is away is served no more once it is revoked', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer((r) => (r.url.endsWith('/revoke') ? { body: '' } : tokens(2)))
    const advance = here.store.renewals.advance
    let broken = true
    here.store.renewals.advance = (c, n) =>
      broken ? Promise.reject(new EvergrantError('store_unavailable')) : advance(c, n)
    expect(await token(here)).toBe('access-2')
    await here.domain.connections.revoke('books', local)
    broken = false
    await pause(100)
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
  })

  it('a read that was under way while the connection was revoked does not bring the token back', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(2_000_000)
    here.answer(() => ({ body: '' }))
    const { byName } = here.store.connections
    here.store.connections.byName = async (name) => {
      const found = await byName(name)
      here.store.connections.byName = byName
      await here.domain.connections.revoke('books', local)
      return found
    }
    // More than is left, so that the read goes all the way.
    await here.domain.connections.read('books', { minValid: 3600 }).catch(() => undefined)
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
  })

  it('a connection renamed during its renewal is served under its new name only', async () => {
    const here = await start()
    await connected(here, {}, 'old')
    here.clock.advance(3_700_000)
    here.answer(async () => {
      await here.domain.connections.change('old', { name: 'new' }, local)
      return tokens(2)
    })
    await token(here, 'old').catch(() => undefined)
    await expect(token(here, 'old')).rejects.toMatchObject({ code: 'unknown_connection' })
  })

  it('a late answer keeps its refresh token where the renewal by it brings none', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const loaded = (await here.store.connections.byName('books'))!
    await here.store.renewals.keepLate(
      { connectionId: loaded.connection.id, generation: 1, fence: 0, holder: 'x/1' },
      tokenSet('refresh-2', here.clock.now()),
    )
    here.answer((r) =>
      r.form.get('refresh_token') === 'refresh-2'
        ? { body: { access_token: 'access-3', expires_in: 3600 } }
        : { status: 400, body: { error: 'invalid_grant' } },
    )
    expect(await token(here)).toBe('access-3')
    expect((await here.store.connections.byName('books'))?.tokens?.root.refreshToken?.open()).toBe('refresh-2')
  })

  it('a connection suspended during its renewal goes on with the token that came late, not with the one it replaced', async () => {
    const here = await start()
    await connected(here, { reuse: 'kills_grant', grace: 0 })
    here.clock.advance(3_700_000)
    here.answer(async () => {
      await here.domain.connections.change('books', { state: 'suspended' }, local)
      return tokens(2)
    })
    await token(here).catch(() => undefined)
    await here.domain.connections.change('books', { state: 'active' }, local)
    const sent: (string | null)[] = []
    here.answer(
      (r) => (
        sent.push(r.form.get('refresh_token')),
        r.form.get('refresh_token') === 'refresh-2' ? tokens(3) : { status: 400, body: { error: 'invalid_grant' } }
      ),
    )
    await token(here).catch(() => undefined)
    expect(sent).not.toContain('refresh-1')
  })

  it('an answer that was lost is told as the reason of the death, whatever came between', async () => {
    const here = await start()
    await connected(here, { reuse: 'kills_grant', grace: 0 })
    here.clock.advance(3_700_000)
    here.answer((_, n) =>
      n === 1 ? { lost: 'reset' } : n === 2 ? { lost: 'refused' } : { status: 400, body: { error: 'invalid_grant' } },
    )
    await token(here).catch(() => undefined)
    here.clock.advance(600_000)
    await token(here).catch(() => undefined)
    expect((await here.domain.connections.get('books')).failure?.code).toBe('rotation_response_lost')
  })

  it('a late answer that was renewed by a claim that had passed on is found behind the one it continues', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const before = { connectionId: id, generation: 1, fence: 0, holder: 'x/1' }
    await here.store.renewals.keepLate(before, tokenSet('refresh-2', here.clock.now()))
    here.answer(async (r) => {
      if (r.form.get('refresh_token') !== 'refresh-2') return { status: 400, body: { error: 'invalid_grant' } }
      // Meanwhile the node that received it takes the claim over and stores it.
      here.clock.advance(30_000)
      const claimed = await here.store.renewals.claim(claimOf(id, 1))
      if (claimed.kind !== 'mine') throw new Error(claimed.kind)
      await here.store.renewals.advance(claimed.claim, { root: tokenSet('refresh-2', here.clock.now()) })
      here.answer((again) =>
        again.form.get('refresh_token') === 'refresh-3' ? tokens(4) : { status: 400, body: { error: 'invalid_grant' } },
      )
      return tokens(3, { expires_in: 1 })
    })
    await token(here).catch(() => undefined)
    await expect.poll(() => here.events.some(({ name }) => name === 'token.arrived_late')).toBe(true)
    here.clock.advance(700_000)
    expect(await token(here)).toBe('access-4')
  })

  it('what a late answer takes back is declared again with its true reason, at once', async () => {
    const here = await start()
    await connected(here, { reuse: 'kills_grant', grace: 0 })
    here.clock.advance(3_700_000)
    here.answer((_, n) => (n === 1 ? { lost: 'reset' } : { status: 400, body: { error: 'invalid_grant' } }))
    await token(here).catch(() => undefined)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const entry = { connectionId: id, generation: 1, fence: 0, holder: 'node/0' }
    await here.spool.append({ ...entry, tokens: tokenSet('refresh-2', here.clock.now()) })
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    again.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await again.domain.recover()
    await expect.poll(() => again.requests.map(({ form }) => form.get('refresh_token'))).toEqual(['refresh-2'])
    const state = async () => (await again.domain.connections.get('books')).failure
    await expect.poll(state).toMatchObject({ code: 'rotation_response_lost', count: 2 })
  })

  it('what a late answer takes back is not forgotten by a service that says nothing then', async () => {
    const here = await start()
    await connected(here, { reuse: 'kills_grant', grace: 0 })
    here.clock.advance(3_700_000)
    here.answer((_, n) => (n === 1 ? { lost: 'reset' } : { status: 400, body: { error: 'invalid_grant' } }))
    await token(here).catch(() => undefined)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const entry = { connectionId: id, generation: 1, fence: 0, holder: 'node/0' }
    await here.spool.append({ ...entry, tokens: tokenSet('refresh-2', here.clock.now()) })
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    again.answer((_, n) => (n === 1 ? { status: 503, body: {} } : { status: 400, body: { error: 'invalid_grant' } }))
    await again.domain.recover()
    await expect.poll(async () => (await again.domain.connections.get('books')).failure?.count).toBe(2)
    again.clock.advance(13_000)
    await token(again).catch(() => undefined)
    expect(again.requests.map(({ form }) => form.get('refresh_token'))).toEqual(['refresh-2', 'refresh-2'])
    const { failure } = await again.domain.connections.get('books')
    expect(failure).toMatchObject({ kind: 'dead', code: 'rotation_response_lost' })
  })

  it('a holder that comes back too late has the token that another node has renewed', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    here.answer(async () => {
      here.clock.advance(30_000)
      const claimed = await here.store.renewals.claim(claimOf(id, 1))
      if (claimed.kind !== 'mine') throw new Error(claimed.kind)
      const root = tokenSet('refresh-2', here.clock.now())
      await here.store.renewals.advance(claimed.claim, { root: { ...root, expiresAt: here.clock.now() + 3_600_000 } })
      return { lost: 'late' }
    })
    expect(await token(here)).toBe('a')
    expect(here.events.map(({ name }) => name)).not.toContain('token.renewal_failed')
  })

  it('an answer too late for its claim is kept though the store goes away before that', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { connections, renewals } = here.store
    const { id } = (await connections.byName('books'))!.connection
    here.answer(async () => {
      here.clock.advance(30_000)
      await renewals.claim(claimOf(id, 1))
      return tokens(2)
    })
    const { advance } = renewals
    renewals.advance = async (claim, next) => {
      const { byId } = connections
      connections.byId = () => {
        connections.byId = byId
        return Promise.reject(new EvergrantError('store_unavailable'))
      }
      return advance(claim, next)
    }
    void token(here).catch(() => undefined)
    await expect.poll(async () => (await renewals.late(id, 1))?.tokens.refreshToken?.open()).toBe('refresh-2')
  })

  it('a connection that came about too late for its claim is tried again at once, and then not soon', async () => {
    const here = await start()
    await connected(here, { rotates: 'never' })
    here.clock.advance(3_700_000)
    here.answer(() => ({ lost: 'late' }))
    const wait = async () => {
      await token(here).catch(() => undefined)
      return ((await here.domain.connections.get('books')).failure?.retryAt ?? Infinity) - here.clock.now()
    }
    expect(await wait()).toBeLessThanOrEqual(1_000)
    here.clock.advance(1_000)
    expect(await wait()).toBeGreaterThan(20_000)
  })

  it('a refusal that could not be confirmed is asked about soon, and the next one is the answer', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer((_, n) => (n === 1 ? { status: 400, body: { error: 'invalid_grant' } } : { lost: 'reset' }))
    await token(here).catch(() => undefined)
    const { failure } = await here.domain.connections.get('books')
    expect(failure).toMatchObject({ kind: 'transient', code: 'invalid_grant' })
    here.clock.advance(13_000)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await token(here).catch(() => undefined)
    expect(here.requests).toHaveLength(3)
    expect((await here.domain.connections.get('books')).failure).toMatchObject({ kind: 'dead', code: 'invalid_grant' })
  })

  it('an answer that comes late while a refusal is asked about continues the grant', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const refused = { status: 400, body: { error: 'invalid_grant' } }
    here.answer(async (r, n) => {
      if (r.form.get('refresh_token') === 'refresh-2') return tokens(3)
      const entry = { connectionId: id, generation: 1, fence: 0, holder: 'other/1' }
      if (n === 2) await here.store.renewals.keepLate(entry, tokenSet('refresh-2', here.clock.now()))
      return refused
    })
    expect(await token(here)).toBe('access-3')
    expect(here.events.map(({ name }) => name)).not.toContain('connection.needs_authorization')
  })

  it('a refusal after an answer that was lost needs no second word', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => ({ lost: 'reset' }))
    await token(here).catch(() => undefined)
    here.clock.advance(13_000)
    here.answer((_, n) => (n === 3 ? { status: 400, body: { error: 'invalid_grant' } } : { lost: 'reset' }))
    await token(here).catch(() => undefined)
    const { failure } = await here.domain.connections.get('books')
    expect(failure).toMatchObject({ kind: 'dead', code: 'rotation_response_lost' })
  })

  it('a refusal that could not be confirmed is not forgotten by an attempt that asked nothing', async () => {
    const here = await start()
    await connected(here, { rotates: 'never' })
    here.clock.advance(3_700_000)
    here.answer((_, n) => (n === 1 ? { status: 400, body: { error: 'invalid_grant' } } : { status: 503, body: {} }))
    await token(here).catch(() => undefined)
    here.clock.advance(13_000)
    here.answer(() => ({ lost: 'late' }))
    await token(here).catch(() => undefined)
    expect((await here.domain.connections.get('books')).failure).toMatchObject({
      kind: 'transient',
      code: 'invalid_grant',
    })
    here.clock.advance(13_000)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await token(here).catch(() => undefined)
    expect(here.requests).toHaveLength(4)
    expect((await here.domain.connections.get('books')).failure).toMatchObject({ kind: 'dead', code: 'invalid_grant' })
  })

  it('a grant goes on by the other of two answers, where a second use gave two and the stored one is refused', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => tokens(2))
    expect(await token(here)).toBe('access-2')
    const { id } = (await here.store.connections.byName('books'))!.connection
    const before = { connectionId: id, generation: 1, fence: 0, holder: 'x/1' }
    await here.store.renewals.keepLate(before, tokenSet('refresh-beside', here.clock.now()))
    here.clock.advance(3_700_000)
    here.answer((r) =>
      r.form.get('refresh_token') === 'refresh-beside' ? tokens(3) : { status: 400, body: { error: 'invalid_grant' } },
    )
    expect(await token(here)).toBe('access-3')
    expect(here.events.map(({ name }) => name)).not.toContain('connection.needs_authorization')
  })

  it('what came late beside the stored answer is not sent where a second use may end the grant', async () => {
    const here = await start()
    await connected(here, { reuse: 'kills_grant', grace: 0 })
    here.clock.advance(3_700_000)
    here.answer(() => tokens(2))
    await token(here)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const before = { connectionId: id, generation: 1, fence: 0, holder: 'x/1' }
    await here.store.renewals.keepLate(before, tokenSet('refresh-beside', here.clock.now()))
    here.clock.advance(3_700_000)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await token(here).catch(() => undefined)
    expect(here.requests.map(({ form }) => form.get('refresh_token'))).not.toContain('refresh-beside')
    expect((await here.domain.connections.get('books')).state).toBe('needs_authorization')
  })

  it('an attempt that sent nothing takes none of the short waits', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const { late } = here.store.renewals
    await here.store.renewals.claim(claimOf(id, 1))
    here.clock.advance(60_000)
    // The claim that was left open is taken over, and then the store is away for longer than anybody waits.
    here.store.renewals.late = () => Promise.reject(new EvergrantError('store_unavailable'))
    await token(here).catch(() => undefined)
    here.store.renewals.late = late
    expect(here.requests).toHaveLength(0)
    here.answer(() => ({ lost: 'reset' }))
    const waits: number[] = []
    for (let attempt = 0; attempt < 3; attempt++) {
      const { failure } = await here.domain.connections.get('books')
      waits.push((failure?.retryAt ?? Infinity) - here.clock.now())
      here.clock.advance(waits.at(-1)!)
      await token(here).catch(() => undefined)
    }
    expect(waits.map((ms) => ms < 15_000)).toEqual([true, true, true])
  })

  it('a refresh token that came late has the short waits of its own', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(() => ({ lost: 'reset' }))
    const wait = async () => {
      await token(here).catch(() => undefined)
      return ((await here.domain.connections.get('books')).failure?.retryAt ?? Infinity) - here.clock.now()
    }
    const waits: number[] = []
    for (let attempt = 0; attempt < 4; attempt++) {
      waits.push(await wait())
      here.clock.advance(waits.at(-1)!)
    }
    const { id } = (await here.store.connections.byName('books'))!.connection
    const entry = { connectionId: id, generation: 1, fence: 0, holder: 'other/1' }
    await here.store.renewals.keepLate(entry, tokenSet('refresh-2', here.clock.now()))
    for (let attempt = 0; attempt < 3; attempt++) {
      waits.push(await wait())
      here.clock.advance(waits.at(-1)!)
    }
    expect(here.requests.at(-1)?.form.get('refresh_token')).toBe('refresh-2')
    expect(waits.map((ms) => ms < 15_000)).toEqual([true, true, false, false, true, true, false])
  })

  it('a lost answer is asked for in three attempts inside a grace window of 30 seconds', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const lostAt = here.clock.now()
    here.answer((_, n) => (n % 2 === 1 ? { lost: 'reset' } : { status: 503, body: {} }))
    for (const step of [0, 12_001, 12_001]) {
      here.clock.advance(step)
      await token(here).catch(() => undefined)
    }
    expect(here.requests).toHaveLength(6)
    expect(here.clock.now() - lostAt).toBeLessThan(25_000)
    here.clock.advance(12_001)
    await token(here).catch(() => undefined)
    expect(here.requests).toHaveLength(6)
  })

  it('an answer that may be lost is not forgotten by a renewal that the store ends', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    await here.store.renewals.claim(claimOf(id, 1))
    here.clock.advance(30_000)
    const answerTo = here.spool.answerTo.bind(here.spool)
    here.spool.answerTo = () => Promise.reject(new EvergrantError('store_unavailable'))
    await token(here).catch(() => undefined)
    here.spool.answerTo = answerTo
    here.clock.advance(13_000)
    here.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await token(here).catch(() => undefined)
    expect((await here.domain.connections.get('books')).failure?.code).toBe('rotation_response_lost')
  })

  it('what a crash left is stored when a store that went away during the start is back', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    await here.store.renewals.claim({ ...claimOf(id, 1), holder: 'node/0' })
    const received = { connectionId: id, generation: 1, fence: 1, holder: 'node/0' }
    await here.spool.append({ ...received, tokens: tokenSet('refresh-2', here.clock.now()) })
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    const { byId } = again.store.connections
    again.store.connections.byId = (one) => {
      again.store.connections.byId = byId
      return Promise.reject(new EvergrantError('store_unavailable', { detail: one }))
    }
    await again.domain.recover()
    await expect.poll(async () => (await byId(id))?.tokens?.root.refreshToken?.open()).toBe('refresh-2')
    expect(again.requests).toHaveLength(0)
  })

  it('of two answers that a crash left to one generation the newer one is stored', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const now = here.clock.now()
    // The first came too late for its claim; by it the second claim, left open as well, has renewed.
    await here.store.renewals.claim(claimOf(id, 1))
    here.clock.advance(30_000)
    await here.store.renewals.claim({ ...claimOf(id, 1), holder: 'node/0' })
    const received = { connectionId: id, generation: 1, holder: 'node/0' }
    await here.spool.append({ ...received, fence: 1, tokens: tokenSet('refresh-2', now) })
    await here.spool.append({ ...received, fence: 2, tokens: tokenSet('refresh-3', now + 1_000) })
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    await again.domain.recover()
    const stored = async () => (await again.store.connections.byId(id))?.tokens?.root.refreshToken?.open()
    await expect.poll(async () => (await again.store.connections.byId(id))?.schedule.generation).toBe(2)
    expect(await stored()).toBe('refresh-3')
    expect(again.requests).toHaveLength(0)
  })

  it('what a crash left is found by the node that gave the grant up while it was brought in', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    await here.store.renewals.claim({ ...claimOf(id, 1), holder: 'node/0' })
    const received = { connectionId: id, generation: 1, fence: 1, holder: 'node/0' }
    await here.spool.append({ ...received, tokens: tokenSet('refresh-2', here.clock.now()) })
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    const { renewals } = again.store
    const { claim } = renewals
    renewals.claim = async (request) => {
      renewals.claim = claim
      again.clock.advance(30_000)
      const other = await claim(claimOf(id, 1))
      if (other.kind !== 'mine') throw new Error(other.kind)
      const now = again.clock.now()
      const failure = { kind: 'dead', code: 'rotation_response_lost', count: 1, firstAt: now, lastAt: now }
      await renewals.fail(other.claim, failure, { state: 'needs_authorization', tried: -1 })
      return claim(request)
    }
    again.answer((r) =>
      r.form.get('refresh_token') === 'refresh-2' ? tokens(3) : { status: 400, body: { error: 'invalid_grant' } },
    )
    await again.domain.recover()
    await expect.poll(() => token(again).catch(String)).toBe('access-3')
  })

  it('what a crash left is asked about where another node may have renewed by it', async () => {
    const here = await start()
    await connected(here, { reuse: 'refused', grace: 0 })
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const received = { connectionId: id, generation: 1, fence: 0, holder: 'node/0' }
    const refreshed = tokenSet('refresh-2', here.clock.now())
    await here.store.renewals.keepLate(received, refreshed)
    here.answer(() => ({ lost: 'reset' }))
    await token(here).catch(() => undefined)
    await here.spool.append({ ...received, tokens: refreshed })
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    again.answer(() => ({ status: 400, body: { error: 'invalid_grant' } }))
    await again.domain.recover()
    const state = async () => (await again.domain.connections.get('books')).failure
    await expect.poll(state).toMatchObject({ kind: 'dead', code: 'rotation_response_lost' })
  })

  it('what a crash left is asked about where a claim made since it came late was left open too', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    const { id } = (await here.store.connections.byName('books'))!.connection
    const received = { connectionId: id, generation: 1, fence: 0, holder: 'node/0' }
    const refreshed = tokenSet('refresh-2', here.clock.now())
    await here.spool.append({ ...received, tokens: refreshed })
    await here.store.renewals.keepLate(received, refreshed)
    await here.store.renewals.claim({ ...claimOf(id, 1), holder: 'node/0' })
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    again.answer(() => tokens(3))
    await again.domain.recover()
    await expect.poll(async () => (await again.domain.connections.get('books')).generation).toBe(2)
    expect(again.requests.map(({ form }) => form.get('refresh_token'))).toEqual(['refresh-2'])
  })

  it('a stop waits for a renewal under way', async () => {
    const here = await start()
    await connected(here)
    here.clock.advance(3_700_000)
    here.answer(async () => {
      await pause(200)
      return tokens(2)
    })
    void here.domain.connections.read('books').catch(() => undefined)
    await pause(30)
    await here.domain.close()
    expect((await here.store.connections.byName('books'))?.schedule.generation).toBe(2)
    await pause(250)
  })

  it('a token that can be asked for again at any time is served though the store takes nothing', async () => {
    const here = await start()
    await machine(here)
    here.answer(() => ({ body: { access_token: 'access-1', expires_in: 3600 } }))
    const advance = here.store.renewals.advance
    here.store.renewals.advance = () => Promise.reject(new EvergrantError('store_unavailable'))
    const got = await Promise.race([token(here, 'batch'), pause(1500)])
    here.store.renewals.advance = advance
    expect(got).toBe('access-1')
  })

  it('one connection that cannot be read does not keep the server from starting', async () => {
    const here = await start()
    await connected(here)
    await connected(here, {}, 'films')
    here.clock.advance(3_700_000)
    here.answer(() => new Promise(() => undefined))
    for (const name of ['books', 'films']) void token(here, name).catch(() => undefined)
    await expect.poll(() => here.requests).toHaveLength(2)
    const { id } = (await here.store.connections.byName('books'))!.connection
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    const { byId } = again.store.connections
    again.store.connections.byId = (one) =>
      one === id ? Promise.reject(new EvergrantError('integrity_error')) : byId(one)
    again.answer(() => tokens(2))
    await again.domain.recover()
    await expect.poll(async () => (await again.store.connections.byName('films'))?.schedule.generation).toBe(2)
    expect((await again.store.connections.byName('books'))?.schedule.generation).toBe(1)
  })
})
