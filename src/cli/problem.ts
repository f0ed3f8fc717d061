/**
 * Errors on their way to a person or a script: whatever was thrown becomes one problem, and every problem has one exit
 * code, from the table in `errors.ts`.
 */
import type { Problem as WireProblem } from '../api/problem.ts'
import { errorTable, EvergrantError, type ErrorCode } from '../errors.ts'

/** A problem document; one of this process itself has no request id. */
export type Problem = Partial<WireProblem> & Pick<WireProblem, 'code' | 'title' | 'detail' | 'remedy' | 'retryable'>

/** The server's answer that was no success. */
export class Refused extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'Refused'
    this.problem = problem
  }
}

export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Refused) return thrown.problem
  if (thrown instanceof EvergrantError) return fromError(thrown)
  return fromError(
    new EvergrantError('internal', {
      detail: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : 'something that is no error was thrown',
      remedy: 'this is a defect of evergrant; EVERGRANT_LOG=debug shows more',
    }),
  )
}

/** Reads a problem document; undefined if the text is none of ours. */
export function parseProblem(body: string): Problem | undefined {
  try {
    const read = JSON.parse(body) as Partial<WireProblem> | null
    if (typeof read?.code !== 'string' || typeof read.title !== 'string') return undefined
    return {
      ...read,
      code: read.code,
      title: read.title,
      detail: read.detail ?? read.title,
      remedy: read.remedy ?? '',
      retryable: read.retryable === true,
    }
  } catch {
    return undefined
  }
}

/** A code of a newer server that this table does not know counts as unexpected. */
export function exitCodeOf(problem: Problem): number {
  return Object.hasOwn(errorTable, problem.code) ? errorTable[problem.code].exit : errorTable.internal.exit
}

/** Whether a failure has this code, wherever it came from. */
export function isProblem(thrown: unknown, code: ErrorCode): boolean {
  return (thrown instanceof Refused || thrown instanceof EvergrantError) && toProblem(thrown).code === code
}

function fromError(error: EvergrantError): Problem {
  const { connection, authorizeUrl, retryAfterSeconds, faults } = error.facts
  return {
    code: error.code,
    title: error.row.title,
    status: error.row.status,
    detail: error.message,
    remedy: error.remedy,
    retryable: error.row.retryable === true,
    ...(connection === undefined ? {} : { connection }),
    ...(authorizeUrl === undefined ? {} : { authorize_url: authorizeUrl }),
    ...(retryAfterSeconds === undefined ? {} : { retry_after: retryAfterSeconds }),
    ...(faults === undefined ? {} : { faults: [...faults] }),
  }
}
