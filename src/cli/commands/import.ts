/** Reads what `export` wrote, or anybody: everything is checked first, and all faults are told at once. */
import { z } from 'zod'
import { newConnection } from '../../api/connection.ts'
import { EvergrantError, type Fault } from '../../errors.ts'
import { secret } from '../../secret.ts'
import type { Call } from '../command.ts'
import { findExisting } from '../connect/continue.ts'
import { isProblem, toProblem } from '../problem.ts'
import { readGiven } from '../spoken-secrets.ts'
import { parseStructured } from '../structured-file.ts'
import { backupPassphrase, connectionsText } from './backup.ts'

const definition = z.looseObject({ id: z.string() })
const shape = z.strictObject({
  evergrant_export: z.literal(1),
  definitions: z.array(definition).default([]),
  connections: z.array(newConnection).default([]),
})
type Export = z.output<typeof shape>

export async function run(call: Call): Promise<undefined> {
  const { client, given, output } = call
  const path = given.required('file')
  const wanted = parsed(await parseStructured(await clearText(call, path), path, '<file>'), path)
  const faults = await faultsOf(call, wanted)
  if (faults.length > 0) throw refused(path, faults, 'nothing was imported')
  if (given.flag('check')) {
    output.result(`${path} can be imported: ${connectionsText(wanted.connections.length)}`, { ok: true })
    return
  }
  for (const body of wanted.definitions) {
    if (await isStored(call, body.id))
      await client.call('replaceProvider', { params: { id: body.id }, body: { definition: body } })
    else await client.call('createProvider', { body: { definition: body } })
  }
  const made: string[] = []
  const failed: Fault[] = []
  for (const body of wanted.connections) {
    try {
      made.push((await client.call('createConnection', { body })).name)
    } catch (error) {
      failed.push(...faultsIn(error, body.name))
    }
  }
  output.result(`imported ${connectionsText(made.length)}`, { connections: made })
  if (failed.length > 0) throw refused(path, failed, `${made.length} of ${wanted.connections.length} were imported`)
}

async function clearText(call: Call, path: string): Promise<string> {
  const text = await readGiven(call, path, '<file>', false)
  if (!(await call.ports.isSealedText(text))) return text
  const passphrase = await backupPassphrase(call)
  if (passphrase === undefined) {
    throw new EvergrantError('missing_value', {
      detail: `${path} is sealed with a passphrase`,
      remedy: 'give it with --passphrase-file FILE',
    })
  }
  return call.ports.openText(text, secret(passphrase))
}

/** The words of the checks name what was expected, never what came. */
function parsed(value: unknown, path: string): Export {
  const result = shape.safeParse(value)
  if (result.success) return result.data
  const faults = result.error.issues.map((issue) => ({
    path: issue.path.map(String).join('.') || 'the file',
    problem: issue.message,
  }))
  throw refused(path, faults, 'nothing was imported')
}

async function faultsOf(call: Call, { definitions, connections }: Export): Promise<Fault[]> {
  const { client, given } = call
  const faults: Fault[] = []
  const ids = new Set(definitions.map(({ id }) => id))
  for (const body of definitions) {
    const checked = await client.call('checkProvider', { body: { definition: body } })
    faults.push(...under(body.id, checked.faults))
    if (!given.flag('replace') && (await isStored(call, body.id))) {
      faults.push({ path: body.id, problem: 'there is such a service', remedy: '--replace takes its place' })
    }
  }
  const names = new Set<string>()
  for (const body of connections) {
    const exists = (await findExisting(call, body.name)) !== undefined
    if (exists || names.has(body.name)) {
      const problem = exists ? 'there is such a connection' : 'it stands twice in the file'
      faults.push({ path: body.name, problem, remedy: 'give it another name in the file, or remove the other first' })
    }
    names.add(body.name)
    // What is new here is known to the server only when it is stored.
    if (ids.has(body.provider)) continue
    try {
      await client.call('previewDraft', { body })
    } catch (error) {
      faults.push(...faultsIn(error, body.name))
    }
  }
  return faults
}

async function isStored({ client }: Call, id: string): Promise<boolean> {
  return client.call('showProvider', { params: { id } }).then(
    () => true,
    (error: unknown) => {
      if (isProblem(error, 'unknown_provider')) return false
      throw error
    },
  )
}

function faultsIn(error: unknown, name: string): Fault[] {
  const { detail, remedy, faults } = toProblem(error)
  if (faults === undefined || faults.length === 0) return [{ path: name, problem: detail, remedy }]
  return under(name, faults)
}

function under(
  name: string,
  faults: readonly { path: string; problem: string; remedy?: string | undefined }[],
): Fault[] {
  return faults.map(({ path, problem, remedy }) => ({
    path: `${name}.${path}`,
    problem,
    ...(remedy === undefined ? {} : { remedy }),
  }))
}

function refused(path: string, faults: readonly Fault[], outcome: string): EvergrantError {
  return new EvergrantError('invalid_value', {
    detail: `${path} has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}; ${outcome}`,
    remedy: 'correct the file and import it again',
    faults,
  })
}
