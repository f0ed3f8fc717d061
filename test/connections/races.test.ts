import { afterEach, describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
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
      {
        accessToken: secret('a'),
        refreshToken: secret('refresh-2'),
        tokenType: 'Bearer',
        obtainedAt: here.clock.now(),
        expiresAt: 'unknown',
        values: {},
        warnings: [],
      },
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
    here.clock.advance(3_700_000)
    here.answer(() => new Promise(() => undefined))
    void token(here).catch(() => undefined)
    await pause(50)
    open.splice(open.indexOf(here), 1)
    const again = await start(here.abandon())
    again.store.connections.byId = () => Promise.reject(new EvergrantError('integrity_error'))
    await again.domain.recover()
  })
})
