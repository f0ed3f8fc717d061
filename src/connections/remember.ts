import type { TokenSet } from '../oauth/token-set.ts'
import type { Context } from './context.ts'
import type { ServedToken } from './connections.ts'
import { mandatoryAt } from './expiry.ts'
import type { Remembered } from './memory.ts'
import type { Plan } from './plan.ts'

/** Opens a token for jobs and puts it into memory. */
export function remember(
  context: Pick<Context, 'memory'>,
  plan: Plan,
  generation: number,
  served: TokenSet,
  dueAt: number | undefined,
): Remembered {
  const endsAt = typeof served.expiresAt === 'number' ? served.expiresAt : undefined
  return context.memory.put(plan.connection.name, {
    connectionId: plan.connection.id,
    served: servedToken(plan, generation, served),
    obtainedAt: served.obtainedAt,
    endsAt,
    mandatoryAt: mandatoryAt(served),
    advisoryAt: dueAt ?? Infinity,
  })
}

/** What a job gets: the access token and the values marked `shown`, never a refresh token or a client secret. */
export function servedToken(plan: Plan, generation: number, tokens: TokenSet): ServedToken {
  const values = plan.values({ tokens })
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(plan.provider.values ?? {})) {
    const known = values[name]
    if (value.shown === true && typeof known === 'string') shown[name] = known
  }
  return {
    connection: plan.connection.name,
    accessToken: tokens.accessToken,
    tokenType: tokens.tokenType,
    ...(typeof tokens.expiresAt === 'number' ? { expiresAt: tokens.expiresAt } : {}),
    ...(tokens.scope === undefined ? {} : { scope: tokens.scope }),
    generation,
    warnings: tokens.warnings.filter((warning) => jobsHear.has(warning)),
    shown,
  }
}

/** Oddities of an answer that a job can do something about; the others are for the person who looks at the connection. */
const jobsHear = new Set(['scope_narrower', 'not_extended', 'token_type_unknown'])
