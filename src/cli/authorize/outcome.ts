/** How an authorization ended. */
import type { AuthorizationOnWire } from '../../api/authorization.ts'
import type { ConnectionOnWire } from '../../api/connection.ts'
import { EvergrantError } from '../../errors.ts'
import { expiryText, renewalText } from '../connection-text.ts'

/** Who is connected, until when, and whether it goes on by itself. */
export function authorizedText(connection: ConnectionOnWire, now: number): string {
  return [
    `authorized ${connection.name}${connection.who === undefined ? '' : ` as ${connection.who}`}`,
    `token expires: ${expiryText(connection, now)}`,
    `renews itself: ${renewalText(connection)}`,
  ].join('\n')
}

/** Whether there is nothing more to wait for. A code that waits for the wizard is not an end. */
export function isOver({ outcome }: AuthorizationOnWire): boolean {
  return outcome.kind === 'authorized' || outcome.kind === 'failed' || outcome.kind === 'expired'
}

/** The error of an authorization that is over and did not succeed. */
export function outcomeError({ connection, outcome }: AuthorizationOnWire): EvergrantError {
  if (outcome.kind === 'expired') {
    return new EvergrantError('authorization_expired', {
      detail: `the authorization of "${connection}" has expired`,
      connection,
    })
  }
  const words = outcome.words === undefined ? '' : `: ${outcome.words}`
  const cause = outcome.cause === undefined ? '' : `; ${outcome.cause}`
  return new EvergrantError('authorization_denied', {
    detail: `"${connection}" was not authorized: ${outcome.code ?? 'no reason given'}${words}${cause}`,
    connection,
    ...(outcome.remedy === undefined ? {} : { remedy: outcome.remedy }),
  })
}
