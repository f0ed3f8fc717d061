/** Test requests: what a token is worth at the service itself, and who was connected. */
import { lookUp, parseBody } from '../oauth/answer.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { Probe } from '../provider/provider.ts'
import type { Refusal } from './connections.ts'
import type { Context } from './context.ts'
import { exchange, refusalIn, type Exchange } from './exchange.ts'
import type { Plan } from './plan.ts'

export type Probed = { exchange?: Exchange; who?: string; failure?: Refusal }

/** The first test request that applies; undefined if the service has none that does. */
export async function probe(
  context: Context,
  plan: Plan,
  tokens: TokenSet,
  trigger: string,
): Promise<Probed | undefined> {
  const values = plan.values({ tokens })
  const granted = tokens.scope ?? plan.connection.scopes
  const applies = (one: Probe) =>
    (one.ways?.includes(plan.wayName) ?? true) &&
    (one.onlyWith === undefined || values[one.onlyWith] !== undefined) &&
    (one.onlyScope === undefined || granted.includes(one.onlyScope))
  const chosen = (plan.provider.probes ?? []).find(applies)
  if (chosen === undefined) return undefined
  const call = await plan.call(chosen, { tokens }, 'none')
  const answered = await exchange(context, plan, call, { trigger, step: 'probe', generation: 0 })
  const failure = refusalIn(plan, answered)
  if (failure !== undefined || answered.response === undefined)
    return { exchange: answered, ...(failure === undefined ? {} : { failure }) }
  const who = whoIn(chosen.who, parseBody(answered.response))
  return { exchange: answered, ...(who === undefined ? {} : { who }) }
}

/** The first of these paths that names somebody. */
export function whoIn(paths: Probe['who'], body: unknown): string | undefined {
  const who = (paths ?? [])
    .map((path) => lookUp(body, path))
    .find((found) => typeof found === 'string' || typeof found === 'number')
  return who === undefined ? undefined : String(who).slice(0, 200)
}

/** Who was connected, where a test request says so. Never a reason to fail. */
export async function whoIs(context: Context, plan: Plan, tokens: TokenSet): Promise<string | undefined> {
  try {
    return (await probe(context, plan, tokens, 'authorization'))?.who
  } catch (error) {
    context.log.debug(
      { connection: plan.connection.name, reason: String(error) },
      'the service did not say who was connected',
    )
    return undefined
  }
}
