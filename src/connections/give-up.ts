/** A renewal that brought no tokens: what it means, when to try again, and who has to act. Nothing is ever deleted. */
import type { Failure } from '../oauth/failure.ts'
import type { Claim, FailureRecord, Loaded, Store } from '../store/store.ts'
import type { Context } from './context.ts'
import type { Plan } from './plan.ts'
import { retryAt, rung, saysNothing, unsure } from './renewal-policy.ts'
import type { Outcome, Renewing } from './renewing.ts'
import { isAway, onceReachable } from './until-stored.ts'

/** The reason of a death after an answer that never came. */
const lostCode = 'rotation_response_lost'

/** A connection that came about too late for its claim: nothing was sent, and the next one is the faster for it. */
const lateRestMs = 1_000

/** Records the failure, closes the claim, and says who must act. Undefined: an answer has come late, and is not tried. */
export async function giveUp(
  context: Context,
  renewing: Pick<Renewing, 'plan' | 'claim' | 'loaded' | 'trigger'>,
  failure: Failure,
  asked: { lost: boolean; unconfirmed?: boolean | undefined; tried?: number | undefined },
): Promise<Outcome | undefined> {
  const { plan, claim, loaded, trigger } = renewing
  const { store, clock } = context
  const { lost, unconfirmed = false, tried } = asked
  const now = clock.now()
  const before = loaded.connection.failure
  const count = (before?.count ?? 0) + 1
  const dead = isDead(failure)
  // Also where an answer that came late has taken a death back, until the service says more.
  const wasRefused = (before?.refused === true || before?.kind === 'dead') && saysNothing(failure)
  const heard = wasRefused ? unsure(wordsOf(before), failure) : failure
  const told = dead && lost ? lostAnswer(failure) : lost ? stillLost(heard) : heard
  // An answer that was lost just now may come again for a short while. A refusal that is not sure yet: a person must hear.
  const isRefused = unconfirmed || wasRefused
  // Each refresh token has a grace time of its own. Where nothing was sent it is about the one from before.
  const asking = tried === undefined ? before?.unclearOf : tried < 0 ? undefined : tried
  const unclearBefore = before?.unclearOf === asking ? (before?.unclear ?? 0) : 0
  const isUnclear = lost || isRefused
  const unclear = isUnclear ? unclearBefore + (tried === undefined ? 0 : 1) : 0
  const isFirstLate = failure.code === 'late' && before?.code !== 'late' && before?.refused !== true
  const retry = isFirstLate
    ? now + lateRestMs
    : retryAt(told, rung(count, isUnclear ? Math.max(1, unclear) : 0), now, context.dice())
  const record: FailureRecord = {
    kind: told.kind,
    count,
    firstAt: before?.firstAt ?? now,
    lastAt: now,
    ...wordsOf(told),
    ...(dead ? {} : { retryAt: retry }),
    ...(dead || unclear === 0 ? {} : { unclear, ...(asking === undefined ? {} : { unclearOf: asking }) }),
    ...(isRefused ? { refused: true } : {}),
  }
  const state = dead ? ('needs_authorization' as const) : undefined
  const write = () =>
    store.renewals.fail(claim, record, {
      ...(state === undefined ? {} : { state }),
      ...(failure.kind === 'dead' && tried !== undefined ? { tried } : {}),
      ...(record.retryAt === undefined ? {} : { dueAt: record.retryAt }),
    })
  const written = await write().catch((error: unknown) => writeBehind(context, plan, write, error))
  if (written === 'late') return undefined
  // A holder that comes too late knows less than whoever has taken its claim over.
  if (written === false && (await hasPassedOn(store, claim))) return { kind: 'moved' }
  const clientRefused = await markClient(store, loaded, told, record)
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

/** An attempt before this one lost the answer, and its claim was closed since. */
export function wasLost({ connection: { failure } }: Loaded): boolean {
  return failure?.kind === 'unknown_outcome' || failure?.code === lostCode
}

/** Not so where the settings were changed meanwhile: that failure was one of the former. */
async function hasPassedOn({ connections }: Store, { connectionId, fence }: Claim): Promise<boolean> {
  const loaded = await connections.byId(connectionId).catch(() => undefined)
  return loaded !== undefined && loaded.schedule.fence !== fence
}

/** What is known is told at once, and written as soon as the store is back: an open claim would hide it for its lease. */
function writeBehind(context: Context, plan: Plan, write: () => Promise<unknown>, fault: unknown): undefined {
  if (!isAway(fault)) throw fault
  onceReachable(context, write).catch((error: unknown) =>
    context.log.warn({ connection: plan.connection.name, reason: String(error) }, 'a failure could not be recorded'),
  )
}

/** Only `invalid_client` marks a client, and only if these settings never worked or it was refused twice. */
async function markClient(
  store: Pick<Store, 'clients'>,
  loaded: Loaded,
  failure: Failure,
  record: FailureRecord,
): Promise<boolean> {
  const { client } = loaded
  if (client === undefined || failure.kind !== 'client') return false
  const confirmed =
    !client.worked || (loaded.connection.failure?.kind === 'client' && record.count > 1) || client.failure !== undefined
  return store.clients
    .mark(client.id, client.settingsVersion, confirmed ? 'refused' : 'ok', record)
    .then((marked) => marked && confirmed)
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
    code: lostCode,
    cause:
      'The answer that carried the new refresh token never arrived, and the service does not accept the previous one again.',
    remedy: 'Authorize again.',
  }
}

type Words = Pick<Failure, 'code' | 'words' | 'cause' | 'remedy' | 'status'>

/** What a failure says, without what was absent. */
export function wordsOf(failure: Words): Words {
  return {
    ...(failure.words === undefined ? {} : { words: failure.words }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
    ...(failure.remedy === undefined ? {} : { remedy: failure.remedy }),
    ...(failure.status === undefined ? {} : { status: failure.status }),
    code: failure.code,
  }
}
