/** Errors in answers: RFC 6749 section 5.2, and the shapes that large services use instead. */
import type { WireResponse } from '../deps.ts'
import { asText, lookUp, type Body } from './body.ts'

export type ErrorSaid = { code?: string; words?: string; unreadable?: boolean }

const codePaths = [
  'error',
  'error.code',
  'error.status',
  'error.type',
  'error_code',
  'errorCode',
  'error.error',
  'code',
  'errors.0.code',
  'errors.0.errorCode',
  'errors.0.error',
  '0.errorCode',
  'fault.error.0.code',
  'Fault.Error.0.code',
  'ECODE',
]
const wordPaths = [
  'error_description',
  'error.message',
  'error.error_description',
  'error_message',
  'errorMessage',
  'message',
  'msg',
  'errorSummary',
  'detail',
  'title',
  'errors.0.message',
  'errors.0.detail',
  'errors.0.title',
  '0.message',
  'fault.error.0.message',
  'Fault.Error.0.Message',
  'err',
]
const wordLimit = 300
const codeLimit = 100

/** What an answer says went wrong, or undefined where it may be a token. Every status but 2xx is an error. */
export function readError(response: WireResponse, body: Body): ErrorSaid | undefined {
  const value = 'value' in body ? body.value : undefined
  const failed = response.status < 200 || response.status > 299
  if (!failed && !saysError(value)) return undefined
  const code = first(value, codePaths) ?? challengeError(response)
  const words = first(value, wordPaths) ?? (body.kind === 'html' ? body.title : undefined)
  return {
    ...(code !== undefined ? { code: cleanWords(code, codeLimit) } : !failed && { code: 'not_ok' }),
    ...(words !== undefined && { words: cleanWords(words) }),
    ...(!('value' in body) && body.kind !== 'empty' && { unreadable: true }),
  }
}

/** Words of a stranger, fit for a log line and a page: no control or formatting characters, at most 300 characters. */
export function cleanWords(words: string, limit = wordLimit): string {
  const clean = words
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return clean.length > limit ? `${clean.slice(0, limit - 1).toWellFormed()}…` : clean
}

/**
 * A 200 with an error inside: an `error` that says something (GitHub), `ok: false` (Slack), a `code` beside a `message`
 * (TikTok for Business), or `errors` without a token.
 */
function saysError(value: unknown): boolean {
  const error = lookUp(value, 'error')
  const silent = [undefined, null, '', false, 0].includes(error as undefined) || lookUp(error, 'code') === 'ok'
  if (!silent) return true
  if (lookUp(value, 'ok') === false) return true
  const code = lookUp(value, 'code')
  if (typeof code === 'number' && code !== 0 && (code < 200 || code > 299))
    return typeof lookUp(value, 'message') === 'string' && lookUp(value, 'access_token') === undefined
  const errors = lookUp(value, 'errors')
  return Array.isArray(errors) && errors.length > 0 && lookUp(value, 'access_token') === undefined
}

/** `WWW-Authenticate: Basic error="invalid_client"`. */
function challengeError(response: WireResponse): string | undefined {
  return /\berror="?([A-Za-z0-9_.-]{1,64})/.exec(response.headers['www-authenticate'] ?? '')?.[1]
}

function first(value: unknown, paths: readonly string[]): string | undefined {
  for (const path of paths) {
    const found = lookUp(value, path)
    const text = typeof found === 'boolean' ? undefined : asText(found)
    if (text !== undefined && text !== '') return text
  }
  return undefined
}
