import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { duration } from '../../duration.ts'
import { withRfc3339 } from '../times.ts'

/** The link is of use only where something serves its page. */
export async function run({ client, output, io }: Call): Promise<undefined> {
  if ((await client.place()) === 'in process') {
    throw new EvergrantError('server_not_reachable', {
      detail: 'no server runs that a browser could sign in to',
      remedy: 'start it: `evergrant serve`',
    })
  }
  const link = await client.call('createSignInLink', {})
  output.result(link.url, withRfc3339(link))
  output.say(`works once, for ${duration(link.expires_at - io.now() / 1000)}`)
}
