/** Definitions and overrides as they are written: members by name, looked up and changed by path. */

export type Tree = { [key: string]: unknown }

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, name) => (isTree(node) && Object.hasOwn(node, name) ? node[name] : undefined),
    tree,
  )
}

/** A tree with another value at a path; undefined takes it away, and what is left empty with it. */
export function withAt(tree: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value
  const members = new Map(Object.entries(isTree(tree) ? tree : {}))
  const next = withAt(members.get(name), rest, value)
  if (next === undefined) members.delete(name)
  else members.set(name, next)
  return members.size === 0 ? undefined : Object.fromEntries(members)
}
