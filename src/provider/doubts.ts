/** Where a definition is less than sure of its facts, and why: what a person wants to know before relying on it. */
import type { Fact, Provider } from './provider.ts'

export type Confidence = NonNullable<Fact['confidence']>
export type Doubt = { about: string; confidence: Exclude<Confidence, 'high'>; because?: string }

const rank: Readonly<Record<Confidence, number>> = { low: 0, medium: 1, high: 2 }

/** Every block that is not sure, the least sure first. The same doubt of several blocks is told once, by the first. */
export function doubtsOf(provider: Provider): Doubt[] {
  const found = [...blocks(provider, [])].toSorted((a, b) => rank[a.confidence] - rank[b.confidence])
  const seen = new Set<string>()
  return found.filter(({ confidence, because, about }) => {
    const key = because === undefined ? `${confidence} ${about}` : `${confidence} ${because}`
    return seen.has(key) ? false : seen.add(key)
  })
}

export function lowestConfidence(provider: Provider): Confidence {
  return doubtsOf(provider)[0]?.confidence ?? 'high'
}

function* blocks(node: unknown, at: readonly string[]): Generator<Doubt> {
  if (typeof node !== 'object' || node === null) return
  const { confidence, because } = node as Partial<Fact>
  if (confidence === 'medium' || confidence === 'low')
    yield { about: placeOf(at, node), confidence, ...(because !== undefined && { because }) }
  for (const [key, item] of Object.entries(node)) yield* blocks(item, [...at, key])
}

const lists: Readonly<Record<string, string>> = {
  redirects: 'redirect URIs',
  probes: 'test request',
  revoke: 'revocation',
  errors: 'error',
  warnings: 'warning',
  steps: 'step',
  authorize: 'authorization page',
  token: 'token request',
  device: 'request of the device code',
}

/** `way user: renewal`, `error: The code was used`: the place by its name, not by its path. */
function placeOf(at: readonly string[], node: object): string {
  const [block = '', name = '', ...rest] = at
  if (block === 'values') return `value ${name}`
  if (block === 'ways') return [`way ${name}`, placeOf(rest, node)].filter((part) => part !== '').join(': ')
  if (block === 'renewal' && name === 'call') return 'renewal request'
  const { name: own, cause, says } = node as { name?: string; cause?: string; says?: string }
  const what = own ?? cause ?? says
  const list = lists[block] ?? block
  return what === undefined ? list : `${list}: ${what}`
}
