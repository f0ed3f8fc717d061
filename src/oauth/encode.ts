/** Encodings by place. Each either makes a value harmless where it stands or refuses it; none changes its meaning. */
import { EvergrantError } from '../errors.ts'

/** `application/x-www-form-urlencoded` (RFC 6749 appendix B). `-._~` stay as they are: every server agrees on those. */
export function encodeForm(value: string): string {
  return encodeQuery(value).replaceAll('%20', '+')
}

/** For a query: as the form, but a space is `%20`, which servers read that do not know `+`. */
export function encodeQuery(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}

/** Reads one name or value of a form or query. Broken percent signs stay as they are. */
export function decodeForm(text: string): string {
  const spaced = text.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

/** One path segment. Only dots would climb up the path, whatever their encoding: refused. */
export function encodeSegment(name: string, value: string): string {
  if (/^\.+$/.test(value)) throw unfit(name, 'is no name in a path')
  return encodeQuery(value)
}

/** Part of a host: letters, digits, dots, hyphens, a port, an IPv6 literal. Anything else could choose another host. */
export function encodeAuthority(name: string, value: string): string {
  if (!/^[A-Za-z0-9._:[\]-]+$/.test(value)) throw unfit(name, 'is no host name')
  return value
}

/** A URL that the template begins with, such as `{instance_url}/services`. */
export function encodeBase(name: string, value: string, after: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const plain = /^https?:\/\/[^\s\\#\x00-\x20\x7f]+$/i.test(value)
  if (!url || !plain || url.username || url.password) throw unfit(name, 'is no http(s) URL')
  if (after === '') return value
  if (url.search || value.includes('?')) throw unfit(name, 'must have no query, because more follows')
  // What follows must not become part of the host: `https://good` + `.evil/`.
  if (!/^[/?]/.test(after)) throw unfit(name, 'must be followed by a path')
  return value.replace(/\/$/, '')
}

/** Header text: no control characters (a line break would start another header), nothing beyond Latin-1. */
export function assertHeaderText(value: string): void {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new EvergrantError('invalid_value', {
      detail: 'a header value holds a line break, a control character or a letter outside Latin-1',
    })
  }
}

function unfit(name: string, problem: string): EvergrantError {
  return new EvergrantError('invalid_value', {
    detail: `the value of ${name} ${problem}`,
    faults: [{ path: name, problem }],
  })
}
