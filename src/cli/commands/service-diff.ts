import type { DefinitionDraftOnWire } from '../../api/provider.ts'
import type { Call } from '../command.ts'

export async function run({ client, given, output }: Call): Promise<undefined> {
  const id = given.required('id')
  const difference = await client.call('showDifference', { params: { id } })
  const { changes, copy_of } = difference
  if (changes.length === 0) output.say(`${id} says the same as ${copy_of}`)
  output.result(changeLines(changes).join('\n'), { id, ...difference })
}

/** `path: before -> now`, with `+` for what is new and `-` for what is gone. */
export function changeLines(changes: NonNullable<DefinitionDraftOnWire['difference']>['changes']): string[] {
  return changes.map(({ path, from, to }) => {
    if (from === undefined) return `+ ${path}: ${shown(to)}`
    if (to === undefined) return `- ${path}: ${shown(from)}`
    return `  ${path}: ${shown(from)} -> ${shown(to)}`
  })
}

function shown(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}...` : text
}
