import type { TokenOnWire } from '../../api/token.ts'
import type { Call } from '../command.ts'
import { needingValues } from '../connect/missing.ts'
import { tokenText, warningText } from '../token-text.ts'

/** The whole verb; the plain case over the socket is answered by `token-fast.ts` with the same bytes. */
export async function run(call: Call): Promise<undefined> {
  const answer = await readToken(call)
  if (!call.output.json) call.io.stderr.write(warningText(answer))
  call.io.stdout.write(tokenText(answer, call.output.json))
}

async function readToken(call: Call): Promise<TokenOnWire> {
  const { client, given } = call
  const name = given.required('name')
  const params = { name }
  const rejected = given.number('rejected')
  if (rejected !== undefined) return client.call('rejectToken', { params, body: { rejected } })
  const query = { min_valid: given.number('min-valid') }
  return needingValues(call, name, () => client.call('readToken', { params, query }))
}
