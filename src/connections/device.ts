/**
 * Device authorization (RFC 8628): codes for a person, then polling by the rules: not faster than `interval`, five
 * seconds more after each `slow_down`, and an end at any other error or when the codes expire. A crash ends it cleanly:
 * the record expires, and nothing polls on.
 */
import { EvergrantError } from '../errors.ts'
import { nextPoll, readDeviceAnswer } from '../oauth/grants/device-code.ts'
import { Secret } from '../secret.ts'
import type { AuthorizationOutcome, AuthorizationRecord } from '../store/store.ts'
import type { Context } from './context.ts'
import { exchange, hushed, understand } from './exchange.ts'
import { settle } from './grant.ts'
import { failed, failedBy } from './outcome.ts'
import { paced } from './paced.ts'
import type { Plan, Planner } from './plan.ts'

/** Between polls after faults that pass by themselves. */
const longestIntervalSeconds = 60

/** What every start of an authorization knows. */
export type Started = { id: string; startedBy: string | undefined; now: number; lifeMs: number }

export async function startDevice(context: Context, plan: Plan, started: Started): Promise<AuthorizationRecord> {
  const template = plan.way.device
  if (template === undefined) throw new EvergrantError('not_supported', { connection: plan.connection.name })
  const call = await plan.call(template, {}, 'client')
  const purpose = { trigger: 'authorization', step: 'device', generation: 0 }
  const answered = await paced(
    context,
    call,
    () => exchange(context, plan, call, purpose),
    ({ failure }) => failure,
  )
  const codes = answered.response === undefined ? undefined : readDeviceAnswer(answered.response, started.now)
  if (codes === undefined || codes.kind !== 'device') {
    const words = answered.failure?.words ?? (codes && hushed(codes, answered).words)
    const said = words ?? codes?.code ?? answered.failure?.code ?? 'no answer'
    throw new EvergrantError('authorization_denied', {
      connection: plan.connection.name,
      detail: `the authorization server gave no device code: ${said}`,
    })
  }
  const record: AuthorizationRecord = {
    id: started.id,
    stateDigest: started.id,
    connectionId: plan.connection.id,
    ...(started.startedBy === undefined ? {} : { startedBy: started.startedBy }),
    back: 'device',
    sealed: {
      device_code: codes.deviceCode,
      user_code: codes.userCode,
      verification_uri: codes.verificationUri,
      ...(codes.verificationUriComplete === undefined
        ? {}
        : { verification_uri_complete: codes.verificationUriComplete }),
      interval: String(codes.interval),
    },
    createdAt: started.now,
    expiresAt: codes.expiresAt,
    outcome: { kind: 'waiting' },
  }
  await context.store.authorizations.insert(record)
  return record
}

export async function pollDevice(
  context: Context,
  planner: Planner,
  record: AuthorizationRecord,
  signal: AbortSignal,
  finish: (outcome: AuthorizationOutcome) => Promise<void>,
): Promise<void> {
  let interval = Number(record.sealed['interval'])
  for (;;) {
    try {
      await context.clock.sleep(interval * 1000, signal)
    } catch {
      return // shutting down
    }
    if (signal.aborted) return
    if (context.clock.now() >= record.expiresAt) return finish({ kind: 'expired' })
    try {
      const loaded = await context.store.connections.byId(record.connectionId)
      if (loaded === undefined || loaded.connection.removing) return
      const polled = await poll(context, planner, await planner.of(loaded), record)
      if ('outcome' in polled) return await finish(polled.outcome)
      const next = nextPoll(interval, polled.failure)
      if (next === undefined) return await finish(failed(polled.failure))
      interval = next
    } catch (error) {
      // A store that is away, or a server left alone for a while, ends nothing: the codes still live.
      if (!(error instanceof EvergrantError) || error.row.retryable !== true) return finish(failedBy(error))
      interval = Math.min(interval * 2, longestIntervalSeconds)
    }
  }
}

async function poll(context: Context, planner: Planner, plan: Plan, record: AuthorizationRecord) {
  const template = plan.way.token
  const deviceCode = record.sealed['device_code']
  if (template === undefined || deviceCode === undefined)
    throw new EvergrantError('not_supported', { connection: plan.connection.name })
  const call = await plan.call(
    template,
    { flow: { device_code: deviceCode instanceof Secret ? deviceCode : new Secret(deviceCode) } },
    'client',
  )
  const purpose = { trigger: 'authorization', step: 'token', generation: 0 }
  const answered = await paced(
    context,
    call,
    () => exchange(context, plan, call, purpose),
    // "Not yet" is an answer, not a failure of the server.
    () => undefined,
    false,
  )
  const understood = understand(plan, answered, template, 'token', context.unknownLife)
  if ('failure' in understood) return { failure: understood.failure }
  if (!(await context.store.authorizations.take(record.id, context.clock.now()))) {
    return { outcome: { kind: 'failed', code: 'authorization_used' } as const }
  }
  return { outcome: await settle(context, planner, plan, understood.tokens) }
}
