import { createPublicKey } from 'node:crypto'
import type { End, TokenSet } from '../oauth/token-set.ts'
import { EvergrantError } from '../errors.ts'
import type { ClientRecord, FailureRecord, Loaded } from '../store/store.ts'
import { Secret } from '../secret.ts'
import { isTyped } from '../provider/values.ts'
import { sentence } from '../provider/warnings.ts'
import { adviceOf } from './advice.ts'
import { apiOf } from './api.ts'
import { openChoices } from './choices.ts'
import type { ConnectionView } from './connections.ts'
import { actionsOf, callersWaitAt, personBy } from './outlook.ts'
import { strayedError, type Plan } from './plan.ts'
import { strategyOf } from './renewal-policy.ts'

/**
 * What people see of a connection. No secret in it: secret inputs appear as `[set]`. Without a plan, because its
 * definition is gone or faulty, it is shown with that fault, so that it can be mended or removed.
 */
export function viewOf(loaded: Loaded, plan: Plan | EvergrantError, sharedWith: number, now: number): ConnectionView {
  const { connection, client, schedule, tokens } = loaded
  const root = tokens?.root
  const served = tokens?.served ?? root
  // What a dead grant would have lived for is no forecast.
  const hasEnded = schedule.state === 'needs_authorization'
  // Nothing is tried before a person has acted, whatever moments are stored.
  const rests =
    plan instanceof EvergrantError ||
    plan.strayed !== undefined ||
    client?.state === 'refused' ||
    schedule.state === 'suspended'
  const inputs = inputsOf(loaded, root)
  return {
    name: connection.name,
    provider: connection.provider,
    providerName: plan instanceof EvergrantError ? connection.provider : plan.provider.name,
    way: connection.way,
    grant: plan instanceof EvergrantError ? 'unknown' : plan.way.grant,
    state: schedule.state,
    condition:
      plan instanceof EvergrantError || plan.strayed !== undefined ? 'needs_configuration' : conditionOf(loaded),
    generation: schedule.generation,
    inputs,
    captured: plan instanceof EvergrantError ? [] : capturedOf(inputs, plan),
    scopes: connection.scopes,
    createdAt: connection.createdAt,
    hasRefreshToken: root?.refreshToken !== undefined,
    renewal: plan instanceof EvergrantError || hasEnded ? 'none' : renewalOf(plan, root),
    deaths: deathsOf(loaded, hasEnded ? undefined : root, served),
    actions: plan instanceof EvergrantError ? [] : actionsOf(loaded, plan),
    warnings: plan instanceof EvergrantError ? [] : adviceOf(plan, client, root, now).map(sentence),
    settingsVersion: connection.settingsVersion,
    ...(plan instanceof EvergrantError ? {} : { api: apiOf(plan, served) }),
    toChoose: plan instanceof EvergrantError || root === undefined ? [] : openChoices(plan, root),
    ...(client === undefined
      ? {}
      : {
          client: {
            id: client.clientId,
            method: client.authMethod,
            hasSecret: client.secret !== undefined,
            hasKey: client.key !== undefined,
            state: client.state,
            sharedWith,
            ...known({
              keyId: client.keyId,
              certificate: client.certificate,
              publicKey: publicKeyOf(client),
              secretEndsAt: client.secretEndsAt,
              certificateEndsAt: client.certificateEndsAt,
            }),
          },
        }),
    ...known({
      scopesGranted: root?.scope,
      redirectUri: connection.redirectUri,
      overrides: connection.overrides,
      authorizedAt: connection.authorizedAt,
      obtainedAt: root?.obtainedAt,
      expiresAt: served?.expiresAt,
      nextRenewalAt: rests || isStep(root, schedule.dueAt) ? undefined : schedule.dueAt,
      retryAt: rests ? undefined : schedule.retryAt,
      callersWaitAt: callersWaitAt(served),
      personBy: plan instanceof EvergrantError ? undefined : personBy(loaded, plan),
      who: connection.who,
      // What was damaged may be why there is no plan.
      failure:
        plan instanceof EvergrantError && connection.failure?.code !== 'integrity_error'
          ? withoutPlan(plan, connection.createdAt)
          : !(plan instanceof EvergrantError) && plan.strayed !== undefined
            ? withoutPlan(strayedError(plan), connection.createdAt)
            : failureOf(loaded, rests),
    }),
  }
}

/** A certificate says it already; a key that cannot be read is told elsewhere. */
function publicKeyOf({ key, certificate }: ClientRecord): string | undefined {
  if (key === undefined || certificate !== undefined) return undefined
  try {
    return createPublicKey(key.open()).export({ type: 'spki', format: 'pem' }).toString()
  } catch {
    return undefined
  }
}

function withoutPlan(fault: EvergrantError, since: number): FailureRecord {
  return {
    kind: 'configuration',
    code: fault.code,
    words: fault.message,
    remedy: fault.remedy,
    count: 1,
    firstAt: since,
    lastAt: since,
  }
}

/** A refused client is refused for all its connections. */
function failureOf({ connection, client }: Loaded, rests: boolean): FailureRecord | undefined {
  const failure = connection.failure ?? (client?.state === 'refused' ? client.failure : undefined)
  if (failure === undefined || !rests) return failure
  const { retryAt: _, ...last } = failure
  return last
}

/** Whether it is a step that is due then, and no renewal. */
function isStep(root: TokenSet | undefined, dueAt: number | undefined): boolean {
  return Object.values(root?.steps ?? {}).some((state) => state.dueAt === dueAt)
}

/** How the next token set comes, by the word of the provider file. */
function renewalOf(plan: Plan, root: TokenSet | undefined): string {
  if (root === undefined) return plan.way.renewal.by
  const strategy = strategyOf(plan.way, root)
  return strategy === 'issue' ? 'reissue' : (strategy ?? 'none')
}

/** Stored states, and the two that are derived: `failing` and `needs_configuration`. */
function conditionOf({ connection, client, schedule }: Loaded): ConnectionView['condition'] {
  if (client?.state === 'refused') return 'needs_configuration'
  if (schedule.state !== 'active')
    return schedule.state === 'pending' && connection.failure !== undefined ? 'failing' : schedule.state
  if (connection.failure === undefined) return 'ok'
  return connection.failure.kind === 'configuration' || connection.failure.kind === 'client'
    ? 'needs_configuration'
    : 'failing'
}

function inputsOf({ connection }: Loaded, root: TokenSet | undefined): Record<string, string> {
  const inputs: Record<string, string> = { ...connection.values }
  for (const [name, value] of Object.entries(root?.values ?? {}))
    if (!(value instanceof Secret) && !name.includes('.')) inputs[name] ??= value
  for (const name of Object.keys(connection.secretValues)) inputs[name] = '[set]'
  return inputs
}

/** Of the inputs, those that nobody types. */
function capturedOf(inputs: Readonly<Record<string, string>>, plan: Plan): string[] {
  const { values = {} } = plan.provider
  return Object.keys(inputs).filter((name) => values[name] !== undefined && !isTyped(values[name]))
}

/** What will die when, soonest first. */
function deathsOf(
  { client }: Loaded,
  root: TokenSet | undefined,
  served: TokenSet | undefined,
): ConnectionView['deaths'] {
  const ends: [string, End | undefined][] = [
    ['access_token', served?.expiresAt],
    // What jobs get may have no end of its own, and be derived from something that has.
    ['token_behind', served === root || typeof served?.expiresAt === 'number' ? undefined : root?.expiresAt],
    ['refresh_token_idle', root?.idleEnd],
    ['refresh_token', root?.hardEnd],
    ['client_secret', client?.secretEndsAt],
    ['certificate', client?.certificateEndsAt],
  ]
  return ends
    .filter((end): end is [string, number] => typeof end[1] === 'number')
    .map(([what, at]) => ({ what, at }))
    .sort((one, other) => one.at - other.at)
}

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Drops what is undefined: an absent field says "not known". */
function known<T extends Record<string, unknown>>(fields: T): Known<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T> // only undefined was taken away
}
