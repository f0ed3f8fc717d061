import { describe, expect, it } from 'vitest'
import { createMemory } from '../../src/connections/memory.ts'
import { secret } from '../../src/secret.ts'

function entry(name: string, generation = 1) {
  const served = { accessToken: secret('a'), tokenType: 'Bearer', warnings: [], shown: {} }
  return {
    connectionId: `id-${name}`,
    name,
    generation,
    served: { connection: name, generation, ...served },
    pieces: [],
    slot: undefined,
    used: false,
    obtainedAt: 0,
    endsAt: undefined,
    mandatoryAt: Infinity,
    advisoryAt: Infinity,
  }
}

describe('memory', () => {
  it('holds no more than it may, and keeps what is used', () => {
    const memory = createMemory(3)
    for (const name of ['a', 'b', 'c']) memory.put(entry(name))
    memory.get('a')
    memory.put(entry('d'))
    expect(memory.size).toBeLessThanOrEqual(3)
    expect(memory.get('a')).toBeDefined()
    expect(memory.get('b')).toBeUndefined()
  })

  it('does not let a slow reader put an older generation over a newer one', () => {
    const memory = createMemory()
    memory.put(entry('a', 5))
    memory.put(entry('a', 4))
    expect(memory.get('a')?.generation).toBe(5)
  })

  it('forgets a connection under its old name when it comes back under a new one', () => {
    const memory = createMemory()
    memory.put(entry('a'))
    memory.put({ ...entry('b', 2), connectionId: 'id-a' })
    expect(memory.get('a')).toBeUndefined()
    memory.drop('id-a')
    expect(memory.get('b')).toBeUndefined()
  })
})
