import type { ConnectionOnWire } from '../../api/connection.ts'
import type { Call } from '../command.ts'

/** A certificate made here has to be registered by a person; it is public. */
export function tellCertificate({ output, given }: Call, connection: ConnectionOnWire): void {
  const certificate = connection.client?.certificate
  if (certificate === undefined || given.text('certificate-file') !== undefined) return
  output.say(`register this certificate at ${connection.provider_name}:\n${certificate.trim()}`)
}
