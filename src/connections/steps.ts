/**
 * The calls after a token. `once` steps follow an authorization and move the root; `each` steps derive what jobs are
 * served; `{ every }` steps refresh captured values. Renewal works on the root.
 */
import { EvergrantError } from '../errors.ts'
import { readValues } from '../oauth/answer.ts'
import { classifyAnswer, type Failure } from '../oauth/failure.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { Step } from '../provider/provider.ts'
import type { Context } from './context.ts'
import { exchange, hushed, understand, type Exchange, type Purpose } from './exchange.ts'
import { paced } from './paced.ts'
import type { Plan } from './plan.ts'

export type Stepped = { tokens: TokenSet; failure?: Failure & { step: string } }

/** Steps of one kind in order, each working on what the one before gave. Stops at the first failure. */
export async function runSteps(
  context: Context,
  plan: Plan,
  run: 'once' | 'each',
  tokens: TokenSet,
  purpose: Purpose,
): Promise<Stepped> {
  let current = tokens
  for (const step of stepsOf(plan, run)) {
    if (step.onlyWith !== undefined && plan.values({ tokens: current })[step.onlyWith] === undefined) continue
    const done = await runStep(context, plan, step, current, purpose).catch((error: unknown) => ({
      tokens: current,
      failure: failureOf(error),
    }))
    if (done.failure !== undefined) return { tokens: current, failure: { ...done.failure, step: step.name } }
    current = done.tokens
  }
  return { tokens: current }
}

/** A step that could not be sent is a failed step: it must not cost the token it follows. */
function failureOf(error: unknown): Failure {
  if (!(error instanceof EvergrantError)) throw error
  const { retryAfterSeconds } = error.facts
  return {
    kind: error.row.retryable === true ? 'not_sent' : 'configuration',
    code: error.code,
    words: error.message,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterMs: retryAfterSeconds * 1000 }),
  }
}

/** Whether jobs of this connection are served something derived from the root. */
export function derives(plan: Plan, tokens: TokenSet): boolean {
  return stepsOf(plan, 'each').some(
    (step) =>
      step.gives === 'token' && (step.onlyWith === undefined || plan.values({ tokens })[step.onlyWith] !== undefined),
  )
}

/** A repeating step runs with every token that is issued, which is at least as often as it asks for. */
function stepsOf(plan: Plan, run: 'once' | 'each'): Step[] {
  return (plan.way.steps ?? []).filter((step) => step.run === run || (run === 'once' && typeof step.run === 'object'))
}

async function runStep(context: Context, plan: Plan, step: Step, tokens: TokenSet, purpose: Purpose): Promise<Done> {
  const call = await plan.call(step, { tokens }, 'none')
  const read = step.gives === 'values' ? valuesOf : tokenOf
  return paced(
    context,
    call,
    async () => read(context, plan, step, tokens, await exchange(context, plan, call, { ...purpose, step: step.name })),
    ({ failure }) => failure,
  )
}

type Done = { tokens: TokenSet; failure?: Failure }

function valuesOf(_: Context, plan: Plan, step: Step, tokens: TokenSet, answered: Exchange): Done {
  const refused = answered.failure ?? failureOfStatus(plan, answered.response)
  if (refused !== undefined) return { tokens, failure: hushed(refused, answered) }
  if (answered.response === undefined) return { tokens, failure: { kind: 'unknown_outcome', code: 'no_answer' } }
  const values = readValues(answered.response, step.take ?? {}, answered.response.sentAt)
  return { tokens: { ...tokens, values: { ...tokens.values, ...values } } }
}

function tokenOf(context: Context, plan: Plan, step: Step, tokens: TokenSet, answered: Exchange): Done {
  const understood = understand(plan, answered, step, 'token', context.unknownLife)
  if ('failure' in understood) return { tokens, failure: understood.failure }
  const next = understood.tokens
  const refreshToken = next.refreshToken ?? tokens.refreshToken
  return {
    tokens: {
      ...next,
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(next.scope === undefined && tokens.scope !== undefined ? { scope: tokens.scope } : {}),
      values: { ...tokens.values, ...next.values },
      warnings: [...new Set([...tokens.warnings, ...next.warnings])],
    },
  }
}

function failureOfStatus(plan: Plan, response: Parameters<typeof classifyAnswer>[0] | undefined): Failure | undefined {
  if (response === undefined || (response.status >= 200 && response.status < 300)) return undefined
  return classifyAnswer(
    response,
    { kind: 'error', status: response.status, body: undefined },
    plan.provider.errors ?? [],
    'api',
  )
}
