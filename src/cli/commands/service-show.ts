import type { Call } from '../command.ts'
import { widthOf } from '../paragraph.ts'
import { serviceText } from '../service-text.ts'
import { toYaml } from '../structured-file.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output, io } = call
  if (given.flag('definition') || given.flag('yaml')) return showDefinition(call)
  const service = await client.call('showProvider', { params: { id: given.required('id') } })
  const title = (text: string) => output.style('stdout', 'bold', text)
  output.result(serviceText(service, { width: widthOf(io), title }), service)
}

async function showDefinition({ client, given, output }: Call): Promise<undefined> {
  const written = await client.call('showDefinition', { params: { id: given.required('id') } })
  const { definition, faults } = written
  const text = given.flag('yaml') ? await toYaml(definition) : JSON.stringify(definition, null, 2)
  output.result(text, definition)
  for (const { path, problem } of faults) output.warn(`${path}: ${problem}`)
}
