import type { Call } from '../command.ts'
import { tellWarnings } from '../connection-text.ts'
import { reportError } from '../report.ts'
import { withRfc3339 } from '../times.ts'

export async function run({ client, given, output }: Call): Promise<undefined> {
  const report = await client.call('testConnection', { params: { name: given.required('name') } })
  if (!report.ok) throw reportError(report, 'run the test request', 'test_failed')
  const status = report.response === undefined ? '' : ` with ${report.response.status}`
  const who = report.who === undefined ? '' : `; connected as ${report.who}`
  output.result(`${report.connection.provider_name} answered${status}${who}`, withRfc3339(report))
  tellWarnings(output, report.connection)
}
