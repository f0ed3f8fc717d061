/**
 * What a job is sent for a token, in pieces of finished text, cut where a read fills in what it knows by itself: the
 * seconds left, if the token has an end, then the connection's name and generation. ASCII alone, so that its latin1
 * bytes are its UTF-8 bytes and its length is its size. The text is that of the route, by the same view and schema.
 */
import { token } from '../api/token.ts'
import type { Answers, HotEntry } from '../connections/connections.ts'
import { secret } from '../secret.ts'
import { tokenView } from './views.ts'

const seconds = '"expires_in":'
const connection = '"connection":'
const generation = ',"generation":'

export const answers: Answers = {
  write(handed) {
    const view = tokenView({ ...handed, connection: '', generation: 0 }, handed.expiresAt ?? 0)
    const text = asciiJson(token.parse(view))
    // Inside of a string the quotes would be escaped, so each of these is found where it was written.
    return [...(handed.expiresAt === undefined ? [] : [`${seconds}0`]), `${connection}""${generation}0`].reduce(
      cutAtLast,
      [text],
    )
  },
  read(pieces) {
    const filled = [...(pieces.length === 3 ? ['0'] : []), `""${generation}0`]
    const text = pieces.map((piece, place) => piece + (filled[place] ?? '')).join('')
    const { access_token, token_type, scope, warnings, values } = token.parse(JSON.parse(text))
    return {
      accessToken: secret(access_token),
      tokenType: token_type,
      ...(scope === undefined ? {} : { scope: scope === '' ? [] : scope.split(' ') }),
      warnings,
      shown: values ?? {},
    }
  },
}

/** The two halves around `expires_in`; without an end all stands in the first. */
export function halves({ pieces, name, generation: number }: HotEntry): { head: string; tail: string } {
  // Names are letters, digits and hyphens (`api/connection.ts`): nothing to escape.
  const known = `"${name}"${generation}${number}`
  const [first = '', second = '', third] = pieces
  return third === undefined
    ? { head: first + known + second, tail: '' }
    : { head: first, tail: second + known + third }
}

/** Cuts the last piece behind the key that begins the mark, and leaves the rest of the mark out. */
function cutAtLast(pieces: string[], mark: string): string[] {
  const last = pieces.at(-1) ?? ''
  const at = last.indexOf(mark)
  const key = mark.indexOf(':') + 1
  return [...pieces.slice(0, -1), last.slice(0, at + key), last.slice(at + mark.length)]
}

function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
