import { EvergrantError } from '../errors.ts'
import type { Introspection } from '../oauth/answer.ts'
import type { Secret } from '../secret.ts'
import type { Loaded } from '../store/store.ts'
import type { Refusal } from './connections.ts'
import type { Context } from './context.ts'
import type { Exchange } from './exchange.ts'
import { introspect } from './introspect.ts'
import type { Plan } from './plan.ts'
import { probe } from './probe.ts'

export type Examined = { exchange?: Exchange; who?: string; introspection?: Introspection; failure?: Refusal }

/** What a token is worth at the service: by the test request, else by what the service says of the token. */
export async function examine(context: Context, plan: Plan, loaded: Loaded, accessToken: Secret): Promise<Examined> {
  const { client, tokens } = loaded
  const examined = await (async () => {
    if (tokens === undefined) return undefined
    const served = { ...(tokens.served ?? tokens.root), accessToken }
    return (await probe(context, plan, served, 'person')) ?? (await introspect(context, plan, client, served))
  })().catch((error: unknown) => stepInTheWay(loaded, error))
  if (examined !== undefined) return examined
  throw new EvergrantError('not_supported', {
    connection: plan.connection.name,
    detail: `"${plan.provider.name}" has no test request for the way "${plan.wayName}"`,
  })
}

/** A value that a failed step was to bring is missing because of that failure. */
function stepInTheWay({ tokens }: Loaded, error: unknown): Examined {
  const states = Object.values(tokens?.root.steps ?? {})
  const failure = states.map((state) => state.failure).find((one) => one !== undefined)
  if (failure === undefined || !(error instanceof EvergrantError) || error.code !== 'missing_value') throw error
  return { failure }
}
