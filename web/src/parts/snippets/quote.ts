/** Text as a literal of each language. Addresses and headers come from definitions, which anybody may write. */

/** POSIX shells: nothing is special between single quotes but the quote itself. */
export function shell(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** The format of `printf`, where `%` and the backslash are special too; `{token}` becomes `%s`. */
export function shellFormat(text: string): string {
  const safe = text.replaceAll('\\', '\\\\').replaceAll('%', '%%').replaceAll('{token}', '%s')
  return shell(`${safe}\\n`)
}

/** A JSON string is one of JavaScript and of Python as well. */
export function json(text: string): string {
  return JSON.stringify(text)
}

/** PowerShell ends a single-quoted string at any of four quotes; doubled, each is itself. */
export function powershell(text: string): string {
  return `'${text.replaceAll(/['\u2018-\u201B]/g, '$&$&')}'`
}

/** Power Query M: quotes are doubled, and `#(` would begin an escape. */
export function powerQuery(text: string): string {
  return `"${text.replaceAll('"', '""').replaceAll('#(', '#(#)(')}"`
}
