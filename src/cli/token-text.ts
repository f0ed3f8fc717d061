/**
 * How a token answer is printed. Shared by the fast path and the full command, which must print the same bytes; this
 * file therefore imports nothing.
 */

/** The members of the contract's token answer that are read here. */
export type TokenAnswer = {
  access_token: string
  expires_at?: number | undefined
  warnings?: readonly string[] | undefined
}

/** What goes to standard output: the bare token, or one line of JSON with the end of life in both notations. */
export function tokenText(answer: TokenAnswer, json: boolean): string {
  if (!json) return `${answer.access_token}\n`
  const end =
    typeof answer.expires_at === 'number'
      ? { expires_at_rfc3339: new Date(answer.expires_at * 1000).toISOString().replace(/\.\d{3}Z$/, '+00:00') }
      : {}
  return `${JSON.stringify({ ...answer, ...end })}\n`
}

const meanings: Readonly<Record<string, string>> = {
  renewal_failed: 'the last renewal failed; this token still lives',
  shorter_than_asked: 'the authorization server gives no token that lives as long as asked',
  fresh_but_rejected: 'the rejected token was fresh; the cause is not its age',
}

/** What goes to standard error beside a token, one line a warning. */
export function warningText(answer: TokenAnswer): string {
  return (answer.warnings ?? []).map((code) => `warning: ${meanings[code] ?? code.replaceAll('_', ' ')}\n`).join('')
}
