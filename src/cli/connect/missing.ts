/** What is still missing of a stored connection, and the command that gives it. */
import type { ConnectionOnWire } from '../../api/connection.ts'
import type { FieldOnWire } from '../../api/provider.ts'
import type { Call } from '../command.ts'
import { isProblem, Refused, toProblem } from '../problem.ts'
import { flagNamed, flagOf } from './fields.ts'

/** The lines for a person who has to get the values first. */
export function missingText(connection: ConnectionOnWire, fields: readonly FieldOnWire[]): string {
  return [
    'still to be given:',
    ...fields.map((field) => `  ${flagOf(field)}: ${field.label}${field.help === undefined ? '' : `, ${field.help}`}`),
    `next: ${continuing(connection, fields.map(flagOf))}`,
  ].join('\n')
}

/** Does something that needs a complete connection; if values are missing, the error says which command gives them. */
export async function needingValues<Result>(call: Call, name: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isProblem(error, 'missing_value')) throw error
    // A key for tokens alone may not see the connection; then the server's own words have to do.
    const connection = await call.client.call('showConnection', { params: { name } }).catch(() => undefined)
    const problem = toProblem(error)
    const flags = (problem.faults ?? []).flatMap((fault) => {
      const missing = /\{(\w+)\}/.exec(fault.problem)?.[1] ?? /^inputs\.(\w+)$/.exec(fault.path)?.[1]
      return missing === undefined ? [] : [flagNamed(missing)]
    })
    if (connection?.state !== 'pending' || flags.length === 0) throw error
    const remedy = `${continuing(connection, [...new Set(flags)])} (a secret one by --input-file NAME=FILE)`
    throw new Refused({ ...problem, detail: `"${name}" is not complete: ${problem.detail}`, remedy })
  }
}

function continuing({ provider, name }: ConnectionOnWire, flags: readonly string[]): string {
  return ['evergrant connect', provider, '--as', name, ...flags].join(' ')
}
