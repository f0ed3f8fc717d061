/**
 * Token sets and values as JSON with their secrets opened. This text goes into a seal and nowhere else.
 */
import { Secret, secret } from '../secret.ts'
import type { TokenSet } from '../oauth/token-set.ts'

export type MixedValues = Readonly<Record<string, string | Secret>>

/** A secret value is told from a plain one by its wrapping, so that it is a `Secret` again after reading. */
type ClosedValues = Record<string, string | { secret: string }>

type ClosedTokenSet = Omit<TokenSet, 'accessToken' | 'refreshToken' | 'idToken' | 'values'> & {
  accessToken: string
  refreshToken?: string
  idToken?: string
  values: ClosedValues
}

export function tokenSetToJson(tokens: TokenSet): string {
  const { accessToken, refreshToken, idToken, values, ...rest } = tokens
  const closed: ClosedTokenSet = { ...rest, accessToken: accessToken.open(), values: closeValues(values) }
  if (refreshToken) closed.refreshToken = refreshToken.open()
  if (idToken) closed.idToken = idToken.open()
  return JSON.stringify(closed)
}

/** Reads what `tokenSetToJson` wrote; the seal around it has proved that nobody else did. */
export function tokenSetFromJson(text: string): TokenSet {
  const { accessToken, refreshToken, idToken, values, ...rest } = JSON.parse(text) as ClosedTokenSet
  return {
    ...rest,
    accessToken: secret(accessToken),
    ...(refreshToken === undefined ? {} : { refreshToken: secret(refreshToken) }),
    ...(idToken === undefined ? {} : { idToken: secret(idToken) }),
    values: openValues(values),
  }
}

export function valuesToJson(values: MixedValues): string {
  return JSON.stringify(closeValues(values))
}

export function valuesFromJson(text: string): Record<string, string | Secret> {
  return openValues(JSON.parse(text) as ClosedValues)
}

function closeValues(values: MixedValues): ClosedValues {
  const closed: ClosedValues = {}
  for (const [name, value] of Object.entries(values)) {
    closed[name] = value instanceof Secret ? { secret: value.open() } : value
  }
  return closed
}

function openValues(values: ClosedValues): Record<string, string | Secret> {
  const opened: Record<string, string | Secret> = {}
  for (const [name, value] of Object.entries(values)) {
    opened[name] = typeof value === 'string' ? value : secret(value.secret)
  }
  return opened
}
