/** What the service itself says of a token (RFC 7662), where no test request shows whether it lives. */
import { EvergrantError } from '../errors.ts'
import { readIntrospection, type Introspection } from '../oauth/answer.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { ClientRecord } from '../store/store.ts'
import type { Refusal } from './connections.ts'
import type { Context } from './context.ts'
import { exchange, refusalIn, type Exchange } from './exchange.ts'
import type { Plan } from './plan.ts'
import { strategyOf } from './renewal-policy.ts'

export type Introspected = { exchange: Exchange; introspection?: Introspection; failure?: Refusal }

/**
 * Undefined where the service cannot be asked: RFC 7662 section 2.1 wants a client that proves itself, which a public one
 * cannot. A token that is not active is a failure.
 */
export async function introspect(
  context: Context,
  plan: Plan,
  client: ClientRecord | undefined,
  tokens: TokenSet,
): Promise<Introspected | undefined> {
  const template = plan.provider.introspect
  if (template === undefined) return undefined
  const isPublic = client === undefined || client.authMethod === 'none'
  if (isPublic && (template.auth ?? 'client') === 'client') return undefined
  const call = await plan.call(template, { tokens }, 'client').catch((error: unknown) => {
    if (error instanceof EvergrantError && error.code === 'missing_value') return undefined
    throw error
  })
  if (call === undefined) return undefined
  const answered = await exchange(context, plan, call, { trigger: 'person', step: 'introspect', generation: 0 })
  const failure = refusalIn(plan, answered)
  if (failure !== undefined || answered.response === undefined)
    return { exchange: answered, ...(failure === undefined ? {} : { failure }) }
  const introspection = readIntrospection(answered.response, template.take ?? {})
  return {
    exchange: answered,
    introspection,
    ...(introspection.active ? {} : { failure: notActive(plan, tokens) }),
  }
}

function notActive(plan: Plan, tokens: TokenSet): Refusal {
  const { name } = plan.connection
  const isRenewable = strategyOf(plan.way, tokens) !== undefined
  return {
    kind: isRenewable ? 'not_active' : 'dead',
    code: 'token_not_active',
    cause: 'The service says that the token is not active: it has ended or was revoked there.',
    remedy: isRenewable
      ? `\`evergrant refresh ${name}\` asks for a new one.`
      : plan.way.grant === 'pasted'
        ? 'Make a new token at the service and import it.'
        : `\`evergrant authorize ${name}\` lets a person authorize it again.`,
  }
}
