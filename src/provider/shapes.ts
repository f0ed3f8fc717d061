import type { Shape, Value } from './provider.ts'

const labels = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i

/** What a text must be, in words for the person who types it, and the test for it. */
const shapes: Record<Shape, { words: string; fits: (text: string) => boolean }> = {
  host_label: {
    words: 'one part of a host name: letters, digits and dashes',
    fits: (text) => labels.test(text),
  },
  domain: {
    words: 'a host name such as login.example.com',
    fits: (text) => text.length <= 253 && text.includes('.') && text.split('.').every((label) => labels.test(label)),
  },
  host: {
    words: 'a host name such as server or server.example.com, without https:// and port',
    fits: (text) => text.length <= 253 && text.split('.').every((label) => labels.test(label)),
  },
  uri: {
    words: 'an identifier such as api://00000000-0000-0000-0000-000000000000, without a slash at its end',
    fits: (text) => /^[a-z][a-z0-9+.-]*:[^\s"\\]+[^\s"\\/]$/i.test(text),
  },
  guid: {
    words: 'an id such as 00000000-0000-0000-0000-000000000000',
    fits: (text) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text),
  },
  digits: { words: 'digits only', fits: (text) => /^\d{1,30}$/.test(text) },
  slug: {
    words: 'letters, digits, dashes, dots and underscores',
    // `.` and `..` would climb in a path.
    fits: (text) => /^[A-Za-z0-9_.-]{1,128}$/.test(text) && !/^\.+$/.test(text),
  },
  email: {
    words: 'an e-mail address',
    fits: (text) => text.length <= 254 && /^[^\s@<>"]+@[^\s@<>"]+\.[^\s@<>"]+$/.test(text),
  },
  url: { words: 'a whole address, beginning with https://', fits: isAddress },
  pem: {
    words: 'a key or certificate in PEM, from -----BEGIN to -----END',
    fits: (text) => /^-----BEGIN [A-Z0-9 ]+-----\n[\s\S]+\n-----END [A-Z0-9 ]+-----$/.test(text),
  },
  json_file: { words: 'the whole JSON file', fits: (text) => parseObject(text) !== undefined },
  text: { words: 'text', fits: () => true },
}

/** What is wrong with a value of this shape; undefined if it fits. The value itself is never in the answer. */
export function shapeProblem(shape: Shape | undefined, text: string): string | undefined {
  return shape === undefined || shapes[shape].fits(text) ? undefined : `must be ${shapes[shape].words}`
}

export function shapeWords(shape: Shape): string {
  return shapes[shape].words
}

/** Brings a typed or captured text into the form that the service expects. */
export function makeValue(value: Pick<Value, 'make' | 'shape'>, text: string): string {
  let made = value.shape === 'text' || value.shape === undefined ? text : text.trim()
  // Keys copied out of JSON or an environment file carry a literal backslash and n for every line end.
  if (value.shape === 'pem') made = made.replaceAll('\\n', '\n').replaceAll('\r\n', '\n').trim()
  for (const make of value.make ?? []) made = make === 'lower' ? made.toLowerCase() : made.replaceAll('_', '-')
  return made
}

/** The JSON object in a text, or undefined. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? (parsed as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

function isAddress(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === ''
}
