import type { TokenSet } from '../oauth/token-set.ts'
import type { Handout } from '../store/store.ts'
import type { Context } from './context.ts'
import { mandatoryAt } from './expiry.ts'
import type { Remembered } from './memory.ts'
import type { Plan } from './plan.ts'
import { derives } from './steps.ts'

/** What is known of a served token without the plan of its connection: as the store keeps it. */
export type Servable = Handout & {
  connectionId: string
  name: string
  generation: number
  /** When the refresher wants to renew; from there a read starts the renewal too. */
  dueAt?: number | undefined
}

/**
 * Opens a token for jobs and puts it into memory: never a refresh token, never a client secret. `mark` is the memory's,
 * taken before the token was read or asked for: what was revoked, renamed or replaced since then is not kept.
 */
export function remember(
  context: Pick<Context, 'memory'>,
  { connectionId, name, generation, tokens, shown, dueAt }: Servable,
  mark: number,
): Remembered {
  const endsAt = typeof tokens.expiresAt === 'number' ? tokens.expiresAt : undefined
  return context.memory.put(
    name,
    {
      connectionId,
      served: {
        connection: name,
        accessToken: tokens.accessToken,
        tokenType: tokens.tokenType,
        ...(endsAt === undefined ? {} : { expiresAt: endsAt }),
        ...(tokens.scope === undefined ? {} : { scope: tokens.scope }),
        generation,
        warnings: tokens.warnings.filter((warning) => jobsHear.has(warning)),
        shown,
      },
      obtainedAt: tokens.obtainedAt,
      endsAt,
      mandatoryAt: mandatoryAt(tokens),
      advisoryAt: dueAt ?? Infinity,
    },
    mark,
  )
}

/** Captured values that the provider marks as shown: they go to jobs with the token (`realmId`, `instance_url`). */
export function shownOf(plan: Plan, tokens: TokenSet): Record<string, string> {
  const values = plan.values({ tokens })
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(plan.provider.values ?? {})) {
    const known = values[name]
    if (value.shown === true && typeof known === 'string') shown[name] = known
  }
  return shown
}

/** What the store keeps so that a read needs no plan; nothing while jobs get something still to be derived. */
export function servable(plan: Plan, root: TokenSet): { shown?: Record<string, string> } {
  return derives(plan, root) ? {} : { shown: shownOf(plan, root) }
}

/** Oddities of an answer that a job can do something about; the others are for the person who looks at the connection. */
const jobsHear = new Set(['scope_narrower', 'not_extended', 'token_type_unknown'])
