/** Templates read backwards: what must a value have been, for this text to have come of this template? */
import type { Json, Template } from '../../oauth/call-template.ts'

/** What each variable stood for; lists come from JSON alone. */
export type Captured = Record<string, string | string[]>

const variable = /\{([A-Za-z_][A-Za-z0-9_.-]*)\}/g

export function namesIn(template: Template): string[] {
  return [...template.matchAll(variable)].map((found) => found[1]!)
}

/** How much of a template is fixed: of two that fit, the longer one was meant. */
export function fixedLength(template: Template): number {
  return template.replaceAll(variable, '').length
}

/**
 * What the variables of a template stood for in a text; undefined if the text did not come of it. In a path a value ends
 * at the next slash and is percent-encoded; a value that the address begins with may hold slashes.
 */
export function matchText(template: Template, text: string, place: 'field' | 'path' = 'field'): Captured | undefined {
  const names: string[] = []
  let pattern = ''
  let end = 0
  for (const found of template.matchAll(variable)) {
    pattern += escape(template.slice(end, found.index))
    pattern += place === 'field' || found.index === 0 ? '([\\s\\S]+?)' : '([^/]+?)'
    names.push(found[1]!)
    end = found.index + found[0].length
  }
  const match = new RegExp(`^${pattern}${escape(template.slice(end))}$`).exec(text)
  if (!match) return undefined
  return merge(
    names.map((name, index) => ({ [name]: place === 'path' ? decodePath(match[index + 1]!) : match[index + 1]! })),
  )
}

/** Joins what several places captured; undefined where one variable stood for two things. */
export function merge(all: readonly (Captured | undefined)[]): Captured | undefined {
  const joined: Captured = {}
  for (const captured of all) {
    if (!captured) return undefined
    for (const [name, value] of Object.entries(captured)) {
      const before = joined[name]
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(value)) return undefined
      joined[name] = value
    }
  }
  return joined
}

/**
 * JSON against a template. A string that is one variable alone may stand for a list. `extra` names members of the
 * outermost object that belong to somebody else.
 */
export function matchJson(
  template: Json,
  value: unknown,
  complain: (problem: string) => void,
  extra: ReadonlySet<string> = new Set(),
  at = '',
): Captured {
  const where = at === '' ? 'the body' : at
  if (typeof template === 'string') {
    const alone = /^\{([A-Za-z_][A-Za-z0-9_.-]*)\}$/.exec(template)?.[1]
    if (alone !== undefined && isTextList(value)) return { [alone]: value }
    const captured = typeof value === 'string' ? matchText(template, value) : undefined
    if (!captured) complain(`${where} is not ${describe(template)}`)
    return captured ?? {}
  }
  if (typeof template !== 'object' || template === null) {
    if (value !== template) complain(`${where} is not ${String(template)}`)
    return {}
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(template)) {
    complain(`${where} is not ${Array.isArray(template) ? 'a list' : 'an object'}`)
    return {}
  }
  const given = value as Record<string, unknown> // an object or list, as just checked
  const wanted = new Set<string>()
  const found: Captured[] = []
  for (const [key, item] of Object.entries(template)) {
    const name = key.replace(/\?$/, '')
    wanted.add(name)
    if (Object.hasOwn(given, name)) found.push(matchJson(item, given[name], complain, undefined, join(at, name)))
    else if (!key.endsWith('?')) complain(`${join(at, name)} is missing`)
  }
  for (const name of Object.keys(given))
    if (!wanted.has(name) && !extra.has(name)) complain(`${join(at, name)} is not known here`)
  const joined = merge(found)
  if (!joined) complain(`${where} names one thing in two ways`)
  return joined ?? {}
}

export function describe(template: Template): string {
  return namesIn(template).length === 0 ? `"${template}"` : `of the form ${template}`
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
}

const join = (at: string, name: string): string => (at === '' ? name : `${at}.${name}`)

function decodePath(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
