import type { Call } from '../command.ts'
import { needingValues } from '../connect/missing.ts'
import { expiryText, tellWarnings } from '../connection-text.ts'
import { reportError } from '../report.ts'
import { withRfc3339 } from '../times.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output, io } = call
  const name = given.required('name')
  const report = await needingValues(call, name, () => client.call('renewToken', { params: { name } }))
  if (!report.ok) throw reportError(report, 'renew the token', 'provider_refused')
  const { connection } = report
  const end = connection.expires_at === undefined ? '' : `; it expires ${expiryText(connection, io.now() / 1000)}`
  output.result(
    `renewed the token of ${connection.name}, generation ${connection.generation}${end}`,
    withRfc3339(connection),
  )
  tellWarnings(output, connection)
}
