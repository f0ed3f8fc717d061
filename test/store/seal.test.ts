import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { DataKeys } from '../../src/store/data-keys.ts'
import { KeyRing, place, SealBroken, SealKey } from '../../src/store/seal.ts'

const here = place('token_set', 'one', 'root', 3)

describe('a seal', () => {
  test('opens in its place and gives back what went in', () => {
    const key = new SealKey(randomBytes(32))
    const blob = key.seal('a token, and ünïcode', here)
    expect(key.open(blob, here).toString()).toBe('a token, and ünïcode')
    expect(Buffer.from(blob).includes('token')).toBe(false)
  })

  test('is another each time', () => {
    const key = new SealKey(randomBytes(32))
    expect(key.seal('same', here)).not.toEqual(key.seal('same', here))
  })

  test.each([
    ['table', place('client', 'one', 'root', 3)],
    ['row', place('token_set', 'two', 'root', 3)],
    ['column', place('token_set', 'one', 'served', 3)],
    ['generation', place('token_set', 'one', 'root', 2)],
    ['lack of a generation', place('token_set', 'one', 'root')],
  ])('does not open with another %s', (_, elsewhere) => {
    const key = new SealKey(randomBytes(32))
    const blob = key.seal('a token', here)
    expect(() => key.open(blob, elsewhere)).toThrow(SealBroken)
  })

  test('does not open when any byte was changed, or when it was cut', () => {
    const key = new SealKey(randomBytes(32))
    const blob = key.seal('token', here)
    for (let at = 0; at < blob.length; at += 1) {
      const damaged = Buffer.from(blob)
      damaged.writeUInt8(damaged.readUInt8(at) ^ 1, at)
      expect(() => key.open(damaged, here)).toThrow(SealBroken)
      expect(() => key.open(blob.subarray(0, at), here)).toThrow(SealBroken)
    }
  })
})

describe('a key ring', () => {
  test('seals with the first key and opens with every one', () => {
    const [old, current] = [randomBytes(32), randomBytes(32)]
    const before = new KeyRing([old])
    const during = new KeyRing([current, old])
    const blob = before.seal('kept', here)
    expect(during.open(blob, here).toString()).toBe('kept')
    expect(() => before.open(during.seal('new', here), here)).toThrow(SealBroken)
  })

  test('takes 32 bytes and nothing else', () => {
    expect(() => new KeyRing([randomBytes(16)])).toThrow('32 bytes')
    expect(() => new KeyRing([])).toThrow('needs a key')
  })
})

describe('data keys', () => {
  test('open only for the row they were made for', () => {
    const ring = new KeyRing([randomBytes(32)])
    const { wrapped, key } = new DataKeys(ring).make('connection', 'one')
    const keys = new DataKeys(ring)
    expect(keys.open('connection', 'one', wrapped).id).toBe(key.id)
    expect(() => keys.open('connection', 'two', wrapped)).toThrow(SealBroken)
    expect(() => keys.open('client', 'one', wrapped)).toThrow(SealBroken)
  })

  test('in memory are few, and the one not used for longest goes first', () => {
    const keys = new DataKeys(new KeyRing([randomBytes(32)]), 2)
    const one = keys.make('connection', 'one')
    keys.make('connection', 'two')
    keys.open('connection', 'one', one.wrapped)
    keys.make('connection', 'three')
    expect(['one', 'two', 'three'].map((id) => keys.known('connection', id) !== undefined)).toEqual([true, false, true])
    keys.forget('connection', 'one')
    expect(keys.known('connection', 'one')).toBeUndefined()
  })
})
