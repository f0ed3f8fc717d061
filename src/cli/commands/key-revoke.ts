import type { Call } from '../command.ts'

export async function run({ client, given, output }: Call): Promise<undefined> {
  const id = given.required('id')
  await client.call('revokeKey', { params: { id } })
  output.result(`revoked key ${id}`, { id, revoked: true })
}
