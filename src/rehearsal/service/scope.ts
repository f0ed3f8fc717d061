import type { Scopes } from '../../provider/provider.ts'
import type { Captured } from './pattern.ts'

const separators = /[\s,;]+/

/** The scopes of a request, or what is wrong with them. */
export function readScope(captured: Captured, scopes: Scopes | undefined): { scope: string[] } | { problem: string } {
  const { scope, scopes: list } = captured
  const asked = Array.isArray(list)
    ? list
    : typeof list === 'string'
      ? list.split(' ')
      : typeof scope === 'string'
        ? scope.split(scopes?.separator ?? ' ')
        : []
  const known = Object.keys(scopes?.known ?? {})
  for (const one of asked) {
    if (known.includes(one)) continue
    if (one === '') return { problem: 'scope has an empty part' }
    const joined = one.split('+')
    if (separators.test(one) || (joined.length > 1 && joined.every((part) => known.includes(part))))
      return { problem: `scope is not separated by ${JSON.stringify(scopes?.separator ?? ' ')}` }
    if (scopes?.closed) return { problem: `the scope ${one} is not known` }
  }
  return { scope: asked }
}

/** For the page for consent. */
export function withMeanings(
  asked: readonly string[],
  scopes: Scopes | undefined,
): (readonly [string, string | undefined])[] {
  const known = scopes?.known ?? {}
  return asked.map((scope) => [scope, Object.hasOwn(known, scope) ? known[scope] : undefined] as const)
}
