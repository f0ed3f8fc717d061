/** Which calls of a definition no example shows. */
import { isDeepStrictEqual } from 'node:util'
import type { Example } from '../../src/provider/example.ts'
import type { Provider, Way } from '../../src/provider/provider.ts'

export type Shown = { provider: Provider; example: Example }

const callsOf: Record<string, (way: Way) => unknown> = {
  authorize: (way) => way.authorize,
  device: (way) => way.device,
  token: (way) => way.token,
  renewal: (way) => way.renewal.call,
}

/**
 * `WAY CALL` for each call without a successful example, and `WAY error` for each way without a refused one. A call
 * that another way has too, written the same, shares its examples; so do the services of a family.
 */
export function uncovered(provider: Provider, examples: readonly Shown[]): string[] {
  return Object.entries(provider.ways).flatMap(([name, way]) => {
    const calls = Object.entries(callsOf).filter(([, of]) => of(way) !== undefined)
    // A way that asks again instead of renewing shows its renewal by the same call.
    const isOf = (call: string, { call: shown }: Example) =>
      shown === call || (call === 'token' && shown === 'renewal' && way.renewal.call === undefined)
    const outcomes = ([call, of]: (typeof calls)[number]) =>
      examples
        .filter((shown) => isOf(call, shown.example))
        .filter((shown) => isDeepStrictEqual(of(shown.provider.ways[shown.example.way]!), of(way)))
        .map((shown) => shown.example.becomes)
    const missing = calls.filter((call) => outcomes(call).every((becomes) => 'error' in becomes))
    const refused = calls.flatMap(outcomes).some((becomes) => 'error' in becomes)
    return [...missing.map(([call]) => `${name} ${call}`), ...(refused || calls.length === 0 ? [] : [`${name} error`])]
  })
}
