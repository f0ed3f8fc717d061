import type { Call } from '../command.ts'
import { table } from '../output.ts'

/** What a service lets one choose from, with the token of the connection. */
export async function run({ client, given, output }: Call): Promise<undefined> {
  const name = given.required('name')
  const value = given.required('value')
  const answer = await client.call('listChoices', { params: { name, value } })
  const rows = answer.choices.map((one) => [one.value, one.label, one.value === answer.current ? 'current' : ''])
  output.result(rows.length === 0 ? '' : table([[value.toUpperCase(), 'LABEL', ''], ...rows]), answer)
  if (rows.length === 0) output.say('the service lists nothing')
  if (output.json) return undefined
  const { provider } = await client.call('showConnection', { params: { name } })
  output.say(`next: evergrant connect ${provider} --as ${name} --input ${value}=VALUE`)
}
