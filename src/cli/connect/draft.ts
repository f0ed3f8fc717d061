/**
 * The new connection as far as flags, files and the environment give it. Nothing is asked and nothing is sent here;
 * every fault of the flags is reported at once.
 */
import type { NewConnectionOnWire } from '../../api/connection.ts'
import { EvergrantError, type Fault } from '../../errors.ts'
import type { Call } from '../command.ts'
import { dropLineEnd, readGiven, secretOf } from '../spoken-secrets.ts'
import { readObject } from '../structured-file.ts'

export type Draft = Omit<NewConnectionOnWire, 'name' | 'provider' | 'client' | 'inputs'> & {
  name?: string
  client: NonNullable<NewConnectionOnWire['client']>
  inputs: Record<string, string>
}

export async function readDraft(call: Call): Promise<Draft> {
  const { given } = call
  oneStandardInput(call)
  oneDescription(call)
  const name = given.text('as')
  const grant = given.text('grant')
  const scopes = given.list('scope').flatMap((scope) => scope.split(/[\s,]+/).filter((word) => word !== ''))
  const redirectUri = given.text('redirect-uri')
  const userName = given.text('user-name')
  const password = await secretOf(call, 'password-file', 'EVERGRANT_PASSWORD')
  const definition = given.text('definition')
  const overrides = given.text('overrides')
  return {
    ...(name === undefined ? {} : { name }),
    ...(grant === undefined ? {} : { grant }),
    client: await readClient(call),
    inputs: await readInputs(call),
    ...(scopes.length === 0 ? {} : { scopes }),
    ...(redirectUri === undefined ? {} : { redirect_uri: redirectUri }),
    ...(userName === undefined ? {} : { user_name: userName }),
    ...(password === undefined ? {} : { password }),
    ...(definition === undefined ? {} : { definition: await readObject(call, definition, '--definition') }),
    ...(overrides === undefined ? {} : { overrides: await readObject(call, overrides, '--overrides') }),
    ...(await readImport(call)),
  }
}

/** Standard input can be read once. */
function oneStandardInput({ given }: Call): void {
  const options = [
    'client-secret-file',
    'password-file',
    'key-file',
    'certificate-file',
    'definition',
    'from-curl',
    'overrides',
    'import',
  ]
  const used = [
    ...options.filter((option) => given.text(option) === '-').map((option) => `--${option}`),
    ...given
      .list('input-file')
      .filter((text) => text.endsWith('=-'))
      .map((text) => `--input-file ${text}`),
  ]
  if (used.length < 2) return
  throw new EvergrantError('invalid_request', {
    detail: `standard input can be read by one option only: ${used.join(', ')}`,
    remedy: 'give the others by file',
  })
}

/** A service is described once. */
function oneDescription({ given }: Call): void {
  const used = ['definition', 'issuer', 'from-curl'].filter((option) => given.text(option) !== undefined)
  if (used.length < 2) return
  throw new EvergrantError('invalid_request', {
    detail: `${used.map((option) => `--${option}`).join(' and ')} exclude each other`,
    remedy: 'give one of them',
  })
}

async function readClient(call: Call): Promise<Draft['client']> {
  const { given } = call
  const id = given.text('client-id')
  const secret = await secretOf(call, 'client-secret-file', 'EVERGRANT_CLIENT_SECRET')
  const method = given.text('client-auth')
  const keyFile = given.text('key-file')
  const keyId = given.text('key-id')
  const certificateFile = given.text('certificate-file')
  if (keyFile !== undefined && given.flag('generate-key')) {
    throw new EvergrantError('invalid_request', {
      detail: '--key-file and --generate-key exclude each other',
      remedy: 'give one of them',
    })
  }
  const key = given.flag('generate-key') ? 'generate' : keyFile && (await readGiven(call, keyFile, '--key-file', true))
  const certificate = certificateFile && (await readGiven(call, certificateFile, '--certificate-file', false))
  return {
    ...(id === undefined ? {} : { id }),
    ...(secret === undefined ? {} : { secret }),
    ...(method === undefined ? {} : { method }),
    ...(key ? { key } : {}),
    ...(keyId === undefined ? {} : { key_id: keyId }),
    ...(certificate ? { certificate } : {}),
  }
}

async function readInputs(call: Call): Promise<Record<string, string>> {
  const { given } = call
  const inputs: Record<string, string> = {}
  const faults: Fault[] = []
  const put = (name: string, value: string, path: string): void => {
    if (Object.hasOwn(inputs, name)) faults.push({ path, problem: `${name} is given twice` })
    inputs[name] = value
  }
  for (const text of given.list('input')) {
    const [name, value] = split(text)
    if (name === undefined) faults.push({ path: '--input', problem: 'it is not name=value' })
    else put(name, value, '--input')
  }
  for (const text of given.list('input-file')) {
    const [name, path] = split(text)
    if (name === undefined) faults.push({ path: '--input-file', problem: `"${text}" is not name=file` })
    else put(name, dropLineEnd(await readGiven(call, path, `--input-file ${name}`, false)), '--input-file')
  }
  if (faults.length > 0)
    throw new EvergrantError('invalid_value', {
      detail: 'the inputs cannot be read',
      remedy: 'write --input name=value',
      faults,
    })
  return inputs
}

function split(text: string): [name: string | undefined, value: string] {
  const found = /^([A-Za-z0-9_.-]+)=(.*)$/s.exec(text)
  return [found?.[1], found?.[2] ?? '']
}

/** `--import`: the members of a token set, the moment as epoch seconds or RFC 3339. */
async function readImport(
  call: Call,
): Promise<Pick<Draft, 'access_token' | 'refresh_token' | 'expires_at' | 'values'>> {
  const path = call.given.text('import')
  if (path === undefined) return {}
  const set = await readObject(call, path, '--import', true)
  const text = (name: string): string | undefined =>
    typeof set[name] === 'string' && set[name] !== '' ? set[name] : undefined
  const [access, refresh] = [text('access_token'), text('refresh_token')]
  if (access === undefined && refresh === undefined) {
    throw new EvergrantError('missing_value', {
      detail: `--import: ${path} has neither access_token nor refresh_token`,
      remedy: 'give a JSON object with access_token, refresh_token and expires_at',
    })
  }
  const expiresAt = readMoment(call, set, path)
  const values = Object.entries(set['values'] ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  )
  return {
    ...(access === undefined ? {} : { access_token: access }),
    ...(refresh === undefined ? {} : { refresh_token: refresh }),
    ...(expiresAt === undefined ? {} : { expires_at: expiresAt }),
    ...(values.length === 0 ? {} : { values: Object.fromEntries(values) }),
  }
}

function readMoment(call: Call, set: Record<string, unknown>, path: string): number | undefined {
  const at = set['expires_at']
  if (at === undefined || at === null) {
    if (set['expires_in'] !== undefined)
      call.output.warn(`expires_in in ${path} counts from a moment that is not known; the expiry is left open`)
    return undefined
  }
  const text = typeof at === 'string' ? at : ''
  const seconds = typeof at === 'number' ? at : /^\d+$/.test(text) ? Number(text) : Date.parse(text) / 1000
  if (Number.isFinite(seconds)) return Math.floor(seconds)
  throw new EvergrantError('invalid_value', {
    detail: `--import: expires_at in ${path} is no moment`,
    remedy: 'write epoch seconds or RFC 3339',
  })
}
