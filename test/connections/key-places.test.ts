/** From where API keys are used: what is new is told once, over restarts too. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createAudit, readerFor, type Audit } from '../../src/connections/audit.ts'
import { createKeyPlaces } from '../../src/connections/key-places.ts'
import { EvergrantError } from '../../src/errors.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'

const log = { debug() {}, info() {}, warn() {}, error() {} }

let home: string
let store: Store
let audit: Audit
let told: { name: string; fields: Record<string, unknown> }[]
let asked: number
let away: boolean

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'evergrant-places-'))
  const keys = new KeyRing([Buffer.alloc(32, 7)])
  store = await openSqliteStore({ file: join(home, 'store.db'), keys, clock: systemClock, holder: 'a/1' })
  told = []
  asked = 0
  away = false
  await start()
})
afterEach(async () => {
  await audit.close()
  await store.close()
  rmSync(home, { recursive: true })
})

async function start(): Promise<void> {
  const keyPlaces = createKeyPlaces({
    store: {
      add: (...given) => {
        asked++
        return away ? Promise.reject(new EvergrantError('store_unavailable')) : store.keyAddresses.add(...given)
      },
    },
    emit: (name, fields) => {
      told.push({ name, fields })
      audit.happened(name, fields)
    },
    clock: systemClock,
    log,
  })
  audit = await createAudit({
    store: store.audit,
    keyReads: store.keyReads,
    keyPlaces,
    home,
    clock: systemClock,
    log,
    keptMs: 1e13,
  })
}

const reader = readerFor({ kind: 'key', id: 'k1', name: 'nightly' })

/** What is told when the key was used from there. */
async function usedFrom(...addresses: string[]) {
  for (const address of addresses) audit.handed(reader, 'books', 1, address, systemClock.now())
  await audit.settle()
  return told.splice(0)
}

it('a key that is used for the first time, and from a new address, is told once and stands in the audit', async () => {
  const first = { key: 'nightly', id: 'k1', addresses: ['192.0.2.1'], count: 1, known: 0 }
  const second = { ...first, addresses: ['198.51.100.7'], known: 1 }
  expect(await usedFrom('192.0.2.1')).toEqual([{ name: 'key.first_used', fields: first }])
  expect(await usedFrom('192.0.2.1', '::ffff:192.0.2.1')).toEqual([])
  expect(await usedFrom('::ffff:198.51.100.7')).toEqual([{ name: 'key.new_address', fields: second }])
  // Another start knows nothing by itself.
  await audit.close()
  await start()
  expect(await usedFrom('192.0.2.1', '198.51.100.7')).toEqual([])
  const entries = await audit.list({ order: 'oldest', limit: 100 })
  const about = entries.filter(({ action }) => action.startsWith('key.'))
  expect(about.map(({ action, actor, facts }) => [action, actor.kind, facts])).toEqual([
    ['key.first_used', 'server', first],
    ['key.new_address', 'server', second],
  ])
  expect(await audit.verify()).toMatchObject({ faultCount: 0 })
})

it('is heard of whatever the key did, and of keys alone', async () => {
  const actor = { kind: 'key', id: 'k2', name: 'robot' } as const
  const common = { action: 'changeConnection', connection: undefined, address: '192.0.2.9' }
  audit.counted({ ...common, actor: { kind: 'unknown' }, outcome: 'unauthenticated' })
  audit.counted({ ...common, actor: { kind: 'session', id: 's' }, outcome: 'ok' })
  await audit.settle()
  expect(told).toEqual([])
  audit.counted({ ...common, actor, outcome: 'forbidden' })
  await audit.settle()
  expect(told.splice(0)).toMatchObject([{ name: 'key.first_used', fields: { key: 'robot' } }])
  const entry = { at: 1, count: 1, actor, action: 'createKey', outcome: 'ok', facts: {}, address: '192.0.2.10' }
  audit.add(entry)
  await audit.settle()
  expect(told).toMatchObject([{ name: 'key.new_address', fields: { addresses: ['192.0.2.10'] } }])
})

it('of IPv6 the network counts, and not the host in it', async () => {
  expect(await usedFrom('2001:db8:0:1::5')).toHaveLength(1)
  expect(await usedFrom('2001:db8:0:1:aaaa:bbbb:cccc:dddd', '2001:db8:0:1:ffff::1%eth0')).toEqual([])
  expect(await usedFrom('2001:db8::1')).toMatchObject([{ name: 'key.new_address' }])
  expect(await usedFrom('2001:db8::2', '2001:db8:0:0:1:2:3:4', '::1')).toMatchObject([
    { fields: { count: 1, known: 2 } },
  ])
})

it('a thousand new addresses in one minute are one event', async () => {
  await usedFrom('192.0.2.1')
  const many = Array.from({ length: 1_200 }, (_, at) => `10.0.${at >> 8}.${at & 255}`)
  const [event, ...more] = await usedFrom(...many)
  expect(more).toEqual([])
  expect(event).toMatchObject({ name: 'key.new_address', fields: { count: 1_000, known: 1 } })
  expect(event?.fields['addresses']).toEqual(many.slice(0, 10))
})

it('a place that is known asks the store nothing; while the store is away it waits', async () => {
  away = true
  expect(await usedFrom('192.0.2.1')).toEqual([])
  away = false
  expect(await usedFrom('192.0.2.1')).toMatchObject([{ name: 'key.first_used' }])
  const before = asked
  for (let round = 0; round < 3; round++) await usedFrom('192.0.2.1')
  expect(asked).toBe(before)
})
