import { EvergrantError } from '../../errors.ts'
import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'
import { revokeAll } from '../revoke-all.ts'
import { assertRevoked, revocationText } from './remove.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  const service = given.text('service')
  const name = given.argument('name')
  if (given.flag('all') === (name !== undefined) || (service !== undefined && name !== undefined)) {
    throw new EvergrantError('invalid_request', {
      detail: name === undefined ? 'nobody says what is to be revoked' : 'a name and --all or --service are too much',
      remedy: 'name one connection, or give --all, with --service ID for those of one service',
    })
  }
  if (name === undefined) return revokeAll(call, service)
  await confirmed(call, `revoke the tokens of ${name}`)
  const answer = await client.call('revokeConnection', { params: { name } })
  output.result(`dropped the tokens of ${name}; ${revocationText[answer.revocation]}`, { connection: name, ...answer })
  assertRevoked(answer)
  output.say(`next: evergrant authorize ${name}`)
}
