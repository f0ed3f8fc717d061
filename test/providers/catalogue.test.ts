import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { definitionFiles, providersIndex } from '../../scripts/providers-index.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { load } from '../../src/providers/index.ts'

const ids = await definitionFiles()
const providers = await Promise.all(
  ids.map(async (id): Promise<[string, Provider]> => [id, (await load[id]!()).default]),
)

/** Every text under a key, anywhere in a definition. */
function all(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, item]) => [...(name === key ? [item] : []), ...all(item, key)])
}

it('the index is what the folder holds', async () => {
  const written = await readFile(new URL('../../src/providers/index.ts', import.meta.url), 'utf8')
  expect(written, 'run `node scripts/providers-index.ts`').toBe(await providersIndex())
})

describe.each(providers)('%s', (id, provider) => {
  it('is named like its file', () => {
    expect(provider.id).toBe(id)
  })

  it('is a sound definition', () => {
    const parsed = parseDefinition(provider)
    expect(parsed.ok ? [] : parsed.faults).toEqual([])
  })

  it('calls https alone', () => {
    const addresses = all(provider, 'url').map(String)
    expect(addresses.filter((address) => !address.startsWith('https://'))).toEqual([])
  })

  it('stands on sources that are all used and dated', () => {
    const used = new Set(all(provider, 'see').flat())
    expect(Object.keys(provider.sources).filter((name) => !used.has(name))).toEqual([])
    expect(Object.values(provider.sources).every((source) => source.checked <= provider.checked)).toBe(true)
  })

  it('says of every block which source it stands on', () => {
    expect(all(provider, 'see').filter((see) => (see as string[]).length === 0)).toEqual([])
  })

  it('says how to register a client, and that the redirect URI must be exact', () => {
    expect(provider.console?.steps.length).toBeGreaterThan(2)
    expect(provider.console?.steps.join(' ')).toMatch(/redirect URI exactly|none registered/)
  })

  it('explains each leaving of the RFC, each error and each scope', () => {
    expect(provider.errors?.every((rule) => rule.cause.endsWith('.') && rule.remedy.endsWith('.'))).toBe(true)
    const known = Object.keys(provider.scopes?.known ?? {})
    expect((provider.scopes?.preset ?? []).filter((scope) => !known.includes(scope))).toEqual([])
  })

  it('lists no credential among what jobs are shown', () => {
    const shown = Object.entries(provider.values ?? {}).filter(([, value]) => value.shown && value.secret)
    expect(shown).toEqual([])
  })
})
