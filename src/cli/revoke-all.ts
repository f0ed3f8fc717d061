/**
 * Everything at once, for the day something leaked: connection by connection over the same route as one alone, so that
 * a kill at any moment leaves some done and the rest as it was. What has no tokens any more is passed over: the same
 * command again does what is left.
 */
import type { ConnectionOnWire } from '../api/connection.ts'
import { EvergrantError, errorTable, type ErrorCode } from '../errors.ts'
import { confirmed } from './asking.ts'
import type { Answer } from './client.ts'
import type { Call } from './command.ts'
import { revocationText } from './commands/remove.ts'
import { allConnections } from './connections.ts'
import { table } from './output.ts'
import { toProblem, type Problem } from './problem.ts'
import { isUnreached } from './transport.ts'

/** How many are under way at once. The server keeps to the pace of each service. */
const atOnce = 8

type Revoked = Answer<'revokeConnection'>
type Ended = { connection: ConnectionOnWire } & ({ answer: Revoked } | { problem: Problem })

export async function revokeAll(call: Call, service: string | undefined): Promise<undefined> {
  const { output } = call
  const left = await found(call, service)
  if (left.length === 0) {
    output.result('there is nothing to revoke: no connection has tokens', { ...summary([]), left: 0 })
    return
  }
  const of = service === undefined ? '' : ` of ${service}`
  await confirmed(
    call,
    `revoke the tokens of ${left.length === 1 ? '1 connection' : `all ${left.length} connections`}${of}`,
  )
  const ended = await inTurns(call, left)
  output.result(told(ended, left.length), { ...summary(ended), left: left.length - done(ended).length })
  assertAll(ended, left.length)
}

/** Those that have tokens, or would get some by themselves. */
async function found({ client }: Call, service: string | undefined): Promise<ConnectionOnWire[]> {
  const all = (await allConnections(client)).filter(({ provider }) => service === undefined || provider === service)
  if (all.length === 0 && service !== undefined) {
    throw new EvergrantError('unknown_provider', {
      detail: `there is no connection of a service "${service}"`,
      remedy: '`evergrant list --json` names the service of each connection as `provider`',
    })
  }
  return all.filter(({ state, actions, obtained_at: at }) => {
    return state === 'active' || at !== undefined || actions.includes('revoke')
  })
}

/** A failure of one stops no other; only where nobody is there to ask any more nothing else is tried. */
async function inTurns({ client, output }: Call, left: readonly ConnectionOnWire[]): Promise<Ended[]> {
  const ended: Ended[] = []
  const waiting = [...left]
  let isGone = false
  const tell = (one: Ended) => {
    ended.push(one)
    output.say(`${ended.length} of ${left.length}: ${one.connection.name}: ${outcomeOf(one)}`)
  }
  const work = async () => {
    for (let connection = waiting.shift(); connection !== undefined && !isGone; connection = waiting.shift()) {
      try {
        tell({ connection, answer: await client.call('revokeConnection', { params: { name: connection.name } }) })
      } catch (error) {
        // Gone meanwhile, and its tokens with it.
        if (toProblem(error).code === 'unknown_connection') continue
        isGone ||= isUnreached(error)
        tell({ connection, problem: toProblem(error) })
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return ended
}

function outcomeOf(one: Ended): string {
  if ('problem' in one) return `not revoked: ${one.problem.detail}`
  const { revocation, failure } = one.answer
  if (failure === undefined) return revocationText[revocation]
  const words = [failure.words, failure.cause].filter((text) => text !== undefined)
  return [revocationText[revocation], failure.code, ...words].join(': ')
}

const done = (ended: readonly Ended[]) => ended.flatMap((one) => ('answer' in one ? [one] : []))
const failed = (ended: readonly Ended[]) => ended.flatMap((one) => ('problem' in one ? [one] : []))
const by = (ended: readonly Ended[], revocation: Revoked['revocation']) =>
  done(ended).filter(({ answer }) => answer.revocation === revocation)

/** Names by what became of their tokens. */
function summary(ended: readonly Ended[]) {
  const names = (some: readonly Ended[]) => some.map(({ connection }) => connection.name)
  return {
    done: names(by(ended, 'done')),
    queued: names(by(ended, 'queued')),
    not_offered: names(by(ended, 'not_offered')),
    refused: by(ended, 'refused').map(({ connection, answer }) => ({ connection: connection.name, ...answer.failure })),
    failed: failed(ended).map(({ connection, problem }) => ({ connection: connection.name, ...problem })),
  }
}

/** How many became what, and a line for each that is not over: somebody may have to end it by hand. */
function told(ended: readonly Ended[], all: number): string {
  const parts = (['done', 'queued', 'not_offered', 'refused'] as const).flatMap((revocation) => {
    const { length } = by(ended, revocation)
    return length === 0 ? [] : [`\n${length}: ${revocationText[revocation]}`]
  })
  const open = ended.filter((one) => !('answer' in one) || one.answer.revocation !== 'done')
  const rows = open.map((one) => [one.connection.name, one.connection.provider_name, outcomeOf(one)])
  const head = `dropped the tokens of ${done(ended).length} of ${all} connections${parts.join('')}`
  return rows.length === 0 ? head : `${head}\n\n${table([['NAME', 'SERVICE', 'OUTCOME'], ...rows])}`
}

/** What was not done at all weighs more than what a service refused: it is still served here. */
function assertAll(ended: readonly Ended[], all: number): void {
  const missed = all - done(ended).length
  const [first] = failed(ended)
  if (first !== undefined) {
    const { code } = first.problem
    throw new EvergrantError(isCode(code) ? code : 'internal', {
      detail: `${missed} of ${all} connections keep their tokens: ${first.problem.detail}`,
      remedy: 'run the same command again: it does only what is left',
    })
  }
  const refused = by(ended, 'refused')
  if (refused.length === 0) return
  throw new EvergrantError('provider_refused', {
    detail: `services refused to revoke the tokens of ${refused.length} of ${all} connections, which may still live there`,
    remedy: 'end the access in the settings of each service itself',
  })
}

const isCode = (code: string): code is ErrorCode => Object.hasOwn(errorTable, code)
