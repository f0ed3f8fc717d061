import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'
import { assertRevoked, revocationText } from './remove.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  const name = given.required('name')
  await confirmed(call, `revoke the tokens of ${name}`)
  const answer = await client.call('revokeConnection', { params: { name } })
  output.result(`dropped the tokens of ${name}; ${revocationText[answer.revocation]}`, { connection: name, ...answer })
  assertRevoked(answer)
  output.say(`next: evergrant authorize ${name}`)
}
