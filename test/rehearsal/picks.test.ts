/** Every list to pick from of the catalogue, fetched from the rehearsal and chosen from. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isTyped, valuesUsed } from '../../src/provider/values.ts'
import { loadServices } from '../../src/rehearsal/index.ts'
import { rehearsalStage, walk, type RehearsalStage } from '../harness/rehearse.ts'

const services = await loadServices()
const lists = services.flatMap(({ provider }) =>
  Object.entries(provider.values ?? {}).flatMap(([value, facts]) => {
    if (facts.pick === undefined || !isTyped(facts)) return []
    const way = Object.keys(provider.ways).find((one) => valuesUsed(provider, one).has(value))
    return way === undefined ? [] : [{ provider, way, value }]
  }),
)

let stage: RehearsalStage
beforeAll(async () => {
  stage = await rehearsalStage(services)
})
afterAll(() => stage.close())

describe('a list to pick from', () => {
  it.each(lists.map((one) => [`${one.provider.name}: ${one.value}`, one] as const))('%s', async (_, list) => {
    const { provider, way, value } = list
    const { name } = await walk(provider, way, stage, { without: ['test', 'renew', 'lose', 'refuse', 'revoke'] })
    const { connections } = stage
    const { choices } = await connections.choices(name, value)
    expect(choices).toEqual([{ value: expect.stringMatching(/./), label: expect.stringMatching(/./) }])
    const [first] = choices
    await connections.change(name, { inputs: { [value]: first!.value } }, { kind: 'local' })
    expect(await connections.choices(name, value)).toMatchObject({ current: first!.value })
    await connections.read(name)
  })
})
