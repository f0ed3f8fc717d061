/** Reads a JSON or YAML file a person named. JSON is YAML too, so the ending does not matter. */
import { EvergrantError } from '../errors.ts'
import type { Call } from './command.ts'
import { readGiven } from './spoken-secrets.ts'

export async function readStructured(call: Call, path: string, label: string, secret = false): Promise<unknown> {
  const text = await readGiven(call, path, label, secret)
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { prettyErrors: false })
  const fault = document.errors[0]
  if (fault === undefined) return document.toJS({ maxAliasCount: 100 }) as unknown
  const line = text.slice(0, fault.pos[0]).split('\n').length
  throw new EvergrantError('invalid_value', {
    // The parser's own words may quote the text, which may hold a secret.
    detail: `${label}: ${path} is neither JSON nor YAML: ${fault.code.toLowerCase().replaceAll('_', ' ')} in line ${line}`,
    remedy: 'correct the file',
  })
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
