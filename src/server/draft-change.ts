/** What a draft changes of the connection that it made or was opened for. */
import { isDeepStrictEqual } from 'node:util'
import type { ConnectionChangeOnWire } from '../api/connection.ts'
import { set, type Settings } from './draft-content.ts'
import { present } from './present.ts'

type Client = NonNullable<Settings['client']>

/** Whether it cannot be said as a change: another service or way, tokens along, or something taken away. */
export function recreates(base: Settings, now: Settings): boolean {
  const whole = ['provider', 'definition', 'grant', 'access_token', 'refresh_token', 'expires_at', 'values'] as const
  if (whole.some((name) => !isDeepStrictEqual(base[name], now[name]))) return true
  const taken = ['scopes', 'redirect_uri', 'user_name', 'password'] as const
  if (taken.some((name) => base[name] !== undefined && now[name] === undefined)) return true
  const [before = {}, after = {}] = [base.client, now.client]
  if (
    before.same_as !== after.same_as ||
    (before.id === undefined && Object.keys(after).length > 0 && after.same_as === undefined)
  )
    return true
  return Object.keys(before).some((name) => after[name as keyof Client] === undefined)
}

/** The change; undefined where there is none. `again` are secrets to be given once more, since they go to new hosts. */
export function changeFor(
  base: Settings,
  now: Settings,
  again: readonly (readonly [string, string?])[],
): ConnectionChangeOnWire | undefined {
  const isAgain = (...place: string[]) => again.some((one) => isDeepStrictEqual([...one], place))
  const changed = <Name extends keyof Settings>(name: Name): Settings[Name] | undefined =>
    isDeepStrictEqual(base[name], now[name]) && !isAgain(name) ? undefined : now[name]
  const client = Object.entries(now.client ?? {}).filter(
    ([name, value]) => value !== set && (base.client?.[name as keyof Client] !== value || isAgain('client', name)),
  )
  const inputs = inputsOf(base.inputs ?? {}, now.inputs ?? {}, (name) => isAgain('inputs', name))
  const password = changed('password')
  const change = present({
    name: changed('name'),
    scopes: changed('scopes'),
    redirect_uri: changed('redirect_uri'),
    user_name: changed('user_name'),
    password: password === set ? undefined : password,
    // What was taken away altogether is said by null.
    overrides: isDeepStrictEqual(base.overrides, now.overrides) ? undefined : (now.overrides ?? null),
    // Members of the client that this draft has, by their own names.
    client: client.length === 0 ? undefined : (Object.fromEntries(client) as Client),
    inputs: Object.keys(inputs).length === 0 ? undefined : inputs,
  })
  return Object.keys(change).length === 0 ? undefined : change
}

function inputsOf(
  base: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  isAgain: (name: string) => boolean,
): Record<string, string | null> {
  const gone = Object.keys(base).filter((name) => now[name] === undefined)
  const given = Object.entries(now).filter(([name, value]) => value !== set && (base[name] !== value || isAgain(name)))
  return { ...Object.fromEntries(gone.map((name) => [name, null])), ...Object.fromEntries(given) }
}
