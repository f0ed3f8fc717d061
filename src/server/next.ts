/**
 * Where a person goes on after signing in. The address comes with a link anybody can write, so nothing but a path of
 * this server is taken: an open redirect would lend our name to another site.
 */

/** Longer ones are not ours. */
const longest = 2000

/** The path with its query as a browser would resolve it; `/` for whatever leads elsewhere. */
export function localPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > longest || !given.startsWith('/')) return '/'
  // Browsers drop tabs and line breaks, and take a backslash for a slash: judged is what they make of it.
  const here = 'http://here.invalid'
  if (!URL.canParse(given, here)) return '/'
  const { origin, pathname, search } = new URL(given, here)
  // `/.//host` resolves to `//host`, which is a host when it is resolved once more.
  if (origin !== here || pathname.startsWith('//') || pathname === '/signin') return '/'
  return pathname + search
}

/** The sign-in page that leads back to where somebody wanted to go. */
export function signInPath(wanted: string): string {
  const next = localPath(wanted)
  return next === '/' ? '/signin' : `/signin?next=${encodeURIComponent(next)}`
}
