/**
 * The one path of a renewal, whoever triggers it: a caller, the refresher, a button, a reported 401, a start after a
 * crash. It promises that a received refresh token is durable before anybody is answered, that one connection has one
 * request under way, and that a second use of a refresh token happens only where it repairs.
 *
 *   permit -> claim -> (spool of a dead process) -> request -> spool + fsync -> advance -> memory -> derive
 *
 * docs/reliability.md tells it in words.
 */
import { EvergrantError } from '../errors.ts'
import type { Permit } from '../outbound/pace.ts'
import type { ClaimResult, Loaded } from '../store/store.ts'
import { createAbsence } from './absence.ts'
import { ask } from './ask.ts'
import type { Context } from './context.ts'
import { tell, type Exchange } from './exchange.ts'
import { giveUp, wasLost } from './give-up.ts'
import { createKeeper } from './keep.ts'
import { holdsSecrets, type Plan, type Planner } from './plan.ts'
import { createRecovery } from './recover.ts'
import { good } from './expiry.ts'
import { claimTimes, consumes, needsNobody, strategyOf, type Strategy } from './renewal-policy.ts'
import { writeRecords, type Outcome, type Renewing, type Trigger } from './renewing.ts'
import { stepsAreDue } from './steps.ts'
import { onceReachable } from './until-stored.ts'
import type { Waiting } from './waiting.ts'

/** `steps` repeats what follows a token and has failed, without renewing anything. */
export type How = 'renew' | 'issue' | 'steps'

/** What was read of a connection a moment ago; `mark` is the memory's from before. */
export type Looked = { loaded: Loaded; plan: Plan; mark: number }

/** A renewal whose claim was just taken. */
type Begun = {
  mine: Extract<ClaimResult, { kind: 'mine' }>
  /** Of what the claim found stored. */
  plan: Plan
  trigger: Trigger
  how: How
  permit: Permit | undefined
  /** The memory's, from before the first look. */
  mark: number
  /** How often the store had gone away before the claim. */
  losses: number
}

export type Renewer = {
  /** Joins a renewal of this connection that is already under way in this process. `looked` saves the first look. */
  renew(connectionId: string, seen: number, trigger: Trigger, how?: How, looked?: Looked): Promise<Outcome>
  /** Puts what a dead process of this node received where it belongs, and finishes what it began. */
  recover(): Promise<void>
  /** The store went away, or has come back, perhaps without its last moments: then they are put back. */
  storeLost(): void
  storeBack(): Promise<void>
  /** Repeats only what jobs are served from a root that is still good; false if the service refused. */
  derive(connectionId: string): Promise<boolean>
  /** Answers that are spooled and not stored yet; shutting down waits for them. */
  unsaved(): Promise<void>
}

/** How long a job waits for its place at an authorization server. */
const permitPatienceMs = 15_000

/** @param due told when a connection is to be tried again, sooner than whoever looks may think */
export function createRenewer(
  context: Context,
  planner: Planner,
  waiting: Waiting,
  due: (at: number) => void,
): Renewer {
  const underWay = new Map<string, Promise<Outcome>>()
  const { store, clock, pace } = context
  const keeper = createKeeper(context, planner)
  const { recover, putBack, applySpool } = createRecovery(context, planner, keeper)
  const absence = createAbsence(clock)

  function renew(
    connectionId: string,
    seen: number,
    trigger: Trigger,
    how: How = 'renew',
    looked?: Looked,
  ): Promise<Outcome> {
    const joined = underWay.get(connectionId)
    // One that waits until the store has settled must not hold up what settles it: the claim decides between them.
    if (joined !== undefined && trigger === 'start') return once(connectionId, seen, trigger, how, looked)
    if (joined !== undefined) return joined.then((done) => afterJoined(done, connectionId, trigger, how))
    const begun = once(connectionId, seen, trigger, how, looked)
    const forget = () => underWay.delete(connectionId)
    begun.then(
      (done) => done.kind === 'failed' && done.failure.retryAt !== undefined && due(done.failure.retryAt),
      () => undefined, // told to who waits
    )
    // Until what was received is somewhere else, this process is the only one that has it: nothing more is begun.
    begun.then((done) => (done.kind === 'not_durable' ? void done.later.then(forget) : forget()), forget)
    underWay.set(connectionId, begun)
    return begun
  }

  /** A round of steps is no renewal: who needs one goes on from there. */
  async function afterJoined(done: Outcome, connectionId: string, trigger: Trigger, how: How): Promise<Outcome> {
    if (done.kind !== 'renewed' || done.repeated === undefined || how === 'steps') return done
    const loaded = await store.connections.byId(connectionId)
    const root = loaded?.tokens?.root
    const isEnough = how === 'renew' && root !== undefined && looksAhead(trigger) && good(root, clock.now())
    return loaded === undefined || isEnough ? done : renew(connectionId, done.generation, trigger, how)
  }

  async function look(connectionId: string): Promise<Looked | undefined> {
    const mark = context.memory.mark()
    const loaded = await store.connections.byId(connectionId)
    if (loaded === undefined || loaded.connection.removing) return undefined
    return { loaded, plan: await planner.of(loaded), mark }
  }

  async function once(
    connectionId: string,
    seen: number,
    trigger: Trigger,
    how: How,
    known: Looked | undefined,
  ): Promise<Outcome> {
    for (let looked = known; ; looked = undefined) {
      looked ??= await look(connectionId)
      if (looked === undefined) return { kind: 'gone' }
      const { loaded, plan, mark } = looked
      const refused = refusal(loaded, plan, trigger, how)
      if (refused !== undefined) return refused
      const strategy = strategyFor(loaded, plan, trigger, how)
      if (strategy === undefined) return { kind: 'blocked', why: 'not_renewable' }
      const early = passesBackOff(trigger) ? undefined : backingOff(loaded, seen, clock.now())
      if (early !== undefined) return early

      if (trigger !== 'start' && consumes(strategy, plan.way.renewal)) await absence.over()
      const { losses } = absence

      const permit =
        plan.way.grant === 'literal' || strategy === 'steps'
          ? undefined
          : await pace.permit(plan.origin() ?? plan.provider.id, {
              deadlineMs: permitPatienceMs,
              byPerson: trigger === 'person',
            })
      let told = false
      try {
        const claimed = await store.renewals.claim({
          connectionId,
          seen,
          holder: context.holder,
          ...claimTimes(strategy, plan.way.renewal),
          passBackOff: passesBackOff(trigger),
        })
        if (claimed.kind === 'mine') {
          const current = await planner.of(claimed.loaded)
          const outcome = await withClaim({ mine: claimed, plan: current, trigger, how, permit, mark, losses })
          told = true
          if (outcome !== undefined) return outcome
          continue
        }
        if (claimed.kind !== 'held') return explain(claimed)
      } finally {
        if (!told) permit?.done('unused')
      }
      // Never polled at the provider: somebody holds the claim, and its end is all there is to wait for.
      await waiting.closedOrExpired(connectionId)
    }
  }

  /**
   * Undefined: nothing was sent, because an answer came late meanwhile, the server asked for quiet, or the store was away.
   * To be begun anew.
   */
  async function withClaim(begun: Begun): Promise<Outcome | undefined> {
    const { mine, plan, trigger, how, permit, mark, losses } = begun
    const { claim, loaded, leftOpen } = mine
    const started = clock.monotonic()
    let told = false
    let received = false
    const records: Renewing['records'] = []
    try {
      // Of a process that died, or stored and lost again with the last moments of a database. Nobody else may begin
      // before it is stored.
      const recovered = await onceReachable(context, () => applySpool(mine, plan, mark))
      if (recovered !== undefined) return recovered
      const strategy = strategyFor(loaded, plan, trigger, how)
      if (strategy === undefined) {
        await store.renewals.close(claim)
        return { kind: 'blocked', why: 'not_renewable' }
      }
      const renewing: Renewing = { plan, claim, loaded, strategy, trigger, permit, leftOpen, mark, started, records }
      if (strategy === 'steps') return await keeper.repeat(renewing)
      // The store that took the claim may be another one, without its last moments. A start cannot wait for it.
      const mayBeOld = trigger !== 'start' && consumes(strategy, plan.way.renewal) && absence.losses !== losses
      // What was left open stays so until it has an outcome.
      if (mayBeOld && leftOpen)
        throw new EvergrantError('store_unavailable', { detail: 'the store went away while a renewal was begun' })
      if (mayBeOld || (permit?.stands() === false && !leftOpen)) {
        await store.renewals.close(claim)
        return undefined
      }
      const asked = await ask(context, renewing)
      if (permit !== undefined) tell(permit, asked.failure)
      told = true
      const report = reportOf(asked.exchange)
      if (asked.tokens !== undefined) {
        received = true
        return { ...(await keeper.keep(renewing, asked)), ...report }
      }
      const lost = (asked.lost || wasLost(loaded)) && consumes(strategy, plan.way.renewal)
      const outcome = await giveUp(context, renewing, asked.failure, { ...asked, lost })
      return outcome && { ...outcome, ...report }
    } catch (error) {
      // A claim stays open, the record of intent, where an answer was received: whoever comes next finds it in the spool.
      if (!received) await abandon(begun, error).catch(() => undefined)
      throw error
    } finally {
      writeRecords({ records })
      if (!told) permit?.done('unused')
    }
  }

  /** Before anything was sent. An earlier renewal's answer may be lost all the same: whoever comes next must know it. */
  async function abandon({ mine, plan, trigger, how }: Begun, error: unknown): Promise<void> {
    const { claim, loaded, leftOpen } = mine
    const strategy = strategyFor(loaded, plan, trigger, how)
    if (!leftOpen || strategy === undefined || !consumes(strategy, plan.way.renewal)) return store.renewals.close(claim)
    const code = error instanceof EvergrantError ? error.code : 'internal'
    await giveUp(context, { plan, claim, loaded, trigger }, { kind: 'unknown_outcome', code }, { lost: true })
  }

  /** Who only looks ahead repeats steps that are due before anything is renewed: the token is good still. */
  function strategyFor({ tokens }: Loaded, plan: Plan, trigger: Trigger, how: How): Strategy | undefined {
    if (how !== 'renew') return how
    const root = tokens?.root
    const now = clock.now()
    if (root !== undefined && looksAhead(trigger) && stepsAreDue(root, now) && good(root, now)) return 'steps'
    return strategyOf(plan.way, root)
  }

  return {
    renew,
    recover: () => recover(renew),
    storeLost: absence.lost,
    async storeBack() {
      try {
        await putBack(renew)
      } finally {
        absence.back()
      }
    },
    derive: keeper.derive,
    async unsaved() {
      await Promise.allSettled(underWay.values())
      await keeper.unsaved()
    },
  }
}

/** The token may still be good. */
function looksAhead(trigger: Trigger): boolean {
  return trigger === 'refresher' || trigger === 'caller'
}

function passesBackOff(trigger: Trigger): boolean {
  return trigger === 'person' || trigger === 'start'
}

/**
 * What the claim would say while a back-off lasts, said without a place at the server: waiting for one would hold up the
 * caller, and take it from a connection that can use it. In doubt (somebody holds the claim, or clocks disagree) the
 * claim decides.
 */
function backingOff({ connection, schedule }: Loaded, seen: number, now: number): Outcome | undefined {
  const { failure } = connection
  const { retryAt, holder, generation } = schedule
  if (failure === undefined || retryAt === undefined || holder !== undefined || generation !== seen) return undefined
  return failure.lastAt <= now && now < retryAt ? { kind: 'backing_off', retryAt, failure } : undefined
}

function refusal(loaded: Loaded, plan: Plan, trigger: Trigger, how: How): Outcome | undefined {
  const { schedule, client } = loaded
  const byPerson = trigger === 'person'
  if (client?.state === 'refused' && !byPerson) return { kind: 'blocked', why: 'needs_configuration' }
  if (schedule.state === 'suspended') return { kind: 'blocked', why: 'suspended' }
  if (plan.strayed !== undefined)
    return {
      kind: 'blocked',
      why: holdsSecrets(loaded) || needsNobody(plan.way) ? 'secret_required' : 'needs_authorization',
    }
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

function reportOf(answered: Exchange | undefined): Pick<Outcome, 'report'> {
  if (answered === undefined) return {}
  return {
    report: { request: answered.request, ...(answered.masked === undefined ? {} : { response: answered.masked }) },
  }
}
