/** Reads the outcome of a button (`issue`, `renew`, `test`): a failed one becomes the error a person meets. */
import type { ActionReportOnWire } from '../api/action.ts'
import { EvergrantError, type ErrorCode } from '../errors.ts'

/** What each kind of failure asks for: a person, an admin, or patience. */
const codes: Readonly<Record<string, ErrorCode>> = {
  dead: 'needs_authorization',
  client: 'needs_configuration',
  configuration: 'needs_configuration',
  denied: 'authorization_denied',
  too_young: 'provider_failing',
  transient: 'provider_failing',
  unknown_outcome: 'provider_failing',
  not_sent: 'provider_failing',
}

/** The failure of a report as an error; `doing` says what was tried, as in `renew the token`. */
export function reportError(report: ActionReportOnWire, doing: string, fallback: ErrorCode): EvergrantError {
  const { failure, connection } = report
  const status = failure?.status ?? report.response?.status
  const answered = `${failure?.code ?? 'no reason given'}${status === undefined ? '' : ` (HTTP ${status})`}`
  const words = failure?.words === undefined ? '' : `: ${failure.words}`
  const cause = failure?.cause === undefined ? '' : `; ${failure.cause}`
  // An address that may not be called is no fault of the client.
  const code = failure?.code === 'blocked' ? 'host_blocked' : codes[failure?.kind ?? '']
  return new EvergrantError(code ?? fallback, {
    detail: `could not ${doing} of "${connection.name}": ${answered}${words}${cause}`,
    connection: connection.name,
    ...(failure?.remedy === undefined ? {} : { remedy: failure.remedy }),
  })
}
