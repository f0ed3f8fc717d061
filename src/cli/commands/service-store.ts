import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { isProblem } from '../problem.ts'
import { readObject } from '../structured-file.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  const file = given.required('file')
  const definition = await readObject(call, file, '<file>')
  const id = definition['id']
  const stored = await (given.flag('replace') && typeof id === 'string'
    ? client.call('replaceProvider', { params: { id }, body: { definition } })
    : client.call('createProvider', { body: { definition } }).catch((error: unknown) => {
        throw isProblem(error, 'provider_exists') ? exists(String(id)) : error
      }))
  output.result(`stored ${stored.id}`, stored)
  if (stored.need_secret.length === 0) return
  output.warn(
    `it names other hosts than before, and stored secrets do not go there: ${stored.need_secret.join(', ')}; give them again with \`evergrant connect ${stored.id} --as NAME --client-secret-file FILE\``,
  )
}

function exists(id: string): EvergrantError {
  return new EvergrantError('provider_exists', {
    detail: `there is a service "${id}"`,
    remedy: 'choose another id, or replace the one that is stored with --replace',
  })
}
