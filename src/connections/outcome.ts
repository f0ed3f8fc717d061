import { EvergrantError } from '../errors.ts'
import type { Failure } from '../oauth/failure.ts'
import type { AuthorizationOutcome } from '../store/store.ts'

/** A failed authorization in the provider's words, with cause and remedy where they are known. */
export function failed(failure: Failure): AuthorizationOutcome {
  const { code, words, cause, remedy } = failure
  return {
    kind: 'failed',
    code,
    ...(words === undefined ? {} : { words }),
    ...(cause === undefined ? {} : { cause }),
    ...(remedy === undefined ? {} : { remedy }),
  }
}

/**
 * Where a person changes what was refused: RFC 6749 sections 4.1.2.1 and 5.2. Most services tell of a wrong redirect URI
 * in words alone, and so do their rules here.
 */
export function placesToChange(outcome: AuthorizationOutcome): string[] {
  if (outcome.kind !== 'failed') return []
  const { code, words = '', cause = '', remedy = '' } = outcome
  if (/redirect/i.test([code, words, cause, remedy].join(' '))) return ['redirect_uri']
  return Object.hasOwn(placesByCode, code) ? placesByCode[code]! : [] // the code is the service's own word
}

const client = ['client.id', 'client.secret', 'client.key', 'client.method']
const placesByCode: Readonly<Record<string, string[]>> = {
  invalid_client: client,
  unauthorized_client: client,
  invalid_scope: ['scopes'],
  access_denied: ['scopes'],
}

/** A fault of ours while the code was exchanged: the code is spent, so the person hears of it and starts again. */
export function failedBy(error: unknown): AuthorizationOutcome {
  if (!(error instanceof EvergrantError)) throw error
  return { kind: 'failed', code: error.code, words: error.message, remedy: error.remedy }
}
