/**
 * The one path of a renewal, whoever triggers it: a caller, the refresher, a button, a reported 401, a start after a
 * crash. It promises that a received refresh token is durable before anybody is answered, that one connection has one
 * request under way, and that a second use of a refresh token happens only where it repairs.
 *
 *   permit -> claim -> (spool of a dead process) -> request -> spool + fsync -> advance -> memory -> derive
 *
 * DESIGN section 5 tells it in words.
 */
import { EvergrantError } from '../errors.ts'
import { Secret } from '../secret.ts'
import type { Failure } from '../oauth/failure.ts'
import { expand, joinText } from '../oauth/template.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { Permit } from '../outbound/pace.ts'
import type { CallTemplate } from '../oauth/call-template.ts'
import type { Advance, Claim, ClaimResult, FailureRecord, Loaded } from '../store/store.ts'
import type { MaskedRequest, MaskedResponse } from './connections.ts'
import type { Context } from './context.ts'
import { dueAt } from './expiry.ts'
import { exchange, tell, understand, type Exchange } from './exchange.ts'
import { follow } from './follow.ts'
import { noClaim } from './grant.ts'
import { remember, servable, shownOf } from './remember.ts'
import type { Plan, Planner } from './plan.ts'
import {
  claimTimes,
  confirms,
  consumes,
  precious,
  retryAt,
  reuseMayKill,
  storePatienceMs,
  strategyOf,
  type Strategy,
} from './renewal-policy.ts'
import { revokeTokens } from './revoke.ts'
import { runSteps } from './steps.ts'
import { storedValues } from './stored-values.ts'
import type { SpoolEntry } from './spool.ts'
import { journalled, untilStored } from './until-stored.ts'
import type { Waiting } from './waiting.ts'

export type Trigger = 'caller' | 'refresher' | 'person' | 'reported_401' | 'start'

export type Outcome = { report?: { request: MaskedRequest; response?: MaskedResponse } } & (
  | { kind: 'renewed'; generation: number }
  /** Somebody else got there first. */
  | { kind: 'moved' }
  | { kind: 'failed'; failure: FailureRecord; state: 'active' | 'needs_authorization' }
  | { kind: 'backing_off'; retryAt: number; failure?: FailureRecord }
  /** A person or an admin must act, or nothing can be renewed here. */
  | { kind: 'blocked'; why: 'needs_authorization' | 'needs_configuration' | 'suspended' | 'not_renewable' }
  | { kind: 'gone' }
)

export type Renewer = {
  /** Joins a renewal of this connection that is already under way in this process. */
  renew(connectionId: string, seen: number, trigger: Trigger, how?: 'renew' | 'issue'): Promise<Outcome>
  /** Puts what a dead process of this node received where it belongs, and finishes what it began. */
  recover(): Promise<void>
  /** Repeats only what jobs are served from a root that is still good; false if the service refused. */
  derive(connectionId: string): Promise<boolean>
  /** Answers that are spooled and not stored yet; shutting down waits for them. */
  unsaved(): Promise<void>
}

/** How long a job waits for its place at an authorization server. */
const permitPatienceMs = 15_000
/** A definite refusal is asked about once more after this. */
const confirmAfterMs = 2_000

export function createRenewer(context: Context, planner: Planner, waiting: Waiting): Renewer {
  const underWay = new Map<string, Promise<Outcome>>()
  const deriving = new Map<string, Promise<boolean>>()
  const saving = new Set<Promise<unknown>>()
  const { store, spool, clock, pace } = context

  function renew(
    connectionId: string,
    seen: number,
    trigger: Trigger,
    how: 'renew' | 'issue' = 'renew',
  ): Promise<Outcome> {
    const joined = underWay.get(connectionId)
    if (joined !== undefined) return joined
    const begun = once(connectionId, seen, trigger, how).finally(() => underWay.delete(connectionId))
    underWay.set(connectionId, begun)
    return begun
  }

  async function once(connectionId: string, seen: number, trigger: Trigger, how: 'renew' | 'issue'): Promise<Outcome> {
    for (;;) {
      const mark = context.memory.mark()
      const loaded = await store.connections.byId(connectionId)
      if (loaded === undefined || loaded.connection.removing) return { kind: 'gone' }
      const plan = await planner.of(loaded)
      const refused = refusal(loaded, plan, trigger, how)
      if (refused !== undefined) return refused
      const strategy = how === 'issue' ? 'issue' : strategyOf(plan.way, loaded.tokens?.root)
      if (strategy === undefined) return { kind: 'blocked', why: 'not_renewable' }

      const permit =
        plan.way.grant === 'literal'
          ? undefined
          : await pace.permit(plan.origin() ?? plan.provider.id, { deadlineMs: permitPatienceMs })
      let told = false
      try {
        const claimed = await store.renewals.claim({
          connectionId,
          seen,
          holder: context.holder,
          ...claimTimes(strategy, plan.way.renewal),
          passBackOff: trigger === 'person' || trigger === 'start',
        })
        if (claimed.kind === 'mine') {
          const outcome = await withClaim(claimed, await planner.of(claimed.loaded), trigger, how, permit, mark)
          told = true
          return outcome
        }
        if (claimed.kind !== 'held') return explain(claimed)
      } finally {
        if (!told) permit?.done('unused')
      }
      // Never polled at the provider: somebody holds the claim, and its end is all there is to wait for.
      await waiting.closedOrExpired(connectionId)
    }
  }

  async function withClaim(
    mine: Extract<ClaimResult, { kind: 'mine' }>,
    plan: Plan,
    trigger: Trigger,
    how: 'renew' | 'issue',
    permit: Permit | undefined,
    mark: number,
  ): Promise<Outcome> {
    const { claim, loaded } = mine
    const started = clock.monotonic()
    let told = false
    let received = false
    try {
      // After a start even a claim that was closed may have left its answer in the spool.
      if (mine.leftOpen || trigger === 'start') {
        const recovered = await applySpool(claim, plan, mark)
        if (recovered !== undefined) return recovered
      }
      const strategy = how === 'issue' ? 'issue' : strategyOf(plan.way, loaded.tokens?.root)
      if (strategy === undefined) {
        await store.renewals.close(claim)
        return { kind: 'blocked', why: 'not_renewable' }
      }
      const asked = await ask(plan, claim, strategy, loaded.tokens?.root, trigger, permit, mine.leftOpen)
      if (permit !== undefined) tell(permit, asked.failure)
      told = true
      const report = reportOf(asked.exchange)
      if (asked.tokens !== undefined) {
        received = true
        return { ...(await keep(plan, claim, strategy, loaded, asked, trigger, started, mark)), ...report }
      }
      // An attempt before this one may have lost the answer too, and its claim was closed since.
      const lostBefore = consumes(strategy, plan.way.renewal) && loaded.connection.failure?.kind === 'unknown_outcome'
      return { ...(await giveUp(plan, claim, loaded, asked.failure, trigger, asked.lost || lostBefore)), ...report }
    } catch (error) {
      // A claim stays open, the record of intent, where an answer was received: whoever comes next finds it in the spool.
      if (!received) await store.renewals.close(claim).catch(() => undefined)
      throw error
    } finally {
      if (!told) permit?.done('unused')
    }
  }

  type Asked = { exchange?: Exchange; lost: boolean } &
    /** `from`: the token set that was renewed, if it was not the stored one. */
    ({ tokens: TokenSet; from?: TokenSet | undefined; failure?: undefined } | { tokens?: undefined; failure: Failure })

  /** Sends the request, once more at once if its answer was lost, and asks late answers before a death is declared. */
  async function ask(
    plan: Plan,
    claim: Claim,
    strategy: Strategy,
    root: TokenSet | undefined,
    trigger: Trigger,
    permit: Permit | undefined,
    leftOpen: boolean,
  ): Promise<Asked> {
    if (plan.way.grant === 'literal') return { tokens: literal(plan, clock.now()), lost: false }
    const template = templateOf(plan, strategy)
    const on = strategy === 'issue' ? 'token' : 'renew'

    const once = async (tokens: TokenSet | undefined): Promise<Asked> => {
      const call = await plan.call(template, { tokens }, 'client')
      const answered = await exchange(context, plan, call, {
        trigger,
        step: on,
        generation: claim.generation,
        sendBy: claim.sendBy,
      })
      const understood = understand(plan, answered, template, on, context.unknownLife)
      return 'tokens' in understood
        ? { exchange: answered, tokens: understood.tokens, lost: false }
        : { exchange: answered, failure: understood.failure, lost: understood.failure.kind === 'unknown_outcome' }
    }

    // An answer that came too late has used up the stored token: where a second use may kill, it is not tried first.
    let late = reuseMayKill(strategy, plan.way.renewal) ? await lateRoot(plan, claim, root) : undefined
    let asked = await once(late ?? root)
    // A renewal that was begun and left no outcome may have rotated the token, and its answer died with the process.
    let lost = asked.lost || (leftOpen && consumes(strategy, plan.way.renewal))
    // A service with a grace window repairs a lost answer if the same refresh token comes again at once.
    if (
      asked.lost &&
      consumes(strategy, plan.way.renewal) &&
      permit?.probing !== true &&
      clock.monotonic() < claim.sendBy
    ) {
      asked = await once(late ?? root)
      lost = true
    }
    if (asked.failure?.kind === 'dead' && strategy === 'refresh_token' && late === undefined) {
      late = await lateRoot(plan, claim, root)
      if (late !== undefined) asked = await once(late)
      else if (!lost && confirms(strategy, plan.way.renewal) && clock.monotonic() + confirmAfterMs < claim.sendBy) {
        await clock.sleep(confirmAfterMs)
        asked = await once(root)
      }
    }
    return asked.tokens === undefined ? { ...asked, lost } : { ...asked, from: late, lost: false }
  }

  /** The token set that continues the stored one by an answer which came after its claim had passed on. */
  async function lateRoot(plan: Plan, claim: Claim, root: TokenSet | undefined): Promise<TokenSet | undefined> {
    const late = await store.renewals.late(claim.connectionId, claim.generation)
    return late && follow(plan, root, late, late.obtainedAt)
  }

  /** Lines 8 to 12: durable somewhere, then answered, then derived. */
  async function keep(
    plan: Plan,
    claim: Claim,
    strategy: Strategy,
    loaded: Loaded,
    { tokens: answer, from }: { tokens: TokenSet; from?: TokenSet | undefined },
    trigger: Trigger,
    started: number,
    mark: number,
  ): Promise<Outcome> {
    const previous = loaded.tokens?.root
    const authorizedAt = loaded.connection.authorizedAt ?? answer.obtainedAt
    let next = follow(plan, strategy === 'issue' ? undefined : (from ?? previous), answer, authorizedAt)
    const entry = {
      connectionId: claim.connectionId,
      holder: claim.holder,
      generation: claim.generation,
      fence: claim.fence,
      tokens: next,
    }
    const isPrecious = precious(previous, next, strategy)
    const spooled = isPrecious && (await journalled(context, plan.connection.name, entry))

    if (strategy === 'issue') {
      const stepped = await runSteps(context, plan, 'once', next, {
        trigger,
        step: 'token',
        generation: claim.generation + 1,
      })
      // What follows an issue can be asked again with the next one; a missing value is told, the token is served.
      if (stepped.failure !== undefined)
        context.emit('token.derivation_failed', {
          connection: plan.connection.name,
          ...wordsOf(stepped.failure),
          step: stepped.failure.step,
        })
      next = stepped.tokens
    }
    const settled = save(plan, claim, next, spooled ? entry : undefined)
    // What can be asked for again at any time need not be durable before it is used.
    const outlived =
      spooled || !isPrecious
        ? clock.sleep(storePatienceMs).then(() => undefined)
        : new Promise<undefined>(() => undefined)
    const done = await Promise.race([settled, outlived])
    if (done?.saved === false) return { kind: done.gone ? 'gone' : 'moved' }

    const generation = claim.generation + 1
    if (loaded.client !== undefined && !loaded.client.worked)
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

  /** Derives what jobs are served and remembers it. A failure here never undoes the renewal. */
  async function serve(
    plan: Plan,
    generation: number,
    root: TokenSet,
    trigger: Trigger,
    mark: number,
  ): Promise<boolean> {
    const derived = await runSteps(context, plan, 'each', root, { trigger, step: 'each', generation })
    if (derived.failure !== undefined) {
      context.emit('token.derivation_failed', {
        connection: plan.connection.name,
        step: derived.failure.step,
        ...wordsOf(derived.failure),
      })
      return false
    }
    const { id: connectionId, name } = plan.connection
    const shown = shownOf(plan, derived.tokens)
    const { dueAt } = dueOf(plan, root, derived.tokens)
    if (derived.tokens !== root)
      await untilStored(context, name, () =>
        store.renewals.serve(connectionId, generation, derived.tokens, shown, dueAt),
      )
    remember(context, { connectionId, name, generation, tokens: derived.tokens, shown, dueAt }, mark)
    return true
  }

  async function derive(connectionId: string): Promise<boolean> {
    const joined = deriving.get(connectionId)
    if (joined !== undefined) return joined
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
  function save(
    plan: Plan,
    claim: Claim,
    tokens: TokenSet,
    entry: SpoolEntry | undefined,
  ): Promise<{ saved: boolean; gone?: boolean }> {
    const saved = (async () => {
      const advance = advanceOf(plan, tokens)
      const advanced = await untilStored(context, plan.connection.name, () => store.renewals.advance(claim, advance))
      const gone = !advanced.saved && (await keepLate(plan, claim, tokens))
      if (entry !== undefined) spool.settle(entry)
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
  async function keepLate(plan: Plan, claim: Claim, tokens: TokenSet): Promise<boolean> {
    const still = await store.connections.byId(claim.connectionId)
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
    await untilStored(context, plan.connection.name, () => store.renewals.keepLate(claim, tokens))
    context.emit('token.arrived_late', { connection: plan.connection.name, generation: claim.generation })
    return false
  }

  async function giveUp(
    plan: Plan,
    claim: Claim,
    loaded: Loaded,
    failure: Failure,
    trigger: Trigger,
    lost: boolean,
  ): Promise<Outcome> {
    const now = clock.now()
    const before = loaded.connection.failure
    const count = (before?.count ?? 0) + 1
    const dead = isDead(failure)
    const told = dead && lost ? lostAnswer(failure) : lost ? stillLost(failure) : failure
    const record: FailureRecord = {
      kind: told.kind,
      code: told.code,
      count,
      firstAt: before?.firstAt ?? now,
      lastAt: now,
      ...wordsOf(told),
      ...(dead ? {} : { retryAt: retryAt(told, count, now, context.dice()) }),
    }
    const state = dead ? ('needs_authorization' as const) : undefined
    await store.renewals.fail(claim, record, {
      ...(state === undefined ? {} : { state }),
      ...(record.retryAt === undefined ? {} : { dueAt: record.retryAt }),
    })
    const clientRefused = await markClient(loaded, told, record)
    if (dead)
      context.emit('connection.needs_authorization', {
        connection: plan.connection.name,
        code: record.code,
        words: record.words,
      })
    else if (clientRefused)
      context.emit('client.refused', { connection: plan.connection.name, code: record.code, words: record.words })
    else {
      const { kind, code, words } = record
      context.emit('token.renewal_failed', {
        connection: plan.connection.name,
        kind,
        code,
        words,
        failures: count,
        retryAt: record.retryAt,
        trigger,
      })
    }
    return { kind: 'failed', failure: record, state: state ?? 'active' }
  }

  /** Only `invalid_client` marks a client, and only if these settings never worked or it was refused twice. */
  async function markClient(loaded: Loaded, failure: Failure, record: FailureRecord): Promise<boolean> {
    const { client } = loaded
    if (client === undefined || failure.kind !== 'client') return false
    const confirmed =
      !client.worked ||
      (loaded.connection.failure?.kind === 'client' && record.count > 1) ||
      client.failure !== undefined
    return store.clients
      .mark(client.id, client.settingsVersion, confirmed ? 'refused' : 'ok', record)
      .then((marked) => marked && confirmed)
  }

  async function applySpool(claim: Claim, plan: Plan, mark: number): Promise<Outcome | undefined> {
    const entry = (await spool.pending()).find(
      (one) => one.connectionId === claim.connectionId && one.generation === claim.generation,
    )
    if (entry === undefined) return undefined
    const advanced = await store.renewals.advance(claim, advanceOf(plan, entry.tokens))
    spool.settle(entry)
    if (!advanced.saved) return { kind: 'moved' }
    context.emit('token.recovered', { connection: plan.connection.name, generation: advanced.generation })
    await serve(plan, advanced.generation, entry.tokens, 'start', mark)
    return { kind: 'renewed', generation: advanced.generation }
  }

  async function recover(): Promise<void> {
    const entries = await spool.pending()
    const leftOpen = new Set(await store.renewals.leftOpen(context.holder))
    for (const connectionId of new Set([...entries.map((entry) => entry.connectionId), ...leftOpen])) {
      const mine = entries.filter((entry) => entry.connectionId === connectionId)
      // One connection that cannot be read keeps no other from being served.
      await recoverOne(connectionId, mine, leftOpen.has(connectionId)).catch((error: unknown) =>
        context.log.error(
          { connectionId, reason: String(error) },
          'what a crash left of a connection could not be read',
        ),
      )
    }
  }

  async function recoverOne(connectionId: string, entries: SpoolEntry[], leftOpen: boolean): Promise<void> {
    const loaded = await store.connections.byId(connectionId)
    const stored = entries.filter((entry) => loaded === undefined || entry.generation < loaded.schedule.generation)
    for (const entry of stored) spool.settle(entry)
    // The spool forgets in memory only: most of what it holds after a restart was saved long ago and asks for nothing.
    if (loaded === undefined || (stored.length === entries.length && !leftOpen)) return
    const granted = entries.find((entry) => entry.fence === noClaim && entry.generation === loaded.schedule.generation)
    if (granted !== undefined) return applyGrant(loaded, granted)
    void renew(connectionId, loaded.schedule.generation, 'start').catch((error: unknown) => {
      context.log.warn(
        { connection: loaded.connection.name, reason: String(error) },
        'a renewal left open by a crash could not be finished yet',
      )
    })
  }

  /** A person's grant that was received and not stored: it needs no claim, as in `grant.ts`. */
  async function applyGrant(loaded: Loaded, entry: SpoolEntry): Promise<void> {
    const plan = await planner.of(loaded)
    const generation = await store.renewals.replace(entry.connectionId, advanceOf(plan, entry.tokens), {
      authorizedAt: entry.tokens.obtainedAt,
    })
    spool.settle(entry)
    context.emit('token.recovered', { connection: plan.connection.name, generation })
  }

  function advanceOf(plan: Plan, root: TokenSet): Advance {
    return { root, ...dueOf(plan, root), ...servable(plan, root), values: storedValues(plan, root) }
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
    renew,
    recover,
    derive,
    async unsaved() {
      await Promise.allSettled(underWay.values())
      await Promise.allSettled(saving)
    },
  }
}

function refusal(loaded: Loaded, plan: Plan, trigger: Trigger, how: 'renew' | 'issue'): Outcome | undefined {
  const { schedule, client } = loaded
  const byPerson = trigger === 'person'
  if (client?.state === 'refused' && !byPerson) return { kind: 'blocked', why: 'needs_configuration' }
  if (schedule.state === 'suspended') return { kind: 'blocked', why: 'suspended' }
  if (schedule.state === 'needs_authorization') return { kind: 'blocked', why: 'needs_authorization' }
  if (schedule.state === 'pending' && how === 'renew' && strategyOf(plan.way, undefined) === undefined)
    return { kind: 'blocked', why: 'needs_authorization' }
  return undefined
}

function explain(result: Exclude<ClaimResult, { kind: 'mine' | 'held' }>): Outcome {
  switch (result.kind) {
    case 'moved':
      return { kind: 'moved' }
    case 'backing_off':
      return {
        kind: 'backing_off',
        retryAt: result.retryAt,
        ...(result.failure === undefined ? {} : { failure: result.failure }),
      }
    case 'gone':
      return { kind: 'gone' }
    case 'blocked':
      if (result.state === 'removing') return { kind: 'gone' }
      return { kind: 'blocked', why: result.state === 'suspended' ? 'suspended' : 'needs_authorization' }
  }
}

/** A person must act. A refused password or key is so tried exactly once (accounts lock themselves). */
function isDead(failure: Failure): boolean {
  return failure.kind === 'dead' || failure.kind === 'denied'
}

/** No answer to a second request takes back that the first one may have used up the token. */
function stillLost(failure: Failure): Failure {
  return failure.kind === 'transient' || failure.kind === 'not_sent' ? { ...failure, kind: 'unknown_outcome' } : failure
}

function lostAnswer(failure: Failure): Failure {
  return {
    ...failure,
    code: 'rotation_response_lost',
    cause:
      'The answer that carried the new refresh token never arrived, and the service does not accept the previous one again.',
    remedy: 'Authorize again.',
  }
}

export function templateOf(plan: Plan, strategy: Strategy): CallTemplate {
  const template = strategy === 'issue' ? plan.way.token : (plan.way.renewal.call ?? plan.way.token)
  if (template === undefined) {
    throw new EvergrantError('not_supported', {
      detail: `"${plan.provider.name}" has no request for this`,
      connection: plan.connection.name,
    })
  }
  return template
}

/** A token that is put together from what is stored (`{client_id}|{client_secret}`): nothing is asked, nothing ends. */
function literal(plan: Plan, now: number): TokenSet {
  const text = joinText(expand(plan.way.literal ?? '', plan.values(), 'plain'))
  return {
    accessToken: new Secret(text),
    tokenType: 'Bearer',
    obtainedAt: now,
    expiresAt: 'never',
    values: {},
    warnings: [],
  }
}

function wordsOf(failure: Failure): Partial<FailureRecord> {
  return {
    ...(failure.words === undefined ? {} : { words: failure.words }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
    ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }),
    ...(failure.status === undefined ? {} : { status: failure.status }),
    code: failure.code,
  }
}

function reportOf(answered: Exchange | undefined): { report?: { request: MaskedRequest; response?: MaskedResponse } } {
  if (answered === undefined) return {}
  return {
    report: { request: answered.request, ...(answered.masked === undefined ? {} : { response: answered.masked }) },
  }
}
