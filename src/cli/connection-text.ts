/** How a connection is described to a person. */
import type { ConnectionOnWire } from '../api/connection.ts'
import type { Output } from './output.ts'
import { relative } from './times.ts'

const conditions: Readonly<Record<ConnectionOnWire['condition'], string>> = {
  ok: 'ok',
  failing: 'failing',
  needs_configuration: 'needs configuration',
  needs_authorization: 'needs authorization',
  pending: 'not authorized yet',
  suspended: 'suspended',
}

export function conditionText(connection: ConnectionOnWire): string {
  return conditions[connection.condition]
}

/** `in 42 minutes`, `never`, `unknown`, or `-` while there is no token. */
export function expiryText(connection: ConnectionOnWire, now: number): string {
  const end = connection.expires_at
  if (end === undefined) return '-'
  return typeof end === 'number' ? relative(end, now) : end
}

/** Whether a job will have a token tomorrow without a person. */
export function renewalText(connection: ConnectionOnWire): string {
  if (connection.state === 'needs_authorization') return 'no: the grant has ended; a person authorizes again'
  switch (connection.renewal) {
    case 'none':
      return 'no: a person authorizes again when the token has expired'
    case 'refresh_token':
      return connection.has_refresh_token
        ? 'yes, with the refresh token'
        : 'no: the service issued no refresh token; a person authorizes again when the token has expired'
    case 'issue':
    case 'reissue':
      return 'yes, by asking for a new token'
    case 'exchange_access_token':
      return 'yes, by exchanging the token before it expires'
    default:
      return connection.renewal
  }
}

/** What dies next besides the access token, which renews by itself. */
export function deathText(connection: ConnectionOnWire, now: number): string | undefined {
  const next = connection.deaths.find(({ what }) => what !== 'access_token')
  return next === undefined ? undefined : `${next.what.replaceAll('_', ' ')} ${relative(next.at, now)}`
}

/** Whether a person lets it in, at a page of the service or with a code; else it asks for tokens by itself. */
export function needsPerson({ grant }: Pick<ConnectionOnWire, 'grant'>): boolean {
  return grant === 'authorization_code' || grant === 'device_code'
}

/** What a person must do about it; undefined when nothing. */
export function remedyText(connection: ConnectionOnWire): string | undefined {
  switch (connection.condition) {
    case 'ok':
      return undefined
    case 'failing':
      return connection.failure?.remedy
    case 'needs_configuration':
      return (
        connection.failure?.remedy ??
        `evergrant connect ${connection.provider} --as ${connection.name} with what is wrong, such as --client-secret-file FILE`
      )
    case 'pending':
      if (needsPerson(connection)) return `evergrant authorize ${connection.name}`
      return `evergrant connect ${connection.provider} --as ${connection.name}`
    default:
      return `evergrant authorize ${connection.name}`
  }
}

/** Says what will go wrong, or already does, without being an error. */
export function tellWarnings(output: Pick<Output, 'warn'>, connection: Pick<ConnectionOnWire, 'warnings'>): void {
  for (const warning of connection.warnings) output.warn(warning)
}

/** All that is known, one fact a line, aligned. `now` in epoch seconds. */
export function connectionLines(connection: ConnectionOnWire, now: number): string[] {
  const { failure, client } = connection
  const missing = connection.scopes.filter((scope) => !(connection.scopes_granted ?? [scope]).includes(scope))
  const more = (connection.scopes_granted ?? []).filter((scope) => !connection.scopes.includes(scope))
  const facts: [string, string | undefined][] = [
    ['name', connection.name],
    ['service', `${connection.provider_name} (${connection.provider}), ${connection.way}`],
    ['condition', conditionText(connection)],
    ['account', connection.who],
    [
      'client',
      client === undefined
        ? undefined
        : `${client.id}, ${client.method}${client.state === 'refused' ? ', refused' : ''}`,
    ],
    ['scopes', connection.scopes.length === 0 ? undefined : connection.scopes.join(' ')],
    ['not granted', missing.length === 0 ? undefined : missing.join(' ')],
    // A fact and no warning: services spell scopes otherwise, add some, and keep what was granted before.
    ['not asked for', more.length === 0 ? undefined : more.join(' ')],
    ['redirect URI', connection.redirect_uri],
    ['authorized', connection.authorized_at === undefined ? undefined : relative(connection.authorized_at, now)],
    ['token expires', expiryText(connection, now)],
    ['renews itself', connection.state === 'pending' ? undefined : renewalText(connection)],
    ['next renewal', connection.next_renewal_at === undefined ? undefined : relative(connection.next_renewal_at, now)],
    ['will die', deathText(connection, now)],
    ['last failure', failure === undefined ? undefined : failureText(failure, now)],
    ...connection.warnings.map((warning): [string, string] => ['warning', warning]),
  ]
  return facts.flatMap(([label, value]) => (value === undefined ? [] : [`${`${label}:`.padEnd(15)}${value}`]))
}

function failureText(failure: NonNullable<ConnectionOnWire['failure']>, now: number): string {
  const words = failure.words === undefined ? '' : `: ${failure.words}`
  const times = failure.count === 1 ? '' : `, ${failure.count} times`
  const next = failure.retry_at === undefined ? '' : `, next attempt ${relative(failure.retry_at, now)}`
  return `${failure.code}${words} (${relative(failure.last_at, now)}${times}${next})`
}
