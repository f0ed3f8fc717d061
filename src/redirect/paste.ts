import { EvergrantError } from '../errors.ts'

export type Pasted = { kind: 'parameters'; parameters: [string, string][] } | { kind: 'code'; code: string }

/** Characters; an address a browser ended on is far shorter. */
const lengthLimit = 16 * 1024
const quotes: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['<', '>'],
  ['“', '”'],
  ['‘', '’'],
  ['„', '“'],
  ['«', '»'],
]

/**
 * Reads what a person pasted: the whole address the browser ended on, its query string or fragment with or without the
 * leading `?` or `#`, form text (`code=…&state=…`, or one `name=value` a line), or a bare code. Quotes, blanks and line
 * breaks around it and the line breaks of a terminal inside it do not matter. Whether a bare code is acceptable is the
 * caller's decision. Throws `bad_callback` for anything else; the message never repeats what was pasted.
 */
export function readPasted(text: string): Pasted {
  if (text.length > lengthLimit) throw unreadable('it is too long')
  const pasted = unwrap(joinLines(unwrap(text)))
  if (pasted === '') throw unreadable('it is empty')
  if (pasted.includes('=')) return { kind: 'parameters', parameters: readParameters(pasted) }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(pasted) || /^[?#]/.test(pasted)) {
    throw unreadable('the address carries no answer; copy it after you have approved the access')
  }
  // RFC 6749 appendix A.11: a code is VSCHAR; a blank inside it means prose, a bracket or quote means another document.
  if (!/^[\x21-\x7e]+$/.test(pasted) || /[<>{}"]/.test(pasted)) throw unreadable('it is neither an address nor a code')
  return { kind: 'code', code: withoutMarker(pasted) }
}

function readParameters(pasted: string): [string, string][] {
  // Copied from a page's source.
  const text = pasted.replaceAll('&amp;', '&')
  const hash = text.indexOf('#')
  const [front, fragment] = hash < 0 ? [text, ''] : [text.slice(0, hash), text.slice(hash + 1)]
  const mark = front.indexOf('?')
  const isAddress = /^[a-z][a-z0-9+.-]*:/i.test(front) || /^[^=&?]*\//.test(front)
  const query = mark >= 0 ? front.slice(mark + 1) : isAddress ? '' : front
  // Instagram appends `#_` and Facebook `#_=_` to every address; neither is part of the answer.
  const parts = [query, /^_(=_)?$/.test(fragment) ? '' : fragment].filter((part) => part.includes('='))
  const parameters = parts.flatMap((part) => [...new URLSearchParams(part)])
  if (parameters.length === 0) throw unreadable('the address carries no answer')
  if (parameters.some(([name]) => !/^[\x21-\x7e]+$/.test(name))) throw unreadable('it is neither an address nor a code')
  return parameters
}

function withoutMarker(code: string): string {
  return code.replace(/#_$/, '')
}

/** A form copied line by line becomes one line of parameters; in everything else line breaks are a terminal's wrapping. */
function joinLines(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim())
  const isForm = lines.length > 1 && !/[&?#]/.test(text) && lines.every((line) => /^[\w.-]+=/.test(line))
  return lines.join(isForm ? '&' : '')
}

function unwrap(text: string): string {
  let inner = text.trim()
  for (let changed = true; changed;) {
    changed = false
    for (const [open, close] of quotes) {
      if (inner.length >= 2 && inner.startsWith(open) && inner.endsWith(close)) {
        inner = inner.slice(1, -1).trim()
        changed = true
      }
    }
  }
  return inner
}

function unreadable(why: string): EvergrantError {
  return new EvergrantError('bad_callback', { detail: `what was pasted cannot be read: ${why}` })
}
