import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import type { Fault } from '../errors.ts'
import type { Provider } from './provider.ts'
import { parseDefinition } from './schema.ts'
import type { SoundnessOptions } from './soundness.ts'

/** A definition's file: what it holds, or what is wrong with it. The file name is the id. */
export type DefinitionFile = { id: string; from: string; body: unknown; provider?: Provider; faults: Fault[] }

const extensions = ['.json', '.yaml', '.yml']
/** Bytes. The largest built-in definition is a twentieth of it. */
const largest = 262_144

/** Reads every JSON and YAML file of a directory, unreadable ones included: their faults are the answer. */
export async function readDirectory(directory: string, options: SoundnessOptions): Promise<DefinitionFile[]> {
  let names: string[]
  try {
    names = await readdir(directory)
  } catch (cause) {
    return [broken('', directory, problemOf(cause), 'check EVERGRANT_PROVIDERS_DIR')]
  }
  const files = names.filter(isDefinition).sort()
  return Promise.all(files.map((name) => readDefinition(join(directory, name), options)))
}

/** The files of an id, and a stamp that changes when one of them does. */
export async function filesOf(directory: string, id: string): Promise<{ files: string[]; stamp: string }> {
  const names = await readdir(directory).catch(() => [])
  const files = names.filter((name) => basename(name, extname(name)) === id && isDefinition(name)).sort()
  const stamps = files.map(async (name) => {
    // One that vanishes meanwhile is told as unreadable.
    const found = await stat(join(directory, name)).catch(() => undefined)
    return `${name}:${found?.mtimeMs}:${found?.size}:${found?.ino}`
  })
  return { files: files.map((name) => join(directory, name)), stamp: (await Promise.all(stamps)).join('|') }
}

function isDefinition(name: string): boolean {
  return extensions.includes(extname(name).toLowerCase())
}

/** The reader is loaded with the first file that needs it: a server without any keeps its memory. */
async function readYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml')
  // Aliases can be nested into more text than memory holds.
  return parse(text, { maxAliasCount: 50 })
}

/** Reads one definition file; JSON by its extension, YAML otherwise. */
export async function readDefinition(file: string, options: SoundnessOptions = {}): Promise<DefinitionFile> {
  const from = basename(file)
  const id = basename(file, extname(file))
  let input: unknown
  try {
    const { size } = await stat(file)
    if (size > largest) return broken(id, from, `the file has more than ${largest} bytes`, 'make it smaller')
    const text = await readFile(file, 'utf8')
    input = extname(file).toLowerCase() === '.json' ? JSON.parse(text) : await readYaml(text)
  } catch (cause) {
    return broken(id, from, problemOf(cause), 'correct the file')
  }
  const parsed = parseDefinition(input, options)
  if (!parsed.ok) return { id, from, body: input, faults: parsed.faults }
  if (parsed.provider.id === id) return { id, from, body: input, provider: parsed.provider, faults: [] }
  const renamed = `rename the file to ${parsed.provider.id}${extname(file)}, or write id: ${id}`
  return { id, from, body: input, faults: [{ path: 'id', problem: 'differs from the file name', remedy: renamed }] }
}

function broken(id: string, from: string, problem: string, remedy: string): DefinitionFile {
  return { id, from, body: undefined, faults: [{ path: '', problem, remedy }] }
}

/** The first line says where and what; the rest repeats the file. */
function problemOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return `cannot be read: ${message.split('\n')[0]?.slice(0, 200)}`
}
