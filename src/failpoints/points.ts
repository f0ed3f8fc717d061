/**
 * Where a test kills this process: at one step of a renewal, an authorization or a removal, as `kill -9` would. Named by
 * one environment variable, which is refused unless NODE_ENV says that this is a test
 * (docs/decisions/0009-failpoints-around-the-ports.md). `ports.ts` puts it in place.
 */
import type { Fault } from '../errors.ts'

export const failpointVariable = 'EVERGRANT_FAILPOINT'

/** Each with what has happened by then. */
export const points = {
  before_claim: 'nothing is written',
  after_claim: 'the claim, which is the record of intent, is durable',
  before_request: 'a request is about to be sent',
  after_response: 'an answer lies in memory whole',
  before_spool: 'an answer is understood and about to be spooled',
  spool_emptied: 'the spool was begun anew for an answer that it does not hold yet',
  spool_rewriting: 'at a start: the spool is written anew beside the old one, which is still in its place',
  after_spool: 'an answer is in the spool',
  before_advance: 'a renewal is about to be stored',
  after_advance: 'a renewal is stored, and nobody was answered',
  before_grant: 'what a person authorized is about to be stored',
  after_grant: 'what a person authorized is stored',
  before_drop: 'the tokens of a connection are about to be dropped',
  after_drop: 'the tokens of a connection are dropped',
  after_removing: 'a removal was begun',
  before_remove: 'a connection is about to be removed',
  after_key: 'another key seals from now on, and nothing is wrapped by it yet',
  after_wrapping: 'a part of what the key before sealed is wrapped anew',
} as const

export type Point = keyof typeof points

/** The `time`th time that the point is reached. */
export type Failpoint = { point: Point; time: number }

/** `POINT:kill` or `POINT:kill:TIME`. Undefined where none is set. */
export function readFailpoint(env: Readonly<Record<string, string | undefined>>): Failpoint | Fault | undefined {
  const text = env[failpointVariable]
  if (text === undefined || text === '') return undefined
  const path = failpointVariable
  if (env['NODE_ENV'] !== 'test')
    return {
      path,
      problem: 'it kills the program on purpose, and this is no test (NODE_ENV is not "test")',
      remedy: 'take it out of the environment',
    }
  const [point = '', action, time = '1'] = text.split(':')
  if (!Object.hasOwn(points, point) || action !== 'kill' || !/^[1-9]\d?$/.test(time))
    return {
      path,
      problem: `"${text}" is no failpoint`,
      remedy: `write POINT:kill or POINT:kill:TIME; points: ${Object.keys(points).join(', ')}`,
    }
  return { point: point as Point, time: Number(time) } // one of its own keys
}
