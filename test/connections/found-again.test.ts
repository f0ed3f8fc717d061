/** What a run under simulated time found (test/model), each as it looks on one node. */
import { afterEach, describe, expect, it } from 'vitest'
import { EvergrantError } from '../../src/errors.ts'
import { secret } from '../../src/secret.ts'
import { connected, tokens, world, type World } from './harness.ts'

const open: World[] = []
async function start(options: Parameters<typeof world>[0] = {}): Promise<World> {
  const here = await world(options)
  open.push(here)
  return here
}
afterEach(async () => {
  for (const here of open.splice(0)) await here.close()
})

const token = async (here: World) => (await here.domain.connections.read('books')).accessToken.open()
const dead = { status: 400, body: { error: 'invalid_grant' } }
const strict = { reuse: 'refused', grace: 0 } as const
const away = () => Promise.reject(new EvergrantError('store_unavailable'))
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

async function idOf(here: World): Promise<string> {
  const loaded = await here.store.connections.byName('books')
  if (loaded === undefined) throw new Error('no connection')
  return loaded.connection.id
}

const late = (here: World) => ({
  accessToken: secret('access-2'),
  refreshToken: secret('refresh-2'),
  tokenType: 'Bearer',
  obtainedAt: here.clock.now(),
  expiresAt: here.clock.now() + 3_600_000,
  values: {},
  warnings: [],
})

describe('what was lost', () => {
  it('is asked for again after a request that took all its time, where a second use does no harm', async () => {
    const here = await start()
    await connected(here, { reuse: 'harmless', grace: 30 })
    here.clock.advance(3_500_000)
    here.answer((_, n) => {
      if (n > 1) return tokens(2)
      here.clock.advance(20_000)
      return { lost: 'timeout' }
    })
    expect(await token(here)).toBe('access-2')
    expect(here.requests).toHaveLength(2)
  })

  it('continues a grant that was declared dead before it came', async () => {
    const here = await start()
    await connected(here, strict)
    here.clock.advance(3_700_000)
    here.answer(() => dead)
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
    const entry = { connectionId: await idOf(here), generation: 1, fence: 0, holder: 'other/1' }
    await here.store.renewals.keepLate(entry, late(here))
    here.answer((request) => (request.form.get('refresh_token') === 'refresh-2' ? tokens(3) : dead))
    expect(await token(here)).toBe('access-3')
  })

  it('is asked for again as well, where it comes late and the answer to it is lost', async () => {
    const here = await start()
    await connected(here, strict)
    here.clock.advance(3_700_000)
    const entry = { connectionId: await idOf(here), generation: 1, fence: 0, holder: 'other/1' }
    await here.store.renewals.keepLate(entry, late(here))
    here.answer((_, n) => (n === 1 ? dead : n === 2 ? { lost: 'reset' } : tokens(3)))
    expect(await token(here)).toBe('access-3')
    expect(here.requests.map(({ form }) => form.get('refresh_token'))).toEqual(['refresh-1', 'refresh-2', 'refresh-2'])
  })

  it('does not bring back a grant that was revoked', async () => {
    const here = await start()
    await connected(here, strict)
    here.answer(() => ({ body: '' }))
    await here.domain.connections.revoke('books', { kind: 'local' })
    const entry = { connectionId: await idOf(here), generation: 1, fence: 0, holder: 'other/1' }
    await here.store.renewals.keepLate(entry, late(here))
    await expect(token(here)).rejects.toMatchObject({ code: 'needs_authorization' })
  })

  it('and lies in the spool of a node that was down, continues a grant that another node gave up', async () => {
    const first = await start()
    await connected(first, strict)
    first.clock.advance(3_700_000)
    first.answer(() => dead)
    const holder = 'another/1'
    const connectionId = await idOf(first)
    const claim = { connectionId, seen: 1, holder, leaseMs: 0, holdMs: 0, passBackOff: false }
    expect(await first.store.renewals.claim(claim)).toMatchObject({ kind: 'mine', claim: { fence: 1 } })
    await token(first).catch(() => undefined)
    await first.spool.append({ connectionId, holder, generation: 1, fence: 1, tokens: late(first) })
    const again = await start(first.abandon())
    again.answer((request) => (request.form.get('refresh_token') === 'refresh-2' ? tokens(3) : dead))
    await again.domain.recover()
    expect(await token(again)).toBe('access-3')
  })

  it('is told as the reason when what was found died too', async () => {
    const here = await start()
    await connected(here, { reuse: 'kills_grant', grace: 0 })
    here.clock.advance(3_700_000)
    here.answer((_, n) => (n === 1 ? { lost: 'reset' } : dead))
    await token(here).catch(() => undefined)
    const entry = { connectionId: await idOf(here), generation: 1, fence: 0, holder: 'other/1' }
    await here.store.renewals.keepLate(entry, late(here))
    await token(here).catch(() => undefined)
    expect((await here.domain.connections.get('books')).failure?.code).toBe('rotation_response_lost')
  })
})

describe('a store that is away after the request', () => {
  it('hears of a death as soon as it is back', async () => {
    const here = await start()
    await connected(here, strict)
    here.clock.advance(3_700_000)
    here.answer(() => dead)
    const { fail } = here.store.renewals
    here.store.renewals.fail = away
    await token(here).catch(() => undefined)
    here.store.renewals.fail = fail
    await pause(100)
    expect((await here.domain.connections.get('books')).state).toBe('needs_authorization')
  })

  it('does not keep an answer from the spool', async () => {
    const here = await start()
    await connected(here, strict)
    here.clock.advance(3_700_000)
    here.answer(() => tokens(2))
    const { promise: hangs, resolve: goesOn } = Promise.withResolvers<void>()
    const { advance } = here.store.renewals
    here.store.attempts.append = () => hangs
    here.store.renewals.advance = (claim, next) => hangs.then(() => advance(claim, next))
    expect(await token(here)).toBe('access-2')
    expect((await here.spool.pending()).map((entry) => entry.tokens.refreshToken?.open())).toEqual(['refresh-2'])
    goesOn()
  })

  it('is asked for a late answer until it tells, before a grant is given up', async () => {
    const here = await start()
    await connected(here, strict)
    here.clock.advance(3_700_000)
    here.answer((_, n) => (n === 1 ? { lost: 'reset' } : dead))
    const { late: ask } = here.store.renewals
    let tries = 0
    here.store.renewals.late = (...about) => (++tries < 3 ? away() : ask(...about))
    await token(here).catch(() => undefined)
    expect((await here.domain.connections.get('books')).failure?.code).toBe('rotation_response_lost')
  })
})
