/**
 * What jobs are handed of a token set, in finished form: the pieces of their answer, and the two moments by which a read
 * judges it. It is made once for each token and sealed as text beside the token set, so that a read neither parses nor
 * writes JSON. What stands in it can always be made anew from the token set.
 */
import type { TokenSet } from '../oauth/token-set.ts'
import { secret, type Secret } from '../secret.ts'
import type { Context } from './context.ts'
import type { Plan } from './plan.ts'
import { derives } from './steps.ts'

export type Handout = {
  /** Both epoch ms; no end where none is known. */
  readonly obtainedAt: number
  readonly endsAt: number | undefined
  /** As `Answers` wrote them. */
  readonly pieces: readonly string[]
}

/** The form of the text below and of the pieces in it. To be raised with every change: older texts are then made anew. */
const form = '1'

/** A renewal needs it twice: for the store and for memory. */
const latest = new WeakMap<Plan, { tokens: TokenSet; handout: Handout }>()

export function handoutOf(context: Pick<Context, 'answers'>, plan: Plan, tokens: TokenSet): Handout {
  const known = latest.get(plan)
  if (known?.tokens === tokens) return known.handout
  const handout = writeHandout(context, plan, tokens)
  latest.set(plan, { tokens, handout })
  return handout
}

function writeHandout({ answers }: Pick<Context, 'answers'>, plan: Plan, tokens: TokenSet): Handout {
  const { accessToken, tokenType, obtainedAt, expiresAt, scope, warnings } = tokens
  const endsAt = typeof expiresAt === 'number' ? expiresAt : undefined
  const pieces = answers.write({
    accessToken,
    tokenType,
    ...(endsAt === undefined ? {} : { expiresAt: endsAt }),
    ...(scope === undefined ? {} : { scope }),
    warnings: warnings.filter((warning) => jobsHear.has(warning)),
    shown: shownOf(plan, tokens),
  })
  return { obtainedAt, endsAt, pieces }
}

/** For the store: a line each. */
export function handoutToText({ obtainedAt, endsAt, pieces }: Handout): Secret {
  return secret([form, obtainedAt, endsAt ?? '', ...pieces].join('\n'))
}

/** undefined for a text of another form. */
export function handoutFromText(text: Secret): Handout | undefined {
  const [is, obtainedAt, endsAt, ...pieces] = text.open().split('\n')
  if (is !== form) return undefined
  return { obtainedAt: Number(obtainedAt), endsAt: endsAt === '' ? undefined : Number(endsAt), pieces }
}

/** What the store keeps so that a read needs no plan; nothing while jobs get something still to be derived. */
export function readyOf(context: Pick<Context, 'answers'>, plan: Plan, root: TokenSet): { ready?: Secret } {
  return derives(plan, root) ? {} : { ready: handoutToText(handoutOf(context, plan, root)) }
}

/** Captured values that the provider marks as shown: they go to jobs with the token (`realmId`, `instance_url`). */
function shownOf(plan: Plan, tokens: TokenSet): Record<string, string> {
  const values = plan.values({ tokens })
  const shown: Record<string, string> = {}
  for (const [name, value] of Object.entries(plan.provider.values ?? {})) {
    const known = values[name]
    if (value.shown === true && typeof known === 'string') shown[name] = known
  }
  return shown
}

/** Oddities of an answer that a job can do something about; the others are for the person who looks at the connection. */
const jobsHear = new Set(['scope_narrower', 'not_extended', 'token_type_unknown'])
