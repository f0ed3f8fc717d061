import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { examplesIndex, providersIndex } from '../../scripts/providers-index.ts'
import type { Example } from '../../src/provider/example.ts'
import type { Provider } from '../../src/provider/provider.ts'
import { parseDefinition } from '../../src/provider/schema.ts'
import { waysBack } from '../../src/provider/ways-back.ts'
import { load } from '../../src/providers/index.ts'
import { uncovered, type Shown } from './coverage.ts'

const providers = await Promise.all(
  Object.entries(load).map(async ([id, definition]): Promise<[string, Provider]> => [id, (await definition()).default]),
)

/** Every text under a key, anywhere in a definition. */
function all(node: unknown, key: string): unknown[] {
  if (typeof node !== 'object' || node === null) return []
  return Object.entries(node).flatMap(([name, item]) => [...(name === key ? [item] : []), ...all(item, key)])
}

async function examplesOf(provider: Provider): Promise<Shown[]> {
  const file = new URL(`../../src/providers/${provider.id}.examples.ts`, import.meta.url)
  // A service without the file is found below by what it does not show, and spoils no other.
  const { examples } = (await import(file.href).catch(() => ({ examples: [] }))) as { examples: Example[] }
  return examples.map((example) => ({ provider, example }))
}

const shown = (await Promise.all(providers.map(([, provider]) => examplesOf(provider)))).flat()

it('the index is what the folder holds', async () => {
  const written = await readFile(new URL('../../src/providers/index.ts', import.meta.url), 'utf8')
  expect(written, 'run `node scripts/providers-index.ts`').toBe(await providersIndex())
  const examples = await readFile(new URL('../../src/providers/examples.ts', import.meta.url), 'utf8')
  expect(examples, 'run `node scripts/providers-index.ts`').toBe(await examplesIndex())
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
    // One that begins with a value is an address by the shape of the value.
    expect(addresses.filter((address) => !/^(https:\/\/|\{\w+\})/.test(address))).toEqual([])
  })

  it('stands on sources that are all used and dated', () => {
    const used = new Set(all(provider, 'see').flat())
    expect(Object.keys(provider.sources).filter((name) => !used.has(name))).toEqual([])
    expect(Object.values(provider.sources).every((source) => source.checked <= provider.checked)).toBe(true)
  })

  it('says of every block which source it stands on', () => {
    expect(all(provider, 'see').filter((see) => (see as string[]).length === 0)).toEqual([])
  })

  it('has examples of each way: its page, its codes, its exchange, its renewal, and a refusal', () => {
    expect(uncovered(provider, shown)).toEqual([])
  })

  it('takes its examples from its sources', () => {
    const own = shown.filter((one) => one.provider === provider).map(({ example }) => new URL(example.address).host)
    const hosts = Object.values(provider.sources).map(({ url }) => new URL(url).host)
    expect(own.filter((host) => !hosts.includes(host))).toEqual([])
  })

  it('offered nothing that had ended on the day its pages were read', () => {
    const choices = Object.values(provider.values ?? {}).flatMap((value) => value.choices ?? [])
    expect(choices.filter(({ until = '9999' }) => until < provider.checked)).toEqual([])
  })

  it('writes whole sentences where people are warned', () => {
    const warnings = (provider.warnings ?? []).flatMap(({ says, remedy }) => [says, remedy])
    const sentences = [...warnings, ...(provider.traps ?? [])]
    expect(sentences.filter((text) => !/^\S.*[^\s.]\.$/.test(text))).toEqual([])
  })

  it('says how to register a client, and that the redirect URI must be exact', () => {
    expect(provider.console?.steps.length).toBeGreaterThan(2)
    expect(provider.console?.steps.join(' ')).toMatch(/redirect URI exactly|none registered/)
  })

  it('lets a person come back, whether this server is reached by https or on this machine', () => {
    const stuck = ['https://tokens.example.com', 'http://127.0.0.1:7117'].flatMap((publicUrl) =>
      Object.entries(provider.ways)
        .filter(([, way]) => way.authorize !== undefined)
        .filter(([name]) => !waysBack(provider, name, { publicUrl }).some(({ works }) => works))
        .map(([name]) => `${name} at ${publicUrl}`),
    )
    expect(stuck).toEqual([])
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
