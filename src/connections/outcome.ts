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

/** A fault of ours while the code was exchanged: the code is spent, so the person hears of it and starts again. */
export function failedBy(error: unknown): AuthorizationOutcome {
  if (!(error instanceof EvergrantError)) throw error
  return { kind: 'failed', code: error.code, words: error.message, remedy: error.remedy }
}
