/** How each thing a service asks for is given on a command line. Flags and questions are made from the same list. */
import type { FieldOnWire } from '../../api/provider.ts'
import type { CustomWay } from './custom.ts'
import type { Draft } from './draft.ts'

const flags: Readonly<Record<string, string>> = {
  client_id: '--client-id ID',
  client_secret: '--client-secret-file FILE',
  key: '--key-file FILE or --generate-key',
  key_id: '--key-id ID',
  user_name: '--user-name NAME',
  password: '--password-file FILE',
}

/** The flag that gives a field, with the kind of its value. A client's key may always be made here. */
export function flagOf(field: FieldOnWire): string {
  if (field.place === 'scope') return '--scope SCOPE'
  if (field.place === 'redirect') return '--redirect-uri URI'
  if (field.place === 'tokens') return '--import FILE'
  const known = field.place === 'input' ? undefined : flags[field.name]
  return known ?? `${field.secret ? '--input-file' : '--input'} ${field.name}=${field.secret ? 'FILE' : 'VALUE'}`
}

/** The flag of a value of which no more than the name is known. */
export function flagNamed(name: string): string {
  return flags[name] ?? `--input ${name}=VALUE`
}

/** Whether a value may be given later: some services give it only for the key that is made here. */
export function mayFollow(field: FieldOnWire, { client }: Draft): boolean {
  return client.key === 'generate' && field.place !== 'client' && !field.optional
}

const keyMethods = ['private_key_jwt', 'tls_client_auth']

/** Whether a client authentication method works with a key instead of a secret. */
export function takesKey(method: string): boolean {
  return keyMethods.includes(method)
}

/**
 * The method that fits what was given: the one named, else the first of the way that takes what is there, else the
 * way's first.
 */
export function chooseMethod(
  way: CustomWay,
  named: string | undefined,
  has: { secret: boolean; key: boolean },
): string | undefined {
  if (named !== undefined) return named
  if (has.key) return way.client_auth.find(takesKey) ?? way.client_auth[0]
  if (has.secret) return way.client_auth.find((method) => !takesKey(method) && method !== 'none') ?? way.client_auth[0]
  return way.client_auth[0]
}

/**
 * The fields that matter with this method. The service lists them for its first method: another one needs a key where
 * that wants a secret, or the other way round.
 */
export function fieldsFor(way: CustomWay, method: string | undefined): FieldOnWire[] {
  if (method === undefined) return way.fields
  const isFirst = method === way.client_auth[0]
  const needed = (field: FieldOnWire): FieldOnWire[] => [isFirst ? field : { ...field, optional: false }]
  const spared = (field: FieldOnWire): FieldOnWire[] => (field.optional || !isFirst ? [] : [field])
  return way.fields.flatMap((field) => {
    if (field.place !== 'client') return [field]
    if (field.name === 'client_secret') return takesKey(method) || method === 'none' ? spared(field) : needed(field)
    if (field.name === 'key') return takesKey(method) ? needed(field) : spared(field)
    return [field]
  })
}
