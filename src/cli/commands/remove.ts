import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'

export const revocationText = {
  done: 'the service has revoked them',
  queued: 'the service does not answer and is asked again later',
  not_offered: 'the service offers no revocation: end the access there by hand if you must',
  not_asked: 'they were not revoked at the service (--revoke does that)',
} as const

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  const name = given.required('name')
  await confirmed(call, `remove ${name} and destroy its tokens`)
  const answer = await client.call('removeConnection', {
    params: { name },
    query: { revoke: given.flag('revoke') ? 'true' : 'false' },
  })
  output.result(`removed ${name} and its tokens; ${revocationText[answer.revocation]}`, { connection: name, ...answer })
}
