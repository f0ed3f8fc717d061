import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  const id = given.required('id')
  await confirmed(call, `remove the definition ${id}`)
  await client.call('removeProvider', { params: { id } })
  output.result(`removed the definition ${id}`, { id })
}
