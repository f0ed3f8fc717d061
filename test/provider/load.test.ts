import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { createCatalogue } from '../../src/provider/load.ts'
import { summarize } from '../../src/provider/summary.ts'
import { sample } from './sample.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evergrant-'))
})
afterEach(() => rm(directory, { recursive: true }))

function write(name: string, text: string) {
  return writeFile(join(directory, name), text)
}

function holding(rows: { id: string; body: unknown }[]) {
  return {
    list: async () => rows,
    get: async (id: string) => rows.find((row) => row.id === id)?.body,
    put: async (id: string, body: unknown) => {
      rows.splice(0, rows.length, ...rows.filter((row) => row.id !== id), { id, body })
    },
    remove: async (id: string) => {
      rows.splice(0, rows.length, ...rows.filter((row) => row.id !== id))
    },
  }
}

describe('the catalogue', () => {
  it('lists the built-in services by name and custom at the end', async () => {
    const names = (await createCatalogue().list()).map((summary) => summary.name)
    const services = names.slice(0, -1)
    expect(services).toEqual(expect.arrayContaining(['Facebook', 'NetSuite']))
    expect(services).toEqual(services.toSorted((one, other) => one.localeCompare(other)))
    expect(names.at(-1)).toBe('Custom')
  })
  it('loads one when it is asked for', async () => {
    const provider = await createCatalogue().get('netsuite')
    expect(Object.keys(provider!.ways)).toEqual(['machine', 'machine_connect', 'user', 'user_public'])
    expect(await createCatalogue().get('constructor')).toBeUndefined()
  })
  it('takes definitions of the user from JSON and YAML files and from the store', async () => {
    await write('sample.yaml', stringify(sample()))
    await write('other.json', JSON.stringify({ ...sample(), id: 'other', name: 'Other' }))
    await write('notes.txt', 'left alone')
    const stored = [{ id: 'third', body: { ...sample(), id: 'third', name: 'Third' } }]
    const catalogue = createCatalogue({
      directory,
      stored: holding(stored),
    })
    const own = (await catalogue.list()).filter((summary) => summary.own)
    expect(own.map((summary) => summary.id)).toEqual(['other', 'sample', 'third'])
    expect(await catalogue.get('sample')).toEqual(sample())
    expect((await catalogue.get('third'))?.name).toBe('Third')
    expect(await catalogue.faults()).toEqual([])
  })
  it('names each fault with its file, and goes on with the rest', async () => {
    await write('sample.yaml', stringify({ ...sample(), category: 7, tride: 'never' }))
    await write('broken.json', '{ "id": ')
    await write('renamed.yaml', stringify(sample()))
    await write('netsuite.yaml', stringify({ ...sample(), id: 'netsuite' }))
    const catalogue = createCatalogue({ directory })
    const faults = (await catalogue.faults()).map(({ path, problem }) => `${path} ${problem}`)
    expect(faults).toEqual([
      expect.stringMatching(/^broken.json: {2}cannot be read: /),
      'netsuite.yaml: id netsuite is the id of a service of the catalogue',
      'renamed.yaml: id differs from the file name',
      'sample.yaml: category is no text',
      'sample.yaml: tride unknown word tride',
    ])
    expect((await catalogue.get('netsuite'))?.name).toBe('NetSuite')
    await expect(catalogue.get('sample')).rejects.toThrow(
      'sample.yaml (sample): category is no text; tride unknown word tride',
    )
    expect((await catalogue.list()).some((summary) => summary.own)).toBe(false)
  })
  it('has further services at its end, and the user’s own before one of the same id', async () => {
    await write('sample.yaml', stringify(sample()))
    const further = [
      { ...sample(), id: 'sample', name: 'Another sample' },
      { ...sample(), id: 'played', name: 'Played' },
    ]
    const catalogue = createCatalogue({
      directory,
      further: { list: () => further.map(summarize), get: async (id) => further.find((one) => one.id === id) },
    })
    const ids = (await catalogue.list()).map(({ id }) => id)
    expect(ids.slice(-2)).toEqual(['custom', 'played'])
    expect(ids.filter((id) => id === 'sample')).toHaveLength(1)
    expect((await catalogue.get('sample'))?.name).toBe(sample().name)
    expect((await catalogue.get('played'))?.name).toBe('Played')
    expect(await catalogue.written('played')).toMatchObject({ from: 'product', faults: [] })
    // Its hosts are not the product's: a connection is asked again when they change.
    expect(catalogue.isBuiltIn('played')).toBe(false)
    await expect(catalogue.remove('played')).rejects.toThrow('comes with the product')
    expect(await catalogue.faults()).toEqual([])
  })
  it('says how a rehearsed service comes back', async () => {
    await expect(createCatalogue().get('rehearsal-netsuite')).rejects.toMatchObject({
      code: 'unknown_provider',
      facts: { remedy: 'start the server with --rehearse' },
    })
    expect(await createCatalogue().get('rehearsals')).toBeUndefined()
  })
  it('survives YAML that explodes', async () => {
    const level = (n: number) =>
      `l${n}: &l${n} [${Array(9)
        .fill(n === 0 ? 'x' : `*l${n - 1}`)
        .join(', ')}]`
    await write('bomb.yaml', Array.from({ length: 9 }, (_, n) => level(n)).join('\n'))
    expect((await createCatalogue({ directory }).faults())[0]?.problem).toMatch(/cannot be read: Excessive alias count/)
  })
  it('says that a directory is not there', async () => {
    const faults = await createCatalogue({ directory: join(directory, 'none') }).faults()
    expect(faults[0]?.remedy).toBe('check EVERGRANT_PROVIDERS_DIR')
  })
})
