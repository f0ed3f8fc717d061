/** Connections in a file that `import` reads: as YAML without secrets, or sealed with everything. */
import { open } from 'node:fs/promises'
import { EvergrantError } from '../../errors.ts'
import { secret } from '../../secret.ts'
import { confirmed } from '../asking.ts'
import type { Call } from '../command.ts'
import { allConnections } from '../connections.ts'
import { toYaml } from '../structured-file.ts'
import { backupPassphrase, connectionsText } from './backup.ts'

export async function run(call: Call): Promise<undefined> {
  const { client, given, output, ports } = call
  const names = [...new Set(given.many('name'))]
  const secrets = given.flag('secrets')
  const move = given.flag('move')
  const passphrase = await backupPassphrase(call)
  if (secrets !== (passphrase !== undefined) || (move && !secrets)) {
    throw new EvergrantError('invalid_request', {
      detail:
        move && !secrets ? '--move moves tokens, which --secrets exports' : '--secrets and a passphrase go together',
      remedy: 'give --secrets with --passphrase-file FILE, or neither',
    })
  }
  if (secrets && !move) {
    output.warn(
      'the file holds tokens. A refresh token that is used in two places ends the access at many services: import it\n' +
        'only where this installation is not used any more, or export with --move, which suspends the connections here',
    )
  }
  if (move) await confirmed(call, `suspend ${names.length === 0 ? 'all connections' : names.join(', ')} here`)
  const chosen = names.length === 0 ? {} : { names }
  const moved: string[] = []
  try {
    if (move) await suspend(call, names, moved)
    const found = await client.call('exportConnections', { body: { ...chosen, secrets } })
    for (const words of found.unlike) output.warn(words)
    const { definitions, connections } = found
    const text = await toYaml({ evergrant_export: 1, definitions, connections })
    const written = passphrase === undefined ? text : await ports.sealText(text, secret(passphrase))
    await write(call, written, connectionsText(connections.length))
  } catch (error) {
    // Nothing left this place: it goes on here.
    for (const name of moved) await client.call('changeConnection', { params: { name }, body: { state: 'active' } })
    throw error
  }
}

/** Before anything is read, so that no renewal makes old what was read. What was done stands in `moved`, also if it stops. */
async function suspend({ client }: Call, names: readonly string[], moved: string[]): Promise<void> {
  const one = (name: string) => client.call('showConnection', { params: { name } })
  const found = names.length === 0 ? await allConnections(client) : await Promise.all(names.map(one))
  for (const { name, state } of found) {
    if (state !== 'active') continue
    await client.call('changeConnection', { params: { name }, body: { state: 'suspended' } })
    moved.push(name)
  }
}

async function write({ given, io, output }: Call, text: string, what: string): Promise<void> {
  const path = given.text('out')
  if (path === undefined || path === '-') {
    io.stdout.write(text)
    return
  }
  const file = await open(path, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new EvergrantError('invalid_value', {
      detail: `--out: ${path} ${cause.code === 'EEXIST' ? 'exists' : `cannot be written (${cause.code})`}`,
      remedy: 'name a new file',
      cause,
    })
  })
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  output.result(`wrote ${what} to ${path}`, { file: path })
}
