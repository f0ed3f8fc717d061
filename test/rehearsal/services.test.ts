import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDefinition } from '../../src/provider/schema.ts'
import { load } from '../../src/providers/index.ts'
import { rehearsed, startRehearsal, type Rehearsal, type RehearsedService } from '../../src/rehearsal/index.ts'
import type { Example } from '../../src/provider/example.ts'

const services: RehearsedService[] = []
for (const [id, definition] of Object.entries(load)) {
  const { examples } = (await import(`../../src/providers/${id}.examples.ts`)) as { examples: Example[] }
  services.push({ provider: (await definition()).default, examples })
}

let rehearsal: Rehearsal

beforeAll(async () => {
  rehearsal = await startRehearsal({ services })
})
afterAll(() => rehearsal.close())

describe.each(services.map((one) => [one.provider.id, one] as const))('%s at the rehearsal', (_, { provider }) => {
  it('is a sound definition', () => {
    const parsed = parseDefinition(rehearsed(provider, rehearsal.origin), { allowHttp: true })
    expect(parsed.ok ? [] : parsed.faults).toEqual([])
  })
})
