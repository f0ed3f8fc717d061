/**
 * outbound: the one way out. Everything Evergrant sends to a provider goes through `createOutbound().fetch`, and
 * everything that sends takes a permit of `createPace()` first.
 *
 * The client promises: https to public addresses on port 443, unless an admin listed the host; metadata services never;
 * the address that was checked is the address connected to; no redirect but those asked for; an answer of at most 1 MiB
 * within the deadline or a `FetchFailed`, whose `sent: false` means that the server cannot have acted; nothing sent after
 * `startBefore`. It never reads proxy variables of the environment, never retries, never logs.
 *
 * A typical call: `const permit = await pace.permit(origin, { deadlineMs })`, then `await outbound.fetch(request)`, then
 * `permit.done('ok')`.
 */
export { createOutbound, defaultDeadlineMs, type Outbound, type OutboundOptions } from './client.ts'
export type { Address, Lookup } from './connect.ts'
export {
  createPace,
  defaultLimits,
  type LaneState,
  type Outcome,
  type Pace,
  type PaceLimits,
  type PaceOptions,
  type Permit,
} from './pace.ts'
