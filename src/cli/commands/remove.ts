import type { RemovedOnWire } from '../../api/connection.ts'
import { EvergrantError } from '../../errors.ts'
import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'

export const revocationText = {
  done: 'the service has revoked them',
  refused: 'the service did not revoke them',
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
  assertRevoked(answer)
}

/** What the service refused must be seen: the tokens live on there. */
export function assertRevoked({ revocation, failure }: RemovedOnWire): void {
  if (revocation !== 'refused') return
  const status = failure?.status === undefined ? '' : ` (HTTP ${failure.status})`
  const said = [failure?.words, failure?.cause].filter((text) => text !== undefined).map((text) => `: ${text}`)
  throw new EvergrantError('provider_refused', {
    detail: `the tokens may still live at the service, which refused to revoke them: ${failure?.code ?? 'no reason given'}${status}${said.join('')}`,
    remedy: failure?.remedy ?? 'end the access in the settings of the service itself',
  })
}
