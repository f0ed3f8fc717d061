/** Where the data directory lies. Knows nothing of the option table, so that the fast `token` bundle stays small. */
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'

export type Environment = Readonly<Record<string, string | undefined>>

/** A base directory of the XDG specification; as it demands, a relative path in the variable is ignored. */
function base(env: Environment, variable: string, fallback: string): string {
  const given = env[variable]
  return given !== undefined && isAbsolute(given) ? given : join(env['HOME'] || homedir(), fallback)
}

/** `EVERGRANT_HOME`, else `evergrant` in the XDG data directory; absolute. */
export function homeDirectory(env: Environment): string {
  return resolve(env['EVERGRANT_HOME'] || join(base(env, 'XDG_DATA_HOME', '.local/share'), 'evergrant'))
}
