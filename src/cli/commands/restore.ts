import { EvergrantError } from '../../errors.ts'
import { secret } from '../../secret.ts'
import type { Call } from '../command.ts'
import { backupPassphrase, connectionsText, elsewhere } from './backup.ts'

/** What is restored stays closed until it is adopted: the original may be in use. */
export async function run(call: Call): Promise<undefined> {
  const { given, options, output, ports } = call
  if (options.server !== undefined) throw elsewhere('a backup is restored')
  const file = given.required('file')
  const passphrase = await backupPassphrase(call)
  const wanted = { file, ...(passphrase === undefined ? {} : { passphrase: secret(passphrase) }) }
  const restored = await ports.restore(options, wanted)
  if (restored === 'locked') {
    throw new EvergrantError('home_locked', { detail: `another process holds ${options.home}` })
  }
  const { madeAt, connections, wroteKey } = restored
  const made = new Date(madeAt).toISOString()
  output.result(`restored ${connectionsText(connections)}, as of ${made}, into ${options.home}`, {
    home: options.home,
    connections,
    made_at: Math.floor(madeAt / 1000),
    key_written: wroteKey,
  })
  output.say(
    'it stays closed until `evergrant adopt`, which is for the only copy in use: refresh tokens that were replaced\n' +
      'after the backup are dead, and their connections ask to be authorized again.',
  )
}
