import type { TokenSet } from '../oauth/token-set.ts'
import type { AuthorizationOutcome, Loaded } from '../store/store.ts'
import { openChoices } from './choices.ts'
import type { Context } from './context.ts'
import { dueAt, lives } from './expiry.ts'
import { follow } from './follow.ts'
import { failed } from './outcome.ts'
import type { Plan, Planner } from './plan.ts'
import { handoutOf, handoutToText, readyOf } from './handout.ts'
import { remember } from './remember.ts'
import { strategyOf } from './renewal-policy.ts'
import { revokeTokens } from './revoke.ts'
import { runEach, runOnce } from './steps.ts'
import { storedValues } from './stored-values.ts'
import { journalled, untilStored } from './until-stored.ts'
import { whoIs } from './probe.ts'

/** Fence of a spool entry that no claim stands behind. */
export const noClaim = -1

/**
 * A person's grant becomes the connection's new generation. It waits for no renewal under way: that one's answer will
 * meet a higher fence. What is to be the root is in the spool before it is stored, because the code is spent.
 */
export async function settle(
  context: Context,
  planner: Planner,
  plan: Plan,
  received: TokenSet,
): Promise<AuthorizationOutcome> {
  const { store, clock } = context
  const now = clock.now()
  const stepped = await runOnce(context, plan, received, { trigger: 'authorization', step: 'token', generation: 0 })
  const root = follow(plan, undefined, stepped.tokens, now)
  const due = dueAt(root, plan.way.renewal, strategyOf(plan.way, root) !== undefined, context.dice())
  const loaded = await store.connections.byId(plan.connection.id)
  if (loaded === undefined || loaded.connection.removing) {
    // Nobody will ever use it: it must not live on at the service.
    await revokeTokens(context, plan, root).catch((error: unknown) =>
      context.log.warn(
        { connection: plan.connection.name, reason: String(error) },
        'a token that came after the removal could not be revoked',
      ),
    )
    return { kind: 'failed', code: 'unknown_connection', words: 'the connection was removed meanwhile' }
  }
  // A token that was to be exchanged for a lasting one must never take the place of one that lives on.
  if (stepped.failure !== undefined && holdsLiving(loaded, now)) return failed(stepped.failure)
  const entry = {
    connectionId: plan.connection.id,
    holder: context.holder,
    generation: loaded.schedule.generation,
    fence: noClaim,
    tokens: root,
  }
  await journalled(context, plan.connection.name, entry)
  const generation = await untilStored(context, plan.connection.name, () =>
    store.renewals.replace(
      plan.connection.id,
      {
        root,
        values: storedValues(plan, root),
        ...readyOf(context, plan, root),
        ...(due === undefined ? {} : { dueAt: due }),
      },
      { authorizedAt: now },
    ),
  )
  context.spool.stored(entry)
  context.memory.drop(plan.connection.id)
  const mark = context.memory.mark()
  if (loaded.client !== undefined) await store.clients.worked(loaded.client.id)

  const fresh = await store.connections.byId(plan.connection.id)
  const renewed = fresh === undefined ? plan : await planner.of(fresh)
  const derived = await runEach(context, renewed, root, { trigger: 'authorization', step: 'each', generation })
  if (derived.failure !== undefined) {
    // The service lists what is missing, with the token that has just come.
    const isOpen = derived.failure.code === 'missing_value' && openChoices(renewed, root).length > 0
    return isOpen ? { kind: 'authorized', generation } : failed(derived.failure)
  }
  const { id: connectionId, name } = renewed.connection
  const handout = handoutOf(context, renewed, derived.tokens)
  if (derived.tokens !== root)
    await store.renewals.serve(connectionId, generation, derived.tokens, handoutToText(handout), due)
  remember(context, { connectionId, name, generation, handout, dueAt: due }, mark)
  if (stepped.failure !== undefined)
    return failed({
      ...stepped.failure,
      remedy: stepped.failure.remedy ?? 'The short-lived token is kept meanwhile, and the exchange is tried again.',
    })
  const who = await whoIs(context, renewed, derived.tokens)
  if (who !== undefined) await store.connections.touch(plan.connection.id, { who })
  return { kind: 'authorized', generation, ...(who === undefined ? {} : { who }) }
}

function holdsLiving({ schedule, tokens }: Loaded, now: number): boolean {
  return schedule.state === 'active' && tokens !== undefined && lives(tokens.root, now)
}
