import type { z } from 'zod'
import type { Fault } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { pathText } from './guard.ts'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/**
 * A fault together with the place it stands at, so that what lies inside can be left out of further checks; `instead` is
 * something of the right form to put there while the rest is looked at.
 */
export type PlacedFault = Fault & { at: Path; instead?: unknown }

/** The sentences for what zod found; `root` is the checked value. */
export function faultsOf(issues: readonly Issue[], root: unknown, above: Path = []): PlacedFault[] {
  return issues.flatMap((issue) => {
    const at = [...above, ...issue.path]
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => foreignWord(at, key, issue.message))
    if (issue.code === 'invalid_union') {
      // The branch that fits at the top is the one that was meant; its inner faults say more than "fits none".
      const meant = issue.errors.find((branch) => branch.every(isInside))
      if (meant && meant.length > 0) return faultsOf(meant, root, at)
    }
    const instead = replacement(issue)
    return [{ at, path: pathText(at), ...sentence(issue, at, root), ...(instead !== undefined && { instead }) }]
  })
}

/** "write `scope`" or "known words: ...", for a word that does not exist. */
export function suggestion(word: string, known: readonly string[]): string {
  const near = nearest(word, known)
  if (near !== undefined) return `write ${near}`
  return known.length === 0 ? 'remove it: there are none' : `use one of: ${known.join(', ')}`
}

function foreignWord(at: Path, key: string, known: string): PlacedFault {
  const place = [...at, key]
  return {
    at: place,
    path: pathText(place),
    problem: `unknown word ${key}`,
    remedy: suggestion(key, known.split(' ')),
  }
}

function replacement(issue: Issue): unknown {
  if (issue.code === 'invalid_value') return issue.values[0]
  if (issue.code !== 'invalid_type') return undefined
  const neutral: Partial<Record<string, unknown>> = {
    string: 'x',
    number: 1,
    boolean: false,
    array: [],
    object: {},
    record: {},
  }
  return neutral[issue.expected]
}

function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys'
}

function sentence(issue: Issue, at: Path, root: unknown): { problem: string; remedy: string } {
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(root, at) === undefined
        ? { problem: 'is missing', remedy: `add ${String(at.at(-1) ?? 'it')} (${kind(issue.expected)})` }
        : { problem: `is no ${kind(issue.expected)}`, remedy: `write ${article(kind(issue.expected))}` }
    case 'invalid_value':
      return {
        problem: 'is not one of the words allowed here',
        remedy: suggestion(String(valueAt(root, at)), issue.values.map(String)),
      }
    case 'too_small':
      return { problem: 'is too short or too small', remedy: `at least ${issue.minimum}` }
    case 'too_big':
      return { problem: 'is too long or too big', remedy: `at most ${issue.maximum}` }
    case 'invalid_format':
      return {
        problem: 'is not written as it must be',
        remedy: issue.format === 'date' ? 'write a day as YYYY-MM-DD' : `write it as ${issue.format}`,
      }
    case 'invalid_union':
      return { problem: 'fits none of the forms allowed here', remedy: `it ${issue.message}` }
    default:
      return { problem: issue.message, remedy: 'correct it' }
  }
}

function kind(expected: string): string {
  return expected === 'record' ? 'object' : expected === 'array' ? 'list' : expected === 'string' ? 'text' : expected
}

function article(word: string): string {
  return /^[aeiou]/.test(word) ? `an ${word}` : word === 'text' ? word : `a ${word}`
}

export function valueAt(root: unknown, path: Path): unknown {
  let value: unknown = root
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<PropertyKey, unknown>)[part]
  }
  return value
}
