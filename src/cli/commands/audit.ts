import type { AuditEntryOnWire } from '../../api/audit.ts'
import { auditFilter } from '../audit-filter.ts'
import type { Call } from '../command.ts'
import { table } from '../output.ts'
import { rfc3339, withRfc3339 } from '../times.ts'

export async function run({ client, given, output, io }: Call): Promise<undefined> {
  const limit = given.number('limit') ?? 50
  const query = { ...auditFilter(given, io), limit }
  const { entries } = await client.call('listAudit', { query })
  if (entries.length === 0) output.say('nothing of this kind is in the audit')
  const head = ['WHEN', 'WHO', 'FROM', 'WHAT', 'CONNECTION', 'OUTCOME', 'TIMES']
  const rows = entries.map((entry) => [
    rfc3339(entry.at),
    whoOf(entry),
    entry.address ?? '-',
    entry.action,
    entry.connection ?? '-',
    entry.outcome,
    String(entry.count),
  ])
  output.result(rows.length === 0 ? '' : table([head, ...rows]), withRfc3339({ entries }))
}

function whoOf({ actor }: AuditEntryOnWire): string {
  const { kind, id, name } = actor
  return [kind, name ?? id].filter((part) => part !== undefined).join(' ')
}
