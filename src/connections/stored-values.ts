import type { TokenSet } from '../oauth/token-set.ts'
import type { Plan } from './plan.ts'

/** Captured values that belong to the connection from now on. */
export function storedValues(plan: Plan, tokens: TokenSet): Record<string, string> {
  const stored: Record<string, string> = {}
  const resolved = plan.values({ tokens })
  for (const [name, value] of Object.entries(plan.provider.values ?? {})) {
    const captured = resolved[name]
    if (
      value.secret !== true &&
      typeof captured === 'string' &&
      (value.from ?? []).some((from) => from === 'answer' || (typeof from === 'string' && from.startsWith('callback.')))
    )
      stored[name] = captured
  }
  return stored
}
