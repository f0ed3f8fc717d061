import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { readStructured } from '../structured-file.ts'

export async function run(call: Call): Promise<undefined> {
  const file = call.given.required('file')
  const definition = await readStructured(call, file, '<file>')
  const checked = await call.client.call('checkProvider', { body: { definition } })
  if (!checked.ok) {
    throw new EvergrantError('invalid_definition', {
      detail: `${file} has ${checked.faults.length} ${checked.faults.length === 1 ? 'fault' : 'faults'}`,
      remedy: 'correct the places named above',
      faults: checked.faults.map(({ path, problem, remedy }) => ({ path, problem, ...(remedy ? { remedy } : {}) })),
    })
  }
  output(call, file, checked.id)
}

function output({ output: { result } }: Call, file: string, id: string | undefined): void {
  result(`${file} is valid${id === undefined ? '' : `: ${id}`}`, { ok: true, ...(id === undefined ? {} : { id }) })
}
