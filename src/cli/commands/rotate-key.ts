/** The key that seals the store is changed while everything runs; the server, or this process, does the work. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { SealingOnWire } from '../../api/sealing.ts'
import { EvergrantError } from '../../errors.ts'
import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'
import { table } from '../output.ts'

const lookMs = 300

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  const wanted = ['status', 'stage', 'retire'].filter((flag) => given.flag(flag))
  if (wanted.length > 1) {
    throw new EvergrantError('invalid_request', {
      detail: `--${wanted.join(' and --')} cannot be given together`,
      remedy: 'give one of them',
    })
  }
  if (given.flag('status')) return show(call, await client.call('showSealing', {}))
  if (given.flag('retire')) return retire(call)
  if (given.flag('stage')) {
    const state = await client.call('rotateSealing', { body: { stage: true } })
    output.result(`staged key ${state.staged ?? state.sealing} in ${state.from}`, state)
    output.say('next: copy the key file to every node, then `evergrant rotate-key`')
    return
  }
  show(call, await finished(call, await client.call('rotateSealing', { body: {} })))
}

/** Waits for the end of the change and tells how far it is. Broken off, the server goes on alone. */
async function finished(call: Call, begun: SealingOnWire): Promise<SealingOnWire> {
  const { client, output } = call
  let state = begun
  output.say(`${state.sealing} seals from now on`)
  for (let told = 0; state.rotation?.running === true;) {
    await sleep(lookMs)
    state = await client.call('showSealing', {})
    const { wrapped = 0, total = 0 } = state.rotation ?? {}
    if (wrapped - told < total / 10) continue
    told = wrapped
    output.say(`wrapped ${wrapped} of ${total}`)
  }
  const { failure, unopened = 0 } = state.rotation ?? {}
  if (failure !== undefined) {
    throw new EvergrantError('store_unavailable', {
      detail: `the change of the key stopped: ${failure}; nothing is lost`,
      remedy: '`evergrant rotate-key` goes on with it',
    })
  }
  if (unopened > 0) output.warn(`${unopened} damaged values were passed over; their older key is kept`)
  return state
}

function show({ output }: Call, state: SealingOnWire): undefined {
  const rows = state.keys.map(({ id, since, uses, here }) => [
    id,
    id === state.sealing ? 'seals' : since === undefined ? 'staged' : 'opens',
    since === undefined ? '' : `since ${new Date(since * 1000).toISOString().slice(0, 10)}`,
    `${uses} values`,
    here ? '' : 'not here',
  ])
  output.result(table(rows), state)
  const idle = state.keys.some(({ id, since, uses }) => id !== state.sealing && since !== undefined && uses === 0)
  if (state.settled && idle && state.writable)
    output.say('older keys seal nothing any more; `evergrant rotate-key --retire` takes them out of the key file')
}

async function retire(call: Call): Promise<undefined> {
  const { client, output } = call
  const state = await client.call('showSealing', {})
  output.say(
    'backups that were made before the change need the older key: keep a copy of it, apart from them, as long as\n' +
      'you keep them.',
  )
  await confirmed(call, `take older keys out of ${state.from}`)
  const { retired } = await client.call('retireSealing', {})
  output.result(retired.length === 0 ? 'there was none to take out' : `took out ${retired.join(', ')}`, { retired })
}
