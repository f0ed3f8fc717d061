/** A definition to begin with, written where the server finds it: a file, the server itself, or standard output. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { EvergrantError } from '../../errors.ts'
import { askChoice, askText } from '../asking.ts'
import type { Call } from '../command.ts'
import { addressesOf, draftFrom, type Drafted, type DraftSource } from '../definition-draft.ts'
import { canAsk } from '../io.ts'
import { readObject, toYaml } from '../structured-file.ts'
import { changeLines } from './service-diff.ts'

export async function run(call: Call): Promise<undefined> {
  const { given, output } = call
  const id = readId(given.required('id'))
  refuseTwoPlaces(call)
  const source = await readSource(call)
  const words = (name: string) => given.list(name).flatMap((text) => text.split(/[\s,]+/).filter((word) => word !== ''))
  const [name, grant, pkce] = [given.text('name'), given.text('grant'), given.text('pkce')]
  const drafted = await draftFrom(call, {
    source,
    id,
    ...(name === undefined ? {} : { name }),
    ...(grant === undefined ? {} : { grant }),
    ...(pkce === undefined ? {} : { pkce }),
    scopes: words('scope'),
    clientAuth: words('client-auth'),
  })
  if (drafted.faults.length > 0) throw incomplete(id, drafted.faults)
  const definition = { ...drafted.definition, id }
  const place = await put(call, id, definition)
  if (drafted.difference !== undefined && drafted.difference.changes.length > 0)
    output.say(`different from the original:\n${changeLines(drafted.difference.changes).join('\n')}`)
  tellFound(call, drafted)
  if (place !== '-') output.say(`next: evergrant connect ${id}`)
}

function readId(id: string): string {
  if (/^[a-z0-9][a-z0-9-]{0,62}$/.test(id) && id !== 'custom') return id
  throw new EvergrantError('invalid_value', {
    detail: `"${id.slice(0, 80)}" is no id for a service of your own`,
    remedy: 'use lower-case letters, digits and dashes; custom is taken',
  })
}

function refuseTwoPlaces({ given }: Call): void {
  if (given.flag('store') && given.text('out') !== undefined)
    throw new EvergrantError('invalid_request', {
      detail: '--store and --out exclude each other',
      remedy: 'give one of them',
    })
}

async function readSource(call: Call): Promise<DraftSource> {
  const { given, io } = call
  const [issuer, curl, copy] = [given.text('from-issuer'), given.text('from-curl'), given.text('copy')]
  const named = Object.entries({ 'from-issuer': issuer, 'from-curl': curl, copy }).filter(
    ([, value]) => value !== undefined,
  )
  if (named.length > 1)
    throw new EvergrantError('invalid_request', {
      detail: `${named.map(([option]) => `--${option}`).join(' and ')} exclude each other`,
      remedy: 'give one of them',
    })
  const overrides = given.text('overrides')
  if (overrides !== undefined && copy === undefined)
    throw new EvergrantError('invalid_request', { detail: '--overrides is for a copy', remedy: 'give --copy ID too' })
  if (issuer !== undefined) return { issuer }
  if (curl !== undefined) return { curl }
  if (copy !== undefined)
    return { copy, ...(overrides === undefined ? {} : { overrides: await readObject(call, overrides, '--overrides') }) }
  if (Object.keys(addressesOf(call)).length > 0 || !canAsk(io)) return { settings: true }
  return askSource(call)
}

async function askSource({ io }: Call): Promise<DraftSource> {
  const choices = [
    { value: 'issuer', label: 'the address of its authorization server (OpenID Connect, RFC 8414)' },
    { value: 'curl', label: 'a curl command that gets a token, in a file' },
    { value: 'copy', label: 'a service that is like it' },
  ]
  const kind = await askChoice(io, { message: 'what do you know of the service?' }, choices)
  if (kind === 'issuer') {
    return { issuer: await askText(io, { message: 'issuer', placeholder: 'https://login.service.example' }) }
  }
  if (kind === 'curl') return { curl: await askText(io, { message: 'path of the file with the command' }) }
  return { copy: await askText(io, { message: 'id of that service' }) }
}

function incomplete(id: string, faults: Drafted['faults']): EvergrantError {
  return new EvergrantError('invalid_definition', {
    detail: `the definition of ${id} would have ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}; nothing was written`,
    remedy: 'give what is missing by flags; `evergrant help service new` lists them',
    faults: faults.map(({ path, problem, remedy }) => ({ path, problem, ...(remedy ? { remedy } : {}) })),
  })
}

/** Where it went: a path, `store`, or `-` for standard output. */
async function put(call: Call, id: string, definition: object): Promise<string> {
  const { given, output, client, options } = call
  if (given.flag('store')) {
    await client.call('createProvider', { body: { definition } })
    output.result(`stored ${id}`, { id, place: 'store', definition })
    return 'store'
  }
  // The directory of this machine is not that of a server elsewhere.
  const directory = options.server === undefined ? options.providersDir : undefined
  const file = given.text('out') ?? (directory === undefined ? '-' : join(directory, `${id}.yaml`))
  const isJson = file.endsWith('.json')
  const text = isJson ? `${JSON.stringify(definition, null, 2)}\n` : await toYaml(definition)
  if (file === '-') output.result(text, { id, place: '-', definition })
  else {
    await write(file, text, given.flag('force'))
    output.result(`wrote ${file}`, { id, place: file, definition })
  }
  return file
}

async function write(file: string, text: string, force: boolean): Promise<void> {
  try {
    await writeFile(file, text, { flag: force ? 'w' : 'wx' })
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown'
    const exists = code === 'EEXIST'
    throw new EvergrantError('invalid_value', {
      detail: exists ? `${file} exists` : `${file} cannot be written (${code})`,
      remedy: exists
        ? 'choose another id or --out, or overwrite it with --force'
        : 'give --out a file that can be written',
      cause,
    })
  }
}

/** What a curl command held beside the service. Secrets are named, never shown. */
function tellFound({ output }: Call, { values, secrets }: Drafted): void {
  const plain = Object.entries(values).map(([name, value]) => `  ${name}: ${value}`)
  if (plain.length > 0) output.say(`found, and given with the connection:\n${plain.join('\n')}`)
  const names = Object.keys(secrets)
  if (names.length > 0)
    output.say(`found and not written: ${names.join(', ')}; \`evergrant connect custom --from-curl FILE\` uses them`)
}
