/**
 * Requests and answers as people may see them. Two nets: by name (`access_token`, `client_secret`, ...) and by value
 * (secrets the caller knows). Works on text, so that what is shown is what came, truncated JSON included.
 */
import type { WireResponse } from '../deps.ts'
import { open, type Secret } from '../secret.ts'
import { encodeForm, encodeQuery } from './encode.ts'

export type MaskedResponse = { status: number; headers: Record<string, string>; body: string; truncated: boolean }

const hidden = '[redacted]'
/** Characters of a body that are kept. */
const bodyLimit = 4096
/** A shorter secret would turn half of the text into masks; it is still masked by name. */
const shortestValue = 4

/** An answer with tokens, codes and known secrets masked, its body cut to 4 KiB. */
export function maskResponse(response: WireResponse, secrets: readonly (Secret | string)[] = []): MaskedResponse {
  const clean = valueMask(secrets)
  const headers = Object.entries(response.headers).map(([name, value]) => [name, maskHeader(name, clean(value))])
  const body = maskBody(clean(response.body))
  return {
    status: response.status,
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: body.slice(0, bodyLimit),
    truncated: body.length > bodyLimit,
  }
}

/**
 * Masks the members of JSON or form text that are named like secrets, and everything that looks like a JWT. Takes time
 * in proportion to the text, whatever it is: every pattern can begin only where the one before has ended.
 */
export function maskBody(text: string): string {
  // Most headers: nothing in them is a member, a parameter or a JWT.
  if (!/["=]|eyJ/.test(text)) return text
  return maskMembers(text)
    .replace(
      // A form, or a parameter of a header with its value in quotes.
      /(^|[&?,;\s])([A-Za-z0-9_.%-]+)=(?:"([^"]*)"|([^&\s"<>]*))/g,
      (whole, before: string, name: string, quoted: string | undefined, value = '') =>
        isSecretMember(name, quoted ?? String(value)) ? `${before}${name}=${hidden}` : whole,
    )
    .replace(/(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){0,3}/g, hidden)
}

/** JSON members by the text: a string, a colon, a string or number. The last string may be cut off. */
function maskMembers(text: string): string {
  let masked = ''
  let written = 0
  let name: string | undefined
  let nameEnd = 0
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\(?:.|$))*(?:"|$)/gs)) {
    const between = text.slice(nameEnd, index)
    if (name !== undefined && /^\s*:\s*$/.test(between) && isSecretMember(name, token.replaceAll('"', ''))) {
      masked += `${text.slice(written, index)}"${hidden}"`
      written = index + token.length
    }
    const start = index + token.length
    const number = /\s*:\s*(-?\d[\d.eE+-]*)/y
    number.lastIndex = start
    name = readName(token)
    nameEnd = start
    const digits = number.exec(text)?.[1]
    if (digits !== undefined && isSecretMember(name, digits)) {
      masked += `${text.slice(written, number.lastIndex - digits.length)}"${hidden}"`
      written = number.lastIndex
    }
  }
  return masked + text.slice(written)
}

/** A URL with the values of secret parameters masked. */
export function maskUrl(url: string): string {
  return maskBody(url)
}

/** Header values: credentials show their scheme only, cookies nothing. */
export function maskHeader(name: string, value: string): string {
  const lower = name.toLowerCase()
  if (lower === 'authorization') return value.replace(/^(\S+)\s+.+$/s, `$1 ${hidden}`).replace(/^\S+$/s, hidden)
  if (lower.includes('cookie') || isSecretName(lower)) return hidden
  return lower === 'location' ? maskUrl(value.replace(/[?#].*$/s, `?${hidden}`)) : maskBody(value)
}

/** Masks known secrets wherever they stand, as they are and as they look in URLs, forms and JSON. */
export function maskValues(text: string, secrets: readonly (Secret | string)[]): string {
  return valueMask(secrets)(text)
}

/** `maskValues` for several texts: how the secrets may be spelled is worked out once. */
function valueMask(secrets: readonly (Secret | string)[]): (text: string) => string {
  const spellings = secrets.flatMap((secret) => {
    const clear = open(secret)
    // Most tokens look the same wherever they stand.
    if (/^[A-Za-z0-9._~-]*$/.test(clear)) return [clear]
    return [clear, encodeQuery(clear), encodeForm(clear), JSON.stringify(clear).slice(1, -1)]
  })
  const longestFirst = [...new Set(spellings)]
    .filter((value) => value.length >= shortestValue)
    .sort((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((masked, value) => masked.replaceAll(value, hidden), text)
}

/** True for names of members, parameters and headers whose values are secret. */
export function isSecretName(name: string): boolean {
  const bare = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  return (
    /(token|secret|password|passwd|assertion|apikey|privatekey|devicecode|codeverifier|signature|sessionid|credential)$/.test(
      bare,
    ) ||
    bare === 'authorization' ||
    bare === 'requesturi'
  )
}

function isSecretMember(name: string, value: string): boolean {
  if (value === '' || value === hidden) return false
  if (isSecretName(name)) return true
  // An authorization code is long and random; an error code is a number or words.
  return name.toLowerCase() === 'code' && value.length >= 16 && !/^[a-z_ .-]+$/i.test(value)
}

function readName(quoted: string): string {
  try {
    return JSON.parse(quoted) as string // it is a quoted string
  } catch {
    return quoted
  }
}
