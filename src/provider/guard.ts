import type { Fault } from '../errors.ts'

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])
const limits = { depth: 16, places: 10_000, text: 16_384, key: 256 }

/**
 * A plain copy of foreign input that is safe to work on: only objects, arrays and scalars, no keys that reach into
 * JavaScript's own machinery, bounded in depth, number and length. What had to be left out is told as faults.
 */
export function guardInput(input: unknown): { copy: unknown; faults: Fault[] } {
  const faults: Fault[] = []
  let places = 0

  const copy = (value: unknown, path: readonly (string | number)[]): unknown => {
    places += 1
    if (places > limits.places) {
      if (places === limits.places + 1)
        faults.push({ path: '', problem: `more than ${limits.places} places`, remedy: 'make the definition smaller' })
      return undefined
    }
    if (typeof value === 'string') {
      if (value.length <= limits.text) return value
      faults.push({
        path: pathText(path),
        problem: `longer than ${limits.text} characters`,
        remedy: 'shorten it',
      })
      return undefined
    }
    if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return value
    if (path.length >= limits.depth) {
      faults.push({ path: pathText(path), problem: `deeper than ${limits.depth} levels`, remedy: 'make it flatter' })
      return undefined
    }
    if (Array.isArray(value)) return value.map((item, index) => copy(item, [...path, index]))
    if (typeof value !== 'object') {
      faults.push({ path: pathText(path), problem: `a ${typeof value} is no JSON`, remedy: 'write it as text' })
      return undefined
    }
    const result: Record<string, unknown> = {}
    for (const [key, item] of Object.entries(value)) {
      if (forbidden.has(key) || key.length > limits.key) {
        const shown = forbidden.has(key) ? `the key ${key} is not allowed` : 'a key is too long'
        faults.push({ path: pathText(path), problem: shown, remedy: 'use another name' })
        continue
      }
      const kept = copy(item, [...path, key])
      if (kept !== undefined) result[key] = kept
    }
    return result
  }
  return { copy: copy(input, []), faults }
}

/** `ways.user.steps[0].url`; a name that holds a dot stands in brackets. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') return `[${part}]`
      const name = String(part)
      if (!/^[\w?-]+$/.test(name)) return `[${JSON.stringify(name)}]`
      return index === 0 ? name : `.${name}`
    })
    .join('')
}
