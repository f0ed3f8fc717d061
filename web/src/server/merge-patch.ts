/** RFC 7396: what is null is removed, objects are merged, the rest replaces. */
export function mergePatch<T>(target: T, patch: unknown): T {
  if (!isObject(patch)) return patch as T
  const result = new Map(Object.entries(isObject(target) ? target : {}))
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name)
    else result.set(name, mergePatch(result.get(name), value))
  }
  return Object.fromEntries(result) as T
}

/**
 * Two patches as one: what the second says wins, and what it removes stays removed. An object in the place of one that
 * the first takes away is the one thing that no patch can say: its members are merged.
 */
export function joinPatches(first: unknown, second: unknown): unknown {
  if (!isObject(first) || !isObject(second)) return second
  const result = new Map(Object.entries(first))
  for (const [name, value] of Object.entries(second))
    result.set(name, result.has(name) ? joinPatches(result.get(name), value) : value)
  return Object.fromEntries(result)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
