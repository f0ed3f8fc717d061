import { EvergrantError } from '../../errors.ts'
import type { Call } from '../command.ts'
import { commands, commonOptions } from '../commands.ts'
import { completionScript, isShell } from '../completion.ts'

export async function run({ given, output }: Call): Promise<undefined> {
  const shell = given.required('shell')
  if (!isShell(shell)) {
    throw new EvergrantError('invalid_value', {
      detail: `there is no completion for "${shell}"`,
      remedy: 'give bash, zsh or fish',
    })
  }
  const script = completionScript(shell, commands, commonOptions)
  output.result(script, { shell, script })
}
