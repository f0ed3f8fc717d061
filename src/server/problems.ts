/** Errors as RFC 9457 problem documents, and what the log may know of the others. */
import type { Problem } from '../api/problem.ts'
import { EvergrantError } from '../errors.ts'
import { present } from './present.ts'

export type ProblemAnswer = { body: Problem; headers: Record<string, string> }

/** `admin`: the caller may read the true cause. */
export function problemOf(
  error: EvergrantError,
  requestId: string,
  admin: boolean,
  status = error.row.status,
): ProblemAnswer {
  const { facts, row } = error
  const body = present({
    type: `/docs#${error.code}`,
    title: row.title,
    status,
    detail: error.message,
    code: error.code,
    remedy: error.remedy,
    retryable: row.retryable ?? false,
    connection: facts.connection,
    request_id: requestId,
    authorize_url: facts.authorizeUrl,
    retry_after: facts.retryAfterSeconds === undefined ? undefined : Math.max(1, Math.ceil(facts.retryAfterSeconds)),
    faults: facts.faults?.map(({ path, problem, remedy }) => present({ path, problem, remedy })),
    admin_detail: admin ? facts.adminDetail : undefined,
  })
  return { body, headers: headersOf(body) }
}

function headersOf({ status, retry_after }: Problem): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/problem+json; charset=utf-8' }
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="evergrant"'
  if (status === 503 || status === 429) headers['retry-after'] = String(retry_after ?? 5)
  return headers
}

/** What the framework throws before a route runs: a body that is too large, of another type, or no JSON. */
export function refusalOf(error: unknown): { error: EvergrantError; status: number } | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined
  const status = error.statusCode
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  const code = 'code' in error ? error.code : undefined
  const detail =
    code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
      ? 'the body must be JSON (content-type: application/json)'
      : status === 413
        ? 'the body is too large'
        : 'the body is not valid JSON'
  return { error: new EvergrantError('invalid_request', { detail }), status }
}

/** A fault's text for the log: keys, bearer tokens, JWTs and queries taken out, because nobody knows what it quotes. */
export function scrub(thrown: unknown): string {
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  return text
    .replace(/\beg_[\w-]{8,}/g, '[key]')
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [redacted]')
    .replace(/\beyJ[\w-]+\.[\w-]+\.?[\w-]*/g, '[token]')
    .replace(/\?[^\s"']*=[^\s"']*/g, '?[query]')
    .replace(/(\w*(?:code|token|secret|password|state|assertion|key)"?\s*[=:]\s*"?)[^\s"&,]+/gi, '$1[redacted]')
}
