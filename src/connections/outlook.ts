/** What is ahead of a connection, and what a person can do with it now. Pure. */
import type { Loaded } from '../store/store.ts'
import type { TokenSet } from '../oauth/token-set.ts'
import type { ConnectionAction } from './connections.ts'
import { mandatoryAt } from './expiry.ts'
import type { Plan } from './plan.ts'
import { needsNobody, strategyOf } from './renewal-policy.ts'

/**
 * The moment by which a person must have acted, or undefined where none is known. What renews itself does not count;
 * a grant that dies unused counts only where nothing keeps it in use.
 */
export function personBy({ connection, client, schedule, tokens }: Loaded, plan: Plan): number | undefined {
  const root = tokens?.root
  const strategy = strategyOf(plan.way, root)
  const isKept = strategy !== undefined && schedule.state === 'active' && connection.failure === undefined
  const ends = [
    client?.secretEndsAt,
    client?.certificateEndsAt,
    // What can always be asked for again has no end of its own.
    ...(strategy === 'issue' ? [] : [root?.hardEnd, isKept ? undefined : root?.idleEnd]),
    ...(strategy === undefined ? [tokens?.served?.expiresAt ?? root?.expiresAt, root?.expiresAt] : []),
  ]
  const known = ends.filter((end): end is number => typeof end === 'number')
  return known.length === 0 ? undefined : Math.min(...known)
}

/** From when on a job waits for the renewal instead of being served what is there. */
export function callersWaitAt(served: TokenSet | undefined): number | undefined {
  const at = served === undefined ? Infinity : mandatoryAt(served)
  return at === Infinity ? undefined : Math.floor(at)
}

/** What would make sense: the rest is answered with a problem that says why not. */
export function actionsOf({ schedule, tokens }: Loaded, plan: Plan): ConnectionAction[] {
  const { way, wayName, provider } = plan
  const isAtRest = schedule.state === 'suspended'
  const isThere = tokens !== undefined
  // A grant that was declared dead is asked for nothing: only a person brings the next.
  const isOpen = schedule.state === 'active' || needsNobody(way)
  const isRenewable = isOpen && strategyOf(way, tokens?.root) !== undefined
  const isTestable =
    provider.introspect !== undefined || (provider.probes ?? []).some(({ ways }) => ways?.includes(wayName) ?? true)
  const possible: [ConnectionAction, boolean][] = [
    ['authorize', way.authorize !== undefined || way.grant === 'device_code'],
    ['issue', !isAtRest && needsNobody(way)],
    ['renew', !isAtRest && isThere && isRenewable],
    ['test', !isAtRest && isTestable && (isThere || needsNobody(way))],
    ['reveal', !isAtRest && isThere],
    ['revoke', isThere],
  ]
  return possible.flatMap(([action, makesSense]) => (makesSense ? [action] : []))
}
