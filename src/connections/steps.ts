/**
 * The calls after a token. `once` steps follow an authorization and move the root; `each` steps derive what jobs are
 * served; `{ every }` steps refresh captured values. Renewal works on the root.
 *
 * A `once` or `{ every }` step that fails never costs the token it follows: the token set remembers why and when to try
 * again, people see it as a warning, and a round of steps repeats it without renewing anything.
 */
import { EvergrantError } from '../errors.ts'
import { readValues } from '../oauth/answer.ts'
import { checkNames, partsOf } from '../oauth/call-parts.ts'
import type { Failure } from '../oauth/failure.ts'
import type { Values } from '../oauth/template.ts'
import type { StepState, TokenSet } from '../oauth/token-set.ts'
import type { Step } from '../provider/provider.ts'
import { secret, type Secret } from '../secret.ts'
import type { Context } from './context.ts'
import { exchange, refusalIn, secretNames, understand, type Exchange, type Purpose } from './exchange.ts'
import { paced } from './paced.ts'
import type { Plan } from './plan.ts'

export type Stepped = { tokens: TokenSet; failure?: Failure & { step: string } }

/** When a failed step is tried again: soon where that may help, slowly where somebody must mend something. */
const soonMs = 60_000
const slowlyMs = { token: 300_000, values: 3_600_000 }

/**
 * The steps that follow a new root, each working on what the one before gave. The failure is that of a step that was to
 * give the token, which ends the round: the token set is the last one that came.
 */
export async function runOnce(context: Context, plan: Plan, tokens: TokenSet, purpose: Purpose): Promise<Stepped> {
  return runThose(context, plan, remembered(plan), withAllSteps(plan, tokens, context.clock.now()), purpose)
}

/** Nothing was made yet of what follows a new root. */
export function withAllSteps(plan: Plan, tokens: TokenSet, now: number): TokenSet {
  return withSteps(tokens, Object.fromEntries(remembered(plan).map(({ name }) => [name, { dueAt: now }])))
}

/** Repeats what is due, and with `failed` also what has failed and is not due yet. */
export async function runAgain(
  context: Context,
  plan: Plan,
  tokens: TokenSet,
  purpose: Purpose,
  which: 'due' | 'failed',
): Promise<Stepped> {
  const now = context.clock.now()
  const wanted = remembered(plan).filter(({ name, run }) => {
    const state = tokens.steps?.[name]
    if (state === undefined) return false
    return state.dueAt <= now || (which === 'failed' && (run === 'once' || state.failure !== undefined))
  })
  return runThose(context, plan, wanted, tokens, purpose)
}

/** `each` steps in order, each working on what the one before gave. Stops at the first failure. */
export async function runEach(context: Context, plan: Plan, root: TokenSet, purpose: Purpose): Promise<Stepped> {
  let current = root
  for (const step of stepsOf(plan, 'each')) {
    if (!applies(plan, step, current)) continue
    const done = await runStep(context, plan, step, current, purpose)
    if (done.failure !== undefined) return { tokens: current, failure: { ...done.failure, step: step.name } }
    current = done.tokens
  }
  return { tokens: current }
}

/** Whether jobs of this connection are served something derived from the root. */
export function derives(plan: Plan, tokens: TokenSet): boolean {
  return stepsOf(plan, 'each').some((step) => step.gives === 'token' && applies(plan, step, tokens))
}

/**
 * The steps that a token from elsewhere still waits for: those that name only what is there. Only a pasted token is a raw
 * one; what was obtained by an authorization elsewhere has been exchanged there.
 */
export function stepsAhead(plan: Plan, tokens: TokenSet, now: number): Pick<TokenSet, 'steps'> {
  const given = plan.values({ tokens })
  const isOpen = ({ gives, take }: Step) =>
    gives === 'token'
      ? plan.way.grant === 'pasted'
      : Object.keys(take ?? {}).some((name) => tokens.values[name] === undefined)
  const ahead = remembered(plan).filter((step) => isOpen(step) && namesOnly(step, given))
  if (ahead.length === 0) return {}
  return { steps: Object.fromEntries(ahead.map(({ name }) => [name, { dueAt: now }])) }
}

function namesOnly(step: Step, given: Values): boolean {
  try {
    checkNames(partsOf(step), given)
    return true
  } catch (error) {
    if (error instanceof EvergrantError && error.code === 'missing_value') return false
    throw error
  }
}

/** Whether a round of steps would do something now. */
export function stepsAreDue(tokens: Pick<TokenSet, 'steps'>, now: number): boolean {
  return Object.values(tokens.steps ?? {}).some(({ dueAt }) => dueAt <= now)
}

/** What a renewal leaves of the steps: what failed is tried again at once; an exchanged token needs no exchange any more. */
export function stepsAfterRenewal(
  plan: Plan,
  { steps = {} }: Pick<TokenSet, 'steps'>,
  tokens: TokenSet,
  { exchanged, now }: { exchanged: boolean; now: number },
): TokenSet {
  const giveTokens = new Set(remembered(plan).flatMap(({ gives, name }) => (gives === 'token' ? [name] : [])))
  const left = Object.entries(steps)
    .filter(([name]) => !exchanged || !giveTokens.has(name))
    .map(([name, state]) => [name, state.failure === undefined ? state : { ...state, dueAt: now }] as const)
  return withSteps(tokens, Object.fromEntries(left))
}

async function runThose(
  context: Context,
  plan: Plan,
  steps: readonly Step[],
  tokens: TokenSet,
  purpose: Purpose,
): Promise<Stepped> {
  let current = tokens
  for (const step of steps) {
    const now = context.clock.now()
    if (!applies(plan, step, current)) {
      current = settled(current, step, undefined)
      continue
    }
    const { tokens: next, failure } = await runStep(context, plan, step, current, purpose)
    if (failure === undefined) {
      const again = typeof step.run === 'object' ? { dueAt: now + step.run.every * 1000 } : undefined
      current = settled(next, step, again)
      continue
    }
    const { retryAfterMs = 0, ...said } = failure
    const rest = ['transient', 'unknown_outcome', 'not_sent'].includes(failure.kind) ? soonMs : slowlyMs[step.gives]
    const dueAt = now + Math.max(rest, retryAfterMs)
    current = settled(current, step, { dueAt, failure: said })
    const { code, words } = failure
    context.emit('token.step_failed', { connection: plan.connection.name, step: step.name, code, words })
    if (step.gives === 'values') continue
    // Those behind it are for the token that it was to give.
    for (const { name } of steps.slice(steps.indexOf(step) + 1))
      current = withSteps(current, { ...current.steps, [name]: { ...current.steps?.[name], dueAt } })
    return { tokens: current, failure: { ...failure, step: step.name } }
  }
  return { tokens: current }
}

/** The token set with what is now known of one step. */
function settled(tokens: TokenSet, { name }: Step, state: StepState | undefined): TokenSet {
  const { [name]: _, ...others } = tokens.steps ?? {}
  return withSteps(tokens, state === undefined ? others : { ...others, [name]: state })
}

function withSteps({ steps: _, ...tokens }: TokenSet, steps: NonNullable<TokenSet['steps']>): TokenSet {
  return Object.keys(steps).length === 0 ? tokens : { ...tokens, steps }
}

function applies(plan: Plan, step: Step, tokens: TokenSet): boolean {
  return step.onlyWith === undefined || plan.values({ tokens })[step.onlyWith] !== undefined
}

/** Those whose state the token set keeps. */
function remembered(plan: Plan): Step[] {
  return (plan.way.steps ?? []).filter(({ run }) => run !== 'each')
}

function stepsOf(plan: Plan, run: 'each'): Step[] {
  return (plan.way.steps ?? []).filter((step) => step.run === run)
}

type Done = { tokens: TokenSet; failure?: Failure }

async function runStep(context: Context, plan: Plan, step: Step, tokens: TokenSet, purpose: Purpose): Promise<Done> {
  const read = step.gives === 'values' ? valuesOf : tokenOf
  try {
    const call = await plan.call(step, { tokens }, 'none')
    return await paced(
      context,
      call,
      async () =>
        read(context, plan, step, tokens, await exchange(context, plan, call, { ...purpose, step: step.name })),
      ({ failure }) => failure,
      ['person', 'authorization'].includes(purpose.trigger),
    )
  } catch (error) {
    return { tokens, failure: failureOf(error) }
  }
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

function valuesOf(_: Context, plan: Plan, step: Step, tokens: TokenSet, answered: Exchange): Done {
  const { response } = answered
  const failure = refusalIn(plan, answered)
  if (failure !== undefined || response === undefined)
    return { tokens, failure: failure ?? { kind: 'unknown_outcome', code: 'no_answer' } }
  const hidden = secretNames(plan.provider)
  const values: Record<string, string | Secret> = {}
  for (const [name, value] of Object.entries(readValues(response, step.take ?? {}, response.sentAt)))
    values[name] = hidden.includes(name) ? secret(value) : value
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
      ...(tokens.steps === undefined ? {} : { steps: tokens.steps }),
      values: { ...tokens.values, ...next.values },
      warnings: [...new Set([...tokens.warnings, ...next.warnings])],
    },
  }
}
