/** Reads a JSON or YAML file a person named. JSON is YAML too, so the ending does not matter. */
import { EvergrantError } from '../errors.ts'
import type { Call } from './command.ts'
import { readGiven } from './spoken-secrets.ts'

export async function readStructured(call: Call, path: string, label: string, secret = false): Promise<unknown> {
  return parseStructured(await readGiven(call, path, label, secret), path, label)
}

/** The same of a text that came from there. */
export async function parseStructured(text: string, path: string, label: string): Promise<unknown> {
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: false })
  if (document.errors.length === 0) return valueOf(document, label, path)
  // The parser's own words may quote the text, which may hold a secret.
  const faults = document.errors.slice(0, 20).map((fault) => ({
    path: `line ${text.slice(0, fault.pos[0]).split('\n').length}`,
    problem: fault.code.toLowerCase().replaceAll('_', ' '),
  }))
  const [first] = faults
  throw new EvergrantError('invalid_value', {
    detail: `${label}: ${path} is neither JSON nor YAML: ${first?.problem} in ${first?.path}`,
    remedy: 'correct the file',
    ...(faults.length > 1 && { faults }),
  })
}

/** Aliases can be nested into more text than memory holds. */
function valueOf(
  document: { toJS(options: { maxAliasCount: number }): unknown },
  label: string,
  path: string,
): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (cause) {
    throw new EvergrantError('invalid_value', {
      detail: `${label}: ${path} cannot be read: its aliases unfold into too much, or name nothing`,
      remedy: 'write the parts out',
      cause,
    })
  }
}

/** The same for files that must hold an object. */
export async function readObject(
  call: Call,
  path: string,
  label: string,
  secret = false,
): Promise<Record<string, unknown>> {
  const value = await readStructured(call, path, label, secret)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw new EvergrantError('invalid_value', { detail: `${label}: ${path} holds no object`, remedy: 'correct the file' })
}

/** As people edit it: long texts stay on their line, nothing is shortened to an alias. */
export async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml')
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}
