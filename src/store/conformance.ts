/**
 * The duties of `store.ts` as a suite. Every database runs it: a driver that passes may be used. Only tests import this.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Clock } from '../deps.ts'
import { secret } from '../secret.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type {
  Claim,
  ClaimRequest,
  ClaimResult,
  ClientRecord,
  ConnectionRecord,
  DraftRecord,
  EventRecord,
  FailureRecord,
  Store,
} from './store.ts'

/** One empty database for one test. */
export type Bench = {
  open(options: { clock: Clock; holder: string }): Promise<Store>
  /** Runs SQL behind the store's back, as somebody with the file in hand would. */
  raw(sql: string): Promise<void> | void
  dispose(): Promise<void>
}

const NODE = 'node-a/start-2'
const HOUR = 3600_000

export function describeStore(name: string, makeBench: () => Promise<Bench>): void {
  describe(`${name} keeps its duties:`, () => {
    let bench: Bench
    let store: Store
    let now: number
    const clock: Clock = { now: () => now, monotonic: () => now - 1_000_000, sleep: () => Promise.resolve() }

    beforeEach(async () => {
      now = Date.parse('2026-11-22T12:00:00Z')
      bench = await makeBench()
      store = await bench.open({ clock, holder: NODE })
    })

    afterEach(async () => {
      await store.close()
      await bench.dispose()
    })

    const insert = (id: string, more: Partial<ConnectionRecord> = {}) =>
      store.connections.insert({ ...connection(id), ...more }, undefined, 'https://login.example.com', {
        root: tokens('first'),
        dueAt: now + HOUR,
      })

    const claim = (more: Partial<ClaimRequest> = {}): Promise<ClaimResult> =>
      store.renewals.claim({
        connectionId: 'one',
        seen: 1,
        holder: NODE,
        leaseMs: 60_000,
        holdMs: 0,
        passBackOff: false,
        ...more,
      })

    const claimed = async (more: Partial<ClaimRequest> = {}): Promise<Claim> => {
      const result = await claim(more)
      if (result.kind !== 'mine') throw new Error(`the claim was refused: ${result.kind}`)
      return result.claim
    }

    const failure = (more: Partial<FailureRecord> = {}): FailureRecord => ({
      kind: 'transient',
      code: 'temporarily_unavailable',
      count: 1,
      firstAt: now,
      lastAt: now,
      ...more,
    })

    describe('a claim', () => {
      beforeEach(() => insert('one'))

      test('goes to exactly one of many who ask at once', async () => {
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, at) => claim({ holder: `node-${at}/start-1` })),
        )
        expect(results.filter((result) => result.kind === 'mine')).toHaveLength(1)
        expect(results.filter((result) => result.kind === 'held')).toHaveLength(19)
      })

      test('carries the tokens, and says until when a request may start', async () => {
        const result = await claim()
        expect(result).toMatchObject({
          kind: 'mine',
          leftOpen: false,
          claim: { generation: 1, fence: 1, sendBy: clock.monotonic() + 35_000 },
        })
        expect(result.kind === 'mine' && result.loaded.tokens?.root.refreshToken?.open()).toBe('refresh-first')
      })

      test('with a short lease still leaves time to send', async () => {
        expect(await claim({ leaseMs: 25_000 })).toMatchObject({ claim: { sendBy: clock.monotonic() + 3_000 } })
      })

      test('is refused when newer tokens are there', async () => {
        await store.renewals.advance(await claimed(), { root: tokens('second') })
        expect(await claim()).toEqual({ kind: 'moved', generation: 2 })
      })

      test('is refused during a back-off, with the failure that caused it; a person passes', async () => {
        const retryAt = now + 30_000
        await store.renewals.fail(await claimed(), failure({ retryAt }), { dueAt: retryAt })
        expect(await claim()).toMatchObject({
          kind: 'backing_off',
          retryAt,
          failure: { code: 'temporarily_unavailable' },
        })
        expect(await claim({ passBackOff: true })).toMatchObject({ kind: 'mine', leftOpen: false })
      })

      test('is possible again when the back-off is over', async () => {
        await store.renewals.fail(await claimed(), failure({ retryAt: now + 30_000 }), {})
        now += 30_000
        expect(await claim()).toMatchObject({ kind: 'mine' })
      })

      test.each(['needs_authorization', 'suspended'] as const)('is refused in state %s', async (state) => {
        await store.renewals.setState('one', state)
        expect(await claim()).toEqual({ kind: 'blocked', state })
      })

      test('is refused while the connection is being removed', async () => {
        await store.connections.touch('one', { removing: true })
        expect(await claim()).toEqual({ kind: 'blocked', state: 'removing' })
      })

      test('of a connection that does not exist says so', async () => {
        expect(await claim({ connectionId: 'nobody' })).toEqual({ kind: 'gone' })
      })

      test('is possible for a connection that was never authorized: some grants need no person', async () => {
        await store.connections.insert(connection('two'), undefined, undefined)
        const taken = await claimed({ connectionId: 'two', seen: 0 })
        expect(await store.renewals.advance(taken, { root: tokens('new') })).toEqual({ saved: true, generation: 1 })
        expect((await store.connections.byId('two'))?.schedule.state).toBe('active')
      })

      test('left by an earlier start of the same node is taken over at once', async () => {
        await claimed({ holder: 'node-a/start-1' })
        expect(await store.renewals.leftOpen(NODE)).toEqual(['one'])
        expect(await claim({ holdMs: 30_000 })).toMatchObject({ kind: 'mine', leftOpen: true, claim: { fence: 2 } })
        expect(await store.renewals.leftOpen(NODE)).toEqual([])
      })

      test('of another node is taken over when its lease has run out', async () => {
        await claimed({ holder: 'node-b/start-1' })
        expect(await claim()).toEqual({ kind: 'held', until: now + 60_000 })
        now += 60_000
        expect(await claim()).toMatchObject({ kind: 'mine', leftOpen: true })
      })

      test('of another node is held open for it where a second use may kill the grant', async () => {
        const theirs = await claimed({ holder: 'node-b/start-1' })
        now += HOUR
        expect(await claim({ holdMs: 30_000 })).toEqual({ kind: 'held', until: now + 30_000 })
        now += 29_000
        expect(await claim({ holdMs: 30_000 })).toEqual({ kind: 'held', until: now + 1_000 })
        // Meanwhile the other node may still write what it has received.
        expect(await store.renewals.advance(theirs, { root: tokens('second') })).toMatchObject({ saved: true })
      })

      test('of another node is taken over when the hold is over', async () => {
        await claimed({ holder: 'node-b/start-1' })
        now += HOUR
        await claim({ holdMs: 30_000 })
        now += 30_000
        expect(await claim({ holdMs: 30_000 })).toMatchObject({ kind: 'mine', leftOpen: true })
      })

      test('given back is free, and nothing has changed', async () => {
        await store.renewals.close(await claimed())
        expect(await claim()).toMatchObject({ kind: 'mine', leftOpen: false, claim: { generation: 1 } })
      })

      test('that was taken over cannot be closed by the one who lost it', async () => {
        const lost = await claimed({ holder: 'node-b/start-1' })
        now += 60_000
        await claimed()
        await store.renewals.close(lost)
        expect((await store.renewals.look(['one'])).get('one')).toMatchObject({ open: true })
      })
    })

    describe('an outcome', () => {
      beforeEach(() => insert('one'))

      test('moves the generation, clears the failure and sets the due moment', async () => {
        await store.renewals.fail(await claimed(), failure(), { dueAt: now })
        const taken = await claimed()
        await store.renewals.advance(taken, {
          root: tokens('second'),
          served: tokens('page'),
          dueAt: now + 5_000,
          values: { realmId: '7' },
        })
        const loaded = await store.connections.byName('name of one')
        expect(loaded?.schedule).toEqual({ state: 'active', generation: 2, fence: 2, dueAt: now + 5_000 })
        expect(loaded?.connection.failure).toBeUndefined()
        expect(loaded?.connection.values).toEqual({ tenant: 't', realmId: '7' })
        expect(loaded?.tokens?.root.accessToken.open()).toBe('access-second')
        expect(loaded?.tokens?.served?.accessToken.open()).toBe('access-page')
      })

      test('of a claim that was taken over is refused', async () => {
        const lost = await claimed({ holder: 'node-b/start-1' })
        now += 60_000
        await claimed()
        expect(await store.renewals.advance(lost, { root: tokens('late') })).toEqual({ saved: false })
        expect(await store.renewals.fail(lost, failure(), { state: 'needs_authorization' })).toBe(false)
        expect((await store.connections.byId('one'))?.schedule.state).toBe('active')
      })

      test('is stored once, however often it is delivered', async () => {
        const taken = await claimed()
        const results = await Promise.all(
          [1, 2, 3].map(() => store.renewals.advance(taken, { root: tokens('second') })),
        )
        expect(results.filter((result) => result.saved)).toHaveLength(1)
        expect((await store.connections.byId('one'))?.schedule.generation).toBe(2)
      })

      test('that is a failure does not mark settings which were corrected meanwhile, but ends the claim', async () => {
        const taken = await claimed()
        await store.connections.replace({ ...connection('one'), scopes: ['other'] }, 1)
        expect(await store.renewals.fail(taken, failure(), {})).toBe(false)
        expect((await store.connections.byId('one'))?.connection.failure).toBeUndefined()
        expect((await store.renewals.look(['one'])).get('one')?.open).toBe(false)
      })

      test('that is a success is stored although the settings changed meanwhile', async () => {
        const taken = await claimed()
        await store.connections.replace({ ...connection('one'), scopes: ['other'] }, 1)
        expect(await store.renewals.advance(taken, { root: tokens('second') })).toMatchObject({ saved: true })
      })

      test('that comes too late is kept for whoever would declare the grant dead', async () => {
        const taken = await claimed()
        await store.renewals.keepLate(taken, tokens('late'))
        expect((await store.renewals.late('one', 1))?.tokens.refreshToken?.open()).toBe('refresh-late')
        expect(await store.renewals.late('one', 2)).toBeUndefined()
      })

      test('that declares a grant dead is not written over an answer that came late and was not tried', async () => {
        const taken = await claimed()
        await store.renewals.keepLate({ ...taken, fence: 7 }, tokens('late'))
        expect(await store.renewals.fail(taken, failure(), { state: 'needs_authorization', tried: -1 })).toBe('late')
        expect(await store.renewals.nextDue()).toBe(now)
        const again = await claimed()
        expect(await store.renewals.fail(again, failure(), { state: 'needs_authorization', tried: 7 })).toBe(true)
        expect(await claim()).toEqual({ kind: 'blocked', state: 'needs_authorization' })
      })

      test('that came late is forgotten after a day', async () => {
        await store.renewals.keepLate(await claimed(), tokens('late'))
        now += 24 * HOUR
        expect(await store.renewals.late('one', 1)).toBeUndefined()
      })

      test('that came late to an older grant is never applied to a newer one', async () => {
        const taken = await claimed()
        await store.renewals.replace('one', { root: tokens('new grant') }, {})
        await store.renewals.keepLate(taken, tokens('late'))
        expect(await store.renewals.late('one', 1)).toBeUndefined()
      })
    })

    describe('an authorization', () => {
      beforeEach(() => insert('one'))

      test('ends a renewal that is under way and its back-off', async () => {
        const taken = await claimed()
        expect(await store.renewals.replace('one', { root: tokens('new') }, { who: 'mia@example.com' })).toBe(2)
        expect(await store.renewals.advance(taken, { root: tokens('old grant') })).toEqual({ saved: false })
        const loaded = await store.connections.byId('one')
        expect(loaded?.connection).toMatchObject({ who: 'mia@example.com', authorizedAt: now, authorizedGeneration: 2 })
        expect(loaded?.tokens?.root.accessToken.open()).toBe('access-new')
      })

      test('brings back a connection that needed one', async () => {
        await store.renewals.setState('one', 'needs_authorization', { dropTokens: true, failure: failure() })
        expect((await store.connections.byId('one'))?.tokens).toBeUndefined()
        await store.renewals.replace('one', { root: tokens('new'), dueAt: now }, {})
        const loaded = await store.connections.byId('one')
        expect(loaded?.schedule).toMatchObject({ state: 'active', dueAt: now })
        expect(loaded?.connection.failure).toBeUndefined()
      })

      test('is taken by exactly one answer, and opens for one browser', async () => {
        await store.authorizations.insert(flow('flow-1', now))
        const taken = await Promise.all([1, 2, 3].map(() => store.authorizations.take('flow-1', now)))
        expect(taken.filter(Boolean)).toHaveLength(1)
        expect(await store.authorizations.bind('flow-1', 'browser')).toBe(true)
        expect(await store.authorizations.bind('flow-1', 'another')).toBe(false)
      })

      test('is found by its state and keeps its verifier sealed', async () => {
        await store.authorizations.insert(flow('flow-1', now))
        const found = await store.authorizations.byState('digest of flow-1')
        expect(found?.sealed['verifier']).toMatchObject({ open: expect.any(Function) })
        expect(await store.authorizations.byState('unknown')).toBeUndefined()
        expect(await store.authorizations.pendingOf('one')).toHaveLength(1)
        await store.authorizations.finish('flow-1', { kind: 'authorized', generation: 2 }, {})
        expect(await store.authorizations.pendingOf('one')).toEqual([])
        expect(await store.authorizations.byId('flow-1')).toMatchObject({ outcome: { generation: 2 }, sealed: {} })
      })
    })

    describe('the refresher', () => {
      test('is told what is due, oldest first, and not what somebody is renewing', async () => {
        await insert('one')
        await insert('two')
        await insert('three')
        await store.renewals.setDue('one', now - 1)
        await store.renewals.setDue('two', now - 2)
        await store.renewals.setDue('three', now - 3)
        await claimed({ connectionId: 'three' })
        expect(await store.renewals.due(now, 10)).toEqual([
          { connectionId: 'two', generation: 1, dueAt: now - 2, origin: 'https://login.example.com' },
          { connectionId: 'one', generation: 1, dueAt: now - 1, origin: 'https://login.example.com' },
        ])
        expect(await store.renewals.nextDue()).toBe(now - 2)
        expect(await store.renewals.due(now, 1)).toHaveLength(1)
      })

      test('wakes when the claim of a due connection runs out', async () => {
        await insert('one')
        await claimed({ holder: 'node-b/start-1' })
        expect(await store.renewals.nextDue()).toBe(now + 60_000)
      })

      test('has nothing to wait for when no connection is due', async () => {
        await insert('one')
        await store.renewals.setState('one', 'suspended')
        expect(await store.renewals.nextDue()).toBeUndefined()
      })

      test('is not hurried past a back-off', async () => {
        await insert('one')
        await store.renewals.fail(await claimed(), failure({ retryAt: now + 9_000 }), { dueAt: now + 9_000 })
        await store.renewals.setDue('one', now + 1, 7)
        expect((await store.connections.byId('one'))?.schedule.dueAt).not.toBe(now + 1)
        await store.renewals.setDue('one', now)
        expect(await store.renewals.nextDue()).toBe(now + 9_000)
      })
    })

    describe('what is served', () => {
      beforeEach(() => insert('one'))

      test('is written for the generation it was derived from', async () => {
        expect(await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'), now + 1)).toBe(true)
        const loaded = await store.connections.byId('one')
        expect(loaded?.tokens?.served?.accessToken.open()).toBe('access-page')
        expect(loaded?.schedule.dueAt).toBe(now + 1)
      })

      test('comes by one statement, once it is there and while the connection is active', async () => {
        const name = (await store.connections.byId('one'))?.connection.name ?? ''
        expect(await store.connections.tokens([name])).toEqual([undefined])
        await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'))
        const before = store.statements
        const token = (await store.connections.tokens([name]))[0]
        expect(store.statements - before).toBe(1)
        expect(token).toMatchObject({ connectionId: 'one', generation: 1 })
        expect(token?.text.open()).toBe('for jobs')
        await store.renewals.setState('one', 'suspended')
        expect(await store.connections.tokens([name])).toEqual([undefined])
      })

      test('follows a new name', async () => {
        await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'))
        await store.connections.replace({ ...connection('one'), name: 'new name' }, 1)
        const [old, token] = await store.connections.tokens(['name of one', 'new name'])
        expect(old).toBeUndefined()
        expect(token).toMatchObject({ connectionId: 'one', generation: 1 })
        expect(token?.text.open()).toBe('for jobs')
      })

      test.each<[string, () => Promise<unknown>]>([
        ['its removal has begun', () => store.connections.touch('one', { removing: true })],
        ['the tokens were dropped', () => store.renewals.setState('one', 'active', { dropTokens: true })],
        ['a new root is still to be derived from', () => store.renewals.replace('one', { root: tokens('new') }, {})],
      ])('ends when %s', async (_, end) => {
        await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'))
        await end()
        expect(await store.connections.tokens(['name of one'])).toEqual([undefined])
      })

      test('does not come back while the connection is being removed', async () => {
        await store.connections.touch('one', { removing: true })
        await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'))
        expect(await store.connections.tokens(['name of one'])).toEqual([undefined])
      })

      test('comes for many names at once, in their order, without those that have none', async () => {
        await insert('two')
        for (const id of ['one', 'two']) await store.renewals.serve(id, 1, tokens(id), secret('for jobs'))
        const found = await store.connections.tokens(['name of two', 'name of one', 'nobody', 'name of one'])
        expect(found.map((token) => token?.connectionId)).toEqual(['two', 'one', undefined, 'one'])
        expect(await store.connections.tokens([])).toEqual([])
      })

      test('is refused when the generation moved meanwhile', async () => {
        await store.renewals.advance(await claimed(), { root: tokens('second') })
        expect(await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'))).toBe(false)
        expect((await store.connections.byId('one'))?.tokens?.served).toBeUndefined()
      })
    })

    describe('a connection', () => {
      test('keeps all it was given', async () => {
        const given: ConnectionRecord = {
          ...connection('one'),
          definition: { id: 'own' },
          secretValues: { password: secret('hunter2') },
          redirectUri: 'http://127.0.0.1/callback',
          overrides: { authorize: null },
          who: 'mia',
          clientRef: 'client-1',
        }
        await store.connections.insert(given, client(), undefined)
        const loaded = await store.connections.byName('name of one')
        expect(loaded?.connection).toEqual(given)
        expect(loaded?.connection.secretValues['password']?.open()).toBe('hunter2')
        expect(loaded?.client).toEqual(client())
        expect(loaded?.client?.secret?.open()).toBe('client-secret')
        expect(loaded?.schedule).toEqual({ state: 'pending', generation: 0, fence: 0 })
      })

      test('has a name of its own', async () => {
        await insert('one')
        const again = insert('two', { name: 'name of one' })
        await expect(again).rejects.toMatchObject({ code: 'connection_exists' })
        await insert('two')
        const renamed = store.connections.replace({ ...connection('two'), name: 'name of one' }, 1)
        await expect(renamed).rejects.toMatchObject({ code: 'connection_exists' })
        expect(await store.connections.count()).toBe(2)
      })

      test('is changed only by whoever saw its current settings', async () => {
        await insert('one')
        expect(await store.connections.replace({ ...connection('one'), scopes: ['b'] }, 1)).toBe(true)
        expect(await store.connections.replace({ ...connection('one'), scopes: ['c'] }, 1)).toBe(false)
        expect((await store.connections.byId('one'))?.connection).toMatchObject({ scopes: ['b'], settingsVersion: 2 })
      })

      test('is listed by name, in pages, and found by a part of name or service', async () => {
        for (const id of ['c', 'a', 'b_', 'bx']) await insert(id)
        await insert('z', { provider: 'Other' })
        const names = async (filter: { search?: string; after?: string; limit: number }) =>
          (await store.connections.list(filter)).map((one) => one.connection.id)
        expect(await names({ limit: 2 })).toEqual(['a', 'b_'])
        expect(await names({ limit: 9, after: 'name of b_' })).toEqual(['bx', 'c', 'z'])
        expect(await names({ limit: 9, search: 'OF B_' })).toEqual(['b_'])
        expect(await names({ limit: 9, search: 'other' })).toEqual(['z'])
      })

      test('goes with everything that belonged to it, the client too if nobody else uses it', async () => {
        await store.connections.insert({ ...connection('one'), clientRef: 'client-1' }, client(), undefined)
        await store.connections.insert({ ...connection('two'), clientRef: 'client-1' }, client(), undefined)
        await store.authorizations.insert(flow('flow-1', now))
        expect(await store.clients.connectionsOf('client-1')).toHaveLength(2)
        await store.connections.remove('one')
        expect(await store.connections.byId('one')).toBeUndefined()
        expect(await store.authorizations.byId('flow-1')).toBeUndefined()
        expect(await store.clients.byId('client-1')).toBeDefined()
        await store.connections.remove('two')
        expect(await store.clients.byId('client-1')).toBeUndefined()
        await store.connections.remove('two')
      })
    })

    describe('a client', () => {
      beforeEach(() => store.connections.insert({ ...connection('one'), clientRef: 'client-1' }, client(), undefined))

      test('is marked only with the settings it failed with', async () => {
        expect(await store.clients.mark('client-1', 1, 'refused', failure())).toBe(true)
        expect(await store.clients.replace({ ...client(), secret: secret('new') }, 1)).toBe(true)
        expect(await store.clients.mark('client-1', 1, 'refused', failure())).toBe(false)
        const stored = await store.clients.byId('client-1')
        expect(stored).toMatchObject({ state: 'ok', settingsVersion: 2 })
        expect(stored?.secret?.open()).toBe('new')
      })

      test('is found by its registration and remembers that it worked', async () => {
        await store.clients.worked('client-1')
        expect(await store.clients.find('example', 'my-client')).toMatchObject([{ id: 'client-1', worked: true }])
        expect(await store.clients.find('example', 'another')).toEqual([])
      })

      test('is refused no more once it worked', async () => {
        await store.clients.mark('client-1', 1, 'refused', failure())
        await store.clients.worked('client-1')
        const stored = await store.clients.byId('client-1')
        expect(stored).toMatchObject({ state: 'ok', worked: true, settingsVersion: 1 })
        expect(stored?.failure).toBeUndefined()
      })
    })

    describe('what is sealed', () => {
      beforeEach(() => insert('one', { secretValues: { password: secret('hunter2') } }))

      test('does not open in another row', async () => {
        await insert('two')
        await bench.raw(`update token_set set root_sealed = (select root_sealed from token_set where connection_id = 'two')
                   where connection_id = 'one'`)
        await expect(store.connections.byName('name of one')).rejects.toMatchObject({
          code: 'integrity_error',
          facts: { connection: 'name of one' },
        })
        expect(await store.connections.byName('name of two')).toBeDefined()
      })

      test('does not open when an old token row is put back', async () => {
        await bench.raw(`create table stolen as select * from token_set`)
        await store.renewals.advance(await claimed(), { root: tokens('second') })
        await bench.raw(`delete from token_set`)
        await bench.raw(`insert into token_set select * from stolen`)
        await expect(store.connections.byId('one')).rejects.toMatchObject({ code: 'integrity_error' })
      })

      test('does not open when the schedule is put back', async () => {
        await store.renewals.advance(await claimed(), { root: tokens('second') })
        await bench.raw(`update schedule set generation = 1 where connection_id = 'one'`)
        await expect(store.connections.byId('one')).rejects.toMatchObject({ code: 'integrity_error' })
      })

      test('does not open under the data key of another connection', async () => {
        await insert('two')
        await bench.raw(`update connection set data_key = (select data_key from connection where id = 'two')
                   where id = 'one'`)
        await expect(store.connections.byId('one')).rejects.toMatchObject({ code: 'integrity_error' })
      })

      test('and damaged does not hide the tokens of others that are read with it', async () => {
        await insert('two')
        for (const id of ['one', 'two']) await store.renewals.serve(id, 1, tokens(id), secret('for jobs'))
        await bench.raw(`update ready set sealed = (select sealed from ready where connection_id = 'two')
                   where connection_id = 'one'`)
        const found = await store.connections.tokens(['name of one', 'name of two'])
        expect(found.map((token) => token?.connectionId)).toEqual([undefined, 'two'])
      })

      test('of an older generation, put back, is not served', async () => {
        await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'))
        await bench.raw(`update schedule set generation = 2 where connection_id = 'one'`)
        expect(await store.connections.tokens(['name of one'])).toEqual([undefined])
      })

      test('is not served under the name of another connection', async () => {
        await insert('two')
        await store.renewals.serve('one', 1, tokens('page'), secret('for jobs'))
        await bench.raw(`update ready set name = 'name of two'`)
        expect(await store.connections.tokens(['name of one', 'name of two'])).toEqual([undefined, undefined])
      })

      test('and damaged does not hide the other connections in a list', async () => {
        await insert('two')
        await bench.raw(`update connection set secrets_sealed = null, data_key = secrets_sealed where id = 'one'`)
        const listed = await store.connections.list({ limit: 10 })
        expect(listed.map((one) => one.connection.failure?.code)).toEqual(['integrity_error', undefined])
      })

      test('for the spool is of no use when the connection is gone', async () => {
        const blob = await store.sealFor('one', 'spool', 'an answer')
        if (!blob) throw new Error('nothing was sealed')
        expect(await store.openFor('one', 'spool', blob)).toBe('an answer')
        await expect(store.openFor('one', 'other', blob)).rejects.toMatchObject({ code: 'integrity_error' })
        await store.connections.remove('one')
        expect(await store.openFor('one', 'spool', blob)).toBeUndefined()
        expect(await store.sealFor('one', 'spool', 'an answer')).toBeUndefined()
      })
    })

    describe('events', () => {
      const happened = (id: number, more: Partial<EventRecord> = {}): EventRecord => ({
        id,
        at: id,
        name: 'token.renewed',
        connection: 'books',
        fields: { generation: id, warnings: ['x'] },
        ...more,
      })
      const ids = (events: EventRecord[]) => events.map(({ id }) => id)

      test('are listed newest first, page by page, of one connection or of all', async () => {
        await store.events.append([happened(1), happened(2, { connection: 'other' }), happened(3)])
        const bare: EventRecord = { id: 4, at: 4, name: 'key.made', fields: {} }
        await store.events.append([bare])
        expect(await store.events.list({ limit: 2 })).toEqual([bare, happened(3)])
        expect(ids(await store.events.list({ limit: 10, before: 3 }))).toEqual([2, 1])
        expect(ids(await store.events.list({ limit: 10, connection: 'books' }))).toEqual([3, 1])
        expect(ids(await store.events.list({ limit: 10, connection: 'books', before: 3 }))).toEqual([1])
      })

      test('are written once, however often they come', async () => {
        await store.events.append([happened(1)])
        await store.events.append([happened(1), happened(2)])
        expect(ids(await store.events.list({ limit: 10 }))).toEqual([2, 1])
      })

      test('stay when their connection is removed', async () => {
        await insert('one')
        await store.events.append([happened(1, { connection: 'name of one' })])
        await store.connections.remove('one')
        expect(ids(await store.events.list({ limit: 10, connection: 'name of one' }))).toEqual([1])
      })

      test('are bounded, and what happens often does not push out the rest', async () => {
        const many = (from: number, count: number, name: string) =>
          Array.from({ length: count }, (_, at) => happened(from + at, { name }))
        await store.events.append(many(1, 10, 'connection.created'))
        await store.events.append(many(1_000, 6_000, 'token.renewed'))
        const all = await store.events.list({ limit: 20_000 })
        expect(all).toHaveLength(5_010)
        expect(all.slice(-10).every(({ name }) => name === 'connection.created')).toBe(true)
        expect(all[5_000 - 1]?.id).toBe(2_000)
        for (const [at, name] of ['token.recovered', 'token.revealed'].entries())
          await store.events.append(many(10_000 * (at + 1), 4_000, name))
        expect(await store.events.list({ limit: 20_000 })).toHaveLength(10_000)
      })
    })

    describe('reads by key', () => {
      const read = (keyId: string, reads: number, lastAt: number, on = 'name of one') => ({
        keyId,
        connection: on,
        reads,
        lastAt,
      })

      test('add up, the last reader first', async () => {
        await insert('one')
        await store.keyReads.add([read('a', 2, 10), read('b', 1, 20)])
        await store.keyReads.add([read('a', 3, 30)])
        expect(await store.keyReads.of('name of one')).toEqual([read('a', 5, 30), read('b', 1, 20)])
      })

      test('of a connection that is gone are passed over; the others are written', async () => {
        await insert('one')
        await store.keyReads.add([read('a', 1, 1, 'nobody'), read('a', 1, 1)])
        expect(await store.keyReads.of('nobody')).toEqual([])
        expect(await store.keyReads.of('name of one')).toHaveLength(1)
      })

      test('follow a new name and go with the connection', async () => {
        await insert('one')
        await store.keyReads.add([read('a', 1, 1)])
        const renamed = { ...connection('one'), name: 'renamed', settingsVersion: 2 }
        await store.connections.replace(renamed, 1)
        expect(await store.keyReads.of('renamed')).toEqual([read('a', 1, 1, 'renamed')])
        await store.connections.remove('one')
        expect(await store.keyReads.of('renamed')).toEqual([])
      })
    })

    describe('places of a key', () => {
      test('are new once, also where nodes see them at the same moment, and of each key apart', async () => {
        expect(await store.keyAddresses.add('k', ['a', 'b'], 1)).toEqual({ fresh: ['a', 'b'], known: 0 })
        expect(await store.keyAddresses.add('k', ['b', 'c'], 2)).toEqual({ fresh: ['c'], known: 2 })
        expect(await store.keyAddresses.add('other', ['a'], 3)).toEqual({ fresh: ['a'], known: 0 })
        const at = await Promise.all([1, 2, 3].map(() => store.keyAddresses.add('k', ['d'], 4)))
        expect(at.flatMap(({ fresh }) => fresh)).toEqual(['d'])
      })

      test('are bounded: the oldest are forgotten', async () => {
        const many = (from: number, count: number) => Array.from({ length: count }, (_, at) => `p${from + at}`)
        await store.keyAddresses.add('k', many(0, 600), 1)
        await store.keyAddresses.add('k', many(600, 600), 2)
        const { fresh, known } = await store.keyAddresses.add('k', ['p1199', 'p600'], 3)
        expect([fresh, known]).toEqual([[], 1_000])
      })
    })

    describe('a draft', () => {
      const draft = (id: string, more: Partial<DraftRecord> = {}): DraftRecord => ({
        id,
        version: 1,
        content: secret(`{"of":"${id}"}`),
        createdAt: now,
        changedAt: now,
        expiresAt: now + HOUR,
        ...more,
      })

      test('is sealed, and damaged or moved content is an integrity error of that draft alone', async () => {
        await store.drafts.insert(draft('one', { content: secret('{"client":{"secret":"hunter2"}}') }), 50)
        await store.drafts.insert(draft('two'), 50)
        expect((await store.drafts.byId('one'))?.content.open()).toContain('hunter2')
        await bench.raw(`update draft set content_sealed = (select content_sealed from draft where id = 'two')
          where id = 'one'`)
        await expect(store.drafts.byId('one')).rejects.toMatchObject({ code: 'integrity_error' })
        expect((await store.drafts.list()).map(({ id }) => id)).toEqual(['two'])
      })

      test('is changed by whoever saw its last version, and an older state does not open', async () => {
        await store.drafts.insert(draft('one'), 50)
        const next = { id: 'one', content: secret('{}'), changedAt: now + 1, expiresAt: now + 2 * HOUR }
        const results = await Promise.all([store.drafts.replace(next, 1), store.drafts.replace(next, 1)])
        expect(results).toEqual([true, false])
        expect(await store.drafts.byId('one')).toMatchObject({
          version: 2,
          changedAt: now + 1,
          expiresAt: now + 2 * HOUR,
        })
        expect(await store.drafts.replace({ ...next, id: 'nobody' }, 1)).toBe(false)
        await bench.raw('update draft set version = 1')
        await expect(store.drafts.byId('one')).rejects.toMatchObject({ code: 'integrity_error' })
      })

      test('is not found any more when it has expired or was removed', async () => {
        await store.drafts.insert(draft('one'), 50)
        await store.drafts.insert(draft('two', { expiresAt: now + 2 * HOUR }), 50)
        now += HOUR
        expect(await store.drafts.byId('one')).toBeUndefined()
        expect((await store.drafts.list()).map(({ id }) => id)).toEqual(['two'])
        expect([await store.drafts.remove('two'), await store.drafts.remove('two')]).toEqual([true, false])
      })

      test('makes room for itself where there are too many: the one not changed for longest goes', async () => {
        for (const at of [3, 1, 2]) await store.drafts.insert(draft(`d${at}`, { changedAt: now + at }), 3)
        await store.drafts.insert(draft('d4', { changedAt: now + 4 }), 3)
        expect((await store.drafts.list()).map(({ id }) => id)).toEqual(['d4', 'd3', 'd2'])
      })
    })

    describe('the rest', () => {
      test('of a connection’s attempts the last twenty are kept', async () => {
        await insert('one')
        for (let at = 1; at <= 23; at += 1) await store.attempts.append(attempt('one', at))
        await store.attempts.append(attempt('nobody', 1))
        const list = await store.attempts.list('one')
        expect(list.map((one) => one.at)).toEqual(Array.from({ length: 20 }, (_, at) => 23 - at))
        expect(list[0]).toEqual(attempt('one', 23))
      })

      test('API keys are found by digest and revoked once', async () => {
        const key = { id: 'k', prefix: 'eg_1', digest: 'd', name: 'job', verbs: ['token' as const] }
        const record = { ...key, connections: ['*'], addresses: [], createdAt: now, expiresAt: now + HOUR }
        await store.keys.insert(record)
        expect(await store.keys.byDigest('d')).toEqual(record)
        await store.keys.used('k', now)
        expect(await store.keys.revoke('k', now)).toBe(true)
        expect(await store.keys.revoke('k', now)).toBe(false)
        expect(await store.keys.list()).toEqual([{ ...record, lastUsedAt: now, revokedAt: now }])
      })

      test('a sign-in link is taken once, and not after its end', async () => {
        const link = { kind: 'link' as const, createdAt: now, expiresAt: now + 1000 }
        await store.sessions.insert({ digest: 'a', ...link })
        await store.sessions.insert({ digest: 'b', ...link })
        expect(await store.sessions.byDigest('a')).toEqual(link)
        expect(await Promise.all([store.sessions.take('a'), store.sessions.take('a')])).toEqual([true, false])
        now += 1000
        expect(await store.sessions.take('b')).toBe(false)
        expect(await store.sessions.byDigest('b')).toBeUndefined()
      })

      test('definitions, quiet servers and revocations come back', async () => {
        await store.definitions.put('own', { id: 'own' })
        await store.definitions.put('own', { id: 'own', name: 'Own' })
        expect(await store.definitions.get('own')).toEqual({ id: 'own', name: 'Own' })
        await store.definitions.remove('own')
        expect([await store.definitions.get('own'), await store.definitions.list()]).toEqual([undefined, []])

        await store.servers.put('https://a.example.com', now + 1000)
        expect(await store.servers.list()).toEqual([{ origin: 'https://a.example.com', retryAt: now + 1000 }])
        now += 1000
        expect(await store.servers.list()).toEqual([])

        const id = await store.revocations.insert(secret('call'), now)
        await store.revocations.retry(id, now + 1)
        expect(await store.revocations.due(now)).toEqual([])
        const [due] = await store.revocations.due(now + 1)
        expect([due?.call?.open(), due?.tries]).toEqual(['call', 1])
        await store.revocations.remove(id)
        expect(await store.revocations.due(now + 1)).toEqual([])
      })

      test('an unknown id is no error', async () => {
        expect(await store.connections.byName('nobody')).toBeUndefined()
        expect(await store.clients.byId('nobody')).toBeUndefined()
        expect(await store.authorizations.byId('nobody')).toBeUndefined()
        expect(await store.renewals.serve('nobody', 1, tokens('x'), secret('for jobs'))).toBe(false)
        await store.renewals.setState('nobody', 'suspended')
        await store.renewals.setDue('nobody', now)
        await store.renewals.setDue('nobody', now, 1)
        await store.clients.worked('nobody')
        expect(await store.renewals.look(['nobody'])).toEqual(new Map())
        expect(await store.healthy()).toBe(true)
      })

      test('the room that all of it takes is told', async () => {
        expect(await store.size()).toBeGreaterThan(10_000)
      })

      test('many connections are looked at together', async () => {
        const ids = Array.from({ length: 70 }, (_, at) => `many-${at}`)
        await Promise.all(ids.map((id) => insert(id)))
        const before = store.statements
        expect((await store.renewals.look(ids)).size).toBe(70)
        expect(store.statements - before).toBe(3)
      })

      test('everything is still there after a restart', async () => {
        await insert('one', { secretValues: { password: secret('hunter2') } })
        const { installation } = store
        await store.close()
        store = await bench.open({ clock, holder: 'node-a/start-3' })
        expect(store.installation).toEqual(installation)
        const loaded = await store.connections.byName('name of one')
        expect(loaded?.connection.secretValues['password']?.open()).toBe('hunter2')
        expect(loaded?.tokens?.root.accessToken.open()).toBe('access-first')
      })
    })
  })
}

function connection(id: string): ConnectionRecord {
  return {
    id,
    name: `name of ${id}`,
    provider: 'example',
    way: 'code',
    values: { tenant: 't' },
    secretValues: {},
    scopes: ['a'],
    boundTo: 'digest',
    settingsVersion: 1,
    createdAt: 1,
    removing: false,
  }
}

function client(): ClientRecord {
  return {
    id: 'client-1',
    provider: 'example',
    clientId: 'my-client',
    authMethod: 'client_secret_basic',
    settingsVersion: 1,
    state: 'ok',
    worked: false,
    secret: secret('client-secret'),
    key: secret('PEM'),
    keyAlg: 'PS256',
    createdAt: 1,
  }
}

function tokens(word: string): TokenSet {
  return {
    accessToken: secret(`access-${word}`),
    refreshToken: secret(`refresh-${word}`),
    tokenType: 'Bearer',
    obtainedAt: 1,
    expiresAt: 'unknown',
    values: { instance: 'https://x.example.com', proof: secret('p') },
    warnings: [],
  }
}

function flow(id: string, now: number) {
  return {
    id,
    stateDigest: `digest of ${id}`,
    connectionId: 'one',
    back: 'callback' as const,
    sealed: { verifier: secret('v'), redirectUri: 'https://e.example.com/callback' },
    createdAt: now,
    expiresAt: now + HOUR,
    outcome: { kind: 'waiting' as const },
  }
}

function attempt(connectionId: string, at: number) {
  return {
    connectionId,
    at,
    trigger: 'caller',
    step: 'renew',
    generation: 1,
    outcome: 'ok',
    status: 200,
    durationMs: 12,
    request: { url: 'https://login.example.com' },
    response: { status: 200 },
  }
}
