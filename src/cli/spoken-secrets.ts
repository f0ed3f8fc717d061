/**
 * Where secrets come from: a file, standard input, the environment, or a hidden prompt. Never the argument list, which
 * every user of the machine can read; a flag that would take one is refused before anything repeats what was typed.
 */
import { readFile, stat } from 'node:fs/promises'
import { EvergrantError } from '../errors.ts'
import type { Call } from './command.ts'
import { readAll, type Io } from './io.ts'

/** Flags people try, and what to use instead. */
const refusedFlags: Readonly<Record<string, string>> = {
  'client-secret': 'use --client-secret-file FILE (- is standard input) or EVERGRANT_CLIENT_SECRET',
  secret: 'use --client-secret-file FILE (- is standard input) or EVERGRANT_CLIENT_SECRET',
  password: 'use --password-file FILE (- is standard input) or EVERGRANT_PASSWORD',
  passphrase: 'use --passphrase-file FILE (- is standard input) or EVERGRANT_PASSPHRASE_FILE',
  'private-key': 'use --key-file FILE',
  'access-token': 'use --import FILE with a token set in JSON',
  'refresh-token': 'use --import FILE with a token set in JSON',
  'api-key': 'set EVERGRANT_API_KEY or EVERGRANT_API_KEY_FILE',
  'admin-key': 'set EVERGRANT_ADMIN_KEY or EVERGRANT_ADMIN_KEY_FILE',
}

/** Variables of the command line alone, with their `_FILE` twins; they are no options of `config/`. */
const ownVariables = ['EVERGRANT_CLIENT_SECRET', 'EVERGRANT_PASSWORD', 'EVERGRANT_PASSPHRASE'] as const

export function withoutOwnVariables(env: Io['env']): Io['env'] {
  const own = new Set<string>(ownVariables.flatMap((variable) => [variable, `${variable}_FILE`]))
  return Object.fromEntries(Object.entries(env).filter(([name]) => !own.has(name)))
}

/** Throws for the first argument that is, or carries, a secret. Its value is not repeated. */
export function refuseSecretArguments(argv: readonly string[]): void {
  for (const argument of argv) {
    if (argument === '--') return
    const flag = /^--([a-z-]+)/.exec(argument)?.[1]
    const instead = flag === undefined ? undefined : refusedFlags[flag]
    if (instead === undefined) continue
    throw new EvergrantError('invalid_request', {
      detail: `--${flag} is not taken: every user of this machine can read an argument list`,
      remedy: `${instead}; if it was a real one, take it out of your shell's history`,
    })
  }
}

/**
 * A secret by its file option or its variable; undefined if neither was given. One line end at its end is dropped,
 * because editors and `echo` add it.
 */
export async function secretOf(
  call: Call,
  option: 'client-secret-file' | 'password-file' | 'passphrase-file',
  variable: (typeof ownVariables)[number],
): Promise<string | undefined> {
  const path = call.given.text(option) ?? (call.io.env[`${variable}_FILE`] || undefined)
  if (path !== undefined) return dropLineEnd(await readGiven(call, path, `--${option}`, true))
  return call.io.env[variable] || undefined
}

/** A file a person named; `-` is standard input. `label` says in errors which option named it. */
export async function readGiven(call: Call, path: string, label: string, secret: boolean): Promise<string> {
  if (path === '-') return readAll(call.io.stdin)
  try {
    if (secret && ((await stat(path)).mode & 0o077) !== 0) call.output.warn(`others can read ${path}; chmod 600 it`)
    return await readFile(path, 'utf8')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    throw new EvergrantError('invalid_value', {
      detail: `${label}: ${path} cannot be read${code === 'ENOENT' ? ': there is no such file' : ` (${code ?? 'unknown'})`}`,
      remedy: `give ${label} a file that can be read, or - for standard input`,
      cause: error,
    })
  }
}

export function dropLineEnd(text: string): string {
  return text.replace(/\r?\n$/, '')
}
