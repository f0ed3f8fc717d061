/** The log: one line an event on standard error, JSON for machines, short text for a person at a terminal. */
import { inspect } from 'node:util'
import pino from 'pino'
import type { Logger } from './deps.ts'

export type LogOptions = {
  level: string
  format: 'auto' | 'text' | 'json'
  stream: NodeJS.WritableStream & { isTTY?: boolean }
}

const secretFields = ['access_token', 'refresh_token', 'client_secret', 'password', 'authorization']

export function createLog({ level, format, stream }: LogOptions): Logger {
  // A log that nobody reads any more (its pipe is broken, its disk full) stops no server. Unheard, the error would be an
  // uncaught exception, telling of it the next one, and so for ever.
  stream.on('error', () => undefined)
  const text = format === 'text' || (format === 'auto' && stream.isTTY === true)
  const destination = { write: (line: string) => void stream.write(text ? plain(line) : visible(line)) }
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // The second line of defence: the first is that secrets are `Secret` and print as [redacted].
      redact: {
        paths: secretFields.flatMap((field) => [field, `*.${field}`]),
        censor: '[redacted]',
      },
    },
    destination as pino.DestinationStream, // both have the one method pino calls
  )
}

/** `12:00:01 warn  a renewal failed  connection=books code=invalid_grant` */
function plain(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown> // pino wrote it a moment ago
  const rest = Object.entries(fields)
    .filter(([name]) => name !== 'event')
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : inspect(value, { breakLength: Infinity })}`)
  const said = `${String(level).padEnd(5)} ${String(msg)}${rest.length === 0 ? '' : `  ${rest.join(' ')}`}`
  return `${String(time).slice(11, 19)} ${visible(said.replaceAll('\n', '\\n'))}\n`
}

/** Names and words of strangers begin no line of their own and move no terminal: control characters are written out. */
function visible(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, (sign) => {
    return `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}
