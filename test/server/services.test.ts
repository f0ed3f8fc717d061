import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { provider as providerSchema, providerList } from '../../src/api/provider.ts'
import { startKit } from './kit.ts'

describe('the services', () => {
  it('are listed and each can be shown whole: what to ask, redirects, how to register', async () => {
    await using kit = await startKit()
    const list = await kit.local('GET', '/v1/providers')
    const { services } = providerList.parse(list.json)
    expect(services.map(({ id }) => id)).toContain('quickbooks-online')
    for (const { id, ways } of services.filter((one) => one.id !== 'custom')) {
      const answer = await kit.local('GET', `/v1/providers/${id}`)
      expect([id, answer.status]).toEqual([id, 200])
      const shown: z.infer<typeof providerSchema> = providerSchema.parse(answer.json)
      expect(shown.ways.map(({ name }) => name)).toEqual(ways.map(({ name }) => name))
      for (const way of shown.ways) expect([id, way.name, way.fields.length > 0]).toEqual([id, way.name, true])
    }
  })

  it('are found by a part of their name', async () => {
    await using kit = await startKit()
    const { json } = await kit.local('GET', '/v1/providers?search=QUICKb')
    expect((json['services'] as { id: string }[]).map(({ id }) => id)).toEqual(['quickbooks-online'])
  })

  it('that do not exist are a clear error', async () => {
    await using kit = await startKit()
    const answer = await kit.local('GET', '/v1/providers/nothing-such')
    expect([answer.status, answer.json['code']]).toEqual([404, 'unknown_provider'])
  })

  it('of our own making are checked, with every fault named', async () => {
    await using kit = await startKit()
    const answer = await kit.local('POST', '/v1/providers/check', { definition: { id: 'Not An Id', colour: 'red' } })
    expect(answer.json['ok']).toBe(false)
    expect((answer.json['faults'] as unknown[]).length).toBeGreaterThan(2)
    const known = await kit.local('GET', '/v1/providers/quickbooks-online')
    const checked = await kit.local('POST', '/v1/providers/check', { definition: known.json['definition'] })
    expect(checked.json).toEqual({ ok: true, faults: [], id: 'quickbooks-online' })
  })
})
