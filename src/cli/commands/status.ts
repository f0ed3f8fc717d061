import type { ConnectionOnWire } from '../../api/connection.ts'
import { errorTable } from '../../errors.ts'
import type { Call } from '../command.ts'
import { conditionText, connectionLines, remedyText } from '../connection-text.ts'
import { allConnections } from '../connections.ts'
import { table } from '../output.ts'
import { withRfc3339 } from '../times.ts'

/** Exits like the token would: 4 where a person must authorize, 9 where the settings are wrong, else 0. */
export async function run(call: Call): Promise<number> {
  const name = call.given.argument('name')
  return name === undefined ? overview(call) : one(call, name)
}

async function one({ client, output, io }: Call, name: string): Promise<number> {
  const connection = await client.call('showConnection', { params: { name } })
  output.result(connectionLines(connection, io.now() / 1000).join('\n'), withRfc3339(connection))
  const remedy = remedyText(connection)
  if (remedy !== undefined) output.say(`hint: ${remedy}`)
  return exitCode(connection)
}

async function overview({ client, output }: Call): Promise<number> {
  const connections = await allConnections(client)
  const troubled = connections.filter(({ condition }) => condition !== 'ok')
  const rows = troubled.map((connection) => [
    connection.name,
    conditionText(connection),
    connection.failure?.code ?? '-',
    remedyText(connection) ?? '-',
  ])
  const total = `${connections.length} ${connections.length === 1 ? 'connection' : 'connections'}`
  const text =
    rows.length === 0
      ? `${total}, nothing to do`
      : `${total}, ${rows.length} to look at\n${table([['NAME', 'CONDITION', 'FAILURE', 'WHAT TO DO'], ...rows])}`
  output.result(text, withRfc3339({ total: connections.length, attention: troubled }))
  for (const { name, warnings } of connections) for (const warning of warnings) output.warn(`${name}: ${warning}`)
  return Math.max(0, ...troubled.map(exitCode))
}

function exitCode({ condition }: ConnectionOnWire): number {
  if (condition === 'ok' || condition === 'failing') return 0
  return errorTable[condition === 'needs_configuration' ? 'needs_configuration' : 'needs_authorization'].exit
}
