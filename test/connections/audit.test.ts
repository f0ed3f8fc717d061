import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createAudit, readerFor, type Audit } from '../../src/connections/audit.ts'
import { createKeyPlaces } from '../../src/connections/key-places.ts'
import { systemClock } from '../../src/clock.ts'
import { EvergrantError } from '../../src/errors.ts'
import { KeyRing } from '../../src/store/seal.ts'
import { openSqliteStore } from '../../src/store/sqlite.ts'
import type { AuditEntry, AuditStore, Store } from '../../src/store/store.ts'

let home: string
let store: Store
let away: boolean
let appends: number
const open: Audit[] = []
const warned: string[] = []
const log = { debug() {}, info() {}, warn: (_: unknown, text: string) => void warned.push(text), error() {} }

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'evergrant-audit-'))
  const keys = new KeyRing([Buffer.alloc(32, 7)])
  store = await openSqliteStore({ file: join(home, 'store.db'), keys, clock: systemClock, holder: 'a/1' })
  away = false
  appends = 0
  warned.length = 0
})
afterEach(async () => {
  away = false
  for (const audit of open.splice(0)) await audit.close()
  await store.close()
  rmSync(home, { recursive: true })
})

async function start(into: AuditStore = reachable()): Promise<Audit> {
  const audit = await createAudit({
    store: into,
    keyReads: store.keyReads,
    keyPlaces: createKeyPlaces({ store: store.keyAddresses, emit: () => {}, clock: systemClock, log }),
    home,
    clock: systemClock,
    log,
    keptMs: 1e13,
  })
  open.push(audit)
  return audit
}

/** The real store, which can be taken away. */
function reachable(): AuditStore {
  return {
    ...store.audit,
    append: (entries, taken) => {
      appends++
      return away ? Promise.reject(new EvergrantError('store_unavailable')) : store.audit.append(entries, taken)
    },
  }
}

const reader = (id: string) => readerFor({ kind: 'key', id })
const entry = (action: string): AuditEntry => ({
  at: Date.now(),
  count: 1,
  actor: { kind: 'local' },
  action,
  outcome: 'ok',
  facts: {},
})
const all = async () => (await store.audit.list({ order: 'oldest', limit: 1000 })).toSorted((a, b) => a.seq - b.seq)
const filed = () => readFileSync(join(home, 'audit.open'), 'utf8').trim().split('\n')
const untilFiled = async (lines: number) => {
  while (!existsSync(join(home, 'audit.open')) || filed().length < lines)
    await new Promise((resolve) => setTimeout(resolve, 5))
}
const sums = async () => (await all()).map(({ action, count, address }) => [action, count, address ?? ''])

describe('what is counted', () => {
  it('becomes one entry for each reader, connection and place, with the first and the last moment', async () => {
    const audit = await start()
    const [job, other] = [reader('job'), reader('other')]
    for (let i = 0; i < 6; i++) audit.handed(job, 'books', 3, i % 2 ? '192.0.2.1' : '::ffff:192.0.2.2', 1000 + i)
    audit.handed(job, 'shop', 3, '192.0.2.1', 2000)
    audit.handed(other, 'books', 4, undefined, 3000)
    const found = await audit.list({ order: 'oldest', limit: 10 })
    expect(
      found.map((each) => [each.actor.id, each.connection, each.address, each.count, each.at, each.until]),
    ).toEqual([
      ['job', 'books', '192.0.2.2', 3, 1000, 1004],
      ['job', 'books', '192.0.2.1', 3, 1001, 1005],
      ['job', 'shop', '192.0.2.1', 1, 2000, undefined],
      ['other', 'books', undefined, 1, 3000, undefined],
    ])
    audit.handed(job, 'books', 5, '192.0.2.1', 4000)
    expect((await audit.list({ order: 'newest', limit: 1 }))[0]).toMatchObject({ count: 1, facts: { generation: 5 } })
  })

  it('is written nowhere while nothing is read: no timer, no write', async () => {
    const audit = await start()
    audit.handed(reader('job'), 'books', 3, undefined, 1)
    await audit.list({ order: 'oldest', limit: 1 })
    const [before, timers] = [appends, process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length]
    await new Promise((resolve) => setTimeout(resolve, 400))
    expect(appends).toBe(before)
    expect(process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length).toBeLessThanOrEqual(timers)
  })
})

describe('a process that is killed', () => {
  it('leaves in the file what the store does not have, and the next one takes it over once', async () => {
    const first = await start()
    const job = reader('job')
    for (let i = 0; i < 3; i++) first.handed(job, 'books', 3, '192.0.2.1', 1000 + i)
    await untilFiled(1)
    for (let i = 0; i < 4; i++) first.handed(job, 'books', 3, '192.0.2.1', 2000 + i)
    first.handed(job, 'shop', 3, '192.0.2.1', 2000)
    // Whatever one reader was handed in a moment stands in one line.
    await untilFiled(2)
    expect(statSync(join(home, 'audit.open')).mode & 0o777).toBe(0o600)
    // Nothing of it is in the store; a torn line is what a kill in the middle leaves.
    appendFileSync(join(home, 'audit.open'), '{"start":"x","li')
    const left = readFileSync(join(home, 'audit.open'))
    await start()
    expect(await sums()).toEqual([
      ['readToken', 7, '192.0.2.1'],
      ['readToken', 1, '192.0.2.1'],
    ])
    expect((await all())[0]).toMatchObject({ at: 1000, until: 2003, facts: { generation: 3, recovered: true } })
    // Killed again before the file was gone: what is remembered with the entries tells.
    writeFileSync(join(home, 'audit.open'), left)
    await start()
    expect(await sums()).toHaveLength(2)
    expect((await store.audit.verify()).faults).toEqual([])
  })

  it('does not tell again what was stored while others were still counted', async () => {
    const first = await start()
    first.handed(reader('job'), 'books', 3, undefined, 1000)
    first.add(entry('token.renewed'))
    await untilFiled(2)
    const left = readFileSync(join(home, 'audit.open'))
    while ((await all()).length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(await sums()).toEqual([['token.renewed', 1, '']])
    writeFileSync(join(home, 'audit.open'), left)
    await start()
    expect(await sums()).toEqual([
      ['token.renewed', 1, ''],
      ['readToken', 1, ''],
    ])
  })
})

describe('while the store is away', () => {
  it('refuses what must be stored first, keeps the rest in order, and loses none of it', async () => {
    const audit = await start()
    away = true
    await expect(audit.begin(entry('revealToken'))).rejects.toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining('the audit cannot be written, so nothing was done') as string,
    })
    audit.handed(reader('job'), 'books', 3, undefined, 1000)
    for (let i = 0; i < 450; i++) audit.add(entry(`event-${i}`))
    await audit.list({ order: 'oldest', limit: 1 })
    for (let i = 450; i < 500; i++) audit.add(entry(`event-${i}`))
    expect(await all()).toEqual([])
    away = false
    const found = await audit.list({ order: 'oldest', limit: 1000 })
    const actions = found.toSorted((a, b) => a.seq - b.seq).map(({ action }) => action)
    expect(actions.filter((action) => action !== 'readToken')).toEqual(
      Array.from({ length: 500 }, (_, i) => `event-${i}`),
    )
    expect(actions.filter((action) => action === 'readToken')).toHaveLength(1)
  })

  it('says how much it gave up, rather than to fill the memory', async () => {
    const audit = await start()
    away = true
    for (let i = 0; i < 50_010; i++) audit.add(entry('token.renewed'))
    away = false
    await audit.list({ order: 'oldest', limit: 1 })
    const [lost] = await store.audit.list({ order: 'oldest', limit: 5, action: 'audit.lost' })
    expect(lost).toMatchObject({ count: 10, outcome: 'store_unavailable' })
  }, 60_000)

  it('is closed with what it could not store in the file', async () => {
    const audit = await start()
    away = true
    audit.add(entry('token.renewed'))
    await audit.close()
    expect(warned).toEqual(['the audit is not written to the end; the rest follows at the next start'])
    away = false
    await start()
    expect(await sums()).toEqual([['token.renewed', 1, '']])
  })
})

describe('a request that is under way', () => {
  const note = () => ({ requestId: 'r', facts: {} as Record<string, unknown>, open: true })

  it('takes in what a person caused, and not what happens by itself meanwhile', async () => {
    const audit = await start()
    const asked = note()
    await audit.during(asked, async () => {
      audit.happened('connection.changed', { connection: 'books', changed: ['scopes'], actor: 'session' })
      audit.happened('token.renewed', { connection: 'books', generation: 2 })
    })
    expect(asked).toMatchObject({ connection: 'books', facts: { changed: ['scopes'] } })
    const [only, ...more] = await audit.list({ order: 'oldest', limit: 9 })
    expect([only?.action, only?.actor.kind, only?.requestId, more]).toEqual(['token.renewed', 'server', 'r', []])
  })

  it('that is over takes in nothing: it is told by itself', async () => {
    const audit = await start()
    const asked = note()
    let later = () => {}
    await audit.during(asked, async () => {
      later = () => audit.happened('token.revoked', { connection: 'books', actor: 'key robot' })
    })
    asked.open = false
    await audit.during(asked, async () => later())
    const [only] = await audit.list({ order: 'oldest', limit: 9 })
    expect([only?.action, only?.actor]).toEqual(['token.revoked', { kind: 'key', name: 'robot' }])
  })
})
