/**
 * What a renewal received: durable somewhere, then served. The spool takes it first, the store takes it for ever retried,
 * and what jobs are served is derived from it last, because no failure there may undo the renewal (docs/reliability.md).
 */
import type { TokenSet } from '../oauth/token-set.ts'
import type { Secret } from '../secret.ts'
import type { Advance, Claim } from '../store/store.ts'
import type { Context } from './context.ts'
import { dueAt } from './expiry.ts'
import { follow } from './follow.ts'
import { wordsOf } from './give-up.ts'
import type { Plan, Planner } from './plan.ts'
import { handoutOf, handoutToText, readyOf } from './handout.ts'
import { remember } from './remember.ts'
import { precious, storePatienceMs, strategyOf } from './renewal-policy.ts'
import { writeRecords, type Outcome, type Renewing, type Trigger } from './renewing.ts'
import { revokeTokens } from './revoke.ts'
import type { SpoolEntry } from './spool.ts'
import { runAgain, runEach, runOnce, stepsAfterRenewal, withAllSteps } from './steps.ts'
import { storedValues } from './stored-values.ts'
import { journalled, untilStored } from './until-stored.ts'

export type Keeper = {
  /** Keeps the tokens of a claim and serves them. */
  keep(renewing: Renewing, asked: { tokens: TokenSet; from?: TokenSet | undefined }): Promise<Outcome>
  /** Makes steps again that failed or are due, without a renewal. */
  repeat(renewing: Renewing): Promise<Outcome>
  /** Derives what jobs are served and remembers it; false if the service refused. */
  serve(plan: Plan, generation: number, root: TokenSet, trigger: Trigger, mark: number): Promise<boolean>
  /** The same for what is stored; joins one that is under way. */
  derive(connectionId: string): Promise<boolean>
  /** What the store is to hold of a new root. */
  advanceOf(plan: Plan, root: TokenSet): Advance
  /** Answers that are not stored yet; shutting down waits for them. */
  unsaved(): Promise<void>
}

type Saved = { saved: boolean; gone?: boolean }
/** `from`: the late answer that was renewed; `entry`: where the answer lies in the spool. */
type Origin = { from: TokenSet | undefined; entry: SpoolEntry | undefined }

const deriveRestMs = 30_000

export function createKeeper(context: Context, planner: Planner): Keeper {
  const deriving = new Map<string, Promise<boolean>>()
  /** Where a derivation failed a moment ago: until when it is not tried again, however many jobs ask. */
  const resting = new Map<string, number>()
  const saving = new Set<Promise<unknown>>()
  const { store, spool, clock } = context

  /** Lines 8 to 12: durable somewhere, then answered, then derived. */
  async function keep(
    renewing: Renewing,
    { tokens: answer, from }: { tokens: TokenSet; from?: TokenSet | undefined },
  ): Promise<Outcome> {
    const { plan, claim, loaded, strategy, trigger } = renewing
    const previous = loaded.tokens?.root
    const authorizedAt = loaded.connection.authorizedAt ?? answer.obtainedAt
    const followed = follow(plan, strategy === 'issue' ? undefined : (from ?? previous), answer, authorizedAt)
    const now = clock.now()
    let next =
      strategy === 'issue'
        ? withAllSteps(plan, followed, now)
        : stepsAfterRenewal(plan, previous ?? {}, followed, { exchanged: strategy === 'exchange_access_token', now })
    const entry = {
      connectionId: claim.connectionId,
      holder: claim.holder,
      generation: claim.generation,
      fence: claim.fence,
      tokens: next,
    }
    const isPrecious = precious(previous, next, strategy)
    const spooled = isPrecious && (await journalled(context, plan.connection.name, entry))
    writeRecords(renewing)

    if (strategy === 'issue') {
      const generation = claim.generation + 1
      next = (await runOnce(context, plan, next, { trigger, step: 'token', generation })).tokens
    }
    const settled = save(plan, claim, next, { from, entry: spooled ? entry : undefined })
    const done = await Promise.race([settled, clock.sleep(storePatienceMs).then(() => undefined)])
    // What can be asked for again at any time need not be durable before it is used.
    if (done !== undefined || spooled || !isPrecious) return finish(renewing, next, done)
    const later = settled.then((saved) => finish(renewing, next, saved)).catch(() => undefined) // logged by `save`
    return { kind: 'not_durable', later }
  }

  /** What follows a token that is durable. */
  async function finish(
    { plan, claim, loaded, trigger, mark, started }: Renewing,
    next: TokenSet,
    done: Saved | undefined,
  ): Promise<Outcome> {
    if (done?.saved === false) return { kind: done.gone ? 'gone' : 'moved' }
    const generation = claim.generation + 1
    if (loaded.client !== undefined && (!loaded.client.worked || loaded.client.failure !== undefined))
      await store.clients.worked(loaded.client.id).catch(() => undefined)
    context.memory.forget(claim.connectionId)
    await serve(plan, generation, next, trigger, mark)
    context.emit('token.renewed', {
      connection: plan.connection.name,
      generation,
      trigger,
      durationMs: Math.round(clock.monotonic() - started),
      warnings: next.warnings,
    })
    return { kind: 'renewed', generation }
  }

  /** A round of steps on the token that is there. What came of each is kept, also when to try it again. */
  async function repeat({ plan, claim, loaded, trigger, mark }: Renewing): Promise<Outcome> {
    const root = loaded.tokens?.root
    if (root === undefined) {
      await store.renewals.close(claim)
      return { kind: 'blocked', why: 'not_renewable' }
    }
    const { generation: before, sendBy } = claim
    const purpose = { trigger, step: 'steps', generation: before, sendBy }
    const { tokens } = await runAgain(context, plan, root, purpose, trigger === 'person' ? 'failed' : 'due')
    const authorizedAt = loaded.connection.authorizedAt ?? root.obtainedAt
    const next = tokens.accessToken === root.accessToken ? tokens : follow(plan, root, tokens, authorizedAt)
    const advanced = await untilStored(context, plan.connection.name, () =>
      store.renewals.advance(claim, advanceOf(plan, next)),
    )
    if (!advanced.saved) return { kind: 'moved' }
    const { generation } = advanced
    context.memory.forget(claim.connectionId)
    // What was brought may belong to the addresses of what is derived.
    const fresh = await store.connections.byId(claim.connectionId)
    await serve(fresh === undefined ? plan : await planner.of(fresh), generation, next, trigger, mark)
    return { kind: 'renewed', generation, repeated: true }
  }

  /** Derives what jobs are served and remembers it. A failure here never undoes the renewal. */
  async function serve(
    plan: Plan,
    generation: number,
    root: TokenSet,
    trigger: Trigger,
    mark: number,
  ): Promise<boolean> {
    const derived = await runEach(context, plan, root, { trigger, step: 'each', generation })
    if (derived.failure !== undefined) {
      context.emit('token.derivation_failed', {
        connection: plan.connection.name,
        step: derived.failure.step,
        ...wordsOf(derived.failure),
      })
      resting.set(plan.connection.id, clock.monotonic() + deriveRestMs)
      return false
    }
    resting.delete(plan.connection.id)
    const { id: connectionId, name } = plan.connection
    const handout = handoutOf(context, plan, derived.tokens)
    const { dueAt } = dueOf(plan, root, derived.tokens)
    if (derived.tokens !== root)
      await untilStored(context, name, () =>
        store.renewals.serve(connectionId, generation, derived.tokens, handoutToText(handout), dueAt),
      )
    remember(context, { connectionId, name, generation, handout, dueAt }, mark)
    return true
  }

  async function derive(connectionId: string): Promise<boolean> {
    const joined = deriving.get(connectionId)
    if (joined !== undefined) return joined
    if ((resting.get(connectionId) ?? 0) > clock.monotonic()) return false
    const begun = (async () => {
      const mark = context.memory.mark()
      const loaded = await store.connections.byId(connectionId)
      if (loaded?.tokens === undefined) return false
      return serve(await planner.of(loaded), loaded.tokens.generation, loaded.tokens.root, 'caller', mark)
    })().finally(() => deriving.delete(connectionId))
    deriving.set(connectionId, begun)
    return begun
  }

  /** Into the store, for ever retried; an answer whose claim has passed to somebody else is kept as late. */
  function save(plan: Plan, claim: Claim, tokens: TokenSet, { from, entry }: Origin): Promise<Saved> {
    const saved = (async () => {
      const advance = advanceOf(plan, tokens)
      const advanced = await untilStored(context, plan.connection.name, () => store.renewals.advance(claim, advance))
      // Callers may have been answered meanwhile; from now on they get what is stored.
      if (!advanced.saved) context.memory.drop(claim.connectionId)
      const gone = !advanced.saved && (await keepLate(plan, claim, tokens, from))
      if (entry !== undefined) spool[advanced.saved ? 'stored' : 'settle'](entry)
      return { saved: advanced.saved, gone }
    })()
    const tracked = saved
      .catch((error: unknown) =>
        context.log.error(
          { connection: plan.connection.name, reason: String(error) },
          'a received token set could not be stored',
        ),
      )
      .finally(() => saving.delete(tracked))
    saving.add(tracked)
    return saved
  }

  /** Kept where whoever is about to declare a death will look. True if the connection is gone. */
  async function keepLate(plan: Plan, claim: Claim, tokens: TokenSet, from?: TokenSet): Promise<boolean> {
    const { name } = plan.connection
    const still = await untilStored(context, name, () => store.connections.byId(claim.connectionId))
    const isGone = still === undefined || still.connection.removing
    // A revocation takes the tokens away; what comes after it belongs to the grant that was to end.
    const isRevoked = still?.schedule.state === 'needs_authorization' && still.tokens === undefined
    if (isGone || isRevoked) {
      // Nobody will ever use it: it must not live on at the service.
      await revokeTokens(context, plan, tokens).catch((error: unknown) =>
        context.log.warn(
          { connection: plan.connection.name, reason: String(error) },
          'a token that came after the removal could not be revoked',
        ),
      )
      return isGone
    }
    // What continues another late answer belongs behind that one, if it was stored meanwhile.
    const isStored = from !== undefined && isSame(from.refreshToken, still.tokens?.root.refreshToken)
    const { generation } = isStored ? still.schedule : claim
    await untilStored(context, name, () => store.renewals.keepLate({ ...claim, generation }, tokens))
    context.emit('token.arrived_late', { connection: name, generation })
    return false
  }

  function advanceOf(plan: Plan, root: TokenSet): Advance {
    return {
      root,
      ...dueOf(plan, root),
      ...readyOf(context, plan, root),
      values: storedValues(plan, root),
      ...(plan.way.renewal.oldAccess === 'dies' ? { endsOthers: true } : {}),
    }
  }

  function dueOf(plan: Plan, root: TokenSet, served: TokenSet = root): { dueAt?: number } {
    const renewable = strategyOf(plan.way, root) !== undefined && plan.way.grant !== 'literal'
    const dice = context.dice()
    const moments = [dueAt(root, plan.way.renewal, renewable, dice)]
    if (served !== root) moments.push(dueAt(served, { ...plan.way.renewal, by: 'reissue' }, renewable, dice))
    const known = moments.filter((at) => at !== undefined)
    return known.length === 0 ? {} : { dueAt: Math.min(...known) }
  }

  return {
    keep,
    repeat,
    serve,
    derive,
    advanceOf,
    async unsaved() {
      await Promise.allSettled(saving)
    },
  }
}

function isSame(one: Secret | undefined, other: Secret | undefined): boolean {
  return one !== undefined && one.open() === other?.open()
}
