/** What was typed over the settings, by the path that faults name; and the change that it makes. */
import type {
  ConnectionChangeOnWire as Change,
  ConnectionOnWire as Connection,
} from '../../../../../src/api/connection.ts'

export type Edits = Readonly<Record<string, string>>

/** The settings as text, by path; secrets are never among them. */
export function storedTexts(connection: Connection): Edits {
  const { name, scopes, redirect_uri: redirect = '', inputs, client, overrides } = connection
  const { user_name: userName = '', ...others } = inputs
  return {
    name,
    scopes: scopes.join('\n'),
    redirect_uri: redirect,
    user_name: userName,
    overrides: overrides === undefined ? '' : JSON.stringify(overrides, undefined, 2),
    ...Object.fromEntries(
      Object.entries(others).map(([input, value]) => [`inputs.${input}`, value === '[set]' ? '' : value]),
    ),
    ...(client && {
      'client.id': client.id,
      'client.method': client.method,
      'client.key_id': client.key_id ?? '',
      'client.secret_ends_at': client.secret_ends_at === undefined ? '' : dayOf(client.secret_ends_at),
    }),
  }
}

/** A day in the time of this browser, as date fields have it. */
function dayOf(seconds: number): string {
  const at = new Date(seconds * 1000)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
}

/** A day ends with it. */
const endOf = (day: string): number => Math.floor(new Date(`${day}T23:59:59`).getTime() / 1000)

/** The overrides as JSON; undefined where the text is none. */
export function readJson(text: string): { value: unknown } | undefined {
  if (text.trim() === '') return { value: null }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

export function changeOf(edits: Edits): Change {
  const change: Change = {}
  const client: NonNullable<Change['client']> = {}
  const inputs: NonNullable<Change['inputs']> = {}
  for (const [path, text] of Object.entries(edits)) {
    const [place, member = ''] = path.split(/\.(.*)/s)
    if (place === 'inputs') inputs[member] = text === '' ? null : text
    else if (path === 'name') change.name = text
    else if (path === 'scopes') change.scopes = text.split('\n').filter((scope) => scope !== '')
    else if (path === 'redirect_uri') change.redirect_uri = text
    else if (path === 'user_name') change.user_name = text
    else if (path === 'password') change.password = text
    else if (path === 'overrides') change.overrides = readJson(text)?.value
    else if (path === 'client.id') client.id = text
    else if (path === 'client.secret') client.secret = text
    else if (path === 'client.method') client.method = text
    else if (path === 'client.key') client.key = text
    else if (path === 'client.key_id') client.key_id = text
    else if (path === 'client.certificate') client.certificate = text
    else if (path === 'client.secret_ends_at') client.secret_ends_at = endOf(text)
  }
  return {
    ...change,
    ...(Object.keys(client).length > 0 && { client }),
    ...(Object.keys(inputs).length > 0 && { inputs }),
  }
}
