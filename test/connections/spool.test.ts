import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSpool, type Spool, type SpoolEntry } from '../../src/connections/spool.ts'
import { EvergrantError } from '../../src/errors.ts'
import { secret } from '../../src/secret.ts'
import { place, SealBroken, SealKey } from '../../src/store/seal.ts'

const key = new SealKey(Buffer.alloc(32, 3))
let directory: string
let removed: Set<string>
let opened: Spool[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evergrant-spool-'))
  removed = new Set()
  opened = []
})

afterEach(async () => {
  for (const spool of opened) await spool.close()
  rmSync(directory, { recursive: true })
})

/** A process that dies does not close: another spool on the same file is what comes after it. */
async function start(): Promise<Spool> {
  const spool = await openSpool({
    directory,
    seal: async (id, purpose, text) => (removed.has(id) ? undefined : key.seal(text, place('spool', id, purpose))),
    open: async (id, purpose, blob) => {
      if (removed.has(id)) return undefined
      try {
        return key.open(blob, place('spool', id, purpose)).toString()
      } catch (cause) {
        if (cause instanceof SealBroken) throw new EvergrantError('integrity_error', { cause })
        throw cause
      }
    },
  })
  opened.push(spool)
  return spool
}

const path = () => join(directory, 'spool')

const entry = (connectionId: string, generation = 1, size = 20): SpoolEntry => ({
  connectionId,
  holder: 'node/start',
  generation,
  fence: 1,
  tokens: {
    accessToken: secret('CANARY'.padEnd(size, 'x')),
    refreshToken: secret(`refresh of ${connectionId}`),
    tokenType: 'Bearer',
    obtainedAt: 1,
    expiresAt: 2,
    values: {},
    warnings: [],
  },
})

const names = async (spool: Spool) => (await spool.pending()).map((one) => `${one.connectionId} ${one.generation}`)

describe('the spool', () => {
  test('gives back after a crash what was received and not stored', async () => {
    const spool = await start()
    await Promise.all([spool.append(entry('one')), spool.append(entry('two'))])
    await spool.append(entry('one', 2))
    spool.settle(entry('one', 1))
    spool.settle(entry('two'))
    await spool.append(entry('three'))
    const found = await (await start()).pending()
    const last = found.at(-1)
    expect(found.map((one) => one.connectionId)).toContain('three')
    expect(last).toMatchObject({ connectionId: 'three', holder: 'node/start', generation: 1, fence: 1 })
    expect(last?.tokens.refreshToken?.open()).toBe('refresh of three')
    expect(await names(spool)).toEqual(['one 2', 'three 1'])
  })

  test('shows nothing to others: the file is private and what is in it sealed', async () => {
    await (await start()).append(entry('one'))
    expect(statSync(path()).mode & 0o777).toBe(0o600)
    expect(readFileSync(path()).includes('CANARY')).toBe(false)
  })

  test('has its room on the disk before it is needed', async () => {
    await start()
    const { size, blocks } = statSync(path())
    expect(size).toBe(1024 * 1024)
    expect(blocks * 512).toBeGreaterThanOrEqual(size)
  })

  test('starts over in the same room when everything is stored', async () => {
    const spool = await start()
    for (let generation = 1; generation <= 300; generation += 1) {
      await spool.append(entry('one', generation, 8000))
      spool.settle(entry('one', generation))
    }
    await spool.append(entry('two'))
    expect(statSync(path()).size).toBe(1024 * 1024)
    expect(await names(await start())).toEqual(['two 1'])
  })

  test('keeps what is not stored while it makes room', async () => {
    const spool = await start()
    await spool.append(entry('kept'))
    for (let generation = 1; generation <= 200; generation += 1) {
      await spool.append(entry('one', generation, 8000))
      spool.settle(entry('one', generation))
    }
    expect(statSync(path()).size).toBe(1024 * 1024)
    expect(await names(spool)).toEqual(['kept 1'])
    expect(await names(await start())).toContain('kept 1')
  })

  test('grows while the store is away for long, and loses nothing', async () => {
    const spool = await start()
    const all = Array.from({ length: 200 }, (_, at) => entry(`c${at}`, 1, 8000))
    await Promise.all(all.map((one) => spool.append(one)))
    expect(statSync(path()).size).toBeGreaterThan(1024 * 1024)
    expect(await (await start()).pending()).toHaveLength(200)
  })

  test('cut at any byte gives the entries before the cut', async () => {
    const spool = await start()
    for (const id of ['one', 'two', 'three']) await spool.append(entry(id))
    const whole = readFileSync(path())
    const end = whole.findLastIndex((byte) => byte !== 0) + 1
    for (let at = 0; at <= end; at += 7) {
      writeFileSync(path(), whole)
      truncateSync(path(), at)
      const found = await names(await start())
      expect(found).toEqual(['one 1', 'two 1', 'three 1'].slice(0, found.length))
    }
  })

  test('does not read past a damaged entry', async () => {
    const spool = await start()
    await spool.append(entry('one'))
    const first = readFileSync(path()).findLastIndex((byte) => byte !== 0)
    await spool.append(entry('two'))
    const bytes = readFileSync(path())
    bytes.writeUInt8(bytes.readUInt8(first + 60) ^ 1, first + 60)
    writeFileSync(path(), bytes)
    expect(await names(await start())).toEqual(['one 1'])
  })

  test('forgets answers of a connection that was removed', async () => {
    const spool = await start()
    await spool.append(entry('one'))
    await spool.append(entry('two'))
    removed.add('one')
    expect(await names(spool)).toEqual(['two 1'])
    await spool.append(entry('one', 2))
    expect(await names(spool)).toEqual(['two 1'])
  })

  test('can be used again after a restart', async () => {
    await (await start()).append(entry('one'))
    const second = await start()
    await second.append(entry('two'))
    const third = await start()
    expect(await names(third)).toEqual(['one 1', 'two 1'])
    third.settle(entry('one'))
    third.settle(entry('two'))
    await third.append(entry('three'))
    expect(await names(await start())).toEqual(['three 1'])
  })

  test('says when an answer could not be kept', async () => {
    const spool = await start()
    await spool.close()
    opened.pop()
    await expect(spool.append(entry('one'))).rejects.toMatchObject({ code: 'store_unavailable' })
  })
})
