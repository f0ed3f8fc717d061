/** A backup is made where the data lies: this process reads it, whether a server runs or not. */
import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as check from '../../config/checks.ts'
import { EvergrantError } from '../../errors.ts'
import { secret } from '../../secret.ts'
import type { Call } from '../command.ts'
import { localUser } from '../local-user.ts'
import type { BackupMade } from '../ports.ts'
import { toProblem } from '../problem.ts'
import { secretOf } from '../spoken-secrets.ts'

export async function run(call: Call): Promise<undefined> {
  const { given, io, options, output, ports } = call
  if (options.server !== undefined) throw elsewhere('a backup is made')
  const file = given.required('file')
  const withKey = given.flag('with-key')
  const passphrase = await backupPassphrase(call)
  if (withKey && passphrase === undefined) {
    throw new EvergrantError('invalid_request', {
      detail: '--with-key puts the key into the backup, so that a passphrase must seal it',
      remedy: 'add --passphrase-file FILE, or leave --with-key out and keep a copy of the key file elsewhere',
    })
  }
  let audited = false
  const before = async (made: BackupMade) => {
    audited = await tell(call, file, made)
  }
  const wanted = { withKey, before, ...(passphrase === undefined ? {} : { passphrase: secret(passphrase) }) }
  if (file !== '-') {
    const made = await ports.backup(options, { target: file, ...wanted })
    output.result(`wrote ${file}: ${connectionsText(made.connections)}, sealed with ${made.sealedBy}`, {
      file,
      ...made,
      audited,
    })
    if (!withKey) output.say('it does not hold the key of the store: keep a copy of the key file, apart from it')
    return
  }
  if (io.isTTY.stdout) {
    throw new EvergrantError('invalid_request', {
      detail: 'a backup is no text for a terminal',
      remedy: 'name a file, or send standard output into one or into a program',
    })
  }
  // Nobody gets a byte of it before it has been read back.
  const directory = await mkdtemp(join(options.home, 'backup-'))
  try {
    const target = join(directory, 'out')
    await ports.backup(options, { target, ...wanted })
    await pipeline(createReadStream(target), io.stdout, { end: false })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/**
 * An entry in the audit: by the server that runs, else by this process under the lock of the home. A backup is wanted most
 * where something is broken, so it is made without the entry too, and that is said. Gives whether there is one.
 */
async function tell({ client, io, output }: Call, file: string, made: BackupMade): Promise<boolean> {
  const { sealedBy, withKey, connections } = made
  const body = { sealed_by: sealedBy, with_key: withKey, connections, user: localUser(io) }
  try {
    await client.call('recordBackup', { body: { file: file === '-' ? 'standard output' : file, ...body } })
    return true
  } catch (error) {
    const problem = toProblem(error)
    const detail = `this backup has no entry in the audit: ${problem.detail}`
    if (output.json) output.problem({ ...problem, detail })
    else output.warn(detail)
    return false
  }
}

export function connectionsText(count: number): string {
  return count === 1 ? '1 connection' : `${count} connections`
}

export async function backupPassphrase(call: Call): Promise<string | undefined> {
  const text = await secretOf(call, 'passphrase-file', 'EVERGRANT_PASSPHRASE')
  try {
    return text === undefined ? undefined : check.passphrase(text)
  } catch (error) {
    if (!(error instanceof check.Unfit)) throw error
    throw new EvergrantError('invalid_value', { detail: error.message, remedy: error.remedy, cause: error })
  }
}

export function elsewhere(what: string): EvergrantError {
  return new EvergrantError('invalid_request', {
    detail: `${what} where the data lies, not through a server`,
    remedy: 'run this on that machine without EVERGRANT_SERVER and --server',
  })
}
