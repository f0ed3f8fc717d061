import { describe, expect, it } from 'vitest'
import { createMemory } from '../../src/connections/memory.ts'
import { secret } from '../../src/secret.ts'

function entry(name: string, generation = 1) {
  const served = {
    connection: name,
    accessToken: secret('a'),
    tokenType: 'Bearer',
    generation,
    warnings: [],
    shown: {},
  }
  return {
    connectionId: `id-${name}`,
    served,
    obtainedAt: 0,
    endsAt: undefined,
    mandatoryAt: Infinity,
    advisoryAt: Infinity,
  }
}

describe('memory', () => {
  it('holds no more than it may, and keeps what is used', () => {
    const memory = createMemory(3)
    for (const name of ['a', 'b', 'c']) memory.put(name, entry(name))
    memory.get('a')
    memory.put('d', entry('d'))
    expect(memory.size).toBeLessThanOrEqual(3)
    expect(memory.get('a')).toBeDefined()
    expect(memory.get('b')).toBeUndefined()
  })

  it('does not let a slow reader put an older generation over a newer one', () => {
    const memory = createMemory()
    memory.put('a', entry('a', 5))
    memory.put('a', entry('a', 4))
    expect(memory.get('a')?.served.generation).toBe(5)
  })

  it('forgets a connection under its old name when it comes back under a new one', () => {
    const memory = createMemory()
    memory.put('a', entry('a'))
    memory.put('b', { ...entry('b', 2), connectionId: 'id-a' })
    expect(memory.get('a')).toBeUndefined()
    memory.drop('id-a')
    expect(memory.get('b')).toBeUndefined()
  })
})
