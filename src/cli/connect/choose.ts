/** What a service lists once there is a token is asked of a person; without one it is said how to see the list. */
import type { ConnectionOnWire } from '../../api/connection.ts'
import { askChoice } from '../asking.ts'
import type { Call } from '../command.ts'
import { canAsk } from '../io.ts'
import { toProblem } from '../problem.ts'

/** Gives the connection as it is afterwards. A list that cannot be had spoils nothing that was reached. */
export async function chooseOpen(call: Call, connection: ConnectionOnWire): Promise<ConnectionOnWire> {
  const { client, output, io } = call
  const { name, to_choose = [] } = connection
  const inputs: Record<string, string> = {}
  for (const { value, label, help, optional } of to_choose) {
    if (!canAsk(io) || output.json) {
      if (!optional) output.say(`still to be chosen: ${label}; \`evergrant choices ${name} ${value}\` lists them`)
      continue
    }
    try {
      const { choices } = await client.call('listChoices', { params: { name, value } })
      if (choices.length === 0) throw new Error(`the service lists nothing for ${label}`)
      const none = optional ? [{ value: '', label: 'none of these' }] : []
      const picked = await askChoice(io, { message: label, help }, [...choices, ...none])
      if (picked !== '') inputs[value] = picked
    } catch (error) {
      const { code, detail, title } = toProblem(error)
      if (code === 'cancelled') throw error
      output.warn(`${detail ?? title}; \`evergrant choices ${name} ${value}\` tries again`)
    }
  }
  if (Object.keys(inputs).length === 0) return connection
  return client.call('changeConnection', { params: { name }, body: { inputs } })
}
