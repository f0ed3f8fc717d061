/** The duties of the audit in a store; both databases are held to them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/deps.ts'
import { canonical, chainStart, columnsOf, hashOf } from '../../src/store/audit-chain.ts'
import type { Bench } from '../../src/store/conformance.ts'
import type { AuditEntry, AuditRecord, Store } from '../../src/store/store.ts'

const text = (value: string | number | null) =>
  value === null ? 'null' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`

export function describeAudit(name: string, makeBench: () => Promise<Bench>, mutations: number): void {
  describe(`the audit in ${name}`, () => {
    let bench: Bench
    let store: Store
    let now: number
    const clock: Clock = { now: () => now, monotonic: () => now, sleep: () => Promise.resolve() }
    const others: Store[] = []

    beforeEach(async () => {
      now = Date.parse('2026-11-22T12:00:00Z')
      bench = await makeBench()
      store = await bench.open({ clock, holder: 'node-a/start-1' })
    })
    afterEach(async () => {
      for (const each of [...others.splice(0), store]) await each.close()
      await bench.dispose()
    })

    const entry = (at: number, more: Partial<AuditEntry> = {}): AuditEntry => ({
      at,
      count: 1,
      actor: { kind: 'key', id: 'k1', name: 'nightly' },
      address: '192.0.2.7',
      action: 'readToken',
      connection: at % 2 === 0 ? 'books' : 'shop',
      outcome: 'ok',
      facts: { generation: at },
      ...more,
    })
    const fill = (count: number, from = 1, into = store) =>
      into.audit.append(Array.from({ length: count }, (_, i) => entry(now + from + i)))
    const all = (into = store) => into.audit.list({ order: 'oldest', limit: 1000 })

    it('gives back what was written, and each entry hangs on the one before it', async () => {
      const odd = entry(now, {
        until: now + 5,
        count: 3,
        requestId: 'r-1',
        outcome: 'forbidden',
        facts: { changed: ['scopes'], words: 'quote " and \\ and é', nested: { b: 1, a: null } },
      })
      await store.audit.append([odd])
      await fill(2)
      const [first, second, third] = await all()
      expect(first).toMatchObject({ ...odd, node: 'node-a', seq: 1, prev: chainStart })
      expect([second?.prev, third?.prev]).toEqual([first?.hash, second?.hash])
      for (const { prev, text: said, hash } of [first!, second!, third!]) expect(hashOf(prev, said)).toBe(hash)
      expect(await store.audit.verify()).toMatchObject({ entries: 3, faults: [], faultCount: 0 })
    })

    it('cuts what a stranger may send, and long facts to their names', async () => {
      const [address, connection] = ['a\u0000b\u001b[31m', 'x'.repeat(10_000)]
      await store.audit.append([entry(now, { address, connection, facts: { long: 'y'.repeat(5_000) } })])
      const [found] = await all()
      expect(found?.address).toBe('a\u{fffd}b\u{fffd}[31m')
      expect(found?.connection).toHaveLength(200)
      expect(found?.facts).toEqual({ cut: 'long' })
      expect((await store.audit.verify()).faults).toEqual([])
    })

    it('is read by connection, actor, action and time, page by page, either way round', async () => {
      await fill(9)
      await store.audit.append([entry(now + 20, { actor: { kind: 'local' }, action: 'createKey' })])
      const seqs = (found: AuditRecord[]) => found.map(({ seq }) => seq)
      const list = store.audit.list.bind(store.audit)
      expect(seqs(await list({ order: 'newest', limit: 3 }))).toEqual([10, 9, 8])
      const [, , third] = await list({ order: 'newest', limit: 3 })
      expect(seqs(await list({ order: 'newest', limit: 3, after: third! }))).toEqual([7, 6, 5])
      expect(seqs(await list({ order: 'oldest', limit: 2, after: third! }))).toEqual([9, 10])
      expect(seqs(await list({ order: 'oldest', limit: 9, connection: 'shop' }))).toEqual([1, 3, 5, 7, 9])
      for (const actor of ['key', 'k1', 'nightly'])
        expect(seqs(await list({ order: 'oldest', limit: 2, actor }))).toEqual([1, 2])
      expect(seqs(await list({ order: 'oldest', limit: 9, actor: 'local' }))).toEqual([10])
      expect(seqs(await list({ order: 'oldest', limit: 9, action: 'createKey', connection: 'books' }))).toEqual([10])
      expect(seqs(await list({ order: 'oldest', limit: 9, since: now + 8 }))).toEqual([8, 9, 10])
      expect(await list({ order: 'oldest', limit: 9, action: 'none' })).toEqual([])
    })

    it('goes on after a restart, with a chain for each node', async () => {
      await fill(2)
      await store.close()
      store = await bench.open({ clock, holder: 'node-a/start-2' })
      await fill(2, 3)
      const other = await bench.open({ clock, holder: 'node-b/start-1' })
      others.push(other)
      await Promise.all([fill(20, 10), fill(20, 10, other)])
      const verdict = await store.audit.verify()
      expect(verdict).toMatchObject({ entries: 44, faults: [] })
      expect(verdict.checkpoint.map(({ node, seq }) => [node, seq])).toEqual([
        ['node-a', 24],
        ['node-b', 20],
      ])
    })

    it('stays whole when many write at once and while it is verified', async () => {
      const writes = Array.from({ length: 30 }, (_, i) => fill(3, i * 3))
      const verdicts = await Promise.all([store.audit.verify(), store.audit.verify(), ...writes])
      expect([verdicts[0], verdicts[1]].map((verdict) => verdict?.faults)).toEqual([[], []])
      expect(await store.audit.verify()).toMatchObject({ entries: 90, faults: [] })
    })

    it('forgets what is old, and what is left can still be verified', async () => {
      await fill(10)
      const before = (await store.audit.verify()).checkpoint
      expect(await store.audit.prune(now + 6)).toBe(5)
      expect(await store.audit.verify(before)).toMatchObject({ entries: 5, faults: [] })
      await fill(1, 50)
      expect(await store.audit.prune(now + 100)).toBe(6)
      expect(await store.audit.verify(before)).toMatchObject({ entries: 0, faults: [] })
      await fill(1, 200)
      expect((await all()).map(({ seq }) => seq)).toEqual([12])
      expect(await store.audit.verify()).toMatchObject({ entries: 1, faults: [] })
    })

    it('does not prune over a gap, which would hide it', async () => {
      await fill(10)
      await bench.raw('delete from audit where seq = 5')
      expect(await store.audit.prune(now + 6)).toBe(0)
      expect((await store.audit.verify()).faults).toMatchObject([{ seq: 5, problem: 'is missing' }])
    })

    it('remembers how far a file was taken over', async () => {
      expect(await store.audit.taken()).toEqual({ start: '', line: 0, single: 0 })
      await store.audit.append([entry(now)], { start: 's', line: 3, single: 7 })
      await fill(1)
      expect(await store.audit.taken()).toEqual({ start: 's', line: 3, single: 7 })
    })

    describe('changed by somebody with the database in hand', () => {
      const nodes = ['node-a', 'node-b']
      const count = 12
      let records: AuditRecord[]

      beforeEach(async () => {
        const other = await bench.open({ clock, holder: 'node-b/start-1' })
        others.push(other)
        await fill(count)
        await fill(count, 100, other)
        records = await all()
        for (const table of ['audit', 'audit_head']) {
          await bench.raw(`drop table if exists saved_${table}`)
          await bench.raw(`create table saved_${table} as select * from ${table}`)
        }
      })
      afterEach(async () => {
        for (const table of ['audit', 'audit_head']) await bench.raw(`drop table saved_${table}`)
      })
      const restore = async () => {
        for (const table of ['audit', 'audit_head'])
          await bench.raw(`delete from ${table}; insert into ${table} select * from saved_${table}`)
      }

      it(`is told and named, ${mutations} times of ${mutations}`, async () => {
        let seed = 20261122
        const random = (below: number) => {
          seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
          return (seed >> 8) % below
        }
        const pick = <T>(of: readonly T[]): T => of[random(of.length)]!
        const missed: string[] = []
        for (let round = 0; round < mutations; round++) {
          const node = pick(nodes)
          const seq = 1 + random(count)
          const [kind, sql, named] = mutation(round % kinds.length, { node, seq, random, pick })
          for (const statement of sql) await bench.raw(statement)
          const { faults } = await store.audit.verify()
          const found = faults.some((fault) => fault.node === node && named(fault.seq, fault.problem))
          if (!found) missed.push(`${kind} at ${node} ${seq}: ${JSON.stringify(faults)}`)
          await restore()
        }
        expect(missed).toEqual([])
        expect((await store.audit.verify()).faults).toEqual([])
      }, 240_000)

      const kinds = [
        'alter',
        'column',
        'forge',
        'delete',
        'delete many',
        'swap',
        'cut off',
        'behind',
        'head',
        'rebuild',
      ]
      type Draw = {
        node: string
        seq: number
        random(below: number): number
        pick<T>(of: readonly T[]): T
      }

      /** What somebody does, and which faults name it. */
      function mutation(
        at: number,
        { node, seq, random, pick }: Draw,
      ): [string, string[], (seq: number, problem: string) => boolean] {
        const of = (place: number) => `node = '${node}' and seq = ${place}`
        const record = records.find((each) => each.node === node && each.seq === seq)!
        const kind = kinds[at]!
        const isIt = (found: number) => found === seq
        switch (kind) {
          case 'alter': {
            const column = pick(['text', 'prev', 'hash'] as const)
            const place = random(record[column].length)
            const other = record[column][place] === '7' ? '8' : '7'
            const changed = record[column].slice(0, place) + other + record[column].slice(place + 1)
            return [kind, [`update audit set ${column} = ${text(changed)} where ${of(seq)}`], isIt]
          }
          case 'column': {
            const [column, value] = pick([
              ['at', 1],
              ['action', 'nothing'],
              ['connection', 'other'],
              ['connection', null],
              ['actor_kind', 'local'],
              ['actor_id', 'k2'],
              ['actor_name', null],
            ] as const)
            return [kind, [`update audit set ${column} = ${text(value)} where ${of(seq)}`], isIt]
          }
          case 'forge': {
            // With its own hash right: the next one does not follow, or the head names another.
            const forged = record.text.replace('192.0.2.7', '198.51.100.9')
            const hash = hashOf(record.prev, forged)
            return [
              kind,
              [`update audit set text = ${text(forged)}, hash = '${hash}' where ${of(seq)}`],
              (found) => found === seq + 1 || (seq === count && found === seq),
            ]
          }
          case 'delete':
            return [kind, [`delete from audit where ${of(seq)}`], isIt]
          case 'delete many': {
            const last = Math.min(count, seq + 1 + random(3))
            return [kind, [`delete from audit where node = '${node}' and seq between ${seq} and ${last}`], isIt]
          }
          case 'swap': {
            const other = seq === count ? seq - 1 : seq + 1
            return [
              kind,
              [
                `update audit set seq = 1000 where ${of(seq)}`,
                `update audit set seq = ${seq} where ${of(other)}`,
                `update audit set seq = ${other} where ${of(1000)}`,
              ],
              (found) => found === seq || found === other,
            ]
          }
          case 'cut off':
            return [kind, [`delete from audit where node = '${node}' and seq >= ${seq}`], isIt]
          case 'behind': {
            const columns = 'at, action, connection, actor_kind, actor_id, actor_name, text, prev, hash'
            const behind = count + 1 + random(5)
            return [
              kind,
              [
                `insert into audit (node, seq, ${columns}) select node, ${behind}, ${columns} from audit where ${of(seq)}`,
              ],
              (found) => found === behind,
            ]
          }
          case 'head': {
            const cut = [`delete from audit where node = '${node}' and seq > ${seq - 1}`]
            const head = canonical({ seq: seq - 1, hash: record.prev, from: 0, fromHash: chainStart, breaks: [] })
            return [
              kind,
              pick([
                [`delete from audit_head where node = '${node}'`, ...cut],
                [`update audit_head set head = ${text(head)} where node = '${node}'`, ...cut],
                [`delete from audit_head where node = '${node}'`, `delete from audit where node = '${node}'`],
              ]),
              (found, problem) => found === 0 && problem.includes('head'),
            ]
          }
          default: {
            // Everything from here on computed anew, as who knows this file would do it.
            let { prev } = record
            const sql = records
              .filter((each) => each.node === node && each.seq >= seq)
              .map((each) => {
                const forged = each.text.replace('192.0.2.7', '198.51.100.9')
                const hash = hashOf(prev, forged)
                const update = `update audit set text = ${text(forged)}, prev = '${prev}', hash = '${hash}' where ${of(each.seq)}`
                prev = hash
                return update
              })
            return [kind, sql, (found, problem) => found === count && problem.includes('head')]
          }
        }
      }

      it('is put back as a whole, head and all: only a checkpoint kept elsewhere tells', async () => {
        await fill(5, 50)
        const { checkpoint } = await store.audit.verify()
        await restore()
        expect((await store.audit.verify()).faults).toEqual([])
        expect((await store.audit.verify(checkpoint)).faults).toEqual([
          { node: 'node-a', seq: count + 5, problem: 'is not the one of the checkpoint' },
        ])
        const gone = [{ node: 'node-z', seq: 3, hash: chainStart }]
        expect((await store.audit.verify(gone)).faults).toMatchObject([{ node: 'node-z', seq: 3 }])
      })

      it('without its head is gone on with, and that is told for good', async () => {
        await bench.raw(`delete from audit_head where node = 'node-a'`)
        await fill(3, 50)
        expect(await store.audit.verify()).toMatchObject({
          entries: 2 * count + 3,
          faults: [{ node: 'node-a', seq: count + 1, problem: expect.stringContaining('head') as string }],
        })
      })

      it('is still listed, without what nobody can read', async () => {
        await bench.raw(`update audit set text = '{' where node = 'node-a' and seq = 3`)
        expect(await all()).toHaveLength(2 * count - 1)
        expect(columnsOf(records[0]!.text)).toMatchObject({ node: 'node-a', seq: 1 })
      })
    })
  })
}
