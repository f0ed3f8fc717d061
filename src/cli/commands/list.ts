import type { Call } from '../command.ts'
import { conditionText, deathText, expiryText } from '../connection-text.ts'
import { allConnections } from '../connections.ts'
import { table } from '../output.ts'
import { withRfc3339 } from '../times.ts'

export async function run({ client, given, output, io }: Call): Promise<undefined> {
  const connections = await allConnections(client, given.argument('search'))
  const now = io.now() / 1000
  const rows = connections.map((connection) => [
    connection.name,
    connection.provider_name,
    conditionText(connection),
    expiryText(connection, now),
    deathText(connection, now) ?? '-',
  ])
  if (rows.length === 0) output.say('no connections; `evergrant connect SERVICE` makes one')
  const text = rows.length === 0 ? '' : table([['NAME', 'SERVICE', 'CONDITION', 'TOKEN EXPIRES', 'WILL DIE'], ...rows])
  output.result(text, withRfc3339({ connections }))
}
