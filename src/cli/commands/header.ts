import type { Call } from '../command.ts'
import { needingValues } from '../connect/missing.ts'
import { warningText } from '../token-text.ts'

/** One line that `curl -H @-` takes. */
export async function run(call: Call): Promise<undefined> {
  const { client, given, output, io } = call
  const name = given.required('name')
  const query = { min_valid: given.number('min-valid') }
  const answer = await needingValues(call, name, () => client.call('readToken', { params: { name }, query }))
  if (!output.json) io.stderr.write(warningText(answer))
  // Services that compare the scheme's case want it as RFC 6750 writes it.
  const scheme = answer.token_type.toLowerCase() === 'bearer' ? 'Bearer' : answer.token_type
  const value = `${scheme} ${answer.access_token}`
  output.result(`Authorization: ${value}`, { name: 'Authorization', value })
}
