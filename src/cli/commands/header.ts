import type { Call } from '../command.ts'
import { warningText } from '../token-text.ts'

/** One line that `curl -H @-` takes. */
export async function run({ client, given, output, io }: Call): Promise<undefined> {
  const answer = await client.call('readToken', {
    params: { name: given.required('name') },
    query: { min_valid: given.number('min-valid') },
  })
  if (!output.json) io.stderr.write(warningText(answer))
  // Services that compare the scheme's case want it as RFC 6750 writes it.
  const scheme = answer.token_type.toLowerCase() === 'bearer' ? 'Bearer' : answer.token_type
  const value = `${scheme} ${answer.access_token}`
  output.result(`Authorization: ${value}`, { name: 'Authorization', value })
}
