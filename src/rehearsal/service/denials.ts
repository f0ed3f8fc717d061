/** How an authorization endpoint says no: parameters of the answer, under the names of the service. */
import type { Example } from '../../provider/example.ts'
import type { ErrorRule, Provider, Way } from '../../provider/provider.ts'

type Facts = NonNullable<Way['authorize']>
type Answered = Record<string, string>

/** The words of a denial: an example's, a rule's, or the RFC's. */
export function denialOf(facts: Facts, wayName: string, provider: Provider, examples: readonly Example[]): Answered {
  const example = examples.find(
    ({ way, call, becomes }) => call === 'authorize' && way === wayName && 'error' in becomes,
  )
  if (example) {
    const said = new URL(example.response.trim(), 'http://x').searchParams
    return Object.fromEntries([...said].filter(([name]) => name !== 'state'))
  }
  const rule = provider.errors?.find(({ on, means }) => on.includes('authorize') && means === 'denied')
  return rule ? errorOf(facts, rule) : named(facts, 'access_denied', 'the person said no')
}

/** An answer that the rule matches. */
export function errorOf(facts: Facts, rule: ErrorRule): Answered {
  const plain: Answered = {}
  for (const [name, [value]] of Object.entries(rule.match ?? {})) plain[name] = String(value)
  const names = facts.error?.code ?? ['error']
  return names.some((name) => plain[name] !== undefined)
    ? plain
    : { ...named(facts, 'access_denied', rule.cause), ...plain }
}

export function named({ error }: Facts, code: string, words: string): Answered {
  return { [error?.code?.[0] ?? 'error']: code, [error?.text?.[0] ?? 'error_description']: words }
}
