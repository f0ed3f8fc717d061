import type { ActionReportOnWire } from '../../api/action.ts'
import type { Call } from '../command.ts'
import { tellWarnings } from '../connection-text.ts'
import { reportError } from '../report.ts'
import { relative, withRfc3339 } from '../times.ts'

export async function run({ client, given, io, output }: Call): Promise<undefined> {
  const report = await client.call('testConnection', { params: { name: given.required('name') } })
  if (!report.ok) throw reportError(report, 'run the test request', 'test_failed')
  const status = report.response === undefined ? '' : ` with ${report.response.status}`
  const who = report.who === undefined ? '' : `; connected as ${report.who}`
  const said = introspectionText(report.introspection, io.now() / 1000)
  output.result(`${report.connection.provider_name} answered${status}${who}${said}`, withRfc3339(report))
  tellWarnings(output, report.connection)
}

/** What the service says of a token that no test request tries. */
function introspectionText(said: ActionReportOnWire['introspection'], now: number): string {
  if (said === undefined) return ''
  const end = said.expires_at
  const ends = typeof end === 'number' ? ` and expires ${relative(end, now)}` : end === 'never' ? ' and never ends' : ''
  const scopes = said.scope === undefined || said.scope.length === 0 ? '' : `; scopes: ${said.scope.join(' ')}`
  return `; the token is active${ends}${scopes}`
}
