/** Dotted paths in answers, as `take` and `match` of a definition write them. */

export function lookUp(body: unknown, path: string): unknown {
  if (isHolder(body) && Object.hasOwn(body, path)) return body[path]
  let node = body
  for (const name of path.split('.')) {
    if (!isHolder(node) || !Object.hasOwn(node, name)) return undefined
    node = node[name]
  }
  return node
}

/** Sets what stands at a path and makes what leads there; a number among the names makes a list. */
export function put(body: Record<string, unknown>, path: string, value: unknown): void {
  const names = Object.hasOwn(body, path) ? [path] : path.split('.')
  let node: Record<string, unknown> = body
  names.slice(0, -1).forEach((name, index) => {
    if (!isHolder(node[name])) node[name] = /^\d+$/.test(names[index + 1]!) ? [] : {}
    node = node[name] as Record<string, unknown> // made or checked on the line above
  })
  node[names.at(-1)!] = value
}

export function remove(body: Record<string, unknown>, path: string): void {
  const names = Object.hasOwn(body, path) ? [path] : path.split('.')
  const holder = names.length === 1 ? body : lookUp(body, names.slice(0, -1).join('.'))
  if (isHolder(holder)) delete holder[names.at(-1)!]
}

export function isHolder(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
