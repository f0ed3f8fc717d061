import { readFile, readdir, stat } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { parse as parseYaml } from 'yaml'
import type { Fault } from '../errors.ts'
import type { Provider } from './provider.ts'
import { parseDefinition } from './schema.ts'
import type { SoundnessOptions } from './soundness.ts'

/** A definition's file: what it holds, or what is wrong with it. The file name is the id. */
export type DefinitionFile = { id: string; from: string; provider?: Provider; faults: Fault[] }

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
  const files = names.filter((name) => extensions.includes(extname(name).toLowerCase())).sort()
  return Promise.all(files.map((name) => readDefinition(join(directory, name), options)))
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
    // Aliases can be nested into more text than memory holds.
    input = extname(file).toLowerCase() === '.json' ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 50 })
  } catch (cause) {
    return broken(id, from, problemOf(cause), 'correct the file')
  }
  const parsed = parseDefinition(input, options)
  if (!parsed.ok) return { id, from, faults: parsed.faults }
  if (parsed.provider.id === id) return { id, from, provider: parsed.provider, faults: [] }
  const renamed = `rename the file to ${parsed.provider.id}${extname(file)}, or write id: ${id}`
  return { id, from, faults: [{ path: 'id', problem: 'differs from the file name', remedy: renamed }] }
}

function broken(id: string, from: string, problem: string, remedy: string): DefinitionFile {
  return { id, from, faults: [{ path: '', problem, remedy }] }
}

/** The first line says where and what; the rest repeats the file. */
function problemOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return `cannot be read: ${message.split('\n')[0]?.slice(0, 200)}`
}
