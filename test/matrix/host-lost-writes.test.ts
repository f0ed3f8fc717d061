/** A database that comes back without what it acknowledged last: a standby took over before it had everything. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connected, manualClock, tokens, type Answer, type World } from '../connections/harness.ts'
import { sqliteBench, type Bench } from './stores.ts'

const local = { kind: 'local' } as const
let bench: Bench
let clock: World['clock']
let here: World

beforeEach(async () => {
  bench = sqliteBench()
  clock = manualClock()
  here = await bench.node('one', { clock })
  await connected(here, { grace: 0, reuse: 'kills_grant' })
  here.answer(() => tokens(2))
})
afterEach(() => bench.dispose())

const tables = ['schedule', 'token_set', 'ready']

/** What a standby would have got until now; gives the way to put it in place. */
async function replicated(): Promise<() => Promise<void>> {
  for (const table of tables) await bench.sql(`create table replica_${table} as select * from ${table}`)
  return async () => {
    for (const table of tables.toReversed()) await bench.sql(`delete from ${table}`)
    for (const table of tables) await bench.sql(`insert into ${table} select * from replica_${table}`)
  }
}

/** A node whose clock's own waits are in the test's hands: what is under way stays so until they are over. */
async function patientNode(answer: () => Answer) {
  const ends: (() => void)[] = []
  const held = { ...clock, sleep: () => new Promise<void>((resolve) => ends.push(resolve)) }
  const node = await bench.node('two', { clock: held, override: { clock: held } })
  node.answer(answer)
  const waitsOver = async () => {
    for (let round = 0; round < 5; round++) {
      for (const end of ends.splice(0)) end()
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  return { two: node, waitsOver }
}

const stored = async () => {
  const loaded = await here.store.connections.byName('books')
  return [loaded?.schedule.generation, loaded?.tokens?.root.refreshToken?.open(), loaded?.schedule.holder]
}

describe('a stored answer that is lost again', () => {
  it('takes the place of a request: the older refresh token is not sent', async () => {
    const fail = await replicated()
    await here.domain.connections.renew('books', local)
    await fail()
    expect(await stored()).toEqual([1, 'refresh-1', undefined])
    await here.domain.connections.renew('books', local)
    expect(await stored()).toEqual([2, 'refresh-2', undefined])
    expect(here.requests).toHaveLength(1)
  })

  it.each([
    ['with its claim', false],
    ['whose claim was not lost', true],
  ])('%s is put back when the database is there again, without any caller', async (_, claimed) => {
    let fail = claimed ? undefined : await replicated()
    here.answer(async () => {
      fail ??= await replicated()
      return tokens(2)
    })
    await here.domain.connections.renew('books', local)
    here.domain.storeWent('lost')
    await fail?.()
    here.domain.storeWent('back')
    await vi.waitFor(async () => expect(await stored()).toEqual([2, 'refresh-2', undefined]))
    expect(here.requests).toHaveLength(1)
    expect(here.events.map(({ name }) => name)).toContain('token.recovered')
  })

  it('is not put over what came after it', async () => {
    await here.domain.connections.renew('books', local)
    here.answer(() => tokens(3))
    await here.domain.connections.renew('books', local)
    here.domain.storeWent('lost')
    here.domain.storeWent('back')
    await here.domain.connections.renew('books', local)
    expect((await stored())[0]).toBe(4)
  })

  it('is not used once the connection was revoked', async () => {
    await here.domain.connections.renew('books', local)
    await here.domain.connections.revoke('books', local)
    here.domain.storeWent('lost')
    here.domain.storeWent('back')
    await clock.sleep(20)
    expect(await here.domain.connections.get('books')).toMatchObject({ state: 'needs_authorization' })
    await expect(here.domain.connections.read('books')).rejects.toMatchObject({ code: 'needs_authorization' })
  })

  it('is put back although a renewal of this node waits for that', async () => {
    const { two, waitsOver } = await patientNode(() => tokens(2))
    const fail = await replicated()
    await two.domain.connections.renew('books', local)
    two.domain.storeWent('lost')
    await fail()
    const waiting = two.domain.connections.renew('books', local)
    two.domain.storeWent('back')
    await vi.waitFor(async () => expect(await stored()).toEqual([2, 'refresh-2', undefined]))
    expect(two.requests).toHaveLength(1)
    await waitsOver()
    await waiting
    expect(two.requests.map(({ form }) => form.get('refresh_token'))).toEqual(['refresh-1'])
  })

  it('of another node gets the time to be put back before anybody uses the older refresh token', async () => {
    const { two, waitsOver } = await patientNode(() => tokens(9))
    const fail = await replicated()
    await here.domain.connections.renew('books', local)
    for (const node of [here, two]) node.domain.storeWent('lost')
    await fail()
    const renewing = two.domain.connections.renew('books', local)
    two.domain.storeWent('back')
    here.domain.storeWent('back')
    await vi.waitFor(async () => expect((await stored())[0]).toBe(2))
    expect(two.requests).toEqual([])
    await waitsOver()
    await renewing
    // Whatever it sends now is the newer one, or nothing.
    expect(two.requests.map(({ form }) => form.get('refresh_token'))).not.toContain('refresh-1')
  })

  it('may be what a renewal that was left open brought: with the store gone as it is taken over, nothing is sent', async () => {
    const { two, waitsOver } = await patientNode(() => tokens(2))
    const loaded = await here.store.connections.byName('books')
    const { id } = loaded!.connection
    const { claim } = two.store.renewals
    const byOthers = { connectionId: id, seen: 1, leaseMs: 1_000, holdMs: 30_000, passBackOff: true }
    await claim({ ...byOthers, holder: 'dead/1' })
    clock.advance(2_000)
    await claim({ ...byOthers, holder: 'three/1' }) // sees it open: the hold begins
    clock.advance(31_000)
    two.store.renewals.claim = (wanted) => {
      two.domain.storeWent('lost')
      return claim(wanted)
    }
    await expect(two.domain.connections.renew('books', local)).rejects.toMatchObject({ code: 'store_unavailable' })
    expect(two.requests).toEqual([])
    // Its answer may be lost: that is not forgotten with the claim.
    const { failure } = await two.domain.connections.get('books')
    expect(failure).toMatchObject({ kind: 'unknown_outcome', code: 'store_unavailable' })
    two.store.renewals.claim = claim
    two.domain.storeWent('back')
    await waitsOver()
    await two.domain.connections.renew('books', local)
    expect((await stored())[1]).toBe('refresh-2')
  })
})
